// SPDX-License-Identifier: GPL-2.0
/* Threads and bind_ns(2) */

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "thread_fixture.h"
#include "world.h"

TEST_F(thread, bind_to_a_container_is_einval)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	__s64 id;

	ASSERT_NE(NULL, a);
	id = container_id(main_actor, a);
	EXPECT_EQ(-EINVAL, actor_bind(self->t, id, 0));
	EXPECT_EQ(-EINVAL, actor_bind(self->p, id, 0));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
	/* Alone again */
	ASSERT_EQ(0, actor_exit_thread(self->t));
	EXPECT_EQ(0, actor_bind(self->p, id, 0));
}

TEST_F(thread, bind_to_a_namespace_is_its_own)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	__s64 uts;

	ASSERT_NE(NULL, a);
	uts = ns_id(main_actor, a, "uts");
	EXPECT_EQ(0, actor_bind(self->t, uts, 0));
	EXPECT_EQ(uts, ns_id(main_actor, self->t, "uts"));
	EXPECT_NE(uts, ns_id(main_actor, self->p, "uts"));
}

TEST_F(leaderless, container_can_be_bound_to)
{
	struct actor *a = spawn(main_actor);

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_bind(a, self->id, CLONE_NEWUTS));
	EXPECT_EQ(self->id, container_id(main_actor, a));
	EXPECT_EQ(ns_id(main_actor, self->t, "uts"),
		  ns_id(main_actor, a, "uts"));
}

TEST_HARNESS_MAIN
