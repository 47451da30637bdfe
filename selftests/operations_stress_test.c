// SPDX-License-Identifier: GPL-2.0
/*
 * All operations at once, and trees as deep and as wide as can be. All loops
 * are bounded, CONTAINER_STRESS multiplies them, and in the end nothing is
 * left: no member, no container, no object.
 */

#include <sys/mman.h>
#include <sys/prctl.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "file.h"
#include "freeze.h"
#include "objects.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "stat.h"
#include "world.h"

#define MAX_CONTAINERS "/proc/sys/user/max_containers"
#define WIDE_MAX 5000
#define PATH_SIZE 128

/* What went wrong first in a process that cannot tell */
static struct wrong {
	int line;
	int err;
	char path[PATH_SIZE];
} *wrong;

static void went_wrong(int line, int err, const char *path)
{
	int none = 0;

	if (__atomic_compare_exchange_n(&wrong->line, &none, line, false,
					__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
		wrong->err = err;
		snprintf(wrong->path, PATH_SIZE, "%s", path);
	}
	_exit(1);
}

/* 0, or a negative errno that may be when containers come and go */
static void expect(int line, int err, const char *path)
{
	if (err < 0 && err != -ENOENT && err != -ENODEV)
		went_wrong(line, -err, path);
}

#define MAY_BE_GONE(err, path) expect(__LINE__, err, path)

FIXTURE(stress) {
	long objects;
	long max_containers;
	struct table table;
};

FIXTURE_WORLD_SETUP(stress)
{
	wrong = mmap(NULL, sizeof(*wrong), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, wrong);
	ASSERT_TRUE(warm_up());
	self->objects = objects_at_rest();
	self->max_containers = actor_number(main_actor, MAX_CONTAINERS);
}

FIXTURE_TEARDOWN(stress)
{
	char text[24];

	if (self->max_containers > 0) {
		snprintf(text, sizeof(text), "%ld", self->max_containers);
		put_text(MAX_CONTAINERS, text);
	}
	world_destroy();
}

/*
 * Some names, and some processes that each do one thing to whatever has that
 * name at the moment.
 */
#define NR_NAMES 5

static void any_child(char *path, unsigned int *seed, const char *file)
{
	snprintf(path, PATH_SIZE, CHILDREN "/%c%d%s", "ab"[rand_r(seed) % 2],
		 rand_r(seed) % NR_NAMES, file);
}

static void makes(unsigned int *seed)
{
	char path[PATH_SIZE];

	any_child(path, seed, "");
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		went_wrong(__LINE__, errno, path);
}

/* One further down */
static void makes_below(unsigned int *seed)
{
	char path[PATH_SIZE];

	any_child(path, seed, "/below");
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		MAY_BE_GONE(-errno, path);
}

static void removes(unsigned int *seed)
{
	char path[PATH_SIZE];

	any_child(path, seed, "");
	MAY_BE_GONE(result(rmdir(path)), path);
}

static void renames(unsigned int *seed)
{
	char from[PATH_SIZE], to[PATH_SIZE];

	any_child(from, seed, "");
	any_child(to, seed, "");
	if (rename(from, to) < 0 && errno != EEXIST)
		MAY_BE_GONE(-errno, from);
}

static void freezes(unsigned int *seed)
{
	char path[PATH_SIZE];

	any_child(path, seed, "/container.freeze");
	MAY_BE_GONE(put_text(path, "1"), path);
	MAY_BE_GONE(put_text(path, "0"), path);
}

static void kills(unsigned int *seed)
{
	char path[PATH_SIZE];

	any_child(path, seed, "/container.kill");
	MAY_BE_GONE(put_text(path, "1"), path);
	any_child(path, seed, "/container.signal");
	MAY_BE_GONE(put_text(path, "15"), path);
}

/* Into a container that may be gone by then, or have the child already */
static void adopts(unsigned int *seed)
{
	char path[PATH_SIZE], text[16];
	pid_t pid = fork();
	int ret;

	if (pid < 0)
		went_wrong(__LINE__, errno, "fork");
	if (pid == 0) {
		usleep(rand_r(seed) % 2000);
		_exit(0);
	}
	snprintf(text, sizeof(text), "%d", pid);
	any_child(path, seed, "/container.procs");
	ret = put_text(path, text);
	if (ret != -ESRCH)
		MAY_BE_GONE(ret, path);
	any_child(path, seed, "/below/container.procs");
	ret = put_text(path, text);
	/* It may be in another one by now, or be the init of one. */
	if (ret != -ESRCH && ret != -EINVAL)
		MAY_BE_GONE(ret, path);
	if (waitpid(pid, NULL, 0) != pid)
		went_wrong(__LINE__, errno, "waitpid");
}

/* Leases that end in any order, and by the end of their holder */
static void leases(unsigned int *seed)
{
	char path[PATH_SIZE];
	int fd[2];

	any_child(path, seed, "/container.freeze");
	fd[0] = open(path, O_WRONLY | O_CLOEXEC);
	any_child(path, seed, "/container.kill");
	fd[1] = open(path, O_WRONLY | O_CLOEXEC);
	if (fd[0] >= 0)
		MAY_BE_GONE(result(write(fd[0], "hold", 4)), "hold");
	if (fd[1] >= 0)
		MAY_BE_GONE(result(write(fd[1], "close", 5)), "close");
	close(fd[rand_r(seed) % 2]);
	usleep(rand_r(seed) % 1000);
	close(fd[0]);
	close(fd[1]);
}

static int read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n, len = 0;

	if (fd < 0)
		return -errno;
	do {
		n = read(fd, text + len, size - 1 - len);
		if (n < 0)
			len = -errno;
		else
			len += n;
	} while (n > 0);
	close(fd);
	if (len >= 0)
		text[len] = '\0';
	return len;
}

