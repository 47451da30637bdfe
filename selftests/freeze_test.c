// SPDX-License-Identifier: GPL-2.0
/* freeze: what stops, what goes on, how containers and processes nest in it */

#include <sys/ptrace.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "file.h"
#include "freeze.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "world.h"

#define FREEZE CHILDREN "/job/container.freeze"
#define SUB "job/sub"

/* /job, with a as its init */
FIXTURE(freeze) {
	struct actor *a;
};

FIXTURE_WORLD(freeze)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->a = spawn_in("job");
	ASSERT_NE(NULL, self->a);
}

TEST_F(freeze, file_tells_what_was_written)
{
	EXPECT_STREQ("0", actor_value(main_actor, FREEZE));
	EXPECT_EQ(0, actor_write(main_actor, "1", FREEZE));
	EXPECT_STREQ("1", actor_value(main_actor, FREEZE));
	EXPECT_EQ(0, actor_write(main_actor, "0\n", FREEZE));
	EXPECT_STREQ("0", actor_value(main_actor, FREEZE));
	EXPECT_EQ(0, actor_write(main_actor, "1\n", FREEZE));
	EXPECT_STREQ("1", actor_value(main_actor, FREEZE));
}

TEST_F(freeze, other_numbers_are_out_of_range)
{
	static const char * const text[] = { "2", "-1", "10", "11", "2\n" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(text); i++) {
		EXPECT_EQ(-ERANGE, actor_write(main_actor, text[i], FREEZE)) {
			TH_LOG("%s", text[i]);
		}
	}
	EXPECT_STREQ("0", actor_value(main_actor, FREEZE));
}

TEST_F(freeze, what_is_no_number_is_invalid)
{
	static const char * const text[] = { "x", "1x", "1 0", "\n", "on" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(text); i++) {
		EXPECT_EQ(-EINVAL, actor_write(main_actor, text[i], FREEZE)) {
			TH_LOG("%s", text[i]);
		}
	}
	EXPECT_STREQ("0", actor_value(main_actor, FREEZE));
}

TEST_F(freeze, running_task_stops_and_goes_on)
{
	start_counting(self->a, do_count, 0);
	ASSERT_TRUE(actor_counts(self->a));
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(self->a));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
	EXPECT_EQ(0, stop_counting(self->a));
}

TEST_F(freeze, works_as_often_as_one_likes)
{
	int i;

	start_counting(self->a, do_count, 0);
	for (i = 0; i < 30; i++) {
		ASSERT_EQ(0, freeze_child("job"));
		ASSERT_TRUE(actor_stands_still(self->a)) TH_LOG("round %d", i);
		ASSERT_EQ(0, thaw_child("job"));
		ASSERT_TRUE(actor_counts(self->a)) TH_LOG("round %d", i);
	}
}

TEST_F(freeze, shows_as_state)
{
	struct table t;
	struct row *r;

	EXPECT_TRUE(child_has_state("job", "running"));
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(child_has_state("job", "frozen"));
	ASSERT_EQ(2, read_table(main_actor, &t));
	r = find_path(&t, "/job");
	ASSERT_NE(NULL, r);
	EXPECT_STREQ("frozen", r->state);
	EXPECT_STREQ("running", t.row[0].state);
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(child_has_state("job", "running"));
}

TEST_F(freeze, again_changes_nothing)
{
	start_counting(self->a, do_count, 0);
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(self->a));
	/* It is not counted how often. */
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
	EXPECT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(freeze, others_go_on)
{
	struct actor *b = spawn(main_actor);
	struct actor *c = spawn_unshared(main_actor, CLONE_NEWUTS);

	ASSERT_NE(NULL, b);
	ASSERT_NE(NULL, c);
	start_counting(b, do_count, 0);
	start_counting(c, do_count, 0);
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_counts(b));
	EXPECT_TRUE(actor_counts(c));
}

TEST_F(freeze, stops_an_implicit_container)
{
	struct actor *b = spawn_unshared(main_actor, CLONE_NEWUTS);

	ASSERT_NE(NULL, b);
	start_counting(b, do_count, 0);
	ASSERT_EQ(0, freeze_child("unnamed1"));
	EXPECT_TRUE(actor_stands_still(b));
	EXPECT_TRUE(child_has_state("unnamed1", "frozen"));
	ASSERT_EQ(0, thaw_child("unnamed1"));
	EXPECT_TRUE(actor_counts(b));
}

