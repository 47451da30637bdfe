/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_CONTAINER_TESTS_FAKES_H
#define _KERNEL_CONTAINER_TESTS_FAKES_H

/*
 * For the KUnit tests of containers: processes that are made up, and the top of
 * the tree, which one of them keeps there.
 *
 * Where a test is about the tree, insert() makes a container without a process.
 * A test of membership decides at which point of its fork or its exit a process
 * is, and knows how many references there are to its pid after each step.  A
 * process that runs is never known to be at such a point, and is seen by all that
 * walks the tasks of the machine.  So a task is filled in by hand here, as far as
 * the code under test reads it.
 */
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/sched/task.h>
#include <linux/signal.h>

#include "common.h"

#define FAKE_REFS	1000	/* held by the test, never used up */
#define FAKE_PID	PID_MAX_LIMIT	/* above all that are real */

struct fake_process {
	struct signal_struct signal;
	struct sighand_struct sighand;
	struct pid *tgid;
};

static inline int pid_refs(struct task_struct *p)
{
	return refcount_read(&task_tgid(p)->count) - FAKE_REFS;
}

/* A process id; that of the init of @ns if that is not the initial one. */
static inline struct pid *fake_pid(struct kunit *test, struct pid_namespace *ns)
{
	unsigned int level = ns == &init_pid_ns ? 0 : 1;
	struct pid *pid;

	pid = kunit_kzalloc(test, struct_size(pid, numbers, level + 1), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pid);
	refcount_set(&pid->count, FAKE_REFS);
	spin_lock_init(&pid->lock);
	init_waitqueue_head(&pid->wait_pidfd);
	pid->level = level;
	pid->numbers[0].nr = FAKE_PID + container_test(test)->nr_pids++;
	pid->numbers[0].ns = &init_pid_ns;
	if (level) {
		pid->numbers[1].nr = 1;
		pid->numbers[1].ns = ns;
	}
	return pid;
}

/* The first thread of a process, or one more.  It never runs. */
static inline struct task_struct *fake_thread(struct kunit *test,
					      struct fake_process *proc)
{
	struct task_struct *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	struct pid *pid = proc->tgid;
	bool leader = list_empty(&proc->signal.thread_head);

	KUNIT_ASSERT_NOT_NULL(test, p);
	WRITE_ONCE(p->__state, TASK_DEAD);
	refcount_set(&p->usage, FAKE_REFS);
	spin_lock_init(&p->alloc_lock);
	raw_spin_lock_init(&p->pi_lock);
	init_sigpending(&p->pending);
	p->signal = &proc->signal;
	RCU_INIT_POINTER(p->sighand, &proc->sighand);
	RCU_INIT_POINTER(p->real_parent, &init_task);
	RCU_INIT_POINTER(p->real_cred, current_real_cred());
	RCU_INIT_POINTER(p->cred, current_cred());
	p->nsproxy = current->nsproxy;
	p->thread_pid = pid;
	p->pid = pid_nr(pid);
	p->tgid = pid_nr(pid);
	p->exit_signal = leader ? SIGCHLD : -1;
	proc->signal.nr_threads++;
	list_add_tail_rcu(&p->thread_node, &proc->signal.thread_head);
	p->group_leader = list_first_entry(&proc->signal.thread_head,
					   struct task_struct, thread_node);
	if (leader) {
		proc->signal.curr_target = p;
		hlist_add_head_rcu(&p->pid_links[PIDTYPE_PID],
				   &pid->tasks[PIDTYPE_PID]);
		hlist_add_head_rcu(&p->pid_links[PIDTYPE_TGID],
				   &pid->tasks[PIDTYPE_TGID]);
	}
	return p;
}

static inline struct fake_process *fake_process_of(struct task_struct *p)
{
	return container_of(p->signal, struct fake_process, signal);
}

/* A process with one thread and no container, as before it is a member */
static inline struct task_struct *fake_process(struct kunit *test,
					       struct pid_namespace *ns)
{
	struct fake_process *proc = kunit_kzalloc(test, sizeof(*proc), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, proc);
	INIT_LIST_HEAD(&proc->signal.thread_head);
	init_sigpending(&proc->signal.shared_pending);
	seqlock_init(&proc->signal.stats_lock);
	spin_lock_init(&proc->sighand.siglock);
	init_waitqueue_head(&proc->sighand.signalfd_wqh);
	proc->tgid = fake_pid(test, ns);
	proc->signal.pids[PIDTYPE_TGID] = proc->tgid;
	return fake_thread(test, proc);
}

/*
 * Let current act as a process, for what a process does to itself.  Nothing may
 * end the test meanwhile.
 */
struct own_identity {
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	struct nsproxy *nsproxy;
	unsigned long jobctl;
	unsigned long begun_with;
};

static inline void act_begin(struct task_struct *p, struct own_identity *own)
{
	guard(task_lock)(current);
	own->signal = current->signal;
	own->sighand = rcu_dereference_protected(current->sighand, true);
	own->nsproxy = current->nsproxy;
	own->jobctl = current->jobctl;
	current->signal = p->signal;
	rcu_assign_pointer(current->sighand, rcu_dereference_protected(p->sighand, true));
	current->nsproxy = p->nsproxy;
	current->jobctl = p->jobctl;
	own->begun_with = p->jobctl;
}

