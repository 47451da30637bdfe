// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of containers: references, lifetime, tree, names, membership.
 *
 * The processes are made up, and so is the container at the top of the tree
 * that each test builds, so that the rest of the kernel sees nothing of it,
 * apart from ids being used up.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/container.h>
#include <linux/cred.h>
#include <linux/kthread.h>
#include <linux/ns_common.h>
#include <linux/nsproxy.h>
#include <linux/nstree.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/seq_buf.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>

#include "fakes.h"
#include "internal.h"

/* More than a walk of members takes at a time */
#define MANY	(CONTAINER_WALK_BATCH + 8)

/* A new container with several members, the first of them its init */
static struct container *begin_with(struct kunit *test, struct task_struct **p,
				    int nr)
{
	p[0] = spawn_in_new(test, outside(test));
	for (int i = 1; i < nr; i++)
		p[i] = spawn(test, p[0]);
	return container_of_process(p[0]);
}

static void leave_all(struct task_struct **p, int nr)
{
	for (int i = 0; i < nr; i++)
		leave(p[i]);
}

/* References and lifetime */

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

	parent->signal->container_member.signalled = 42;
	p = fork_begin(test, parent);
	KUNIT_EXPECT_EQ(test, refs(root), before + 1);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(p), root);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->signal->container_member.nr_threads), 1);
	KUNIT_EXPECT_EQ(test, p->signal->container_member.signalled, 42);
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
	KUNIT_EXPECT_EQ(test, atomic_read(&p->signal->container_member.nr_threads), -1);
	KUNIT_EXPECT_EQ(test, refs(c), 2);
	release_process(p);
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	container_put(c);
}

static void reference_outlives_container_but_shows_it_gone(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_get(container_of_process(p));

	KUNIT_EXPECT_FALSE(test, container_gone(c));
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(c));
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	KUNIT_EXPECT_NULL(test, init_of(c));
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

static void reference_to_child_pins_parents_that_are_gone(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *outer = container_of_process(p);
	struct container *inner = container_get(unshare(test, p));

	leave(p);
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
		struct task_struct *p = spawn_in_new(test, outside(test));
		u64 id = container_of_process(p)->id, below;

		KUNIT_EXPECT_GT(test, id, last);
		below = unshare(test, p)->id;
		KUNIT_EXPECT_GT(test, below, id);
		/* Containers and namespaces share the ids. */
		last = ns_id_next();
		KUNIT_EXPECT_GT(test, last, below);
		leave(p);
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

/* Entering, and which process is init */

static void enter_gone_container_fails(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, outside(test));
	struct container *c = container_get(container_of_process(p));

	leave(p);
	KUNIT_EXPECT_EQ(test, enter(q, c, NULL), -ESRCH);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(q), top(test));
	KUNIT_EXPECT_EQ(test, c->nr_members, 0);
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	container_put(c);
	leave(q);
}

static void enter_own_container_changes_nothing(struct kunit *test)
{
	struct task_struct *p[2];
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));

	KUNIT_EXPECT_EQ(test, enter(p[0], c, init_of(c)), 0);
	KUNIT_EXPECT_EQ(test, c->nr_members, 2);
	KUNIT_EXPECT_EQ(test, refs(c), 3);
	/* A process that left and came back would be last, and not init. */
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[0]));
	KUNIT_EXPECT_TRUE(test, list_is_first(&p[0]->signal->container_member.node,
					      &c->members));
	leave_all(p, ARRAY_SIZE(p));
}

static void enter_moves_the_membership(struct kunit *test)
{
	struct task_struct *p[2], *q = spawn(test, outside(test));
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));
	int before = refs(top(test));

	KUNIT_EXPECT_EQ(test, enter(q, c, init_of(c)), 0);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(q), c);
	KUNIT_EXPECT_EQ(test, refs(top(test)), before - 1);
	KUNIT_EXPECT_EQ(test, refs(c), 4);
	KUNIT_EXPECT_EQ(test, c->nr_members, 3);
	KUNIT_EXPECT_EQ(test, top(test)->nr_members, 1);
	KUNIT_EXPECT_TRUE(test, list_is_last(&q->signal->container_member.node,
					     &c->members));
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[0]));
	leave(q);
	leave_all(p, ARRAY_SIZE(p));
}

static void enter_empty_container_makes_init(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *outer = container_of_process(p);
	struct task_struct *q = spawn_in_new(test, p);
	struct container *mid = container_of_process(q);

	unshare(test, q);
	KUNIT_ASSERT_NULL(test, init_of(mid));
	KUNIT_EXPECT_EQ(test, enter(p, mid, NULL), 0);
	KUNIT_EXPECT_PTR_EQ(test, init_of(mid), task_tgid(p));
	KUNIT_EXPECT_NULL(test, init_of(outer));
	leave(p);
	KUNIT_EXPECT_NULL(test, init_of(mid));
	leave(q);
}

static void enter_asks_the_present_init(struct kunit *test)
{
	struct task_struct *p[2], *q = spawn(test, outside(test));
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));
	struct pid *asked = init_of(c);

	leave(p[0]);
	KUNIT_EXPECT_EQ(test, enter(q, c, asked), -EAGAIN);
	KUNIT_EXPECT_EQ(test, enter(q, c, NULL), -EAGAIN);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(q), top(test));
	KUNIT_EXPECT_EQ(test, enter(q, c, task_tgid(p[1])), 0);
	leave(p[1]);
	leave(q);
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
	KUNIT_EXPECT_EQ(test, c->past.forks, 1);

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

/* Walks of the members */

#define expect_next(test, walk, p)					\
	KUNIT_EXPECT_PTR_EQ(test, container_walk_next(walk), task_tgid(p))

#define expect_end(test, walk)						\
	KUNIT_EXPECT_NULL(test, container_walk_next(walk))

