// SPDX-License-Identifier: GPL-2.0
/* stat: the time that members use and have used, and how many there are */

#include <limits.h>
#include <sys/resource.h>
#include <time.h>

#include "kselftest_harness.h"
#include "cgroup_util.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "file.h"
#include "ns.h"
#include "reap.h"
#include "rest.h"
#include "stat.h"
#include "world.h"

#define JOB CHILDREN "/job/container.stat"
#define WORLD "/proc/self/container/stat"
#define SUB "job/sub"
/* CPU time in microseconds, so much that it is seen if it is missed or doubled */
#define WORK 400000
/* What is rounded down to microseconds, in a few values that are added */
#define ROUNDING 20

/* Half of it in the kernel */
static void work(__s64 usec)
{
	struct timespec ts;
	int n;

	do {
		for (n = 0; n < 2000; n++)
			__asm__ __volatile__("" : : : "memory");
		for (n = 0; n < 20; n++)
			syscall(__NR_getppid);
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	} while (ts.tv_sec * 1000000LL + ts.tv_nsec / 1000 < usec);
}

static __s64 do_work(struct actor *a)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	work(ts.tv_sec * 1000000LL + ts.tv_nsec / 1000 + a->arg[0]);
	return 0;
}

static __s64 actor_work(struct actor *a, __s64 usec)
{
	return actor_call(a, do_work, usec, 0, 0, 0);
}

/*
 * What getrusage(2) says. It is the time that stat adds up, too: so what is
 * read first is never more than what is read next, if both are of the same
 * processes, and these sleep while others look at them. What a process uses on
 * its way out is not seen by stat any more, but by its parent.
 */
static __s64 used_by(int target)
{
	struct rusage usage;

	if (getrusage(target, &usage) < 0)
		return -errno;
	return usage.ru_utime.tv_sec * 1000000LL + usage.ru_utime.tv_usec +
	       usage.ru_stime.tv_sec * 1000000LL + usage.ru_stime.tv_usec;
}

static __s64 do_used(struct actor *a)
{
	__s64 used = used_by(RUSAGE_SELF);

	(void)a;
	return used + used_by(RUSAGE_CHILDREN);
}

/* By an actor and by children that it has reaped */
static __s64 actor_used(struct actor *a)
{
	return actor_call(a, do_used, 0, 0, 0, 0);
}

/* By a child of the main process, and by those it has reaped, until the end */
static __s64 exit_used(struct actor *a)
{
	__s64 before = used_by(RUSAGE_CHILDREN);
	int ret = actor_exit(a, 0);

	return ret ? -ECHILD : used_by(RUSAGE_CHILDREN) - before;
}

/* The usage in stat, once actors that have answered are at rest */
static __s64 usage_at_rest(const char *path, struct actor *a, struct actor *b)
{
	if (wait_blocked(a) || (b && wait_blocked(b)))
		return -EBUSY;
	return stat_of(path, USAGE);
}

/*
 * Work, and have a child work. What both have seen of that themselves, between
 * the first and the last thing they did, is returned.
 */
static __s64 do_work_with_child(struct actor *a)
{
	__s64 first = used_by(RUSAGE_SELF), usec = a->arg[0];
	__s64 *of_child = &a->arg[1];
	pid_t pid;

	*of_child = 0;
	pid = fork();
	if (pid == 0) {
		work(usec);
		*of_child = used_by(RUSAGE_SELF);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		return -errno;
	do_work(a);
	return used_by(RUSAGE_SELF) - first + *of_child;
}

static int child_exits(void *arg)
{
	(void)arg;
	_exit(0);
}

/* Children, one after the other */
static __s64 do_fork(struct actor *a)
{
	static char stack[STACK_SIZE];
	int i;

	for (i = 0; i < a->arg[0]; i++) {
		pid_t pid = clone(child_exits, stack + STACK_SIZE,
				  a->arg[1] | SIGCHLD, NULL);

		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			return -errno;
	}
	return 0;
}

/* /job with its init and another member; what it had used by then */
FIXTURE(stat) {
	struct actor *init, *a;
	struct stats before, after;
	/* by both, before they entered */
	__s64 used;
	char *dir;
};

FIXTURE_WORLD_SETUP(stat)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->init = spawn(main_actor);
	ASSERT_NE(NULL, self->init);
	self->a = spawn(main_actor);
	ASSERT_NE(NULL, self->a);
	self->used = actor_used(self->init) + actor_used(self->a);
	ASSERT_EQ(0, actor_enter(self->init, child_id(main_actor, "job")));
	ASSERT_EQ(0, actor_enter(self->a, child_id(main_actor, "job")));
	ASSERT_EQ(0, wait_blocked(self->init));
	ASSERT_EQ(0, wait_blocked(self->a));
	ASSERT_EQ(0, read_stats(JOB, &self->before));
}

