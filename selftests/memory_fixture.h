/* SPDX-License-Identifier: GPL-2.0 */
/* An actor whose allocations fail in turn */
#ifndef __SELFTESTS_CONTAINER_MEMORY_FIXTURE_H__
#define __SELFTESTS_CONTAINER_MEMORY_FIXTURE_H__

#include "actor.h"
#include "fault.h"
#include "proc_view.h"
#include "world.h"

/* Every allocation in turn fails. */
FIXTURE(memory) {
	struct actor *a;
	struct snapshot before;
};

FIXTURE_WORLD_SETUP(memory)
{
	int err;

	err = faults_begin();
	if (err)
		SKIP(return, "no fault injection: %s", strerror(-err));
	self->a = spawn(main_actor);
	ASSERT_NE(NULL, self->a);
	snapshot(self->a, &self->before);
}

FIXTURE_TEARDOWN(memory)
{
	faults_end();
	world_destroy();
}

#endif /* __SELFTESTS_CONTAINER_MEMORY_FIXTURE_H__ */
