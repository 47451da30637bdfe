// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of what is counted of a container.
 */
#include <kunit/test.h>
#include <linux/container.h>
#include <linux/sched/signal.h>

#include "operations.h"

static u64 faults(struct container *c)
{
	struct container_usage usage;

	container_usage(c, &usage);
	return usage.total.min_flt;
}

static unsigned int procs(struct container *c)
{
	struct container_usage usage;

	container_usage(c, &usage);
	return usage.nr_procs;
}

static void past_is_not_taken_down_and_folds_up(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *a = container_get(container_of_process(p)), *b;
	u64 before = top(test)->past.min_flt;

	p->min_flt = 100;
	KUNIT_EXPECT_EQ(test, faults(a), 100);
	KUNIT_EXPECT_EQ(test, procs(a), 1);

	b = container_get(unshare(test, p));
	KUNIT_EXPECT_EQ(test, faults(b), 0);
	KUNIT_EXPECT_EQ(test, faults(a), 100);
	KUNIT_EXPECT_EQ(test, procs(a), 1);

	p->min_flt = 130;
	KUNIT_EXPECT_EQ(test, faults(b), 30);
	KUNIT_EXPECT_EQ(test, faults(a), 130);
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(b));
	KUNIT_EXPECT_EQ(test, b->past.min_flt, 30);
	KUNIT_EXPECT_EQ(test, a->past.min_flt, 130);
	KUNIT_EXPECT_EQ(test, top(test)->past.min_flt, before + 130);
	container_put(b);
	container_put(a);
}

static void process_that_moves_down_is_counted_once(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b");
	struct task_struct *p = spawn_in(test, a), *q = spawn(test, p);

	q->min_flt = 100;
	KUNIT_EXPECT_EQ(test, faults(a), 100);
	KUNIT_EXPECT_EQ(test, enter(q, b, NULL), 0);
	KUNIT_EXPECT_EQ(test, faults(a), 100);
	KUNIT_EXPECT_EQ(test, faults(b), 0);
	KUNIT_EXPECT_EQ(test, procs(a), 2);
	KUNIT_EXPECT_EQ(test, procs(b), 1);
	q->min_flt = 107;
	KUNIT_EXPECT_EQ(test, faults(a), 107);
	KUNIT_EXPECT_EQ(test, faults(b), 7);
	exit_process(q);
	KUNIT_EXPECT_EQ(test, faults(a), 107);
	KUNIT_EXPECT_EQ(test, procs(a), 1);
	release_process(q);
	leave(p);
}

static void totals_never_go_backwards(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_of_process(p);

	p->min_flt = 100;
	KUNIT_EXPECT_EQ(test, faults(c), 100);
	/* As if a walk had missed a process */
	p->min_flt = 40;
	KUNIT_EXPECT_EQ(test, faults(c), 100);
	p->min_flt = 130;
	KUNIT_EXPECT_EQ(test, faults(c), 130);
	leave(p);
}

/* Release a process, with what it has run until then. */
static void reap(struct task_struct *p)
{
	p->signal->sum_sched_runtime = p->se.sum_exec_runtime;
	container_reap(p);
	release_process(p);
}

static void runtime_after_the_exit_is_counted_at_release(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, p);
	struct container *c = container_of_process(p);

	q->se.sum_exec_runtime = 100;
	exit_process(q);
	KUNIT_EXPECT_EQ(test, c->past.runtime, 100);
	KUNIT_EXPECT_EQ(test, atomic_read(&q->signal->container_member.nr_threads), -1);
	q->se.sum_exec_runtime = 130;
	reap(q);
	KUNIT_EXPECT_EQ(test, c->past.runtime, 130);

	/* What was counted by a container that is gone is its parent's. */
	p->se.sum_exec_runtime = 50;
	exit_process(p);
	KUNIT_EXPECT_EQ(test, top(test)->past.runtime, 180);
	p->se.sum_exec_runtime = 60;
	reap(p);
	KUNIT_EXPECT_EQ(test, top(test)->past.runtime, 190);
}

static void total_below_zero_shows_as_nothing(struct kunit *test)
{
	struct container *web = make(test, top(test), "web");
	struct task_struct *p = spawn(test, outside(test));

	p->min_flt = 100;
	p->se.sum_exec_runtime = 5000;
	KUNIT_EXPECT_EQ(test, enter(p, web, NULL), 0);
	/* As if a walk had missed it */
	p->min_flt = 0;
	p->se.sum_exec_runtime = 0;
	KUNIT_EXPECT_EQ(test, faults(web), 0);
	KUNIT_EXPECT_EQ(test, web->shown.utime + web->shown.stime, 0);
	p->min_flt = 101;
	KUNIT_EXPECT_EQ(test, faults(web), 1);
	leave(p);
}

