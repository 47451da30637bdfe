// SPDX-License-Identifier: GPL-2.0
/* Operations without memory: all or nothing, and nothing is left behind */

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "fault.h"
#include "file.h"
#include "freeze.h"
#include "objects.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "stat.h"
#include "world.h"

#define JOB CHILDREN "/job"
#define MAKE_IT_FAIL "/proc/self/make-it-fail"
#define FAILSLAB "/sys/kernel/debug/failslab"
#define NR_WORKERS 3

FIXTURE(memory) {
	struct actor *a;
	long objects;
	struct table table;
};

FIXTURE_WORLD_SETUP(memory)
{
	int err;

	err = faults_begin();
	if (err)
		SKIP(return, "no fault injection: %s", strerror(-err));
	self->a = spawn(main_actor);
	ASSERT_NE(NULL, self->a);
	self->objects = objects_at_rest();
}

FIXTURE_TEARDOWN(memory)
{
	put_text(FAILSLAB "/probability", "0");
	put_text(FAILSLAB "/times", "1");
	put_text(FAILSLAB "/task-filter", "N");
	if (self->a)
		faults_end();
	world_destroy();
}

/* Calls on what is in str[0] */
static __s64 do_make(struct actor *a)
{
	return result(mkdir(a->str[0], 0755));
}

static __s64 do_remove(struct actor *a)
{
	return result(rmdir(a->str[0]));
}

static __s64 do_put(struct actor *a)
{
	return put_text(a->str[0], a->str[1]);
}

static __s64 do_get(struct actor *a)
{
	int fd = open(a->str[0], O_RDONLY | O_CLOEXEC);
	__s64 ret;

	if (fd < 0)
		return -errno;
	ret = result(read(fd, a->buf, ACTOR_BUF));
	close(fd);
	return ret;
}

static __s64 do_bind_to(struct actor *a)
{
	struct bind_ns_args args = { .id = a->arg[0] };

	return result(syscall(__NR_bind_ns, &args, sizeof(args)));
}

static __s64 fail_on(struct actor *a, int nth, actor_fn fn, const char *path,
		     const char *text)
{
	snprintf(a->str[0], ACTOR_STR, "%s", path);
	snprintf(a->str[1], ACTOR_STR, "%s", text);
	return actor_fail_nth(a, nth, fn, 0, 0);
}

/* Everything that was tried has ended. */
static bool nothing_is_left(struct table *t, long objects)
{
	remove_children();
	return read_table(main_actor, t) == 1 &&
	       !actor_children(main_actor, CHILDREN) &&
	       objects_are_back(objects);
}

TEST_F_TIMEOUT(memory, mkdir_makes_it_or_not, 900)
{
	__s64 ret = -ENOMEM;
	int nth, failed = 0;

	for (nth = 1; nth < MAX_NTH && ret; nth++) {
		ret = fail_on(self->a, nth, do_make, JOB, "");
		if (ret == -ENOMEM) {
			failed++;
			ASSERT_EQ(1, read_table(main_actor, &self->table));
			ASSERT_EQ(0, actor_children(main_actor, CHILDREN));
			continue;
		}
		ASSERT_LE(0, ret) TH_LOG("allocation %d", nth);
		ASSERT_TRUE(child_has_state("job", "empty"));
		ASSERT_EQ(0, remove_child("job"));
	}
	EXPECT_EQ(0, ret);
	EXPECT_LT(0, failed);
	EXPECT_TRUE(nothing_is_left(&self->table, self->objects));
}

TEST_F_TIMEOUT(memory, rmdir_removes_it_or_not, 900)
{
	__s64 ret = -ENOMEM;
	int nth;

	for (nth = 1; nth < MAX_NTH && ret; nth++) {
		struct actor *b = spawn_explicit(main_actor, "job");

		ASSERT_NE(NULL, b);
		ret = fail_on(self->a, nth, do_remove, JOB, "");
		if (ret == -ENOMEM) {
			ASSERT_EQ(2, read_table(main_actor, &self->table));
			ASSERT_EQ(0, actor_exit(b, 0));
		} else {
			ASSERT_LE(0, ret) TH_LOG("allocation %d", nth);
			ASSERT_EQ(SIGKILL, actor_reap(b));
		}
		ASSERT_EQ(1, read_table(main_actor, &self->table));
	}
	EXPECT_EQ(0, ret);
	EXPECT_TRUE(nothing_is_left(&self->table, self->objects));
}

