// SPDX-License-Identifier: GPL-2.0
/* bind_ns(2) to the time namespace of a container */

#include <time.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

#define HOURS 1000

/* The maker of /unnamed1: its children have a clock of their own; a caller */
FIXTURE(time) {
	struct actor *maker, *caller;
	__s64 id;
};

FIXTURE_WORLD(time)
{
	__s64 err;

	self->maker = spawn(main_actor);
	ASSERT_NE(NULL, self->maker);
	err = actor_new_clock(self->maker);
	if (err == -EOPNOTSUPP)
		SKIP(return, "no time namespaces in this kernel");
	ASSERT_EQ(0, err);
	self->id = container_id(main_actor, self->maker);
	self->caller = spawn(main_actor);
	ASSERT_NE(NULL, self->caller);
}

static __s64 do_clock(struct actor *a)
{
	struct timespec ts;

	(void)a;
	return clock_gettime(CLOCK_MONOTONIC, &ts) < 0 ? -errno : ts.tv_sec;
}

static __s64 seconds(struct actor *a)
{
	return actor_call(a, do_clock, 0, 0, 0, 0);
}

TEST_F(time, bind_takes_the_one_of_the_first_child)
{
	struct actor *child = spawn(self->maker);
	__s64 before, time;

	ASSERT_NE(NULL, child);
	time = ns_id(main_actor, child, "time");
	ASSERT_NE(time, ns_id(main_actor, self->maker, "time"));
	before = seconds(self->caller);
	EXPECT_EQ(0, actor_bind(self->caller, self->id, CLONE_NEWTIME));
	EXPECT_EQ(self->id, container_id(main_actor, self->caller));
	EXPECT_EQ(time, ns_id(main_actor, self->caller, "time"));
	/* The clock was set forward by so much. */
	EXPECT_LE(before + HOURS * 3600, seconds(self->caller));
}

TEST_F(time, bind_takes_the_one_that_an_older_container_made)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *child;
	__s64 id;

	ASSERT_NE(NULL, a);
	id = container_id(main_actor, a);
	ASSERT_EQ(0, actor_unshare(a, CLONE_NEWTIME));
	EXPECT_EQ(a->pid, container_init(main_actor, a));
	child = spawn(a);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(child->pid, container_init(main_actor, a));
	EXPECT_EQ(id, container_id(main_actor, child));
	EXPECT_EQ(0, actor_bind(self->caller, id, CLONE_NEWTIME));
	EXPECT_EQ(ns_id(main_actor, child, "time"),
		  ns_id(main_actor, self->caller, "time"));
}

TEST_HARNESS_MAIN
