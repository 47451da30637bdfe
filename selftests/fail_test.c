// SPDX-License-Identifier: GPL-2.0
/* Creation that fails, at each step: nothing is left behind, no process moved. */

#include "kselftest_harness.h"
#include "actor.h"
#include "cred.h"
#include "fault.h"
#include "file.h"
#include "memory_fixture.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

#define CLONE_ALL (CLONE_NEWUSER | CLONE_NSPROXY)

/* One that is root of a user namespace of its own, with a limit of its own */
FIXTURE(nospace) {
	struct actor *a;
	struct snapshot before;
	__u64 flag;
	char path[64];
};

FIXTURE_VARIANT(nospace) {
	int kind;
};

FIXTURE_VARIANT_ADD(nospace, uts) {
	.kind = 0,
};

FIXTURE_VARIANT_ADD(nospace, ipc) {
	.kind = 1,
};

FIXTURE_VARIANT_ADD(nospace, mnt) {
	.kind = 2,
};

FIXTURE_VARIANT_ADD(nospace, pid) {
	.kind = 3,
};

FIXTURE_VARIANT_ADD(nospace, net) {
	.kind = 4,
};

FIXTURE_VARIANT_ADD(nospace, cgroup) {
	.kind = 5,
};

FIXTURE_VARIANT_ADD(nospace, time) {
	.kind = 6,
};

FIXTURE_VARIANT_ADD(nospace, user) {
	.kind = 7,
};

FIXTURE_WORLD(nospace)
{
	self->flag = ns_kinds[variant->kind].flag;
	self->a = spawn(main_actor);
	ASSERT_NE(NULL, self->a);
	ASSERT_EQ(0, actor_userns(self->a, 0));
	snprintf(self->path, sizeof(self->path),
		 "/proc/sys/user/max_%s_namespaces",
		 ns_kinds[variant->kind].name);
	if (actor_write(self->a, "0", "%s", self->path) < 0)
		SKIP(return, "no %s", self->path);
	snapshot(self->a, &self->before);
}

static bool nothing_happened(struct actor *a, struct snapshot *before)
{
	struct snapshot after;
	struct table t;

	snapshot(a, &after);
	return !memcmp(before, &after, sizeof(after)) &&
	       read_table(main_actor, &t) == 1 &&
	       !container_children(main_actor, main_actor);
}

TEST_F(nospace, unshare_of_it_leaves_nothing)
{
	EXPECT_EQ(-ENOSPC, actor_unshare(self->a, self->flag));
	EXPECT_TRUE(nothing_happened(self->a, &self->before));
}

TEST_F(nospace, unshare_of_all_leaves_nothing)
{
	EXPECT_EQ(-ENOSPC, actor_unshare(self->a, CLONE_ALL));
	EXPECT_TRUE(nothing_happened(self->a, &self->before));
}

TEST_F(nospace, clone_of_it_leaves_nothing)
{
	EXPECT_EQ(NULL, spawn_how(self->a, SPAWN_CLONE3, self->flag));
	EXPECT_EQ(ENOSPC, errno);
	EXPECT_TRUE(nothing_happened(self->a, &self->before));
}

TEST_F(nospace, clone_of_all_leaves_nothing)
{
	EXPECT_EQ(NULL, spawn_how(self->a, SPAWN_CLONE3, CLONE_ALL));
	EXPECT_EQ(ENOSPC, errno);
	EXPECT_TRUE(nothing_happened(self->a, &self->before));
}

TEST_F(nospace, does_not_spoil_the_next_try)
{
	struct table t;

	EXPECT_EQ(-ENOSPC, actor_unshare(self->a, CLONE_ALL));
	ASSERT_EQ(0, actor_write(self->a, "100", "%s", self->path));
	EXPECT_EQ(0, actor_unshare(self->a, CLONE_ALL));
	EXPECT_EQ(2, read_table(main_actor, &t));
	EXPECT_TRUE(table_in_order(&t));
}

FIXTURE(fail) {
	struct actor *a;
	struct snapshot before;
};

FIXTURE_WORLD(fail)
{
	self->a = spawn(main_actor);
	ASSERT_NE(NULL, self->a);
	snapshot(self->a, &self->before);
}

