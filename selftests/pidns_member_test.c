// SPDX-License-Identifier: GPL-2.0
/*
 * Membership through a pid namespace: a process that is born into one other
 * than its parent's is where the init of that namespace is, if that is below.
 */

#include "kselftest_harness.h"
#include "actor.h"
#include "file.h"
#include "ns.h"
#include "pidns_fixture.h"
#include "pod_fixture.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

TEST_F(pidns, setns_alone_moves_no_process)
{
	EXPECT_EQ(self->world_id, container_id(main_actor, self->out));
	ASSERT_EQ(2, read_table(main_actor, &self->table));
	EXPECT_EQ(1, self->table.row[1].procs);
}

TEST_F(pidns, child_is_a_member)
{
	static const enum spawn_how how[] = {
		SPAWN_FORK, SPAWN_CLONE, SPAWN_CLONE3,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(how); i++) {
		struct actor *child = spawn_how(self->out, how[i], 0);

		ASSERT_NE(NULL, child);
		EXPECT_EQ(self->id, container_id(main_actor, child));
		EXPECT_EQ(self->world_id, container_id(main_actor, self->out));
		EXPECT_EQ(7 << 8, actor_exit(child, 7));
	}
}

TEST_F(pidns, child_is_listed_and_counted)
{
	struct actor *child = spawn(self->out);

	ASSERT_NE(NULL, child);
	ASSERT_LT(0, actor_read(main_actor, "/proc/%d/container/procs",
				self->one->pid));
	EXPECT_TRUE(actor_has_pid(main_actor, child->pid));
	ASSERT_LT(0, actor_read(main_actor, "/proc/self/container/procs"));
	EXPECT_FALSE(actor_has_pid(main_actor, child->pid));
	ASSERT_EQ(2, read_table(main_actor, &self->table));
	EXPECT_EQ(2, self->table.row[0].procs);
	EXPECT_EQ(2, self->table.row[1].procs);
	EXPECT_EQ(self->one->pid, self->table.row[1].init);
}

TEST_F(pidns, child_sees_what_a_member_sees)
{
	struct actor *child = spawn(self->out);

	ASSERT_NE(NULL, child);
	EXPECT_STREQ("/", container_path(child, child));
	EXPECT_EQ(1, read_table(child, &self->table));
	EXPECT_EQ(-EACCES, actor_open(child, O_RDONLY, "/proc/%d/container/id",
				      main_actor->pid));
}

TEST_F(pidns, child_ends_with_pid_1)
{
	struct actor *child = spawn(self->out);

	ASSERT_NE(NULL, child);
	ASSERT_EQ(0, kill(self->one->pid, SIGKILL));
	EXPECT_EQ(SIGKILL, actor_reap(child));
	EXPECT_EQ(SIGKILL, actor_reap(self->one));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(pidns, child_outlives_its_parent_as_a_member)
{
	struct actor *child = spawn(self->out);

	ASSERT_NE(NULL, child);
	EXPECT_EQ(0, actor_exit(self->out, 0));
	EXPECT_EQ(self->id, container_id(main_actor, child));
	EXPECT_EQ(0, actor_unshare(child, 0));
}

TEST_F(pidns, grandchild_is_a_member)
{
	struct actor *child = spawn(self->out), *grandchild;

	ASSERT_NE(NULL, child);
	grandchild = spawn(child);
	ASSERT_NE(NULL, grandchild);
	EXPECT_EQ(self->id, container_id(main_actor, grandchild));
}

TEST_F(pidns, child_that_unshares_is_below)
{
	struct actor *child = spawn(self->out);

	ASSERT_NE(NULL, child);
	EXPECT_EQ(0, actor_unshare(child, CLONE_NEWUTS));
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, child));
}

