// SPDX-License-Identifier: GPL-2.0
/* No process ever leaves: membership only moves down the tree. */

#include <sys/socket.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "file.h"
#include "inject.h"
#include "leave_fixture.h"
#include "message.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

TEST_F(leave, unshare_only_goes_down)
{
	struct actor *c = spawn(self->a);
	int i;

	ASSERT_NE(NULL, c);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(0, actor_unshare(c, CLONE_NEWUTS | CLONE_NEWNS));
		EXPECT_STREQ("/unnamed1/unnamed1",
			     container_path(main_actor, c));
	}
}

FIXTURE(set) {
	struct actor *in, *out;
	__s64 in_id, out_id;
};

FIXTURE_VARIANT(set) {
	int kind;
};

FIXTURE_VARIANT_ADD(set, uts) {
	.kind = 0,
};

FIXTURE_VARIANT_ADD(set, ipc) {
	.kind = 1,
};

FIXTURE_VARIANT_ADD(set, mnt) {
	.kind = 2,
};

FIXTURE_VARIANT_ADD(set, pid) {
	.kind = 3,
};

FIXTURE_VARIANT_ADD(set, net) {
	.kind = 4,
};

FIXTURE_VARIANT_ADD(set, cgroup) {
	.kind = 5,
};

FIXTURE_VARIANT_ADD(set, time) {
	.kind = 6,
};

FIXTURE_VARIANT_ADD(set, user) {
	.kind = 7,
};

FIXTURE_WORLD(set)
{
	self->in = spawn_how(main_actor, SPAWN_CLONE3,
			     CLONE_NEWUTS | ns_kinds[variant->kind].flag);
	if (!self->in && errno == EINVAL)
		SKIP(return, "no such namespaces in this kernel");
	ASSERT_NE(NULL, self->in);
	self->out = spawn(main_actor);
	ASSERT_NE(NULL, self->out);
	self->in_id = container_id(main_actor, self->in);
	self->out_id = container_id(main_actor, self->out);
	ASSERT_NE(self->in_id, self->out_id);
}

/* The pid namespace is only for children. */
static __s64 ns_now(struct actor *a, int kind)
{
	const char *name = ns_kinds[kind].name;

	if (ns_kinds[kind].flag == CLONE_NEWPID)
		name = "pid_for_children";
	return ns_id(main_actor, a, name);
}

TEST_F(set, setns_in_does_not_change_the_container)
{
	const char *name = ns_kinds[variant->kind].name;

	ASSERT_EQ(0, actor_setns_of(self->out, self->in, name));
	EXPECT_EQ(ns_id(main_actor, self->in, name),
		  ns_now(self->out, variant->kind));
	EXPECT_EQ(self->out_id, container_id(main_actor, self->out));
}

TEST_F(set, setns_out_does_not_change_the_container)
{
	const char *name = ns_kinds[variant->kind].name;
	__s64 err = actor_setns_of(self->in, self->out, name);

	/* No way out of user and pid namespaces there. */
	if (variant->kind != 3 && variant->kind != 7) {
		ASSERT_EQ(0, err);
		EXPECT_EQ(ns_id(main_actor, self->out, name),
			  ns_now(self->in, variant->kind));
	}
	EXPECT_EQ(self->in_id, container_id(main_actor, self->in));
}

/* A pid namespace cannot be left either: its processes end with its init. */
TEST_F(set, child_after_setns_is_a_member_through_a_pid_namespace_only)
{
	struct actor *child;

	ASSERT_EQ(0, actor_setns_of(self->out, self->in,
				    ns_kinds[variant->kind].name));
	child = spawn(self->out);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(ns_kinds[variant->kind].flag == CLONE_NEWPID ?
		  self->in_id : self->out_id, container_id(main_actor, child));
	EXPECT_EQ(self->out_id, container_id(main_actor, self->out));
}

static __s64 do_setns_pidfd(struct actor *a)
{
	/* Descriptors of the main process are those of its children. */
	return result(setns(a->arg[0], a->arg[1]));
}

TEST_F(leave, setns_by_pidfd_does_not_change_the_container)
{
	int pidfd = syscall(__NR_pidfd_open, self->a->pid, 0);
	struct actor *c;

	ASSERT_LE(0, pidfd);
	c = spawn(main_actor);
	ASSERT_NE(NULL, c);
	EXPECT_EQ(0, actor_call(c, do_setns_pidfd, pidfd,
				CLONE_NEWUTS | CLONE_NEWIPC, 0, 0));
	EXPECT_EQ(ns_id(main_actor, self->a, "uts"),
		  ns_id(main_actor, c, "uts"));
	EXPECT_EQ(self->world_id, container_id(main_actor, c));
}

/* It is of one process, and leads no further than any other way to it. */
TEST_F(leave, passed_directory_in_proc_of_a_sibling_is_eacces)
{
	__s64 fd = actor_open(main_actor, O_RDONLY | O_DIRECTORY,
			      "/proc/%d/container", self->b->pid);

	ASSERT_LE(0, fd);
	fd = pass_fd(self->sock, main_actor, self->a, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EACCES, actor_openat(self->a, fd, O_RDONLY, "id"));
	EXPECT_EQ(-EACCES, actor_openat(self->a, fd, O_RDONLY, "children"));
	EXPECT_EQ(-EACCES, actor_openat(self->a, fd, O_RDONLY, "procs"));
}

TEST_F(leave, passed_namespace_does_not_change_the_container)
{
	__s64 fd = actor_open(main_actor, O_RDONLY, "/proc/self/ns/uts");

	ASSERT_LE(0, fd);
	fd = pass_fd(self->sock, main_actor, self->a, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_setns(self->a, fd, CLONE_NEWUTS));
	EXPECT_EQ(ns_id(main_actor, main_actor, "uts"),
		  ns_id(main_actor, self->a, "uts"));
	EXPECT_EQ(self->a_id, container_id(main_actor, self->a));
}

TEST_F(leave, passed_pidfd_does_not_change_the_container)
{
	__s64 fd = syscall(__NR_pidfd_open, self->b->pid, 0);

	ASSERT_LE(0, fd);
	fd = pass_fd(self->sock, main_actor, self->a, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_setns(self->a, fd, CLONE_NEWUTS));
	EXPECT_EQ(self->a_id, container_id(main_actor, self->a));
}

TEST_F(leave, traced_process_unshares_below)
{
	struct traced t = {};
	__s64 ret;

	ASSERT_EQ(0, trace(self->a, &t));
	ret = inject(t.pid, __NR_unshare, CLONE_NEWUTS, 0);
	if (ret == -EOPNOTSUPP) {
		untrace(&t);
		SKIP(return, "no PTRACE_SET_SYSCALL_INFO");
	}
	EXPECT_EQ(0, ret);
	EXPECT_STREQ("/unnamed1/unnamed1",
		     actor_value(main_actor, "/proc/%d/container/path", t.pid));
	untrace(&t);
}

TEST_F(leave, tracing_one_outside_shows_nothing)
{
	/* a may trace b for all that its pid namespace shows; no more. */
	EXPECT_EQ(-EACCES, actor_open(self->a, O_RDONLY,
				      "/proc/%d/container/id", self->b->pid));
}

TEST_HARNESS_MAIN