/* Two processes and a container below; none of them stays. */
static void child_binds(unsigned int *seed)
{
	struct bind_ns_args args = {};
	char path[PATH_SIZE], id[32];
	pid_t pid;
	int ret;

	any_child(path, seed, rand_r(seed) % 4 ? "/container.id" :
					       "/below/container.id");
	ret = read_file(path, id, sizeof(id));
	MAY_BE_GONE(ret, path);
	if (ret < 0)
		_exit(0);
	args.id = strtoull(id, NULL, 10);
	if (syscall(__NR_bind_ns, &args, sizeof(args)) < 0) {
		if (errno != ESRCH)
			MAY_BE_GONE(-errno, path);
		_exit(0);
	}
	/* A process that is to die does not come back from where it fails. */
	pid = fork();
	if (pid < 0 || unshare(CLONE_NEWUTS) < 0)
		went_wrong(__LINE__, errno, path);
	if (pid)
		usleep(rand_r(seed) % 2000);
	_exit(0);
}

static void binds(unsigned int *seed)
{
	unsigned int own = rand_r(seed);
	pid_t pid = fork();

	if (pid == 0)
		child_binds(&own);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		went_wrong(__LINE__, errno, "fork");
}

static void reads(unsigned int *seed)
{
	static const char * const files[] = {
		"/container.id", "/container.init", "/container.kind",
		"/container.procs", "/container.ns", "/container.status",
		"/container.stat", "/container.events", "/container.freeze",
		"/below/container.stat",
	};
	static char text[ACTOR_BUF];
	char path[PATH_SIZE];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		any_child(path, seed, files[i]);
		MAY_BE_GONE(read_file(path, text, sizeof(text)), path);
	}
	MAY_BE_GONE(read_file("/proc/containers", text, sizeof(text)), "list");
}

static void (* const operations[])(unsigned int *seed) = {
	makes, makes, makes_below, removes, renames, freezes, kills, binds,
	binds, adopts, leases, reads,
};

/* Those that are dying may share a path. */
static bool each_once(struct table *t)
{
	int i;

	for (i = 0; i < t->n; i++)
		if (find_id(t, t->row[i].id) != &t->row[i])
			return false;
	return !strcmp(t->row[0].path, "/");
}

#define NR_OPERATIONS ((int)ARRAY_SIZE(operations))

