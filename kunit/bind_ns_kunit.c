// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of what bind_ns() does to an nsproxy.
 */
#include <kunit/test.h>
#include <linux/container.h>
#include <linux/nsproxy.h>

static void setns_copies_stay_in_the_container(struct kunit *test)
{
	struct container *own = current->nsproxy->container;
	struct nsset nsset = {};

	KUNIT_ASSERT_EQ(test, prepare_nsset(0, false, &nsset), 0);
	KUNIT_EXPECT_PTR_EQ(test, nsset.nsproxy->container, own);
	put_nsset(&nsset);
}

static struct kunit_case bind_ns_test_cases[] = {
	KUNIT_CASE(setns_copies_stay_in_the_container),
	{}
};

static struct kunit_suite bind_ns_test_suite = {
	.name = "container_bind_ns",
	.test_cases = bind_ns_test_cases,
};

kunit_test_suite(bind_ns_test_suite);

MODULE_DESCRIPTION("KUnit tests of bind_ns()");
MODULE_LICENSE("GPL");