FIXTURE_TEARDOWN(stat)
{
	world_destroy();
	cg_destroy(self->dir);
}

TEST_F(stat, of_an_empty_container)
{
	enum stat_key key;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, "empty"));
	ASSERT_EQ(0, read_stats(CHILDREN "/empty/container.stat", &self->after));
	for (key = 0; key < NR_KEYS; key++)
		EXPECT_EQ(0, self->after.v[key]) TH_LOG("%d", key);
}

TEST_F(stat, begins_when_a_process_enters)
{
	/* All of its work before was the world's. */
	struct actor *b = spawn(main_actor);
	__s64 used;

	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_work(b, WORK));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "late"));
	used = actor_used(b);
	ASSERT_EQ(0, actor_enter(b, child_id(main_actor, "late")));
	ASSERT_EQ(0, wait_blocked(b));
	ASSERT_EQ(0, read_stats(CHILDREN "/late/container.stat", &self->after));
	EXPECT_GE(actor_used(b) - used + ROUNDING, self->after.v[USAGE]);
	EXPECT_EQ(0, self->after.v[FORKS]);
	EXPECT_EQ(1, self->after.v[PROCS]);
	EXPECT_LE(WORK, stat_of(WORLD, USAGE));
}

TEST_F(stat, usage_is_that_of_getrusage)
{
	__s64 before, after, used, seen, got;

	used = actor_used(self->init) + actor_used(self->a);
	before = usage_at_rest(JOB, self->init, self->a);
	seen = actor_call(self->a, do_work_with_child, WORK, 0, 0, 0);
	ASSERT_LE(2 * WORK, seen + ROUNDING);
	after = usage_at_rest(JOB, self->init, self->a);
	used = actor_used(self->init) + actor_used(self->a) - used;
	got = after - before;
	EXPECT_LE(seen, got + ROUNDING);
	EXPECT_GE(used, got - ROUNDING);
}

TEST_F(stat, user_and_system_make_up_usage)
{
	struct stats *s = &self->after;
	__s64 sum;

	ASSERT_EQ(0, actor_work(self->a, WORK));
	ASSERT_EQ(0, read_stats(JOB, s));
	sum = s->v[USER] + s->v[SYSTEM];
	EXPECT_LE(s->v[USAGE], sum + ROUNDING);
	EXPECT_GE(s->v[USAGE], sum - ROUNDING);
	EXPECT_LT(0, s->v[USER]);
	EXPECT_LT(0, s->v[SYSTEM]);
}

static __s64 cgroup_usage(const char *dir)
{
	static const char key[] = "usage_usec ";
	const char *line;

	if (actor_read(main_actor, "%s/cpu.stat", dir) <= 0)
		return -EIO;
	line = strstr(main_actor->buf, key);
	return line ? strtoll(line + strlen(key), NULL, 10) : -EBADMSG;
}

TEST_F(stat, usage_is_that_of_the_cgroup)
{
	struct actor *a = self->a;
	__s64 before, inside, work, after, usage;
	char root[PATH_MAX];

	if (cg_find_unified_root(root, sizeof(root), NULL))
		SKIP(return, "no cgroup v2");
	self->dir = cg_name_indexed(root, "container_test", getpid());
	ASSERT_NE(NULL, self->dir);
	ASSERT_EQ(0, cg_create(self->dir));
	/* The cgroup counts from somewhere between the first two on. */
	before = usage_at_rest(JOB, self->init, a);
	ASSERT_EQ(0, actor_write(a, "0", "%s/cgroup.procs", self->dir));
	inside = usage_at_rest(JOB, self->init, a);
	ASSERT_EQ(0, actor_work(a, WORK));
	work = usage_at_rest(JOB, self->init, a);
	usage = cgroup_usage(self->dir);
	after = usage_at_rest(JOB, self->init, a);
	ASSERT_LE(WORK, work - inside + ROUNDING);
	EXPECT_LE(work - inside, usage + ROUNDING);
	EXPECT_GE(after - before, usage - ROUNDING);
}

TEST_F(stat, grows_while_a_member_works)
{
	__s64 last = stat_of(JOB, USAGE);
	int i;

	start_counting(self->a, do_count, 0);
	for (i = 0; i < 3; i++) {
		__s64 now = last;
		int n;

		for (n = 0; n < 10000 && now == last; n++) {
			usleep(1000);
			now = stat_of(JOB, USAGE);
		}
		ASSERT_LT(last, now);
		last = now;
	}
}

