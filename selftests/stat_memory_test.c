// SPDX-License-Identifier: GPL-2.0
/* stat: memory, faults, what is read and written; and no total ever goes down */

#include <pthread.h>
#include <sys/mman.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "file.h"
#include "ns.h"
#include "reap.h"
#include "rest.h"
#include "setup.h"
#include "stat.h"
#include "world.h"

#define JOB CHILDREN "/job/container.stat"
#define WORLD "/proc/self/container/stat"
#define MIB (1024 * 1024)
#define HOLD (16 * MIB)
/* How far a process's own counters, one for each CPU, may be behind */
#define SLACK (2 * MIB)
#define NR_CHURNS 3

/* /job with its init and another member */
FIXTURE(stat) {
	struct actor *init, *a;
	__s64 before;
};

FIXTURE_WORLD(stat)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->init = spawn_in("job");
	ASSERT_NE(NULL, self->init);
	self->a = spawn_in("job");
	ASSERT_NE(NULL, self->a);
}

/* Memory of its own, each page of it touched: the address or a negative errno */
static __s64 do_hold(struct actor *a)
{
	size_t size = a->arg[0], i;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -errno;
	/* One fault a page */
	madvise(p, size, MADV_NOHUGEPAGE);
	for (i = 0; i < size; i += getpagesize())
		p[i] = 1;
	return (uintptr_t)p;
}

static __s64 actor_hold_memory(struct actor *a, size_t size)
{
	return actor_call(a, do_hold, size, 0, 0, 0);
}

static __s64 do_munmap(struct actor *a)
{
	return result(munmap((void *)(uintptr_t)a->arg[0], a->arg[1]));
}

TEST_F(stat, minor_faults_count_each_page_touched)
{
	__s64 pages = HOLD / getpagesize();

	self->before = stat_of(JOB, MINOR_FAULTS);
	ASSERT_LT(0, actor_hold_memory(self->a, HOLD));
	EXPECT_LE(self->before + pages, stat_of(JOB, MINOR_FAULTS));
	EXPECT_GT(self->before + 2 * pages, stat_of(JOB, MINOR_FAULTS));
}

TEST_F(stat, minor_faults_of_the_dead_are_kept)
{
	__s64 pages = HOLD / getpagesize();

	self->before = stat_of(JOB, MINOR_FAULTS);
	ASSERT_LT(0, actor_hold_memory(self->a, HOLD));
	ASSERT_EQ(0, actor_exit(self->a, 0));
	EXPECT_LE(self->before + pages, stat_of(JOB, MINOR_FAULTS));
	EXPECT_GT(self->before + 2 * pages, stat_of(JOB, MINOR_FAULTS));
}

TEST_F(stat, rss_grows_and_shrinks)
{
	__s64 p;

	self->before = stat_of(JOB, RSS);
	EXPECT_LT(0, self->before);
	p = actor_hold_memory(self->a, HOLD);
	ASSERT_LT(0, p);
	EXPECT_LE(self->before + HOLD - SLACK, stat_of(JOB, RSS));
	EXPECT_GE(self->before + HOLD + SLACK, stat_of(JOB, RSS));
	ASSERT_EQ(0, actor_call(self->a, do_munmap, p, HOLD, 0, 0));
	EXPECT_GE(self->before + SLACK, stat_of(JOB, RSS));
}

TEST_F(stat, rss_goes_with_the_member)
{
	self->before = stat_of(JOB, RSS);
	ASSERT_LT(0, actor_hold_memory(self->a, HOLD));
	ASSERT_EQ(0, actor_exit_zombie(self->a));
	EXPECT_GE(self->before + SLACK, stat_of(JOB, RSS));
}

TEST_F(stat, rss_includes_what_is_below)
{
	self->before = stat_of(JOB, RSS);
	ASSERT_EQ(0, actor_unshare(self->a, CLONE_NEWUTS));
	ASSERT_LT(0, actor_hold_memory(self->a, HOLD));
	EXPECT_LE(HOLD - SLACK,
		  stat_of(CHILDREN "/job/unnamed1/container.stat", RSS));
	EXPECT_LE(self->before + HOLD - SLACK, stat_of(JOB, RSS));
	EXPECT_GE(self->before + HOLD + SLACK, stat_of(JOB, RSS));
}

static int child_counts(void *arg)
{
	_exit(do_count(arg));
}

/* A child that shares the memory and counts */
static __s64 do_share(struct actor *a)
{
	static char stack[STACK_SIZE];
	pid_t pid = clone(child_counts, stack + STACK_SIZE,
			  CLONE_VM | SIGCHLD | a->arg[2], a);

	return result(waitpid(pid, NULL, 0)) == pid ? 0 : -ECHILD;
}

