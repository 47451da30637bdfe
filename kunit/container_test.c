// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of containers: references, lifetime, tree, names, membership.
 *
 * The processes are made up, and so is the container at the top of the tree
 * that each test builds, so that nothing of it is seen by the rest of the
 * kernel, apart from ids being used up.
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
#include <linux/user_namespace.h>

#include "fakes.h"
#include "internal.h"

static void new_container_is_forgotten_by_its_last_put(struct kunit *test)
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
	KUNIT_EXPECT_EQ(test, refs(root), before);
	KUNIT_EXPECT_EQ(test, root->unnamed_seq, 0);
}

static void member_keeps_container_live(struct kunit *test)
{
	struct task_struct *p = fake_leader(test);
	struct container *c = create(test, top(test), p);
	u64 id = c->id;

	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	KUNIT_EXPECT_EQ(test, c->nr_members, 1);
	KUNIT_EXPECT_PTR_EQ(test, p->container, c);
	KUNIT_EXPECT_PTR_EQ(test, container_find(id), c);
	container_put(c);

	leave(p);
	KUNIT_EXPECT_NULL(test, p->container);
	KUNIT_EXPECT_NULL(test, container_find(id));
	KUNIT_EXPECT_EQ(test, pid_refs(p), 0);
}

static void reference_outlives_container_but_shows_it_gone(struct kunit *test)
{
	struct task_struct *p = fake_leader(test);
	struct container *c = container_get(create(test, top(test), p));

	KUNIT_EXPECT_FALSE(test, container_gone(c));
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(c));
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	KUNIT_EXPECT_NULL(test, c->init);
	container_put(c);
}

static void nested_containers_go_together(struct kunit *test)
{
	struct task_struct *p = fake_leader(test);
	struct container *outer = create(test, top(test), p), *inner;
	u64 outer_id = outer->id, inner_id;

	/* As by unshare: the inner one is made, and the member moves down. */
	inner = create(test, outer, p);
	inner_id = inner->id;

	KUNIT_EXPECT_EQ(test, outer->nr_members, 0);
	KUNIT_EXPECT_EQ(test, outer->nr_children, 1);
	KUNIT_EXPECT_NULL(test, outer->init);
	KUNIT_EXPECT_EQ(test, outer->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, pid_refs(p), 1);

	leave(p);
	KUNIT_EXPECT_NULL(test, container_find(inner_id));
	KUNIT_EXPECT_NULL(test, container_find(outer_id));
	KUNIT_EXPECT_EQ(test, pid_refs(p), 0);
}

static void reference_to_child_pins_parents_that_are_gone(struct kunit *test)
{
	struct task_struct *p = fake_leader(test);
	struct container *outer = create(test, top(test), p);
	struct container *inner = container_get(create(test, outer, p));

	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(inner));
	KUNIT_EXPECT_TRUE(test, container_gone(outer));
	KUNIT_EXPECT_EQ(test, refs(inner), 1);
	KUNIT_EXPECT_EQ(test, refs(outer), 1);
	container_put(inner);
}

static void bind_to_container_that_is_gone_fails(struct kunit *test)
{
	struct task_struct *p = fake_leader(test), *q = fake_leader(test);
	struct container *outer = create(test, top(test), q);
	struct container *c = container_get(create(test, outer, p));

	leave(p);
	KUNIT_EXPECT_EQ(test, container_enter(q, c, c->init), -ESRCH);
	KUNIT_EXPECT_PTR_EQ(test, q->container, outer);
	KUNIT_EXPECT_EQ(test, c->nr_members, 0);
	container_put(c);
	leave(q);
}

