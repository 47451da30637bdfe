// SPDX-License-Identifier: GPL-2.0
/* The number of container objects is the same after many came and went. */

#include "kselftest_harness.h"
#include "actor.h"
#include "file.h"
#include "ns.h"
#include "objects.h"
#include "proc_view.h"
#include "world.h"

FIXTURE(leak) {
	long before;
	struct table table;
};

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

FIXTURE_WORLD(leak)
{
	int i;

	for (i = 0; i < 50; i++) {
		ASSERT_EQ(0, clone_and_exit(CLONE_NEWUTS));
		ASSERT_EQ(0, unshare_and_exit(CLONE_NEWUTS));
	}
	self->before = objects_at_rest();
	if (self->before < 0)
		SKIP(return, "no cache of containers in /proc/slabinfo");
}

TEST_F_TIMEOUT(leak, of_clone_and_exit, 1800)
{
	int i, n = loops();

	for (i = 0; i < n; i++)
		ASSERT_EQ(0, clone_and_exit(CLONE_NEWUTS));
	EXPECT_TRUE(objects_are_back(self->before));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_F_TIMEOUT(leak, of_unshare_and_exit, 1800)
{
	int i, n = loops();

	for (i = 0; i < n; i++)
		ASSERT_EQ(0, unshare_and_exit(CLONE_NEWUTS));
	EXPECT_TRUE(objects_are_back(self->before));
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
	EXPECT_TRUE(objects_are_back(self->before));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_HARNESS_MAIN
