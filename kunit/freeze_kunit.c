// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the freezer.
 */
#include <kunit/test.h>
#include <linux/container.h>
#include <linux/sched/jobctl.h>

#include "operations.h"

static bool is_trapped(struct task_struct *p)
{
	return p->jobctl & JOBCTL_TRAP_CONTAINER;
}

static int unfrozen(struct container *c)
{
	return atomic_read(&c->nr_unfrozen);
}

/* Let a thread come to the trap, or stop for another reason. */
static void stand_still(struct task_struct *p)
{
	guard(act_as)(p);
	container_enter_frozen();
}

/* Let it run again, for good or to be trapped before it runs code of its own. */
static void run_again(struct task_struct *p, bool always)
{
	guard(act_as)(p);
	container_leave_frozen(always);
}

static void going_down_freezes_nothing_above(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *a = container_of_process(p), *b;
	int event;

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	KUNIT_EXPECT_TRUE(test, is_trapped(p));
	event = event_of(a);
	/* It is about to be trapped, in whichever of the two. */
	b = unshare(test, p);
	KUNIT_EXPECT_TRUE(test, b->freezing);
	KUNIT_EXPECT_EQ(test, unfrozen(a), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(b), 1);
	KUNIT_EXPECT_FALSE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 0);
	KUNIT_EXPECT_EQ(test, event_of(a), event);

	stand_still(p);
	KUNIT_EXPECT_TRUE(test, b->frozen);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	run_again(p, true);
	leave(p);
}

static void empty_containers_freeze_at_once(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b"), *c;

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	KUNIT_EXPECT_TRUE(test, b->frozen);
	KUNIT_EXPECT_FALSE(test, b->freeze);
	/* What is made in there is frozen, too, and that changes nothing. */
	c = make(test, b, "c");
	KUNIT_EXPECT_TRUE(test, c->frozen);
	KUNIT_EXPECT_TRUE(test, a->frozen);

	KUNIT_EXPECT_EQ(test, container_freeze(b, 1), 0);
	KUNIT_EXPECT_EQ(test, container_freeze(a, 0), 0);
	KUNIT_EXPECT_FALSE(test, a->frozen);
	KUNIT_EXPECT_TRUE(test, b->frozen);
	KUNIT_EXPECT_TRUE(test, c->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 1);
	KUNIT_EXPECT_EQ(test, container_freeze(b, 0), 0);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 0);
	KUNIT_EXPECT_EQ(test, destroy(a), 0);
}

static void container_is_frozen_once_its_last_task_stands_still(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, p), *t;
	struct container *c = container_of_process(p);
	int event;

	t = fake_thread(test, fake_process_of(q));
	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), 0);
	KUNIT_EXPECT_TRUE(test, is_trapped(p));
	KUNIT_EXPECT_TRUE(test, is_trapped(q));
	KUNIT_EXPECT_TRUE(test, is_trapped(t));
	KUNIT_EXPECT_FALSE(test, is_trapped(outside(test)));
	KUNIT_EXPECT_EQ(test, unfrozen(c), 3);
	/* To ask for what is there already changes nothing. */
	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 3);

	event = event_of(c);
	stand_still(p);
	stand_still(q);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 1);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	KUNIT_EXPECT_EQ(test, event_of(c), event);
	stand_still(t);
	stand_still(t);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	KUNIT_EXPECT_TRUE(test, c->frozen);
	KUNIT_EXPECT_EQ(test, event_of(c), event + 1);

	KUNIT_EXPECT_EQ(test, container_freeze(c, 0), 0);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	KUNIT_EXPECT_FALSE(test, is_trapped(p));
	KUNIT_EXPECT_FALSE(test, is_trapped(t));
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	run_again(p, false);
	run_again(q, false);
	run_again(t, false);
	KUNIT_EXPECT_EQ(test, p->jobctl | q->jobctl | t->jobctl, 0);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	leave(q);
	leave(p);
}

static void thaw_before_the_trap_leaves_nothing_to_wait_for(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_of_process(p);

	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 1);
	KUNIT_EXPECT_EQ(test, container_freeze(c, 0), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	KUNIT_EXPECT_EQ(test, p->jobctl, 0);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	leave(p);
}

