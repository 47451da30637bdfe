/* SPDX-License-Identifier: GPL-2.0 */
/* Two containers that share a pid namespace */
#ifndef __SELFTESTS_CONTAINER_POD_FIXTURE_H__
#define __SELFTESTS_CONTAINER_POD_FIXTURE_H__

#include "actor.h"
#include "ns.h"
#include "world.h"

/* As a pod with one pid namespace: the second container is in the first. */
FIXTURE(pod) {
	struct actor *first, *out, *second;
};

FIXTURE_WORLD(pod)
{
	self->first = spawn_how(main_actor, SPAWN_CLONE, CLONE_NEWPID);
	ASSERT_NE(NULL, self->first);
	self->out = spawn(main_actor);
	ASSERT_NE(NULL, self->out);
	ASSERT_EQ(0, actor_setns_of(self->out, self->first, "pid"));
	self->second = spawn_how(self->out, SPAWN_CLONE,
				 CLONE_NEWUTS | CLONE_NEWNS);
	ASSERT_NE(NULL, self->second);
}

#endif /* __SELFTESTS_CONTAINER_POD_FIXTURE_H__ */
