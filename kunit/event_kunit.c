// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of what pollers are told of a container.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/container.h>
#include <linux/poll.h>
#include <linux/wait.h>

#include "operations.h"

static void populated_is_told_of_up_the_tree(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = container_get(make(test, a, "b"));
	struct task_struct *p, *q;
	int event;

	KUNIT_EXPECT_FALSE(test, a->populated);
	event = event_of(a);
	p = spawn_in(test, b);
	KUNIT_EXPECT_TRUE(test, b->populated);
	KUNIT_EXPECT_TRUE(test, a->populated);
	KUNIT_EXPECT_NE(test, event_of(a), event);

	/* One more makes no difference, and neither does one that forks. */
	event = event_of(a);
	q = spawn_in(test, a);
	leave(spawn(test, p));
	KUNIT_EXPECT_EQ(test, event_of(a), event);
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(b));
	KUNIT_EXPECT_FALSE(test, b->populated);
	container_put(b);
	KUNIT_EXPECT_TRUE(test, a->populated);
	KUNIT_EXPECT_EQ(test, a->nr_populated, 0);
	KUNIT_EXPECT_EQ(test, event_of(a), event);
	leave(q);
}

static void going_down_is_no_event_above(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *a = container_of_process(p), *b;
	int event = event_of(a);

	b = unshare(test, p);
	KUNIT_EXPECT_TRUE(test, a->populated);
	KUNIT_EXPECT_EQ(test, a->nr_populated, 1);
	KUNIT_EXPECT_EQ(test, event_of(a), event);

	event = event_of(b);
	KUNIT_EXPECT_EQ(test, enter(p, make(test, make(test, b, "c"), "d"), NULL), 0);
	KUNIT_EXPECT_EQ(test, b->nr_members, 0);
	KUNIT_EXPECT_TRUE(test, b->populated);
	KUNIT_EXPECT_EQ(test, b->nr_populated, 1);
	KUNIT_EXPECT_EQ(test, event_of(b), event);
	KUNIT_EXPECT_EQ(test, b->state, CONTAINER_LIVE);
	leave(p);
	KUNIT_EXPECT_FALSE(test, b->populated);
	KUNIT_EXPECT_EQ(test, destroy(lookup(b, "c")), 0);
}

struct poller {
	struct wait_queue_entry entry;
	struct completion woken;
	bool by_worker;
};

static int wake_poller(struct wait_queue_entry *entry, unsigned int mode, int sync,
		       void *key)
{
	struct poller *poller = container_of(entry, struct poller, entry);

	poller->by_worker = current->flags & PF_WQ_WORKER;
	complete(&poller->woken);
	return 1;
}

static void event_wakes_pollers_and_holds_the_container_meanwhile(struct kunit *test)
{
	struct container *c = container_get(make(test, top(test), "web"));
	struct poller poller;

	init_completion(&poller.woken);
	init_waitqueue_func_entry(&poller.entry, wake_poller);
	add_wait_queue(&c->poll, &poller.entry);

	/* Two in a row are one for the workqueue, if it has not run meanwhile. */
	container_notify(c);
	container_notify(c);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&poller.woken, 10 * HZ), 0);
	/* Not by the task that holds locks */
	KUNIT_EXPECT_TRUE(test, poller.by_worker);

	reinit_completion(&poller.woken);
	KUNIT_EXPECT_EQ(test, destroy(c), 0);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&poller.woken, 10 * HZ), 0);
	KUNIT_EXPECT_EQ(test, container_poll(c, NULL, NULL, event_of(c)),
			EPOLLIN | EPOLLRDNORM | EPOLLPRI | EPOLLERR | EPOLLHUP);
	remove_wait_queue(&c->poll, &poller.entry);
	/* Dropped by the workqueue after the wake-up */
	for (int i = 0; i < 1000 && refs(c) != 1; i++)
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	container_put(c);
}

static void event_is_news_until_it_has_been_seen(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");
	int seen = event_of(c);

	KUNIT_EXPECT_EQ(test, container_poll(c, NULL, NULL, seen), EPOLLIN | EPOLLRDNORM);
	container_notify(c);
	KUNIT_EXPECT_EQ(test, container_poll(c, NULL, NULL, seen),
			EPOLLIN | EPOLLRDNORM | EPOLLPRI | EPOLLERR);
	KUNIT_EXPECT_EQ(test, container_poll(c, NULL, NULL, event_of(c)),
			EPOLLIN | EPOLLRDNORM);
	KUNIT_EXPECT_EQ(test, destroy(c), 0);
}

static struct kunit_case event_test_cases[] = {
	KUNIT_CASE(populated_is_told_of_up_the_tree),
	KUNIT_CASE(going_down_is_no_event_above),
	KUNIT_CASE(event_wakes_pollers_and_holds_the_container_meanwhile),
	KUNIT_CASE(event_is_news_until_it_has_been_seen),
	{}
};

static struct kunit_suite event_test_suite = {
	.name = "container_event",
	.init = container_test_init,
	.exit = operations_test_exit,
	.test_cases = event_test_cases,
};

kunit_test_suite(event_test_suite);

MODULE_DESCRIPTION("KUnit tests of what pollers are told of a container");
MODULE_LICENSE("GPL");
