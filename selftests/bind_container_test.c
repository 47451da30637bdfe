// SPDX-License-Identifier: GPL-2.0
/* bind_ns(2) with the id of a container */

#include <stddef.h>

#include <linux/capability.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "containerfs.h"
#include "cred.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

#define CLONE_ALL (CLONE_NEWUSER | CLONE_NSPROXY)

static int sys_bind_ns(void *args, size_t size)
{
	return syscall(__NR_bind_ns, args, size);
}

/* The pid namespace takes effect for children. */
static bool adopted(struct snapshot *s, int kind, struct snapshot *from)
{
	if (ns_kinds[kind].flag == CLONE_NEWPID)
		return s->pid_for_children == from->ns[kind];
	return s->ns[kind] == from->ns[kind];
}

/* One namespace of each type that its target has for itself */
FIXTURE(adopt) {
	struct actor *target, *caller;
};

FIXTURE_VARIANT(adopt) {
	__u64 mask;
};

FIXTURE_VARIANT_ADD(adopt, none) {
	.mask = 0,
};

FIXTURE_VARIANT_ADD(adopt, uts) {
	.mask = CLONE_NEWUTS,
};

FIXTURE_VARIANT_ADD(adopt, ipc) {
	.mask = CLONE_NEWIPC,
};

FIXTURE_VARIANT_ADD(adopt, mnt) {
	.mask = CLONE_NEWNS,
};

FIXTURE_VARIANT_ADD(adopt, pid) {
	.mask = CLONE_NEWPID,
};

FIXTURE_VARIANT_ADD(adopt, net) {
	.mask = CLONE_NEWNET,
};

FIXTURE_VARIANT_ADD(adopt, cgroup) {
	.mask = CLONE_NEWCGROUP,
};

FIXTURE_VARIANT_ADD(adopt, time) {
	.mask = CLONE_NEWTIME,
};

FIXTURE_VARIANT_ADD(adopt, user) {
	.mask = CLONE_NEWUSER,
};

FIXTURE_VARIANT_ADD(adopt, uts_and_net) {
	.mask = CLONE_NEWUTS | CLONE_NEWNET,
};

FIXTURE_VARIANT_ADD(adopt, all_but_user) {
	.mask = CLONE_NSPROXY,
};

FIXTURE_VARIANT_ADD(adopt, all) {
	.mask = CLONE_ALL,
};

FIXTURE_WORLD(adopt)
{
	self->target = spawn_how(main_actor, SPAWN_CLONE3, CLONE_ALL);
	if (!self->target && errno == EINVAL)
		SKIP(return, "not all namespaces in this kernel");
	ASSERT_NE(NULL, self->target);
	self->caller = spawn(main_actor);
	ASSERT_NE(NULL, self->caller);
}

TEST_F(adopt, exactly_the_masked_namespaces)
{
	struct snapshot before, after, target;
	int i;

	snapshot(self->target, &target);
	snapshot(self->caller, &before);
	ASSERT_EQ(0, actor_bind(self->caller, target.container, variant->mask));
	snapshot(self->caller, &after);
	EXPECT_EQ(target.container, after.container);
	for (i = 0; i < NR_NS; i++) {
		ASSERT_FALSE(adopted(&before, i, &target));
		EXPECT_EQ(!!(variant->mask & ns_kinds[i].flag),
			  adopted(&after, i, &target)) {
			TH_LOG("%s", ns_kinds[i].name);
		}
		if (variant->mask & ns_kinds[i].flag)
			continue;
		EXPECT_EQ(before.ns[i], after.ns[i]) {
			TH_LOG("%s", ns_kinds[i].name);
		}
	}
}

TEST_F(adopt, makes_a_member_and_leaves_init)
{
	struct table t;

	ASSERT_EQ(0, actor_bind(self->caller,
				container_id(main_actor, self->target),
				variant->mask));
	EXPECT_EQ(self->target->pid, container_init(main_actor, self->caller));
	ASSERT_EQ(2, read_table(main_actor, &t));
	EXPECT_EQ(1, t.row[0].procs);
	EXPECT_EQ(2, t.row[1].procs);
}

TEST_F(adopt, children_are_born_inside)
{
	struct actor *child;

	ASSERT_EQ(0, actor_bind(self->caller,
				container_id(main_actor, self->target),
				variant->mask));
	child = spawn(self->caller);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(container_id(main_actor, self->target),
		  container_id(main_actor, child));
	EXPECT_EQ(!!(variant->mask & CLONE_NEWPID),
		  ns_id(main_actor, self->target, "pid") ==
		  ns_id(main_actor, child, "pid"));
}

/* / (the world) has /unnamed1 with init a and member m, and a member c. */
FIXTURE(bind) {
	struct actor *a, *m, *c;
	__s64 world_id, id;
};

