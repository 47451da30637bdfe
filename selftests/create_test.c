// SPDX-License-Identifier: GPL-2.0
/* Containers appear by themselves when namespaces are made, not otherwise. */

#include "kselftest_harness.h"
#include "actor.h"
#include "exec.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

#define HOW_UNSHARE ((enum spawn_how)-1)

/* The one that is to be in a container of its own, however it is made */
static struct actor *make(enum spawn_how how, __u64 flags)
{
	if (how == HOW_UNSHARE)
		return spawn_unshared(main_actor, flags);
	return spawn_how(main_actor, how, flags);
}

FIXTURE(create) {
	__s64 id;
};

FIXTURE_VARIANT(create) {
	enum spawn_how how;
	__u64 flags;
};

FIXTURE_VARIANT_ADD(create, unshare_uts) {
	.how = HOW_UNSHARE,
	.flags = CLONE_NEWUTS,
};

FIXTURE_VARIANT_ADD(create, unshare_ipc) {
	.how = HOW_UNSHARE,
	.flags = CLONE_NEWIPC,
};

FIXTURE_VARIANT_ADD(create, unshare_mnt) {
	.how = HOW_UNSHARE,
	.flags = CLONE_NEWNS,
};

FIXTURE_VARIANT_ADD(create, unshare_pid) {
	.how = HOW_UNSHARE,
	.flags = CLONE_NEWPID,
};

FIXTURE_VARIANT_ADD(create, unshare_net) {
	.how = HOW_UNSHARE,
	.flags = CLONE_NEWNET,
};

FIXTURE_VARIANT_ADD(create, unshare_cgroup) {
	.how = HOW_UNSHARE,
	.flags = CLONE_NEWCGROUP,
};

FIXTURE_VARIANT_ADD(create, unshare_time) {
	.how = HOW_UNSHARE,
	.flags = CLONE_NEWTIME,
};

FIXTURE_VARIANT_ADD(create, unshare_user_and_uts) {
	.how = HOW_UNSHARE,
	.flags = CLONE_NEWUSER | CLONE_NEWUTS,
};

FIXTURE_VARIANT_ADD(create, unshare_all) {
	.how = HOW_UNSHARE,
	.flags = CLONE_NEWUSER | CLONE_NSPROXY,
};

/* clone(2) has no bit for a time namespace. */
FIXTURE_VARIANT_ADD(create, clone_uts) {
	.how = SPAWN_CLONE,
	.flags = CLONE_NEWUTS,
};

FIXTURE_VARIANT_ADD(create, clone_ipc) {
	.how = SPAWN_CLONE,
	.flags = CLONE_NEWIPC,
};

FIXTURE_VARIANT_ADD(create, clone_mnt) {
	.how = SPAWN_CLONE,
	.flags = CLONE_NEWNS,
};

FIXTURE_VARIANT_ADD(create, clone_pid) {
	.how = SPAWN_CLONE,
	.flags = CLONE_NEWPID,
};

FIXTURE_VARIANT_ADD(create, clone_net) {
	.how = SPAWN_CLONE,
	.flags = CLONE_NEWNET,
};

FIXTURE_VARIANT_ADD(create, clone_cgroup) {
	.how = SPAWN_CLONE,
	.flags = CLONE_NEWCGROUP,
};

FIXTURE_VARIANT_ADD(create, clone_user_and_uts) {
	.how = SPAWN_CLONE,
	.flags = CLONE_NEWUSER | CLONE_NEWUTS,
};

FIXTURE_VARIANT_ADD(create, clone_all) {
	.how = SPAWN_CLONE,
	.flags = CLONE_NEWUSER | (CLONE_NSPROXY & ~CLONE_NEWTIME),
};

FIXTURE_VARIANT_ADD(create, clone3_uts) {
	.how = SPAWN_CLONE3,
	.flags = CLONE_NEWUTS,
};

FIXTURE_VARIANT_ADD(create, clone3_ipc) {
	.how = SPAWN_CLONE3,
	.flags = CLONE_NEWIPC,
};

FIXTURE_VARIANT_ADD(create, clone3_mnt) {
	.how = SPAWN_CLONE3,
	.flags = CLONE_NEWNS,
};

FIXTURE_VARIANT_ADD(create, clone3_pid) {
	.how = SPAWN_CLONE3,
	.flags = CLONE_NEWPID,
};

