// SPDX-License-Identifier: GPL-2.0
/*
 * Names of the form unnamedN are the kernel's, except for one that restores
 * what was checkpointed: CAP_CHECKPOINT_RESTORE gives an N back.
 */

#include <linux/capability.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "cred.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

/* a is init of /unnamed1. */
FIXTURE(restore) {
	struct actor *a, *b;
};

FIXTURE_WORLD(restore)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	ASSERT_STREQ("/unnamed1", container_path(main_actor, self->a));
}

static __s64 rename_to(const char *from, const char *to)
{
	return actor_rename_child(main_actor, from, to, 0);
}

static __s64 do_without(void)
{
	return actor_keep_caps(main_actor, ~(1ULL << CAP_CHECKPOINT_RESTORE));
}

TEST_F(restore, of_a_number_works)
{
	EXPECT_EQ(0, rename_to("unnamed1", "unnamed7"));
	EXPECT_STREQ("/unnamed7", container_path(main_actor, self->a));
	EXPECT_STREQ("unnamed7",
		     container_status(main_actor, self->a, "Name"));
	EXPECT_EQ(container_id(main_actor, self->a),
		  child_id(main_actor, "unnamed7"));
	EXPECT_EQ(-ENOENT, child_id(main_actor, "unnamed1"));
}

TEST_F(restore, of_a_number_has_the_counter_go_on_above)
{
	ASSERT_EQ(0, rename_to("unnamed1", "unnamed7"));
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->b);
	EXPECT_STREQ("/unnamed8", container_path(main_actor, self->b));
}

TEST_F(restore, of_a_lower_number_leaves_the_counter)
{
	ASSERT_EQ(0, rename_to("unnamed1", "unnamed7"));
	EXPECT_EQ(0, rename_to("unnamed7", "unnamed3"));
	EXPECT_STREQ("/unnamed3", container_path(main_actor, self->a));
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->b);
	EXPECT_STREQ("/unnamed8", container_path(main_actor, self->b));
}

TEST_F(restore, of_a_number_is_for_explicit_ones_too)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	EXPECT_EQ(0, rename_to("job", "unnamed20"));
	EXPECT_LT(0, child_id(main_actor, "unnamed20"));
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->b);
	EXPECT_STREQ("/unnamed21", container_path(main_actor, self->b));
}

TEST_F(restore, of_a_name_and_back)
{
	EXPECT_EQ(0, rename_to("unnamed1", "job"));
	EXPECT_EQ(0, rename_to("job", "unnamed1"));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->b);
	EXPECT_STREQ("/unnamed2", container_path(main_actor, self->b));
}

TEST_F(restore, of_a_taken_number_eexist)
{
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->b);
	EXPECT_EQ(-EEXIST, rename_to("unnamed1", "unnamed2"));
	ASSERT_EQ(0, rename_to("unnamed1", "unnamed7"));
	EXPECT_EQ(-EEXIST, rename_to("unnamed2", "unnamed7"));
	EXPECT_STREQ("/unnamed7", container_path(main_actor, self->a));
	EXPECT_STREQ("/unnamed2", container_path(main_actor, self->b));
}

TEST_F(restore, of_a_number_without_the_capability_einval)
{
	ASSERT_EQ(0, do_without());
	EXPECT_EQ(-EINVAL, rename_to("unnamed1", "unnamed7"));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
	EXPECT_EQ(0, rename_to("unnamed1", "job"));
	EXPECT_EQ(-EINVAL, rename_to("job", "unnamed1"));
}

TEST_F(restore, of_what_is_no_number_of_the_kernels_einval)
{
	EXPECT_EQ(-EINVAL, rename_to("unnamed1", "unnamed07"));
	EXPECT_EQ(-EINVAL, rename_to("unnamed1", "unnamed0"));
	EXPECT_EQ(-EINVAL, rename_to("unnamed1",
				     "unnamed99999999999999999999999999999"));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
}

/* One that is root of the user namespace that owns the parent */
TEST_F(restore, in_a_user_namespace_of_its_own_works)
{
	struct actor *u = spawn_owner(CLONE_NEWUTS);

	ASSERT_NE(NULL, u);
	self->b = spawn_unshared(u, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->b);
	EXPECT_EQ(0, actor_rename_child(u, "unnamed1", "unnamed5", 0));
	EXPECT_STREQ("/unnamed2/unnamed5",
		     container_path(main_actor, self->b));
}

TEST_HARNESS_MAIN