TEST_F(stat, rss_shared_by_vfork_counts_once)
{
	ASSERT_LT(0, actor_hold_memory(self->a, HOLD));
	self->before = stat_of(JOB, RSS);
	start_counting(self->a, do_share, CLONE_VFORK);
	ASSERT_TRUE(actor_counts(self->a));
	EXPECT_EQ(3, stat_of(JOB, PROCS));
	EXPECT_GT(self->before + HOLD / 2, stat_of(JOB, RSS));
	EXPECT_EQ(0, stop_counting(self->a));
}

TEST_F(stat, rss_shared_by_clone_counts_once)
{
	ASSERT_LT(0, actor_hold_memory(self->a, HOLD));
	self->before = stat_of(JOB, RSS);
	start_counting(self->a, do_share, 0);
	ASSERT_TRUE(actor_counts(self->a));
	EXPECT_EQ(3, stat_of(JOB, PROCS));
	EXPECT_GT(self->before + HOLD / 2, stat_of(JOB, RSS));
	EXPECT_EQ(0, stop_counting(self->a));
}

TEST_F(stat, max_rss_survives_the_memory_and_the_member)
{
	__s64 max, p = actor_hold_memory(self->a, HOLD);

	ASSERT_LT(0, p);
	EXPECT_LE(HOLD - SLACK, stat_of(JOB, MAX_RSS));
	ASSERT_EQ(0, actor_call(self->a, do_munmap, p, HOLD, 0, 0));
	max = stat_of(JOB, MAX_RSS);
	EXPECT_LE(HOLD - SLACK, max);
	ASSERT_EQ(0, actor_exit(self->a, 0));
	EXPECT_LE(max, stat_of(JOB, MAX_RSS));
	EXPECT_GT(max + HOLD / 2, stat_of(JOB, MAX_RSS));
}

TEST_F(stat, max_rss_is_that_of_one_process)
{
	ASSERT_LT(0, actor_hold_memory(self->a, HOLD));
	ASSERT_LT(0, actor_hold_memory(self->init, HOLD));
	EXPECT_LE(HOLD - SLACK, stat_of(JOB, MAX_RSS));
	EXPECT_GT(HOLD + HOLD / 2, stat_of(JOB, MAX_RSS));
}

TEST_F(stat, max_rss_of_what_ended_is_that_of_one_process)
{
	struct actor *b = spawn(self->init);

	ASSERT_NE(NULL, b);
	ASSERT_LT(0, actor_hold_memory(self->a, HOLD));
	ASSERT_LT(0, actor_hold_memory(b, HOLD));
	ASSERT_EQ(0, actor_exit(self->a, 0));
	ASSERT_EQ(0, actor_exit(b, 0));
	EXPECT_LE(HOLD - SLACK, stat_of(JOB, MAX_RSS));
	EXPECT_GT(HOLD + HOLD / 2, stat_of(JOB, MAX_RSS));
}

TEST_F(stat, max_rss_of_what_ended_below_is_kept)
{
	__s64 max;

	ASSERT_EQ(0, actor_unshare(self->a, CLONE_NEWUTS));
	ASSERT_LT(0, actor_hold_memory(self->a, HOLD));
	max = stat_of(JOB, MAX_RSS);
	EXPECT_LE(HOLD - SLACK, max);
	ASSERT_EQ(0, actor_exit(self->a, 0));
	EXPECT_LE(max, stat_of(JOB, MAX_RSS));
}

/* A value from its own /proc/<pid>/io */
static __s64 io_of(struct actor *a, const char *key)
{
	long long n;
	char *p;

	if (actor_read(main_actor, "/proc/%d/io", a->pid) <= 0)
		return -ENOENT;
	p = strstr(main_actor->buf, key);
	return p && sscanf(p + strlen(key), " %lld", &n) == 1 ? n : -EBADMSG;
}

/*
 * Write to a disk in memory that is not in use, else to a new file in the present
 * directory, and read it from there.
 */
static __s64 do_write_and_read(struct actor *a)
{
	int fd = open("/dev/ram0", O_RDWR | O_EXCL | O_CLOEXEC);
	size_t size = a->arg[0];
	char *buf = calloc(1, size);
	__s64 ret = -EIO;

	if (fd < 0)
		fd = open(".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0) {
		free(buf);
		return -errno;
	}
	if (buf && write(fd, buf, size) == (ssize_t)size && !fsync(fd) &&
	    !posix_fadvise(fd, 0, size, POSIX_FADV_DONTNEED) &&
	    pread(fd, buf, size, 0) == (ssize_t)size)
		ret = 0;
	free(buf);
	close(fd);
	return ret;
}