TEST_F_TIMEOUT(memory, first_bind_is_made_or_not, 900)
{
	__s64 ret = -ENOMEM;
	int nth;

	for (nth = 1; nth < MAX_NTH && ret; nth++) {
		struct actor *b = spawn(main_actor);

		ASSERT_NE(NULL, b);
		if (access(JOB, F_OK) < 0)
			ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
		ret = actor_fail_nth(b, nth, do_bind_to,
				     child_id(main_actor, "job"), 0);
		if (ret == -ENOMEM) {
			ASSERT_TRUE(child_has_state("job", "empty"));
			ASSERT_EQ(0, actor_number(main_actor,
						  JOB "/container.init"));
			ASSERT_STREQ("/", container_path(main_actor, b));
		} else {
			ASSERT_LE(0, ret) TH_LOG("allocation %d", nth);
			ASSERT_EQ(b->pid, container_init(main_actor, b));
			ASSERT_STREQ("/job", container_path(main_actor, b));
		}
		ASSERT_EQ(0, actor_exit(b, 0));
	}
	EXPECT_EQ(0, ret);
	EXPECT_TRUE(nothing_is_left(&self->table, self->objects));
}

/* In an explicit container, by one that is not its init */
TEST_F_TIMEOUT(memory, member_unshares_or_not, 900)
{
	__s64 ret = -ENOMEM;
	int nth, failed = 0;

	ASSERT_NE(NULL, spawn_explicit(main_actor, "job"));
	for (nth = 1; nth < MAX_NTH && ret; nth++) {
		struct actor *b = spawn_in("job");

		ASSERT_NE(NULL, b);
		ret = actor_fail_nth(b, nth, do_unshare_most, 0, 0);
		if (ret == -ENOMEM) {
			failed++;
			ASSERT_EQ(2, read_table(main_actor, &self->table));
			ASSERT_STREQ("/job", container_path(main_actor, b));
		} else {
			ASSERT_LE(0, ret) TH_LOG("allocation %d", nth);
			ASSERT_EQ(3, read_table(main_actor, &self->table));
		}
		ASSERT_EQ(0, actor_exit(b, 0));
		ASSERT_EQ(1, stat_of(JOB "/container.stat", PROCS));
	}
	EXPECT_EQ(0, ret);
	EXPECT_LT(0, failed);
}

TEST_F_TIMEOUT(memory, member_clones_or_not, 900)
{
	struct actor *b = spawn_explicit(main_actor, "job");
	__s64 ret = -ENOMEM;
	int nth, failed = 0;

	ASSERT_NE(NULL, b);
	for (nth = 1; nth < MAX_NTH && ret; nth++) {
		ret = actor_fail_nth(b, nth, do_clone_most, 0, 0);
		failed += ret < 0;
		ASSERT_TRUE(ret >= 0 || ret == -ENOMEM || ret == -EAGAIN) {
			TH_LOG("allocation %d: %lld", nth, (long long)ret);
		}
		ASSERT_EQ(2, read_table(main_actor, &self->table));
		ASSERT_EQ(1, stat_of(JOB "/container.stat", PROCS));
		/* A child that was never seen was not born. */
		ASSERT_EQ(nth - failed, stat_of(JOB "/container.stat", FORKS));
	}
	EXPECT_EQ(0, ret);
	EXPECT_LT(0, failed);
}

TEST_F_TIMEOUT(memory, freeze_and_thaw_do_so_or_not, 900)
{
	struct actor *b = spawn_explicit(main_actor, "job");
	__s64 ret = -ENOMEM;
	int nth;

	ASSERT_NE(NULL, b);
	start_counting(b, do_count, 0);
	for (nth = 1; nth < MAX_NTH && ret; nth++) {
		const char *value = "0";

		ret = fail_on(self->a, nth, do_put, JOB "/container.freeze",
			      "1");
		ASSERT_TRUE(ret >= 0 || ret == -ENOMEM);
		if (ret >= 0) {
			ASSERT_EQ(0, wait_child_events("job", "frozen 1"));
			value = "1";
		}
		ASSERT_STREQ(value, actor_value(main_actor,
						JOB "/container.freeze"));
		if (ret < 0)
			continue;
		ret = fail_on(self->a, nth, do_put, JOB "/container.freeze",
			      "0");
		ASSERT_TRUE(ret >= 0 || ret == -ENOMEM);
		ASSERT_EQ(0, thaw_child("job"));
		ASSERT_TRUE(actor_counts(b));
	}
	EXPECT_EQ(0, ret);
}

