// SPDX-License-Identifier: GPL-2.0
/*
 * A program that sets up a container step by step, as runtimes do: until one of
 * the members executes a program, what they make belongs to one container.
 */

#include "kselftest_harness.h"
#include "actor.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

#define HOW_UNSHARE ((enum spawn_how)-1)

/*
 * The maker makes namespaces of the first kind, and has a child; that one, or
 * a child that it makes by clone(), has the second. All are in /unnamed1.
 */
FIXTURE(setup) {
	struct actor *maker, *child, *last;
	struct table table;
	__s64 id;
};

FIXTURE_VARIANT(setup) {
	__u64 first;
	__u64 second;
	enum spawn_how how;
};

FIXTURE_VARIANT_ADD(setup, uts_then_unshare_ipc) {
	.first = CLONE_NEWUTS,
	.second = CLONE_NEWIPC,
	.how = HOW_UNSHARE,
};

FIXTURE_VARIANT_ADD(setup, uts_then_clone_ipc) {
	.first = CLONE_NEWUTS,
	.second = CLONE_NEWIPC,
	.how = SPAWN_CLONE,
};

FIXTURE_VARIANT_ADD(setup, user_and_mnt_then_unshare_uts) {
	.first = CLONE_NEWUSER | CLONE_NEWNS,
	.second = CLONE_NEWUTS,
	.how = HOW_UNSHARE,
};

FIXTURE_VARIANT_ADD(setup, pid_then_unshare_mnt) {
	.first = CLONE_NEWPID,
	.second = CLONE_NEWNS,
	.how = HOW_UNSHARE,
};

FIXTURE_VARIANT_ADD(setup, pid_then_clone_mnt) {
	.first = CLONE_NEWPID,
	.second = CLONE_NEWNS,
	.how = SPAWN_CLONE,
};

FIXTURE_VARIANT_ADD(setup, uts_then_clone_pid) {
	.first = CLONE_NEWUTS,
	.second = CLONE_NEWPID,
	.how = SPAWN_CLONE,
};

FIXTURE_WORLD(setup)
{
	self->maker = spawn(main_actor);
	ASSERT_NE(NULL, self->maker);
	ASSERT_EQ(0, actor_unshare_in_setup(self->maker, variant->first));
	self->id = container_id(main_actor, self->maker);
	self->child = spawn_in_setup(self->maker, SPAWN_FORK, 0);
	ASSERT_NE(NULL, self->child);
	self->last = self->child;
	if (variant->how == HOW_UNSHARE) {
		ASSERT_EQ(0, actor_unshare_in_setup(self->child,
						    variant->second));
	} else {
		self->last = spawn_in_setup(self->child, variant->how,
					    variant->second);
		ASSERT_NE(NULL, self->last);
	}
}

/* The one with the pid 1 of a namespace that is the container's, or the maker */
static struct actor *expected_init(struct actor *maker, struct actor *child,
				   struct actor *last, __u64 first,
				   __u64 second)
{
	if (second & CLONE_NEWPID)
		return last;
	return first & CLONE_NEWPID ? child : maker;
}

TEST_F(setup, makes_one_container)
{
	struct actor *init = expected_init(self->maker, self->child, self->last,
					   variant->first, variant->second);

	EXPECT_EQ(2, read_table(main_actor, &self->table));
	EXPECT_STREQ("/unnamed1", self->table.row[1].path);
	EXPECT_EQ(variant->how == HOW_UNSHARE ? 2 : 3,
		  self->table.row[1].procs);
	EXPECT_EQ(init->pid, self->table.row[1].init);
	EXPECT_EQ(self->id, container_id(main_actor, self->last));
	EXPECT_STREQ("0", container_status(main_actor, self->last, "Strayed"));
}

TEST_F(setup, outlives_the_maker)
{
	struct actor *init = expected_init(self->child, self->child, self->last,
					   variant->first, variant->second);

	ASSERT_EQ(0, actor_exit(self->maker, 0));
	EXPECT_EQ(init->pid, container_init(main_actor, self->last));
	/* It goes on with the members that are left. */
	EXPECT_EQ(0, actor_unshare_in_setup(self->last, CLONE_NEWNET));
	EXPECT_EQ(2, read_table(main_actor, &self->table));
	EXPECT_EQ(self->id, container_id(main_actor, self->last));
}

