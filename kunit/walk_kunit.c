// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of walks of the members of a container.
 */
#include <kunit/test.h>
#include <linux/container.h>
#include <linux/list.h>
#include <linux/pid.h>

#include "fakes.h"

/* More than a walk of members takes at a time */
#define MANY	(CONTAINER_WALK_BATCH + 8)

#define expect_next(test, walk, p)					\
	KUNIT_EXPECT_PTR_EQ(test, container_walk_next(walk), task_tgid(p))

#define expect_end(test, walk)						\
	KUNIT_EXPECT_NULL(test, container_walk_next(walk))

static void start_walk(struct container_walk *walk, struct container *c, bool bounded)
{
	container_walk_start(walk, c, bounded, NULL);
}

static void walk_visits_members_in_the_order_they_joined(struct kunit *test)
{
	struct task_struct *p[MANY];
	struct container *c = begin_with(test, p, MANY);
	struct container_walk walk;

	start_walk(&walk, c, false);
	for (int i = 0; i < MANY; i++)
		expect_next(test, &walk, p[i]);
	expect_end(test, &walk);
	expect_end(test, &walk);
	container_walk_stop(&walk);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&c->members), MANY);
	for (int i = 1; i < MANY; i++)
		KUNIT_EXPECT_EQ(test, pid_refs(p[i]), 0);
	leave_all(p, MANY);
}

/* The last batch is full, and nothing is behind it but the end. */
static void walk_ends_behind_a_full_batch(struct kunit *test)
{
	struct task_struct *p[CONTAINER_WALK_BATCH];
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));
	struct container_walk walk;

	for (int bounded = 0; bounded < 2; bounded++) {
		start_walk(&walk, c, bounded);
		for (int i = 0; i < ARRAY_SIZE(p); i++)
			expect_next(test, &walk, p[i]);
		expect_end(test, &walk);
		container_walk_stop(&walk);
	}
	leave_all(p, ARRAY_SIZE(p));
}

static void walk_passes_over_members_that_have_left(struct kunit *test)
{
	struct task_struct *p[MANY];
	struct container *c = begin_with(test, p, MANY);
	struct container_walk walk;

	start_walk(&walk, c, false);
	/* The first one behind the cursor */
	leave(p[0]);
	for (int i = 1; i <= 5; i++)
		expect_next(test, &walk, p[i]);

	/* In the batch, so already found: the walk has pinned its pid. */
	KUNIT_EXPECT_EQ(test, pid_refs(p[10]), 1);
	exit_process(p[10]);
	/* Before the cursor, visited already */
	leave(p[2]);
	/* Right behind the cursor, and the last one */
	leave(p[CONTAINER_WALK_BATCH + 1]);
	leave(p[MANY - 1]);

	for (int i = 6; i < MANY - 1; i++)
		if (i != CONTAINER_WALK_BATCH + 1)
			expect_next(test, &walk, p[i]);
	expect_end(test, &walk);
	container_walk_stop(&walk);
	KUNIT_EXPECT_EQ(test, pid_refs(p[10]), 0);
	release_process(p[10]);

	for (int i = 1; i < MANY - 1; i++)
		if (i != 2 && i != 10 && i != CONTAINER_WALK_BATCH + 1)
			leave(p[i]);
}

static void walk_misses_members_that_have_moved_down(struct kunit *test)
{
	struct task_struct *p[3];
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));
	struct container_walk walk;
	struct container *below;

	start_walk(&walk, c, false);
	below = unshare(test, p[1]);
	expect_next(test, &walk, p[0]);
	expect_next(test, &walk, p[2]);
	expect_end(test, &walk);
	container_walk_stop(&walk);

	start_walk(&walk, below, false);
	expect_next(test, &walk, p[1]);
	expect_end(test, &walk);
	container_walk_stop(&walk);
	leave_all(p, ARRAY_SIZE(p));
}

