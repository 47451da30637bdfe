/* SPDX-License-Identifier: GPL-2.0 */
/* An explicit container with its init, and a dying one */
#ifndef __SELFTESTS_CONTAINER_EXPLICIT_FIXTURE_H__
#define __SELFTESTS_CONTAINER_EXPLICIT_FIXTURE_H__

#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "proc_view.h"
#include "reap.h"
#include "trace.h"
#include "world.h"

/*
 * /job has the init i, which is a child of the main process, and a member m,
 * which is a child of i. There is a member c of the world's container.
 */
FIXTURE(init) {
	struct actor *i, *m, *c;
	__s64 id;
};

FIXTURE_WORLD(init)
{
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->m = spawn(self->i);
	ASSERT_NE(NULL, self->m);
	self->c = spawn(main_actor);
	ASSERT_NE(NULL, self->c);
	self->id = container_id(main_actor, self->i);
}

/* Such that m cannot go while it is held, when i has gone */
FIXTURE(dying) {
	struct actor *i, *m, *c, *tracer;
	__s64 id, part;
	int dir;
	struct table table;
};

FIXTURE_WORLD(dying)
{
	self->tracer = spawn(main_actor);
	ASSERT_NE(NULL, self->tracer);
	self->c = spawn(main_actor);
	ASSERT_NE(NULL, self->c);
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->m = spawn(self->i);
	ASSERT_NE(NULL, self->m);
	ASSERT_EQ(0, actor_mkdir_child(self->i, "part"));
	self->id = container_id(main_actor, self->i);
	self->part = child_id(self->i, "part");
	self->dir = open(CHILDREN "/job", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT_LE(0, self->dir);
	ASSERT_EQ(0, actor_hold(self->tracer, self->m));
	ASSERT_EQ(0, actor_exit(self->i, 0));
	ASSERT_EQ(0, actor_wait_held(self->tracer, self->m));
}

#endif /* __SELFTESTS_CONTAINER_EXPLICIT_FIXTURE_H__ */