TEST_F(stat, bytes_are_those_of_proc_io)
{
	__s64 written, got;

	if (io_of(self->a, "\nwrite_bytes:") < 0)
		SKIP(return, "no accounting of I/O in this kernel");
	ASSERT_EQ(0, actor_call(self->a, do_write_and_read, MIB, 0, 0, 0));
	written = io_of(self->a, "\nwrite_bytes:");
	got = io_of(self->a, "\nread_bytes:");
	if (written < MIB)
		SKIP(return, "neither /dev/ram0 nor a disk below this directory");
	written += io_of(self->init, "\nwrite_bytes:");
	got += io_of(self->init, "\nread_bytes:");
	/* Less what they did before they were members: nothing much */
	EXPECT_GE(written, stat_of(JOB, WRITE_BYTES));
	EXPECT_LE(MIB, stat_of(JOB, WRITE_BYTES));
	EXPECT_GE(got, stat_of(JOB, READ_BYTES));
	EXPECT_LE(got - MIB, stat_of(JOB, READ_BYTES));
	ASSERT_EQ(0, actor_exit(self->a, 0));
	EXPECT_LE(MIB, stat_of(JOB, WRITE_BYTES));
}

/*
 * No total goes down, whatever comes, moves down, works and goes. Each round
 * is of three forks: one of them ends the set-up of the first container.
 */
static void touch(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (p != MAP_FAILED)
		munmap(p, size);
}

static void *thread_works(void *arg)
{
	touch(MIB);
	if (unshare(CLONE_NEWUTS) < 0)
		*(int *)arg = 1;
	touch(MIB);
	return NULL;
}

static void go_down(void)
{
	touch(MIB);
	if (unshare(CLONE_NEWUTS) < 0)
		_exit(1);
	touch(MIB);
}

static void churn(int n)
{
	int i, err = 0, status;
	pthread_t thread;
	pid_t pid;

	for (i = 0; i < n; i++) {
		pid = fork();
		if (pid > 0) {
			if (waitpid(pid, &status, 0) != pid || status)
				_exit(1);
			continue;
		}
		if (pid < 0)
			_exit(1);
		go_down();
		if (end_setup())
			_exit(1);
		pid = fork();
		if (pid < 0)
			_exit(1);
		if (pid > 0)
			_exit(i % 2 ? waitpid(pid, NULL, 0) != pid : 0);
		go_down();
		if (pthread_create(&thread, NULL, thread_works, &err) ||
		    pthread_join(thread, NULL))
			_exit(1);
		_exit(err);
	}
	_exit(0);
}

static const enum stat_key totals[] = {
	USAGE, USER, SYSTEM, FORKS, MINOR_FAULTS, MAJOR_FAULTS, MAX_RSS,
	READ_BYTES, WRITE_BYTES,
};

/* Which total has gone down, or -1 */
static int lower(const struct stats *now, const struct stats *last)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(totals); i++)
		if (now->v[totals[i]] < last->v[totals[i]])
			return totals[i];
	return -1;
}

FIXTURE(total) {
	struct stats last, now;
	pid_t pid[NR_CHURNS];
};

FIXTURE_WORLD(total)
{
}

TEST_F_TIMEOUT(total, never_goes_down, 900)
{
	int i, running, status, reads = 0, n = stress_rounds(40);
	__s64 forks = stat_of(WORLD, FORKS);

	for (i = 0; i < NR_CHURNS; i++) {
		self->pid[i] = world_fork();
		ASSERT_LE(0, self->pid[i]);
		if (self->pid[i] == 0)
			churn(n);
	}
	do {
		running = 0;
		for (i = 0; i < NR_CHURNS; i++) {
			if (self->pid[i] &&
			    waitpid(self->pid[i], &status, WNOHANG)) {
				EXPECT_EQ(0, status);
				self->pid[i] = 0;
			}
			running += !!self->pid[i];
		}
		ASSERT_EQ(0, read_stats(WORLD, &self->now));
		ASSERT_EQ(-1, lower(&self->now, &self->last)) {
			i = lower(&self->now, &self->last);
			TH_LOG("read %d: key %d from %lld to %lld", reads, i,
			       (long long)self->last.v[i],
			       (long long)self->now.v[i]);
		}
		self->last = self->now;
		reads++;
	} while (running || reads < 10);
	/* Orphans, too */
	while (waitpid(-1, NULL, 0) > 0)
		;
	ASSERT_EQ(0, read_stats(WORLD, &self->now));
	EXPECT_EQ(-1, lower(&self->now, &self->last));
	/* None was lost, and none counted twice. */
	EXPECT_EQ(forks + NR_CHURNS * (1 + 3 * n), self->now.v[FORKS]);
	EXPECT_EQ(1, self->now.v[PROCS]);
	EXPECT_EQ(1, self->now.v[THREADS]);
}

TEST_HARNESS_MAIN