static void walk_visits_members_in_the_order_they_joined(struct kunit *test)
{
	struct task_struct *p[MANY];
	struct container *c = begin_with(test, p, MANY);
	struct container_walk walk;

	container_walk_start(&walk, c, false, NULL);
	for (int i = 0; i < MANY; i++)
		expect_next(test, &walk, p[i]);
	expect_end(test, &walk);
	expect_end(test, &walk);
	container_walk_stop(&walk);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&c->members), MANY);
	for (int i = 1; i < MANY; i++)
		KUNIT_EXPECT_EQ(test, pid_refs(p[i]), 0);
	leave_all(p, MANY);
}

/* The last batch is full, and nothing is behind it but the end. */
static void walk_ends_behind_a_full_batch(struct kunit *test)
{
	struct task_struct *p[CONTAINER_WALK_BATCH];
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));
	struct container_walk walk;

	for (int bounded = 0; bounded < 2; bounded++) {
		container_walk_start(&walk, c, bounded, NULL);
		for (int i = 0; i < ARRAY_SIZE(p); i++)
			expect_next(test, &walk, p[i]);
		expect_end(test, &walk);
		container_walk_stop(&walk);
	}
	leave_all(p, ARRAY_SIZE(p));
}

static void walk_passes_over_members_that_have_left(struct kunit *test)
{
	struct task_struct *p[MANY];
	struct container *c = begin_with(test, p, MANY);
	struct container_walk walk;

	container_walk_start(&walk, c, false, NULL);
	/* The first one behind the cursor */
	leave(p[0]);
	for (int i = 1; i <= 5; i++)
		expect_next(test, &walk, p[i]);

	/* In the batch, so already found: the walk has pinned its pid. */
	KUNIT_EXPECT_EQ(test, pid_refs(p[10]), 1);
	exit_process(p[10]);
	/* Before the cursor, visited already */
	leave(p[2]);
	/* Right behind the cursor, and the last one */
	leave(p[CONTAINER_WALK_BATCH + 1]);
	leave(p[MANY - 1]);

	for (int i = 6; i < MANY - 1; i++)
		if (i != CONTAINER_WALK_BATCH + 1)
			expect_next(test, &walk, p[i]);
	expect_end(test, &walk);
	container_walk_stop(&walk);
	KUNIT_EXPECT_EQ(test, pid_refs(p[10]), 0);
	release_process(p[10]);

	for (int i = 1; i < MANY - 1; i++)
		if (i != 2 && i != 10 && i != CONTAINER_WALK_BATCH + 1)
			leave(p[i]);
}

static void walk_misses_members_that_have_moved_down(struct kunit *test)
{
	struct task_struct *p[3];
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));
	struct container_walk walk;
	struct container *below;

	container_walk_start(&walk, c, false, NULL);
	below = unshare(test, p[1]);
	expect_next(test, &walk, p[0]);
	expect_next(test, &walk, p[2]);
	expect_end(test, &walk);
	container_walk_stop(&walk);

	container_walk_start(&walk, below, false, NULL);
	expect_next(test, &walk, p[1]);
	expect_end(test, &walk);
	container_walk_stop(&walk);
	leave_all(p, ARRAY_SIZE(p));
}

static void walk_visits_members_that_join_meanwhile(struct kunit *test)
{
	struct task_struct *p[MANY], *late[2];
	struct container *c = begin_with(test, p, MANY);
	struct container_walk walk;

	container_walk_start(&walk, c, false, NULL);
	late[0] = spawn(test, p[0]);
	expect_next(test, &walk, p[0]);
	late[1] = spawn_in(test, c);
	for (int i = 1; i < MANY; i++)
		expect_next(test, &walk, p[i]);
	expect_next(test, &walk, late[0]);
	expect_next(test, &walk, late[1]);
	expect_end(test, &walk);
	container_walk_stop(&walk);
	leave_all(late, ARRAY_SIZE(late));
	leave_all(p, MANY);
}

static void bounded_walk_leaves_out_members_that_join_meanwhile(struct kunit *test)
{
	struct task_struct *p[MANY], *late[2];
	struct container *c = begin_with(test, p, MANY);
	struct container_walk walk;
	struct container_stat past;

	c->past.min_flt = 7;
	container_walk_start(&walk, c, true, &past);
	late[0] = spawn(test, p[0]);
	expect_next(test, &walk, p[0]);
	late[1] = spawn_in(test, c);
	/* The last one that the walk is to visit */
	leave(p[MANY - 1]);
	for (int i = 1; i < MANY - 1; i++)
		expect_next(test, &walk, p[i]);
	expect_end(test, &walk);
	container_walk_stop(&walk);

	/* As of the start */
	KUNIT_EXPECT_EQ(test, past.min_flt, 7);
	KUNIT_EXPECT_EQ(test, past.forks, MANY);
	KUNIT_EXPECT_EQ(test, c->past.forks, MANY + 1);
	leave_all(late, ARRAY_SIZE(late));
	leave_all(p, MANY - 1);
}

static void two_walks_keep_their_own_places(struct kunit *test)
{
	struct task_struct *p[MANY];
	struct container *c = begin_with(test, p, MANY);
	struct container_walk *walk;

	walk = kunit_kcalloc(test, 2, sizeof(*walk), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, walk);

	container_walk_start(&walk[0], c, true, NULL);
	for (int i = 0; i < 3; i++)
		expect_next(test, &walk[0], p[i]);
	container_walk_start(&walk[1], c, false, NULL);
	for (int i = 3; i < MANY; i++) {
		expect_next(test, &walk[0], p[i]);
		expect_next(test, &walk[1], p[i - 3]);
	}
	expect_end(test, &walk[0]);
	container_walk_stop(&walk[0]);
	for (int i = MANY - 3; i < MANY; i++)
		expect_next(test, &walk[1], p[i]);
	expect_end(test, &walk[1]);
	container_walk_stop(&walk[1]);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&c->members), MANY);
	leave_all(p, MANY);
}

