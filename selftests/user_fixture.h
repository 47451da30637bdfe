/* SPDX-License-Identifier: GPL-2.0 */
/* An unprivileged user that owns a container, and another process of that user */
#ifndef __SELFTESTS_CONTAINER_USER_FIXTURE_H__
#define __SELFTESTS_CONTAINER_USER_FIXTURE_H__

#include "actor.h"
#include "cred.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

/*
 * / (the world) has a member peer, of the same user as owner, which is root in
 * his own user namespace and init of /unnamed1, which has a member child.
 */
FIXTURE(user) {
	struct actor *peer, *owner, *child;
	__s64 id, world_id;
};

FIXTURE_WORLD(user)
{
	self->peer = spawn_user(UID_USER);
	self->owner = spawn_owner(CLONE_NEWUTS);
	ASSERT_NE(NULL, self->peer);
	ASSERT_NE(NULL, self->owner);
	self->child = spawn(self->owner);
	ASSERT_NE(NULL, self->child);
	self->world_id = container_id(main_actor, main_actor);
	self->id = container_id(main_actor, self->owner);
}

#endif /* __SELFTESTS_CONTAINER_USER_FIXTURE_H__ */
