/* SPDX-License-Identifier: GPL-2.0 */
/* A process outside of a pid namespace that it has joined for its children */
#ifndef __SELFTESTS_CONTAINER_PIDNS_FIXTURE_H__
#define __SELFTESTS_CONTAINER_PIDNS_FIXTURE_H__

#include "actor.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

/*
 * one is pid 1 of a pid namespace, and init of /unnamed1. out is in the world's
 * container, and has joined that namespace for its children.
 */
FIXTURE(pidns) {
	struct actor *one, *out;
	__s64 id, world_id;
	struct table table;
};

FIXTURE_WORLD(pidns)
{
	self->one = spawn_how(main_actor, SPAWN_CLONE, CLONE_NEWPID);
	ASSERT_NE(NULL, self->one);
	self->out = spawn(main_actor);
	ASSERT_NE(NULL, self->out);
	ASSERT_EQ(0, actor_setns_of(self->out, self->one, "pid"));
	self->id = container_id(main_actor, self->one);
	self->world_id = container_id(main_actor, main_actor);
	ASSERT_NE(self->id, self->world_id);
}

#endif /* __SELFTESTS_CONTAINER_PIDNS_FIXTURE_H__ */
