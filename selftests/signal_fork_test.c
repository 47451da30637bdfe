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
#include "ns.h"
#include "proc_view.h"
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

	for (i = 0; i < WAIT_MS; i++) {
		if (__atomic_load_n(at, __ATOMIC_SEQ_CST) >= round)
			return true;
		usleep(1000);
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

static __s64 do_block(struct actor *a)
{
	sigset_t set;

	(void)a;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return sigprocmask(SIG_BLOCK, &set, NULL) ? -errno : 0;
}

/* They end with the init of the explicit container. */
static __s64 do_fork_members(struct actor *a)
{
	int i, err = do_block(a);

	if (err)
		return err;
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
	struct actor *parent, *others;
};

/*
 * @members: those that come between the parent and its children
 * @span: for how many steps of spin() the signal waits at most
 * @beside: the children begin containers that come before that of the parent
 */
FIXTURE_VARIANT(fork) {
	unsigned long flags;
	int members;
	int rounds;
	int span;
	bool beside;
};

FIXTURE_VARIANT_ADD(fork, child) {
	.flags = 0,
	.members = 60,
	.rounds = 15,
	.span = 1500,
};

FIXTURE_VARIANT_ADD(fork, child_of_the_last_member) {
	.flags = 0,
	.members = 0,
	.rounds = 15,
	.span = 1500,
};

FIXTURE_VARIANT_ADD(fork, child_in_a_new_container) {
	.flags = CLONE_NEWUTS,
	.members = 60,
	.rounds = 15,
	.span = 1500,
};

/* As a runtime that sets up what shares the pid namespace of a pod */
FIXTURE_VARIANT_ADD(fork, child_in_a_container_beside) {
	.flags = CLONE_NEWUTS,
	.members = 60,
	.rounds = 30,
	.span = 20000,
	.beside = true,
};

FIXTURE_WORLD(fork)
{
	self->progress = mmap(NULL, sizeof(*self->progress),
			      PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->progress);
	self->parent = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->parent);
	self->others = spawn_in("job");
	ASSERT_NE(NULL, self->others);
	if (variant->beside) {
		struct actor *pod, *child;

		ASSERT_EQ(0, actor_call(self->parent, do_block, 0, 0, 0, 0));
		ASSERT_EQ(0, actor_call(self->others, do_block, 0, 0, 0, 0));
		pod = spawn_how(self->others, SPAWN_CLONE, CLONE_NEWPID);
		ASSERT_NE(NULL, pod);
		self->parent = spawn_in("job");
		ASSERT_NE(NULL, self->parent);
		self->others = spawn_unshared(self->others, CLONE_NEWUTS);
		ASSERT_NE(NULL, self->others);
		ASSERT_EQ(0, actor_unshare_in_setup(self->parent, CLONE_NEWUTS));
		ASSERT_EQ(0, actor_setns_of(self->parent, pod, "pid"));
		child = spawn_in_setup(self->parent, SPAWN_CLONE, variant->flags);
		ASSERT_NE(NULL, child);
		ASSERT_STREQ("/job/unnamed1/unnamed1",
			     container_path(main_actor, child));
		ASSERT_EQ(0, actor_call(child, do_block, 0, 0, 0, 0));
	}
	ASSERT_EQ(0, actor_call(self->others, do_fork_members, variant->members,
				0, 0, 0));
}

TEST_F(fork, with_a_signal_at_any_moment_lets_it_come_once)
{
	struct progress *progress = self->progress;
	int rounds = stress_rounds(variant->rounds), round;

	actor_post(self->parent, do_fork_in_rounds, (uintptr_t)progress, rounds,
		   variant->flags, 0);
	for (round = 1; round <= rounds; round++) {
		come_to(&progress->begun, round);
		spin(round * 1237 % variant->span);
		ASSERT_EQ(0, write_child_number("job", "signal", SIGUSR1));
		ASSERT_TRUE(wait_round(&progress->forked, round));
		come_to(&progress->signalled, round);
		ASSERT_TRUE(wait_round(&progress->counted, round));
	}
	EXPECT_EQ(0, actor_collect(self->parent));
	EXPECT_EQ(0, progress->more);
	EXPECT_EQ(0, progress->less);
}

TEST_HARNESS_MAIN
