/* SPDX-License-Identifier: GPL-2.0 */
/* /job, with its init or without a member, and a process that may enter it */
#ifndef __SELFTESTS_CONTAINER_FREEZE_FIXTURE_H__
#define __SELFTESTS_CONTAINER_FREEZE_FIXTURE_H__

#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "proc_view.h"
#include "world.h"

/* /job, without a member */
FIXTURE(empty) {
	struct actor *a;
};

FIXTURE_WORLD(empty)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->a = spawn(main_actor);
	ASSERT_NE(NULL, self->a);
}

/* /job with its init, and another process in the world's container */
FIXTURE(enter) {
	struct actor *init, *a;
	__s64 id;
};

FIXTURE_WORLD(enter)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->init = spawn_in("job");
	ASSERT_NE(NULL, self->init);
	self->a = spawn(main_actor);
	ASSERT_NE(NULL, self->a);
	self->id = container_id(main_actor, self->init);
}

#endif /* __SELFTESTS_CONTAINER_FREEZE_FIXTURE_H__ */