static inline void act_end(struct task_struct *p, const struct own_identity *own)
{
	guard(task_lock)(current);
	/* What was changed in current, and by a walk of the threads in @p */
	p->jobctl ^= current->jobctl ^ own->begun_with;
	/* It may have been woken up because of that. */
	clear_thread_flag(TIF_SIGPENDING);
	current->signal = own->signal;
	rcu_assign_pointer(current->sighand, own->sighand);
	current->nsproxy = own->nsproxy;
	current->jobctl = own->jobctl;
}

DEFINE_LOCK_GUARD_1(act_as, struct task_struct,
		    act_begin(_T->lock, &_T->own), act_end(_T->lock, &_T->own),
		    struct own_identity own)

/* A child of @parent that is not a member yet, as while fork() can still fail */
static inline struct task_struct *fork_begin(struct kunit *test,
					     struct task_struct *parent)
{
	struct task_struct *p = fake_process(test, &init_pid_ns);

	guard(act_as)(parent);
	container_fork_signal(p->signal);
	return p;
}

static inline void fork_end(struct task_struct *parent, struct task_struct *p)
{
	struct multiprocess_signals none = {};

	guard(act_as)(parent);
	container_fork(p, &none);
}

/* A child of @parent, in the same container */
static inline struct task_struct *spawn(struct kunit *test,
					struct task_struct *parent)
{
	struct task_struct *p = fork_begin(test, parent);

	fork_end(parent, p);
	return p;
}

/* A container that is in the tree with a process, and a reference for no other */
static inline struct container *begin(struct kunit *test,
				      struct container *parent,
				      struct task_struct *p)
{
	struct container *c = container_alloc(parent, &init_user_ns);
	struct multiprocess_signals none = {};

	KUNIT_ASSERT_NOT_NULL(test, c);
	KUNIT_ASSERT_TRUE(test, container_begin(c, p, &none));
	container_put(c);
	return c;
}

/* A child of @parent that begins a container, as by clone() with namespaces */
static inline struct task_struct *spawn_in_new(struct kunit *test,
					       struct task_struct *parent)
{
	struct task_struct *p = fork_begin(test, parent);

	begin(test, container_of_process(parent), p);
	return p;
}

/* A new container with several members, the first of them its init */
static inline struct container *begin_with(struct kunit *test,
					   struct task_struct **p, int nr)
{
	p[0] = spawn_in_new(test, outside(test));
	for (int i = 1; i < nr; i++)
		p[i] = spawn(test, p[0]);
	return container_of_process(p[0]);
}

/* A container below its own that a process moves into, as by unshare() */
static inline struct container *unshare(struct kunit *test, struct task_struct *p)
{
	struct container *c = container_alloc(container_of_process(p), &init_user_ns);

	KUNIT_ASSERT_NOT_NULL(test, c);
	scoped_guard(act_as, p)
		container_begin(c, current, NULL);
	container_put(c);
	return c;
}

/* Let a process exit, and be a zombie */
static inline void exit_process(struct task_struct *p)
{
	guard(act_as)(p);
	/* All its threads */
	do {
		container_exit();
	} while (atomic_read(&p->signal->container_member.nr_threads) > 0);
}

/* Release it, as when its parent has waited for it */
static inline void release_process(struct task_struct *p)
{
	hlist_del_init_rcu(&p->pid_links[PIDTYPE_PID]);
	hlist_del_init_rcu(&p->pid_links[PIDTYPE_TGID]);
	container_free_signal(p->signal);
}

static inline void leave(struct task_struct *p)
{
	exit_process(p);
	release_process(p);
}

static inline void leave_all(struct task_struct **p, int nr)
{
	for (int i = 0; i < nr; i++)
		leave(p[i]);
}

/*
 * The top is in a container that is in no list of children, so that no walk of
 * the real tree comes to it.
 */
static inline int container_test_init(struct kunit *test)
{
	struct container_test *priv = kunit_kzalloc(test, sizeof(*priv), GFP_KERNEL);
	struct container *above = container_alloc(&init_container, &init_user_ns);

	KUNIT_ASSERT_NOT_NULL(test, priv);
	KUNIT_ASSERT_NOT_NULL(test, above);
	test->priv = priv;
	above->state = CONTAINER_LIVE;

	priv->outside = fake_process(test, &init_pid_ns);
	container_fork_signal(priv->outside->signal);
	priv->root = begin(test, above, priv->outside);
	/* It is not being set up any more. */
	scoped_guard(act_as, priv->outside)
		container_exec();
	priv->root_refs = refs(priv->root);
	return 0;
}

/* Every test ends with the references to the top that it began with. */
static inline void container_test_exit(struct kunit *test)
{
	struct container_test *priv = test->priv;
	struct container *root, *above;

	if (!priv || !priv->root)
		return;
	root = priv->root;
	above = root->parent;
	KUNIT_EXPECT_EQ(test, refs_at_rest(root, priv->root_refs), priv->root_refs);
	KUNIT_EXPECT_EQ(test, root->nr_children, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&root->children));
	KUNIT_EXPECT_EQ(test, root->nr_members, 1);
	KUNIT_EXPECT_TRUE(test, list_is_singular(&root->members));

	/* It is not in the tree, and so cannot leave that together with the top. */
	above->state = CONTAINER_GONE;
	leave(priv->outside);
	KUNIT_EXPECT_EQ(test, refs_at_rest(above, 1), 1);
	container_put(above);
}

#endif /* _KERNEL_CONTAINER_TESTS_FAKES_H */
