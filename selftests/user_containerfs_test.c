// SPDX-License-Identifier: GPL-2.0
/* Unprivileged users and containerfs */

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "cred.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "user_fixture.h"
#include "world.h"

TEST_F(user, renames_what_is_below)
{
	ASSERT_EQ(0, actor_unshare(self->child, CLONE_NEWUTS));
	EXPECT_EQ(0, actor_rename_child(self->owner, "unnamed1", "job", 0));
	EXPECT_STREQ("/unnamed1/job", container_path(main_actor, self->child));
}

TEST_F(user, renames_from_outside_what_he_owns)
{
	ASSERT_EQ(0, actor_unshare(self->child, CLONE_NEWUTS));
	EXPECT_EQ(0, actor_rename_child(self->peer, "unnamed1/unnamed1",
					"unnamed1/job", 0));
	EXPECT_STREQ("/unnamed1/job", container_path(main_actor, self->child));
}

TEST_F(user, does_not_rename_his_own_container)
{
	EXPECT_EQ(-EPERM, actor_rename_child(self->peer, "unnamed1", "mine",
					     0));
	/* From inside it has no name. */
	EXPECT_EQ(-EACCES, actor_rename(self->owner, CHILDREN "/unnamed1",
					CHILDREN "/mine", 0));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->owner));
}

TEST_F(user, does_not_rename_what_another_owns)
{
	struct actor *other = spawn_user(UID_OTHER);

	ASSERT_NE(NULL, other);
	ASSERT_EQ(0, actor_unshare(self->child, CLONE_NEWUTS));
	EXPECT_EQ(-EPERM, actor_rename_child(other, "unnamed1/unnamed1",
					     "unnamed1/job", 0));
	EXPECT_STREQ("/unnamed1/unnamed1",
		     container_path(main_actor, self->child));
}

TEST_F(user, owns_the_directory)
{
	struct stat st;

	ASSERT_EQ(0, stat(CHILDREN "/unnamed1", &st));
	EXPECT_EQ((uid_t)UID_USER, st.st_uid);
	EXPECT_EQ((mode_t)(S_IFDIR | 0755), st.st_mode);
}

TEST_F(user, sees_in_the_file_only_what_he_may_read)
{
	const char *p;
	int lines = 0;

	/* Own container: main is another user's, but shares all with peer. */
	ASSERT_LT(0, actor_read(self->peer, "/proc/self/container/ns"));
	for (p = self->peer->buf; *p; p++)
		lines += *p == '\n';
	EXPECT_LT(1, lines);

	/* Another user finds nothing that he may read in /unnamed1. */
	ASSERT_EQ(0, actor_setuid(main_actor, UID_OTHER));
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/unnamed1/container.ns"));
	EXPECT_EQ('\n', main_actor->buf[strlen(main_actor->buf) - 1]);
	EXPECT_EQ(main_actor->buf + strlen(main_actor->buf) - 1,
		  strchr(main_actor->buf, '\n'));
}

/* A pid namespace that waits for its first process is there to be joined. */
TEST_F(user, does_not_own_what_joins_his_pid_namespace_from_outside)
{
	struct actor *root = spawn(main_actor), *first;

	ASSERT_NE(NULL, root);
	ASSERT_EQ(0, actor_unshare(self->child, CLONE_NEWPID));
	ASSERT_EQ(0, actor_setns_of(root, self->child, "pid_for_children"));
	first = spawn(root);
	ASSERT_NE(NULL, first);
	ASSERT_STREQ("/unnamed2", container_path(main_actor, first));
	EXPECT_EQ(-EPERM, actor_write(self->peer, "1", CHILDREN "/unnamed2/container.kill"));
	/* It is there to answer. */
	EXPECT_LT(0, container_id(first, first));
}

TEST_HARNESS_MAIN