FIXTURE_WORLD(bind)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS | CLONE_NEWIPC);
	ASSERT_NE(NULL, self->a);
	self->m = spawn(self->a);
	ASSERT_NE(NULL, self->m);
	self->c = spawn(main_actor);
	ASSERT_NE(NULL, self->c);
	self->world_id = container_id(main_actor, main_actor);
	self->id = container_id(main_actor, self->a);
}

TEST_F(bind, goes_down_more_than_one_level)
{
	ASSERT_EQ(0, actor_unshare(self->m, CLONE_NEWUTS));
	EXPECT_EQ(0, actor_bind(self->c, container_id(main_actor, self->m),
				CLONE_NEWUTS));
	EXPECT_STREQ("/unnamed1/unnamed1",
		     container_path(main_actor, self->c));
}

TEST_F(bind, to_own_container_changes_nothing)
{
	struct snapshot before, after;

	snapshot(self->m, &before);
	EXPECT_EQ(0, actor_bind(self->m, self->id, 0));
	snapshot(self->m, &after);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_F(bind, to_own_container_by_init_changes_nothing)
{
	struct snapshot before, after;

	snapshot(self->a, &before);
	EXPECT_EQ(0, actor_bind(self->a, self->id, 0));
	snapshot(self->a, &after);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
	EXPECT_EQ(self->a->pid, container_init(main_actor, self->a));
}

TEST_F(bind, to_own_container_adopts_inits_namespaces)
{
	ASSERT_EQ(0, actor_unshare(self->a, CLONE_NEWUTS));
	EXPECT_NE(ns_id(main_actor, self->a, "uts"),
		  ns_id(main_actor, self->m, "uts"));
	EXPECT_EQ(0, actor_bind(self->m, self->id, CLONE_NEWUTS));
	EXPECT_EQ(ns_id(main_actor, self->a, "uts"),
		  ns_id(main_actor, self->m, "uts"));
	EXPECT_EQ(self->id, container_id(main_actor, self->m));
}

TEST_F(bind, by_init_leaves_its_old_container_to_others)
{
	struct actor *b = spawn_unshared(main_actor, CLONE_NEWUTS);
	struct table t;

	/* The world's init moves down, and sees itself there. */
	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_bind(main_actor, self->id, 0));
	EXPECT_EQ(self->id, container_id(main_actor, main_actor));
	EXPECT_EQ(1, read_table(main_actor, &t));
	EXPECT_EQ(2, actor_children(self->c, CHILDREN));
	EXPECT_EQ(self->c->pid, container_init(self->c, self->c));
}

TEST_F(bind, last_member_may_go_down)
{
	struct actor *b = spawn(main_actor), *below;
	struct table t;

	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_unshare(b, CLONE_NEWUTS));
	below = spawn_how(b, SPAWN_CLONE, CLONE_NEWUTS);
	ASSERT_NE(NULL, below);
	ASSERT_EQ(0, actor_bind(b, container_id(main_actor, below), 0));
	ASSERT_EQ(4, read_table(main_actor, &t));
	ASSERT_NE(NULL, find_path(&t, "/unnamed2"));
	EXPECT_STREQ("empty", find_path(&t, "/unnamed2")->state);
	EXPECT_EQ(2, find_path(&t, "/unnamed2/unnamed1")->procs);
}

/* Leave /unnamed1 without members, with a container below. */
static int make_empty(struct actor *a, struct actor *m)
{
	int err = actor_unshare(m, CLONE_NEWUTS);

	return err ?: actor_exit(a, 0);
}

TEST_F(bind, to_an_empty_container_makes_the_caller_init)
{
	struct table t;

	ASSERT_EQ(0, make_empty(self->a, self->m));
	ASSERT_EQ(0, actor_bind(self->c, self->id, 0));
	EXPECT_EQ(self->id, container_id(main_actor, self->c));
	EXPECT_EQ(self->c->pid, container_init(main_actor, self->c));
	ASSERT_EQ(3, read_table(main_actor, &t));
	EXPECT_STREQ("running", find_path(&t, "/unnamed1")->state);
}

TEST_F(bind, to_namespaces_of_an_empty_container_is_esrch)
{
	ASSERT_EQ(0, make_empty(self->a, self->m));
	EXPECT_EQ(-ESRCH, actor_bind(self->c, self->id, CLONE_NEWUTS));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->c));
}

TEST_F(bind, to_an_empty_container_needs_privilege)
{
	ASSERT_EQ(0, make_empty(self->a, self->m));
	ASSERT_EQ(0, actor_drop_caps(self->c));
	EXPECT_EQ(-EPERM, actor_bind(self->c, self->id, 0));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->c));
}

TEST_F(bind, to_another_users_container_is_eperm)
{
	ASSERT_EQ(0, actor_setuid(self->c, UID_USER));
	EXPECT_EQ(-EPERM, actor_bind(self->c, self->id, 0));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->c));
}

