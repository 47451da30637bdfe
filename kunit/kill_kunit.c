// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of how containers end.
 */
#include <kunit/test.h>
#include <linux/container.h>
#include <linux/cred.h>
#include <linux/sched/task.h>

#include "operations.h"

static void explicit_container_ends_with_its_init(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");
	struct task_struct *p = spawn_in(test, c), *q = spawn(test, p);
	struct task_struct *outer = spawn(test, outside(test));
	u64 id = c->id;

	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p));
	leave(p);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_DYING);
	KUNIT_EXPECT_NULL(test, init_of(c));
	KUNIT_EXPECT_EQ(test, pid_refs(p), 0);
	KUNIT_EXPECT_TRUE(test, was_killed(q));
	KUNIT_EXPECT_FALSE(test, was_killed(outside(test)));

	KUNIT_EXPECT_EQ(test, enter(outer, c, NULL), -ESRCH);
	leave(outer);

	leave(q);
	KUNIT_EXPECT_NULL(test, lookup_id(id));
}

static void end_of_init_takes_all_below_along(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");
	struct task_struct *p = spawn_in(test, c);
	struct task_struct *q = spawn_in_new(test, p), *r = spawn_in_new(test, q);
	struct container *below = container_of_process(q);
	u64 id = c->id;

	make(test, below, "empty");
	leave(p);
	KUNIT_EXPECT_TRUE(test, was_killed(q));
	KUNIT_EXPECT_TRUE(test, was_killed(r));
	KUNIT_EXPECT_EQ(test, below->state, CONTAINER_DYING);
	KUNIT_EXPECT_EQ(test, container_of_process(r)->state, CONTAINER_DYING);
	/* The empty one is gone, and the other holds a process. */
	KUNIT_EXPECT_EQ(test, below->nr_children, 1);
	leave(q);
	leave(r);
	KUNIT_EXPECT_NULL(test, lookup_id(id));
}

/* The maker has joined the pid namespace of one beside, and dies before the child begins. */
static void child_does_not_leave_a_dying_container(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn_in_new(test, outside(test)), *child;
	struct multiprocess_signals none = {};
	struct container *c;

	child = fork_begin(test, p);
	c = container_alloc(container_of_process(q), &init_user_ns);
	KUNIT_ASSERT_NOT_NULL(test, c);
	KUNIT_EXPECT_EQ(test, container_kill(container_of_process(p)), 0);
	scoped_guard(act_as, p)
		KUNIT_EXPECT_FALSE(test, container_begin(c, child, &none));
	container_put(c);
	fork_end(p, child);
	KUNIT_EXPECT_TRUE(test, was_killed(child));
	KUNIT_EXPECT_FALSE(test, was_killed(q));
	leave(child);
	leave(q);
	leave(p);
}

static void implicit_container_outlives_its_init(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, p);
	struct container *c = container_of_process(p);

	leave(p);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_FALSE(test, was_killed(q));
	leave(q);
}

static void explicit_container_stays_until_it_has_begun(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");
	struct task_struct *p = spawn_in(test, make(test, c, "below"));

	leave(p);
	/* The one below has ended.  The other was only ever empty. */
	KUNIT_EXPECT_EQ(test, c->nr_children, 0);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, destroy(c), 0);
}

/* A supervisor that has waited for init starts the next one of that name. */
static void end_of_init_frees_the_name_at_once(struct kunit *test)
{
	struct container *root = top(test), *old = make(test, root, "web"), *new;
	struct task_struct *p = spawn_in(test, old), *q = spawn(test, p);
	struct container *below = make(test, old, "below");
	struct task_struct *r = spawn_in(test, below);

	exit_process(p);
	new = make(test, root, "web");
	expect_path(test, old, root, "/web (deleted)");
	expect_path(test, below, root, "/web/below (deleted)");
	KUNIT_EXPECT_NULL(test, lookup(old, "below"));
	release_process(p);
	leave(q);
	leave(r);
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "web"), new);
	KUNIT_EXPECT_EQ(test, destroy(new), 0);
}

static void kill_frees_the_name_of_an_implicit_container(struct kunit *test)
{
	struct container *root = top(test), *c;
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn_in_new(test, p);

	c = container_of_process(p);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1", "web"), 0);
	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	KUNIT_EXPECT_NULL(test, lookup(root, "web"));
	KUNIT_EXPECT_NULL(test, lookup(c, "unnamed1"));
	expect_path(test, container_of_process(q), root, "/web/unnamed1 (deleted)");
	expect_path(test, c, c, "/");
	KUNIT_EXPECT_EQ(test, destroy(make(test, root, "web")), 0);
	leave(q);
	leave(p);
}

static void child_that_is_killed_is_not_listed(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *root = top(test), *c = container_of_process(p);
	struct container *next = insert(test, root);

	KUNIT_EXPECT_PTR_EQ(test, next_child(root, 0), c);
	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, 0), next);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, c->id), next);
	leave(p);
	container_settle(next);
}

