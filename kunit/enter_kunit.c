// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of how a process enters a container.
 */
#include <kunit/test.h>
#include <linux/container.h>
#include <linux/list.h>

#include "operations.h"

static void enter_gone_container_fails(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, outside(test));
	struct container *c = container_get(container_of_process(p));

	leave(p);
	KUNIT_EXPECT_EQ(test, enter(q, c, NULL), -ESRCH);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(q), top(test));
	KUNIT_EXPECT_EQ(test, c->nr_members, 0);
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	container_put(c);
	leave(q);
}

static void enter_own_container_changes_nothing(struct kunit *test)
{
	struct task_struct *p[2];
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));

	KUNIT_EXPECT_EQ(test, enter(p[0], c, init_of(c)), 0);
	KUNIT_EXPECT_EQ(test, c->nr_members, 2);
	KUNIT_EXPECT_EQ(test, refs(c), 3);
	/* A process that left and came back would be last, and not init. */
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[0]));
	KUNIT_EXPECT_TRUE(test, list_is_first(&p[0]->signal->container_member.node,
					      &c->members));
	leave_all(p, ARRAY_SIZE(p));
}

static void enter_moves_the_membership(struct kunit *test)
{
	struct task_struct *p[2], *q = spawn(test, outside(test));
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));
	int before = refs(top(test));

	KUNIT_EXPECT_EQ(test, enter(q, c, init_of(c)), 0);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(q), c);
	KUNIT_EXPECT_EQ(test, refs(top(test)), before - 1);
	KUNIT_EXPECT_EQ(test, refs(c), 4);
	KUNIT_EXPECT_EQ(test, c->nr_members, 3);
	KUNIT_EXPECT_EQ(test, top(test)->nr_members, 1);
	KUNIT_EXPECT_TRUE(test, list_is_last(&q->signal->container_member.node,
					     &c->members));
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[0]));
	leave(q);
	leave_all(p, ARRAY_SIZE(p));
}

static void enter_empty_container_makes_init(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *outer = container_of_process(p);
	struct task_struct *q = spawn_in_new(test, p);
	struct container *mid = container_of_process(q);

	unshare(test, q);
	KUNIT_ASSERT_NULL(test, init_of(mid));
	KUNIT_EXPECT_EQ(test, enter(p, mid, NULL), 0);
	KUNIT_EXPECT_PTR_EQ(test, init_of(mid), task_tgid(p));
	KUNIT_EXPECT_NULL(test, init_of(outer));
	leave(p);
	KUNIT_EXPECT_NULL(test, init_of(mid));
	leave(q);
}

static void enter_asks_the_present_init(struct kunit *test)
{
	struct task_struct *p[2], *q = spawn(test, outside(test));
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));
	struct pid *asked = init_of(c);

	leave(p[0]);
	KUNIT_EXPECT_EQ(test, enter(q, c, asked), -EAGAIN);
	KUNIT_EXPECT_EQ(test, enter(q, c, NULL), -EAGAIN);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(q), top(test));
	KUNIT_EXPECT_EQ(test, enter(q, c, task_tgid(p[1])), 0);
	leave(p[1]);
	leave(q);
}

static void process_that_enters_is_visited_by_a_walk_without_bounds(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test)), *q;
	struct container *c = container_of_process(p);
	struct container_walk bounded, walk;

	container_walk_start(&bounded, c, true, NULL);
	container_walk_start(&walk, c, false, NULL);
	q = spawn_in(test, c);
	KUNIT_EXPECT_PTR_EQ(test, container_walk_next(&bounded), task_tgid(p));
	KUNIT_EXPECT_NULL(test, container_walk_next(&bounded));
	container_walk_stop(&bounded);
	KUNIT_EXPECT_PTR_EQ(test, container_walk_next(&walk), task_tgid(p));
	KUNIT_EXPECT_PTR_EQ(test, container_walk_next(&walk), task_tgid(q));
	KUNIT_EXPECT_NULL(test, container_walk_next(&walk));
	container_walk_stop(&walk);
	leave(q);
	leave(p);
}

static struct kunit_case enter_test_cases[] = {
	KUNIT_CASE(enter_gone_container_fails),
	KUNIT_CASE(enter_own_container_changes_nothing),
	KUNIT_CASE(enter_moves_the_membership),
	KUNIT_CASE(enter_empty_container_makes_init),
	KUNIT_CASE(enter_asks_the_present_init),
	KUNIT_CASE(process_that_enters_is_visited_by_a_walk_without_bounds),
	{}
};

static struct kunit_suite enter_test_suite = {
	.name = "container_enter",
	.init = container_test_init,
	.exit = operations_test_exit,
	.test_cases = enter_test_cases,
};

kunit_test_suite(enter_test_suite);

MODULE_DESCRIPTION("KUnit tests of how a process enters a container");
MODULE_LICENSE("GPL");
