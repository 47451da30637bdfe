// SPDX-License-Identifier: GPL-2.0
/* bind_ns(2) with the id of a namespace */

#include <linux/capability.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "cred.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

#ifndef __NR_listns
#if defined(__alpha__)
#define __NR_listns 580
#else
#define __NR_listns 470
#endif
#endif

/* enum init_ns_id of linux/nsfs.h */
#define INIT_UTS_NS_ID 2
#define INIT_USER_NS_ID 3
#define INIT_PID_NS_ID 4

/* struct ns_id_req of linux/nsfs.h */
struct listns_req {
	__u32 size;
	__u32 spare;
	__u64 ns_id;
	__u32 ns_type;
	__u32 spare2;
	__u64 user_ns_id;
};

#define CLONE_ALL (CLONE_NEWUSER | CLONE_NSPROXY)

FIXTURE(join) {
	struct actor *target, *caller;
	__s64 world_id, id;
	const char *name;
	__u64 flag;
};

FIXTURE_VARIANT(join) {
	int kind;
};

FIXTURE_VARIANT_ADD(join, uts) {
	.kind = 0,
};

FIXTURE_VARIANT_ADD(join, ipc) {
	.kind = 1,
};

FIXTURE_VARIANT_ADD(join, mnt) {
	.kind = 2,
};

FIXTURE_VARIANT_ADD(join, pid) {
	.kind = 3,
};

FIXTURE_VARIANT_ADD(join, net) {
	.kind = 4,
};

FIXTURE_VARIANT_ADD(join, cgroup) {
	.kind = 5,
};

FIXTURE_VARIANT_ADD(join, time) {
	.kind = 6,
};

FIXTURE_VARIANT_ADD(join, user) {
	.kind = 7,
};

FIXTURE_WORLD(join)
{
	self->name = ns_kinds[variant->kind].name;
	self->flag = ns_kinds[variant->kind].flag;
	self->target = spawn_how(main_actor, SPAWN_CLONE3, CLONE_ALL);
	if (!self->target && errno == EINVAL)
		SKIP(return, "not all namespaces in this kernel");
	ASSERT_NE(NULL, self->target);
	self->caller = spawn(main_actor);
	ASSERT_NE(NULL, self->caller);
	self->world_id = container_id(main_actor, main_actor);
	self->id = ns_id(main_actor, self->target, self->name);
	ASSERT_LT(0, self->id);
}

/* Is it in the namespace, and in no other new one, and where it was? */
static bool joined(struct actor *a, struct snapshot *before, int kind,
		   __s64 id)
{
	struct snapshot after;
	int i;

	snapshot(a, &after);
	if (after.container != before->container)
		return false;
	for (i = 0; i < NR_NS; i++) {
		bool pid = ns_kinds[i].flag == CLONE_NEWPID;

		if (i == kind && !pid && after.ns[i] != id)
			return false;
		if (i == kind && pid && after.pid_for_children != id)
			return false;
		if ((i != kind || pid) && after.ns[i] != before->ns[i])
			return false;
	}
	return true;
}

TEST_F(join, by_the_id_of_ns_get_id)
{
	struct snapshot before;

	snapshot(self->caller, &before);
	EXPECT_EQ(0, actor_bind(self->caller, self->id, 0));
	EXPECT_TRUE(joined(self->caller, &before, variant->kind, self->id));
}

TEST_F(join, with_its_own_type)
{
	struct snapshot before;

	snapshot(self->caller, &before);
	EXPECT_EQ(0, actor_bind(self->caller, self->id, self->flag));
	EXPECT_TRUE(joined(self->caller, &before, variant->kind, self->id));
}

TEST_F(join, by_the_id_of_listns)
{
	struct listns_req req = {
		.size = sizeof(req),
		.ns_type = self->flag,
	};
	struct snapshot before;
	bool found = false;
	__u64 ids[64];
	int n, i;

	do {
		n = syscall(__NR_listns, &req, ids, ARRAY_SIZE(ids), 0);
		ASSERT_LE(0, n);
		for (i = 0; i < n; i++) {
			found |= ids[i] == (__u64)self->id;
			req.ns_id = ids[i];
		}
	} while (n && !found);
	ASSERT_TRUE(found);
	snapshot(self->caller, &before);
	EXPECT_EQ(0, actor_bind(self->caller, self->id, 0));
	EXPECT_TRUE(joined(self->caller, &before, variant->kind, self->id));
}

TEST_F(join, with_another_type_is_einval)
{
	int i;

	for (i = 0; i < NR_NS; i++) {
		if (i == variant->kind)
			continue;
		EXPECT_EQ(-EINVAL, actor_bind(self->caller, self->id,
					      ns_kinds[i].flag));
		EXPECT_EQ(-EINVAL, actor_bind(self->caller, self->id,
					      ns_kinds[i].flag | self->flag));
	}
	EXPECT_EQ(-EINVAL, actor_bind(self->caller, self->id, CLONE_FS));
}

