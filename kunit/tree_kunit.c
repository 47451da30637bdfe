// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the tree of containers: references, ids, levels, walks.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/container.h>
#include <linux/kthread.h>
#include <linux/ns_common.h>
#include <linux/nstree.h>
#include <linux/sched/task.h>
#include <linux/user_namespace.h>

#include "fakes.h"

static void new_container_is_freed_by_its_last_put(struct kunit *test)
{
	struct container *root = top(test);
	int before = refs(root);
	struct container *c = container_alloc(root, &init_user_ns);

	KUNIT_ASSERT_NOT_NULL(test, c);
	KUNIT_EXPECT_EQ(test, refs(root), before + 1);
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_NEW);
	KUNIT_EXPECT_EQ(test, c->id, 0);
	container_put(c);
	KUNIT_EXPECT_EQ(test, refs_at_rest(root, before), before);
	KUNIT_EXPECT_EQ(test, root->unnamed_seq, 0);
}

static void reference_outlives_container_but_shows_it_gone(struct kunit *test)
{
	struct container *c = container_get(insert(test, top(test)));

	KUNIT_EXPECT_FALSE(test, container_gone(c));
	container_settle(c);
	KUNIT_EXPECT_TRUE(test, container_gone(c));
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	container_put(c);
}

static void reference_to_child_pins_parents_that_are_gone(struct kunit *test)
{
	struct container *outer = insert(test, top(test));
	struct container *inner = container_get(insert(test, outer));

	container_settle(inner);
	KUNIT_EXPECT_TRUE(test, container_gone(inner));
	KUNIT_EXPECT_TRUE(test, container_gone(outer));
	KUNIT_EXPECT_EQ(test, refs(inner), 1);
	KUNIT_EXPECT_EQ(test, refs_at_rest(outer, 1), 1);
	container_put(inner);
}

static void id_is_never_used_again(struct kunit *test)
{
	u64 last = CONTAINER_INIT_ID;

	for (int i = 0; i < 100; i++) {
		struct container *c = insert(test, top(test)), *child;
		u64 id = c->id, below;

		KUNIT_EXPECT_GT(test, id, last);
		child = insert(test, c);
		below = child->id;
		KUNIT_EXPECT_GT(test, below, id);
		/* Containers and namespaces share the ids. */
		last = ns_id_next();
		KUNIT_EXPECT_GT(test, last, below);
		container_settle(child);
		KUNIT_EXPECT_NULL(test, lookup_id(id));
		KUNIT_EXPECT_NULL(test, lookup_id(below));
	}
}

static void initial_container_has_the_id_behind_the_namespaces(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, lookup_id(NS_LAST_INIT_ID + 1), &init_container);
	KUNIT_EXPECT_NULL(test, lookup_id(0));
	KUNIT_EXPECT_NULL(test, lookup_id(NS_LAST_INIT_ID));
	KUNIT_EXPECT_NULL(test, lookup_id(U64_MAX));
}

static void container_descends_from_all_above_it(struct kunit *test)
{
	struct container *c[CONTAINER_LEVELS];

	insert_chain(test, c);
	for (int i = 0; i < CONTAINER_LEVELS; i++) {
		KUNIT_EXPECT_EQ(test, c[i]->level, i);
		for (int j = 0; j < CONTAINER_LEVELS; j++)
			KUNIT_EXPECT_EQ(test, container_descends(c[i], c[j]), i >= j);
	}
	container_settle(c[CONTAINER_LEVELS - 1]);
}

static void siblings_do_not_descend_from_each_other(struct kunit *test)
{
	struct container *a = insert(test, top(test)), *b = insert(test, top(test));

	KUNIT_EXPECT_TRUE(test, container_descends(a, a));
	KUNIT_EXPECT_TRUE(test, container_descends(a, top(test)));
	KUNIT_EXPECT_TRUE(test, container_descends(a, &init_container));
	KUNIT_EXPECT_FALSE(test, container_descends(a, b));
	KUNIT_EXPECT_FALSE(test, container_descends(b, a));
	KUNIT_EXPECT_FALSE(test, container_descends(top(test), a));
	container_settle(a);
	container_settle(b);
}

/* Where the walk of the whole tree comes to next; the reference to @pos goes on. */
static struct container *walk_on(struct kunit *test, struct container *pos,
				 struct container *expected)
{
	pos = container_walk_tree(pos, top(test), true);
	KUNIT_EXPECT_PTR_EQ(test, pos, expected);
	return pos;
}

