// SPDX-License-Identifier: GPL-2.0
/* Which process is init: the pid 1, else the maker, else the oldest member. */

#include "kselftest_harness.h"
#include "actor.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

FIXTURE(init) {
	__s64 id;
};

FIXTURE_WORLD(init)
{
	self->id = container_id(main_actor, main_actor);
	ASSERT_LT(0, self->id);
}

TEST_F(init, moves_to_first_child_in_new_pid_namespace)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWPID), *b;

	ASSERT_NE(NULL, a);
	EXPECT_EQ(a->pid, container_init(main_actor, a));
	b = spawn(a);
	ASSERT_NE(NULL, b);
	EXPECT_EQ(container_id(main_actor, a), container_id(main_actor, b));
	EXPECT_EQ(b->pid, container_init(main_actor, a));
}

TEST_F(init, does_not_move_to_second_child)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWPID), *b, *c;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	c = spawn(a);
	ASSERT_NE(NULL, b);
	ASSERT_NE(NULL, c);
	EXPECT_EQ(b->pid, container_init(main_actor, c));
}

TEST_F(init, moves_when_init_of_a_container_unshares_pid)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *b;
	__s64 id;

	ASSERT_NE(NULL, a);
	id = container_id(main_actor, a);
	EXPECT_EQ(0, actor_unshare(a, CLONE_NEWPID));
	EXPECT_EQ(a->pid, container_init(main_actor, a));
	b = spawn(a);
	ASSERT_NE(NULL, b);
	EXPECT_EQ(id, container_id(main_actor, b));
	EXPECT_EQ(b->pid, container_init(main_actor, a));
}

TEST_F(init, is_the_child_of_clone_newpid)
{
	struct actor *a = spawn_how(main_actor, SPAWN_CLONE, CLONE_NEWPID);

	ASSERT_NE(NULL, a);
	EXPECT_EQ(a->pid, container_init(main_actor, a));
}

TEST_F(init, returns_to_the_parent_that_waits_for_pid_1)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWPID), *b;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	EXPECT_EQ(1 << 8, actor_exit(b, 1));
	EXPECT_EQ(a->pid, container_init(main_actor, a));
	EXPECT_STREQ("running", container_status(main_actor, a, "State"));
}

TEST_F(init, pid_1_takes_its_namespace_and_nothing_else_along)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWPID), *b, *c;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	c = spawn(b);
	ASSERT_NE(NULL, c);
	EXPECT_EQ(0, actor_exit(b, 0));
	EXPECT_EQ(-EOWNERDEAD, actor_unshare(c, 0));
	EXPECT_EQ(a->pid, container_init(main_actor, a));
	EXPECT_STREQ("1", container_status(main_actor, a, "Processes"));
}

TEST_F(init, stays_pid_1_when_the_parent_exits)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWPID), *b;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	EXPECT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(b->pid, container_init(main_actor, b));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, b));
}

TEST_F(init, passes_on_when_init_is_killed)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *b;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	EXPECT_EQ(SIGKILL, actor_kill(a, SIGKILL));
	EXPECT_EQ(b->pid, container_init(main_actor, b));
	/* Nothing dies with it. */
	EXPECT_EQ(0, actor_unshare(b, 0));
}

TEST_F(init, passes_on_when_init_is_a_zombie)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *b;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	EXPECT_EQ(0, actor_exit_zombie(a));
	EXPECT_EQ(b->pid, container_init(main_actor, b));
	EXPECT_EQ(0, actor_reap(a));
}

TEST_F(init, new_init_may_unshare_without_a_new_level)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *b;
	__s64 id;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	id = container_id(main_actor, b);
	EXPECT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(0, actor_unshare(b, CLONE_NEWUTS));
	EXPECT_EQ(id, container_id(main_actor, b));
}

TEST_F(init, parent_of_pid_1_is_a_plain_member)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWPID), *b;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	EXPECT_EQ(0, actor_unshare(a, CLONE_NEWUTS));
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, a));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, b));
	EXPECT_EQ(b->pid, container_init(main_actor, b));
}

TEST_F(init, no_member_but_a_child_container_means_empty)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *b;
	struct table t;
	struct row *r;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_unshare(b, CLONE_NEWUTS));
	EXPECT_EQ(0, actor_exit(a, 0));
	ASSERT_EQ(3, read_table(main_actor, &t));
	r = find_path(&t, "/unnamed1");
	ASSERT_NE(NULL, r);
	EXPECT_STREQ("empty", r->state);
	EXPECT_EQ(0, r->init);
	EXPECT_EQ(0, r->procs);
	EXPECT_STREQ("-", r->ns[0]);
	EXPECT_NE(NULL, find_path(&t, "/unnamed1/unnamed1"));
}

TEST_F(init, empty_container_goes_with_its_last_child)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *b;
	struct table t;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_unshare(b, CLONE_NEWUTS));
	EXPECT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(0, actor_exit(b, 0));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

TEST_HARNESS_MAIN