FIXTURE_VARIANT_ADD(create, clone3_net) {
	.how = SPAWN_CLONE3,
	.flags = CLONE_NEWNET,
};

FIXTURE_VARIANT_ADD(create, clone3_cgroup) {
	.how = SPAWN_CLONE3,
	.flags = CLONE_NEWCGROUP,
};

FIXTURE_VARIANT_ADD(create, clone3_time) {
	.how = SPAWN_CLONE3,
	.flags = CLONE_NEWTIME,
};

FIXTURE_VARIANT_ADD(create, clone3_user_and_uts) {
	.how = SPAWN_CLONE3,
	.flags = CLONE_NEWUSER | CLONE_NEWUTS,
};

FIXTURE_VARIANT_ADD(create, clone3_all) {
	.how = SPAWN_CLONE3,
	.flags = CLONE_NEWUSER | CLONE_NSPROXY,
};

FIXTURE_WORLD(create)
{
	self->id = container_id(main_actor, main_actor);
	ASSERT_LT(0, self->id);
}

TEST_F(create, puts_the_task_in_a_new_child_container)
{
	struct actor *a = make(variant->how, variant->flags);
	struct table t;

	if (!a && errno == EINVAL)
		SKIP(return, "no such namespaces in this kernel");
	ASSERT_NE(NULL, a);

	EXPECT_STREQ("/unnamed1", container_path(main_actor, a));
	ASSERT_EQ(2, read_table(main_actor, &t));
	EXPECT_EQ((__u64)self->id, t.row[0].id);
	EXPECT_STREQ("/unnamed1", t.row[1].path);
	EXPECT_EQ((__u64)container_id(main_actor, a), t.row[1].id);
	EXPECT_EQ(1, t.row[1].procs);
	EXPECT_STREQ("running", t.row[1].state);
}

TEST_F(create, makes_the_task_its_init)
{
	struct actor *a = make(variant->how, variant->flags);

	if (!a && errno == EINVAL)
		SKIP(return, "no such namespaces in this kernel");
	ASSERT_NE(NULL, a);
	EXPECT_EQ(a->pid, container_init(main_actor, a));
}

TEST_F(create, leaves_the_creator_where_it_was)
{
	struct actor *a = make(variant->how, variant->flags);

	if (!a && errno == EINVAL)
		SKIP(return, "no such namespaces in this kernel");
	ASSERT_NE(NULL, a);
	EXPECT_EQ(self->id, container_id(main_actor, main_actor));
	EXPECT_EQ(main_actor->pid, container_init(main_actor, main_actor));
}

TEST_F(create, disappears_with_its_last_member)
{
	struct actor *a = make(variant->how, variant->flags);
	struct table t;

	if (!a && errno == EINVAL)
		SKIP(return, "no such namespaces in this kernel");
	ASSERT_NE(NULL, a);
	EXPECT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(1, read_table(main_actor, &t));
	EXPECT_EQ(0, container_children(main_actor, main_actor));
}

FIXTURE(stay) {
	__s64 id;
};

FIXTURE_VARIANT(stay) {
	enum spawn_how how;
	__u64 flags;
};

FIXTURE_VARIANT_ADD(stay, fork) {
	.how = SPAWN_FORK,
};

FIXTURE_VARIANT_ADD(stay, clone_nothing) {
	.how = SPAWN_CLONE,
};

FIXTURE_VARIANT_ADD(stay, clone_user) {
	.how = SPAWN_CLONE,
	.flags = CLONE_NEWUSER,
};

FIXTURE_VARIANT_ADD(stay, clone3_nothing) {
	.how = SPAWN_CLONE3,
};

FIXTURE_VARIANT_ADD(stay, clone3_user) {
	.how = SPAWN_CLONE3,
	.flags = CLONE_NEWUSER,
};

FIXTURE_VARIANT_ADD(stay, unshare_nothing) {
	.how = HOW_UNSHARE,
};

FIXTURE_VARIANT_ADD(stay, unshare_user) {
	.how = HOW_UNSHARE,
	.flags = CLONE_NEWUSER,
};

FIXTURE_VARIANT_ADD(stay, unshare_fs) {
	.how = HOW_UNSHARE,
	.flags = CLONE_FS,
};