TEST_F(pidns, child_with_new_namespaces_is_below)
{
	struct actor *a, *b;

	a = spawn_how(self->out, SPAWN_CLONE, CLONE_NEWUTS);
	ASSERT_NE(NULL, a);
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, a));
	EXPECT_EQ(a->pid, container_init(main_actor, a));
	b = spawn_how(self->out, SPAWN_CLONE3, CLONE_NEWNS | CLONE_NEWIPC);
	ASSERT_NE(NULL, b);
	EXPECT_STREQ("/unnamed1/unnamed2", container_path(main_actor, b));
	EXPECT_EQ(b->pid, container_init(main_actor, b));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->out));
	EXPECT_EQ(4, read_table(main_actor, &self->table));
}

/* A runtime has joined the pid namespace of a pod before it makes the others. */
TEST_F(pidns, child_of_one_that_is_set_up_is_below)
{
	struct actor *child;

	ASSERT_EQ(0, actor_unshare_in_setup(self->out, CLONE_NEWUTS));
	EXPECT_STREQ("/unnamed2", container_path(main_actor, self->out));
	child = spawn(self->out);
	ASSERT_NE(NULL, child);
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, child));
	EXPECT_EQ(self->id, container_id(main_actor, self->one));
}

/* One of its own beside that of its children is refused, as ever. */
TEST_F(pidns, child_with_a_new_pid_namespace_einval)
{
	EXPECT_EQ(NULL, spawn_how(self->out, SPAWN_CLONE, CLONE_NEWPID));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(2, read_table(main_actor, &self->table));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->out));
}

TEST_F(pidns, child_of_one_thread_is_a_member)
{
	struct actor *p = spawn(main_actor), *t, *child;

	ASSERT_NE(NULL, p);
	t = spawn_thread(p);
	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_setns_of(t, self->one, "pid"));
	child = spawn(t);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(self->id, container_id(main_actor, child));
	child = spawn(p);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(self->world_id, container_id(main_actor, child));
}

TEST_F(pidns, child_of_a_sibling_stays)
{
	struct actor *b = spawn_unshared(main_actor, CLONE_NEWUTS), *child;

	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_setns_of(b, self->one, "pid"));
	child = spawn(b);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(container_id(main_actor, b), container_id(main_actor, child));
	/* And below that with new namespaces */
	child = spawn_how(b, SPAWN_CLONE, CLONE_NEWUTS);
	ASSERT_NE(NULL, child);
	EXPECT_STREQ("/unnamed2/unnamed1", container_path(main_actor, child));
}

TEST_F(pidns, child_goes_to_the_innermost)
{
	struct actor *two = spawn_how(self->one, SPAWN_CLONE, CLONE_NEWPID);
	struct actor *in = spawn(self->one), *child;

	ASSERT_NE(NULL, two);
	ASSERT_NE(NULL, in);
	ASSERT_STREQ("/unnamed1/unnamed1", container_path(main_actor, two));
	/* From the outermost, and from the one in between */
	ASSERT_EQ(0, actor_setns_of(self->out, two, "pid"));
	child = spawn(self->out);
	ASSERT_NE(NULL, child);
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, child));
	ASSERT_EQ(0, actor_setns_of(in, two, "pid"));
	child = spawn(in);
	ASSERT_NE(NULL, child);
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, child));
	EXPECT_STREQ("/", container_path(child, child));
}

TEST_F(pidns, child_in_a_dead_namespace_enomem)
{
	ASSERT_EQ(SIGKILL, actor_kill(self->one, SIGKILL));
	EXPECT_EQ(-ENOMEM, actor_call(self->out, do_fork_and_wait, 0, 0, 0, 0));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_F(pod, second_container_is_below_the_first)
{
	struct table t;

	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->first));
	EXPECT_STREQ("/unnamed1/unnamed1",
		     container_path(main_actor, self->second));
	EXPECT_STREQ("/unnamed1", container_path(self->first, self->second));
	EXPECT_EQ(ns_id(main_actor, self->first, "pid"),
		  ns_id(main_actor, self->second, "pid"));
	EXPECT_EQ(2, read_table(self->first, &t));
	EXPECT_EQ(1, read_table(self->second, &t));
}

TEST_HARNESS_MAIN