static void walk_visits_parents_first_and_each_once(struct kunit *test)
{
	/* top: 0 (1 (2), 3), 4 (5), 6 */
	static const int parent[] = { -1, 0, 1, 0, -1, 4, -1 };
	struct container *c[ARRAY_SIZE(parent)], *pos;
	int before[ARRAY_SIZE(parent)];
	int i;

	for (i = 0; i < ARRAY_SIZE(c); i++)
		c[i] = insert(test, parent[i] < 0 ? top(test) : c[parent[i]]);
	for (i = 0; i < ARRAY_SIZE(c); i++)
		before[i] = refs(c[i]);

	i = -1;
	for (pos = container_get(top(test)); pos;
	     pos = container_walk_tree(pos, top(test), true)) {
		KUNIT_EXPECT_PTR_EQ(test, pos, i < 0 ? top(test) : c[i]);
		i++;
	}
	KUNIT_EXPECT_EQ(test, i, ARRAY_SIZE(c));

	/* A step that leaves the loop keeps the reference. */
	for (pos = container_get(top(test)); pos;
	     pos = container_walk_tree(pos, top(test), true))
		if (pos == c[3])
			break;
	KUNIT_EXPECT_EQ(test, refs(c[3]), before[3] + 1);
	pos = walk_on(test, pos, c[4]);
	container_put(pos);

	/* A subtree is left at its top. */
	KUNIT_EXPECT_NULL(test, container_walk_tree(container_get(c[2]), c[1], true));
	KUNIT_EXPECT_NULL(test, container_walk_tree(container_get(c[6]), top(test), true));

	/* Past all that is below */
	pos = container_walk_tree(container_get(c[0]), top(test), false);
	KUNIT_EXPECT_PTR_EQ(test, pos, c[4]);
	container_put(pos);
	KUNIT_EXPECT_NULL(test, container_walk_tree(container_get(c[0]), c[0], false));

	for (i = 0; i < ARRAY_SIZE(c); i++)
		KUNIT_EXPECT_EQ(test, refs(c[i]), before[i]);
	/* The last child takes its parent along. */
	container_settle(c[2]);
	container_settle(c[3]);
	container_settle(c[5]);
	container_settle(c[6]);
}

static void walk_goes_on_from_where_a_container_was(struct kunit *test)
{
	struct container *root = top(test), *pos = container_get(root);
	struct container *c[4];

	c[0] = insert(test, root);
	c[1] = insert(test, c[0]);
	c[2] = insert(test, c[0]);
	c[3] = insert(test, root);

	pos = walk_on(test, pos, c[0]);
	pos = walk_on(test, pos, c[1]);
	container_settle(c[1]);
	KUNIT_EXPECT_TRUE(test, container_gone(pos));
	pos = walk_on(test, pos, c[2]);
	/* The parent goes as well. */
	container_settle(c[2]);
	KUNIT_EXPECT_TRUE(test, container_gone(pos->parent));
	pos = walk_on(test, pos, c[3]);
	container_settle(c[3]);
	pos = walk_on(test, pos, NULL);
}

static void walk_visits_what_is_made_ahead_of_it(struct kunit *test)
{
	struct container *root = top(test), *pos = container_get(root);
	struct container *c[2], *late[3];

	for (int i = 0; i < ARRAY_SIZE(c); i++)
		c[i] = insert(test, root);
	pos = walk_on(test, pos, c[0]);
	late[0] = insert(test, c[0]);
	late[1] = insert(test, root);
	pos = walk_on(test, pos, late[0]);
	pos = walk_on(test, pos, c[1]);
	/* Here the walk has been. */
	late[2] = insert(test, c[0]);
	pos = walk_on(test, pos, late[1]);
	pos = walk_on(test, pos, NULL);
	for (int i = 0; i < ARRAY_SIZE(late); i++)
		container_settle(late[i]);
	container_settle(c[1]);
}

