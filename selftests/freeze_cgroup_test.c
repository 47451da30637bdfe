// SPDX-License-Identifier: GPL-2.0
/* freeze and cgroup.freeze (cgroup v2): a task runs only if neither stops it. */

#include <limits.h>

#include "kselftest_harness.h"
#include "cgroup_util.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "file.h"
#include "freeze.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "world.h"

/* /job with its init; a member of it that counts is in the cgroup. */
FIXTURE(both) {
	struct actor *init, *a;
	char *dir;
	char events[300];
};

FIXTURE_WORLD_SETUP(both)
{
	char root[PATH_MAX];

	if (cg_find_unified_root(root, sizeof(root), NULL))
		SKIP(return, "no cgroup v2");
	self->dir = cg_name_indexed(root, "container_test", getpid());
	ASSERT_NE(NULL, self->dir);
	ASSERT_EQ(0, cg_create(self->dir));
	snprintf(self->events, sizeof(self->events), "%s/cgroup.events",
		 self->dir);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->init = spawn_in("job");
	ASSERT_NE(NULL, self->init);
	self->a = spawn_in("job");
	ASSERT_NE(NULL, self->a);
	ASSERT_EQ(0, actor_write(self->a, "0", "%s/cgroup.procs", self->dir));
	start_counting(self->a, do_count, 0);
}

FIXTURE_TEARDOWN(both)
{
	actor_write(main_actor, "0", "%s/cgroup.freeze", self->dir);
	world_destroy();
	cg_destroy(self->dir);
}

static int set_cgroup(const char *dir, const char *value, const char *line)
{
	char events[300];
	int err;

	snprintf(events, sizeof(events), "%s/cgroup.events", dir);
	err = actor_write(main_actor, value, "%s/cgroup.freeze", dir);
	return err ?: wait_events(events, line);
}

static int freeze_cgroup(const char *dir)
{
	return set_cgroup(dir, "1", "frozen 1");
}

static int thaw_cgroup(const char *dir)
{
	return set_cgroup(dir, "0", "frozen 0");
}

TEST_F(both, container_first_container_thawed_first)
{
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, freeze_cgroup(self->dir));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, wait_events(self->events, "frozen 1"));
	ASSERT_EQ(0, thaw_cgroup(self->dir));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(both, container_first_cgroup_thawed_first)
{
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, freeze_cgroup(self->dir));
	ASSERT_EQ(0, thaw_cgroup(self->dir));
	EXPECT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(both, cgroup_first_container_thawed_first)
{
	ASSERT_EQ(0, freeze_cgroup(self->dir));
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, wait_events(self->events, "frozen 1"));
	ASSERT_EQ(0, thaw_cgroup(self->dir));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(both, cgroup_first_cgroup_thawed_first)
{
	ASSERT_EQ(0, freeze_cgroup(self->dir));
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, thaw_cgroup(self->dir));
	EXPECT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(both, container_does_not_freeze_the_cgroup)
{
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, wait_events(self->events, "frozen 0"));
	EXPECT_STREQ("0", actor_value(main_actor, "%s/cgroup.freeze",
				      self->dir));
}

TEST_F(both, cgroup_does_not_freeze_the_container)
{
	ASSERT_EQ(0, freeze_cgroup(self->dir));
	ASSERT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, wait_child_events("job", "frozen 0"));
	EXPECT_STREQ("0", actor_value(main_actor,
				      CHILDREN "/job/container.freeze"));
	EXPECT_TRUE(child_has_state("job", "running"));
}

TEST_F(both, task_frozen_by_its_container_can_enter_a_frozen_cgroup)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", self->init->pid);
	start_counting(self->init, do_count, 0);
	ASSERT_EQ(0, freeze_cgroup(self->dir));
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, actor_write(main_actor, pid, "%s/cgroup.procs",
				 self->dir));
	EXPECT_EQ(0, wait_events(self->events, "frozen 1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_stands_still(self->init));
	EXPECT_EQ(0, wait_events(self->events, "frozen 1"));
	ASSERT_EQ(0, thaw_cgroup(self->dir));
	EXPECT_TRUE(actor_counts(self->init));
}

TEST_F(both, task_that_leaves_a_frozen_cgroup_stays_frozen_by_its_container)
{
	char pid[16], parent[300];

	snprintf(pid, sizeof(pid), "%d", self->a->pid);
	snprintf(parent, sizeof(parent), "%s/../cgroup.procs", self->dir);
	ASSERT_EQ(0, freeze_cgroup(self->dir));
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, actor_write(main_actor, pid, "%s", parent));
	EXPECT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(both, task_of_a_cgroup_frozen_later_enters_and_is_frozen_by_both)
{
	struct actor *b = spawn(main_actor);
	__s64 id = container_id(main_actor, self->a);

	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_write(b, "0", "%s/cgroup.procs", self->dir));
	ASSERT_EQ(0, freeze_child("job"));
	start_counting(b, do_enter_and_count, id);
	ASSERT_EQ(0, freeze_cgroup(self->dir));
	ASSERT_EQ(0, thaw_cgroup(self->dir));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_TRUE(actor_comes_to_rest(b));
	EXPECT_EQ(0, counter(b));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(b));
}

TEST_F(both, task_frozen_by_both_is_killed)
{
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, freeze_cgroup(self->dir));
	EXPECT_EQ(SIGKILL, actor_kill(self->a, SIGKILL));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	EXPECT_EQ(0, wait_events(self->events, "populated 0"));
}

TEST_F(both, container_is_killed_in_a_frozen_cgroup)
{
	ASSERT_EQ(0, freeze_cgroup(self->dir));
	ASSERT_EQ(0, write_child("job", "kill", "1"));
	EXPECT_EQ(SIGKILL, actor_reap(self->a));
	EXPECT_EQ(0, wait_events(self->events, "populated 0"));
}

TEST_F(both, children_of_tasks_frozen_by_both_are_frozen_by_both)
{
	struct actor *b;

	ASSERT_EQ(0, stop_counting(self->a));
	b = spawn(self->a);
	ASSERT_NE(NULL, b);
	start_counting(b, do_count, 0);
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, freeze_cgroup(self->dir));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_stands_still(b));
	ASSERT_EQ(0, thaw_cgroup(self->dir));
	EXPECT_TRUE(actor_counts(b));
}

/* Toggled by two at once, whatever comes first: in the end it runs. */
TEST_F_TIMEOUT(both, toggled_at_once_end_in_order, 300)
{
	int i, n = stress_rounds(100), status;
	pid_t pid = world_fork();
	char path[300];

	ASSERT_LE(0, pid);
	if (pid == 0) {
		snprintf(path, sizeof(path), "%s/cgroup.freeze", self->dir);
		for (i = 0; i < n; i++)
			if (put_text(path, i % 2 ? "0" : "1"))
				_exit(1);
		_exit(0);
	}
	for (i = 0; i < n; i++)
		ASSERT_EQ(0, actor_write(main_actor, i % 2 ? "0" : "1",
					 CHILDREN "/job/container.freeze"));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(0, status);
	ASSERT_EQ(0, thaw_child("job"));
	ASSERT_EQ(0, thaw_cgroup(self->dir));
	EXPECT_TRUE(actor_counts(self->a));
	/* What is counted of frozen tasks is right. */
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, freeze_cgroup(self->dir));
	EXPECT_TRUE(actor_stands_still(self->a));
	ASSERT_EQ(0, thaw_cgroup(self->dir));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_HARNESS_MAIN