static void walk_visits_members_that_join_meanwhile(struct kunit *test)
{
	struct task_struct *p[MANY], *late[2];
	struct container *c = begin_with(test, p, MANY);
	struct container_walk walk;

	start_walk(&walk, c, false);
	late[0] = spawn(test, p[0]);
	expect_next(test, &walk, p[0]);
	late[1] = spawn(test, p[1]);
	for (int i = 1; i < MANY; i++)
		expect_next(test, &walk, p[i]);
	expect_next(test, &walk, late[0]);
	expect_next(test, &walk, late[1]);
	expect_end(test, &walk);
	container_walk_stop(&walk);
	leave_all(late, ARRAY_SIZE(late));
	leave_all(p, MANY);
}

/* The one that is its last so far makes another. */
static void walk_visits_a_member_that_joins_during_its_last_batch(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test)), *child;
	struct container *c = container_of_process(p);
	struct container_walk walk;

	start_walk(&walk, c, false);
	expect_next(test, &walk, p);
	child = spawn(test, p);
	expect_next(test, &walk, child);
	expect_end(test, &walk);
	container_walk_stop(&walk);
	leave(child);
	leave(p);
}

static void bounded_walk_leaves_out_members_that_join_meanwhile(struct kunit *test)
{
	struct task_struct *p[MANY], *late[2];
	struct container *c = begin_with(test, p, MANY);
	struct container_walk walk;

	start_walk(&walk, c, true);
	late[0] = spawn(test, p[0]);
	expect_next(test, &walk, p[0]);
	late[1] = spawn(test, p[1]);
	/* The last one that the walk is to visit */
	leave(p[MANY - 1]);
	for (int i = 1; i < MANY - 1; i++)
		expect_next(test, &walk, p[i]);
	expect_end(test, &walk);
	container_walk_stop(&walk);
	leave_all(late, ARRAY_SIZE(late));
	leave_all(p, MANY - 1);
}

static void extended_walk_visits_members_that_have_joined_meanwhile(struct kunit *test)
{
	struct task_struct *p[MANY], *late[3];
	struct container *c = begin_with(test, p, MANY);
	struct container_walk walk;

	start_walk(&walk, c, true);
	late[0] = spawn(test, p[0]);
	late[1] = spawn(test, p[1]);
	for (int i = 0; i < MANY; i++)
		expect_next(test, &walk, p[i]);
	expect_end(test, &walk);
	KUNIT_EXPECT_TRUE(test, container_walk_extend(&walk));
	late[2] = spawn(test, p[2]);
	expect_next(test, &walk, late[0]);
	expect_next(test, &walk, late[1]);
	expect_end(test, &walk);
	KUNIT_EXPECT_TRUE(test, container_walk_extend(&walk));
	expect_next(test, &walk, late[2]);
	expect_end(test, &walk);
	KUNIT_EXPECT_FALSE(test, container_walk_extend(&walk));
	expect_end(test, &walk);
	container_walk_stop(&walk);
	leave_all(late, ARRAY_SIZE(late));
	leave_all(p, MANY);
}

static void two_walks_keep_their_own_places(struct kunit *test)
{
	struct task_struct *p[MANY];
	struct container *c = begin_with(test, p, MANY);
	struct container_walk *walk;

	walk = kunit_kcalloc(test, 2, sizeof(*walk), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, walk);

	start_walk(&walk[0], c, true);
	for (int i = 0; i < 3; i++)
		expect_next(test, &walk[0], p[i]);
	start_walk(&walk[1], c, false);
	for (int i = 3; i < MANY; i++) {
		expect_next(test, &walk[0], p[i]);
		expect_next(test, &walk[1], p[i - 3]);
	}
	expect_end(test, &walk[0]);
	container_walk_stop(&walk[0]);
	for (int i = MANY - 3; i < MANY; i++)
		expect_next(test, &walk[1], p[i]);
	expect_end(test, &walk[1]);
	container_walk_stop(&walk[1]);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&c->members), MANY);
	leave_all(p, MANY);
}