static void usage_of_released_threads_counts(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test)), *t;
	struct container *c = container_get(container_of_process(p));
	struct container_usage usage;

	t = fake_thread(test, fake_process_of(p));
	p->min_flt = 1;
	t->min_flt = 20;
	t->maj_flt = 3;
	p->signal->min_flt = 300;
	container_usage(c, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.min_flt, 321);
	KUNIT_EXPECT_EQ(test, usage.total.maj_flt, 3);
	KUNIT_EXPECT_EQ(test, usage.nr_procs, 1);
	KUNIT_EXPECT_EQ(test, usage.nr_threads, 2);
	leave(p);
	KUNIT_EXPECT_EQ(test, c->past.min_flt, 321);
	container_put(c);
}

static void time_is_divided_as_it_was_sampled(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_of_process(p);
	struct container_usage usage;

	if (IS_ENABLED(CONFIG_VIRT_CPU_ACCOUNTING_NATIVE)) {
		leave(p);
		kunit_skip(test, "time is not sampled");
	}
	p->se.sum_exec_runtime = 1000;
	p->utime = 30;
	p->stime = 10;
	container_usage(c, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.utime, 750);
	KUNIT_EXPECT_EQ(test, usage.total.stime, 250);
	/* A sample changes the proportion, and takes nothing back. */
	p->se.sum_exec_runtime = 1200;
	p->stime = 90;
	container_usage(c, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.utime, 750);
	KUNIT_EXPECT_EQ(test, usage.total.stime, 450);
	p->se.sum_exec_runtime = 100;
	container_usage(c, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.utime, 750);
	KUNIT_EXPECT_EQ(test, usage.total.stime, 450);
	leave(p);
}

static void forks_are_counted_where_they_were_made(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *a = container_get(container_of_process(p)), *b;
	struct container_usage usage;

	KUNIT_EXPECT_EQ(test, a->past.forks, 1);
	leave(spawn(test, p));
	KUNIT_EXPECT_EQ(test, a->past.forks, 2);
	/* A thread is no process. */
	fork_end(p, fake_thread(test, fake_process_of(p)));
	KUNIT_EXPECT_EQ(test, a->past.forks, 2);
	/* No process is born by this. */
	b = container_get(unshare(test, p));
	KUNIT_EXPECT_EQ(test, b->past.forks, 0);
	leave(spawn(test, p));
	KUNIT_EXPECT_EQ(test, b->past.forks, 1);
	KUNIT_EXPECT_EQ(test, a->past.forks, 2);
	container_usage(a, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.forks, 3);
	leave(p);
	KUNIT_EXPECT_EQ(test, a->past.forks, 3);
	container_put(b);
	container_put(a);
}

static void bounded_walk_tells_the_past_as_of_its_start(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test)), *q;
	struct container *c = container_of_process(p);
	struct container_stat past;
	struct container_walk walk;

	c->past.min_flt = 7;
	container_walk_start(&walk, c, true, &past);
	q = spawn(test, p);
	KUNIT_EXPECT_PTR_EQ(test, container_walk_next(&walk), task_tgid(p));
	KUNIT_EXPECT_NULL(test, container_walk_next(&walk));
	container_walk_stop(&walk);
	KUNIT_EXPECT_EQ(test, past.min_flt, 7);
	KUNIT_EXPECT_EQ(test, past.forks, 1);
	KUNIT_EXPECT_EQ(test, c->past.forks, 2);
	leave(q);
	leave(p);
}

static void peak_of_memory_is_the_highest_of_one_process(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, p), *r = spawn_in_new(test, p);
	struct container *c = container_get(container_of_process(p));
	struct container_usage usage;

	p->signal->maxrss = 10;
	q->signal->maxrss = 50;
	r->signal->maxrss = 30;
	container_usage(c, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.max_rss, 50);
	KUNIT_EXPECT_EQ(test, usage.rss, 0);
	leave(q);
	KUNIT_EXPECT_EQ(test, c->past.max_rss, 50);
	r->signal->maxrss = 60;
	leave(r);
	leave(p);
	KUNIT_EXPECT_EQ(test, c->past.max_rss, 60);
	container_put(c);
}

static struct kunit_case stat_test_cases[] = {
	KUNIT_CASE(past_is_not_taken_down_and_folds_up),
	KUNIT_CASE(process_that_moves_down_is_counted_once),
	KUNIT_CASE(totals_never_go_backwards),
	KUNIT_CASE(runtime_after_the_exit_is_counted_at_release),
	KUNIT_CASE(total_below_zero_shows_as_nothing),
	KUNIT_CASE(usage_of_released_threads_counts),
	KUNIT_CASE(time_is_divided_as_it_was_sampled),
	KUNIT_CASE(forks_are_counted_where_they_were_made),
	KUNIT_CASE(bounded_walk_tells_the_past_as_of_its_start),
	KUNIT_CASE(peak_of_memory_is_the_highest_of_one_process),
	{}
};

static struct kunit_suite stat_test_suite = {
	.name = "container_stat",
	.init = container_test_init,
	.exit = operations_test_exit,
	.test_cases = stat_test_cases,
};

kunit_test_suite(stat_test_suite);

MODULE_DESCRIPTION("KUnit tests of what is counted of a container");
MODULE_LICENSE("GPL");