static void bind_to_own_container_changes_nothing(struct kunit *test)
{
	struct task_struct *p = fake_leader(test), *q = fake_leader(test);
	struct container *c = create(test, top(test), p);

	scoped_guard(write_lock_irq, &tasklist_lock)
		container_link(c, q);
	KUNIT_EXPECT_EQ(test, container_enter(p, c, c->init), 0);
	KUNIT_EXPECT_EQ(test, c->nr_members, 2);
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	/* Who leaves and comes back is init no more, and last in the list. */
	KUNIT_EXPECT_PTR_EQ(test, c->init, task_tgid(p));
	KUNIT_EXPECT_TRUE(test, list_is_first(&p->container_node, &c->members));
	leave(q);
	leave(p);
}

static void bind_to_empty_container_makes_init(struct kunit *test)
{
	struct task_struct *p = fake_leader(test), *q = fake_leader(test);
	struct container *outer = create(test, top(test), p);
	struct container *mid = create(test, outer, q);

	create(test, mid, q);
	KUNIT_ASSERT_NULL(test, mid->init);
	KUNIT_EXPECT_EQ(test, container_enter(p, mid, mid->init), 0);
	KUNIT_EXPECT_PTR_EQ(test, mid->init, task_tgid(p));
	leave(p);
	leave(q);
}

static void init_passes_to_the_member_that_joined_first(struct kunit *test)
{
	struct task_struct *p[3];
	struct container *c;

	for (int i = 0; i < 3; i++)
		p[i] = fake_leader(test);
	c = create(test, top(test), p[0]);
	scoped_guard(write_lock_irq, &tasklist_lock) {
		container_link(c, p[1]);
		container_link(c, p[2]);
	}
	KUNIT_EXPECT_PTR_EQ(test, c->init, task_tgid(p[0]));
	leave(p[0]);
	KUNIT_EXPECT_PTR_EQ(test, c->init, task_tgid(p[1]));
	KUNIT_EXPECT_EQ(test, pid_refs(p[0]), 0);
	KUNIT_EXPECT_EQ(test, pid_refs(p[1]), 1);
	/* Whoever else leaves makes no difference. */
	leave(p[2]);
	KUNIT_EXPECT_PTR_EQ(test, c->init, task_tgid(p[1]));
	leave(p[1]);
}

static void bind_asks_the_init_that_is_there(struct kunit *test)
{
	struct task_struct *p = fake_leader(test), *q = fake_leader(test);
	struct task_struct *r = fake_leader(test);
	struct container *outer = create(test, top(test), p);
	struct container *c = create(test, outer, q);
	struct pid *asked = c->init;

	scoped_guard(write_lock_irq, &tasklist_lock)
		container_link(c, r);
	leave(q);
	KUNIT_EXPECT_EQ(test, container_enter(p, c, asked), -EAGAIN);
	KUNIT_EXPECT_EQ(test, container_enter(p, c, NULL), -EAGAIN);
	KUNIT_EXPECT_PTR_EQ(test, p->container, outer);
	KUNIT_EXPECT_EQ(test, container_enter(p, c, task_tgid(r)), 0);
	leave(r);
	leave(p);
}

static void process_is_listed_once_for_all_its_threads(struct kunit *test)
{
	struct fake_process *proc = fake_process(test);
	struct task_struct *leader = fake_task(test, proc);
	struct task_struct *thread = fake_task(test, proc);
	struct container *c = create(test, top(test), leader);
	struct pid **pids;
	int nr;

	scoped_guard(write_lock_irq, &tasklist_lock)
		container_link(c, thread);
	KUNIT_EXPECT_EQ(test, c->nr_members, 1);
	nr = container_processes(c, &pids);
	KUNIT_EXPECT_EQ(test, nr, 1);
	KUNIT_EXPECT_PTR_EQ(test, pids[0], proc->tgid);
	container_put_processes(pids, nr);
	leave(thread);
	KUNIT_EXPECT_EQ(test, c->nr_members, 1);
	leave(leader);
}

