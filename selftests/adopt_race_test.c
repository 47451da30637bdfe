// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that are moved into a container while they fork, make threads,
 * execute, exit and are killed, and while the container is frozen or goes. All
 * loops are bounded; it is all of a process or nothing of it that moves.
 */

#include <pthread.h>
#include <sys/prctl.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "file.h"
#include "freeze.h"
#include "objects.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "setup.h"
#include "stat.h"
#include "world.h"

#define JOB CHILDREN "/job"
#define JOB_PROCS JOB "/container.procs"
#define JOB_STAT JOB "/container.stat"
#define AGAIN_OPTION "--again"

FIXTURE(race) {
	long objects;
	struct table table;
};

FIXTURE_WORLD(race)
{
	ASSERT_TRUE(warm_up());
	self->objects = objects_at_rest();
}

static int adopt(const char *path, pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	return put_text(path, text);
}

/*
 * A child is where its parent is at that moment, which moves once: the number
 * of children that are not.
 */
static __s64 do_fork(struct actor *a)
{
	int status, bad = 0;

	while (may_count(a)) {
		__s64 before = own_container_id(), after;
		pid_t pid = fork();

		/* The status has room for whether it is in the old one. */
		if (pid == 0)
			_exit(own_container_id() == before);
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			return -errno;
		after = own_container_id();
		bad += !WIFEXITED(status) || (before == after && !status);
		count(a);
	}
	return bad;
}

static void *thread_exits(void *arg)
{
	return arg;
}

static __s64 do_make_threads(struct actor *a)
{
	pthread_t thread[2];
	int i;

	while (may_count(a)) {
		for (i = 0; i < 2; i++)
			if (pthread_create(&thread[i], NULL, thread_exits, a))
				return -EAGAIN;
		for (i = 0; i < 2; i++)
			pthread_join(thread[i], NULL);
		count(a);
	}
	return 0;
}

/* How often a file of the world's container shows it as anything but a root */
static __s64 do_read_status(struct actor *a)
{
	char text[1024];
	int bad = 0;

	while (may_count(a)) {
		int fd = open(CHILDREN "/container.status", O_RDONLY | O_CLOEXEC);
		ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

		/* Out of view once the process has moved */
		if (n < 0 && errno != EACCES)
			return -errno;
		if (n >= 0) {
			text[n] = '\0';
			bad += !strstr(text, "\nPath:\t/\nParent:\t0\nLevel:\t0\n");
		}
		if (fd >= 0)
			close(fd);
		count(a);
	}
	return bad;
}

/* A thread that has been waited for may still be on its way out. */
static bool only_thread_is_left(void)
{
	int i;

	for (i = 0; i < 10000 && stat_of(JOB_STAT, THREADS) != 1; i++)
		usleep(1000);
	return stat_of(JOB_STAT, PROCS) == 1 && stat_of(JOB_STAT, THREADS) == 1;
}

/* One that is busy with something moves, stands still, and goes on with it. */
static int adopt_busy(actor_fn fn, int round)
{
	struct actor *p = spawn(main_actor);
	__s64 ret;

	if (!p || actor_mkdir_child(main_actor, "job"))
		return -1;
	start_counting(p, fn, 0);
	if (!actor_counts(p))
		return -2;
	spin(round % 20 * 20);
	ret = adopt(JOB_PROCS, p->pid);
	if (ret)
		return ret;
	if (!actor_counts(p) || freeze_child("job") ||
	    !all_stand_still(p, "job"))
		return -3;
	if (thaw_child("job") || !actor_counts(p))
		return -4;
	ret = stop_counting(p);
	if (ret)
		return ret;
	/* It is init, and the only process with its only thread. */
	if (container_init(main_actor, p) != p->pid || !only_thread_is_left())
		return -5;
	return actor_exit(p, 0);
}

static void adopt_busy_ones(struct __test_metadata *_metadata, actor_fn fn, int n)
{
	int round;

	for (round = 0; round < n; round++)
		ASSERT_EQ(0, adopt_busy(fn, round)) {
			TH_LOG("round %d", round);
		}
	remove_children();
}

