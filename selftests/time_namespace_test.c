// SPDX-License-Identifier: GPL-2.0
/* The time namespace of a container, in which its maker never is */

#include "kselftest_harness.h"
#include "actor.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

/* The maker of /unnamed1: its children have a clock of their own. */
FIXTURE(time) {
	struct actor *maker;
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
}

TEST_F(time, init_moves_to_first_child)
{
	struct actor *child, *second;

	EXPECT_EQ(self->maker->pid, container_init(main_actor, self->maker));
	child = spawn(self->maker);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(child->pid, container_init(main_actor, self->maker));
	EXPECT_EQ(self->id, container_id(main_actor, child));
	second = spawn(self->maker);
	ASSERT_NE(NULL, second);
	EXPECT_EQ(child->pid, container_init(main_actor, second));
}

TEST_F(time, shows_in_the_table_as_that_of_the_first_child)
{
	struct actor *child = spawn(self->maker);
	struct table t;
	char id[24];
	int i;

	ASSERT_NE(NULL, child);
	for (i = 0; ns_kinds[i].flag != CLONE_NEWTIME; i++)
		;
	snprintf(id, sizeof(id), "%lld",
		 (long long)ns_id(main_actor, child, "time"));
	ASSERT_EQ(2, read_table(main_actor, &t));
	EXPECT_STREQ(id, t.row[1].ns[i]);
}

TEST_F(time, init_of_an_older_container_moves_to_first_child_too)
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
}

TEST_HARNESS_MAIN
