// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of signals to all that is in a container.
 */
#include <kunit/test.h>
#include <linux/container.h>
#include <linux/cred.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "operations.h"

#define TEST_SIGNAL	SIGRTMIN

/* Have a process want the signal, so that each one is queued. */
static struct task_struct *receiver(struct task_struct *p)
{
	p->sighand->action[TEST_SIGNAL - 1].sa.sa_handler = (__sighandler_t)PAGE_SIZE;
	p->signal->rlim[RLIMIT_SIGPENDING].rlim_cur = RLIM_INFINITY;
	return p;
}

static int nr_signals(struct task_struct *p)
{
	return list_count_nodes(&p->signal->shared_pending.list);
}

static void drop_signals_and_leave(struct task_struct *p)
{
	flush_sigqueue(&p->signal->shared_pending);
	leave(p);
}

static void signal_comes_once_to_each_process(struct kunit *test)
{
	struct task_struct *p = receiver(spawn_in_new(test, outside(test)));
	struct task_struct *q = receiver(spawn(test, p));
	struct task_struct *r = receiver(spawn_in_new(test, q)), *child;
	struct container *c = container_of_process(p);
	unsigned long walk;

	KUNIT_EXPECT_EQ(test, container_signal(c, TEST_SIGNAL, current_cred()), 0);
	KUNIT_EXPECT_EQ(test, container_signal(c, TEST_SIGNAL, current_cred()), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(p), 2);
	KUNIT_EXPECT_EQ(test, nr_signals(q), 2);
	KUNIT_EXPECT_EQ(test, nr_signals(r), 2);
	KUNIT_EXPECT_EQ(test, nr_signals(outside(test)), 0);

	/* All were visited by the same walk. */
	walk = p->signal->container_member.signalled;
	KUNIT_EXPECT_NE(test, walk, 0);
	KUNIT_EXPECT_EQ(test, q->signal->container_member.signalled, walk);
	KUNIT_EXPECT_EQ(test, r->signal->container_member.signalled, walk);
	child = receiver(spawn(test, r));

	/* Only what is below */
	KUNIT_EXPECT_EQ(test, container_signal(container_of_process(r), TEST_SIGNAL,
					       current_cred()), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(p), 2);
	KUNIT_EXPECT_EQ(test, nr_signals(r), 3);
	KUNIT_EXPECT_EQ(test, nr_signals(child), 1);

	KUNIT_EXPECT_EQ(test, container_signal(c, 0, current_cred()), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(p), 2);
	KUNIT_EXPECT_EQ(test, container_signal(c, -1, current_cred()), -EINVAL);
	KUNIT_EXPECT_EQ(test, container_signal(c, _NSIG + 1, current_cred()), -EINVAL);
	drop_signals_and_leave(child);
	drop_signals_and_leave(r);
	drop_signals_and_leave(q);
	drop_signals_and_leave(p);
}

/* As copy_process() does before it lets other tasks find the child */
static struct task_struct *fork_first_half(struct kunit *test,
					   struct task_struct *parent,
					   struct multiprocess_signals *delayed)
{
	struct task_struct *p = receiver(fork_begin(test, parent));

	*delayed = (struct multiprocess_signals){};
	hlist_add_head(&delayed->node, &parent->signal->multiprocess);
	return p;
}

/* As it does then */
static void fork_second_half(struct task_struct *parent, struct task_struct *p,
			     struct multiprocess_signals *delayed)
{
	guard(act_as)(parent);
	scoped_guard(spinlock_irq, &current->sighand->siglock)
		container_pass_signals(p, delayed);
}

static void child_gets_each_signal_once_while_it_is_made(struct kunit *test)
{
	struct task_struct *p = receiver(spawn_in_new(test, outside(test))), *child;
	struct container *c = container_of_process(p);
	struct multiprocess_signals delayed;

	child = fork_first_half(test, p, &delayed);
	KUNIT_EXPECT_EQ(test, container_signal(c, TEST_SIGNAL, current_cred()), 0);
	/* This one is for copy_process() to hand over. */
	KUNIT_EXPECT_TRUE(test, sigismember(&delayed.signal, TEST_SIGNAL));
	fork_second_half(p, child, &delayed);
	KUNIT_EXPECT_EQ(test, child->signal->container_member.signalled,
			p->signal->container_member.signalled);

	/* It is found, but is no member: kill(2) of its group is not passed on. */
	group_send_sig_info(TEST_SIGNAL, SEND_SIG_PRIV, p, PIDTYPE_PGID);
	KUNIT_EXPECT_EQ(test, nr_signals(child), 0);
	KUNIT_EXPECT_EQ(test, container_signal(c, TEST_SIGNAL, current_cred()), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(child), 1);
	scoped_guard(act_as, p)
		container_fork(child, &delayed);
	KUNIT_EXPECT_TRUE(test, hlist_empty(&p->signal->multiprocess));
	KUNIT_EXPECT_EQ(test, child->signal->container_member.signalled,
			p->signal->container_member.signalled);

	/* It is a member. */
	KUNIT_EXPECT_EQ(test, container_signal(c, TEST_SIGNAL, current_cred()), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(child), 2);
	KUNIT_EXPECT_EQ(test, nr_signals(p), 4);
	drop_signals_and_leave(child);
	drop_signals_and_leave(p);
}