TEST_F_TIMEOUT(race, with_fork, 900)
{
	adopt_busy_ones(_metadata, do_fork, stress_rounds(10));
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

TEST_F_TIMEOUT(race, with_threads_that_come_and_go, 900)
{
	adopt_busy_ones(_metadata, do_make_threads, stress_rounds(10));
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

TEST_F_TIMEOUT(race, with_open_shows_no_parent_out_of_view, 900)
{
	adopt_busy_ones(_metadata, do_read_status, stress_rounds(20));
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

/*
 * A program that executes itself a number of times, from a thread other than
 * its first one, and then tells where it is once it is asked.
 */
static void *thread_executes(void *arg)
{
	char **argv = arg, left[16], *again[6];
	int n = atoi(argv[2]);

	snprintf(left, sizeof(left), "%d", n - 1);
	again[0] = argv[0];
	again[1] = argv[1];
	again[2] = left;
	again[3] = argv[3];
	again[4] = argv[4];
	again[5] = NULL;
	execv("/proc/self/exe", again);
	_exit(1);
}

static int execute_again(char **argv)
{
	int ask = atoi(argv[3]), tell = atoi(argv[4]);
	pthread_t thread;
	__s64 id;
	char byte;

	if (atoi(argv[2])) {
		if (pthread_create(&thread, NULL, thread_executes, argv))
			return 1;
		pthread_join(thread, NULL);
		return 1;
	}
	/* End of file: it is asked. */
	if (read(ask, &byte, 1) != 0)
		return 1;
	id = own_container_id();
	return write(tell, &id, sizeof(id)) != sizeof(id);
}

static pid_t start_again(int times, const int ask[2], const int tell[2])
{
	char left[16], fd[2][16];
	char *argv[] = { "again", AGAIN_OPTION, left, fd[0], fd[1], NULL };
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	close(ask[1]);
	snprintf(left, sizeof(left), "%d", times);
	snprintf(fd[0], sizeof(fd[0]), "%d", ask[0]);
	snprintf(fd[1], sizeof(fd[1]), "%d", tell[1]);
	execv("/proc/self/exe", argv);
	_exit(1);
}

TEST_F_TIMEOUT(race, with_execve, 900)
{
	int round, n = stress_rounds(10);

	for (round = 0; round < n; round++) {
		int ask[2], tell[2], status;
		long long id = 0;
		__s64 job;
		pid_t pid;

		ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
		job = child_id(main_actor, "job");
		ASSERT_EQ(0, pipe(ask));
		ASSERT_EQ(0, pipe(tell));
		pid = start_again(4, ask, tell);
		ASSERT_LE(0, pid);
		close(ask[0]);
		close(tell[1]);
		usleep(round % 20 * 500);
		ASSERT_EQ(0, adopt(JOB_PROCS, pid)) TH_LOG("round %d", round);
		ASSERT_EQ(1, stat_of(JOB_STAT, PROCS));
		close(ask[1]);
		ASSERT_EQ((ssize_t)sizeof(id), read(tell[0], &id, sizeof(id)));
		close(tell[0]);
		EXPECT_EQ(job, id) TH_LOG("round %d", round);
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		ASSERT_EQ(0, status);
		ASSERT_EQ(0, wait_gone(JOB));
	}
	remove_children();
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

/* It is in time to be init for a moment, or was never there. */
TEST_F_TIMEOUT(race, with_the_end_of_the_process, 900)
{
	int round, in = 0, n = stress_rounds(50);

	for (round = 0; round < n; round++) {
		int go[2], ret, status;
		char byte;
		pid_t pid;

		if (access(JOB, F_OK) < 0)
			ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
		ASSERT_EQ(0, pipe2(go, O_CLOEXEC));
		pid = fork();
		ASSERT_LE(0, pid);
		if (pid == 0) {
			close(go[1]);
			if (read(go[0], &byte, 1) == 0)
				spin(round % 20 * 10);
			/* Until it is killed, if it is */
			while (round % 2)
				pause();
			_exit(0);
		}
		close(go[0]);
		close(go[1]);
		if (round % 2) {
			spin(round % 20 * 10);
			ASSERT_EQ(0, kill(pid, SIGKILL));
		}
		spin(round / 20 % 20 * 10);
		ret = adopt(JOB_PROCS, pid);
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		ASSERT_EQ(round % 2 ? SIGKILL : 0, status);
		if (ret == 0) {
			ASSERT_EQ(-ENOENT, child_id(main_actor, "job"));
			in++;
		} else {
			ASSERT_EQ(-ESRCH, ret) TH_LOG("round %d", round);
			ASSERT_TRUE(child_has_state("job", "empty"));
		}
	}
	TH_LOG("%d of %d were in", in, n);
	remove_children();
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

/* It dies with the container, or stays outside and alive. */
TEST_F_TIMEOUT(race, with_the_end_of_the_container, 900)
{
	int round, in = 0, n = stress_rounds(25);

	for (round = 0; round < n; round++) {
		struct actor *i = NULL, *p = spawn(main_actor);
		int go[2], status;
		pid_t pid;

		ASSERT_NE(NULL, p);
		ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
		/* With an init that is killed, and without one */
		if (round % 2) {
			i = spawn_in("job");
			ASSERT_NE(NULL, i);
		}
		ASSERT_EQ(0, pipe2(go, O_CLOEXEC));
		pid = fork();
		ASSERT_LE(0, pid);
		if (pid == 0) {
			int ret;

			wait_start(go);
			spin(round % 20 * 20);
			ret = adopt(JOB_PROCS, p->pid);
			_exit(ret == 0 ? 0 :
			      ret == -ESRCH || ret == -ENOENT ||
			      ret == -ENODEV ? 1 : 2);
		}
		close(go[0]);
		close(go[1]);
		spin(round / 20 % 20 * 20);
		ASSERT_EQ(0, remove_child("job"));
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		ASSERT_TRUE(WIFEXITED(status));
		ASSERT_LE(WEXITSTATUS(status), 1) {
			TH_LOG("round %d", round);
		}
		if (i)
			ASSERT_EQ(SIGKILL, actor_reap(i));
		if (status) {
			ASSERT_STREQ("/", container_path(main_actor, p));
			ASSERT_EQ(0, actor_exit(p, 0));
		} else {
			ASSERT_EQ(SIGKILL, actor_reap(p));
			in++;
		}
	}
	TH_LOG("%d of %d were in", in, n);
	remove_children();
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

/* Two that want it in different places, beside and below each other */
TEST_F_TIMEOUT(race, with_another_one, 900)
{
	static const char * const names[2][2] = {
		{ "one", "two" }, { "one", "one/part" },
	};
	int round, i, n = stress_rounds(25);

	for (round = 0; round < n; round++) {
		struct actor *p = spawn(main_actor);
		int go[2], status, won = -1;
		char path[64];
		pid_t pid[2];

		ASSERT_NE(NULL, p);
		ASSERT_EQ(0, pipe2(go, O_CLOEXEC));
		for (i = 0; i < 2; i++)
			ASSERT_EQ(0, actor_mkdir_child(main_actor,
						       names[round % 2][i]));
		for (i = 0; i < 2; i++) {
			pid[i] = fork();
			ASSERT_LE(0, pid[i]);
			if (pid[i])
				continue;
			snprintf(path, sizeof(path),
				 CHILDREN "/%s/container.procs",
				 names[round % 2][i]);
			wait_start(go);
			spin((i ? round : n - round) % 20 * 5);
			_exit(-adopt(path, p->pid));
		}
		close(go[0]);
		close(go[1]);
		for (i = 0; i < 2; i++) {
			ASSERT_EQ(pid[i], waitpid(pid[i], &status, 0));
			if (status) {
				ASSERT_EQ(EINVAL << 8, status);
				continue;
			}
			ASSERT_EQ(-1, won) TH_LOG("both got it");
			won = i;
		}
		ASSERT_LE(0, won);
		ASSERT_STREQ(names[round % 2][won],
			     container_path(main_actor, p) + 1);
		/* It is the init there. */
		ASSERT_EQ(0, actor_exit(p, 0));
		remove_children();
	}
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

TEST_F_TIMEOUT(race, with_freeze, 900)
{
	int round, n = stress_rounds(10);

	for (round = 0; round < n; round++) {
		struct actor *p = spawn(main_actor);
		int status, i;
		pid_t pid;

		ASSERT_NE(NULL, p);
		ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
		start_counting(p, do_count, 0);
		pid = fork();
		ASSERT_LE(0, pid);
		if (pid == 0) {
			for (i = 0; i < 20; i++)
				if (put_text(JOB "/container.freeze",
					     i % 2 ? "0" : "1"))
					_exit(1);
			/* It ends frozen in every second round. */
			_exit(!!put_text(JOB "/container.freeze",
					 round % 2 ? "1" : "0"));
		}
		spin(round % 20 * 50);
		ASSERT_EQ(0, adopt(JOB_PROCS, p->pid));
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		ASSERT_EQ(0, status);
		if (round % 2) {
			ASSERT_EQ(0, wait_child_events("job", "frozen 1"));
			EXPECT_TRUE(actor_stands_still(p));
			ASSERT_EQ(0, thaw_child("job"));
		}
		ASSERT_TRUE(actor_counts(p)) TH_LOG("round %d", round);
		EXPECT_EQ(0, wait_child_events("job", "frozen 0"));
		EXPECT_EQ(0, stop_counting(p));
		ASSERT_EQ(0, actor_exit(p, 0));
	}
	remove_children();
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], AGAIN_OPTION))
		return execute_again(argv);
	return test_harness_run(argc, argv);
}
