// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of explicit containers: how they are made, charged, shown and destroyed.
 */
#include <kunit/test.h>
#include <linux/container.h>
#include <linux/cred.h>
#include <linux/sched/task.h>
#include <linux/user_namespace.h>

#include "operations.h"

static void explicit_container_is_there_without_members(struct kunit *test)
{
	struct container *root = top(test);
	struct container *c = make(test, root, "web");

	KUNIT_EXPECT_EQ(test, refs(c), 1);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_TRUE(test, c->explicit);
	KUNIT_EXPECT_FALSE(test, c->begun);
	KUNIT_EXPECT_PTR_EQ(test, c->home, c);
	KUNIT_EXPECT_NULL(test, init_of(c));
	KUNIT_EXPECT_FALSE(test, c->populated);
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "web"), c);
	KUNIT_EXPECT_EQ(test, root->unnamed_seq, 0);
	KUNIT_EXPECT_EQ(test, destroy(c), 0);
}

/* They stand among those that have a number, and have none. */
static void explicit_container_does_not_hide_the_unnamed(struct kunit *test)
{
	static const char * const names[] = { "a", "b", "c", "d" };
	struct container *by_hand[ARRAY_SIZE(names)], *unnamed[ARRAY_SIZE(names)];
	struct container *root = top(test);

	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		by_hand[i] = make(test, root, names[i]);
		unnamed[i] = insert(test, root);
	}
	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		char name[16];

		snprintf(name, sizeof(name), "unnamed%d", i + 1);
		KUNIT_EXPECT_PTR_EQ(test, lookup(root, name), unnamed[i]);
	}
	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		KUNIT_EXPECT_EQ(test, destroy(by_hand[i]), 0);
		container_settle(unnamed[i]);
	}
}

static void create_that_fails_leaves_nothing(struct kunit *test)
{
	struct container *root = top(test);
	int before = refs(root);
	struct container *c = make(test, root, "web");

	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(root, "web", 3)), -EEXIST);
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(root, ".", 1)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(root, "container.x", 11)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(root, "unnamed1", 8)), -EINVAL);
	KUNIT_EXPECT_EQ(test, refs_at_rest(root, before + 1), before + 1);
	KUNIT_EXPECT_EQ(test, root->nr_children, 1);
	KUNIT_EXPECT_EQ(test, destroy(c), 0);
	KUNIT_EXPECT_EQ(test, refs_at_rest(root, before), before);
}

static void create_at_the_last_level_fails(struct kunit *test)
{
	struct container *c = top(test);

	while (c->level < CONTAINER_LEVELS - 1)
		c = make(test, c, "web");
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(c, "web", 3)), -ENOSPC);
	KUNIT_EXPECT_EQ(test, destroy(lookup(top(test), "web")), 0);
}

static void create_past_the_limit_fails(struct kunit *test)
{
	long max = init_user_ns.ucount_max[UCOUNT_CONTAINERS];
	struct container *root = top(test), *c;
	int before = refs(root);

	WRITE_ONCE(init_user_ns.ucount_max[UCOUNT_CONTAINERS], 0);
	c = container_create(root, "web", 3);
	WRITE_ONCE(init_user_ns.ucount_max[UCOUNT_CONTAINERS], max);
	KUNIT_EXPECT_EQ(test, PTR_ERR(c), -ENOSPC);
	KUNIT_EXPECT_EQ(test, refs_at_rest(root, before), before);
}

static void explicit_container_is_charged_while_in_the_tree(struct kunit *test)
{
	struct ucounts *ucounts = get_charges(test);
	long before = charges(ucounts);
	struct container *c = container_get(make(test, top(test), "web"));

	KUNIT_EXPECT_PTR_EQ(test, c->ucounts, ucounts);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before + 1);
	/* An attempt that fails costs nothing. */
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(top(test), "web", 3)), -EEXIST);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before + 1);

	KUNIT_EXPECT_EQ(test, destroy(c), 0);
	KUNIT_EXPECT_TRUE(test, container_gone(c));
	KUNIT_EXPECT_EQ(test, charges(ucounts), before);
	KUNIT_EXPECT_NULL(test, c->ucounts);
	container_put(c);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before);
	put_charges(ucounts);
}

static void dying_container_is_charged_until_its_last_member_exits(struct kunit *test)
{
	struct ucounts *ucounts = get_charges(test);
	long before = charges(ucounts);
	struct container *c = container_get(make(test, top(test), "web"));
	struct task_struct *p = spawn_in(test, c);

	KUNIT_EXPECT_EQ(test, destroy(c), 0);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before + 1);
	exit_process(p);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before);
	release_process(p);
	container_put(c);
	put_charges(ucounts);
}

static void create_in_a_dying_or_gone_container_fails(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_get(container_of_process(p));

	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(c, "web", 3)), -ENODEV);
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(c));
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(c, "web", 3)), -ENODEV);
	KUNIT_EXPECT_EQ(test, refs_at_rest(c, 1), 1);
	container_put(c);
}

/* The container that @p would have with new namespaces, as a child of @parent */
static struct container *container_for_child(struct task_struct *parent,
					     struct task_struct *p, u64 flags)
{
	guard(act_as)(parent);
	return container_for_namespaces(flags, p, &init_user_ns);
}

static void explicit_container_is_not_set_up(struct kunit *test)
{
	struct task_struct *p = spawn_in(test, make(test, top(test), "web"));
	struct task_struct *child = fork_begin(test, p);
	struct container *c = container_of_process(p), *got;

	KUNIT_EXPECT_FALSE(test, c->setup);
	got = container_for_child(p, child, CLONE_NEWUTS);
	KUNIT_EXPECT_PTR_EQ(test, got->parent, c);
	KUNIT_EXPECT_FALSE(test, got->explicit);
	container_put(got);
	release_process(child);
	leave(p);
}