static void abandoned_walk_leaves_nothing_behind(struct kunit *test)
{
	struct task_struct *p[MANY];
	struct container *c = begin_with(test, p, MANY);
	struct container_walk walk;

	for (int bounded = 0; bounded < 2; bounded++) {
		container_walk_start(&walk, c, bounded, NULL);
		container_walk_stop(&walk);
		container_walk_start(&walk, c, bounded, NULL);
		expect_next(test, &walk, p[0]);
		expect_next(test, &walk, p[1]);
		KUNIT_EXPECT_EQ(test, pid_refs(p[2]), 1);
		container_walk_stop(&walk);
	}
	KUNIT_EXPECT_EQ(test, list_count_nodes(&c->members), MANY);
	KUNIT_EXPECT_EQ(test, pid_refs(p[0]), 1);
	for (int i = 1; i < MANY; i++)
		KUNIT_EXPECT_EQ(test, pid_refs(p[i]), 0);
	leave_all(p, MANY);
}

static void walk_passes_over_the_cursors_of_many_others(struct kunit *test)
{
	struct task_struct *p[3];
	struct container *c = begin_with(test, p, ARRAY_SIZE(p));
	const int nr = 3 * CONTAINER_WALK_BATCH;
	struct container_walk *other, walk;

	other = kunit_kcalloc(test, nr, sizeof(*other), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, other);
	for (int i = 0; i < nr; i++)
		container_walk_start(&other[i], c, i % 2, NULL);
	container_walk_start(&walk, c, true, NULL);
	for (int i = 0; i < ARRAY_SIZE(p); i++)
		expect_next(test, &walk, p[i]);
	expect_end(test, &walk);
	container_walk_stop(&walk);
	for (int i = 0; i < nr; i++)
		container_walk_stop(&other[i]);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&c->members), ARRAY_SIZE(p));
	leave_all(p, ARRAY_SIZE(p));
}

static void oldest_member_is_found_past_cursors(struct kunit *test)
{
	struct task_struct *p[3];
	struct container *c = container_get(begin_with(test, p, ARRAY_SIZE(p)));
	struct container_walk walk[2];

	container_walk_start(&walk[0], c, true, NULL);
	container_walk_start(&walk[1], c, false, NULL);
	leave(p[0]);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[1]));
	expect_next(test, &walk[0], p[1]);
	leave(p[1]);
	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p[2]));

	/* Nothing but cursors is left in the list. */
	leave(p[2]);
	KUNIT_EXPECT_NULL(test, init_of(c));
	KUNIT_EXPECT_TRUE(test, container_gone(c));
	KUNIT_EXPECT_FALSE(test, list_empty(&c->members));
	expect_next(test, &walk[0], p[2]);
	expect_end(test, &walk[0]);
	expect_end(test, &walk[1]);
	container_walk_stop(&walk[0]);
	container_walk_stop(&walk[1]);
	KUNIT_EXPECT_TRUE(test, list_empty(&c->members));
	container_put(c);
}

/* Names */

static void expect_name(struct kunit *test, struct container *c,
			const char *expected)
{
	DECLARE_SEQ_BUF(s, CONTAINER_NAME_MAX + 1);

	container_path(&s, c, NULL);
	KUNIT_EXPECT_STREQ(test, seq_buf_str(&s), expected);
}

static void unnamed_counts_up_and_is_never_given_again(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test)), *q;

	expect_name(test, container_of_process(p), "unnamed1");
	KUNIT_EXPECT_EQ(test, rename_container(top(test), "unnamed1", "a"), 0);
	q = spawn_in_new(test, outside(test));
	expect_name(test, container_of_process(q), "unnamed2");
	leave(q);
	q = spawn_in_new(test, outside(test));
	expect_name(test, container_of_process(q), "unnamed3");
	leave(q);
	leave(p);
}

/* The kernel writes N in one way, so it is to be found in no other. */
static void unnamed_is_found_by_its_number(struct kunit *test)
{
	struct container *root = top(test), *c[12];
	struct task_struct *p[ARRAY_SIZE(c)];

	for (int i = 0; i < ARRAY_SIZE(c); i++) {
		p[i] = spawn_in_new(test, outside(test));
		c[i] = container_of_process(p[i]);
	}
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed2", "a"), 0);
	leave(p[4]);

	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "unnamed1"), c[0]);
	KUNIT_EXPECT_NULL(test, lookup(root, "unnamed2"));
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "unnamed4"), c[3]);
	KUNIT_EXPECT_NULL(test, lookup(root, "unnamed5"));
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "unnamed12"), c[11]);
	KUNIT_EXPECT_NULL(test, lookup(root, "unnamed13"));
	KUNIT_EXPECT_NULL(test, lookup(root, "unnamed0"));
	KUNIT_EXPECT_NULL(test, lookup(root, "unnamed01"));
	KUNIT_EXPECT_NULL(test, lookup(root, "unnamed"));
	KUNIT_EXPECT_NULL(test, lookup(root, "unnamed1x"));
	/* 1 more than 2^64, and than 25 times that */
	KUNIT_EXPECT_NULL(test, lookup(root, "unnamed18446744073709551617"));
	KUNIT_EXPECT_NULL(test, lookup(root, "unnamed461168601842738790401"));
	expect_name(test, c[11], "unnamed12");

	for (int i = 0; i < ARRAY_SIZE(c); i++)
		if (i != 4)
			leave(p[i]);
}

static void two_parents_may_have_a_child_of_the_same_name(struct kunit *test)
{
	struct container *parent[2], *child[2];
	struct task_struct *p[2], *q[2];

	for (int i = 0; i < 2; i++) {
		p[i] = spawn_in_new(test, outside(test));
		q[i] = spawn_in_new(test, p[i]);
		parent[i] = container_of_process(p[i]);
		child[i] = container_of_process(q[i]);
		KUNIT_EXPECT_EQ(test, rename_container(parent[i], "unnamed1",
						       "calculate_pi"), 0);
	}
	for (int i = 0; i < 2; i++)
		KUNIT_EXPECT_PTR_EQ(test, lookup(parent[i], "calculate_pi"), child[i]);
	for (int i = 0; i < 2; i++) {
		leave(q[i]);
		leave(p[i]);
	}
}

