// SPDX-License-Identifier: GPL-2.0
/* Frozen tasks and signals, tracers, vfork(), and system calls cut short */

#include <linux/futex.h>
#include <poll.h>
#include <sys/ptrace.h>
#include <time.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "freeze.h"
#include "reap.h"
#include "rest.h"
#include "world.h"

/* /job with its init, and another member that counts */
FIXTURE(frozen) {
	struct actor *init, *a;
};

FIXTURE_WORLD(frozen)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->init = spawn_in("job");
	ASSERT_NE(NULL, self->init);
	self->a = spawn_in("job");
	ASSERT_NE(NULL, self->a);
	start_counting(self->a, do_count, 0);
}

TEST_F(frozen, task_is_killed_by_sigkill)
{
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(SIGKILL, actor_kill(self->a, SIGKILL));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
}

TEST_F(frozen, task_is_killed_by_what_it_does_not_handle)
{
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(SIGTERM, actor_kill(self->a, SIGTERM));
}

TEST_F(frozen, container_is_killed_by_its_file)
{
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, write_child("job", "kill", "1"));
	EXPECT_EQ(SIGKILL, actor_reap(self->a));
	EXPECT_EQ(SIGKILL, actor_reap(self->init));
	EXPECT_EQ(0, wait_gone(CHILDREN "/job"));
}

TEST_F(frozen, container_is_killed_by_rmdir)
{
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, remove_child("job"));
	EXPECT_EQ(SIGKILL, actor_reap(self->a));
	EXPECT_EQ(SIGKILL, actor_reap(self->init));
}

TEST_F(frozen, container_below_a_killed_one_is_killed)
{
	struct actor *b;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/sub"));
	b = spawn_in("job/sub");
	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, freeze_child("job/sub"));
	ASSERT_EQ(0, write_child("job", "kill", "1"));
	EXPECT_EQ(SIGKILL, actor_reap(b));
}

static int stop(pid_t pid)
{
	int status;

	if (kill(pid, SIGSTOP) < 0 || waitpid(pid, &status, WUNTRACED) != pid)
		return -errno;
	return WIFSTOPPED(status) ? 0 : -EINVAL;
}

TEST_F(frozen, stopped_task_counts_as_frozen)
{
	ASSERT_EQ(0, stop(self->a->pid));
	EXPECT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(child_has_state("job", "frozen"));
}

TEST_F(frozen, stopped_task_stays_so_when_thawed)
{
	ASSERT_EQ(0, stop(self->a->pid));
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_stands_still(self->a));
	ASSERT_EQ(0, kill(self->a->pid, SIGCONT));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(frozen, stopped_task_is_not_run_by_sigcont)
{
	ASSERT_EQ(0, stop(self->a->pid));
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, kill(self->a->pid, SIGCONT));
	EXPECT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(frozen, task_stops_when_thawed_after_sigstop)
{
	int status;

	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, kill(self->a->pid, SIGSTOP));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, write_child("job", "freeze", "0"));
	ASSERT_EQ(self->a->pid, waitpid(self->a->pid, &status, WUNTRACED));
	EXPECT_TRUE(WIFSTOPPED(status));
	EXPECT_TRUE(actor_stands_still(self->a));
	ASSERT_EQ(0, kill(self->a->pid, SIGCONT));
	EXPECT_TRUE(actor_counts(self->a));
}

/* In the process that handles the signal: in memory that others see */
static __s64 *handled;

static void handle(int sig)
{
	(void)sig;
	__atomic_add_fetch(handled, 1, __ATOMIC_SEQ_CST);
}

static __s64 do_handle_and_count(struct actor *a)
{
	struct sigaction action = { .sa_handler = handle };

	handled = &a->arg[2];
	if (sigaction(SIGUSR1, &action, NULL) < 0)
		return -errno;
	return do_count(a);
}

static __s64 times_handled(struct actor *a)
{
	return __atomic_load_n(&a->arg[2], __ATOMIC_SEQ_CST);
}

static bool wait_handled(struct actor *a)
{
	int i;

	for (i = 0; i < 30000 && !times_handled(a); i++)
		usleep(1000);
	return times_handled(a);
}

TEST_F(frozen, task_handles_a_signal_once_when_thawed)
{
	ASSERT_EQ(0, stop_counting(self->a));
	start_counting(self->a, do_handle_and_count, 0);
	ASSERT_TRUE(actor_counts(self->a));
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, kill(self->a->pid, SIGUSR1));
	EXPECT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, times_handled(self->a));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(wait_handled(self->a));
	ASSERT_TRUE(actor_counts(self->a));
	EXPECT_EQ(1, times_handled(self->a));
}