TEST_F(join, with_flags_is_einval)
{
	EXPECT_EQ(-EINVAL, actor_bind_flags(self->caller, self->id, 0, 1));
	EXPECT_EQ(-EINVAL, actor_bind_flags(self->caller, self->id, 0,
					    1ULL << 63));
}

TEST_F(join, of_a_namespace_in_a_deeper_container)
{
	struct snapshot before;
	struct actor *deep;
	__s64 id;

	/* Without a mapping it could not make a user namespace. */
	ASSERT_EQ(0, actor_write(main_actor, "0 0 1", "/proc/%d/uid_map",
				 self->target->pid));
	ASSERT_EQ(0, actor_write(main_actor, "0 0 1", "/proc/%d/gid_map",
				 self->target->pid));
	deep = spawn_how(self->target, SPAWN_CLONE3, CLONE_ALL);
	ASSERT_NE(NULL, deep);
	id = ns_id(main_actor, deep, self->name);
	ASSERT_NE(self->id, id);
	snapshot(self->caller, &before);
	EXPECT_EQ(0, actor_bind(self->caller, id, 0));
	EXPECT_TRUE(joined(self->caller, &before, variant->kind, id));
}

TEST_F(join, without_privilege_is_eperm)
{
	struct snapshot before;

	ASSERT_EQ(0, actor_setuid(self->caller, UID_USER));
	snapshot(self->caller, &before);
	EXPECT_EQ(-EPERM, actor_bind(self->caller, self->id, 0));
	EXPECT_TRUE(joined(self->caller, &before, variant->kind,
			   variant->kind == 3 ? before.pid_for_children :
			   before.ns[variant->kind]));
}

/*
 * In a container of its own with a pid namespace of its own, so that it does
 * not see all namespaces: /unnamed1 with pid 1 in, and a sibling out.
 */
FIXTURE(nested) {
	struct actor *in, *out;
};

FIXTURE_WORLD(nested)
{
	self->in = spawn_how(main_actor, SPAWN_CLONE, CLONE_NEWPID |
						      CLONE_NEWUTS);
	ASSERT_NE(NULL, self->in);
	self->out = spawn_unshared(main_actor, CLONE_NEWUTS | CLONE_NEWIPC);
	ASSERT_NE(NULL, self->out);
}

TEST_F(nested, namespace_of_an_outsider_is_enoent)
{
	__s64 uts = ns_id(main_actor, self->in, "uts");

	EXPECT_EQ(-ENOENT,
		  actor_bind(self->in, ns_id(main_actor, self->out, "uts"), 0));
	EXPECT_EQ(-ENOENT,
		  actor_bind(self->in, ns_id(main_actor, self->out, "ipc"),
			     CLONE_NEWIPC));
	EXPECT_EQ(-ENOENT,
		  actor_bind(self->in, ns_id(main_actor, main_actor, "uts"),
			     0));
	EXPECT_EQ(uts, ns_id(main_actor, self->in, "uts"));
}

