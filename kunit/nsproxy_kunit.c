// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of how containers begin by themselves, with new namespaces.
 */
#include <kunit/test.h>
#include <linux/container.h>
#include <linux/cred.h>
#include <linux/nsproxy.h>
#include <linux/sched/task.h>
#include <linux/user_namespace.h>

#include "fakes.h"

static void clone_makes_a_container_for_new_namespaces_only(struct kunit *test)
{
	struct nsproxy nsproxy = init_nsproxy;
	struct task_struct *p = fork_begin(test, outside(test));
	struct container *root = top(test), *c;
	int before = refs(root), err;

	refcount_set(&nsproxy.count, 2);
	nsproxy.container = root;

	/* Plain fork shares the nsproxy. */
	p->nsproxy = &nsproxy;
	scoped_guard(act_as, outside(test))
		err = copy_namespaces(0, p);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_PTR_EQ(test, p->nsproxy, &nsproxy);
	KUNIT_EXPECT_EQ(test, refs(root), before);

	scoped_guard(act_as, outside(test))
		err = copy_namespaces(CLONE_NEWUTS, p);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_ASSERT_PTR_NE(test, p->nsproxy, &nsproxy);
	c = p->nsproxy->container;
	KUNIT_EXPECT_PTR_EQ(test, c->parent, root);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_NEW);
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	KUNIT_EXPECT_EQ(test, refs(root), before + 1);

	/* Fork failed later on. */
	exit_nsproxy_namespaces(p);
	release_process(p);
	KUNIT_EXPECT_EQ(test, refs_at_rest(root, before - 1), before - 1);
	KUNIT_EXPECT_EQ(test, root->unnamed_seq, 0);
}

static void clone_enters_the_tree_when_fork_cannot_fail(struct kunit *test)
{
	struct nsproxy nsproxy = init_nsproxy;
	struct task_struct *p = fork_begin(test, outside(test));
	int before = refs(top(test)), err;
	struct container *c;

	nsproxy.container = top(test);
	p->nsproxy = &nsproxy;
	scoped_guard(act_as, outside(test))
		err = copy_namespaces(CLONE_NEWUTS, p);
	KUNIT_ASSERT_EQ(test, err, 0);
	c = p->nsproxy->container;
	fork_end(outside(test), p);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_TRUE(test, c->setup);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(p), c);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p));
	/* The process gave the one it had for that of the child container. */
	KUNIT_EXPECT_EQ(test, refs(top(test)), before);
	KUNIT_EXPECT_EQ(test, top(test)->nr_members, 1);
	KUNIT_EXPECT_EQ(test, refs(c), 3);
	/* The nsproxy goes first when a task exits. */
	exit_nsproxy_namespaces(p);
	KUNIT_EXPECT_EQ(test, refs(c), 2);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	leave(p);
}

/* The container that @p would have with new namespaces, as a child of @parent */
static struct container *container_for_child(struct task_struct *parent,
					     struct task_struct *p, u64 flags)
{
	guard(act_as)(parent);
	return container_for_namespaces(flags, p, &init_user_ns);
}

static void kernel_threads_and_threads_do_not_make_containers(struct kunit *test)
{
	struct task_struct *p = fork_begin(test, outside(test));
	struct container *root = top(test);
	int before = refs(root);

	KUNIT_EXPECT_PTR_EQ(test, container_for_child(outside(test), p,
						      CLONE_THREAD | CLONE_NEWNET), root);
	p->flags = PF_KTHREAD;
	KUNIT_EXPECT_PTR_EQ(test, container_for_child(outside(test), p, CLONE_NEWNET),
			    root);
	KUNIT_EXPECT_EQ(test, refs(root), before + 2);
	container_put(root);
	container_put(root);
	release_process(p);
}

static void container_being_set_up_has_further_namespaces_itself(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *child = fork_begin(test, p);
	struct container *c = container_of_process(p), *got;

	got = container_for_child(p, child, CLONE_NEWUTS);
	KUNIT_EXPECT_PTR_EQ(test, got, c);
	container_put(got);

	/* The program of the container runs. */
	scoped_guard(act_as, p)
		container_exec();
	KUNIT_EXPECT_FALSE(test, c->setup);
	got = container_for_child(p, child, CLONE_NEWUTS);
	KUNIT_EXPECT_PTR_NE(test, got, c);
	KUNIT_EXPECT_PTR_EQ(test, got->parent, c);
	KUNIT_EXPECT_EQ(test, got->state, CONTAINER_NEW);
	container_put(got);
	release_process(child);
	leave(p);
}

static void process_past_its_limit_stays_where_it_is(struct kunit *test)
{
	long max = init_user_ns.ucount_max[UCOUNT_CONTAINERS];
	struct task_struct *p = fork_begin(test, outside(test));
	struct container *root = top(test), *got;
	int before = refs(root);

	WRITE_ONCE(init_user_ns.ucount_max[UCOUNT_CONTAINERS], 0);
	got = container_for_child(outside(test), p, CLONE_NEWUTS);
	WRITE_ONCE(init_user_ns.ucount_max[UCOUNT_CONTAINERS], max);

	KUNIT_EXPECT_PTR_EQ(test, got, root);
	container_put(got);
	KUNIT_EXPECT_EQ(test, refs_at_rest(root, before), before);
	release_process(p);
}

