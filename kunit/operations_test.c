// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the operations on whole containers: references, ends, and what
 * is counted.
 */
#include <kunit/test.h>
#include <linux/container.h>
#include <linux/sched/task.h>

#include "fakes.h"
#include "internal.h"

/* An explicit container; the tree has the only reference. */
static struct container *make(struct kunit *test, struct container *parent,
			      const char *name)
{
	struct container *c = container_create(parent, name, strlen(name));

	KUNIT_ASSERT_FALSE(test, IS_ERR(c));
	container_put(c);
	return c;
}

static int destroy(struct container *c)
{
	char name[CONTAINER_NAME_MAX + 1];
	size_t len = container_name(c, name);

	return container_destroy(c, name, len);
}

static void link_task(struct container *c, struct task_struct *p)
{
	guard(write_lock_irq)(&tasklist_lock);
	container_link(c, p);
}

static void explicit_container_is_there_without_members(struct kunit *test)
{
	struct container *root = top(test);
	struct container *c = make(test, root, "web");

	KUNIT_EXPECT_EQ(test, refs(c), 1);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_TRUE(test, c->explicit);
	KUNIT_EXPECT_PTR_EQ(test, c->home, c);
	KUNIT_EXPECT_NULL(test, c->init);
	KUNIT_EXPECT_FALSE(test, c->populated);
	KUNIT_EXPECT_STREQ(test, c->name, "web");
	KUNIT_EXPECT_EQ(test, root->unnamed_seq, 0);
	KUNIT_EXPECT_EQ(test, destroy(c), 0);
}

/* They stand among those that have a number, and have none. */
static void explicit_container_does_not_hide_the_unnamed(struct kunit *test)
{
	static const char * const names[] = { "a", "b", "c", "d" };
	struct task_struct *p[ARRAY_SIZE(names)];
	struct container *root = top(test), *by_hand[ARRAY_SIZE(names)];

	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		by_hand[i] = make(test, root, names[i]);
		p[i] = fake_leader(test);
		create(test, root, p[i]);
	}
	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		struct container *c;
		char name[CONTAINER_NAME_MAX + 1];
		size_t len = sprintf(name, "unnamed%d", i + 1);

		c = container_find_child(root, name, len);
		KUNIT_EXPECT_PTR_EQ(test, c, p[i]->container);
		container_put(c);
	}
	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		KUNIT_EXPECT_EQ(test, destroy(by_hand[i]), 0);
		leave(p[i]);
	}
}

static void create_that_fails_leaves_nothing(struct kunit *test)
{
	struct container *root = top(test);
	int before = refs(root);
	struct container *c = make(test, root, "web");

	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(root, "web", 3)), -EEXIST);
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(root, ".", 1)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(root, "unnamed1", 8)), -EINVAL);
	KUNIT_EXPECT_EQ(test, refs(root), before + 1);
	KUNIT_EXPECT_EQ(test, root->nr_children, 1);
	KUNIT_EXPECT_EQ(test, destroy(c), 0);
	KUNIT_EXPECT_EQ(test, refs(root), before);
}

static void create_is_charged_until_the_memory_is_freed(struct kunit *test)
{
	struct container *c = container_create(top(test), "web", 3);
	struct ucounts *ucounts;
	long before;

	KUNIT_ASSERT_FALSE(test, IS_ERR(c));
	ucounts = c->ucounts;
	before = atomic_long_read(&ucounts->ucount[UCOUNT_CONTAINERS]);
	/* So that it is there to be looked at. */
	KUNIT_ASSERT_NOT_NULL(test, inc_ucount(ucounts->ns, ucounts->uid,
					       UCOUNT_CONTAINERS));
	destroy(c);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&ucounts->ucount[UCOUNT_CONTAINERS]),
			before + 1);
	container_put(c);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&ucounts->ucount[UCOUNT_CONTAINERS]),
			before);
	dec_ucount(ucounts, UCOUNT_CONTAINERS);
}