/* What is not there and what is out of view cannot be told apart. */
TEST_F(nested, ids_that_are_absent_or_out_of_view_are_enoent)
{
	struct snapshot before, after, out;
	int i;

	snapshot(self->in, &before);
	snapshot(self->out, &out);
	EXPECT_EQ(-ENOENT, actor_bind(self->in, 0, 0));
	EXPECT_EQ(-ENOENT, actor_bind(self->in, 1ULL << 62, 0));
	EXPECT_EQ(-ENOENT, actor_bind(self->in, 1ULL << 62, CLONE_NEWUTS));
	EXPECT_EQ(-ENOENT, actor_bind(self->in, out.container, 0));
	EXPECT_EQ(-ENOENT, actor_bind(self->in, out.container, CLONE_NEWUTS));
	EXPECT_EQ(-ENOENT, actor_bind(self->in, ROOT_CONTAINER_ID, 0));
	for (i = 0; i < NR_NS; i++) {
		/* Those that it does not use itself */
		if (out.ns[i] <= 0 || out.ns[i] == before.ns[i])
			continue;
		EXPECT_EQ(-ENOENT, actor_bind(self->in, out.ns[i], 0)) {
			TH_LOG("%s", ns_kinds[i].name);
		}
		EXPECT_EQ(-ENOENT, actor_bind(self->in, out.ns[i],
					      ns_kinds[i].flag)) {
			TH_LOG("%s", ns_kinds[i].name);
		}
	}
	snapshot(self->in, &after);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_F(nested, without_the_right_to_attach_is_eperm)
{
	struct actor *caller = spawn(main_actor);
	__s64 uts = ns_id(main_actor, self->out, "uts");

	/* Enough for setns(), but the one that uses it has more. */
	ASSERT_NE(NULL, caller);
	ASSERT_EQ(0, actor_keep_caps(caller, 1ULL << CAP_SYS_ADMIN));
	EXPECT_EQ(-EPERM, actor_bind(caller, uts, 0));
	EXPECT_NE(uts, ns_id(main_actor, caller, "uts"));
	ASSERT_EQ(0, actor_drop_caps(self->out));
	EXPECT_EQ(0, actor_bind(caller, uts, 0));
	EXPECT_EQ(uts, ns_id(main_actor, caller, "uts"));
}

TEST_F(nested, own_namespace_can_be_joined)
{
	__s64 uts = ns_id(main_actor, self->in, "uts");

	EXPECT_EQ(0, actor_bind(self->in, uts, 0));
	EXPECT_EQ(0, actor_bind(self->in, ns_id(main_actor, self->in, "ipc"),
				CLONE_NEWIPC));
	EXPECT_EQ(uts, ns_id(main_actor, self->in, "uts"));
}

TEST_F(nested, namespace_of_a_member_below_can_be_joined)
{
	struct actor *below = spawn_how(self->in, SPAWN_CLONE, CLONE_NEWUTS);
	__s64 id, container;

	ASSERT_NE(NULL, below);
	container = container_id(main_actor, self->in);
	id = ns_id(main_actor, below, "uts");
	EXPECT_EQ(0, actor_bind(self->in, id, 0));
	EXPECT_EQ(id, ns_id(main_actor, self->in, "uts"));
	EXPECT_EQ(container, container_id(main_actor, self->in));
}

TEST_F(nested, namespace_that_only_a_descriptor_holds_is_enoent)
{
	struct actor *below = spawn_how(self->in, SPAWN_CLONE, CLONE_NEWUTS);
	__s64 fd, id;

	ASSERT_NE(NULL, below);
	id = ns_id(main_actor, below, "uts");
	fd = actor_open(main_actor, O_RDONLY, "/proc/%d/ns/uts", below->pid);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_exit(below, 0));
	EXPECT_EQ(-ENOENT, actor_bind(self->in, id, 0));
}

TEST_F(nested, gone_namespace_is_enoent)
{
	struct actor *below = spawn_how(self->in, SPAWN_CLONE, CLONE_NEWUTS);
	__s64 id;

	ASSERT_NE(NULL, below);
	id = ns_id(main_actor, below, "uts");
	EXPECT_EQ(0, actor_exit(below, 0));
	EXPECT_EQ(-ENOENT, actor_bind(self->in, id, 0));
	EXPECT_EQ(-ENOENT, actor_bind(main_actor, id, 0));
}

TEST_F(nested, namespace_that_only_a_zombie_had_is_enoent)
{
	struct actor *below = spawn_how(self->in, SPAWN_CLONE, CLONE_NEWUTS);
	__s64 id;

	ASSERT_NE(NULL, below);
	id = ns_id(main_actor, below, "uts");
	EXPECT_EQ(0, actor_exit_zombie(below));
	EXPECT_EQ(-ENOENT, actor_bind(self->in, id, 0));
	EXPECT_EQ(0, actor_reap(below));
}

/* For processes that may open any namespace by a file handle */
TEST_F(nested, all_seeing_may_join_what_only_a_descriptor_holds)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	__s64 fd, id;

	if (ns_id(main_actor, main_actor, "pid") != INIT_PID_NS_ID ||
	    ns_id(main_actor, main_actor, "user") != INIT_USER_NS_ID)
		SKIP(return, "not run in the initial namespaces");
	ASSERT_NE(NULL, a);
	id = ns_id(main_actor, a, "uts");
	fd = actor_open(main_actor, O_RDONLY, "/proc/%d/ns/uts", a->pid);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(0, actor_bind(main_actor, id, 0));
	EXPECT_EQ(id, ns_id(main_actor, main_actor, "uts"));
}

TEST_F(nested, initial_namespace_by_its_fixed_id)
{
	struct actor *a = spawn(main_actor);

	ASSERT_NE(NULL, a);
	if (ns_id(main_actor, main_actor, "pid") != INIT_PID_NS_ID ||
	    ns_id(main_actor, main_actor, "user") != INIT_USER_NS_ID)
		SKIP(return, "not run in the initial namespaces");
	/* The world has a uts namespace of its own. */
	EXPECT_EQ(0, actor_bind(a, INIT_UTS_NS_ID, CLONE_NEWUTS));
	EXPECT_EQ(INIT_UTS_NS_ID, ns_id(main_actor, a, "uts"));
	EXPECT_EQ(container_id(main_actor, main_actor),
		  container_id(main_actor, a));
	EXPECT_EQ(-ENOENT, actor_bind(self->in, INIT_UTS_NS_ID, 0));
}

TEST_F(nested, own_user_namespace_is_einval)
{
	/* As with setns() */
	EXPECT_EQ(-EINVAL, actor_bind(self->in,
				      ns_id(main_actor, self->in, "user"), 0));
}

TEST_HARNESS_MAIN
