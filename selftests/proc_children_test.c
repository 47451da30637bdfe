// SPDX-License-Identifier: GPL-2.0
/* /proc/<pid>/container/children, of containers with names */

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "file.h"
#include "ns.h"
#include "world.h"

#define DIR_OF_SELF "/proc/self/container"

/* / (the world) has /unnamed1 with init a, and the explicit container /job */
FIXTURE(proc) {
	struct actor *a;
};

FIXTURE_WORLD(proc)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
}

TEST_F(proc, children_has_a_line_for_each)
{
	char text[128];

	snprintf(text, sizeof(text), "%lld unnamed1\n%lld job\n",
		 (long long)child_id(main_actor, "unnamed1"),
		 (long long)child_id(main_actor, "job"));
	ASSERT_LT(0, actor_read(main_actor, DIR_OF_SELF "/children"));
	EXPECT_STREQ(text, main_actor->buf);
	ASSERT_EQ(0, actor_rename_child(main_actor, "unnamed1", "work", 0));
	snprintf(text, sizeof(text), "%lld work",
		 (long long)child_id(main_actor, "work"));
	ASSERT_LT(0, actor_read(main_actor, DIR_OF_SELF "/children"));
	EXPECT_TRUE(actor_has_line(main_actor, text));
}

TEST_F(proc, children_lists_those_directly_in_it)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/part"));
	ASSERT_LT(0, actor_read(main_actor, DIR_OF_SELF "/children"));
	EXPECT_EQ(NULL, strstr(main_actor->buf, "part"));
}

TEST_F(proc, children_lists_more_than_a_page)
{
	char name[MAX_NAME + 1];
	const char *p;
	int i, n = 0;

	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "%0200d", i);
		ASSERT_EQ(0, actor_mkdir_child(main_actor, name));
	}
	ASSERT_LT(0, actor_read(main_actor, DIR_OF_SELF "/children"));
	for (p = main_actor->buf; *p; p++)
		n += *p == '\n';
	EXPECT_EQ(102, n);
}

/* What was in it once, and more that might be tried */
TEST_F(proc, children_holds_no_directories)
{
	static const char * const names[] = {
		"children/job", "job", "job/container.kill",
	};
	char path[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), DIR_OF_SELF "/%s", names[i]);
		EXPECT_GT(0, put_text(path, "1")) TH_LOG("%s", path);
		EXPECT_EQ(-1, access(path, F_OK)) TH_LOG("%s", path);
	}
}

TEST_HARNESS_MAIN