TEST_F_TIMEOUT(stress, operations_at_once, 1800)
{
	pid_t pid[NR_OPERATIONS];
	int i, n, running;

	for (i = 0; i < NR_OPERATIONS; i++) {
		pid[i] = world_fork();
		ASSERT_LE(0, pid[i]);
		if (pid[i] == 0) {
			unsigned int seed = i + 1;

			for (n = 0; n < stress_rounds(80); n++)
				operations[i](&seed);
			_exit(0);
		}
	}
	do {
		char path[PATH_SIZE];
		int status;

		ASSERT_LT(0, read_table(main_actor, &self->table));
		ASSERT_TRUE(each_once(&self->table));
		/* What one of them waits for may be frozen for good. */
		for (i = 0; i < 2 * NR_NAMES; i++) {
			snprintf(path, sizeof(path),
				 CHILDREN "/%c%d/container.freeze",
				 "ab"[i % 2], i / 2);
			put_text(path, "0");
		}
		running = 0;
		for (i = 0; i < NR_OPERATIONS; i++) {
			if (pid[i] && waitpid(pid[i], &status, WNOHANG)) {
				pid[i] = 0;
				EXPECT_EQ(0, status) {
					TH_LOG("%s: line %d: %s", wrong->path,
					       wrong->line,
					       strerror(wrong->err));
				}
			}
			running += !!pid[i];
		}
		usleep(2000);
	} while (running);
	remove_children();
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

/* Like spawn_in(), but all at once, and for good if it got in */
static void bind_at_once(const int fd[2], __u64 id, __u64 mask)
{
	struct bind_ns_args args = { .id = id, .ns_mask = mask };

	wait_start(fd);
	if (!syscall(__NR_bind_ns, &args, sizeof(args)))
		pause();
	_exit(errno != ESRCH && errno != ENOENT);
}

/* A member dies with init, a process that is late stays outside and alive. */
TEST_F_TIMEOUT(stress, init_exits_while_others_bind, 1800)
{
	int i, round, status, in = 0, n = stress_rounds(40);

	for (round = 0; round < n; round++) {
		struct actor *init = spawn_explicit(main_actor, "job");
		__s64 id = child_id(main_actor, "job");
		pid_t pid[4];
		int fd[2];

		ASSERT_NE(NULL, init);
		ASSERT_EQ(0, pipe2(fd, O_CLOEXEC));
		for (i = 0; i < 4; i++) {
			pid[i] = fork();
			ASSERT_LE(0, pid[i]);
			if (pid[i] == 0) {
				prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
				bind_at_once(fd, id, i % 2 ? CLONE_NEWUTS : 0);
			}
		}
		close(fd[0]);
		if (round % 2) {
			close(fd[1]);
			ASSERT_EQ(0, actor_exit(init, 0));
		} else {
			kill(init->pid, SIGKILL);
			close(fd[1]);
			ASSERT_EQ(SIGKILL, actor_reap(init));
		}
		for (i = 0; i < 4; i++) {
			ASSERT_EQ(pid[i], waitpid(pid[i], &status, 0));
			ASSERT_TRUE(status == 0 || status == SIGKILL) {
				TH_LOG("round %d: %x", round, status);
			}
			in += status == SIGKILL;
		}
		ASSERT_EQ(0, wait_gone(CHILDREN "/job"));
	}
	TH_LOG("%d of %d were in", in, 4 * n);
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

/* Into an empty one: all get in, or find it dying because init has left. */
TEST_F_TIMEOUT(stress, many_want_to_be_init, 1800)
{
	int i, round, status, n = stress_rounds(30);

	for (round = 0; round < n; round++) {
		pid_t pid[4];
		int fd[2];
		__s64 id;

		ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
		id = child_id(main_actor, "job");
		ASSERT_EQ(0, pipe2(fd, O_CLOEXEC));
		for (i = 0; i < 4; i++) {
			pid[i] = fork();
			ASSERT_LE(0, pid[i]);
			if (pid[i] == 0) {
				prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
				bind_at_once(fd, id, 0);
			}
		}
		close(fd[0]);
		close(fd[1]);
		ASSERT_EQ(0, wait_child_events("job", "populated 1"));
		ASSERT_LT(0, actor_number(main_actor,
					  CHILDREN "/job/container.init"));
		ASSERT_EQ(0, round % 2 ? write_child("job", "kill", "1") :
					 remove_child("job"));
		for (i = 0; i < 4; i++) {
			ASSERT_EQ(pid[i], waitpid(pid[i], &status, 0));
			ASSERT_TRUE(status == 0 || status == SIGKILL);
		}
		ASSERT_EQ(0, wait_gone(CHILDREN "/job"));
	}
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

TEST_F_TIMEOUT(stress, tree_as_deep_as_can_be, 1800)
{
	struct actor *a[MAX_LEVELS];
	char name[ACTOR_STR] = "x", above[ACTOR_STR] = "";
	int i, n;

	for (n = 0; n < MAX_LEVELS; n++) {
		__s64 ret = actor_mkdir_child(main_actor, name);

		if (ret == -ENOSPC)
			break;
		ASSERT_EQ(0, ret);
		a[n] = spawn_in(name);
		ASSERT_NE(NULL, a[n]);
		snprintf(above, sizeof(above), "%s", name);
		strcat(name, "/x");
	}
	ASSERT_LT(1, n);
	EXPECT_GT(MAX_LEVELS, n);
	EXPECT_EQ(n + 1, read_table(main_actor, &self->table));
	EXPECT_TRUE(table_in_order(&self->table));
	start_counting(a[n - 1], do_count, 0);

	ASSERT_EQ(0, freeze_child("x"));
	EXPECT_TRUE(child_has_state(above, "frozen"));
	EXPECT_TRUE(actor_stands_still(a[n - 1]));
	ASSERT_EQ(0, thaw_child("x"));
	EXPECT_TRUE(actor_counts(a[n - 1]));

	ASSERT_EQ(0, write_child("x", "kill", "1"));
	for (i = 0; i < n; i++)
		ASSERT_EQ(SIGKILL, actor_reap(a[i]));
	EXPECT_EQ(0, wait_gone(CHILDREN "/x"));
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

/* It may be more than fits into memory for tables. */
static int count_rows(void)
{
	FILE *file = fopen("/proc/containers", "re");
	char line[1024];
	int n = -1;

	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file))
		n++;
	fclose(file);
	return n;
}

TEST_F_TIMEOUT(stress, tree_as_wide_as_one_likes, 1800)
{
	int i, n = stress_rounds(120);
	struct actor *a[20];
	char name[128], max[24];

	if (n > WIDE_MAX)
		n = WIDE_MAX;
	snprintf(max, sizeof(max), "%d", 2 * WIDE_MAX);
	if (self->max_containers < 2 * WIDE_MAX)
		ASSERT_EQ(0, put_text(MAX_CONTAINERS, max));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "wide"));
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "wide/c%d", i);
		ASSERT_EQ(0, actor_mkdir_child(main_actor, name));
	}
	EXPECT_EQ(n + 2, count_rows());
	EXPECT_EQ(n, actor_children(main_actor, CHILDREN "/wide"));
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "wide/c%d", i * (n / 20));
		a[i] = spawn_in(name);
		ASSERT_NE(NULL, a[i]);
	}
	ASSERT_EQ(0, freeze_child("wide"));
	EXPECT_TRUE(child_has_state(name, "frozen"));
	EXPECT_EQ(20, stat_of(CHILDREN "/wide/container.stat", PROCS));
	ASSERT_EQ(0, write_child("wide", "kill", "1"));
	for (i = 0; i < 20; i++) {
		ASSERT_EQ(SIGKILL, actor_reap(a[i]));
		snprintf(name, sizeof(name), CHILDREN "/wide/c%d",
			 i * (n / 20));
		EXPECT_EQ(0, wait_gone(name));
	}
	ASSERT_EQ(0, wait_child_events("wide", "populated 0"));
	/* Those that never had members are still there. */
	EXPECT_EQ(n + 2 - 20, count_rows());
	ASSERT_EQ(0, remove_child("wide"));
	EXPECT_EQ(1, count_rows());
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

TEST_HARNESS_MAIN