static void init_outlives_its_leader_thread(struct kunit *test)
{
	struct fake_process *proc = fake_process(test);
	struct task_struct *leader = fake_task(test, proc);
	struct task_struct *thread = fake_task(test, proc);
	struct task_struct *other = fake_leader(test);
	struct container *c = create(test, top(test), leader);

	scoped_guard(write_lock_irq, &tasklist_lock) {
		container_link(c, thread);
		container_link(c, other);
	}
	leave(leader);
	KUNIT_EXPECT_PTR_EQ(test, c->init, proc->tgid);
	KUNIT_EXPECT_EQ(test, c->nr_members, 2);
	/* It keeps its place in the order, too. */
	KUNIT_EXPECT_PTR_EQ(test, list_first_entry(&c->members, struct task_struct,
						   container_node), thread);
	leave(thread);
	KUNIT_EXPECT_PTR_EQ(test, c->init, task_tgid(other));
	leave(other);
}

static void threads_may_be_in_several_containers(struct kunit *test)
{
	struct fake_process *proc = fake_process(test);
	struct task_struct *leader = fake_task(test, proc);
	struct task_struct *thread = fake_task(test, proc);
	struct container *outer = create(test, top(test), leader), *inner;

	scoped_guard(write_lock_irq, &tasklist_lock)
		container_link(outer, thread);
	inner = create(test, outer, thread);

	KUNIT_EXPECT_EQ(test, outer->nr_members, 1);
	KUNIT_EXPECT_EQ(test, inner->nr_members, 1);
	KUNIT_EXPECT_PTR_EQ(test, outer->init, proc->tgid);
	KUNIT_EXPECT_PTR_EQ(test, inner->init, proc->tgid);
	KUNIT_EXPECT_EQ(test, pid_refs(leader), 2);
	leave(leader);
	KUNIT_EXPECT_NULL(test, outer->init);
	leave(thread);
	KUNIT_EXPECT_EQ(test, pid_refs(leader), 0);
}

static void id_is_never_used_again(struct kunit *test)
{
	struct task_struct *p = fake_leader(test);
	u64 last = CONTAINER_INIT_ID;

	for (int i = 0; i < 100; i++) {
		struct container *c = create(test, top(test), p);
		u64 id = c->id;

		KUNIT_EXPECT_GT(test, id, last);
		KUNIT_EXPECT_GT(test, ns_id_next(), id);
		last = id;
		leave(p);
		KUNIT_EXPECT_NULL(test, container_find(id));
	}
}

static void initial_container_has_the_id_behind_the_namespaces(struct kunit *test)
{
	struct container *c = container_find(NS_LAST_INIT_ID + 1);

	KUNIT_EXPECT_PTR_EQ(test, c, &init_container);
	container_put(c);
	KUNIT_EXPECT_NULL(test, container_find(0));
	KUNIT_EXPECT_NULL(test, container_find(NS_LAST_INIT_ID));
	KUNIT_EXPECT_NULL(test, container_find(U64_MAX));
}

static void expect_name(struct kunit *test, struct container *c,
			const char *expected)
{
	char name[CONTAINER_NAME_MAX + 1];

	KUNIT_EXPECT_EQ(test, container_name(c, name), strlen(expected));
	KUNIT_EXPECT_STREQ(test, name, expected);
}

static void unnamed_counts_up_and_is_never_given_again(struct kunit *test)
{
	struct task_struct *p = fake_leader(test), *q = fake_leader(test);
	struct container *c = create(test, top(test), p);

	expect_name(test, c, "unnamed1");
	KUNIT_EXPECT_EQ(test, container_rename(top(test), "unnamed1", 8, "a", 1), 0);
	c = create(test, top(test), q);
	expect_name(test, c, "unnamed2");
	leave(q);
	c = create(test, top(test), q);
	expect_name(test, c, "unnamed3");
	leave(q);
	leave(p);
}

static struct container *find(struct container *parent, const char *name)
{
	struct container *c = container_find_child(parent, name, strlen(name));

	container_put(c);
	return c;
}