FIXTURE_VARIANT_ADD(stay, unshare_files_and_sysvsem) {
	.how = HOW_UNSHARE,
	.flags = CLONE_FILES | CLONE_SYSVSEM,
};

FIXTURE_WORLD(stay)
{
	self->id = container_id(main_actor, main_actor);
	ASSERT_LT(0, self->id);
}

TEST_F(stay, in_the_same_container)
{
	struct actor *a = make(variant->how, variant->flags);
	struct table t;

	if (!a && errno == EINVAL)
		SKIP(return, "no such namespaces in this kernel");
	ASSERT_NE(NULL, a);
	EXPECT_EQ(self->id, container_id(main_actor, a));
	EXPECT_STREQ("/", container_path(main_actor, a));
	EXPECT_EQ(main_actor->pid, container_init(main_actor, a));
	ASSERT_EQ(1, read_table(main_actor, &t));
	EXPECT_EQ(2, t.row[0].procs);
}

FIXTURE(tree) {
	__s64 id;
};

FIXTURE_WORLD(tree)
{
	self->id = container_id(main_actor, main_actor);
	ASSERT_LT(0, self->id);
}

TEST_F(tree, world_is_a_container_of_its_own)
{
	EXPECT_STREQ("/", container_path(main_actor, main_actor));
	EXPECT_EQ(main_actor->pid, container_init(main_actor, main_actor));
	EXPECT_LT(ROOT_CONTAINER_ID, self->id);
}

TEST_F(tree, unshare_by_init_makes_no_new_level)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	struct snapshot before, after;
	struct table t;

	ASSERT_NE(NULL, a);
	snapshot(a, &before);
	EXPECT_EQ(0, actor_unshare(a, CLONE_NEWIPC | CLONE_NEWUTS));
	snapshot(a, &after);
	EXPECT_EQ(before.container, after.container);
	EXPECT_NE(before.ns[0], after.ns[0]);
	EXPECT_NE(before.ns[1], after.ns[1]);
	EXPECT_EQ(2, read_table(main_actor, &t));
}

TEST_F(tree, unshare_by_a_member_makes_a_new_level)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	struct actor *b;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	EXPECT_STREQ("/unnamed1", container_path(main_actor, b));
	EXPECT_EQ(0, actor_unshare(b, CLONE_NEWUTS));
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, b));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, a));
	EXPECT_EQ(a->pid, container_init(main_actor, a));
}

TEST_F(tree, second_unshare_of_a_member_stays)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	__s64 id;

	ASSERT_NE(NULL, a);
	id = container_id(main_actor, a);
	EXPECT_EQ(0, actor_unshare(a, CLONE_NEWNET));
	EXPECT_EQ(id, container_id(main_actor, a));
}

TEST_F(tree, clone_by_init_makes_a_child)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	struct actor *b;

	ASSERT_NE(NULL, a);
	b = spawn_how(a, SPAWN_CLONE, CLONE_NEWUTS);
	ASSERT_NE(NULL, b);
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, b));
}

TEST_F(tree, children_of_members_are_members)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	struct actor *b, *c;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	c = spawn(b);
	ASSERT_NE(NULL, c);
	EXPECT_EQ(container_id(main_actor, a), container_id(main_actor, c));
	EXPECT_EQ(a->pid, container_init(main_actor, c));
}

TEST_F(tree, members_that_stay_when_one_unshares_stay)
{
	struct actor *a = spawn(main_actor), *b;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	EXPECT_EQ(0, actor_unshare(a, CLONE_NEWUTS));
	EXPECT_EQ(self->id, container_id(main_actor, b));
}

TEST_F(tree, orphans_stay_in_their_container)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	struct actor *b;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	EXPECT_EQ(0, actor_exit(a, 0));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, b));
}

TEST_F(tree, unnamed_numbers_count_up)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	struct actor *b = spawn_unshared(main_actor, CLONE_NEWIPC);

	ASSERT_NE(NULL, a);
	ASSERT_NE(NULL, b);
	EXPECT_STREQ("/unnamed1", container_path(main_actor, a));
	EXPECT_STREQ("/unnamed2", container_path(main_actor, b));
}

TEST_F(tree, unnamed_numbers_are_not_reused)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);

	ASSERT_NE(NULL, a);
	EXPECT_EQ(0, actor_exit(a, 0));
	a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, a);
	EXPECT_STREQ("/unnamed2", container_path(main_actor, a));
}