TEST_F(frozen, task_handles_a_signal_to_all_once_when_thawed)
{
	struct actor *both[2] = { self->init, self->a };
	char sig[8];
	int i;

	ASSERT_EQ(0, stop_counting(self->a));
	for (i = 0; i < 2; i++) {
		start_counting(both[i], do_handle_and_count, 0);
		ASSERT_TRUE(actor_counts(both[i]));
	}
	ASSERT_EQ(0, freeze_child("job"));
	snprintf(sig, sizeof(sig), "%d", SIGUSR1);
	ASSERT_EQ(0, write_child("job", "signal", sig));
	EXPECT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, times_handled(self->a));
	ASSERT_EQ(0, thaw_child("job"));
	for (i = 0; i < 2; i++) {
		EXPECT_TRUE(wait_handled(both[i]));
		ASSERT_TRUE(actor_counts(both[i]));
		EXPECT_EQ(1, times_handled(both[i]));
	}
}

TEST_F(frozen, task_handled_what_came_before)
{
	ASSERT_EQ(0, stop_counting(self->a));
	start_counting(self->a, do_handle_and_count, 0);
	ASSERT_TRUE(actor_counts(self->a));
	ASSERT_EQ(0, kill(self->a->pid, SIGUSR1));
	ASSERT_TRUE(wait_handled(self->a));
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, thaw_child("job"));
	ASSERT_TRUE(actor_counts(self->a));
	EXPECT_EQ(1, times_handled(self->a));
}

static int seize_and_interrupt(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0 ||
	    waitpid(pid, &status, __WALL) != pid)
		return -errno;
	return WIFSTOPPED(status) && status >> 16 == PTRACE_EVENT_STOP ?
	       0 : -EINVAL;
}

TEST_F(frozen, task_can_be_traced)
{
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(0, seize_and_interrupt(self->a->pid));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	EXPECT_TRUE(child_has_state("job", "frozen"));
}

TEST_F(frozen, task_stays_so_when_the_tracer_detaches)
{
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, seize_and_interrupt(self->a->pid));
	ASSERT_EQ(0, ptrace(PTRACE_DETACH, self->a->pid, NULL, NULL));
	EXPECT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(frozen, task_stays_so_when_the_tracer_continues_it)
{
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, seize_and_interrupt(self->a->pid));
	ASSERT_EQ(0, ptrace(PTRACE_CONT, self->a->pid, NULL, NULL));
	EXPECT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(frozen, traced_task_that_is_stopped_counts_as_frozen)
{
	ASSERT_EQ(0, seize_and_interrupt(self->a->pid));
	EXPECT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, ptrace(PTRACE_DETACH, self->a->pid, NULL, NULL));
	EXPECT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(frozen, traced_task_stays_stopped_when_thawed)
{
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, seize_and_interrupt(self->a->pid));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_stands_still(self->a));
	ASSERT_EQ(0, ptrace(PTRACE_CONT, self->a->pid, NULL, NULL));
	EXPECT_TRUE(actor_counts(self->a));
}

static int child_counts(void *arg)
{
	struct actor *a = arg;

	a->arg[3] = syscall(__NR_getpid);
	_exit(do_count(a));
}

/* The child counts; this one waits for it in the kernel. */
static __s64 do_vfork(struct actor *a)
{
	static char stack[STACK_SIZE];
	pid_t pid;

	pid = clone(child_counts, stack + STACK_SIZE,
		    CLONE_VM | CLONE_VFORK | SIGCHLD | a->arg[2], a);
	if (pid < 0)
		return -errno;
	return result(waitpid(pid, NULL, 0)) == pid ? 0 : -ECHILD;
}

FIXTURE(vfork) {
	struct actor *init, *a;
};

FIXTURE_VARIANT(vfork) {
	int flags;
};

FIXTURE_VARIANT_ADD(vfork, child_in_the_same_container) {
	.flags = 0,
};

FIXTURE_VARIANT_ADD(vfork, child_in_one_below) {
	.flags = CLONE_NEWUTS,
};

FIXTURE_WORLD(vfork)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->init = spawn_in("job");
	ASSERT_NE(NULL, self->init);
	self->a = spawn_in("job");
	ASSERT_NE(NULL, self->a);
	start_counting(self->a, do_vfork, variant->flags);
	ASSERT_TRUE(actor_counts(self->a));
}

TEST_F(vfork, parent_that_waits_counts_as_frozen)
{
	EXPECT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(all_stand_still(self->a, "job"));
}