static void kill_reaches_all_and_what_comes_later(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn_in_new(test, p), *thread, *late, *begins;
	struct container *c = container_of_process(p);
	struct container *empty = container_get(make(test, c, "empty"));

	thread = fake_thread(test, fake_process_of(q));
	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_DYING);
	KUNIT_EXPECT_EQ(test, container_of_process(q)->state, CONTAINER_DYING);
	KUNIT_EXPECT_TRUE(test, container_gone(empty));
	KUNIT_EXPECT_TRUE(test, was_killed(p));
	KUNIT_EXPECT_TRUE(test, was_killed(q));
	KUNIT_EXPECT_TRUE(test, was_killed(thread));
	KUNIT_EXPECT_FALSE(test, was_killed(outside(test)));

	/* A fork that was on its way, with and without namespaces */
	late = spawn(test, p);
	KUNIT_EXPECT_TRUE(test, was_killed(late));
	begins = spawn_in_new(test, p);
	KUNIT_EXPECT_TRUE(test, was_killed(begins));
	KUNIT_EXPECT_EQ(test, container_of_process(begins)->state, CONTAINER_DYING);

	leave(begins);
	leave(late);
	leave(q);
	leave(p);
	container_put(empty);
}

/* As by a process that is killed while it calls unshare() */
static void container_made_in_a_dying_one_is_dying(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *outer = spawn(test, outside(test));
	struct container *c = container_of_process(p), *below;
	u64 id;

	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	below = container_get(unshare(test, p));
	id = below->id;
	KUNIT_EXPECT_EQ(test, below->state, CONTAINER_DYING);
	KUNIT_EXPECT_TRUE(test, below->deleted);
	KUNIT_EXPECT_NULL(test, lookup(c, "unnamed1"));
	KUNIT_EXPECT_PTR_EQ(test, lookup_id(id), below);

	KUNIT_EXPECT_EQ(test, enter(outer, below, task_tgid(p)), -ESRCH);
	leave(outer);

	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(below));
	KUNIT_EXPECT_NULL(test, lookup_id(id));
	container_put(below);
}

static void gone_container_has_no_process_and_no_usage(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_get(container_of_process(p));
	struct container_usage usage;
	struct container_walk walk;

	p->min_flt = 100;
	leave(p);
	container_walk_start(&walk, c, false, NULL);
	KUNIT_EXPECT_NULL(test, container_walk_next(&walk));
	container_walk_stop(&walk);
	/* That is its parent's by now. */
	container_usage(c, &usage);
	KUNIT_EXPECT_EQ(test, usage.nr_procs, 0);
	KUNIT_EXPECT_EQ(test, usage.total.min_flt, 0);

	KUNIT_EXPECT_EQ(test, container_kill(c), -ENODEV);
	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), -ENODEV);
	KUNIT_EXPECT_EQ(test, container_signal(c, 0, current_cred()), -ENODEV);
	KUNIT_EXPECT_EQ(test, container_destroy(c, "unnamed1", 8, true), -ENOENT);
	container_put(c);
}

static void initial_container_is_left_alone(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, container_kill(&init_container), -EPERM);
	KUNIT_EXPECT_EQ(test, container_destroy(&init_container, "", 0, true), -EPERM);
	KUNIT_EXPECT_EQ(test, container_freeze(&init_container, 1), -EPERM);
	KUNIT_EXPECT_EQ(test, container_signal(&init_container, 0, NULL), -EPERM);
}

static struct kunit_case kill_test_cases[] = {
	KUNIT_CASE(explicit_container_ends_with_its_init),
	KUNIT_CASE(end_of_init_takes_all_below_along),
	KUNIT_CASE(child_does_not_leave_a_dying_container),
	KUNIT_CASE(implicit_container_outlives_its_init),
	KUNIT_CASE(explicit_container_stays_until_it_has_begun),
	KUNIT_CASE(end_of_init_frees_the_name_at_once),
	KUNIT_CASE(kill_frees_the_name_of_an_implicit_container),
	KUNIT_CASE(child_that_is_killed_is_not_listed),
	KUNIT_CASE(kill_reaches_all_and_what_comes_later),
	KUNIT_CASE(container_made_in_a_dying_one_is_dying),
	KUNIT_CASE(gone_container_has_no_process_and_no_usage),
	KUNIT_CASE(initial_container_is_left_alone),
	{}
};

static struct kunit_suite kill_test_suite = {
	.name = "container_kill",
	.init = container_test_init,
	.exit = operations_test_exit,
	.test_cases = kill_test_cases,
};

kunit_test_suite(kill_test_suite);

MODULE_DESCRIPTION("KUnit tests of how containers end");
MODULE_LICENSE("GPL");