TEST_F(setup, ends_when_a_member_executes_a_program)
{
	struct actor *a;

	ASSERT_EQ(0, actor_end_setup(self->last));
	a = spawn(self->last);
	ASSERT_NE(NULL, a);
	EXPECT_EQ(0, actor_unshare(a, CLONE_NEWUTS));
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, a));
	EXPECT_EQ(3, read_table(main_actor, &self->table));
	a = spawn_how(self->last, SPAWN_CLONE, CLONE_NEWUTS);
	ASSERT_NE(NULL, a);
	EXPECT_STREQ("/unnamed1/unnamed2", container_path(main_actor, a));
}

/* Where the timing of a program's stages made the difference */
FIXTURE(stage) {
	struct actor *a, *b, *c;
	struct table table;
};

FIXTURE_WORLD(stage)
{
	self->a = spawn(main_actor);
	ASSERT_NE(NULL, self->a);
	ASSERT_EQ(0, actor_unshare_in_setup(self->a, CLONE_NEWUTS));
	self->b = spawn_in_setup(self->a, SPAWN_FORK, 0);
	ASSERT_NE(NULL, self->b);
}

/* Init moves to the first child of another member as well. */
TEST_F(stage, in_a_new_pid_namespace_of_a_child_has_its_pid_1_as_init)
{
	ASSERT_EQ(0, actor_unshare_in_setup(self->b, CLONE_NEWPID));
	EXPECT_EQ(self->a->pid, container_init(main_actor, self->b));
	self->c = spawn_in_setup(self->b, SPAWN_FORK, 0);
	ASSERT_NE(NULL, self->c);
	EXPECT_EQ(self->c->pid, container_init(main_actor, self->a));
	EXPECT_EQ(2, read_table(main_actor, &self->table));
}

TEST_F(stage, in_a_new_pid_namespace_without_the_maker_has_pid_1_as_init)
{
	ASSERT_EQ(0, actor_unshare_in_setup(self->b, CLONE_NEWPID));
	ASSERT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(self->b->pid, container_init(main_actor, self->b));
	self->c = spawn_in_setup(self->b, SPAWN_FORK, 0);
	ASSERT_NE(NULL, self->c);
	EXPECT_EQ(self->c->pid, container_init(main_actor, self->b));
	ASSERT_EQ(0, actor_exit(self->b, 0));
	EXPECT_EQ(self->c->pid, container_init(main_actor, self->c));
	EXPECT_EQ(2, read_table(main_actor, &self->table));
}

TEST_F(stage, in_a_new_time_namespace_of_a_child_has_its_child_as_init)
{
	__s64 err = actor_unshare_in_setup(self->b, CLONE_NEWTIME);

	if (err == -EINVAL)
		SKIP(return, "no time namespaces in this kernel");
	ASSERT_EQ(0, err);
	self->c = spawn_in_setup(self->b, SPAWN_FORK, 0);
	ASSERT_NE(NULL, self->c);
	EXPECT_EQ(self->c->pid, container_init(main_actor, self->a));
	EXPECT_EQ(2, read_table(main_actor, &self->table));
}

static __s64 do_exec_absent(struct actor *a)
{
	static char * const argv[] = { "absent", NULL };

	(void)a;
	return result(execv("/proc/self/absent", argv));
}

TEST_F(stage, that_fails_to_execute_a_program_goes_on)
{
	EXPECT_EQ(-ENOENT, actor_call(self->a, do_exec_absent, 0, 0, 0, 0));
	ASSERT_EQ(0, actor_unshare_in_setup(self->b, CLONE_NEWIPC));
	EXPECT_EQ(2, read_table(main_actor, &self->table));
}

/* A process outside that executes something has nothing to do with it. */
TEST_F(stage, goes_on_when_others_execute_programs)
{
	ASSERT_EQ(0, actor_end_setup(main_actor));
	ASSERT_EQ(0, actor_unshare_in_setup(self->b, CLONE_NEWIPC));
	EXPECT_EQ(2, read_table(main_actor, &self->table));
	EXPECT_EQ(container_id(main_actor, self->a),
		  container_id(main_actor, self->b));
}

TEST_HARNESS_MAIN