TEST_F(bind, without_the_right_to_attach_is_eperm)
{
	/* Enough for setns(), but init has more. */
	ASSERT_EQ(0, actor_keep_caps(self->c, 1ULL << CAP_SYS_ADMIN |
					      1ULL << CAP_SYS_CHROOT));
	EXPECT_EQ(-EPERM, actor_bind(self->c, self->id, 0));
	EXPECT_EQ(-EPERM, actor_bind(self->c, self->id, CLONE_NEWUTS));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->c));
	ASSERT_EQ(0, actor_drop_caps(self->a));
	EXPECT_EQ(0, actor_bind(self->c, self->id, CLONE_NEWUTS));
}

TEST_F(bind, refused_namespaces_leave_membership)
{
	struct snapshot before, after;

	/* May enter, as it is its own user's, but not change namespaces. */
	ASSERT_EQ(0, actor_drop_caps(self->c));
	ASSERT_EQ(0, actor_drop_caps(self->a));
	snapshot(self->c, &before);
	EXPECT_EQ(-EPERM, actor_bind(self->c, self->id, CLONE_NEWUTS));
	snapshot(self->c, &after);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_F(bind, unknown_id_is_enoent)
{
	EXPECT_EQ(-ENOENT, actor_bind(self->c, 0, 0));
	EXPECT_EQ(-ENOENT, actor_bind(self->c, 1ULL << 62, 0));
	EXPECT_EQ(-ENOENT, actor_bind(self->c, -1ULL, 0));
}

TEST_F(bind, id_of_a_gone_container_is_enoent)
{
	EXPECT_EQ(0, actor_exit(self->m, 0));
	EXPECT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(-ENOENT, actor_bind(self->c, self->id, 0));
}

TEST_F(bind, invisible_id_is_enoent)
{
	struct actor *b = spawn_unshared(main_actor, CLONE_NEWUTS);

	ASSERT_NE(NULL, b);
	EXPECT_EQ(-ENOENT, actor_bind(self->a, container_id(main_actor, b), 0));
	EXPECT_EQ(-ENOENT, actor_bind(self->a, self->world_id, 0));
}

TEST_F(bind, held_directory_does_not_make_an_id_known)
{
	__s64 fd = actor_open(self->c, O_RDONLY | O_DIRECTORY,
			      CHILDREN "/unnamed1");

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_exit(self->m, 0));
	EXPECT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(-ENOENT, actor_bind(self->c, self->id, 0));
}

TEST_F(bind, unknown_mask_bits_are_einval)
{
	int bit;

	for (bit = 0; bit < 64; bit++) {
		if (CLONE_ALL & (1ULL << bit))
			continue;
		EXPECT_EQ(-EINVAL, actor_bind(self->c, self->id, 1ULL << bit)) {
			TH_LOG("bit %d", bit);
		}
		EXPECT_EQ(-EINVAL, actor_bind(self->c, self->id,
					      CLONE_NEWUTS | 1ULL << bit)) {
			TH_LOG("bit %d", bit);
		}
	}
	EXPECT_EQ(self->world_id, container_id(main_actor, self->c));
}

TEST_F(bind, flags_are_einval)
{
	int bit;

	for (bit = 0; bit < 64; bit++) {
		EXPECT_EQ(-EINVAL, actor_bind_flags(self->c, self->id, 0,
						    1ULL << bit)) {
			TH_LOG("bit %d", bit);
		}
	}
	EXPECT_EQ(self->world_id, container_id(main_actor, self->c));
}