TEST_F_TIMEOUT(memory, kill_and_signal_reach_all_or_none, 900)
{
	static const char * const files[2][2] = {
		{ JOB "/container.kill", "1" },
		{ JOB "/container.signal", "9" },
	};
	int i, nth;

	for (i = 0; i < 2; i++) {
		__s64 ret = -ENOMEM;

		for (nth = 1; nth < MAX_NTH && ret; nth++) {
			struct actor *b = spawn_explicit(main_actor, "job");
			struct actor *c = spawn_in("job");

			ASSERT_NE(NULL, b);
			ASSERT_NE(NULL, c);
			ret = fail_on(self->a, nth, do_put, files[i][0],
				      files[i][1]);
			ASSERT_TRUE(ret >= 0 || ret == -ENOMEM);
			if (ret < 0) {
				ASSERT_EQ(2, stat_of(JOB "/container.stat", PROCS));
				ASSERT_EQ(0, actor_exit(b, 0));
			} else {
				ASSERT_EQ(SIGKILL, actor_reap(b));
			}
			ASSERT_EQ(SIGKILL, actor_reap(c));
		}
		EXPECT_EQ(0, ret);
	}
	EXPECT_TRUE(nothing_is_left(&self->table, self->objects));
}

TEST_F_TIMEOUT(memory, files_are_read_or_not, 900)
{
	static const char * const files[] = {
		JOB "/container.stat", JOB "/container.events",
		JOB "/container.freeze", JOB "/container.status",
		JOB "/container.procs", JOB "/container.ns",
		JOB "/container.kind", "/proc/containers",
		"/proc/self/container/status", "/proc/self/container/stat",
		"/proc/self/container/procs", "/proc/self/container/ns",
		"/proc/self/container/children",
	};
	size_t i;
	int nth;

	ASSERT_NE(NULL, spawn_explicit(main_actor, "job"));
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		__s64 ret = -ENOMEM, len = -1;

		for (nth = 1; nth < MAX_NTH && (ret < 0 || ret == INJECTED);
		     nth++) {
			ret = fail_on(self->a, nth, do_get, files[i], "");
			ASSERT_TRUE(ret > 0 || ret == -ENOMEM) {
				TH_LOG("%s: allocation %d: %lld", files[i], nth,
				       (long long)ret);
			}
			if (ret > 0 && ret != INJECTED)
				len = ret;
		}
		EXPECT_LT(0, len) TH_LOG("%s", files[i]);
	}
}

/*
 * Any allocation, in many processes at once: whatever fails, nothing remains.
 */
static void try_one(int i, int step)
{
	struct bind_ns_args args = {};
	char path[96], text[32] = "";
	int fd, tries = 0;
	pid_t pid;

	snprintf(path, sizeof(path), CHILDREN "/c%d", i);
	switch (step % 5) {
	case 0:
		mkdir(path, 0755);
		break;
	case 1:
	case 2:
		pid = fork();
		if (pid > 0)
			waitpid(pid, NULL, 0);
		if (pid)
			break;
		strcat(path, "/container.id");
		fd = open(path, O_RDONLY);
		if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0) {
			args.id = strtoull(text, NULL, 10);
			syscall(__NR_bind_ns, &args, sizeof(args));
		}
		if (fork() >= 0)
			unshare(CLONE_NSPROXY & ~CLONE_NEWNET);
		_exit(0);
	case 3:
		strcat(path, "/container.freeze");
		put_text(path, "1");
		/* Or the next process that enters would be waited for. */
		while (put_text(path, "0") == -ENOMEM && tries++ < 1000)
			;
		snprintf(path, sizeof(path), CHILDREN "/c%d/container.kill", i);
		put_text(path, "1");
		break;
	case 4:
		rmdir(path);
		break;
	}
}

TEST_F_TIMEOUT(memory, failures_here_and_there_leave_nothing, 900)
{
	pid_t pid[NR_WORKERS];
	int i, n, status;

	if (access(MAKE_IT_FAIL, W_OK) < 0)
		SKIP(return, "no %s", MAKE_IT_FAIL);
	ASSERT_EQ(0, actor_exit(self->a, 0));
	ASSERT_EQ(0, put_text(FAILSLAB "/task-filter", "Y"));
	ASSERT_EQ(0, put_text(FAILSLAB "/times", "-1"));
	ASSERT_EQ(0, put_text(FAILSLAB "/probability", "1"));
	for (i = 0; i < NR_WORKERS; i++) {
		pid[i] = world_fork();
		ASSERT_LE(0, pid[i]);
		if (pid[i])
			continue;
		if (put_text(MAKE_IT_FAIL, "1"))
			_exit(1);
		for (n = 0; n < stress_rounds(100); n++)
			try_one(i, n);
		_exit(0);
	}
	for (i = 0; i < NR_WORKERS; i++) {
		ASSERT_EQ(pid[i], waitpid(pid[i], &status, 0));
		EXPECT_EQ(0, status);
	}
	ASSERT_EQ(0, put_text(FAILSLAB "/probability", "0"));
	remove_children();
	while (waitpid(-1, NULL, 0) > 0)
		;
	EXPECT_TRUE(nothing_is_left(&self->table, self->objects));
}

TEST_HARNESS_MAIN