TEST_F(vfork, parent_and_child_go_on_when_thawed)
{
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
	EXPECT_EQ(0, stop_counting(self->a));
}

TEST_F(vfork, parent_stays_frozen_when_the_child_is_killed)
{
	struct pollfd fd = { .events = POLLIN };

	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_LT(0, self->a->arg[3]);
	fd.fd = syscall(__NR_pidfd_open, (pid_t)self->a->arg[3], 0);
	ASSERT_LE(0, fd.fd);
	ASSERT_EQ(0, kill(self->a->arg[3], SIGKILL));
	/* It has let its parent go on before it is seen to have exited. */
	ASSERT_EQ(1, poll(&fd, 1, -1));
	close(fd.fd);
	EXPECT_TRUE(actor_is_busy(self->a));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_EQ(0, actor_collect(self->a));
}

/* System calls that a thaw lets go on, as if nothing had happened */
FIXTURE(call) {
	int pipe[2];
	struct actor *init, *a;
};

FIXTURE_VARIANT(call) {
	actor_fn fn;
	__s64 result;
};

static __s64 do_nanosleep(struct actor *a)
{
	struct timespec ts = { .tv_nsec = 700000000 };

	count(a);
	return result(nanosleep(&ts, NULL));
}

static __s64 do_sleep_until(struct actor *a)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_sec++;
	count(a);
	return -clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

static __s64 do_pipe_read(struct actor *a)
{
	char byte;

	count(a);
	return result(read(a->arg[2], &byte, 1));
}

static __s64 do_poll(struct actor *a)
{
	struct pollfd fd = { .fd = a->arg[2], .events = POLLIN };

	count(a);
	return result(poll(&fd, 1, -1));
}

static __s64 do_poll_timeout(struct actor *a)
{
	count(a);
	return result(poll(NULL, 0, 700));
}

static __s64 do_wait_child(struct actor *a)
{
	pid_t pid = fork();
	char byte;

	if (pid == 0)
		_exit(read(a->arg[2], &byte, 1) != 1);
	count(a);
	return result(waitpid(pid, NULL, 0)) == pid ? 0 : -errno;
}

static __s64 do_futex(struct actor *a)
{
	__u32 *word = (__u32 *)&a->arg[3];
	__s64 ret;

	count(a);
	ret = result(syscall(__NR_futex, word, FUTEX_WAIT, 0, NULL, NULL, 0));
	/* It may have changed before the call is made again. */
	return ret == -EAGAIN ? 0 : ret;
}

FIXTURE_VARIANT_ADD(call, nanosleep) {
	.fn = do_nanosleep,
};

FIXTURE_VARIANT_ADD(call, clock_nanosleep) {
	.fn = do_sleep_until,
};

FIXTURE_VARIANT_ADD(call, read_of_a_pipe) {
	.fn = do_pipe_read,
	.result = 1,
};

FIXTURE_VARIANT_ADD(call, poll) {
	.fn = do_poll,
	.result = 1,
};

FIXTURE_VARIANT_ADD(call, poll_with_timeout) {
	.fn = do_poll_timeout,
};

FIXTURE_VARIANT_ADD(call, waitpid) {
	.fn = do_wait_child,
};

FIXTURE_VARIANT_ADD(call, futex_wait) {
	.fn = do_futex,
};

FIXTURE_WORLD(call)
{
	ASSERT_EQ(0, pipe2(self->pipe, O_CLOEXEC));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->init = spawn_in("job");
	ASSERT_NE(NULL, self->init);
	self->a = spawn_in("job");
	ASSERT_NE(NULL, self->a);
	start_counting(self->a, variant->fn, self->pipe[0]);
	ASSERT_EQ(0, wait_asleep(self->a));
}

/* What they wait for, if it is not the time */
static void release(struct actor *a, int fd)
{
	__u32 *word = (__u32 *)&a->arg[3];

	__atomic_store_n(word, 1, __ATOMIC_SEQ_CST);
	syscall(__NR_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
	if (write(fd, ".", 1) != 1)
		perror("pipe");
}

TEST_F(call, goes_on_when_thawed)
{
	int i;

	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, freeze_child("job"));
		ASSERT_EQ(0, thaw_child("job"));
	}
	release(self->a, self->pipe[1]);
	EXPECT_EQ(variant->result, actor_collect(self->a));
}

TEST_F(call, waits_for_the_thaw)
{
	ASSERT_EQ(0, freeze_child("job"));
	release(self->a, self->pipe[1]);
	EXPECT_TRUE(actor_is_busy(self->a));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_EQ(variant->result, actor_collect(self->a));
}

TEST_HARNESS_MAIN
