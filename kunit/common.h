/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_CONTAINER_TESTS_COMMON_H
#define _KERNEL_CONTAINER_TESTS_COMMON_H

/*
 * For the KUnit tests of containers: a container at the top of the tree that
 * each test builds, and containers in it.  The rest of the kernel sees nothing of
 * them, apart from ids being used up.
 */
#include <kunit/test.h>
#include <linux/cleanup.h>
#include <linux/container.h>
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/seq_buf.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "../internal.h"

struct container_test {
	struct container *root;
	struct task_struct *outside;
	int root_refs;
	int nr_pids;
};

static inline struct container_test *container_test(struct kunit *test)
{
	return test->priv;
}

/* The container at the top of the tree */
static inline struct container *top(struct kunit *test)
{
	return container_test(test)->root;
}

/* A process in that container, from which all others descend */
static inline struct task_struct *outside(struct kunit *test)
{
	return container_test(test)->outside;
}

static inline int refs(const struct container *c)
{
	return refcount_read(&c->ref);
}

/*
 * The same, once what is not referenced any more has been freed.  The reference
 * to the parent is dropped after a grace period, so each level takes one.
 */
static inline int refs_at_rest(const struct container *c, int expected)
{
	for (int i = 0; i < CONTAINER_LEVELS && refs(c) != expected; i++)
		rcu_barrier();
	return refs(c);
}

/* Containers without a process */

/*
 * An implicit container in the tree; the tree has the only reference.  It goes
 * with container_settle(), and so does a parent that is left with nothing in it.
 */
static inline struct container *insert(struct kunit *test, struct container *parent)
{
	struct container *c = container_alloc(parent, &init_user_ns);

	KUNIT_ASSERT_NOT_NULL(test, c);
	scoped_guard(spinlock, &container_lock)
		container_insert(c);
	container_put(c);
	return c;
}

/* A chain of containers as deep as it gets: c[0] is the initial one. */
static inline void insert_chain(struct kunit *test, struct container *c[CONTAINER_LEVELS])
{
	c[2] = top(test);
	c[1] = c[2]->parent;
	c[0] = &init_container;
	for (int i = 3; i < CONTAINER_LEVELS; i++)
		c[i] = insert(test, c[i - 1]);
}

static inline int rename_container(struct container *parent, const char *old,
				   const char *new)
{
	struct container *c __free(container_put) =
		container_find_child(parent, old, strlen(old));

	if (!c)
		return -ENOENT;
	return container_rename(c, old, strlen(old), new, strlen(new));
}

/* What a name leads to, without a reference */
static inline struct container *lookup(struct container *parent, const char *name)
{
	struct container *c = container_find_child(parent, name, strlen(name));

	container_put(c);
	return c;
}

static inline struct container *lookup_id(u64 id)
{
	struct container *c = container_find(id);

	container_put(c);
	return c;
}

static inline struct container *next_child(struct container *parent, u64 id)
{
	struct container *c = container_next_child(parent, id);

	container_put(c);
	return c;
}

static inline struct container *next_sibling(struct container *c)
{
	struct container *next = container_next_sibling(container_get(c));

	container_put(next);
	return next;
}

static inline void expect_path(struct kunit *test, struct container *c,
			       struct container *root, const char *expected)
{
	DECLARE_SEQ_BUF(s, 128);

	container_path(&s, c, root);
	KUNIT_EXPECT_STREQ(test, seq_buf_str(&s), expected);
}

/* The charges of the user of the tests; referenced until put_charges() */
static inline struct ucounts *get_charges(struct kunit *test)
{
	struct ucounts *ucounts = inc_ucount(&init_user_ns, current_euid(),
					     UCOUNT_CONTAINERS);

	KUNIT_ASSERT_NOT_NULL(test, ucounts);
	return ucounts;
}

static inline long charges(struct ucounts *ucounts)
{
	return atomic_long_read(&ucounts->ucount[UCOUNT_CONTAINERS]) - 1;
}

static inline void put_charges(struct ucounts *ucounts)
{
	dec_ucount(ucounts, UCOUNT_CONTAINERS);
}

/* What a process is in */

static inline struct container *container_of_process(struct task_struct *p)
{
	return rcu_dereference_protected(p->signal->container_member.container,
					 true);
}

static inline struct pid *init_of(struct container *c)
{
	return rcu_dereference_protected(c->init, true);
}

#endif /* _KERNEL_CONTAINER_TESTS_COMMON_H */