static void create_in_a_dying_or_gone_container_fails(struct kunit *test)
{
	struct task_struct *p = fake_leader(test);
	struct container *c = container_get(create(test, top(test), p));

	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(c, "web", 3)), -ENODEV);
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(c));
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(c, "web", 3)), -ENODEV);
	container_put(c);
}

/* As by one who is killed while he unshares: nobody is to follow him. */
static void what_is_made_in_a_dying_container_is_dying(struct kunit *test)
{
	struct task_struct *p = fake_leader(test), *outside = fake_leader(test);
	struct container *c = create(test, top(test), p);
	struct container *below;

	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	below = container_get(create(test, c, p));
	KUNIT_EXPECT_EQ(test, below->state, CONTAINER_DYING);

	link_task(top(test), outside);
	KUNIT_EXPECT_EQ(test, container_enter(outside, below, task_tgid(p)), -ESRCH);
	leave(outside);

	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(below));
	container_put(below);
}

static void explicit_container_ends_with_its_init(struct kunit *test)
{
	struct task_struct *p = fake_leader(test), *q = fake_leader(test);
	struct container *c = make(test, top(test), "web");
	struct task_struct *outside = fake_leader(test);
	u64 id = c->id;

	link_task(c, p);
	link_task(c, q);
	KUNIT_EXPECT_PTR_EQ(test, c->init, task_tgid(p));
	leave(p);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_DYING);
	KUNIT_EXPECT_NULL(test, c->init);
	KUNIT_EXPECT_EQ(test, pid_refs(p), 0);

	link_task(top(test), outside);
	KUNIT_EXPECT_EQ(test, container_enter(outside, c, NULL), -ESRCH);
	leave(outside);

	leave(q);
	KUNIT_EXPECT_NULL(test, container_find(id));
}

static void explicit_container_stays_until_it_has_begun(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");
	struct container *below = make(test, c, "below");
	struct task_struct *p = fake_leader(test);

	link_task(below, p);
	leave(p);
	/* The one below has ended.  The other was only ever empty. */
	KUNIT_EXPECT_EQ(test, c->nr_children, 0);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, destroy(c), 0);
}

static void init_of_an_explicit_container_cannot_leave_it(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");
	struct container *below = make(test, c, "below");
	struct task_struct *p = fake_leader(test), *q = fake_leader(test);

	link_task(c, p);
	link_task(c, q);
	KUNIT_EXPECT_EQ(test, container_enter(p, below, NULL), -EINVAL);
	KUNIT_EXPECT_PTR_EQ(test, p->container, c);
	KUNIT_EXPECT_EQ(test, container_enter(q, below, NULL), 0);
	leave(q);
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
	KUNIT_EXPECT_EQ(test, refs(held), 1);
	container_put(held);
	KUNIT_EXPECT_EQ(test, refs(root), before);
}

static void destroy_gives_the_name_back_while_members_die(struct kunit *test)
{
	struct task_struct *p = fake_leader(test);
	struct container *root = top(test);
	struct container *old = make(test, root, "web"), *new;
	size_t size = CONTAINER_PATH_MAX;
	char *path = kunit_kzalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, path);
	link_task(old, p);
	KUNIT_EXPECT_EQ(test, destroy(old), 0);
	KUNIT_EXPECT_EQ(test, old->state, CONTAINER_DYING);
	KUNIT_EXPECT_EQ(test, destroy(old), -ENOENT);
	KUNIT_EXPECT_STREQ(test, container_path(old, root, path, size),
			   "/web (deleted)");

	new = make(test, root, "web");
	KUNIT_EXPECT_TRUE(test, container_is_child(new, root, "web", 3));
	KUNIT_EXPECT_STREQ(test, container_path(new, root, path, size),
			   "/web");
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_is_child(new, root, "web", 3));
	KUNIT_EXPECT_EQ(test, destroy(new), 0);
}

static void destroy_is_by_the_present_name(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");

	KUNIT_EXPECT_EQ(test, container_rename(top(test), "web", 3, "keep", 4), 0);
	KUNIT_EXPECT_EQ(test, container_destroy(c, "web", 3), -ENOENT);
	KUNIT_EXPECT_EQ(test, container_destroy(c, "kee", 3), -ENOENT);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, container_destroy(c, "keep", 4), 0);
}