static void init_of_an_explicit_container_cannot_leave_it(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");
	struct container *below = make(test, c, "below");
	struct task_struct *p = spawn_in(test, c), *q = spawn(test, p);

	KUNIT_EXPECT_EQ(test, enter(p, below, NULL), -EINVAL);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(p), c);
	KUNIT_EXPECT_NULL(test, init_of(below));
	KUNIT_EXPECT_EQ(test, enter(q, below, NULL), 0);
	leave(q);
	leave(p);
}

static void state_is_told_in_a_word(struct kunit *test)
{
	struct container *web = make(test, top(test), "web");
	struct container_info info;
	struct task_struct *p;

	container_read(web, &init_pid_ns, &info);
	KUNIT_EXPECT_STREQ(test, info.state, "empty");
	KUNIT_EXPECT_EQ(test, info.init, 0);
	KUNIT_EXPECT_FALSE(test, web->populated);

	p = spawn_in(test, web);
	container_read(web, &init_pid_ns, &info);
	KUNIT_EXPECT_STREQ(test, info.state, "running");
	KUNIT_EXPECT_EQ(test, info.init, p->tgid);
	KUNIT_EXPECT_EQ(test, info.nr_processes, 1);
	KUNIT_EXPECT_EQ(test, info.nr_children, 0);
	KUNIT_EXPECT_TRUE(test, web->populated);

	KUNIT_EXPECT_EQ(test, container_kill(web), 0);
	container_read(web, &init_pid_ns, &info);
	KUNIT_EXPECT_STREQ(test, info.state, "dying");
	leave(p);
}

static void destroy_takes_all_that_is_empty_at_once(struct kunit *test)
{
	struct container *root = top(test);
	int before = refs(root);
	struct container *a = make(test, root, "a");
	struct container *held = container_get(make(test, a, "held"));

	make(test, make(test, held, "b"), "c");
	make(test, a, "d");
	KUNIT_EXPECT_EQ(test, destroy(a), 0);
	KUNIT_EXPECT_EQ(test, root->nr_children, 0);
	KUNIT_EXPECT_TRUE(test, container_gone(held));
	KUNIT_EXPECT_EQ(test, held->nr_children, 0);
	KUNIT_EXPECT_EQ(test, refs_at_rest(held, 1), 1);
	container_put(held);
	KUNIT_EXPECT_EQ(test, refs_at_rest(root, before), before);
}

static void destroy_frees_the_name_at_once(struct kunit *test)
{
	struct container *root = top(test);
	struct container *old = make(test, root, "web"), *new;
	struct task_struct *p = spawn_in(test, old);
	u64 id = old->id;

	KUNIT_EXPECT_EQ(test, destroy(old), 0);
	KUNIT_EXPECT_EQ(test, old->state, CONTAINER_DYING);
	KUNIT_EXPECT_TRUE(test, was_killed(p));
	KUNIT_EXPECT_EQ(test, destroy(old), -ENOENT);
	KUNIT_EXPECT_EQ(test, rename_container(root, "web", "old"), -ENOENT);
	KUNIT_EXPECT_NULL(test, lookup(root, "web"));
	expect_path(test, old, root, "/web (deleted)");

	new = make(test, root, "web");
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "web"), new);
	expect_path(test, new, root, "/web");
	KUNIT_EXPECT_PTR_EQ(test, lookup_id(id), old);
	leave(p);
	KUNIT_EXPECT_NULL(test, lookup_id(id));
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "web"), new);
	KUNIT_EXPECT_EQ(test, destroy(new), 0);
}

static void destroy_is_by_the_present_name(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");

	KUNIT_EXPECT_EQ(test, rename_container(top(test), "web", "keep"), 0);
	KUNIT_EXPECT_EQ(test, container_destroy(c, "web", 3, true), -ENOENT);
	KUNIT_EXPECT_EQ(test, container_destroy(c, "kee", 3, true), -ENOENT);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, container_destroy(c, "keep", 4, true), 0);
}

static struct kunit_case explicit_test_cases[] = {
	KUNIT_CASE(explicit_container_is_there_without_members),
	KUNIT_CASE(explicit_container_does_not_hide_the_unnamed),
	KUNIT_CASE(create_that_fails_leaves_nothing),
	KUNIT_CASE(create_at_the_last_level_fails),
	KUNIT_CASE(create_past_the_limit_fails),
	KUNIT_CASE(explicit_container_is_charged_while_in_the_tree),
	KUNIT_CASE(dying_container_is_charged_until_its_last_member_exits),
	KUNIT_CASE(create_in_a_dying_or_gone_container_fails),
	KUNIT_CASE(explicit_container_is_not_set_up),
	KUNIT_CASE(init_of_an_explicit_container_cannot_leave_it),
	KUNIT_CASE(state_is_told_in_a_word),
	KUNIT_CASE(destroy_takes_all_that_is_empty_at_once),
	KUNIT_CASE(destroy_frees_the_name_at_once),
	KUNIT_CASE(destroy_is_by_the_present_name),
	{}
};

static struct kunit_suite explicit_test_suite = {
	.name = "container_explicit",
	.init = container_test_init,
	.exit = operations_test_exit,
	.test_cases = explicit_test_cases,
};

kunit_test_suite(explicit_test_suite);

MODULE_DESCRIPTION("KUnit tests of explicit containers");
MODULE_LICENSE("GPL");
