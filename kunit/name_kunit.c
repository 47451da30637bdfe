// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the names of containers: which are valid, and what they lead to.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/container.h>
#include <linux/cred.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>

#include "fakes.h"

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

static void name_is_checked_by_the_rules(struct kunit *test)
{
	const struct name_case *nc = test->param_value;

	KUNIT_EXPECT_EQ(test, container_check_name(nc->name, nc->len), nc->err);
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
	struct container *c = insert(test, top(test)), *next;

	expect_name(test, c, "unnamed1");
	KUNIT_EXPECT_EQ(test, rename_container(top(test), "unnamed1", "a"), 0);
	next = insert(test, top(test));
	expect_name(test, next, "unnamed2");
	container_settle(next);
	next = insert(test, top(test));
	expect_name(test, next, "unnamed3");
	container_settle(next);
	container_settle(c);
}

/* The kernel writes N in one way, so it is to be found in no other. */
static void unnamed_is_found_by_its_number(struct kunit *test)
{
	struct container *root = top(test), *c[12];

	for (int i = 0; i < ARRAY_SIZE(c); i++)
		c[i] = insert(test, root);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed2", "a"), 0);
	container_settle(c[4]);

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
			container_settle(c[i]);
}

static void two_parents_may_have_a_child_of_the_same_name(struct kunit *test)
{
	struct container *parent[2], *child[2];

	for (int i = 0; i < 2; i++) {
		parent[i] = insert(test, top(test));
		child[i] = insert(test, parent[i]);
		KUNIT_EXPECT_EQ(test, rename_container(parent[i], "unnamed1",
						       "calculate_pi"), 0);
	}
	for (int i = 0; i < 2; i++)
		KUNIT_EXPECT_PTR_EQ(test, lookup(parent[i], "calculate_pi"), child[i]);
	/* With it goes its parent. */
	for (int i = 0; i < 2; i++)
		container_settle(child[i]);
}

static void rename_keeps_names_unique_and_frees_the_old_one(struct kunit *test)
{
	struct container *root = top(test), *c[2];

	for (int i = 0; i < ARRAY_SIZE(c); i++)
		c[i] = insert(test, root);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1", "a"), 0);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed2", "a"), -EEXIST);
	KUNIT_EXPECT_EQ(test, rename_container(root, "a", "a"), 0);
	KUNIT_EXPECT_EQ(test, rename_container(root, "a", "b"), 0);
	KUNIT_EXPECT_EQ(test, rename_container(root, "a", "c"), -ENOENT);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed2", "a"), 0);
	KUNIT_EXPECT_EQ(test, rename_container(root, "b", "b/c"), -EINVAL);
	KUNIT_EXPECT_EQ(test, rename_container(root, "b", "container.b"), -EINVAL);
	expect_name(test, c[0], "b");
	KUNIT_EXPECT_NULL(test, lookup(root, "unnamed1"));
	container_settle(c[0]);
	KUNIT_EXPECT_NULL(test, lookup(root, "b"));
	container_settle(c[1]);
}

static void rename_is_seen_by_lookup(struct kunit *test)
{
	struct container *root = top(test), *c = insert(test, root);
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
	container_settle(c);
}

/* As a restore does, which is to keep every name */
static void unnamed_is_given_back_by_rename(struct kunit *test)
{
	struct container *root = top(test), *c = insert(test, root), *d, *e;

	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1", "unnamed7"), 0);
	expect_name(test, c, "unnamed7");
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "unnamed7"), c);
	KUNIT_EXPECT_NULL(test, lookup(root, "unnamed1"));

	/* The kernel goes on above. */
	d = insert(test, root);
	expect_name(test, d, "unnamed8");
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed8", "unnamed7"), -EEXIST);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed7", "unnamed7"), 0);

	/* A number that is free again sets nothing back. */
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed8", "web"), 0);
	KUNIT_EXPECT_EQ(test, rename_container(root, "web", "unnamed3"), 0);
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "unnamed3"), d);
	KUNIT_EXPECT_NULL(test, lookup(root, "web"));
	e = insert(test, root);
	expect_name(test, e, "unnamed9");
	container_settle(e);

	container_settle(d);
	container_settle(c);
}