static void nobody_is_in_a_container_that_is_gone(struct kunit *test)
{
	struct task_struct *p = fake_leader(test);
	struct container *c = container_get(create(test, top(test), p));
	struct container_usage usage;
	struct pid **pids;

	leave(p);
	KUNIT_EXPECT_EQ(test, container_processes(c, &pids), 0);
	container_put_processes(pids, 0);
	container_usage(c, &usage);
	KUNIT_EXPECT_EQ(test, usage.nr_procs, 0);
	container_put(c);
}

static void the_initial_container_is_left_alone(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, container_kill(&init_container), -EPERM);
	KUNIT_EXPECT_EQ(test, container_destroy(&init_container, "", 0), -EPERM);
	KUNIT_EXPECT_EQ(test, container_freeze(&init_container, 1, NULL), -EPERM);
	KUNIT_EXPECT_EQ(test, container_signal(&init_container, 0, NULL), -EPERM);
}

static void populated_is_told_of_up_the_tree(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = container_get(make(test, a, "b"));
	struct task_struct *p = fake_leader(test), *q = fake_leader(test);
	int event;

	KUNIT_EXPECT_FALSE(test, a->populated);
	event = atomic_read(&a->event);
	link_task(b, p);
	KUNIT_EXPECT_TRUE(test, a->populated);
	KUNIT_EXPECT_NE(test, atomic_read(&a->event), event);

	/* One more makes no difference, and neither does to go down. */
	event = atomic_read(&a->event);
	link_task(a, q);
	KUNIT_EXPECT_EQ(test, atomic_read(&a->event), event);
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(b));
	container_put(b);
	KUNIT_EXPECT_TRUE(test, a->populated);
	KUNIT_EXPECT_EQ(test, atomic_read(&a->event), event);
	leave(q);
}

static void going_down_is_no_event_above(struct kunit *test)
{
	struct task_struct *p = fake_leader(test);
	struct container *a = create(test, top(test), p);
	int event = atomic_read(&a->event);

	create(test, a, p);
	KUNIT_EXPECT_TRUE(test, a->populated);
	KUNIT_EXPECT_EQ(test, a->nr_populated, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&a->event), event);
	leave(p);
}

/* Who makes a container is about to stop, there or above. */
static void going_down_freezes_nothing_above(struct kunit *test)
{
	struct task_struct *p = fake_leader(test);
	struct container *a = create(test, top(test), p);
	int event;

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1, NULL), 0);
	event = atomic_read(&a->event);
	create(test, a, p);
	KUNIT_EXPECT_FALSE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&a->event), event);
	leave(p);
}

static void empty_containers_freeze_at_once(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b"), *c;

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1, NULL), 0);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	KUNIT_EXPECT_TRUE(test, b->frozen);
	KUNIT_EXPECT_FALSE(test, b->freeze);
	/* What is made in there is frozen, too, and that changes nothing. */
	c = make(test, b, "c");
	KUNIT_EXPECT_TRUE(test, c->frozen);
	KUNIT_EXPECT_TRUE(test, a->frozen);

	KUNIT_EXPECT_EQ(test, container_freeze(b, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, container_freeze(a, 0, NULL), 0);
	KUNIT_EXPECT_FALSE(test, a->frozen);
	KUNIT_EXPECT_TRUE(test, b->frozen);
	KUNIT_EXPECT_TRUE(test, c->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 1);
	KUNIT_EXPECT_EQ(test, container_freeze(b, 0, NULL), 0);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 0);
	KUNIT_EXPECT_EQ(test, container_freeze(b, 2, NULL), -ERANGE);
	destroy(a);
}

static void who_runs_keeps_all_above_from_being_frozen(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b");
	struct task_struct *p = fake_leader(test);

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1, NULL), 0);
	link_task(b, p);
	KUNIT_EXPECT_FALSE(test, b->frozen);
	KUNIT_EXPECT_FALSE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 0);
	/* With b goes the one that it waited for. */
	leave(p);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	destroy(a);
}