static void process_at_the_last_level_stays_where_it_is(struct kunit *test)
{
	struct task_struct *p = fork_begin(test, outside(test)), *child;
	struct container *c = top(test), *got;

	while (c->level < CONTAINER_LEVELS - 2)
		c = insert(test, c);
	c = begin(test, c, p);
	KUNIT_EXPECT_EQ(test, c->level, CONTAINER_LEVELS - 1);
	scoped_guard(act_as, p)
		container_exec();

	child = fork_begin(test, p);
	got = container_for_child(p, child, CLONE_NEWUTS);
	KUNIT_EXPECT_PTR_EQ(test, got, c);
	container_put(got);
	release_process(child);
	leave(p);
}

static void implicit_container_is_charged_while_in_the_tree(struct kunit *test)
{
	struct ucounts *ucounts = get_charges(test);
	struct nsproxy nsproxy = init_nsproxy;
	struct task_struct *p = fork_begin(test, outside(test));
	long before = charges(ucounts);
	struct container *c;

	/* A clone() that fails */
	c = container_for_child(outside(test), p, CLONE_NEWUTS);
	KUNIT_ASSERT_PTR_NE(test, c, top(test));
	KUNIT_EXPECT_EQ(test, charges(ucounts), before + 1);
	container_put(c);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before);

	/* And one that succeeds */
	c = container_for_child(outside(test), p, CLONE_NEWUTS);
	KUNIT_EXPECT_PTR_EQ(test, c->ucounts, ucounts);
	nsproxy.container = c;
	p->nsproxy = &nsproxy;
	fork_end(outside(test), p);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before + 1);

	/* That of the nsproxy is still held. */
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(c));
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before);
	container_put(c);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before);
	put_charges(ucounts);
}

struct step_case {
	const char *desc;
	unsigned long flag;
	enum ucount_type type;
	bool configured;
};

static const struct step_case step_cases[] = {
	{ "uts", CLONE_NEWUTS, UCOUNT_UTS_NAMESPACES, IS_ENABLED(CONFIG_UTS_NS) },
	{ "ipc", CLONE_NEWIPC, UCOUNT_IPC_NAMESPACES, IS_ENABLED(CONFIG_IPC_NS) },
	{ "pid", CLONE_NEWPID, UCOUNT_PID_NAMESPACES, IS_ENABLED(CONFIG_PID_NS) },
	{ "cgroup", CLONE_NEWCGROUP, UCOUNT_CGROUP_NAMESPACES, IS_ENABLED(CONFIG_CGROUPS) },
	{ "net", CLONE_NEWNET, UCOUNT_NET_NAMESPACES, IS_ENABLED(CONFIG_NET_NS) },
	{ "time", CLONE_NEWTIME, UCOUNT_TIME_NAMESPACES, IS_ENABLED(CONFIG_TIME_NS) },
};

KUNIT_ARRAY_PARAM_DESC(step, step_cases, desc);

/* Whichever namespace cannot be made, the container made for it is freed. */
static void failing_step_of_creation_leaves_nothing(struct kunit *test)
{
	const struct step_case *step = test->param_value;
	struct nsproxy nsproxy = init_nsproxy;
	struct task_struct *p = fork_begin(test, outside(test));
	long max = init_user_ns.ucount_max[step->type];
	int before = refs(top(test)), err;
	u64 flags = 0;

	if (!step->configured) {
		release_process(p);
		kunit_skip(test, "not configured");
	}
	for (int i = 0; i < ARRAY_SIZE(step_cases); i++)
		if (step_cases[i].configured)
			flags |= step_cases[i].flag;

	nsproxy.container = top(test);
	p->nsproxy = &nsproxy;
	WRITE_ONCE(init_user_ns.ucount_max[step->type], 0);
	scoped_guard(act_as, outside(test))
		err = copy_namespaces(flags, p);
	WRITE_ONCE(init_user_ns.ucount_max[step->type], max);

	KUNIT_EXPECT_EQ(test, err, -ENOSPC);
	KUNIT_EXPECT_PTR_EQ(test, p->nsproxy, &nsproxy);
	KUNIT_EXPECT_EQ(test, refs_at_rest(top(test), before), before);
	release_process(p);
}

static struct kunit_case nsproxy_test_cases[] = {
	KUNIT_CASE(clone_makes_a_container_for_new_namespaces_only),
	KUNIT_CASE(clone_enters_the_tree_when_fork_cannot_fail),
	KUNIT_CASE(kernel_threads_and_threads_do_not_make_containers),
	KUNIT_CASE(container_being_set_up_has_further_namespaces_itself),
	KUNIT_CASE(process_past_its_limit_stays_where_it_is),
	KUNIT_CASE(process_at_the_last_level_stays_where_it_is),
	KUNIT_CASE(implicit_container_is_charged_while_in_the_tree),
	KUNIT_CASE_PARAM(failing_step_of_creation_leaves_nothing, step_gen_params),
	{}
};

static struct kunit_suite nsproxy_test_suite = {
	.name = "container_nsproxy",
	.init = container_test_init,
	.exit = container_test_exit,
	.test_cases = nsproxy_test_cases,
};

kunit_test_suite(nsproxy_test_suite);

MODULE_DESCRIPTION("KUnit tests of how containers begin by themselves");
MODULE_LICENSE("GPL");