static void rename_keeps_names_unique_and_frees_the_old_one(struct kunit *test)
{
	struct container *root = top(test), *c;
	struct task_struct *p[2];

	for (int i = 0; i < ARRAY_SIZE(p); i++)
		p[i] = spawn_in_new(test, outside(test));
	c = container_of_process(p[0]);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1", "a"), 0);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed2", "a"), -EEXIST);
	KUNIT_EXPECT_EQ(test, rename_container(root, "a", "a"), 0);
	KUNIT_EXPECT_EQ(test, rename_container(root, "a", "b"), 0);
	KUNIT_EXPECT_EQ(test, rename_container(root, "a", "c"), -ENOENT);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed2", "a"), 0);
	KUNIT_EXPECT_EQ(test, rename_container(root, "b", "b/c"), -EINVAL);
	KUNIT_EXPECT_EQ(test, rename_container(root, "b", "container.b"), -EINVAL);
	expect_name(test, c, "b");
	KUNIT_EXPECT_NULL(test, lookup(root, "unnamed1"));
	leave(p[0]);
	KUNIT_EXPECT_NULL(test, lookup(root, "b"));
	leave(p[1]);
}

static void rename_is_seen_by_lookup(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *root = top(test), *c = container_of_process(p);
	u64 id = c->id;
	char name[] = "a";

	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1", name), 0);
	/* From one hash chain to another */
	while (name[0] < 'z') {
		char old[] = { name[0]++, '\0' };

		KUNIT_EXPECT_EQ(test, rename_container(root, old, name), 0);
		KUNIT_EXPECT_NULL(test, lookup(root, old));
		KUNIT_EXPECT_PTR_EQ(test, lookup(root, name), c);
		expect_path(test, c, root, (char []) { '/', name[0], '\0' });
	}
	KUNIT_EXPECT_PTR_EQ(test, lookup_id(id), c);
	leave(p);
}

/* As a restore does, which is to keep every name */
static void unnamed_is_given_back_by_rename(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test)), *q, *r;
	struct container *root = top(test), *c = container_of_process(p);

	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1", "unnamed7"), 0);
	expect_name(test, c, "unnamed7");
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "unnamed7"), c);
	KUNIT_EXPECT_NULL(test, lookup(root, "unnamed1"));

	/* The kernel goes on above. */
	q = spawn_in_new(test, outside(test));
	expect_name(test, container_of_process(q), "unnamed8");
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed8", "unnamed7"), -EEXIST);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed7", "unnamed7"), 0);

	/* A number that is free again sets nothing back. */
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed8", "web"), 0);
	KUNIT_EXPECT_EQ(test, rename_container(root, "web", "unnamed3"), 0);
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "unnamed3"), container_of_process(q));
	KUNIT_EXPECT_NULL(test, lookup(root, "web"));
	r = spawn_in_new(test, outside(test));
	expect_name(test, container_of_process(r), "unnamed9");
	leave(r);

	leave(q);
	leave(p);
}

static void unnamed_is_given_back_only_as_the_kernel_writes_it(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test)), *q;
	struct container *root = top(test);

	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1", "unnamed0"), -EINVAL);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1", "unnamed02"), -EINVAL);
	/* 2^63, from where the kernel could come to the end, and 2^64 + 1 */
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1",
					       "unnamed9223372036854775808"), -EINVAL);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1",
					       "unnamed18446744073709551617"), -EINVAL);
	KUNIT_EXPECT_EQ(test, root->unnamed_seq, 1);
	expect_name(test, container_of_process(p), "unnamed1");

	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1",
					       "unnamed9223372036854775807"), 0);
	q = spawn_in_new(test, outside(test));
	expect_name(test, container_of_process(q), "unnamed9223372036854775808");
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "unnamed9223372036854775808"),
			    container_of_process(q));
	leave(q);
	leave(p);
}

static void unnamed_is_given_back_with_a_capability_only(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct cred *cred = prepare_creds();
	struct container *root = top(test);

	KUNIT_ASSERT_NOT_NULL(test, cred);
	cap_clear(cred->cap_effective);
	scoped_with_creds(cred) {
		KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1", "unnamed7"),
				-EINVAL);
		KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1", "a"), 0);
	}
	KUNIT_EXPECT_EQ(test, root->unnamed_seq, 1);

	cap_raise(cred->cap_effective, CAP_CHECKPOINT_RESTORE);
	scoped_with_creds(cred)
		KUNIT_EXPECT_EQ(test, rename_container(root, "a", "unnamed7"), 0);
	KUNIT_EXPECT_EQ(test, root->unnamed_seq, 7);
	put_cred(cred);
	leave(p);
}

/* No name is taken for another that it is a part of. */
static void names_are_compared_whole(struct kunit *test)
{
	static const char * const names[] = { "pi", "pie", "p", "Pi", "pi-", "q" };
	struct task_struct *p[ARRAY_SIZE(names)];
	struct container *root = top(test), *c;

	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		char unnamed[16];

		snprintf(unnamed, sizeof(unnamed), "unnamed%d", i + 1);
		p[i] = spawn_in_new(test, outside(test));
		KUNIT_EXPECT_EQ(test, rename_container(root, unnamed, names[i]), 0);
	}
	for (int i = 0; i < ARRAY_SIZE(names); i++)
		KUNIT_EXPECT_PTR_EQ(test, lookup(root, names[i]),
				    container_of_process(p[i]));
	KUNIT_EXPECT_NULL(test, lookup(root, ""));
	/* A NUL is no end, as names need not be terminated. */
	c = container_find_child(root, "pi\0", 3);
	KUNIT_EXPECT_NULL(test, c);
	container_put(c);
	KUNIT_EXPECT_NULL(test, lookup(root, "pies"));
	leave_all(p, ARRAY_SIZE(p));
}

struct name_case {
	const char *desc;
	const char *name;
	size_t len;
	int err;
};

