// SPDX-License-Identifier: GPL-2.0
/* stat: the time that members use and have used, and how many there are */

#include <sys/resource.h>
#include <time.h>

#include "kselftest_harness.h"
#include "container_test.h"

#define JOB CHILDREN "/job/stat"
#define WORLD "/proc/self/container/stat"
#define SUB "job/children/sub"
/* CPU time in microseconds, long enough to be compared */
#define WORK 400000

/* Ticks, and what a process does besides, on a slow guest */
static bool about(__s64 a, __s64 b)
{
	__s64 slack = b / 10 + 60000;

	return a >= b - slack && a <= b + slack;
}

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

static __s64 usec_of(const struct timeval *tv)
{
	return tv->tv_sec * 1000000LL + tv->tv_usec;
}

/* A child works, maybe in a cgroup; user and system time are in arg[1] and 2 */
static __s64 do_child_works(struct actor *a)
{
	struct rusage usage;
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		if (a->str[0][0] && put_text(a->str[0], "0"))
			_exit(1);
		work(a->arg[0]);
		_exit(0);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		return -errno;
	a->arg[1] = usec_of(&usage.ru_utime);
	a->arg[2] = usec_of(&usage.ru_stime);
	return status;
}

/* /job with its init and another member; what it had used by then */
FIXTURE(stat) {
	struct actor *init, *a;
	struct stats before, after;
	char dir[256];
};

FIXTURE_SETUP(stat)
{
	setup_world(_metadata);
	if (_metadata->exit_code)
		return;
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->init = spawn_in("job");
	ASSERT_NE(NULL, self->init);
	self->a = spawn_in("job");
	ASSERT_NE(NULL, self->a);
	ASSERT_EQ(0, read_stats(JOB, &self->before));
}

FIXTURE_TEARDOWN(stat)
{
	remove_children();
	world_destroy();
	if (self->dir[0])
		cgroup_remove(self->dir);
}

TEST_F(stat, of_an_empty_container)
{
	enum stat_key key;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, "empty"));
	ASSERT_EQ(0, read_stats(CHILDREN "/empty/stat", &self->after));
	for (key = 0; key < NR_KEYS; key++)
		EXPECT_EQ(0, self->after.v[key]) TH_LOG("%d", key);
}

TEST_F(stat, begins_when_a_process_enters)
{
	/* All of its work before was the world's. */
	struct actor *b = spawn(main_actor);

	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_work(b, WORK));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "late"));
	ASSERT_EQ(0, actor_bind(b, child_id(main_actor, "late"), 0));
	ASSERT_EQ(0, read_stats(CHILDREN "/late/stat", &self->after));
	EXPECT_GT(WORK / 4, self->after.v[USAGE]);
	EXPECT_EQ(0, self->after.v[FORKS]);
	EXPECT_EQ(1, self->after.v[PROCS]);
	EXPECT_LE(WORK, stat_of(WORLD, USAGE));
}

TEST_F(stat, usage_is_that_of_getrusage)
{
	struct actor *a = self->a;
	__s64 user, system;

	a->str[0][0] = '\0';
	ASSERT_EQ(0, actor_call(a, do_child_works, WORK, 0, 0, 0));
	user = a->arg[1];
	system = a->arg[2];
	ASSERT_EQ(0, read_stats(JOB, &self->after));
	EXPECT_TRUE(about(self->after.v[USAGE] - self->before.v[USAGE],
			  user + system)) {
		TH_LOG("%lld, not %lld",
		       (long long)(self->after.v[USAGE] -
				   self->before.v[USAGE]),
		       (long long)(user + system));
	}
	EXPECT_LE(WORK, self->after.v[USAGE]);
}

TEST_F(stat, user_and_system_make_up_usage)
{
	struct stats *s = &self->after;

	ASSERT_EQ(0, actor_work(self->a, WORK));
	ASSERT_EQ(0, read_stats(JOB, s));
	EXPECT_TRUE(about(s->v[USER] + s->v[SYSTEM], s->v[USAGE]));
	EXPECT_LT(0, s->v[USER]);
	EXPECT_LT(0, s->v[SYSTEM]);
}

TEST_F(stat, usage_is_that_of_the_cgroup)
{
	struct actor *a = self->a;
	const char *line;
	long long usage;
	int err;

	err = cgroup_create(self->dir, sizeof(self->dir));
	if (err)
		SKIP(return, "no cgroup v2: %s", strerror(-err));
	snprintf(a->str[0], ACTOR_STR, "%s/cgroup.procs", self->dir);
	ASSERT_EQ(0, actor_call(a, do_child_works, WORK, 0, 0, 0));
	ASSERT_EQ(0, read_stats(JOB, &self->after));
	ASSERT_LT(0, actor_read(main_actor, "%s/cpu.stat", self->dir));
	line = strstr(main_actor->buf, "usage_usec ");
	ASSERT_NE(NULL, line);
	usage = strtoll(line + strlen("usage_usec "), NULL, 10);
	EXPECT_TRUE(about(self->after.v[USAGE] - self->before.v[USAGE],
			  usage)) {
		TH_LOG("%lld, not %lld",
		       (long long)(self->after.v[USAGE] -
				   self->before.v[USAGE]), usage);
	}
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

TEST_F(stat, keeps_the_work_of_the_dead)
{
	struct actor *b = spawn(self->init);

	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_work(b, WORK));
	ASSERT_EQ(0, read_stats(JOB, &self->before));
	ASSERT_EQ(0, actor_exit(b, 0));
	ASSERT_EQ(0, read_stats(JOB, &self->after));
	EXPECT_LE(self->before.v[USAGE], self->after.v[USAGE]);
	EXPECT_GT(self->before.v[USAGE] + WORK / 2, self->after.v[USAGE]);
	EXPECT_EQ(self->before.v[PROCS] - 1, self->after.v[PROCS]);
}

