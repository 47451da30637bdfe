/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_CONTAINER_TESTS_OPERATIONS_H
#define _KERNEL_CONTAINER_TESTS_OPERATIONS_H

/*
 * For the KUnit tests of what operates on containers: explicit containers, and
 * processes that enter them.
 */
#include "fakes.h"

/* An explicit container; the tree has the only reference. */
static inline struct container *make(struct kunit *test, struct container *parent,
				     const char *name)
{
	struct container *c = container_create(parent, name, strlen(name));

	KUNIT_ASSERT_FALSE(test, IS_ERR(c));
	container_put(c);
	return c;
}

static inline int destroy(struct container *c)
{
	char name[CONTAINER_NAME_MAX + 1];
	size_t len = container_name(c, name);

	return container_destroy(c, name, len, true);
}

/* Move @p down, as by bind_ns(), with the consent of @init */
static inline int enter(struct task_struct *p, struct container *c,
			const struct pid *init)
{
	guard(act_as)(p);
	return container_enter(p, c, true, init);
}

/* A child of the process outside, in a container that has that init, or none */
static inline struct task_struct *spawn_in(struct kunit *test, struct container *c)
{
	struct task_struct *p = spawn(test, outside(test));

	KUNIT_EXPECT_EQ(test, enter(p, c, init_of(c)), 0);
	return p;
}

static inline bool was_killed(struct task_struct *p)
{
	return sigismember(&p->pending.signal, SIGKILL);
}

static inline int event_of(const struct container *c)
{
	return atomic_read(&c->event);
}

/* Every test ends without a child that counts at the top. */
static inline void operations_test_exit(struct kunit *test)
{
	if (test->priv && top(test)) {
		KUNIT_EXPECT_EQ(test, top(test)->nr_populated, 0);
		KUNIT_EXPECT_EQ(test, top(test)->nr_frozen_children, 0);
	}
	container_test_exit(test);
}

#endif /* _KERNEL_CONTAINER_TESTS_OPERATIONS_H */