#define NAME_63 "123456789012345678901234567890123456789012345678901234567890123"
#define NAME_255 NAME_63 "4" NAME_63 "8" NAME_63 "2" NAME_63
#define NAME(desc, name, err) { desc, name, sizeof(name) - 1, err }

static const struct name_case name_cases[] = {
	NAME("one character", "a", 0),
	NAME("every special character", "a._+@:-", 0),
	NAME("digits", "0123456789", 0),
	NAME("upper case", "ABCXYZ", 0),
	NAME("first and last of each range", "azAZ09", 0),
	NAME("leading dash", "-rf", 0),
	NAME("64 characters", NAME_63 "4", 0),
	NAME("255 characters", NAME_255, 0),
	NAME("256 characters", NAME_255 "6", -ENAMETOOLONG),
	NAME("256 bad characters", NAME_255 "/", -ENAMETOOLONG),
	NAME("empty", "", -EINVAL),
	NAME("dot", ".", -EINVAL),
	NAME("dot dot", "..", -EINVAL),
	NAME("leading dot", ".a", -EINVAL),
	NAME("later dot", "a.", 0),
	NAME("slash", "a/b", -EINVAL),
	NAME("blank", "a b", -EINVAL),
	NAME("newline", "a\n", -EINVAL),
	NAME("tab", "a\tb", -EINVAL),
	NAME("nul", "a\0b", -EINVAL),
	NAME("del", "a\177", -EINVAL),
	NAME("latin-1 letter", "a\344", -EINVAL),
	NAME("utf-8", "\303\244", -EINVAL),
	NAME("before the digits", "a/", -EINVAL),
	NAME("behind the digits", "a;", -EINVAL),
	NAME("before upper case", "a?", -EINVAL),
	NAME("behind upper case", "a[", -EINVAL),
	NAME("before lower case", "a`", -EINVAL),
	NAME("behind lower case", "a{", -EINVAL),
	NAME("percent", "%s", -EINVAL),
	NAME("name of a file", "container.freeze", -EINVAL),
	NAME("name as of a file", "container.x", -EINVAL),
	NAME("start of the name of a file", "container.", -EINVAL),
	NAME("container alone", "container", 0),
	NAME("container and more", "container-x", 0),
	NAME("container in upper case", "Container.x", 0),
	NAME("container further on", "a.container.x", 0),
	NAME("unnamed and a digit", "unnamed1", -EINVAL),
	NAME("unnamed and digits", "unnamed18446744073709551616", -EINVAL),
	NAME("unnamed and zero", "unnamed0", -EINVAL),
	NAME("unnamed alone", "unnamed", 0),
	NAME("unnamed and more", "unnamed1a", 0),
	NAME("unnamed and a dot", "unnamed.1", 0),
	NAME("unnamed in upper case", "Unnamed1", 0),
};

KUNIT_ARRAY_PARAM_DESC(name, name_cases, desc);

static void name_rules(struct kunit *test)
{
	const struct name_case *nc = test->param_value;

	KUNIT_EXPECT_EQ(test, container_check_name(nc->name, nc->len), nc->err);
}

/* The tree */

/* A chain of containers as deep as it gets: c[0] is the initial one, c[1] the top. */
static void begin_chain(struct kunit *test, struct container **c,
			struct task_struct **p)
{
	c[0] = &init_container;
	c[1] = top(test);
	p[1] = outside(test);
	for (int i = 2; i < CONTAINER_LEVELS; i++) {
		p[i] = spawn_in_new(test, p[i - 1]);
		c[i] = container_of_process(p[i]);
	}
}

static void leave_chain(struct task_struct **p)
{
	for (int i = CONTAINER_LEVELS - 1; i >= 2; i--)
		leave(p[i]);
}

static void depth_is_limited(struct kunit *test)
{
	const int last = CONTAINER_LEVELS - 1;
	struct container *c[CONTAINER_LEVELS], *stays;
	struct task_struct *p[CONTAINER_LEVELS], *child;

	begin_chain(test, c, p);
	for (int i = 0; i < CONTAINER_LEVELS; i++) {
		KUNIT_EXPECT_EQ(test, c[i]->level, i);
		for (int j = 0; j < CONTAINER_LEVELS; j++)
			KUNIT_EXPECT_EQ(test, container_descends(c[i], c[j]), i >= j);
	}

	/* One more process that would have a container of its own */
	c[last]->setup = false;
	child = fork_begin(test, p[last]);
	scoped_guard(act_as, p[last])
		stays = container_for_namespaces(CLONE_NEWUTS, child, &init_user_ns);
	KUNIT_EXPECT_PTR_EQ(test, stays, c[last]);
	container_put(stays);
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(c[last], "web", 3)), -ENOSPC);
	release_process(child);
	leave_chain(p);
}

static void siblings_do_not_descend_from_each_other(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn_in_new(test, outside(test));
	struct container *a = container_of_process(p), *b = container_of_process(q);

	KUNIT_EXPECT_TRUE(test, container_descends(a, a));
	KUNIT_EXPECT_TRUE(test, container_descends(a, top(test)));
	KUNIT_EXPECT_TRUE(test, container_descends(a, &init_container));
	KUNIT_EXPECT_FALSE(test, container_descends(a, b));
	KUNIT_EXPECT_FALSE(test, container_descends(b, a));
	KUNIT_EXPECT_FALSE(test, container_descends(top(test), a));
	leave(p);
	leave(q);
}

static void path_is_relative_to_the_viewer(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn_in_new(test, p);
	struct container *a = container_of_process(p), *b = container_of_process(q);

	expect_path(test, b, b, "/");
	expect_path(test, b, a, "/unnamed1");
	expect_path(test, b, top(test), "/unnamed1/unnamed1");
	KUNIT_EXPECT_EQ(test, rename_container(top(test), "unnamed1", "web"), 0);
	expect_path(test, b, a, "/unnamed1");
	expect_path(test, b, top(test), "/web/unnamed1");
	leave(q);
	leave(p);
}