/* As in a ptrace stop, or a parent in vfork() */
static void task_that_stands_still_already_counts_as_frozen(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_of_process(p);

	stand_still(p);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	KUNIT_EXPECT_TRUE(test, c->frozen);

	/* It is let go, and comes to the trap. */
	run_again(p, false);
	KUNIT_EXPECT_TRUE(test, c->frozen);
	/* It is killed. */
	run_again(p, true);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 1);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	KUNIT_EXPECT_TRUE(test, is_trapped(p));
	stand_still(p);
	KUNIT_EXPECT_TRUE(test, c->frozen);

	/* Thawed, it still stands, and runs without being counted. */
	KUNIT_EXPECT_EQ(test, container_freeze(c, 0), 0);
	KUNIT_EXPECT_EQ(test, p->jobctl, JOBCTL_CONTAINER_FROZEN);
	run_again(p, true);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	leave(p);
}

static void thread_or_process_made_in_a_freezing_container_is_trapped(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test)), *t, *child, *begins;
	struct container *c = container_of_process(p), *below;

	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), 0);
	t = fake_thread(test, fake_process_of(p));
	fork_end(p, t);
	KUNIT_EXPECT_TRUE(test, is_trapped(t));
	KUNIT_EXPECT_EQ(test, unfrozen(c), 2);
	child = spawn(test, p);
	KUNIT_EXPECT_TRUE(test, is_trapped(child));
	KUNIT_EXPECT_EQ(test, unfrozen(c), 3);
	begins = spawn_in_new(test, p);
	below = container_of_process(begins);
	KUNIT_EXPECT_TRUE(test, is_trapped(begins));
	KUNIT_EXPECT_EQ(test, unfrozen(c), 3);
	KUNIT_EXPECT_EQ(test, unfrozen(below), 1);
	KUNIT_EXPECT_FALSE(test, below->frozen);

	stand_still(p);
	stand_still(t);
	stand_still(child);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	stand_still(begins);
	KUNIT_EXPECT_TRUE(test, below->frozen);
	KUNIT_EXPECT_TRUE(test, c->frozen);

	KUNIT_EXPECT_EQ(test, container_freeze(c, 0), 0);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	KUNIT_EXPECT_FALSE(test, below->frozen);
	leave(begins);
	leave(child);
	leave(p);
}

static void exiting_task_is_waited_for(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, p), *r = spawn(test, p);
	struct container *c = container_of_process(p);

	r->flags |= PF_EXITING;
	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 3);
	/* It does not sleep less long for that. */
	KUNIT_EXPECT_FALSE(test, task_sigpending(r));
	KUNIT_EXPECT_TRUE(test, task_sigpending(q));
	stand_still(p);
	leave(q);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 1);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	leave(r);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	KUNIT_EXPECT_TRUE(test, c->frozen);
	/* Killed, a task leaves the trap. */
	run_again(p, true);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	leave(p);
}

static void running_process_keeps_all_above_from_being_frozen(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b");
	struct task_struct *p;

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	p = spawn_in(test, b);
	KUNIT_EXPECT_TRUE(test, is_trapped(p));
	KUNIT_EXPECT_EQ(test, unfrozen(b), 1);
	KUNIT_EXPECT_FALSE(test, b->frozen);
	KUNIT_EXPECT_FALSE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 0);
	/* With b goes the process that it waited for. */
	leave(p);
	KUNIT_EXPECT_EQ(test, a->nr_children, 0);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, destroy(a), 0);
}

static void process_takes_its_count_along_when_it_moves(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b");
	struct task_struct *p = spawn_in(test, a), *q = spawn(test, p);

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(a), 2);
	KUNIT_EXPECT_EQ(test, enter(q, b, NULL), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(a), 1);
	KUNIT_EXPECT_EQ(test, unfrozen(b), 1);
	KUNIT_EXPECT_FALSE(test, b->frozen);
	stand_still(p);
	KUNIT_EXPECT_FALSE(test, a->frozen);
	stand_still(q);
	KUNIT_EXPECT_TRUE(test, b->frozen);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	leave(q);
	leave(p);
}

static void exiting_thread_takes_its_count_along_when_its_process_moves(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b");
	struct task_struct *p = spawn_in(test, a), *q = spawn(test, p), *t;

	t = fake_thread(test, fake_process_of(q));
	atomic_inc(&q->signal->container_member.nr_threads);
	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(a), 3);
	t->flags |= PF_EXITING;
	KUNIT_EXPECT_EQ(test, enter(q, b, NULL), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(a), 1);
	KUNIT_EXPECT_EQ(test, unfrozen(b), 2);
	scoped_guard(act_as, t)
		container_exit();
	KUNIT_EXPECT_EQ(test, unfrozen(b), 1);
	leave(q);
	leave(p);
}