static void children_are_listed_in_the_order_of_their_ids(struct kunit *test)
{
	struct container *root = top(test), *c[4], *grandchild;
	u64 id[4];

	for (int i = 0; i < ARRAY_SIZE(c); i++) {
		c[i] = insert(test, root);
		id[i] = c[i]->id;
	}
	grandchild = insert(test, c[0]);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, 0), c[0]);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, id[0]), c[1]);
	KUNIT_EXPECT_NULL(test, next_child(root, grandchild->id));
	KUNIT_EXPECT_NULL(test, next_child(root, id[3]));
	KUNIT_EXPECT_PTR_EQ(test, next_sibling(c[0]), c[1]);
	KUNIT_EXPECT_NULL(test, next_sibling(c[3]));
	KUNIT_EXPECT_PTR_EQ(test, next_child(c[0], 0), grandchild);

	/* One that is gone is passed over. */
	container_get(c[1]);
	container_settle(c[1]);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, id[0]), c[2]);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, id[1]), c[2]);
	KUNIT_EXPECT_PTR_EQ(test, next_sibling(c[0]), c[2]);
	KUNIT_EXPECT_PTR_EQ(test, next_sibling(c[1]), c[2]);
	container_settle(c[2]);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, id[1]), c[3]);
	KUNIT_EXPECT_PTR_EQ(test, next_sibling(c[1]), c[3]);
	container_settle(c[3]);
	KUNIT_EXPECT_NULL(test, next_child(root, id[1]));
	KUNIT_EXPECT_NULL(test, next_sibling(c[1]));
	container_put(c[1]);
	container_settle(grandchild);
	KUNIT_EXPECT_NULL(test, next_child(root, 0));
}

/*
 * Look up ids that come and go: what is found is what was asked for and stays
 * in memory, whether it is still in the tree or not.
 */
struct race {
	u64 id;
	bool stop;
	struct completion found;
	unsigned long wrong;
};

static int race_lookup(void *arg)
{
	struct race *race = arg;

	while (!READ_ONCE(race->stop)) {
		u64 id = READ_ONCE(race->id);
		struct container *c = container_find(id);

		if (c) {
			complete(&race->found);
			if (c->id != id || READ_ONCE(c->state) == CONTAINER_NEW)
				race->wrong++;
			container_put(c);
		}
		cond_resched();
	}
	return 0;
}

static void lookup_races_the_last_put(struct kunit *test)
{
	struct container *root = top(test), *c = insert(test, root);
	struct race race = { .id = c->id };
	struct task_struct *thread;

	init_completion(&race.found);
	thread = kthread_run(race_lookup, &race, "container_race");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	get_task_struct(thread);

	/* It does find something. */
	wait_for_completion(&race.found);

	for (int i = 0; i < 5000; i++) {
		struct container *next = container_alloc(root, &init_user_ns);

		KUNIT_EXPECT_NOT_NULL(test, next);
		if (!next)
			break;
		container_settle(c);
		scoped_guard(spinlock, &container_lock)
			container_insert(next);
		WRITE_ONCE(race.id, next->id);
		container_put(next);
		c = next;
		cond_resched();
	}
	container_settle(c);
	WRITE_ONCE(race.stop, true);
	kthread_stop_put(thread);
	KUNIT_EXPECT_EQ(test, race.wrong, 0);
}

static struct kunit_case tree_test_cases[] = {
	KUNIT_CASE(new_container_is_freed_by_its_last_put),
	KUNIT_CASE(reference_outlives_container_but_shows_it_gone),
	KUNIT_CASE(reference_to_child_pins_parents_that_are_gone),
	KUNIT_CASE(id_is_never_used_again),
	KUNIT_CASE(initial_container_has_the_id_behind_the_namespaces),
	KUNIT_CASE(container_descends_from_all_above_it),
	KUNIT_CASE(siblings_do_not_descend_from_each_other),
	KUNIT_CASE(walk_visits_parents_first_and_each_once),
	KUNIT_CASE(walk_goes_on_from_where_a_container_was),
	KUNIT_CASE(walk_visits_what_is_made_ahead_of_it),
	KUNIT_CASE(children_are_listed_in_the_order_of_their_ids),
	KUNIT_CASE_SLOW(lookup_races_the_last_put),
	{}
};

static struct kunit_suite tree_test_suite = {
	.name = "container_tree",
	.init = container_test_init,
	.exit = container_test_exit,
	.test_cases = tree_test_cases,
};

kunit_test_suite(tree_test_suite);

MODULE_DESCRIPTION("KUnit tests of the tree of containers");
MODULE_LICENSE("GPL");