static void path_is_added_to_what_is_there(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_of_process(p);
	DECLARE_SEQ_BUF(s, 32);

	seq_buf_puts(&s, "9 ");
	container_path(&s, c, top(test));
	seq_buf_putc(&s, ' ');
	container_path(&s, c, c);
	KUNIT_EXPECT_STREQ(test, seq_buf_str(&s), "9 /unnamed1 /");
	leave(p);
}

/* Writes the path into a buffer of that size; behind it nothing is written. */
static bool path_fits(struct kunit *test, struct container *c, char *buf, size_t size)
{
	struct seq_buf s;

	memset(buf, '!', size + 1);
	seq_buf_init(&s, buf, size);
	container_path(&s, c, &init_container);
	KUNIT_EXPECT_EQ(test, buf[size], '!');
	return !seq_buf_has_overflowed(&s);
}

static void longest_path_fits_and_no_shorter_buffer_will_do(struct kunit *test)
{
	const size_t length = (CONTAINER_LEVELS - 1) * (CONTAINER_NAME_MAX + 1);
	struct container *c[CONTAINER_LEVELS], *last;
	struct task_struct *p[CONTAINER_LEVELS];
	char *buf = kunit_kzalloc(test, length + 2, GFP_KERNEL);
	const char *name = kstrdup(NAME_255, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_ASSERT_NOT_NULL(test, name);
	begin_chain(test, c, p);
	last = c[CONTAINER_LEVELS - 1];
	/* The top is not in a list of names, and goes with its own. */
	RCU_INIT_POINTER(top(test)->name, name);
	for (int i = 2; i < CONTAINER_LEVELS; i++)
		KUNIT_EXPECT_EQ(test, rename_container(c[i - 1], "unnamed1", NAME_255), 0);

	KUNIT_EXPECT_TRUE(test, path_fits(test, last, buf, length + 1));
	KUNIT_EXPECT_EQ(test, strlen(buf), length);
	for (int i = 0; i < CONTAINER_LEVELS - 1; i++) {
		KUNIT_EXPECT_EQ(test, buf[i * 256], '/');
		KUNIT_EXPECT_MEMEQ(test, buf + i * 256 + 1, NAME_255, 255);
	}

	KUNIT_EXPECT_FALSE(test, path_fits(test, last, buf, length));
	KUNIT_EXPECT_FALSE(test, path_fits(test, last, buf, length / 2));
	KUNIT_EXPECT_FALSE(test, path_fits(test, last, buf, 100));
	KUNIT_EXPECT_FALSE(test, path_fits(test, last, buf, 1));
	leave_chain(p);
}

static void path_of_numbers_overflows_cleanly(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = unshare(test, p);
	DECLARE_SEQ_BUF(s, sizeof("/unnamed1/unnamed1"));
	char buf[sizeof("/unnamed1/unnamed1") + 1];

	container_path(&s, c, top(test));
	KUNIT_EXPECT_FALSE(test, seq_buf_has_overflowed(&s));
	KUNIT_EXPECT_STREQ(test, s.buffer, "/unnamed1/unnamed1");

	/* Here the name of the top is unnamed0. */
	for (size_t size = 1; size < sizeof(buf); size++)
		KUNIT_EXPECT_FALSE(test, path_fits(test, c, buf, size));
	leave(p);
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
	struct task_struct *p[ARRAY_SIZE(parent)];
	int before[ARRAY_SIZE(parent)];
	int i;

	for (i = 0; i < ARRAY_SIZE(c); i++) {
		p[i] = spawn_in_new(test, parent[i] < 0 ? outside(test) : p[parent[i]]);
		c[i] = container_of_process(p[i]);
	}
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
	leave_all(p, ARRAY_SIZE(p));
}

static void walk_goes_on_from_where_a_container_was(struct kunit *test)
{
	struct container *root = top(test), *pos = container_get(root);
	struct task_struct *p[4];
	struct container *c[4];

	p[0] = spawn_in_new(test, outside(test));
	p[1] = spawn_in_new(test, p[0]);
	p[2] = spawn_in_new(test, p[0]);
	p[3] = spawn_in_new(test, outside(test));
	for (int i = 0; i < ARRAY_SIZE(c); i++)
		c[i] = container_of_process(p[i]);

	pos = walk_on(test, pos, c[0]);
	pos = walk_on(test, pos, c[1]);
	leave(p[1]);
	KUNIT_EXPECT_TRUE(test, container_gone(pos));
	pos = walk_on(test, pos, c[2]);
	/* The parent goes as well. */
	leave(p[2]);
	leave(p[0]);
	KUNIT_EXPECT_TRUE(test, container_gone(pos->parent));
	pos = walk_on(test, pos, c[3]);
	leave(p[3]);
	pos = walk_on(test, pos, NULL);
}

static void walk_visits_what_is_made_ahead_of_it(struct kunit *test)
{
	struct container *root = top(test), *pos = container_get(root);
	struct task_struct *p[2], *late[3];
	struct container *c[2];

	for (int i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = spawn_in_new(test, outside(test));
		c[i] = container_of_process(p[i]);
	}
	pos = walk_on(test, pos, c[0]);
	late[0] = spawn_in_new(test, p[0]);
	late[1] = spawn_in_new(test, outside(test));
	pos = walk_on(test, pos, container_of_process(late[0]));
	pos = walk_on(test, pos, c[1]);
	/* Here the walk has been. */
	late[2] = spawn_in_new(test, p[0]);
	pos = walk_on(test, pos, container_of_process(late[1]));
	pos = walk_on(test, pos, NULL);
	leave_all(late, ARRAY_SIZE(late));
	leave_all(p, ARRAY_SIZE(p));
}

static struct container *next_child(struct container *parent, u64 id)
{
	struct container *c = container_next_child(parent, id);

	container_put(c);
	return c;
}

static void children_are_listed_in_the_order_of_their_ids(struct kunit *test)
{
	struct container *root = top(test), *c[4];
	struct task_struct *p[4], *stays;
	u64 id[4];

	for (int i = 0; i < ARRAY_SIZE(c); i++) {
		p[i] = spawn_in_new(test, outside(test));
		c[i] = container_of_process(p[i]);
		id[i] = c[i]->id;
	}
	/* Not a child */
	stays = spawn_in_new(test, p[0]);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, 0), c[0]);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, id[0]), c[1]);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, container_of_process(stays)->id),
			    NULL);
	KUNIT_EXPECT_NULL(test, next_child(root, id[3]));
	KUNIT_EXPECT_PTR_EQ(test, next_child(c[0], 0), container_of_process(stays));

	/* One without a name is passed over, and so is one that is gone. */
	KUNIT_EXPECT_EQ(test, container_kill(c[1]), 0);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, id[0]), c[2]);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, id[1]), c[2]);
	leave(p[1]);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, id[1]), c[2]);
	leave(p[2]);
	KUNIT_EXPECT_PTR_EQ(test, next_child(root, id[1]), c[3]);
	leave(stays);
	leave(p[3]);
	KUNIT_EXPECT_NULL(test, next_child(root, id[1]));
	leave(p[0]);
	KUNIT_EXPECT_NULL(test, next_child(root, 0));
}

