// SPDX-License-Identifier: GPL-2.0
/*
 * container.signal while a member forks
 *
 * A child begins with what its parent has counted of the signal, as that is in its
 * memory.  So each process of a family has to come to the same number: the parent
 * got the signal before the child was made, or both get it.
 */

#include <sys/mman.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "rest.h"
#include "world.h"

#define CHILDREN_EACH 4

/* How far the rounds have got, and the children that count more or less */
struct progress {
	int begun, forked, signalled, counted;
	int more, less;
};

static int got;

static void count_signal(int sig)
{
	(void)sig;
	got++;
}

static bool wait_round(int *at, int round)
{
	int i;

	for (i = 0; i < WAIT_MS * 10; i++) {
		if (__atomic_load_n(at, __ATOMIC_SEQ_CST) >= round)
			return true;
		usleep(100);
	}
	return false;
}

static void come_to(int *at, int round)
{
	__atomic_store_n(at, round, __ATOMIC_SEQ_CST);
}

/* What is pending comes on return from a system call at the latest. */
static void count_wrong(struct progress *progress, int round)
{
	getppid();
	if (got != round)
		__atomic_add_fetch(got > round ? &progress->more :
						 &progress->less,
				   1, __ATOMIC_SEQ_CST);
}

/* A child with a container of its own is signalled in another place. */
static pid_t fork_with(unsigned long flags)
{
	return syscall(__NR_clone, SIGCHLD | flags, 0, 0, 0, 0);
}

static __s64 do_fork_in_rounds(struct actor *a)
{
	struct progress *progress = (void *)(uintptr_t)a->arg[0];
	int rounds = a->arg[1], flags = a->arg[2], round, i, err = 0;
	struct sigaction action = {
		.sa_handler = count_signal,
		.sa_flags = SA_RESTART,
	};

	if (sigaction(SIGUSR1, &action, NULL))
		return -errno;
	for (round = 1; round <= rounds && !err; round++) {
		pid_t pid[CHILDREN_EACH];

		if (!wait_round(&progress->begun, round))
			return -ETIMEDOUT;
		for (i = 0; i < CHILDREN_EACH; i++) {
			pid[i] = fork_with(flags);
			if (!pid[i]) {
				if (!wait_round(&progress->signalled, round))
					_exit(1);
				count_wrong(progress, round);
				_exit(0);
			}
		}
		come_to(&progress->forked, round);
		if (!wait_round(&progress->signalled, round))
			return -ETIMEDOUT;
		count_wrong(progress, round);
		for (i = 0; i < CHILDREN_EACH; i++) {
			int status;

			if (waitpid(pid[i], &status, 0) != pid[i] || status)
				err = -EIO;
		}
		come_to(&progress->counted, round);
	}
	return err;
}

/* They end with the init of their container. */
static __s64 do_fork_members(struct actor *a)
{
	sigset_t set;
	int i;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	for (i = 0; i < a->arg[0]; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return -errno;
		if (!pid) {
			actors_forsake();
			for (;;)
				pause();
		}
	}
	return 0;
}

FIXTURE(fork) {
	struct progress *progress;
	struct actor *init, *others;
};

/* @members: those that come between the parent and its children */
FIXTURE_VARIANT(fork) {
	unsigned long flags;
	int members;
};

FIXTURE_VARIANT_ADD(fork, child) {
	.flags = 0,
	.members = 60,
};

FIXTURE_VARIANT_ADD(fork, child_of_the_last_member) {
	.flags = 0,
	.members = 0,
};

FIXTURE_VARIANT_ADD(fork, child_in_a_new_container) {
	.flags = CLONE_NEWUTS,
	.members = 60,
};

FIXTURE_WORLD(fork)
{
	self->progress = mmap(NULL, sizeof(*self->progress),
			      PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->progress);
	self->init = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->init);
	self->others = spawn_in("job");
	ASSERT_NE(NULL, self->others);
	ASSERT_EQ(0, actor_call(self->others, do_fork_members, variant->members,
				0, 0, 0));
}

TEST_F(fork, with_a_signal_at_any_moment_lets_it_come_once)
{
	struct progress *progress = self->progress;
	int rounds = stress_rounds(50), round;

	actor_post(self->init, do_fork_in_rounds, (uintptr_t)progress, rounds,
		   variant->flags, 0);
	for (round = 1; round <= rounds; round++) {
		come_to(&progress->begun, round);
		spin(round * 37 % 1500);
		ASSERT_EQ(0, write_child_number("job", "signal", SIGUSR1));
		ASSERT_TRUE(wait_round(&progress->forked, round));
		come_to(&progress->signalled, round);
		ASSERT_TRUE(wait_round(&progress->counted, round));
	}
	EXPECT_EQ(0, actor_collect(self->init));
	EXPECT_EQ(0, progress->more);
	EXPECT_EQ(0, progress->less);
}

TEST_HARNESS_MAIN