/* The kernel writes N in one way, so it is to be found in no other. */
static void unnamed_is_found_by_its_number(struct kunit *test)
{
	struct container *root = top(test), *c[12];
	struct task_struct *p[ARRAY_SIZE(c)];

	for (int i = 0; i < ARRAY_SIZE(c); i++) {
		p[i] = fake_leader(test);
		c[i] = create(test, root, p[i]);
	}
	KUNIT_EXPECT_EQ(test, container_rename(root, "unnamed2", 8, "a", 1), 0);
	leave(p[4]);

	KUNIT_EXPECT_PTR_EQ(test, find(root, "unnamed1"), c[0]);
	KUNIT_EXPECT_NULL(test, find(root, "unnamed2"));
	KUNIT_EXPECT_PTR_EQ(test, find(root, "unnamed4"), c[3]);
	KUNIT_EXPECT_NULL(test, find(root, "unnamed5"));
	KUNIT_EXPECT_PTR_EQ(test, find(root, "unnamed12"), c[11]);
	KUNIT_EXPECT_NULL(test, find(root, "unnamed13"));
	KUNIT_EXPECT_NULL(test, find(root, "unnamed0"));
	KUNIT_EXPECT_NULL(test, find(root, "unnamed01"));
	KUNIT_EXPECT_NULL(test, find(root, "unnamed"));
	KUNIT_EXPECT_NULL(test, find(root, "unnamed1x"));
	/* 1 more than 2^64, and than 25 times that */
	KUNIT_EXPECT_NULL(test, find(root, "unnamed18446744073709551617"));
	KUNIT_EXPECT_NULL(test, find(root, "unnamed461168601842738790401"));
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
		p[i] = fake_leader(test);
		q[i] = fake_leader(test);
		parent[i] = create(test, top(test), p[i]);
		child[i] = create(test, parent[i], q[i]);
		KUNIT_EXPECT_EQ(test, container_rename(parent[i], "unnamed1", 8,
						       "calculate_pi", 12), 0);
	}
	for (int i = 0; i < 2; i++) {
		struct container *c = container_find_child(parent[i], "calculate_pi", 12);

		KUNIT_EXPECT_PTR_EQ(test, c, child[i]);
		container_put(c);
		KUNIT_EXPECT_TRUE(test, container_is_child(child[i], parent[i],
							   "calculate_pi", 12));
		KUNIT_EXPECT_FALSE(test, container_is_child(child[i], parent[!i],
							    "calculate_pi", 12));
	}
	for (int i = 0; i < 2; i++) {
		leave(q[i]);
		leave(p[i]);
	}
}

static void rename_keeps_names_unique_and_frees_the_old_one(struct kunit *test)
{
	struct task_struct *p = fake_leader(test), *q = fake_leader(test);
	struct container *root = top(test), *c = create(test, root, p);

	create(test, root, q);
	KUNIT_EXPECT_EQ(test, container_rename(root, "unnamed1", 8, "a", 1), 0);
	KUNIT_EXPECT_EQ(test, container_rename(root, "unnamed2", 8, "a", 1), -EEXIST);
	KUNIT_EXPECT_EQ(test, container_rename(root, "a", 1, "a", 1), 0);
	KUNIT_EXPECT_EQ(test, container_rename(root, "a", 1, "b", 1), 0);
	KUNIT_EXPECT_EQ(test, container_rename(root, "a", 1, "c", 1), -ENOENT);
	KUNIT_EXPECT_EQ(test, container_rename(root, "unnamed2", 8, "a", 1), 0);
	KUNIT_EXPECT_EQ(test, container_rename(root, "b", 1, "unnamed1", 8), -EINVAL);
	expect_name(test, c, "b");
	KUNIT_EXPECT_NULL(test, container_find_child(root, "unnamed1", 8));
	leave(p);
	KUNIT_EXPECT_NULL(test, container_find_child(root, "b", 1));
	leave(q);
}

