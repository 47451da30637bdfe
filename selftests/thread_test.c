// SPDX-License-Identifier: GPL-2.0
/* Membership is per process: threads with namespaces of their own, zombies */

#include "kselftest_harness.h"
#include "actor.h"
#include "exec.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "thread_fixture.h"
#include "world.h"

TEST_F(thread, has_no_directory)
{
	EXPECT_EQ(-ENOENT, actor_open(main_actor, O_RDONLY | O_DIRECTORY,
				      "/proc/%d/task/%d/container",
				      self->p->pid, self->t->tid));
	EXPECT_EQ(-ENOENT, actor_open(self->t, O_RDONLY | O_DIRECTORY,
				      "/proc/thread-self/container"));
}

TEST_F(thread, unshare_makes_no_container)
{
	__s64 uts = ns_id(main_actor, self->p, "uts");

	EXPECT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	EXPECT_NE(uts, ns_id(main_actor, self->t, "uts"));
	EXPECT_EQ(uts, ns_id(main_actor, self->p, "uts"));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
}

TEST_F(thread, unshare_by_the_leader_makes_no_container)
{
	__s64 uts = ns_id(main_actor, self->p, "uts");

	EXPECT_EQ(0, actor_unshare(self->p, CLONE_NEWUTS));
	EXPECT_NE(uts, ns_id(main_actor, self->p, "uts"));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
}

TEST_F(thread, unshare_by_the_last_one_makes_a_container)
{
	ASSERT_EQ(0, actor_exit_thread(self->t));
	EXPECT_EQ(0, actor_unshare(self->p, CLONE_NEWUTS));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->p));
}

TEST_F(thread, clone_of_a_thread_makes_no_container)
{
	struct actor *u = spawn_how(self->p, SPAWN_CLONE_THREAD, CLONE_NEWUTS);

	ASSERT_NE(NULL, u);
	EXPECT_EQ(self->p->pid, u->pid);
	EXPECT_NE(ns_id(main_actor, self->p, "uts"),
		  ns_id(main_actor, u, "uts"));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
}

/* The new process has one thread. */
TEST_F(thread, clone_of_a_process_makes_a_container)
{
	struct actor *child = spawn_how(self->t, SPAWN_CLONE, CLONE_NEWUTS);

	ASSERT_NE(NULL, child);
	EXPECT_STREQ("/unnamed1", container_path(main_actor, child));
	EXPECT_EQ(child->pid, container_init(main_actor, child));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
}

TEST_F(thread, unshare_of_a_pid_namespace_moves_its_first_child)
{
	struct actor *child;

	EXPECT_EQ(0, actor_unshare(self->t, CLONE_NEWPID));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
	child = spawn(self->t);
	ASSERT_NE(NULL, child);
	EXPECT_STREQ("/unnamed1", container_path(main_actor, child));
	EXPECT_EQ(child->pid, container_init(main_actor, child));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
}

TEST_F(thread, unshare_does_not_move_its_children)
{
	struct actor *child;

	ASSERT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	child = spawn(self->t);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(ns_id(main_actor, self->t, "uts"),
		  ns_id(main_actor, child, "uts"));
	EXPECT_EQ(self->id, container_id(main_actor, child));
}

TEST_F(thread, exec_after_unshare_stays)
{
	struct where where;

	ASSERT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	ASSERT_LE(0, actor_exec_where(self->t, &where));
	EXPECT_EQ(self->id, where.container);
}

TEST_F(thread, exit_changes_nothing)
{
	ASSERT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	ASSERT_EQ(0, actor_exit_thread(self->t));
	ASSERT_EQ(1, read_table(main_actor, &self->table));
	EXPECT_EQ(2, self->table.row[0].procs);
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
}

TEST_F(thread, of_init_changes_the_namespaces_of_the_thread_only)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *t;
	__s64 id, uts;

	ASSERT_NE(NULL, a);
	t = spawn_thread(a);
	ASSERT_NE(NULL, t);
	id = container_id(main_actor, a);
	uts = ns_id(main_actor, a, "uts");
	EXPECT_EQ(0, actor_unshare(t, CLONE_NEWUTS));
	EXPECT_EQ(id, container_id(main_actor, a));
	EXPECT_NE(uts, ns_id(main_actor, t, "uts"));
	EXPECT_EQ(uts, ns_id(main_actor, a, "uts"));
	EXPECT_EQ(2, read_table(main_actor, &self->table));
}

TEST_F(thread, keeps_a_process_with_a_dead_leader_where_it_is)
{
	ASSERT_EQ(0, actor_exit_thread(self->p));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
	ASSERT_LT(0, actor_read(main_actor, "/proc/self/container/procs"));
	EXPECT_TRUE(actor_has_pid(main_actor, self->p->pid));
	ASSERT_EQ(1, read_table(main_actor, &self->table));
	EXPECT_EQ(2, self->table.row[0].procs);
}

TEST_F(leaderless, process_stays_init)
{
	EXPECT_EQ(self->p->pid, container_init(main_actor, self->t));
	EXPECT_STREQ("running", container_status(main_actor, self->t, "State"));
	EXPECT_STREQ("1", container_status(main_actor, self->t, "Processes"));
}

TEST_F(leaderless, init_still_tells_the_namespaces)
{
	char id[24];

	ASSERT_EQ(2, read_table(main_actor, &self->table));
	snprintf(id, sizeof(id), "%lld",
		 (long long)ns_id(main_actor, self->t, "uts"));
	EXPECT_STREQ(id, self->table.row[1].ns[0]);
}

TEST_F(leaderless, init_may_unshare_without_a_new_level)
{
	EXPECT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	EXPECT_EQ(self->id, container_id(main_actor, self->t));
}

TEST_F(leaderless, container_ends_with_the_last_thread)
{
	EXPECT_EQ(SIGKILL, actor_kill(self->p, SIGKILL));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

FIXTURE(zombie) {
	struct actor *a;
	struct table table;
};

FIXTURE_WORLD(zombie)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
}

TEST_F(zombie, is_in_no_container)
{
	ASSERT_EQ(0, actor_exit_zombie(self->a));
	EXPECT_EQ(-ESRCH, actor_open(main_actor, O_RDONLY,
				     "/proc/%d/container/id", self->a->pid));
}

TEST_F(zombie, does_not_keep_its_container)
{
	ASSERT_EQ(0, actor_exit_zombie(self->a));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
	EXPECT_EQ(0, actor_reap(self->a));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_F(zombie, is_not_counted)
{
	struct actor *b = spawn(self->a);

	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_exit_zombie(b));
	EXPECT_STREQ("1", container_status(main_actor, self->a, "Processes"));
}

TEST_HARNESS_MAIN
