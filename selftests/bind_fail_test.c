// SPDX-License-Identifier: GPL-2.0
/* Allocations that fail in bind_ns(2) */

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "fault.h"
#include "memory_fixture.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

static __s64 do_bind_both(struct actor *a)
{
	struct bind_ns_args args = {
		.id = a->arg[0],
		.ns_mask = CLONE_NEWUTS | CLONE_NEWIPC,
	};

	return result(syscall(__NR_bind_ns, &args, sizeof(args)));
}

TEST_F_TIMEOUT(memory, bind_without_it_changes_nothing, 900)
{
	struct actor *target = spawn_unshared(main_actor,
					      CLONE_NEWUTS | CLONE_NEWIPC);
	struct snapshot after;
	__s64 ret = -ENOMEM, id;
	int nth, failed = 0;

	ASSERT_NE(NULL, target);
	id = container_id(main_actor, target);
	for (nth = 1; nth < MAX_NTH && ret; nth++) {
		ret = actor_fail_nth(self->a, nth, do_bind_both, id, 0);
		snapshot(self->a, &after);
		if (ret == -ENOMEM) {
			failed++;
			ASSERT_EQ(0, memcmp(&self->before, &after,
					    sizeof(after))) {
				TH_LOG("allocation %d", nth);
			}
			continue;
		}
		ASSERT_LE(0, ret) TH_LOG("allocation %d", nth);
		ASSERT_EQ(id, after.container);
		ASSERT_EQ(0, actor_exit(self->a, 0));
		self->a = spawn(main_actor);
		ASSERT_NE(NULL, self->a);
		snapshot(self->a, &self->before);
	}
	EXPECT_EQ(0, ret);
	EXPECT_LT(0, failed);
}

TEST_HARNESS_MAIN