/* No name is taken for another that it is a part of. */
static void names_are_compared_whole(struct kunit *test)
{
	static const char * const names[] = { "pi", "pie", "p", "Pi", "pi-", "q" };
	struct task_struct *p[ARRAY_SIZE(names)];
	struct container *root = top(test), *c[ARRAY_SIZE(names)];

	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		char unnamed[16];
		int len = snprintf(unnamed, sizeof(unnamed), "unnamed%d", i + 1);

		p[i] = fake_leader(test);
		c[i] = create(test, root, p[i]);
		KUNIT_EXPECT_EQ(test, container_rename(root, unnamed, len, names[i],
						       strlen(names[i])), 0);
	}
	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		struct container *found;

		found = container_find_child(root, names[i], strlen(names[i]));
		KUNIT_EXPECT_PTR_EQ(test, found, c[i]);
		container_put(found);
	}
	KUNIT_EXPECT_NULL(test, container_find_child(root, "", 0));
	KUNIT_EXPECT_NULL(test, container_find_child(root, "pi\0", 3));
	KUNIT_EXPECT_NULL(test, container_find_child(root, "pies", 4));
	for (int i = 0; i < ARRAY_SIZE(names); i++)
		leave(p[i]);
}

struct name_case {
	const char *desc;
	const char *name;
	size_t len;
	int err;
};

#define NAME_63 "123456789012345678901234567890123456789012345678901234567890123"
#define NAME(desc, name, err) { desc, name, sizeof(name) - 1, err }