static void unnamed_is_given_back_only_as_the_kernel_writes_it(struct kunit *test)
{
	struct container *root = top(test), *c = insert(test, root), *next;

	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1", "unnamed0"), -EINVAL);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1", "unnamed02"), -EINVAL);
	/* 2^63, from where the kernel could come to the end, and 2^64 + 1 */
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1",
					       "unnamed9223372036854775808"), -EINVAL);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1",
					       "unnamed18446744073709551617"), -EINVAL);
	KUNIT_EXPECT_EQ(test, root->unnamed_seq, 1);
	expect_name(test, c, "unnamed1");

	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1",
					       "unnamed9223372036854775807"), 0);
	next = insert(test, root);
	expect_name(test, next, "unnamed9223372036854775808");
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "unnamed9223372036854775808"), next);
	container_settle(next);
	container_settle(c);
}

static void unnamed_is_given_back_with_a_capability_only(struct kunit *test)
{
	struct container *root = top(test), *c = insert(test, root);
	struct cred *cred = prepare_creds();

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
	container_settle(c);
}

/* No name is taken for another that it is a part of. */
static void names_are_compared_whole(struct kunit *test)
{
	static const char * const names[] = { "pi", "pie", "p", "Pi", "pi-", "q" };
	struct container *root = top(test), *c[ARRAY_SIZE(names)], *found;

	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		char unnamed[16];

		snprintf(unnamed, sizeof(unnamed), "unnamed%d", i + 1);
		c[i] = insert(test, root);
		KUNIT_EXPECT_EQ(test, rename_container(root, unnamed, names[i]), 0);
	}
	for (int i = 0; i < ARRAY_SIZE(names); i++)
		KUNIT_EXPECT_PTR_EQ(test, lookup(root, names[i]), c[i]);
	KUNIT_EXPECT_NULL(test, lookup(root, ""));
	/* A NUL is no end, as names need not be terminated. */
	found = container_find_child(root, "pi\0", 3);
	KUNIT_EXPECT_NULL(test, found);
	container_put(found);
	KUNIT_EXPECT_NULL(test, lookup(root, "pies"));
	for (int i = 0; i < ARRAY_SIZE(c); i++)
		container_settle(c[i]);
}

struct race {
	struct container *parent;
	bool stop;
	struct completion begun;
	unsigned long wrong;
};

static int race_lookup_name(void *arg)
{
	struct race *race = arg;

	complete(&race->begun);
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
	struct container *c[8], *stays;
	struct task_struct *thread;

	for (int i = 0; i < ARRAY_SIZE(c); i++)
		c[i] = insert(test, root);
	stays = insert(test, root);
	KUNIT_ASSERT_EQ(test, rename_container(root, "unnamed9", "stays"), 0);
	init_completion(&race.begun);
	thread = kthread_run(race_lookup_name, &race, "container_race");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	get_task_struct(thread);
	wait_for_completion(&race.begun);

	for (int i = 0; i < 2000; i++) {
		char old[16], new[16];

		/* unnamed1 to unnamed8, then n0 to n7, n8 to n15, ... */
		if (i < ARRAY_SIZE(c))
			snprintf(old, sizeof(old), "unnamed%d", i + 1);
		else
			snprintf(old, sizeof(old), "n%d", i - (int)ARRAY_SIZE(c));
		snprintf(new, sizeof(new), "n%d", i);
		KUNIT_EXPECT_EQ(test, rename_container(root, old, new), 0);
		cond_resched();
	}
	WRITE_ONCE(race.stop, true);
	kthread_stop_put(thread);
	KUNIT_EXPECT_EQ(test, race.wrong, 0);
	container_settle(stays);
	for (int i = 0; i < ARRAY_SIZE(c); i++)
		container_settle(c[i]);
}

static struct kunit_case name_test_cases[] = {
	KUNIT_CASE_PARAM(name_is_checked_by_the_rules, name_gen_params),
	KUNIT_CASE(unnamed_counts_up_and_is_never_given_again),
	KUNIT_CASE(unnamed_is_found_by_its_number),
	KUNIT_CASE(two_parents_may_have_a_child_of_the_same_name),
	KUNIT_CASE(rename_keeps_names_unique_and_frees_the_old_one),
	KUNIT_CASE(rename_is_seen_by_lookup),
	KUNIT_CASE(unnamed_is_given_back_by_rename),
	KUNIT_CASE(unnamed_is_given_back_only_as_the_kernel_writes_it),
	KUNIT_CASE(unnamed_is_given_back_with_a_capability_only),
	KUNIT_CASE(names_are_compared_whole),
	KUNIT_CASE_SLOW(lookup_finds_a_child_while_others_are_renamed),
	{}
};

static struct kunit_suite name_test_suite = {
	.name = "container_name",
	.init = container_test_init,
	.exit = container_test_exit,
	.test_cases = name_test_cases,
};

kunit_test_suite(name_test_suite);

MODULE_DESCRIPTION("KUnit tests of the names of containers");
MODULE_LICENSE("GPL");
