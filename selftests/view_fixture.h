/* SPDX-License-Identifier: GPL-2.0 */
/* Two siblings, one of them with a container below */
#ifndef __SELFTESTS_CONTAINER_VIEW_FIXTURE_H__
#define __SELFTESTS_CONTAINER_VIEW_FIXTURE_H__

#include "actor.h"
#include "ns.h"
#include "world.h"

/*
 * / (the world) has /unnamed1 with init a and member a2, and /unnamed2 with
 * init b; /unnamed1/unnamed1 has init c.
 */
FIXTURE(view) {
	struct actor *a, *a2, *b, *c;
};

FIXTURE_WORLD(view)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	ASSERT_NE(NULL, self->b);
	self->a2 = spawn(self->a);
	self->c = spawn(self->a);
	ASSERT_NE(NULL, self->a2);
	ASSERT_NE(NULL, self->c);
	ASSERT_EQ(0, actor_unshare(self->c, CLONE_NEWUTS));
}

#endif /* __SELFTESTS_CONTAINER_VIEW_FIXTURE_H__ */