static const struct name_case name_cases[] = {
	NAME("one character", "a", 0),
	NAME("every special character", "a._+@:-", 0),
	NAME("digits", "0123456789", 0),
	NAME("upper case", "ABCXYZ", 0),
	NAME("first and last of each range", "azAZ09", 0),
	NAME("leading dash", "-rf", 0),
	NAME("63 characters", NAME_63, 0),
	NAME("64 characters", NAME_63 "4", -ENAMETOOLONG),
	NAME("64 bad characters", NAME_63 "/", -ENAMETOOLONG),
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

/* A chain of containers as deep as it gets, and no deeper */
static void depth_is_limited(struct kunit *test)
{
	struct container *c[CONTAINER_LEVELS] = { &init_container, top(test) };
	struct task_struct *p[CONTAINER_LEVELS];
	struct nsproxy nsproxy = init_nsproxy;
	int i;

	for (i = 2; i < CONTAINER_LEVELS; i++) {
		p[i] = fake_leader(test);
		c[i] = create(test, c[i - 1], p[i]);
		KUNIT_EXPECT_EQ(test, c[i]->level, i);
	}
	for (i = 0; i < CONTAINER_LEVELS; i++) {
		for (int j = 0; j < CONTAINER_LEVELS; j++)
			KUNIT_EXPECT_EQ(test, container_descends(c[i], c[j]), i >= j);
	}

	/* One more process that would like a container of its own */
	i = CONTAINER_LEVELS - 1;
	nsproxy.container = c[i];
	p[0] = fake_leader(test);
	p[0]->nsproxy = &nsproxy;
	KUNIT_EXPECT_EQ(test, copy_namespaces(CLONE_NEWUTS, p[0]), 0);
	KUNIT_EXPECT_PTR_NE(test, p[0]->nsproxy, &nsproxy);
	KUNIT_EXPECT_PTR_EQ(test, p[0]->nsproxy->container, c[i]);
	exit_nsproxy_namespaces(p[0]);

	while (i >= 2)
		leave(p[i--]);
}

static void siblings_do_not_descend_from_each_other(struct kunit *test)
{
	struct task_struct *p = fake_leader(test), *q = fake_leader(test);
	struct container *a = create(test, top(test), p);
	struct container *b = create(test, top(test), q);

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
	struct task_struct *p = fake_leader(test), *q = fake_leader(test);
	struct container *a = create(test, top(test), p);
	struct container *b = create(test, a, q);
	char *buf = kunit_kzalloc(test, CONTAINER_PATH_MAX, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_EXPECT_STREQ(test, container_path(b, b, buf, CONTAINER_PATH_MAX), "/");
	KUNIT_EXPECT_STREQ(test, container_path(b, a, buf, CONTAINER_PATH_MAX),
			   "/unnamed1");
	KUNIT_EXPECT_STREQ(test, container_path(b, top(test), buf, CONTAINER_PATH_MAX),
			   "/unnamed1/unnamed1");
	leave(q);
	leave(p);
}

static void longest_path_fits(struct kunit *test)
{
	struct container *c[CONTAINER_LEVELS] = { NULL, top(test) };
	struct task_struct *p[CONTAINER_LEVELS];
	char *buf = kunit_kzalloc(test, CONTAINER_PATH_MAX, GFP_KERNEL);
	const char *path;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (int i = 2; i < CONTAINER_LEVELS; i++) {
		p[i] = fake_leader(test);
		c[i] = create(test, c[i - 1], p[i]);
		KUNIT_EXPECT_EQ(test, container_rename(c[i - 1], "unnamed1", 8,
						       NAME_63, 63), 0);
	}
	path = container_path(c[CONTAINER_LEVELS - 1], top(test), buf,
			      CONTAINER_PATH_MAX);
	/* The top of this tree is one below the initial container. */
	KUNIT_EXPECT_EQ(test, strlen(path), (CONTAINER_LEVELS - 2) * 64);
	KUNIT_EXPECT_PTR_EQ(test, path, buf + 64);
	for (int i = CONTAINER_LEVELS - 1; i >= 2; i--)
		leave(p[i]);
}

static void walk_visits_parents_first_and_each_once(struct kunit *test)
{
	struct task_struct *p[7];
	struct container *c[7], *pos, *next;
	/* top: 0 (1 (2), 3), 4 (5), 6 */
	static const int parent[] = { -1, 0, 1, 0, -1, 4, -1 };
	int i;

	for (i = 0; i < ARRAY_SIZE(c); i++) {
		p[i] = fake_leader(test);
		c[i] = create(test, parent[i] < 0 ? top(test) : c[parent[i]], p[i]);
	}
	pos = container_get(top(test));
	for (i = 0; i < ARRAY_SIZE(c); i++) {
		next = container_next(pos, top(test));
		container_put(pos);
		KUNIT_EXPECT_PTR_EQ(test, next, c[i]);
		pos = next;
	}
	KUNIT_EXPECT_NULL(test, container_next(pos, top(test)));
	container_put(pos);
	/* A subtree is left at its top. */
	KUNIT_EXPECT_NULL(test, container_next(c[2], c[1]));
	for (i = 0; i < ARRAY_SIZE(c); i++)
		leave(p[i]);
}

static void walk_goes_on_from_where_a_container_was(struct kunit *test)
{
	struct task_struct *p[4];
	struct container *c[4], *next;

	for (int i = 0; i < ARRAY_SIZE(c); i++)
		p[i] = fake_leader(test);
	c[0] = create(test, top(test), p[0]);
	c[1] = container_get(create(test, c[0], p[1]));
	c[2] = create(test, c[0], p[2]);
	c[3] = create(test, top(test), p[3]);

	leave(p[1]);
	next = container_next(c[1], top(test));
	KUNIT_EXPECT_PTR_EQ(test, next, c[2]);
	container_put(next);
	/* The parent goes as well. */
	leave(p[2]);
	leave(p[0]);
	next = container_next(c[1], top(test));
	KUNIT_EXPECT_PTR_EQ(test, next, c[3]);
	container_put(next);
	leave(p[3]);
	KUNIT_EXPECT_NULL(test, container_next(c[1], top(test)));
	container_put(c[1]);
}

static void clone_makes_a_container_for_new_namespaces_only(struct kunit *test)
{
	struct nsproxy nsproxy = init_nsproxy;
	struct task_struct *p = fake_leader(test);
	struct container *c;
	int before;

	refcount_set(&nsproxy.count, 2);
	nsproxy.container = top(test);
	before = refs(top(test));

	/* Plain fork shares the nsproxy. */
	p->nsproxy = &nsproxy;
	KUNIT_EXPECT_EQ(test, copy_namespaces(0, p), 0);
	KUNIT_EXPECT_PTR_EQ(test, p->nsproxy, &nsproxy);
	KUNIT_EXPECT_EQ(test, refs(top(test)), before);

	KUNIT_EXPECT_EQ(test, copy_namespaces(CLONE_NEWUTS, p), 0);
	KUNIT_ASSERT_PTR_NE(test, p->nsproxy, &nsproxy);
	c = p->nsproxy->container;
	KUNIT_EXPECT_PTR_EQ(test, c->parent, top(test));
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_NEW);
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	KUNIT_EXPECT_EQ(test, refs(top(test)), before + 1);

	/* Fork failed later on. */
	exit_nsproxy_namespaces(p);
	KUNIT_EXPECT_EQ(test, refs(top(test)), before);
	KUNIT_EXPECT_EQ(test, top(test)->unnamed_seq, 0);
}

static void clone_enters_the_tree_when_fork_cannot_fail(struct kunit *test)
{
	struct nsproxy nsproxy = init_nsproxy;
	struct task_struct *p = fake_leader(test);
	struct container *c;

	nsproxy.container = top(test);
	p->nsproxy = &nsproxy;
	KUNIT_ASSERT_EQ(test, copy_namespaces(CLONE_NEWUTS, p), 0);
	c = p->nsproxy->container;
	scoped_guard(write_lock_irq, &tasklist_lock)
		container_fork(p);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_PTR_EQ(test, p->container, c);
	KUNIT_EXPECT_PTR_EQ(test, c->init, task_tgid(p));
	KUNIT_EXPECT_EQ(test, refs(c), 2);
	/* The nsproxy goes first when a task exits. */
	exit_nsproxy_namespaces(p);
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	leave(p);
}

static void kernel_threads_do_not_make_containers(struct kunit *test)
{
	struct nsproxy nsproxy = init_nsproxy;
	struct task_struct *p = fake_leader(test);

	p->flags = PF_KTHREAD;
	nsproxy.container = top(test);
	p->nsproxy = &nsproxy;
	KUNIT_ASSERT_EQ(test, copy_namespaces(CLONE_NEWUTS, p), 0);
	KUNIT_EXPECT_PTR_EQ(test, p->nsproxy->container, top(test));
	exit_nsproxy_namespaces(p);
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

/* Whichever namespace cannot be made, the container made for it is forgotten. */
static void failing_step_of_creation_leaves_nothing(struct kunit *test)
{
	const struct step_case *step = test->param_value;
	struct nsproxy nsproxy = init_nsproxy;
	struct task_struct *p = fake_leader(test);
	long max = init_user_ns.ucount_max[step->type];
	int before = refs(top(test)), err;
	u64 flags = 0;

	if (check_nsset_flags(step->flag))
		kunit_skip(test, "not configured");
	for (int i = 0; i < ARRAY_SIZE(step_cases); i++)
		if (!check_nsset_flags(step_cases[i].flag))
			flags |= step_cases[i].flag;

	nsproxy.container = top(test);
	p->nsproxy = &nsproxy;
	WRITE_ONCE(init_user_ns.ucount_max[step->type], 0);
	err = copy_namespaces(flags, p);
	WRITE_ONCE(init_user_ns.ucount_max[step->type], max);

	KUNIT_EXPECT_EQ(test, err, -ENOSPC);
	KUNIT_EXPECT_PTR_EQ(test, p->nsproxy, &nsproxy);
	KUNIT_EXPECT_EQ(test, refs(top(test)), before);
}

static void setns_copies_stay_in_the_container(struct kunit *test)
{
	struct container *own = current->container;
	struct nsset nsset = {};
	int before = refs(own);

	KUNIT_ASSERT_EQ(test, prepare_nsset(0, false, &nsset), 0);
	KUNIT_EXPECT_PTR_EQ(test, nsset.nsproxy->container, own);
	KUNIT_EXPECT_GT(test, refs(own), before);
	put_nsset(&nsset);
}

/*
 * Look up ids that come and go: what is found is what was asked for and stays
 * in memory, whether it is still there or not.
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
	struct task_struct *p = fake_leader(test), *thread;
	struct race race = {};
	struct container *c;

	init_completion(&race.found);
	c = create(test, top(test), p);
	race.id = c->id;
	thread = kthread_run(race_lookup, &race, "container_race");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	get_task_struct(thread);

	/* It does find something. */
	wait_for_completion(&race.found);
	leave(p);

	for (int i = 0; i < 5000; i++) {
		c = create(test, top(test), p);
		WRITE_ONCE(race.id, c->id);
		cond_resched();
		leave(p);
	}
	WRITE_ONCE(race.stop, true);
	kthread_stop_put(thread);
	KUNIT_EXPECT_EQ(test, race.wrong, 0);
}

static struct kunit_case container_test_cases[] = {
	KUNIT_CASE(new_container_is_forgotten_by_its_last_put),
	KUNIT_CASE(member_keeps_container_live),
	KUNIT_CASE(reference_outlives_container_but_shows_it_gone),
	KUNIT_CASE(nested_containers_go_together),
	KUNIT_CASE(reference_to_child_pins_parents_that_are_gone),
	KUNIT_CASE(bind_to_container_that_is_gone_fails),
	KUNIT_CASE(bind_to_own_container_changes_nothing),
	KUNIT_CASE(bind_to_empty_container_makes_init),
	KUNIT_CASE(bind_asks_the_init_that_is_there),
	KUNIT_CASE(init_passes_to_the_member_that_joined_first),
	KUNIT_CASE(process_is_listed_once_for_all_its_threads),
	KUNIT_CASE(init_outlives_its_leader_thread),
	KUNIT_CASE(threads_may_be_in_several_containers),
	KUNIT_CASE(id_is_never_used_again),
	KUNIT_CASE(initial_container_has_the_id_behind_the_namespaces),
	KUNIT_CASE(unnamed_counts_up_and_is_never_given_again),
	KUNIT_CASE(unnamed_is_found_by_its_number),
	KUNIT_CASE(two_parents_may_have_a_child_of_the_same_name),
	KUNIT_CASE(rename_keeps_names_unique_and_frees_the_old_one),
	KUNIT_CASE(names_are_compared_whole),
	KUNIT_CASE_PARAM(name_rules, name_gen_params),
	KUNIT_CASE(depth_is_limited),
	KUNIT_CASE(siblings_do_not_descend_from_each_other),
	KUNIT_CASE(path_is_relative_to_the_viewer),
	KUNIT_CASE(longest_path_fits),
	KUNIT_CASE(walk_visits_parents_first_and_each_once),
	KUNIT_CASE(walk_goes_on_from_where_a_container_was),
	KUNIT_CASE(clone_makes_a_container_for_new_namespaces_only),
	KUNIT_CASE(clone_enters_the_tree_when_fork_cannot_fail),
	KUNIT_CASE(kernel_threads_do_not_make_containers),
	KUNIT_CASE_PARAM(failing_step_of_creation_leaves_nothing, step_gen_params),
	KUNIT_CASE(setns_copies_stay_in_the_container),
	KUNIT_CASE_SLOW(lookup_races_the_last_put),
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