/* Its work is counted, and is counted once, when init has reaped it. */
static void exit_of_a_child_is_counted_once(struct __test_metadata *_metadata,
					    struct actor *init, struct actor *b)
{
	__s64 used = actor_used(init) + actor_used(b);
	struct stats before, after;

	ASSERT_EQ(0, wait_blocked(init));
	ASSERT_EQ(0, wait_blocked(b));
	ASSERT_EQ(0, read_stats(JOB, &before));
	ASSERT_EQ(0, actor_exit(b, 0));
	ASSERT_EQ(0, wait_blocked(init));
	ASSERT_EQ(0, read_stats(JOB, &after));
	used = actor_used(init) - used;
	EXPECT_LE(before.v[USAGE], after.v[USAGE]);
	EXPECT_GE(before.v[USAGE] + used + ROUNDING, after.v[USAGE]);
	EXPECT_EQ(before.v[PROCS] - 1, after.v[PROCS]);
}

TEST_F(stat, keeps_the_work_of_the_dead)
{
	struct actor *b = spawn(self->init);

	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_work(b, WORK));
	exit_of_a_child_is_counted_once(_metadata, self->init, b);
}

/* Each of its threads is released, and its usage is folded in with the last */
TEST_F(stat, keeps_the_work_of_dead_threads_once)
{
	struct actor *b = spawn(self->init), *t;

	ASSERT_NE(NULL, b);
	t = spawn_thread(b);
	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_work(b, WORK));
	ASSERT_EQ(0, actor_work(t, WORK));
	ASSERT_EQ(0, wait_blocked(t));
	exit_of_a_child_is_counted_once(_metadata, self->init, b);
}

TEST_F(stat, keeps_the_work_of_a_dead_thread)
{
	struct actor *t = spawn_thread(self->a);
	__s64 used, now;

	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_work(t, WORK));
	ASSERT_EQ(0, actor_exit_thread(t));
	ASSERT_EQ(0, read_stats(JOB, &self->after));
	EXPECT_LE(WORK, self->after.v[USAGE] + ROUNDING);
	/* Not again with the process */
	used = exit_used(self->a);
	ASSERT_LE(0, used);
	now = usage_at_rest(JOB, self->init, NULL);
	used += actor_used(self->init) - self->used;
	EXPECT_LE(self->after.v[USAGE], now);
	EXPECT_GE(used + ROUNDING, now);
}

TEST_F(stat, past_of_a_process_that_goes_down_stays_above)
{
	static const char low[] = CHILDREN "/job/unnamed1/container.stat";
	__s64 used, init, now, below, above;

	ASSERT_EQ(0, actor_work(self->a, WORK));
	init = actor_used(self->init);
	used = actor_used(self->a);
	self->before.v[USAGE] = usage_at_rest(JOB, self->init, self->a);
	ASSERT_EQ(0, actor_unshare(self->a, CLONE_NEWUTS));
	below = usage_at_rest(low, self->a, NULL);
	above = usage_at_rest(JOB, self->a, NULL);
	/* With that of the child that ended the set-up */
	now = actor_used(self->a) - used;
	EXPECT_GE(now + ROUNDING, below);
	EXPECT_LE(self->before.v[USAGE], above);
	EXPECT_GE(self->before.v[USAGE] + now + ROUNDING, above);

	ASSERT_EQ(0, actor_work(self->a, WORK));
	EXPECT_LE(WORK, usage_at_rest(low, self->a, NULL) + ROUNDING);
	above = usage_at_rest(JOB, self->a, NULL);
	EXPECT_LE(self->before.v[USAGE] + WORK, above + ROUNDING);
	EXPECT_GE(self->before.v[USAGE] + actor_used(self->a) - used + ROUNDING,
		  above);

	/* The container below ends. */
	now = exit_used(self->a);
	ASSERT_LE(0, now);
	used = now - used;
	now = usage_at_rest(JOB, self->init, NULL);
	used += actor_used(self->init) - init;
	EXPECT_LE(above, now);
	EXPECT_GE(self->before.v[USAGE] + used + ROUNDING, now);
}

