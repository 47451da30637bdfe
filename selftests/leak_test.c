// SPDX-License-Identifier: GPL-2.0
/* The number of container objects is the same after many came and went. */

#include <glob.h>

#include <linux/membarrier.h>

#include "kselftest_harness.h"
#include "container_test.h"

#define SLABINFO "/proc/slabinfo"
#define STACK_SIZE 65536

/* CONTAINER_LOOPS=100000 for the long run */
static int loops(void)
{
	const char *n = getenv("CONTAINER_LOOPS");

	return n ? atoi(n) : 2000;
}

FIXTURE(leak) {
	long before;
	struct table table;
};

/* Objects in use in all caches for containers, or -1 */
static long active_objects(void)
{
	long active, sum = -1;
	char line[512], name[64];
	FILE *file = fopen(SLABINFO, "r");

	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, "container", 9) &&
		    sscanf(line, "%63s %ld", name, &active) == 2)
			sum = (sum < 0 ? 0 : sum) + active;
	fclose(file);
	return sum;
}

/* What per-cpu lists hold counts as active: have it given back. */
static void give_back(void)
{
	glob_t caches;
	size_t i;
	int fd;

	if (glob("/sys/kernel/slab/container*/shrink", 0, NULL, &caches))
		return;
	for (i = 0; i < caches.gl_pathc; i++) {
		fd = open(caches.gl_pathv[i], O_WRONLY);
		if (fd < 0)
			continue;
		if (write(fd, "1", 1) < 0)
			perror(caches.gl_pathv[i]);
		close(fd);
	}
	globfree(&caches);
}

/* Wait for RCU, which frees objects later, until no more than @max are left. */
static long settle(long max)
{
	long active = 0;
	int i;

	for (i = 0; i < 200; i++) {
		syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
		give_back();
		active = active_objects();
		if (active <= max)
			break;
		usleep(50000);
	}
	return active;
}

static int child_exits(void *arg)
{
	(void)arg;
	_exit(0);
}

/* The child shares the memory, so this is cheap. */
static int clone_and_exit(int flags)
{
	static char stack[STACK_SIZE];
	pid_t pid;

	pid = clone(child_exits, stack + STACK_SIZE,
		    CLONE_VM | CLONE_VFORK | SIGCHLD | flags, NULL);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		return -errno;
	return 0;
}

static int child_unshares(void *arg)
{
	/* and once more, as its init */
	if (unshare((uintptr_t)arg) < 0 || unshare((uintptr_t)arg) < 0)
		_exit(1);
	_exit(0);
}

static int unshare_and_exit(uintptr_t flags)
{
	static char stack[STACK_SIZE];
	pid_t pid;
	int status;

	pid = clone(child_unshares, stack + STACK_SIZE,
		    CLONE_VM | CLONE_VFORK | SIGCHLD, (void *)flags);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	return status;
}

FIXTURE_SETUP(leak)
{
	int i;

	setup_world(_metadata);
	if (_metadata->exit_code)
		return;
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(0, clone_and_exit(CLONE_NEWUTS));
		ASSERT_EQ(0, unshare_and_exit(CLONE_NEWUTS));
	}
	settle(0);
	self->before = active_objects();
	if (self->before < 0)
		SKIP(return, "no cache of containers in " SLABINFO);
}

FIXTURE_TEARDOWN(leak)
{
	world_destroy();
}

/*
 * One leaked in each round would be many times this; without slab debugging
 * what other cpus hold cannot be told from what is in use.
 */
#define SLACK 64

TEST_F_TIMEOUT(leak, of_clone_and_exit, 1800)
{
	int i, n = loops();

	for (i = 0; i < n; i++)
		ASSERT_EQ(0, clone_and_exit(CLONE_NEWUTS));
	EXPECT_GE(self->before + SLACK, settle(self->before));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_F_TIMEOUT(leak, of_unshare_and_exit, 1800)
{
	int i, n = loops();

	for (i = 0; i < n; i++)
		ASSERT_EQ(0, unshare_and_exit(CLONE_NEWUTS));
	EXPECT_GE(self->before + SLACK, settle(self->before));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_F_TIMEOUT(leak, of_failed_creation, 1800)
{
	struct actor *a = spawn(main_actor);
	int i, n = loops() / 2;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_userns(a, 0));
	ASSERT_EQ(0, actor_write(a, "0", "/proc/sys/user/max_net_namespaces"));
	for (i = 0; i < n; i++)
		ASSERT_EQ(-ENOSPC, actor_unshare(a, CLONE_NEWUTS |
						    CLONE_NEWNET));
	EXPECT_GE(self->before + SLACK, settle(self->before));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_F_TIMEOUT(leak, of_rename_and_lookup, 1800)
{
	struct actor *a;
	char name[32];
	int i, n = loops() / 20;
	__s64 dir;

	for (i = 0; i < 20; i++) {
		a = spawn_unshared(main_actor, CLONE_NEWUTS);
		ASSERT_NE(NULL, a);
		dir = actor_open(main_actor, O_RDONLY | O_DIRECTORY,
				 "/proc/%d/container", a->pid);
		ASSERT_LE(0, dir);
		ASSERT_LT(0, actor_list_fd(main_actor, dir));
		snprintf(name, sizeof(name), "job%d", i);
		ASSERT_EQ(0, actor_rename_child(main_actor,
						container_path(main_actor, a) +
						1, name, 0));
		ASSERT_EQ(0, actor_exit(a, 0));
		ASSERT_EQ(0, actor_close(main_actor, dir));
	}
	for (i = 0; i < n; i++)
		ASSERT_EQ(0, clone_and_exit(CLONE_NEWUTS));
	EXPECT_GE(self->before + SLACK, settle(self->before));
}

TEST_HARNESS_MAIN
