// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the paths of containers.
 */
#include <kunit/test.h>
#include <linux/container.h>
#include <linux/seq_buf.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "fakes.h"

static void path_is_relative_to_the_viewer(struct kunit *test)
{
	struct container *a = insert(test, top(test)), *b = insert(test, a);

	expect_path(test, b, b, "/");
	expect_path(test, b, a, "/unnamed1");
	expect_path(test, b, top(test), "/unnamed1/unnamed1");
	KUNIT_EXPECT_EQ(test, rename_container(top(test), "unnamed1", "web"), 0);
	expect_path(test, b, a, "/unnamed1");
	expect_path(test, b, top(test), "/web/unnamed1");
	container_settle(b);
}

static void path_is_added_to_what_is_there(struct kunit *test)
{
	struct container *c = insert(test, top(test));
	DECLARE_SEQ_BUF(s, 32);

	seq_buf_puts(&s, "9 ");
	container_path(&s, c, top(test));
	seq_buf_putc(&s, ' ');
	container_path(&s, c, c);
	KUNIT_EXPECT_STREQ(test, seq_buf_str(&s), "9 /unnamed1 /");
	container_settle(c);
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

#define NAME_63 "123456789012345678901234567890123456789012345678901234567890123"
#define NAME_255 NAME_63 "4" NAME_63 "8" NAME_63 "2" NAME_63

static void longest_path_fits_and_no_shorter_buffer_will_do(struct kunit *test)
{
	const size_t length = (CONTAINER_LEVELS - 1) * (CONTAINER_NAME_MAX + 1);
	struct container *c[CONTAINER_LEVELS], *last;
	char *buf = kunit_kzalloc(test, length + 2, GFP_KERNEL);
	const char *name = kstrdup(NAME_255, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_ASSERT_NOT_NULL(test, name);
	insert_chain(test, c);
	last = c[CONTAINER_LEVELS - 1];
	/* It is not in a list of names, and goes with its own. */
	RCU_INIT_POINTER(c[1]->name, name);
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
	container_settle(last);
}

static void path_of_numbers_overflows_cleanly(struct kunit *test)
{
	struct container *c = insert(test, insert(test, top(test)));
	DECLARE_SEQ_BUF(s, sizeof("/unnamed1/unnamed1"));
	char buf[sizeof("/unnamed0/unnamed1/unnamed1/unnamed1") + 1];

	container_path(&s, c, top(test));
	KUNIT_EXPECT_FALSE(test, seq_buf_has_overflowed(&s));
	KUNIT_EXPECT_STREQ(test, seq_buf_str(&s), "/unnamed1/unnamed1");

	/* Here the name of what is above the top is unnamed0. */
	for (size_t size = 1; size < sizeof(buf) - 1; size++)
		KUNIT_EXPECT_FALSE(test, path_fits(test, c, buf, size));
	KUNIT_EXPECT_TRUE(test, path_fits(test, c, buf, sizeof(buf) - 1));
	container_settle(c);
}

static struct kunit_case path_test_cases[] = {
	KUNIT_CASE(path_is_relative_to_the_viewer),
	KUNIT_CASE(path_is_added_to_what_is_there),
	KUNIT_CASE(longest_path_fits_and_no_shorter_buffer_will_do),
	KUNIT_CASE(path_of_numbers_overflows_cleanly),
	{}
};

static struct kunit_suite path_test_suite = {
	.name = "container_path",
	.init = container_test_init,
	.exit = container_test_exit,
	.test_cases = path_test_cases,
};

kunit_test_suite(path_test_suite);

MODULE_DESCRIPTION("KUnit tests of the paths of containers");
MODULE_LICENSE("GPL");
