// SPDX-License-Identifier: GPL-2.0
/* Membership is per thread: threads apart, dead leaders, zombies */

#include "kselftest_harness.h"
#include "container_test.h"

/* A process p in the world's container with a second thread t */
FIXTURE(thread) {
	__s64 id;
	struct actor *p, *t;
	char pid[16];
};

FIXTURE_SETUP(thread)
{
	setup_world(_metadata);
	if (_metadata->exit_code)
		return;
	self->id = container_id(main_actor, main_actor);
	self->p = spawn(main_actor);
	ASSERT_NE(NULL, self->p);
	self->t = spawn_thread(self->p);
	ASSERT_NE(NULL, self->t);
	ASSERT_EQ(self->p->pid, self->t->pid);
	ASSERT_NE(self->p->tid, self->t->tid);
	snprintf(self->pid, sizeof(self->pid), "%d", self->p->pid);
}

FIXTURE_TEARDOWN(thread)
{
	world_destroy();
}

TEST_F(thread, is_in_the_container_of_its_creator)
{
	EXPECT_EQ(self->id, container_id(main_actor, self->t));
}

TEST_F(thread, unshare_moves_only_the_caller)
{
	ASSERT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->t));
	EXPECT_STREQ("/", container_path(main_actor, self->p));
	EXPECT_STREQ("/", actor_value(main_actor, "/proc/%d/container/path",
				      self->p->pid));
	EXPECT_EQ(self->p->pid, container_init(main_actor, self->t));
}

TEST_F(thread, clone_with_new_namespace_puts_it_below)
{
	struct actor *t = spawn_how(self->p, SPAWN_CLONE_THREAD, CLONE_NEWUTS);

	ASSERT_NE(NULL, t);
	EXPECT_EQ(self->p->pid, t->pid);
	EXPECT_STREQ("/unnamed1", container_path(main_actor, t));
	EXPECT_STREQ("/", container_path(main_actor, self->p));
	EXPECT_EQ(self->p->pid, container_init(main_actor, t));
}

TEST_F(thread, process_is_listed_where_any_thread_is)
{
	ASSERT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	ASSERT_LT(0, actor_read(main_actor, "/proc/self/container/procs"));
	EXPECT_TRUE(actor_has_line(main_actor, self->pid));
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/unnamed1/procs"));
	EXPECT_TRUE(actor_has_line(main_actor, self->pid));
}

TEST_F(thread, process_is_listed_no_more_where_no_thread_is)
{
	ASSERT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	ASSERT_EQ(0, actor_exit_thread(self->p));
	ASSERT_LT(0, actor_read(main_actor, "/proc/self/container/procs"));
	EXPECT_FALSE(actor_has_line(main_actor, self->pid));
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/unnamed1/procs"));
	EXPECT_TRUE(actor_has_line(main_actor, self->pid));
}

TEST_F(thread, exit_ends_a_container_of_its_own)
{
	struct table t;

	ASSERT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	EXPECT_EQ(2, read_table(main_actor, &t));
	ASSERT_EQ(0, actor_exit_thread(self->t));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

TEST_F(thread, exit_of_the_process_ends_all_of_its_containers)
{
	struct table t;

	ASSERT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	ASSERT_EQ(0, actor_unshare(self->p, CLONE_NEWUTS));
	EXPECT_EQ(3, read_table(main_actor, &t));
	EXPECT_EQ(SIGKILL, actor_kill(self->p, SIGKILL));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

TEST_F(thread, init_passes_on_when_inits_last_thread_there_exits)
{
	struct actor *q = spawn(main_actor);

	ASSERT_NE(NULL, q);
	ASSERT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	ASSERT_EQ(0, actor_bind(q, container_id(main_actor, self->t), 0));
	EXPECT_EQ(self->p->pid, container_init(main_actor, q));
	ASSERT_EQ(0, actor_exit_thread(self->t));
	EXPECT_EQ(q->pid, container_init(main_actor, q));
}

TEST_F(thread, forks_into_its_own_container)
{
	struct actor *child;

	ASSERT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	child = spawn(self->t);
	ASSERT_NE(NULL, child);
	EXPECT_STREQ("/unnamed1", container_path(main_actor, child));
	child = spawn(self->p);
	ASSERT_NE(NULL, child);
	EXPECT_STREQ("/", container_path(main_actor, child));
}

TEST_F(thread, exec_takes_the_process_to_its_container)
{
	struct where where;
	__s64 id;

	ASSERT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	id = container_id(main_actor, self->t);
	ASSERT_LE(0, actor_exec_where(self->t, &where));
	EXPECT_EQ(id, where.container);
}

TEST_F(thread, of_init_makes_no_new_level)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *t;
	__s64 id, uts;

	ASSERT_NE(NULL, a);
	t = spawn_thread(a);
	ASSERT_NE(NULL, t);
	id = container_id(main_actor, a);
	uts = ns_id(main_actor, a, "uts");
	EXPECT_EQ(0, actor_unshare(t, CLONE_NEWUTS));
	EXPECT_EQ(id, container_id(main_actor, t));
	EXPECT_NE(uts, ns_id(main_actor, t, "uts"));
	EXPECT_EQ(uts, ns_id(main_actor, a, "uts"));
}

TEST_F(thread, cannot_bind_to_a_container)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	__s64 id;

	ASSERT_NE(NULL, a);
	id = container_id(main_actor, a);
	EXPECT_EQ(-EINVAL, actor_bind(self->t, id, 0));
	EXPECT_EQ(-EINVAL, actor_bind(self->p, id, 0));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
	/* Alone again */
	ASSERT_EQ(0, actor_exit_thread(self->t));
	EXPECT_EQ(0, actor_bind(self->p, id, 0));
}