/* How containers begin by themselves */

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
	KUNIT_EXPECT_EQ(test, c->past.forks, 1);
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

static void process_past_its_limit_stays_where_it_is(struct kunit *test)
{
	long max = init_user_ns.ucount_max[UCOUNT_CONTAINERS];
	struct task_struct *p = fork_begin(test, outside(test));
	struct container *root = top(test), *got;
	int before = refs(root);

	WRITE_ONCE(init_user_ns.ucount_max[UCOUNT_CONTAINERS], 0);
	got = container_for_child(outside(test), p, CLONE_NEWUTS);
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(root, "web", 3)), -ENOSPC);
	WRITE_ONCE(init_user_ns.ucount_max[UCOUNT_CONTAINERS], max);

	KUNIT_EXPECT_PTR_EQ(test, got, root);
	container_put(got);
	KUNIT_EXPECT_EQ(test, refs_at_rest(root, before), before);
	release_process(p);
}

struct step_case {
	const char *desc;
	unsigned long flag;
	enum ucount_type type;
};

static const struct step_case step_cases[] = {
	{ "uts", CLONE_NEWUTS, UCOUNT_UTS_NAMESPACES },
	{ "ipc", CLONE_NEWIPC, UCOUNT_IPC_NAMESPACES },
	{ "pid", CLONE_NEWPID, UCOUNT_PID_NAMESPACES },
	{ "cgroup", CLONE_NEWCGROUP, UCOUNT_CGROUP_NAMESPACES },
	{ "net", CLONE_NEWNET, UCOUNT_NET_NAMESPACES },
	{ "time", CLONE_NEWTIME, UCOUNT_TIME_NAMESPACES },
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

	if (check_nsset_flags(step->flag)) {
		release_process(p);
		kunit_skip(test, "not configured");
	}
	for (int i = 0; i < ARRAY_SIZE(step_cases); i++)
		if (!check_nsset_flags(step_cases[i].flag))
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

static void setns_copies_stay_in_the_container(struct kunit *test)
{
	struct container *own = current->nsproxy->container;
	struct nsset nsset = {};

	KUNIT_ASSERT_EQ(test, prepare_nsset(0, false, &nsset), 0);
	KUNIT_EXPECT_PTR_EQ(test, nsset.nsproxy->container, own);
	put_nsset(&nsset);
}

/* Pid and time namespaces that are there before the first process in them */

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
	scoped_guard(act_as, parent) {
		container_fork_signal(p->signal);
		container_fork(p);
	}
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

/* Readers that take no lock */

/*
 * Look up ids that come and go: what is found is what was asked for and stays
 * in memory, whether it is still in the tree or not.
 */
struct race {
	struct container *parent;
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
			if (c->id != id || c->state == CONTAINER_NEW)
				race->wrong++;
			container_put(c);
		}
		cond_resched();
	}
	return 0;
}

static void lookup_races_the_last_put(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test)), *thread;
	struct container *root = top(test);
	struct race race = {};

	init_completion(&race.found);
	race.id = container_of_process(p)->id;
	thread = kthread_run(race_lookup, &race, "container_race");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	get_task_struct(thread);

	/* It does find something. */
	wait_for_completion(&race.found);

	for (int i = 0; i < 5000; i++) {
		struct container *c = container_alloc(root, &init_user_ns);

		KUNIT_EXPECT_NOT_NULL(test, c);
		if (!c)
			break;
		/* The first member, which the one before has exited as */
		leave(p);
		scoped_guard(act_as, outside(test))
			container_fork_signal(p->signal);
		container_begin(c, p);
		WRITE_ONCE(race.id, c->id);
		container_put(c);
		cond_resched();
	}
	leave(p);
	WRITE_ONCE(race.stop, true);
	kthread_stop_put(thread);
	KUNIT_EXPECT_EQ(test, race.wrong, 0);
}

static int race_lookup_name(void *arg)
{
	struct race *race = arg;

	complete(&race->found);
	while (!READ_ONCE(race->stop)) {
		struct container *c = container_find_child(race->parent, "stays", 5);

		if (!c)
			race->wrong++;
		container_put(c);
		cond_resched();
	}
	return 0;
}