static void abandoned_walk_leaves_nothing_behind(struct kunit *test)
{
	struct task_struct *p[MANY];
	struct container *c = begin_with(test, p, MANY);
	struct container_walk walk;

	for (int bounded = 0; bounded < 2; bounded++) {
		start_walk(&walk, c, bounded);
		container_walk_stop(&walk);
		start_walk(&walk, c, bounded);
		expect_next(test, &walk, p[0]);
		expect_next(test, &walk, p[1]);
		KUNIT_EXPECT_EQ(test, pid_refs(p[2]), 1);
		container_walk_stop(&walk);
	}
	KUNIT_EXPECT_EQ(test, list_count_nodes(&c->members), MANY);
	KUNIT_EXPECT_EQ(test, pid_refs(p[0]), 1);
	for (int i = 1; i < MANY; i++)
		KUNIT_EXPECT_EQ(test, pid_refs(p[i]), 0);
	leave_all(p, MANY);
}

static void walk_passes_over_the_cursors_of_many_others(struct kunit *test)
{
	struct task_struct *p[3];
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));
	const int nr = 3 * CONTAINER_WALK_BATCH;
	struct container_walk *other, walk;

	other = kunit_kcalloc(test, nr, sizeof(*other), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, other);
	for (int i = 0; i < nr; i++)
		start_walk(&other[i], c, i % 2);
	start_walk(&walk, c, true);
	for (int i = 0; i < ARRAY_SIZE(p); i++)
		expect_next(test, &walk, p[i]);
	expect_end(test, &walk);
	container_walk_stop(&walk);
	for (int i = 0; i < nr; i++)
		container_walk_stop(&other[i]);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&c->members), ARRAY_SIZE(p));
	leave_all(p, ARRAY_SIZE(p));
}

static void oldest_member_is_found_past_cursors(struct kunit *test)
{
	struct task_struct *p[3];
	struct container *c = container_get(begin_with(test, p, ARRAY_SIZE(p)));
	struct container_walk walk[2];

	start_walk(&walk[0], c, true);
	start_walk(&walk[1], c, false);
	leave(p[0]);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[1]));
	expect_next(test, &walk[0], p[1]);
	leave(p[1]);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[2]));

	/* Nothing but cursors is left in the list. */
	leave(p[2]);
	KUNIT_EXPECT_NULL(test, init_of(c));
	KUNIT_EXPECT_TRUE(test, container_gone(c));
	KUNIT_EXPECT_FALSE(test, list_empty(&c->members));
	expect_next(test, &walk[0], p[2]);
	expect_end(test, &walk[0]);
	expect_end(test, &walk[1]);
	container_walk_stop(&walk[0]);
	container_walk_stop(&walk[1]);
	KUNIT_EXPECT_TRUE(test, list_empty(&c->members));
	container_put(c);
}

static struct kunit_case walk_test_cases[] = {
	KUNIT_CASE(walk_visits_members_in_the_order_they_joined),
	KUNIT_CASE(walk_ends_behind_a_full_batch),
	KUNIT_CASE(walk_passes_over_members_that_have_left),
	KUNIT_CASE(walk_misses_members_that_have_moved_down),
	KUNIT_CASE(walk_visits_members_that_join_meanwhile),
	KUNIT_CASE(walk_visits_a_member_that_joins_during_its_last_batch),
	KUNIT_CASE(bounded_walk_leaves_out_members_that_join_meanwhile),
	KUNIT_CASE(extended_walk_visits_members_that_have_joined_meanwhile),
	KUNIT_CASE(two_walks_keep_their_own_places),
	KUNIT_CASE(abandoned_walk_leaves_nothing_behind),
	KUNIT_CASE(walk_passes_over_the_cursors_of_many_others),
	KUNIT_CASE(oldest_member_is_found_past_cursors),
	{}
};

static struct kunit_suite walk_test_suite = {
	.name = "container_walk",
	.init = container_test_init,
	.exit = container_test_exit,
	.test_cases = walk_test_cases,
};

kunit_test_suite(walk_test_suite);

MODULE_DESCRIPTION("KUnit tests of walks of the members of a container");
MODULE_LICENSE("GPL");