TEST_F(freeze, stops_all_threads)
{
	struct actor *t = spawn_thread(self->a), *u = spawn_thread(self->a);

	ASSERT_NE(NULL, t);
	ASSERT_NE(NULL, u);
	start_counting(t, do_count, 0);
	start_counting(u, do_count, 0);
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(t));
	EXPECT_TRUE(actor_stands_still(u));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(t));
	EXPECT_TRUE(actor_counts(u));
}

static __s64 do_freeze_myself(struct actor *a)
{
	int fd = open(a->str[0], O_WRONLY | O_CLOEXEC);
	__s64 ret = result(write(fd, "1", 1));

	close(fd);
	return ret;
}

/* Its own container is / to it, but not the root container. */
TEST_F(freeze, stops_its_own_writer)
{
	snprintf(self->a->str[0], ACTOR_STR, "%s/container.freeze",
		 container_dir(self->a));
	actor_post(self->a, do_freeze_myself, 0, 0, 0, 0);
	ASSERT_EQ(0, wait_child_events("job", "frozen 1"));
	EXPECT_TRUE(actor_is_busy(self->a));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_EQ(1, actor_collect(self->a));
}

/* What was written, not what came of it */
TEST_F(freeze, is_told_by_status)
{
	EXPECT_STREQ("0", container_status(main_actor, self->a, "Freeze"));
	EXPECT_STREQ("0", container_status(main_actor, self->a, "Holds"));
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_STREQ("1", container_status(main_actor, self->a, "Freeze"));
	EXPECT_STREQ("0", container_status(main_actor, self->a, "Holds"));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, SUB));
	ASSERT_LT(0, actor_read(main_actor,
				CHILDREN "/" SUB "/container.status"));
	EXPECT_TRUE(actor_has_line(main_actor, "Freeze:\t0"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_STREQ("0", container_status(main_actor, self->a, "Freeze"));
}

TEST_F(freeze, dead_leader_does_not_count)
{
	struct actor *t = spawn_thread(self->a);

	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_exit_thread(self->a));
	start_counting(t, do_count, 0);
	EXPECT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(t));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(t));
}

TEST_F(freeze, zombie_does_not_count)
{
	struct actor *b = spawn(self->a);

	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_exit_zombie(b));
	EXPECT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_EQ(0, actor_reap(b));
}

TEST_F(freeze, container_goes_on_after_the_death_of_a_frozen_member)
{
	struct actor *b = spawn(self->a);

	ASSERT_NE(NULL, b);
	start_counting(self->a, do_count, 0);
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, kill(b->pid, SIGKILL));
	ASSERT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

/* /job with a, and in it /job/sub, with b as its init */
FIXTURE(nested) {
	struct actor *a, *b;
};

FIXTURE_WORLD(nested)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->a = spawn_in("job");
	ASSERT_NE(NULL, self->a);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, SUB));
	self->b = spawn_in(SUB);
	ASSERT_NE(NULL, self->b);
	start_counting(self->a, do_count, 0);
	start_counting(self->b, do_count, 0);
}

TEST_F(nested, freeze_reaches_what_is_below)
{
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(self->a));
	EXPECT_TRUE(actor_stands_still(self->b));
	EXPECT_EQ(0, wait_child_events(SUB, "frozen 1"));
	EXPECT_TRUE(child_has_state(SUB, "frozen"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
	EXPECT_TRUE(actor_counts(self->b));
	EXPECT_EQ(0, wait_child_events(SUB, "frozen 0"));
}

TEST_F(nested, own_setting_is_not_the_parents)
{
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_STREQ("0", actor_value(main_actor,
				      CHILDREN "/" SUB "/container.freeze"));
	EXPECT_EQ(0, write_child(SUB, "freeze", "1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_STREQ("1", actor_value(main_actor,
				      CHILDREN "/" SUB "/container.freeze"));
	EXPECT_STREQ("0", actor_value(main_actor, FREEZE));
}

TEST_F(nested, parent_goes_on_without_the_child)
{
	ASSERT_EQ(0, freeze_child(SUB));
	EXPECT_TRUE(actor_stands_still(self->b));
	EXPECT_TRUE(actor_counts(self->a));
	EXPECT_TRUE(child_has_state("job", "running"));
	EXPECT_EQ(0, wait_child_events("job", "frozen 0"));
}

TEST_F(nested, child_frozen_first_stays_so_when_the_parent_thaws)
{
	ASSERT_EQ(0, freeze_child(SUB));
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(self->a));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
	EXPECT_TRUE(actor_stands_still(self->b));
	EXPECT_TRUE(child_has_state(SUB, "frozen"));
	ASSERT_EQ(0, thaw_child(SUB));
	EXPECT_TRUE(actor_counts(self->b));
}