TEST_F(tree, unnamed_numbers_are_each_parents_own)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	struct actor *b = spawn_unshared(main_actor, CLONE_NEWUTS);
	struct actor *c;

	ASSERT_NE(NULL, a);
	ASSERT_NE(NULL, b);
	c = spawn(b);
	ASSERT_NE(NULL, c);
	EXPECT_EQ(0, actor_unshare(c, CLONE_NEWUTS));
	EXPECT_STREQ("/unnamed2/unnamed1", container_path(main_actor, c));
}

TEST_F(tree, ids_increase_and_differ_from_those_of_namespaces)
{
	struct actor *a, *b;
	__s64 a_id, a_ns, b_id, b_ns;

	a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, a);
	a_id = container_id(main_actor, a);
	a_ns = ns_id(main_actor, a, "uts");
	EXPECT_NE(a_id, a_ns);
	EXPECT_LT(self->id, a_id);
	EXPECT_LT(self->id, a_ns);

	b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, b);
	b_id = container_id(main_actor, b);
	b_ns = ns_id(main_actor, b, "uts");
	EXPECT_NE(b_id, b_ns);
	EXPECT_LT(a_id, b_id);
	EXPECT_LT(a_id, b_ns);
	EXPECT_LT(a_ns, b_id);
}

TEST_F(tree, ids_are_not_reused)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	__s64 id;

	ASSERT_NE(NULL, a);
	id = container_id(main_actor, a);
	EXPECT_EQ(0, actor_exit(a, 0));
	a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, a);
	EXPECT_LT(id, container_id(main_actor, a));
}

TEST_F(tree, exec_stays)
{
	struct actor *a = spawn(main_actor);
	struct where where;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_exec_where(a, &where));
	EXPECT_EQ(self->id, where.container);
}

TEST_F(tree, exec_into_a_time_namespace_stays)
{
	struct where where;
	struct actor *a;
	__s64 id, time;

	a = spawn_unshared(main_actor, CLONE_NEWTIME);
	if (!a && errno == EINVAL)
		SKIP(return, "no time namespaces in this kernel");
	ASSERT_NE(NULL, a);
	id = container_id(main_actor, a);
	time = ns_id(main_actor, a, "time");
	ASSERT_EQ(0, actor_exec_where(a, &where));
	EXPECT_EQ(id, where.container);
	EXPECT_NE(time, where.time_ns);
}

TEST_F(tree, fork_into_a_time_namespace_stays)
{
	struct actor *a, *b;

	a = spawn_unshared(main_actor, CLONE_NEWTIME);
	if (!a && errno == EINVAL)
		SKIP(return, "no time namespaces in this kernel");
	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	EXPECT_NE(ns_id(main_actor, a, "time"), ns_id(main_actor, b, "time"));
	EXPECT_EQ(container_id(main_actor, a), container_id(main_actor, b));
}

/* These two are about the root container: no world, but a look around. */
TEST(root_container_has_the_id_after_the_initial_namespaces)
{
	char id[8] = "";
	int fd = open("/proc/1/container/id", O_RDONLY);

	if (fd < 0 && errno == ENOENT)
		SKIP(return, "no containers in this kernel");
	if (fd < 0 && errno == EACCES)
		SKIP(return, "not run in the root container");
	ASSERT_LE(0, fd);
	ASSERT_LT(0, read(fd, id, sizeof(id) - 1));
	close(fd);
	EXPECT_STREQ("9\n", id);
}

TEST(kernel_threads_are_in_the_root_container)
{
	char text[16] = "";
	int fd;

	fd = open("/proc/2/comm", O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0 ||
	    strcmp(text, "kthreadd\n"))
		SKIP(return, "no kernel threads in this pid namespace");
	close(fd);
	fd = open("/proc/2/container/id", O_RDONLY);
	if (fd < 0 && errno == ENOENT)
		SKIP(return, "no containers in this kernel");
	if (fd < 0 && errno == EACCES)
		SKIP(return, "not run in the root container");
	ASSERT_LE(0, fd);
	memset(text, 0, sizeof(text));
	ASSERT_LT(0, read(fd, text, sizeof(text) - 1));
	EXPECT_STREQ("9\n", text);
	close(fd);
}

TEST_HARNESS_MAIN