TEST_F(thread, can_bind_to_a_namespace)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	__s64 uts;

	ASSERT_NE(NULL, a);
	uts = ns_id(main_actor, a, "uts");
	EXPECT_EQ(0, actor_bind(self->t, uts, 0));
	EXPECT_EQ(uts, ns_id(main_actor, self->t, "uts"));
	EXPECT_NE(uts, ns_id(main_actor, self->p, "uts"));
}

TEST_F(thread, dead_leaders_process_is_where_the_living_thread_is)
{
	ASSERT_EQ(0, actor_exit_thread(self->p));
	EXPECT_EQ(self->id, actor_number(main_actor, "/proc/%d/container/id",
					 self->p->pid));
	ASSERT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	EXPECT_STREQ("/unnamed1",
		     actor_value(main_actor, "/proc/%d/container/path",
				 self->p->pid));
}

TEST_F(thread, dead_leader_itself_is_nowhere)
{
	ASSERT_EQ(0, actor_exit_thread(self->p));
	EXPECT_EQ(-ESRCH, actor_open(main_actor, O_RDONLY,
				     "/proc/%d/task/%d/container/id",
				     self->p->pid, self->p->pid));
}

TEST_F(thread, process_with_dead_leader_is_counted)
{
	struct table t;

	ASSERT_EQ(0, actor_exit_thread(self->p));
	ASSERT_LT(0, actor_read(main_actor, "/proc/self/container/procs"));
	EXPECT_TRUE(actor_has_line(main_actor, self->pid));
	ASSERT_EQ(1, read_table(main_actor, &t));
	EXPECT_EQ(2, t.row[0].procs);
}

/* A container whose init is a process that lost its leader */
FIXTURE(leaderless) {
	struct actor *p, *t;
	__s64 id;
};

FIXTURE_SETUP(leaderless)
{
	setup_world(_metadata);
	if (_metadata->exit_code)
		return;
	self->p = spawn_unshared(main_actor, CLONE_NEWUTS | CLONE_NEWIPC);
	ASSERT_NE(NULL, self->p);
	self->id = container_id(main_actor, self->p);
	self->t = spawn_thread(self->p);
	ASSERT_NE(NULL, self->t);
	ASSERT_EQ(0, actor_exit_thread(self->p));
}

FIXTURE_TEARDOWN(leaderless)
{
	world_destroy();
}

TEST_F(leaderless, process_stays_init)
{
	EXPECT_EQ(self->p->pid, container_init(main_actor, self->t));
	EXPECT_STREQ("running", container_status(main_actor, self->t, "State"));
	EXPECT_STREQ("1", container_status(main_actor, self->t, "Processes"));
}

TEST_F(leaderless, init_still_tells_the_namespaces)
{
	struct table t;
	char id[24];

	ASSERT_EQ(2, read_table(main_actor, &t));
	snprintf(id, sizeof(id), "%lld",
		 (long long)ns_id(main_actor, self->t, "uts"));
	EXPECT_STREQ(id, t.row[1].ns[0]);
}

TEST_F(leaderless, container_can_be_bound_to)
{
	struct actor *a = spawn(main_actor);

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_bind(a, self->id, CLONE_NEWUTS));
	EXPECT_EQ(self->id, container_id(main_actor, a));
	EXPECT_EQ(ns_id(main_actor, self->t, "uts"),
		  ns_id(main_actor, a, "uts"));
}

TEST_F(leaderless, init_may_unshare_without_a_new_level)
{
	EXPECT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
	EXPECT_EQ(self->id, container_id(main_actor, self->t));
}

TEST_F(leaderless, container_ends_with_the_last_thread)
{
	struct table t;

	EXPECT_EQ(SIGKILL, actor_kill(self->p, SIGKILL));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

FIXTURE(zombie) {
	struct actor *a;
};

FIXTURE_SETUP(zombie)
{
	setup_world(_metadata);
	if (_metadata->exit_code)
		return;
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
}

FIXTURE_TEARDOWN(zombie)
{
	world_destroy();
}

TEST_F(zombie, is_in_no_container)
{
	ASSERT_EQ(0, actor_exit_zombie(self->a));
	EXPECT_EQ(-ESRCH, actor_open(main_actor, O_RDONLY,
				     "/proc/%d/container/id", self->a->pid));
	EXPECT_EQ(-ESRCH, actor_open(main_actor, O_RDONLY,
				     "/proc/%d/task/%d/container/id",
				     self->a->pid, self->a->pid));
}

TEST_F(zombie, does_not_keep_its_container)
{
	struct table t;

	ASSERT_EQ(0, actor_exit_zombie(self->a));
	EXPECT_EQ(1, read_table(main_actor, &t));
	EXPECT_EQ(0, actor_reap(self->a));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

TEST_F(zombie, is_not_counted)
{
	struct actor *b = spawn(self->a);

	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_exit_zombie(b));
	EXPECT_STREQ("1", container_status(main_actor, self->a, "Processes"));
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], WHERE_OPTION))
		return tell_where(atoi(argv[2]));
	return test_harness_run(argc, argv);
}
