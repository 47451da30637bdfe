// SPDX-License-Identifier: GPL-2.0
/* Allocations that fail in containerfs */

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "fault.h"
#include "memory_fixture.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

static bool nothing_happened(struct actor *a, struct snapshot *before)
{
	struct snapshot after;
	struct table t;

	snapshot(a, &after);
	return !memcmp(before, &after, sizeof(after)) &&
	       read_table(main_actor, &t) == 1 &&
	       !actor_children(main_actor, CHILDREN);
}

/* A mount, and the first look at what is there */
static __s64 do_mount_and_look(struct actor *a)
{
	int dir = mount_detached("kill");
	struct stat st;
	__s64 ret;

	(void)a;
	if (dir < 0)
		return dir;
	ret = result(fstatat(dir, "container.id", &st, 0));
	close(dir);
	return ret;
}

TEST_F_TIMEOUT(memory, mount_without_it_leaves_nothing, 900)
{
	__s64 ret = -ENOMEM;
	int nth, failed = 0;

	for (nth = 1; nth < MAX_NTH && ret; nth++) {
		ret = actor_fail_nth(self->a, nth, do_mount_and_look, 0, 0);
		failed += ret < 0;
		ASSERT_TRUE(ret >= 0 || ret == -ENOMEM) {
			TH_LOG("allocation %d: %lld", nth, (long long)ret);
		}
		ASSERT_TRUE(nothing_happened(self->a, &self->before)) {
			TH_LOG("allocation %d", nth);
		}
	}
	EXPECT_EQ(0, ret);
	EXPECT_LT(0, failed);
}

static __s64 do_rename_it(struct actor *a)
{
	return result(rename(a->str[0], a->str[1]));
}

TEST_F_TIMEOUT(memory, rename_without_it_changes_nothing, 900)
{
	struct actor *target = spawn_unshared(main_actor, CLONE_NEWUTS);
	const char *names[2] = { "unnamed1", "first" };
	__s64 ret = -ENOMEM;
	int nth;

	ASSERT_NE(NULL, target);
	for (nth = 1; nth < MAX_NTH && ret; nth++) {
		snprintf(self->a->str[0], ACTOR_STR, CHILDREN "/%s", names[0]);
		snprintf(self->a->str[1], ACTOR_STR, CHILDREN "/%s", names[1]);
		ret = actor_fail_nth(self->a, nth, do_rename_it, 0, 0);
		if (ret < 0) {
			ASSERT_EQ(-ENOMEM, ret);
			ASSERT_STREQ(names[0], container_status(main_actor,
								target,
								"Name"));
			continue;
		}
		ASSERT_STREQ(names[1],
			     container_status(main_actor, target, "Name"));
		names[0] = names[1];
		names[1] = strcmp(names[0], "first") ? "first" : "second";
	}
	EXPECT_EQ(0, ret);
}

TEST_HARNESS_MAIN
