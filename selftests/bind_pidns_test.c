// SPDX-License-Identifier: GPL-2.0
/* bind_ns(2) and membership through a pid namespace */

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "ns.h"
#include "pidns_fixture.h"
#include "proc_view.h"
#include "world.h"

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
