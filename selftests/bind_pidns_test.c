// SPDX-License-Identifier: GPL-2.0
/* bind_ns(2) and membership through a pid namespace */

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

/*
 * one is pid 1 of a pid namespace, and init of /unnamed1. out is in the world's
 * container, and has joined that namespace for its children.
 */
FIXTURE(pidns) {
	struct actor *one, *out;
	__s64 id, world_id;
	struct table table;
};

FIXTURE_WORLD(pidns)
{
	self->one = spawn_how(main_actor, SPAWN_CLONE, CLONE_NEWPID);
	ASSERT_NE(NULL, self->one);
	self->out = spawn(main_actor);
	ASSERT_NE(NULL, self->out);
	ASSERT_EQ(0, actor_setns_of(self->out, self->one, "pid"));
	self->id = container_id(main_actor, self->one);
	self->world_id = container_id(main_actor, main_actor);
	ASSERT_NE(self->id, self->world_id);
}

TEST_F(pidns, child_after_bind_ns_of_the_namespace_is_a_member)
{
	struct actor *b = spawn(main_actor), *child;

	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_bind(b, ns_id(main_actor, self->one, "pid"), 0));
	EXPECT_EQ(self->world_id, container_id(main_actor, b));
	child = spawn(b);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(self->id, container_id(main_actor, child));
}

TEST_F(pidns, child_does_not_bind_to_where_its_parent_is)
{
	struct actor *child = spawn(self->out);

	ASSERT_NE(NULL, child);
	EXPECT_EQ(-ENOENT, actor_bind(child, self->world_id, 0));
}

TEST_HARNESS_MAIN
