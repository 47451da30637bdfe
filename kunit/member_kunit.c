// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the members of a container: fork, threads, exit, and which is init.
 */
#include <kunit/test.h>
#include <linux/container.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "fakes.h"

static void member_keeps_container_live(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_of_process(p);
	u64 id = c->id;

	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	/* One of the tree, and one of the member */
	KUNIT_EXPECT_EQ(test, refs(c), 2);
	KUNIT_EXPECT_EQ(test, c->nr_members, 1);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p));
	KUNIT_EXPECT_PTR_EQ(test, lookup_id(id), c);

	leave(p);
	KUNIT_EXPECT_NULL(test, lookup_id(id));
	KUNIT_EXPECT_EQ(test, pid_refs(p), 0);
}

static void fork_takes_a_reference_that_release_drops(struct kunit *test)
{
	struct container *root = top(test);
	struct task_struct *parent = outside(test), *p;
	int before = refs(root);

	p = fork_begin(test, parent);
	KUNIT_EXPECT_EQ(test, refs(root), before + 1);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(p), root);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->signal->container_member.nr_threads), 1);
	/* A fork that fails is as if it had not been. */
	release_process(p);
	KUNIT_EXPECT_EQ(test, refs(root), before);
	KUNIT_EXPECT_EQ(test, root->nr_members, 1);

	p = spawn(test, parent);
	KUNIT_EXPECT_EQ(test, refs(root), before + 1);
	KUNIT_EXPECT_EQ(test, root->nr_members, 2);
	exit_process(p);
	KUNIT_EXPECT_EQ(test, root->nr_members, 1);
	KUNIT_EXPECT_EQ(test, refs(root), before + 1);
	release_process(p);
	KUNIT_EXPECT_EQ(test, refs(root), before);
}

static void exited_process_still_has_its_container(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_get(container_of_process(p));

	exit_process(p);
	KUNIT_EXPECT_TRUE(test, container_gone(c));
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(p), c);
	KUNIT_EXPECT_NULL(test, process_container(p));
	KUNIT_EXPECT_NULL(test, init_of(c));
	KUNIT_EXPECT_EQ(test, refs(c), 2);
	release_process(p);
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	container_put(c);
}

static void nested_containers_leave_together(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *outer = container_of_process(p);
	struct container *inner = unshare(test, p);
	u64 outer_id = outer->id, inner_id = inner->id;

	KUNIT_EXPECT_EQ(test, outer->nr_members, 0);
	KUNIT_EXPECT_EQ(test, outer->nr_children, 1);
	KUNIT_EXPECT_NULL(test, init_of(outer));
	KUNIT_EXPECT_EQ(test, outer->state, CONTAINER_LIVE);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(p), inner);
	KUNIT_EXPECT_EQ(test, pid_refs(p), 1);

	leave(p);
	KUNIT_EXPECT_NULL(test, lookup_id(inner_id));
	KUNIT_EXPECT_NULL(test, lookup_id(outer_id));
	KUNIT_EXPECT_EQ(test, pid_refs(p), 0);
}

static void init_passes_to_the_member_that_joined_first(struct kunit *test)
{
	struct task_struct *p[3];
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));

	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[0]));
	leave(p[0]);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[1]));
	KUNIT_EXPECT_EQ(test, pid_refs(p[0]), 0);
	KUNIT_EXPECT_EQ(test, pid_refs(p[1]), 1);
	/* The end of another member makes no difference. */
	leave(p[2]);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[1]));
	leave(p[1]);
}

static void process_with_threads_is_one_member(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test)), *t;
	struct container *c = container_of_process(p);
	struct container *seen;

	t = fake_thread(test, fake_process_of(p));
	fork_end(p, t);
	KUNIT_EXPECT_EQ(test, c->nr_members, 1);
	KUNIT_EXPECT_EQ(test, refs(c), 2);

	seen = process_container(t);
	KUNIT_EXPECT_PTR_EQ(test, seen, c);
	container_put(seen);
	leave(p);
}

static void process_has_no_container_once_it_has_exited(struct kunit *test)
{
	struct task_struct *p[2];
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));
	struct container *seen = process_container(p[1]);

	KUNIT_EXPECT_PTR_EQ(test, seen, c);
	container_put(seen);
	exit_process(p[1]);
	KUNIT_EXPECT_NULL(test, process_container(p[1]));
	KUNIT_EXPECT_EQ(test, refs(c), 3);
	release_process(p[1]);
	leave(p[0]);
}

static void init_task_is_a_thread_that_has_not_exited(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_of_process(p);
	struct task_struct *t = fake_thread(test, fake_process_of(p)), *found;

	found = container_init_task(c);
	KUNIT_EXPECT_PTR_EQ(test, found, p);
	put_task_struct(found);

	p->nsproxy = NULL;
	found = container_init_task(c);
	KUNIT_EXPECT_PTR_EQ(test, found, t);
	put_task_struct(found);

	t->nsproxy = NULL;
	found = container_init_task(c);
	KUNIT_EXPECT_PTR_EQ(test, found, p);
	put_task_struct(found);

	container_get(c);
	leave(p);
	KUNIT_EXPECT_NULL(test, container_init_task(c));
	container_put(c);
}

static struct kunit_case member_test_cases[] = {
	KUNIT_CASE(member_keeps_container_live),
	KUNIT_CASE(fork_takes_a_reference_that_release_drops),
	KUNIT_CASE(exited_process_still_has_its_container),
	KUNIT_CASE(nested_containers_leave_together),
	KUNIT_CASE(init_passes_to_the_member_that_joined_first),
	KUNIT_CASE(process_with_threads_is_one_member),
	KUNIT_CASE(process_has_no_container_once_it_has_exited),
	KUNIT_CASE(init_task_is_a_thread_that_has_not_exited),
	{}
};

static struct kunit_suite member_test_suite = {
	.name = "container_member",
	.init = container_test_init,
	.exit = container_test_exit,
	.test_cases = member_test_cases,
};

kunit_test_suite(member_test_suite);

MODULE_DESCRIPTION("KUnit tests of the members of a container");
MODULE_LICENSE("GPL");