/* A sibling that is renamed takes readers along to another hash chain. */
static void lookup_finds_a_child_while_others_are_renamed(struct kunit *test)
{
	struct container *root = top(test);
	struct race race = { .parent = root };
	struct task_struct *p[8], *thread;
	struct container *stays;

	for (int i = 0; i < ARRAY_SIZE(p); i++)
		p[i] = spawn_in_new(test, outside(test));
	stays = make(test, root, "stays");
	init_completion(&race.found);
	thread = kthread_run(race_lookup_name, &race, "container_race");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	get_task_struct(thread);
	wait_for_completion(&race.found);

	for (int i = 0; i < 2000; i++) {
		char old[16], new[16];

		/* unnamed1 to unnamed8, then n0 to n7, n8 to n15, ... */
		if (i < ARRAY_SIZE(p))
			snprintf(old, sizeof(old), "unnamed%d", i + 1);
		else
			snprintf(old, sizeof(old), "n%d", i - (int)ARRAY_SIZE(p));
		snprintf(new, sizeof(new), "n%d", i);
		KUNIT_EXPECT_EQ(test, rename_container(root, old, new), 0);
		cond_resched();
	}
	WRITE_ONCE(race.stop, true);
	kthread_stop_put(thread);
	KUNIT_EXPECT_EQ(test, race.wrong, 0);
	KUNIT_EXPECT_EQ(test, destroy(stays), 0);
	leave_all(p, ARRAY_SIZE(p));
}

static struct kunit_case container_test_cases[] = {
	KUNIT_CASE(new_container_is_freed_by_its_last_put),
	KUNIT_CASE(member_keeps_container_live),
	KUNIT_CASE(fork_takes_a_reference_that_release_drops),
	KUNIT_CASE(exited_process_still_has_its_container),
	KUNIT_CASE(reference_outlives_container_but_shows_it_gone),
	KUNIT_CASE(nested_containers_leave_together),
	KUNIT_CASE(reference_to_child_pins_parents_that_are_gone),
	KUNIT_CASE(id_is_never_used_again),
	KUNIT_CASE(initial_container_has_the_id_behind_the_namespaces),
	KUNIT_CASE(enter_gone_container_fails),
	KUNIT_CASE(enter_own_container_changes_nothing),
	KUNIT_CASE(enter_moves_the_membership),
	KUNIT_CASE(enter_empty_container_makes_init),
	KUNIT_CASE(enter_asks_the_present_init),
	KUNIT_CASE(init_passes_to_the_member_that_joined_first),
	KUNIT_CASE(process_with_threads_is_one_member),
	KUNIT_CASE(process_has_no_container_once_it_has_exited),
	KUNIT_CASE(init_task_is_a_thread_that_has_not_exited),
	KUNIT_CASE(state_is_told_in_a_word),
	KUNIT_CASE(walk_visits_members_in_the_order_they_joined),
	KUNIT_CASE(walk_ends_behind_a_full_batch),
	KUNIT_CASE(walk_passes_over_members_that_have_left),
	KUNIT_CASE(walk_misses_members_that_have_moved_down),
	KUNIT_CASE(walk_visits_members_that_join_meanwhile),
	KUNIT_CASE(bounded_walk_leaves_out_members_that_join_meanwhile),
	KUNIT_CASE(two_walks_keep_their_own_places),
	KUNIT_CASE(abandoned_walk_leaves_nothing_behind),
	KUNIT_CASE(walk_passes_over_the_cursors_of_many_others),
	KUNIT_CASE(oldest_member_is_found_past_cursors),
	KUNIT_CASE(unnamed_counts_up_and_is_never_given_again),
	KUNIT_CASE(unnamed_is_found_by_its_number),
	KUNIT_CASE(two_parents_may_have_a_child_of_the_same_name),
	KUNIT_CASE(rename_keeps_names_unique_and_frees_the_old_one),
	KUNIT_CASE(rename_is_seen_by_lookup),
	KUNIT_CASE(unnamed_is_given_back_by_rename),
	KUNIT_CASE(unnamed_is_given_back_only_as_the_kernel_writes_it),
	KUNIT_CASE(unnamed_is_given_back_with_a_capability_only),
	KUNIT_CASE(names_are_compared_whole),
	KUNIT_CASE_PARAM(name_rules, name_gen_params),
	KUNIT_CASE(depth_is_limited),
	KUNIT_CASE(siblings_do_not_descend_from_each_other),
	KUNIT_CASE(path_is_relative_to_the_viewer),
	KUNIT_CASE(path_is_added_to_what_is_there),
	KUNIT_CASE(longest_path_fits_and_no_shorter_buffer_will_do),
	KUNIT_CASE(path_of_numbers_overflows_cleanly),
	KUNIT_CASE(walk_visits_parents_first_and_each_once),
	KUNIT_CASE(walk_goes_on_from_where_a_container_was),
	KUNIT_CASE(walk_visits_what_is_made_ahead_of_it),
	KUNIT_CASE(children_are_listed_in_the_order_of_their_ids),
	KUNIT_CASE(clone_makes_a_container_for_new_namespaces_only),
	KUNIT_CASE(clone_enters_the_tree_when_fork_cannot_fail),
	KUNIT_CASE(kernel_threads_and_threads_do_not_make_containers),
	KUNIT_CASE(container_being_set_up_has_further_namespaces_itself),
	KUNIT_CASE(explicit_container_is_not_set_up),
	KUNIT_CASE(process_past_its_limit_stays_where_it_is),
	KUNIT_CASE_PARAM(failing_step_of_creation_leaves_nothing, step_gen_params),
	KUNIT_CASE(setns_copies_stay_in_the_container),
	KUNIT_CASE(first_process_of_a_pid_namespace_is_init_in_setup),
	KUNIT_CASE(first_process_of_the_pid_namespace_of_init_takes_over),
	KUNIT_CASE(first_process_of_another_pid_namespace_begins_a_container),
	KUNIT_CASE(first_process_of_a_time_namespace_takes_over),
	KUNIT_CASE_SLOW(lookup_races_the_last_put),
	KUNIT_CASE_SLOW(lookup_finds_a_child_while_others_are_renamed),
	{}
};

static struct kunit_suite container_test_suite = {
	.name = "container",
	.init = container_test_init,
	.exit = container_test_exit,
	.test_cases = container_test_cases,
};

kunit_test_suite(container_test_suite);

MODULE_DESCRIPTION("KUnit tests of containers");
MODULE_LICENSE("GPL");