static void past_is_not_taken_down_and_folds_up(struct kunit *test)
{
	struct task_struct *p = fake_leader(test);
	struct container *a = create(test, top(test), p);
	struct container_usage usage;
	struct container *b;

	p->min_flt = 100;
	container_usage(a, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.min_flt, 100);
	KUNIT_EXPECT_EQ(test, usage.nr_procs, 1);
	KUNIT_EXPECT_EQ(test, usage.nr_threads, 1);

	b = container_get(create(test, a, p));
	container_usage(b, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.min_flt, 0);
	container_usage(a, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.min_flt, 100);
	KUNIT_EXPECT_EQ(test, usage.nr_procs, 1);

	p->min_flt = 130;
	container_usage(b, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.min_flt, 30);
	container_get(a);
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(b));
	KUNIT_EXPECT_EQ(test, b->past.min_flt, 30);
	KUNIT_EXPECT_EQ(test, a->past.min_flt, 130);
	container_put(b);
	container_put(a);
}

static void process_in_two_containers_counts_once(struct kunit *test)
{
	struct fake_process *proc = fake_process(test);
	struct task_struct *leader = fake_task(test, proc);
	struct task_struct *thread = fake_task(test, proc);
	struct container *a = create(test, top(test), leader);
	struct container *b = make(test, a, "b");
	struct container_usage usage;

	link_task(b, thread);
	KUNIT_EXPECT_EQ(test, a->nr_members + b->nr_members, 2);
	container_usage(a, &usage);
	KUNIT_EXPECT_EQ(test, usage.nr_procs, 1);
	KUNIT_EXPECT_EQ(test, usage.nr_threads, 2);
	container_usage(b, &usage);
	KUNIT_EXPECT_EQ(test, usage.nr_procs, 1);
	KUNIT_EXPECT_EQ(test, usage.nr_threads, 1);
	leave(thread);
	leave(leader);
}

static struct kunit_case operations_test_cases[] = {
	KUNIT_CASE(explicit_container_is_there_without_members),
	KUNIT_CASE(explicit_container_does_not_hide_the_unnamed),
	KUNIT_CASE(create_that_fails_leaves_nothing),
	KUNIT_CASE(create_is_charged_until_the_memory_is_freed),
	KUNIT_CASE(create_in_a_dying_or_gone_container_fails),
	KUNIT_CASE(what_is_made_in_a_dying_container_is_dying),
	KUNIT_CASE(explicit_container_ends_with_its_init),
	KUNIT_CASE(explicit_container_stays_until_it_has_begun),
	KUNIT_CASE(init_of_an_explicit_container_cannot_leave_it),
	KUNIT_CASE(destroy_takes_all_that_is_empty_at_once),
	KUNIT_CASE(destroy_gives_the_name_back_while_members_die),
	KUNIT_CASE(destroy_is_by_the_present_name),
	KUNIT_CASE(nobody_is_in_a_container_that_is_gone),
	KUNIT_CASE(the_initial_container_is_left_alone),
	KUNIT_CASE(populated_is_told_of_up_the_tree),
	KUNIT_CASE(going_down_is_no_event_above),
	KUNIT_CASE(going_down_freezes_nothing_above),
	KUNIT_CASE(empty_containers_freeze_at_once),
	KUNIT_CASE(who_runs_keeps_all_above_from_being_frozen),
	KUNIT_CASE(past_is_not_taken_down_and_folds_up),
	KUNIT_CASE(process_in_two_containers_counts_once),
	{}
};

static struct kunit_suite operations_test_suite = {
	.name = "container_operations",
	.init = container_test_init,
	.exit = container_test_exit,
	.test_cases = operations_test_cases,
};

kunit_test_suite(operations_test_suite);

MODULE_DESCRIPTION("KUnit tests of the operations on containers");
MODULE_LICENSE("GPL");
