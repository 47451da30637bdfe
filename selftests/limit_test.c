// SPDX-License-Identifier: GPL-2.0
/* 32 levels, and what is at the end of them */

#include "kselftest_harness.h"
#include "actor.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "setup.h"
#include "world.h"

FIXTURE(limit) {
	/* levels below the world's */
	int levels;
	bool in_root;
	struct actor *level[MAX_LEVELS + 1];
};

FIXTURE_SETUP(limit)
{
	self->in_root = own_container_id() == ROOT_CONTAINER_ID;
	if (!setup_world(_metadata))
		return;

	self->levels = spawn_levels(self->level);
	ASSERT_LE(0, self->levels);
}

FIXTURE_TEARDOWN(limit)
{
	world_destroy();
}

TEST_F(limit, there_are_32_levels)
{
	if (!self->in_root)
		SKIP(return, "not run in the root container");
	/* The root is level 0, the world is level 1. */
	EXPECT_EQ(MAX_LEVELS - 2, self->levels);
}

TEST_F(limit, levels_count_from_the_readers)
{
	struct actor *last = self->level[self->levels];
	char level[8];

	snprintf(level, sizeof(level), "%d", self->levels);
	EXPECT_STREQ(level, container_status(main_actor, last, "Level"));
	EXPECT_STREQ("0", container_status(last, last, "Level"));
	EXPECT_STREQ("1", container_status(self->level[self->levels - 1], last,
					   "Level"));
}

TEST_F(limit, unshare_past_it_works_and_stays)
{
	struct actor *a = spawn(self->level[self->levels]);
	struct snapshot before, after;

	ASSERT_NE(NULL, a);
	snapshot(a, &before);
	EXPECT_EQ(0, actor_unshare(a, CLONE_NEWUTS | CLONE_NEWIPC));
	snapshot(a, &after);
	EXPECT_EQ(before.container, after.container);
	EXPECT_NE(before.ns[0], after.ns[0]);
	EXPECT_NE(before.ns[1], after.ns[1]);
}

TEST_F(limit, clone_past_it_works_and_stays)
{
	struct actor *last = self->level[self->levels];
	struct actor *a = spawn_how(last, SPAWN_CLONE, CLONE_NEWUTS);

	ASSERT_NE(NULL, a);
	EXPECT_EQ(container_id(main_actor, last), container_id(main_actor, a));
	EXPECT_NE(ns_id(main_actor, last, "uts"), ns_id(main_actor, a, "uts"));
	EXPECT_EQ(last->pid, container_init(main_actor, a));
}

TEST_F(limit, pid_1_of_a_namespace_made_past_it_is_not_init)
{
	struct actor *last = self->level[self->levels];
	struct actor *a = spawn(last), *pid_1;

	/* It is not the container's own pid namespace. */
	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_unshare(a, CLONE_NEWPID));
	pid_1 = spawn(a);
	ASSERT_NE(NULL, pid_1);
	EXPECT_EQ(container_id(main_actor, last),
		  container_id(main_actor, pid_1));
	EXPECT_EQ(last->pid, container_init(main_actor, pid_1));
}

TEST_F(limit, each_level_sees_those_below)
{
	struct table t;
	int i;

	for (i = 0; i <= self->levels; i++) {
		EXPECT_EQ(self->levels - i + 1,
			  read_table(self->level[i], &t));
		EXPECT_TRUE(table_in_order(&t));
	}
}

TEST_F(limit, goes_from_the_bottom_up)
{
	struct table t;
	int i;

	for (i = self->levels; i > 0; i--) {
		EXPECT_EQ(SIGKILL, actor_kill(self->level[i], SIGKILL));
		EXPECT_EQ(i, read_table(main_actor, &t));
	}
}

TEST_HARNESS_MAIN