static void child_that_begins_a_container_gets_each_signal_once(struct kunit *test)
{
	struct task_struct *p = receiver(spawn_in_new(test, outside(test))), *child;
	struct container *c = container_of_process(p), *below;
	struct multiprocess_signals delayed;

	child = fork_first_half(test, p, &delayed);
	fork_second_half(p, child, &delayed);
	KUNIT_EXPECT_EQ(test, container_signal(c, TEST_SIGNAL, current_cred()), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(child), 1);
	below = container_alloc(c, &init_user_ns);
	KUNIT_ASSERT_NOT_NULL(test, below);
	scoped_guard(act_as, p)
		KUNIT_EXPECT_TRUE(test, container_begin(below, child, &delayed));
	container_put(below);
	KUNIT_EXPECT_TRUE(test, hlist_empty(&p->signal->multiprocess));
	KUNIT_EXPECT_EQ(test, container_signal(c, TEST_SIGNAL, current_cred()), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(child), 2);
	KUNIT_EXPECT_EQ(test, nr_signals(p), 2);
	drop_signals_and_leave(child);
	drop_signals_and_leave(p);
}

/* It would lock itself out. */
static void signal_does_not_wait_for_another_owner(struct kunit *test)
{
	struct user_namespace *other = kunit_kzalloc(test, sizeof(*other), GFP_KERNEL);
	struct task_struct *p = receiver(spawn_in_new(test, outside(test)));
	struct container *c = container_of_process(p);
	struct user_namespace *owner = c->user_ns;

	KUNIT_ASSERT_NOT_NULL(test, other);
	mutex_init(&other->container_signal_mutex);
	c->user_ns = other;
	scoped_guard(mutex, &owner->container_signal_mutex)
		KUNIT_EXPECT_EQ(test, container_signal(c, TEST_SIGNAL, current_cred()), 0);
	c->user_ns = owner;
	KUNIT_EXPECT_EQ(test, nr_signals(p), 1);
	drop_signals_and_leave(p);
}

static void signal_leaves_out_processes_of_other_users(struct kunit *test)
{
	struct task_struct *p = receiver(spawn_in_new(test, outside(test)));
	struct task_struct *q = receiver(spawn(test, p));
	struct container *c = container_of_process(p);
	struct container *empty = make(test, top(test), "empty");
	struct cred *user = prepare_creds();

	KUNIT_ASSERT_NOT_NULL(test, user);
	user->uid = KUIDT_INIT(1000);
	user->suid = KUIDT_INIT(1000);
	user->euid = KUIDT_INIT(1000);
	cap_clear(user->cap_effective);

	KUNIT_EXPECT_EQ(test, container_signal(c, TEST_SIGNAL, user), -EPERM);
	KUNIT_EXPECT_EQ(test, container_signal(empty, TEST_SIGNAL, user), 0);
	RCU_INIT_POINTER(q->real_cred, user);
	RCU_INIT_POINTER(q->cred, user);
	KUNIT_EXPECT_EQ(test, container_signal(c, TEST_SIGNAL, user), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(p), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(q), 1);

	KUNIT_EXPECT_EQ(test, destroy(empty), 0);
	drop_signals_and_leave(q);
	drop_signals_and_leave(p);
	put_cred(user);
}

static struct kunit_case signal_test_cases[] = {
	KUNIT_CASE(signal_comes_once_to_each_process),
	KUNIT_CASE(child_gets_each_signal_once_while_it_is_made),
	KUNIT_CASE(child_that_begins_a_container_gets_each_signal_once),
	KUNIT_CASE(signal_does_not_wait_for_another_owner),
	KUNIT_CASE(signal_leaves_out_processes_of_other_users),
	{}
};

static struct kunit_suite signal_test_suite = {
	.name = "container_signal",
	.init = container_test_init,
	.exit = operations_test_exit,
	.test_cases = signal_test_cases,
};

kunit_test_suite(signal_test_suite);

MODULE_DESCRIPTION("KUnit tests of signals to all that is in a container");
MODULE_LICENSE("GPL");