TEST_F(stat, of_what_ended_below_is_kept_above)
{
	struct actor *b;
	__s64 used;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, SUB));
	b = spawn_in(SUB);
	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_call(b, do_fork, 3, 0, 0, 0));
	ASSERT_EQ(0, actor_work(b, WORK));
	used = actor_used(b);
	ASSERT_EQ(0, wait_blocked(b));
	ASSERT_EQ(0, read_stats(JOB, &self->before));
	EXPECT_LE(WORK, self->before.v[USAGE] + ROUNDING);
	EXPECT_EQ(3, self->before.v[FORKS]);
	used += used_by(RUSAGE_CHILDREN);
	ASSERT_EQ(0, remove_child(SUB));
	ASSERT_EQ(SIGKILL, actor_reap(b));
	used = used_by(RUSAGE_CHILDREN) - used;
	ASSERT_EQ(0, read_stats(JOB, &self->after));
	EXPECT_LE(self->before.v[USAGE], self->after.v[USAGE]);
	EXPECT_EQ(self->before.v[FORKS], self->after.v[FORKS]);
	EXPECT_LE(self->before.v[MINOR_FAULTS], self->after.v[MINOR_FAULTS]);
	EXPECT_LE(self->before.v[MAX_RSS], self->after.v[MAX_RSS]);
	EXPECT_GE(self->before.v[USAGE] + used + ROUNDING,
		  self->after.v[USAGE]);
}

TEST_F(stat, work_of_a_thread_apart_is_counted_once)
{
	struct actor *t = spawn_thread(self->a);
	__s64 used, now;

	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_unshare(t, CLONE_NEWUTS));
	ASSERT_EQ(0, actor_work(t, WORK));
	now = usage_at_rest(JOB, self->a, t);
	EXPECT_LE(WORK, now + ROUNDING);
	used = exit_used(self->a);
	ASSERT_LE(0, used);
	EXPECT_LE(now, stat_of(JOB, USAGE));
	now = usage_at_rest(JOB, self->init, NULL);
	used += actor_used(self->init) - self->used;
	EXPECT_GE(used + ROUNDING, now);
}

TEST_F(stat, counts_processes_and_threads)
{
	struct actor *t, *u, *b;

	EXPECT_EQ(2, self->before.v[PROCS]);
	EXPECT_EQ(2, self->before.v[THREADS]);
	t = spawn_thread(self->a);
	u = spawn_thread(self->a);
	b = spawn(self->a);
	ASSERT_NE(NULL, t);
	ASSERT_NE(NULL, u);
	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, read_stats(JOB, &self->after));
	EXPECT_EQ(3, self->after.v[PROCS]);
	EXPECT_EQ(5, self->after.v[THREADS]);
	ASSERT_EQ(0, actor_exit_thread(t));
	ASSERT_EQ(0, actor_exit_zombie(b));
	ASSERT_EQ(0, read_stats(JOB, &self->after));
	EXPECT_EQ(2, self->after.v[PROCS]);
	EXPECT_EQ(3, self->after.v[THREADS]);
}

TEST_F(stat, counts_processes_born_in_it)
{
	EXPECT_EQ(0, self->before.v[FORKS]);
	ASSERT_EQ(0, actor_call(self->a, do_fork, 7, 0, 0, 0));
	EXPECT_EQ(7, stat_of(JOB, FORKS));
	ASSERT_EQ(0, actor_call(self->a, do_fork, 3, CLONE_VM | CLONE_VFORK, 0,
				0));
	EXPECT_EQ(10, stat_of(JOB, FORKS));
	/* also in a container below that was made for it */
	ASSERT_EQ(0, actor_call(self->a, do_fork, 2, CLONE_NEWUTS, 0, 0));
	EXPECT_EQ(12, stat_of(JOB, FORKS));
	/* but neither threads nor those that come from elsewhere */
	ASSERT_NE(NULL, spawn_thread(self->a));
	ASSERT_NE(NULL, spawn_in("job"));
	EXPECT_EQ(12, stat_of(JOB, FORKS));
}

TEST_F(stat, of_one_inside_is_of_it_and_what_is_below)
{
	ASSERT_EQ(0, actor_call(self->a, do_fork, 2, 0, 0, 0));
	ASSERT_LT(0, actor_read(self->a, WORLD));
	EXPECT_TRUE(actor_has_line(self->a, "forks 2"));
	EXPECT_TRUE(actor_has_line(self->a, "nr_procs 2"));
}

TEST(root_has_it_too)
{
	char text[512] = "";
	int fd, n = 0;
	char *p;

	if (!in_root_container())
		SKIP(return, "not run in the root container");
	fd = open(WORLD, O_RDONLY);
	ASSERT_LE(0, fd);
	ASSERT_LT(0, read(fd, text, sizeof(text) - 1));
	close(fd);
	EXPECT_EQ(0, strncmp(text, "usage_usec ", strlen("usage_usec ")));
	for (p = text; (p = strchr(p, '\n')); p++)
		n++;
	EXPECT_EQ(NR_KEYS, n);
	EXPECT_NE(NULL, strstr(text, "\nnr_procs "));
	EXPECT_EQ(NULL, strstr(text, "\nnr_procs 0\n"));
}

TEST_HARNESS_MAIN
