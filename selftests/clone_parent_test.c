// SPDX-License-Identifier: GPL-2.0
/* In an explicit container, no process gets a parent outside by CLONE_PARENT. */

#include "kselftest_harness.h"
#include "actor.h"
#include "enter.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "trace.h"
#include "world.h"

/*
 * /job has the init i and a member e that has entered, which are children of
 * the main process, and a member m, which is a child of i.
 */
FIXTURE(parent) {
	struct actor *i, *m, *e;
};

FIXTURE_WORLD(parent)
{
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->m = spawn(self->i);
	ASSERT_NE(NULL, self->m);
	self->e = spawn_in("job");
	ASSERT_NE(NULL, self->e);
}

TEST_F(parent, clone_by_init_einval)
{
	EXPECT_EQ(-EINVAL, actor_clone_parent(self->i, 0));
	EXPECT_EQ(-EINVAL, actor_clone_parent(self->i, CLONE_NEWUTS));
}

TEST_F(parent, clone_by_one_that_has_entered_einval)
{
	EXPECT_EQ(-EINVAL, actor_clone_parent(self->e, 0));
	EXPECT_EQ(-EINVAL, actor_clone_parent(self->e, CLONE_NEWUTS));
}

TEST_F(parent, clone_by_one_further_down_einval)
{
	ASSERT_EQ(0, actor_unshare(self->e, CLONE_NEWUTS));
	ASSERT_STREQ("/job/unnamed1", container_path(main_actor, self->e));
	EXPECT_EQ(-EINVAL, actor_clone_parent(self->e, 0));
}

TEST_F(parent, clone_by_a_child_of_a_member_works)
{
	struct actor a = {};

	a.pid = actor_clone_parent(self->m, 0);
	ASSERT_LT(0, a.pid);
	EXPECT_EQ(self->i->pid, actor_ppid(main_actor, &a));
	EXPECT_STREQ("/job", container_path(main_actor, &a));
	ASSERT_EQ(0, kill(a.pid, SIGKILL));
	EXPECT_EQ(SIGKILL, actor_call(self->i, do_waitpid, a.pid, 0, 0, 0));
}

TEST_F(parent, clone_in_an_implicit_container_works)
{
	struct actor *u = spawn_unshared(main_actor, CLONE_NEWUTS);
	struct actor a = {};

	ASSERT_NE(NULL, u);
	a.pid = actor_clone_parent(u, 0);
	ASSERT_LT(0, a.pid);
	EXPECT_EQ(getpid(), actor_ppid(main_actor, &a));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, &a));
}

TEST_F(parent, clone_of_pid_1_by_init_works)
{
	struct actor a = {};

	a.pid = actor_clone_parent(self->i, CLONE_NEWPID);
	ASSERT_LT(0, a.pid);
	EXPECT_EQ(getpid(), actor_ppid(main_actor, &a));
	EXPECT_STREQ("/job/unnamed1", container_path(main_actor, &a));
}

TEST_F(parent, clone_of_pid_1_by_one_that_has_entered_works)
{
	struct actor a = {};

	a.pid = actor_clone_parent(self->e, CLONE_NEWPID);
	ASSERT_LT(0, a.pid);
	EXPECT_EQ(getpid(), actor_ppid(main_actor, &a));
	EXPECT_STREQ("/job/unnamed1", container_path(main_actor, &a));
}

/* As runc does it */
TEST_F(parent, clone_of_the_first_child_after_unshare_works_once)
{
	struct actor a = {};

	ASSERT_EQ(0, actor_unshare_in_setup(self->e, CLONE_NEWPID));
	a.pid = actor_clone_parent(self->e, 0);
	ASSERT_LT(0, a.pid);
	EXPECT_EQ(getpid(), actor_ppid(main_actor, &a));
	EXPECT_EQ(container_id(main_actor, self->e),
		  container_id(main_actor, &a));
	EXPECT_EQ(-EINVAL, actor_clone_parent(self->e, 0));
}

TEST_F(parent, clone_of_the_first_child_after_unshare_by_init_works_once)
{
	struct actor a = {};

	ASSERT_EQ(0, actor_unshare(self->i, CLONE_NEWPID));
	a.pid = actor_clone_parent(self->i, 0);
	ASSERT_LT(0, a.pid);
	EXPECT_EQ(getpid(), actor_ppid(main_actor, &a));
	EXPECT_EQ(a.pid, container_init(main_actor, self->i));
	EXPECT_EQ(-EINVAL, actor_clone_parent(self->i, 0));
}

TEST_HARNESS_MAIN
