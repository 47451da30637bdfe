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

static __s64 do_bind_mask(struct actor *a)
{
	struct bind_ns_args args = { .id = a->arg[0], .ns_mask = a->arg[1] };

	return result(syscall(__NR_bind_ns, &args, sizeof(args)));
}

static void bind_with_failures(struct __test_metadata *_metadata, struct actor *a,
			       struct snapshot *before, __u64 mask)
{
	struct actor *target = spawn_unshared(main_actor, mask);
	struct snapshot after;
	__s64 ret = -ENOMEM, id;
	int nth, failed = 0;

	ASSERT_NE(NULL, target);
	id = container_id(main_actor, target);
	for (nth = 1; nth < MAX_NTH && ret; nth++) {
		ret = actor_fail_nth(a, nth, do_bind_mask, id, mask);
		snapshot(a, &after);
		if (ret == -ENOMEM) {
			failed++;
			ASSERT_EQ(0, memcmp(before, &after, sizeof(after))) {
				TH_LOG("allocation %d", nth);
			}
			continue;
		}
		ASSERT_LE(0, ret) TH_LOG("allocation %d", nth);
		ASSERT_EQ(id, after.container);
		ASSERT_EQ(0, actor_exit(a, 0));
		a = spawn(main_actor);
		ASSERT_NE(NULL, a);
		snapshot(a, before);
	}
	EXPECT_EQ(0, ret);
	EXPECT_LT(0, failed);
}

TEST_F_TIMEOUT(memory, bind_without_it_changes_nothing, 900)
{
	bind_with_failures(_metadata, self->a, &self->before,
			   CLONE_NEWUTS | CLONE_NEWIPC);
}

/* What is prepared first must go where what comes later fails. */
TEST_F_TIMEOUT(memory, bind_to_user_and_mount_namespaces_without_it_leaks_nothing, 900)
{
	bind_with_failures(_metadata, self->a, &self->before,
			   CLONE_NEWUSER | CLONE_NEWNS);
}

TEST_HARNESS_MAIN