TEST_F(nested, child_thawed_first_waits_for_the_parent)
{
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, freeze_child(SUB));
	ASSERT_EQ(0, write_child(SUB, "freeze", "0"));
	EXPECT_TRUE(actor_stands_still(self->b));
	EXPECT_TRUE(child_has_state(SUB, "frozen"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->b));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(nested, grandparent_reaches_all)
{
	struct actor *c;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, SUB "/low"));
	c = spawn_in(SUB "/low");
	ASSERT_NE(NULL, c);
	start_counting(c, do_count, 0);
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(c));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(c));
}

/* /job with its init p, of which the thread t has a namespace of its own */
FIXTURE(apart) {
	struct actor *p, *t;
};

FIXTURE_WORLD(apart)
{
	self->p = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->p);
	self->t = spawn_thread(self->p);
	ASSERT_NE(NULL, self->t);
	ASSERT_EQ(0, actor_unshare(self->t, CLONE_NEWUTS));
}

TEST_F(apart, thread_is_frozen_with_its_process)
{
	start_counting(self->p, do_count, 0);
	start_counting(self->t, do_count, 0);
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(self->p));
	EXPECT_TRUE(actor_stands_still(self->t));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->p));
	EXPECT_TRUE(actor_counts(self->t));
}

TEST_F(apart, thread_made_later_is_frozen_too)
{
	struct actor *u;

	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, thaw_child("job"));
	u = spawn_thread(self->t);
	ASSERT_NE(NULL, u);
	start_counting(u, do_count, 0);
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(u));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(u));
}

TEST_F(apart, child_of_a_thread_is_frozen_too)
{
	struct actor *c = spawn(self->t);

	ASSERT_NE(NULL, c);
	start_counting(c, do_count, 0);
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(c));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(c));
}

static int next_syscall(pid_t tid, struct __ptrace_syscall_info *info)
{
	int status;

	if (ptrace(PTRACE_SYSCALL, tid, NULL, NULL) < 0 ||
	    waitpid(tid, &status, __WALL) != tid)
		return -errno;
	if (!WIFSTOPPED(status))
		return -ESRCH;
	memset(info, 0, sizeof(*info));
	return result(ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(*info),
			     info));
}

static __s64 do_exit_myself(struct actor *a)
{
	(void)a;
	return syscall(__NR_exit, 0);
}

/* A tracer holds the thread as it enters exit(2), and sends it on like that. */
TEST_F(apart, thread_that_exits_while_frozen_is_not_waited_for)
{
	struct __ptrace_syscall_info info;
	pid_t tid = self->t->tid;
	char path[64];
	int status, i;

	start_counting(self->p, do_count, 0);
	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, tid, NULL, PTRACE_O_TRACESYSGOOD));
	ASSERT_EQ(0, ptrace(PTRACE_INTERRUPT, tid, NULL, NULL));
	ASSERT_EQ(tid, waitpid(tid, &status, __WALL));
	actor_post(self->t, do_exit_myself, 0, 0, 0, 0);
	for (i = 0; i < 100; i++) {
		ASSERT_LE(0, next_syscall(tid, &info));
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY &&
		    info.entry.nr == __NR_exit)
			break;
	}
	ASSERT_GT(100, i);
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, ptrace(PTRACE_DETACH, tid, NULL, NULL));
	snprintf(path, sizeof(path), "/proc/%d/task/%d", self->p->pid, tid);
	EXPECT_EQ(0, wait_gone(path));
	/* What is left of it is as frozen as it was. */
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	EXPECT_TRUE(actor_stands_still(self->p));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->p));
}

TEST(root_is_never_frozen)
{
	if (!in_root_container())
		SKIP(return, "not run in the root container");
	EXPECT_EQ(-EPERM, write_own("freeze", "1"));
}

TEST_HARNESS_MAIN