TEST_F(stat, keeps_the_work_of_a_dead_thread)
{
	struct actor *t = spawn_thread(self->a);

	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_work(t, WORK));
	ASSERT_EQ(0, actor_exit_thread(t));
	ASSERT_EQ(0, read_stats(JOB, &self->after));
	EXPECT_LE(WORK, self->after.v[USAGE]);
	ASSERT_EQ(0, actor_exit(self->a, 0));
	/* Not again with the process */
	EXPECT_GT(2 * WORK, stat_of(JOB, USAGE));
	EXPECT_LE(self->after.v[USAGE], stat_of(JOB, USAGE));
}

TEST_F(stat, past_of_who_goes_down_stays_above)
{
	__s64 below, above;

	ASSERT_EQ(0, actor_work(self->a, WORK));
	ASSERT_EQ(0, read_stats(JOB, &self->before));
	ASSERT_EQ(0, actor_unshare(self->a, CLONE_NEWUTS));
	below = stat_of(CHILDREN "/job/children/unnamed1/stat", USAGE);
	above = stat_of(JOB, USAGE);
	EXPECT_GT(WORK / 4, below);
	EXPECT_LE(self->before.v[USAGE], above);
	EXPECT_GT(self->before.v[USAGE] + WORK / 2, above);

	ASSERT_EQ(0, actor_work(self->a, WORK));
	EXPECT_LE(WORK,
		  stat_of(CHILDREN "/job/children/unnamed1/stat", USAGE));
	above = stat_of(JOB, USAGE);
	EXPECT_LE(self->before.v[USAGE] + WORK, above);
	EXPECT_GT(self->before.v[USAGE] + 3 * WORK / 2, above);

	/* The container below ends. */
	ASSERT_EQ(0, actor_exit(self->a, 0));
	EXPECT_LE(above, stat_of(JOB, USAGE));
	EXPECT_GT(above + WORK / 2, stat_of(JOB, USAGE));
}

TEST_F(stat, of_what_ended_below_is_kept_above)
{
	struct actor *b;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, SUB));
	b = spawn_in(SUB);
	ASSERT_NE(NULL, b);
	ASSERT_NE(NULL, spawn(b));
	ASSERT_EQ(0, actor_work(b, WORK));
	ASSERT_EQ(0, read_stats(JOB, &self->before));
	EXPECT_LE(WORK, self->before.v[USAGE]);
	ASSERT_EQ(0, actor_rmdir_child(main_actor, SUB));
	ASSERT_EQ(SIGKILL, actor_reap(b));
	ASSERT_EQ(0, read_stats(JOB, &self->after));
	EXPECT_LE(self->before.v[USAGE], self->after.v[USAGE]);
	EXPECT_LE(self->before.v[FORKS], self->after.v[FORKS]);
	EXPECT_LE(self->before.v[MINOR_FAULTS], self->after.v[MINOR_FAULTS]);
	EXPECT_LE(self->before.v[MAX_RSS], self->after.v[MAX_RSS]);
	EXPECT_GT(self->before.v[USAGE] + WORK / 2, self->after.v[USAGE]);
}

TEST_F(stat, work_of_a_thread_elsewhere_is_counted_once)
{
	struct actor *t = spawn_thread(self->a);
	__s64 used;

	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_unshare(t, CLONE_NEWUTS));
	ASSERT_EQ(0, actor_work(t, WORK));
	EXPECT_LE(WORK,
		  stat_of(CHILDREN "/job/children/unnamed1/stat", USAGE));
	used = stat_of(JOB, USAGE);
	EXPECT_LE(WORK, used);
	EXPECT_GT(2 * WORK, used);
	/* Its container ends with it. */
	ASSERT_EQ(0, actor_exit_thread(t));
	EXPECT_LE(used, stat_of(JOB, USAGE));
	EXPECT_GT(2 * WORK, stat_of(JOB, USAGE));
	ASSERT_EQ(0, actor_exit(self->a, 0));
	EXPECT_LE(used, stat_of(JOB, USAGE));
	EXPECT_GT(2 * WORK, stat_of(JOB, USAGE));
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

TEST_F(stat, counts_a_process_in_two_containers_once)
{
	struct actor *t = spawn_thread(self->a);

	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_unshare(t, CLONE_NEWUTS));
	ASSERT_EQ(0, read_stats(JOB, &self->after));
	EXPECT_EQ(2, self->after.v[PROCS]);
	EXPECT_EQ(3, self->after.v[THREADS]);
	ASSERT_EQ(0, read_stats(CHILDREN "/job/children/unnamed1/stat",
				&self->after));
	EXPECT_EQ(1, self->after.v[PROCS]);
	EXPECT_EQ(1, self->after.v[THREADS]);
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

TEST_F(stat, counts_who_was_born_in_it)
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