/* After the namespaces are made, the pid that is asked for is not to be had. */
TEST_F(fail, clone_that_fails_late_leaves_nothing)
{
	pid_t taken = getpid();
	struct clone_args args = {
		.flags = CLONE_NSPROXY & ~CLONE_NEWPID,
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&taken,
		.set_tid_size = 1,
	};
	pid_t pid = syscall(__NR_clone3, &args, sizeof(args));

	if (pid == 0)
		_exit(0);
	if (pid < 0 && errno == EPERM)
		SKIP(return, "may not choose a pid");
	ASSERT_EQ(-1, pid);
	EXPECT_EQ(EEXIST, errno);
	EXPECT_TRUE(nothing_happened(self->a, &self->before));
}

TEST_F(fail, unshare_of_nonsense_leaves_nothing)
{
	EXPECT_EQ(-EINVAL, actor_unshare(self->a, CLONE_NEWUTS | CLONE_PTRACE));
	EXPECT_TRUE(nothing_happened(self->a, &self->before));
}

TEST_F(fail, clone_of_nonsense_leaves_nothing)
{
	EXPECT_EQ(NULL, spawn_how(self->a, SPAWN_CLONE,
				  CLONE_NEWUTS | CLONE_NEWNS | CLONE_FS));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_TRUE(nothing_happened(self->a, &self->before));
}

TEST_F(fail, unprivileged_unshare_leaves_nothing)
{
	ASSERT_EQ(0, actor_drop_caps(self->a));
	EXPECT_EQ(-EPERM, actor_unshare(self->a, CLONE_NEWUTS));
	EXPECT_TRUE(nothing_happened(self->a, &self->before));
}

TEST_F(fail, fork_into_a_dead_pid_namespace_leaves_nothing)
{
	struct actor *p1;

	ASSERT_EQ(0, actor_unshare(self->a, CLONE_NEWPID));
	p1 = spawn(self->a);
	ASSERT_NE(NULL, p1);
	EXPECT_EQ(0, actor_exit(p1, 0));
	EXPECT_EQ(NULL, spawn_how(self->a, SPAWN_CLONE, CLONE_NEWUTS));
	EXPECT_EQ(ENOMEM, errno);
	EXPECT_EQ(0, container_children(main_actor, self->a));
	EXPECT_EQ(self->a->pid, container_init(main_actor, self->a));
}

TEST_F_TIMEOUT(memory, unshare_without_it_leaves_nothing, 900)
{
	__s64 ret = -ENOMEM;
	int nth, failed = 0;
	struct table t;

	for (nth = 1; nth < MAX_NTH && ret; nth++) {
		ret = actor_fail_nth(self->a, nth, do_unshare_most, 0, 0);
		if (ret == -ENOMEM) {
			failed++;
			ASSERT_TRUE(nothing_happened(self->a, &self->before)) {
				TH_LOG("allocation %d", nth);
			}
			continue;
		}
		/* It coped without. */
		ASSERT_LE(0, ret) TH_LOG("allocation %d", nth);
		ASSERT_EQ(2, read_table(main_actor, &t));
		ASSERT_EQ(0, actor_exit(self->a, 0));
		self->a = spawn(main_actor);
		ASSERT_NE(NULL, self->a);
		snapshot(self->a, &self->before);
	}
	EXPECT_EQ(0, ret);
	EXPECT_LT(0, failed);
}

TEST_F_TIMEOUT(memory, clone_without_it_leaves_nothing, 900)
{
	__s64 ret = -ENOMEM;
	int nth, failed = 0;

	for (nth = 1; nth < MAX_NTH && ret; nth++) {
		ret = actor_fail_nth(self->a, nth, do_clone_most, 0, 0);
		/* Some of the namespaces' own failures have other names. */
		failed += ret < 0;
		ASSERT_TRUE(ret >= 0 || ret == -ENOMEM || ret == -EAGAIN) {
			TH_LOG("allocation %d: %lld", nth, (long long)ret);
		}
		ASSERT_TRUE(nothing_happened(self->a, &self->before)) {
			TH_LOG("allocation %d", nth);
		}
	}
	EXPECT_EQ(0, ret);
	EXPECT_LT(0, failed);
}

TEST_HARNESS_MAIN
