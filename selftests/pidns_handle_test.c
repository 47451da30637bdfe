// SPDX-License-Identifier: GPL-2.0
/* What is done to a process that is a member through its pid namespace */

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "file.h"
#include "freeze.h"
#include "ns.h"
#include "pidns_fixture.h"
#include "pod_fixture.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "stat.h"
#include "trace.h"
#include "world.h"

TEST_F(pidns, setns_alone_is_not_counted)
{
	EXPECT_EQ(self->world_id, container_id(main_actor, self->out));
	EXPECT_EQ(1, stat_of(CHILDREN "/unnamed1/container.stat", PROCS));
}

TEST_F(pidns, child_is_listed_and_counted)
{
	__s64 forks = stat_of(CHILDREN "/unnamed1/container.stat", FORKS);
	struct actor *child = spawn(self->out);

	ASSERT_NE(NULL, child);
	ASSERT_LT(0, actor_read(main_actor,
				CHILDREN "/unnamed1/container.procs"));
	EXPECT_TRUE(actor_has_pid(main_actor, child->pid));
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/container.procs"));
	EXPECT_FALSE(actor_has_pid(main_actor, child->pid));
	EXPECT_EQ(2, stat_of(CHILDREN "/unnamed1/container.stat", PROCS));
	EXPECT_EQ(forks + 1,
		  stat_of(CHILDREN "/unnamed1/container.stat", FORKS));
	ASSERT_EQ(2, read_table(main_actor, &self->table));
	EXPECT_EQ(2, self->table.row[0].procs);
	EXPECT_EQ(2, self->table.row[1].procs);
	EXPECT_EQ(self->one->pid, self->table.row[1].init);
}

TEST_F(pidns, child_with_new_namespaces_is_counted_below)
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
	EXPECT_EQ(1, stat_of(CHILDREN "/unnamed1/unnamed2/container.stat",
			     PROCS));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->out));
	EXPECT_EQ(4, read_table(main_actor, &self->table));
}

TEST_F(pidns, child_reaches_what_a_member_reaches)
{
	struct actor *child = spawn(self->out);

	ASSERT_NE(NULL, child);
	EXPECT_EQ(self->id, actor_number(child,
					 CHILDREN "/unnamed1/container.id"));
	EXPECT_EQ(-EACCES, actor_open(child, O_RDONLY,
				      CHILDREN "/container.id"));
}

TEST_F(pidns, child_is_frozen)
{
	struct actor *child = spawn(self->out);

	ASSERT_NE(NULL, child);
	start_counting(child, do_count, 0);
	ASSERT_TRUE(actor_counts(child));
	ASSERT_EQ(0, freeze_child("unnamed1"));
	EXPECT_TRUE(actor_stands_still(child));
	/* Its parent is not. */
	EXPECT_EQ(0, actor_unshare(self->out, 0));
	ASSERT_EQ(0, thaw_child("unnamed1"));
	EXPECT_TRUE(actor_counts(child));
	EXPECT_EQ(0, stop_counting(child));
}

TEST_F(pidns, child_is_killed)
{
	struct actor *child = spawn(self->out);

	ASSERT_NE(NULL, child);
	EXPECT_EQ(0, write_child("unnamed1", "kill", "1"));
	/* First, as pid 1 waits for all others to be reaped. */
	EXPECT_EQ(SIGKILL, actor_reap(child));
	EXPECT_EQ(SIGKILL, actor_reap(self->one));
	EXPECT_EQ(0, actor_unshare(self->out, 0));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(pidns, child_goes_where_pid_1_has_gone)
{
	struct actor *child;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, "unnamed1/part"));
	ASSERT_EQ(0, write_child_number("unnamed1/part", "procs",
					self->one->pid));
	child = spawn(self->out);
	ASSERT_NE(NULL, child);
	EXPECT_STREQ("/unnamed1/part", container_path(main_actor, child));
	EXPECT_EQ(self->one->pid, container_init(main_actor, child));
}

TEST_F(pidns, child_is_a_member_of_an_explicit_container)
{
	struct actor *i = spawn_explicit(main_actor, "job"), *p, *child;

	ASSERT_NE(NULL, i);
	ASSERT_EQ(0, actor_unshare(i, CLONE_NEWPID));
	p = spawn(i);
	ASSERT_NE(NULL, p);
	ASSERT_EQ(p->pid, container_init(main_actor, i));
	ASSERT_EQ(0, actor_setns_of(self->out, p, "pid"));
	child = spawn(self->out);
	ASSERT_NE(NULL, child);
	EXPECT_STREQ("/job", container_path(main_actor, child));
	EXPECT_EQ(p->pid, container_init(main_actor, child));
	/* It ends with its init. */
	ASSERT_EQ(0, kill(p->pid, SIGKILL));
	EXPECT_EQ(SIGKILL, actor_reap(child));
}

TEST_F(pidns, child_in_a_dying_container_dies)
{
	struct actor *tracer = spawn(main_actor);

	ASSERT_NE(NULL, tracer);
	ASSERT_EQ(0, actor_hold(tracer, self->one));
	ASSERT_EQ(0, write_child("unnamed1", "kill", "1"));
	ASSERT_EQ(0, actor_wait_held(tracer, self->one));
	ASSERT_STREQ("dying", container_state(main_actor, self->id));
	EXPECT_EQ(SIGKILL, actor_call(self->out, do_fork_and_wait, 0, 0, 0, 0));
	EXPECT_EQ(0, actor_release(tracer, self->one));
	EXPECT_EQ(SIGKILL, actor_reap(self->one));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(pod, second_container_is_frozen_alone)
{
	start_counting(self->second, do_count, 0);
	ASSERT_EQ(0, freeze_child("unnamed1/unnamed1"));
	EXPECT_TRUE(actor_stands_still(self->second));
	EXPECT_EQ(0, actor_unshare(self->first, 0));
	ASSERT_EQ(0, thaw_child("unnamed1/unnamed1"));
	EXPECT_TRUE(actor_counts(self->second));
	EXPECT_EQ(0, stop_counting(self->second));
}

TEST_F(pod, second_container_is_killed_alone)
{
	EXPECT_EQ(0, write_child("unnamed1/unnamed1", "kill", "1"));
	EXPECT_EQ(SIGKILL, actor_reap(self->second));
	EXPECT_EQ(0, actor_unshare(self->first, 0));
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN "/unnamed1"));
}

TEST_F(pod, second_container_ends_with_the_first)
{
	EXPECT_EQ(0, write_child("unnamed1", "kill", "1"));
	EXPECT_EQ(SIGKILL, actor_reap(self->second));
	EXPECT_EQ(SIGKILL, actor_reap(self->first));
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN));
}

/* One that is elsewhere stays there; it ends with the pid namespace as ever. */
TEST_F(pod, process_of_a_third_container_ends_with_the_namespace)
{
	struct actor *i = spawn_explicit(main_actor, "job"), *child;

	ASSERT_NE(NULL, i);
	ASSERT_EQ(0, actor_setns_of(i, self->first, "pid"));
	child = spawn(i);
	ASSERT_NE(NULL, child);
	EXPECT_STREQ("/job", container_path(main_actor, child));
	ASSERT_EQ(0, write_child("unnamed1", "kill", "1"));
	EXPECT_EQ(SIGKILL, actor_reap(child));
	EXPECT_EQ(SIGKILL, actor_reap(self->second));
	EXPECT_EQ(SIGKILL, actor_reap(self->first));
	EXPECT_EQ(0, actor_unshare(i, 0));
	EXPECT_TRUE(child_has_state("job", "running"));
}

TEST_HARNESS_MAIN
