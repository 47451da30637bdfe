// SPDX-License-Identifier: GPL-2.0
/* The number of container objects is the same after many had names. */

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "file.h"
#include "ns.h"
#include "objects.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

FIXTURE(leak) {
	long before;
	struct table table;
};

FIXTURE_WORLD(leak)
{
	int i;

	for (i = 0; i < 50; i++)
		ASSERT_EQ(0, clone_and_exit(CLONE_NEWUTS));
	self->before = objects_at_rest();
	if (self->before < 0)
		SKIP(return, "no cache of containers in /proc/slabinfo");
}

TEST_F_TIMEOUT(leak, of_rename_and_lookup, 1800)
{
	struct actor *a;
	char name[32];
	int i, n = loops() / 20;
	__s64 dir;

	for (i = 0; i < 20; i++) {
		a = spawn_unshared(main_actor, CLONE_NEWUTS);
		ASSERT_NE(NULL, a);
		dir = actor_open(main_actor, O_RDONLY | O_DIRECTORY,
				 "%s", container_dir(a));
		ASSERT_LE(0, dir);
		ASSERT_LT(0, actor_list_fd(main_actor, dir));
		snprintf(name, sizeof(name), "job%d", i);
		ASSERT_EQ(0, actor_rename_child(main_actor,
						container_path(main_actor, a) +
						1, name, 0));
		ASSERT_EQ(0, actor_exit(a, 0));
		ASSERT_EQ(0, actor_close(main_actor, dir));
	}
	for (i = 0; i < n; i++)
		ASSERT_EQ(0, clone_and_exit(CLONE_NEWUTS));
	EXPECT_TRUE(objects_are_back(self->before));
}

TEST_HARNESS_MAIN
