/* SPDX-License-Identifier: GPL-2.0 */
/* Two siblings that might want to get out */
#ifndef __SELFTESTS_CONTAINER_LEAVE_FIXTURE_H__
#define __SELFTESTS_CONTAINER_LEAVE_FIXTURE_H__

#include <sys/socket.h>

#include "actor.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

/* / (the world) has /unnamed1 with init a, and /unnamed2 with init b. */
FIXTURE(leave) {
	struct actor *a, *b;
	__s64 world_id, a_id, b_id;
	int sock[2];
};

FIXTURE_WORLD(leave)
{
	/* For passing descriptors; all actors inherit both ends. */
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, self->sock));
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	ASSERT_NE(NULL, self->b);
	self->world_id = container_id(main_actor, main_actor);
	self->a_id = container_id(main_actor, self->a);
	self->b_id = container_id(main_actor, self->b);
}

#endif /* __SELFTESTS_CONTAINER_LEAVE_FIXTURE_H__ */
