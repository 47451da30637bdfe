// SPDX-License-Identifier: GPL-2.0
/* The longest path: the longest name at each of 32 levels */

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

FIXTURE(limit) {
	/* levels below the world's */
	int levels;
	struct actor *level[MAX_LEVELS + 1];
};

FIXTURE_WORLD(limit)
{
	self->levels = spawn_levels(self->level);
	ASSERT_LE(0, self->levels);
}

TEST_F(limit, longest_path_is_shown)
{
	char path[MAX_LEVELS * (MAX_NAME + 1) + 1] = "";
	char name[MAX_NAME + 1];
	struct table t;
	int i;

	memset(name, 'x', MAX_NAME);
	name[MAX_NAME] = '\0';
	/* From the bottom up, as a path that leads there has up to PATH_MAX. */
	for (i = self->levels - 1; i >= 0; i--) {
		name[0] = 'a' + i % 26;
		ASSERT_EQ(0, actor_rename_child(self->level[i], "unnamed1",
						name, 0));
	}
	for (i = 0; i < self->levels; i++) {
		name[0] = 'a' + i % 26;
		strcat(path, "/");
		strcat(path, name);
	}
	EXPECT_STREQ(path, container_path(main_actor,
					  self->level[self->levels]));
	EXPECT_EQ(self->levels + 1, read_table(main_actor, &t));
	EXPECT_TRUE(table_in_order(&t));
	EXPECT_NE(NULL, find_path(&t, path));
}

TEST_HARNESS_MAIN
