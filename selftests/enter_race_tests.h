/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rmdir(2) races with a process that enters. A program that includes this says
 * before which way that takes, as "way".
 */
#ifndef __SELFTESTS_CONTAINER_ENTER_RACE_TESTS_H__
#define __SELFTESTS_CONTAINER_ENTER_RACE_TESTS_H__

#include <sys/mount.h>

#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "file.h"
#include "proc_view.h"
#include "rest.h"
#include "world.h"

/* What is mounted at CHILDREN kills, but not so while the test runs. */
FIXTURE(race) {
};

static int remount(const char *options)
{
	return result(mount(NULL, CHILDREN, NULL, MS_REMOUNT, options));
}

FIXTURE_WORLD_SETUP(race)
{
	ASSERT_EQ(0, remount("rmdir=empty"));
}

FIXTURE_TEARDOWN(race)
{
	if (main_actor)
		remount("rmdir=kill");
	world_destroy();
}

/* Does a process fail to enter because the container has gone? */
static bool is_gone(__s64 err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(way.gone); i++)
		if (err < 0 && err == way.gone[i])
			return true;
	return false;
}

/* Either the container goes, or the process gets there. */
TEST_F(race, loses_no_process_that_is_about_to_enter)
{
	int i, left = 0, n = stress_rounds(60);

	for (i = 0; i < n; i++) {
		struct actor *a = spawn(main_actor);
		__s64 id, removed, entered;

		ASSERT_NE(NULL, a);
		ASSERT_EQ(0, actor_mkdir_child(main_actor, "race"));
		id = child_id(main_actor, "race");
		start_counting(a, way.enter_and_count, id);
		/* At another moment each time */
		if (i % 16)
			usleep(i % 16 * 10);
		removed = remove_child("race");
		entered = stop_counting(a);
		if (removed) {
			ASSERT_EQ(-EBUSY, removed);
			ASSERT_EQ(0, entered);
			ASSERT_EQ(id, container_id(main_actor, a));
		} else {
			left++;
			ASSERT_TRUE(is_gone(entered)) {
				TH_LOG("%lld", (long long)entered);
			}
			ASSERT_STREQ("/", container_path(main_actor, a));
		}
		ASSERT_EQ(0, actor_exit(a, 0));
		/* It ends with its init. */
		ASSERT_EQ(-ENOENT, child_id(main_actor, "race"));
	}
	TH_LOG("%d of %d times it was gone before", left, n);
}

#endif /* __SELFTESTS_CONTAINER_ENTER_RACE_TESTS_H__ */
