// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of pid and time namespaces that are there before the first process in them.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/container.h>
#include <linux/idr.h>
#include <linux/kthread.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/user_namespace.h>

#include "fakes.h"

static struct pid_namespace *fake_pid_ns(struct kunit *test)
{
	struct pid_namespace *ns = kunit_kzalloc(test, sizeof(*ns), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ns);
	ns->user_ns = &init_user_ns;
	ns->parent = &init_pid_ns;
	ns->level = 1;
	return ns;
}

/* The initial namespaces, as those of a process in @c */
static struct nsproxy *copy_nsproxy(struct kunit *test, struct container *c)
{
	struct nsproxy *nsproxy = kunit_kzalloc(test, sizeof(*nsproxy), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, nsproxy);
	*nsproxy = init_nsproxy;
	nsproxy->container = c;
	return nsproxy;
}

/* A process that is to have children in another pid namespace */
static void unshare_pid_ns(struct kunit *test, struct task_struct *p,
			   struct pid_namespace *ns)
{
	struct nsproxy *nsproxy = copy_nsproxy(test, container_of_process(p));

	nsproxy->pid_ns_for_children = ns;
	p->nsproxy = nsproxy;
}

/* A child that is the first one in a pid namespace */
static struct task_struct *spawn_reaper(struct kunit *test, struct task_struct *parent,
					struct pid_namespace *ns)
{
	struct task_struct *p = fake_process(test, ns);

	p->nsproxy = parent->nsproxy;
	scoped_guard(act_as, parent)
		container_fork_signal(p->signal);
	fork_end(parent, p);
	return p;
}

static void first_process_of_a_pid_namespace_is_init_in_setup(struct kunit *test)
{
	struct pid_namespace *ns = fake_pid_ns(test), *other = fake_pid_ns(test);
	struct task_struct *p[2], *q, *r;
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));

	/* Made by another member than init */
	q = spawn_reaper(test, p[1], ns);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(q), c);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(q));
	KUNIT_EXPECT_EQ(test, pid_refs(p[0]), 0);
	KUNIT_EXPECT_EQ(test, pid_refs(q), 1);
	KUNIT_EXPECT_EQ(test, c->nr_members, 3);

	/* A second one does not take that from the first. */
	r = spawn_reaper(test, p[1], other);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(r), c);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(q));
	leave(r);
	leave(q);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[0]));
	leave_all(p, ARRAY_SIZE(p));
}

static void first_process_of_the_pid_namespace_of_init_takes_over(struct kunit *test)
{
	struct pid_namespace *ns = fake_pid_ns(test), *other = fake_pid_ns(test);
	struct task_struct *p[2], *q, *r;
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));

	c->setup = false;
	unshare_pid_ns(test, p[0], ns);
	/* Not the one that init has unshared, but one made for the child alone */
	r = spawn_reaper(test, p[0], other);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(r), c);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[0]));
	q = spawn_reaper(test, p[0], ns);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(q), c);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(q));
	leave(r);
	leave(q);
	leave_all(p, ARRAY_SIZE(p));
}

static void first_process_of_another_pid_namespace_begins_a_container(struct kunit *test)
{
	struct pid_namespace *ns = fake_pid_ns(test);
	struct task_struct *p[2], *q;
	struct container *c = begin_with(test, p, ARRAY_SIZE(p)), *below;

	c->setup = false;
	unshare_pid_ns(test, p[1], ns);
	q = spawn_reaper(test, p[1], ns);
	below = container_of_process(q);
	KUNIT_EXPECT_PTR_EQ(test, below->parent, c);
	KUNIT_EXPECT_EQ(test, below->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, refs(below), 2);
	KUNIT_EXPECT_NOT_NULL(test, below->ucounts);
	KUNIT_EXPECT_PTR_EQ(test, init_of(below), task_tgid(q));
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[0]));
	KUNIT_EXPECT_EQ(test, c->nr_members, 2);
	leave(q);
	leave_all(p, ARRAY_SIZE(p));
}

/* A child in a time namespace that it alone is in, or with its parent */
static struct task_struct *spawn_in_time_ns(struct kunit *test,
					    struct task_struct *parent,
					    struct time_namespace *time_ns)
{
	struct task_struct *p = fork_begin(test, parent);
	struct nsproxy *nsproxy = copy_nsproxy(test, container_of_process(parent));

	nsproxy->time_ns = time_ns;
	p->nsproxy = nsproxy;
	fork_end(parent, p);
	return p;
}

static void first_process_of_a_time_namespace_takes_over(struct kunit *test)
{
	static char time_ns[2];	/* only compared */
	struct task_struct *p[2], *q, *r;
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));

	c->setup = false;
	/* Not a child of init */
	r = spawn_in_time_ns(test, p[1], (void *)&time_ns[0]);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[0]));
	leave(r);
	/* A time namespace that init is in itself */
	r = spawn_in_time_ns(test, p[0], init_nsproxy.time_ns);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[0]));
	leave(r);

	q = spawn_in_time_ns(test, p[0], (void *)&time_ns[1]);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(q), c);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(q));
	leave(q);
	leave_all(p, ARRAY_SIZE(p));
}

struct question {
	struct pid_namespace *ns;
	struct container *answer;
	struct completion answered;
};

static int ask(void *data)
{
	struct question *q = data;

	q->answer = container_of_children(q->ns, &init_user_ns);
	complete(&q->answered);
	return 0;
}

static void child_waits_for_the_container_of_an_init_that_is_being_made(struct kunit *test)
{
	struct question q = { .ns = fake_pid_ns(test) };
	struct task_struct *maker = spawn(test, outside(test)), *init, *thread;
	bool answered;

	/* As copy_process() leaves it */
	init = fake_process(test, q.ns);
	scoped_guard(act_as, maker)
		container_fork_signal(init->signal);
	idr_init(&q.ns->idr);
	KUNIT_ASSERT_EQ(test, idr_alloc(&q.ns->idr, task_pid(init), 1, 2, GFP_KERNEL), 1);

	init_completion(&q.answered);
	thread = kthread_run(ask, &q, "container_child");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	answered = wait_for_completion_timeout(&q.answered, 5);
	KUNIT_EXPECT_FALSE(test, answered);
	fork_end(maker, init);
	if (!answered)
		wait_for_completion(&q.answered);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(init)->parent, top(test));
	KUNIT_EXPECT_PTR_EQ(test, q.answer, container_of_process(init));
	container_put(q.answer);
	leave(init);
	leave(maker);
	idr_destroy(&q.ns->idr);
}

static struct kunit_case pid_ns_test_cases[] = {
	KUNIT_CASE(first_process_of_a_pid_namespace_is_init_in_setup),
	KUNIT_CASE(first_process_of_the_pid_namespace_of_init_takes_over),
	KUNIT_CASE(first_process_of_another_pid_namespace_begins_a_container),
	KUNIT_CASE(first_process_of_a_time_namespace_takes_over),
	KUNIT_CASE(child_waits_for_the_container_of_an_init_that_is_being_made),
	{}
};

static struct kunit_suite pid_ns_test_suite = {
	.name = "container_pid_ns",
	.init = container_test_init,
	.exit = container_test_exit,
	.test_cases = pid_ns_test_cases,
};

kunit_test_suite(pid_ns_test_suite);

MODULE_DESCRIPTION("KUnit tests of pid and time namespaces of containers");
MODULE_LICENSE("GPL");