TEST_F(bind, other_init_user_namespace_of_own_is_einval)
{
	struct snapshot before, after;

	/* As with setns(): no re-entering one's own user namespace */
	snapshot(self->c, &before);
	EXPECT_EQ(-EINVAL, actor_bind(self->c, self->id,
				      CLONE_NEWUSER | CLONE_NEWUTS));
	snapshot(self->c, &after);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_F(bind, mount_namespace_while_sharing_root_and_cwd_is_einval)
{
	struct snapshot before, after;
	struct actor *sharer;

	/* As with setns() */
	sharer = spawn_how(self->c, SPAWN_CLONE, CLONE_FS);
	ASSERT_NE(NULL, sharer);
	snapshot(self->c, &before);
	EXPECT_EQ(-EINVAL, actor_bind(self->c, self->id, CLONE_NEWNS));
	EXPECT_EQ(-EINVAL, actor_bind(self->c, self->id,
				      CLONE_NEWNS | CLONE_NEWUTS));
	snapshot(self->c, &after);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
	EXPECT_EQ(0, actor_exit(sharer, 0));
	EXPECT_EQ(0, actor_bind(self->c, self->id, CLONE_NEWNS | CLONE_NEWUTS));
}

/*
 * The namespace that is refused comes after others that are not: the pid
 * namespace after those of uts and ipc, as it is not below the caller's.
 */
TEST_F(bind, refused_pid_namespace_leaves_all_others)
{
	struct actor *p1, *caller, *out, *target;
	struct snapshot before, after;
	__s64 id;

	p1 = spawn_how(main_actor, SPAWN_CLONE, CLONE_NEWPID);
	ASSERT_NE(NULL, p1);
	caller = spawn(p1);
	ASSERT_NE(NULL, caller);
	/* In the same container, but not in its pid namespace */
	out = spawn(main_actor);
	ASSERT_NE(NULL, out);
	ASSERT_EQ(0, actor_bind(out, container_id(main_actor, p1), 0));
	target = spawn(out);
	ASSERT_NE(NULL, target);
	ASSERT_EQ(0, actor_unshare(target, CLONE_NEWUTS | CLONE_NEWIPC));
	id = container_id(main_actor, target);

	snapshot(caller, &before);
	EXPECT_EQ(-EINVAL, actor_bind(caller, id, CLONE_NEWUTS | CLONE_NEWIPC |
						  CLONE_NEWPID));
	snapshot(caller, &after);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
	EXPECT_EQ(0, actor_bind(caller, id, CLONE_NEWUTS | CLONE_NEWIPC));
}

/* The net namespace after that of uts, as it belongs to another user. */
TEST_F(bind, refused_net_namespace_leaves_all_others)
{
	struct actor *caller, *target;
	struct snapshot before, after;
	__s64 id;

	caller = spawn(main_actor);
	ASSERT_NE(NULL, caller);
	ASSERT_EQ(0, actor_userns(caller, CLONE_NEWUTS));
	target = spawn(caller);
	ASSERT_NE(NULL, target);
	ASSERT_EQ(0, actor_unshare(target, CLONE_NEWUTS));
	id = container_id(main_actor, target);

	snapshot(caller, &before);
	EXPECT_EQ(-EPERM, actor_bind(caller, id, CLONE_NEWUTS | CLONE_NEWNET));
	snapshot(caller, &after);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
	EXPECT_EQ(0, actor_bind(caller, id, CLONE_NEWUTS));
}

/* The structure: as copy_struct_from_user() has it */
FIXTURE(args) {
	struct actor *a;
	union {
		struct bind_ns_args args;
		char bytes[8192];
	} u;
};

FIXTURE_WORLD(args)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	self->u.args.id = container_id(main_actor, self->a);
}

TEST_F(args, of_the_first_size_are_taken)
{
	EXPECT_EQ(0, sys_bind_ns(&self->u, BIND_NS_ARGS_SIZE_VER0));
	EXPECT_EQ((__s64)self->u.args.id, container_id(main_actor, main_actor));
}

TEST_F(args, that_are_too_small_are_einval)
{
	size_t size;

	for (size = 0; size < BIND_NS_ARGS_SIZE_VER0; size++) {
		EXPECT_EQ(-1, sys_bind_ns(&self->u, size));
		EXPECT_EQ(EINVAL, errno);
	}
}

TEST_F(args, that_are_larger_and_zero_are_taken)
{
	EXPECT_EQ(0, sys_bind_ns(&self->u, BIND_NS_ARGS_SIZE_VER0 + 40));
}

TEST_F(args, that_are_larger_and_not_zero_are_e2big)
{
	self->u.bytes[sizeof(struct bind_ns_args) + 39] = 1;
	EXPECT_EQ(-1, sys_bind_ns(&self->u, sizeof(struct bind_ns_args) + 40));
	EXPECT_EQ(E2BIG, errno);
}

TEST_F(args, that_are_larger_than_a_page_are_e2big)
{
	EXPECT_EQ(-1, sys_bind_ns(&self->u, sysconf(_SC_PAGESIZE) + 1));
	EXPECT_EQ(E2BIG, errno);
}

TEST_F(args, that_cannot_be_read_are_efault)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *p;

	EXPECT_EQ(-1, sys_bind_ns(NULL, BIND_NS_ARGS_SIZE_VER0));
	EXPECT_EQ(EFAULT, errno);

	/* the last byte of them */
	p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, p);
	ASSERT_EQ(0, mprotect(p + page, page, PROT_NONE));
	EXPECT_EQ(-1, sys_bind_ns(p + page - BIND_NS_ARGS_SIZE_VER0 + 1,
				  BIND_NS_ARGS_SIZE_VER0));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(args, are_frozen)
{
	EXPECT_EQ(24, BIND_NS_ARGS_SIZE_VER0);
	EXPECT_EQ(0U, offsetof(struct bind_ns_args, id));
	EXPECT_EQ(8U, offsetof(struct bind_ns_args, ns_mask));
	EXPECT_EQ(16U, offsetof(struct bind_ns_args, flags));
}

TEST_HARNESS_MAIN