static void frozen_process_moves_between_frozen_containers_unseen(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b");
	struct task_struct *p = spawn_in(test, a), *q = spawn(test, p);
	int event;

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	stand_still(p);
	stand_still(q);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	event = event_of(b);
	KUNIT_EXPECT_EQ(test, enter(q, b, NULL), 0);
	KUNIT_EXPECT_TRUE(test, b->frozen);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	/* Once, as it is populated now */
	KUNIT_EXPECT_EQ(test, event_of(b), event + 1);
	KUNIT_EXPECT_EQ(test, unfrozen(b), 0);
	leave(q);
	leave(p);
}

/* Nothing in the container where it was begun is waited for any more. */
static void child_of_a_process_that_has_moved_is_trapped(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b");
	struct task_struct *p = spawn_in(test, a), *q = spawn(test, p);
	struct task_struct *child;

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	child = fork_begin(test, q);
	KUNIT_EXPECT_EQ(test, enter(q, b, NULL), 0);
	stand_still(p);
	KUNIT_EXPECT_EQ(test, unfrozen(a), 0);
	fork_end(q, child);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(child), b);
	KUNIT_EXPECT_TRUE(test, is_trapped(child));
	KUNIT_EXPECT_EQ(test, unfrozen(b), 2);
	leave(child);
	leave(q);
	leave(p);
}

static void freezing_below_does_not_freeze_above(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn_in_new(test, p);
	struct container *a = container_of_process(p), *b = container_of_process(q);

	KUNIT_EXPECT_EQ(test, container_freeze(b, 1), 0);
	KUNIT_EXPECT_FALSE(test, is_trapped(p));
	stand_still(q);
	KUNIT_EXPECT_TRUE(test, b->frozen);
	KUNIT_EXPECT_FALSE(test, a->freezing);
	KUNIT_EXPECT_FALSE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 1);

	/* Frozen for two reasons, it is thawed with the second of them. */
	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	stand_still(p);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, container_freeze(b, 0), 0);
	KUNIT_EXPECT_TRUE(test, is_trapped(q));
	KUNIT_EXPECT_TRUE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, container_freeze(a, 0), 0);
	KUNIT_EXPECT_FALSE(test, is_trapped(q));
	KUNIT_EXPECT_FALSE(test, a->frozen);
	leave(q);
	leave(p);
}

/* The last member may exit while a freeze has not told all of them yet. */
static void freeze_that_ends_after_the_container_counts_for_nothing(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = container_get(make(test, a, "b"));
	struct task_struct *p = spawn_in(test, b);

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	/* As from set_freezing() on */
	atomic_inc(&b->nr_unfrozen);
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(b));
	KUNIT_EXPECT_TRUE(test, a->frozen);
	/* As at the end of freeze_members() */
	atomic_dec(&b->nr_unfrozen);
	container_recheck_frozen(b);

	KUNIT_EXPECT_EQ(test, a->nr_children, 0);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 0);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	container_put(b);
	KUNIT_EXPECT_EQ(test, destroy(a), 0);
}

static struct kunit_case freeze_test_cases[] = {
	KUNIT_CASE(going_down_freezes_nothing_above),
	KUNIT_CASE(empty_containers_freeze_at_once),
	KUNIT_CASE(container_is_frozen_once_its_last_task_stands_still),
	KUNIT_CASE(thaw_before_the_trap_leaves_nothing_to_wait_for),
	KUNIT_CASE(task_that_stands_still_already_counts_as_frozen),
	KUNIT_CASE(thread_or_process_made_in_a_freezing_container_is_trapped),
	KUNIT_CASE(exiting_task_is_waited_for),
	KUNIT_CASE(running_process_keeps_all_above_from_being_frozen),
	KUNIT_CASE(process_takes_its_count_along_when_it_moves),
	KUNIT_CASE(exiting_thread_takes_its_count_along_when_its_process_moves),
	KUNIT_CASE(frozen_process_moves_between_frozen_containers_unseen),
	KUNIT_CASE(child_of_a_process_that_has_moved_is_trapped),
	KUNIT_CASE(freezing_below_does_not_freeze_above),
	KUNIT_CASE(freeze_that_ends_after_the_container_counts_for_nothing),
	{}
};

static struct kunit_suite freeze_test_suite = {
	.name = "container_freeze",
	.init = container_test_init,
	.exit = operations_test_exit,
	.test_cases = freeze_test_cases,
};

kunit_test_suite(freeze_test_suite);

MODULE_DESCRIPTION("KUnit tests of the freezer");
MODULE_LICENSE("GPL");
