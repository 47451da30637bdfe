// SPDX-License-Identifier: GPL-2.0
/* Unprivileged users, with and without a user namespace of their own */

#include "kselftest_harness.h"
#include "actor.h"
#include "cred.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "user_fixture.h"
#include "world.h"

TEST_F(user, makes_a_container_with_his_user_namespace)
{
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->owner));
	EXPECT_STREQ("/", container_path(self->owner, self->owner));
	EXPECT_EQ(self->owner->pid, container_init(main_actor, self->owner));
}

TEST_F(user, makes_containers_below)
{
	EXPECT_EQ(0, actor_unshare(self->child, CLONE_NEWUTS));
	EXPECT_STREQ("/unnamed1/unnamed1",
		     container_path(main_actor, self->child));
	EXPECT_STREQ("/unnamed1", container_path(self->owner, self->child));
}

TEST_F(user, makes_no_container_with_a_user_namespace_alone)
{
	EXPECT_EQ(0, actor_userns(self->peer, 0));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->peer));
	/* The namespace that he makes there is another matter. */
	EXPECT_EQ(0, actor_unshare(self->peer, CLONE_NEWUTS));
	EXPECT_STREQ("/unnamed2", container_path(main_actor, self->peer));
}

TEST_F(user, sees_the_namespaces_of_what_he_owns)
{
	struct table t;
	char id[24];

	snprintf(id, sizeof(id), "%lld",
		 (long long)ns_id(main_actor, self->owner, "uts"));
	ASSERT_EQ(1, read_table(self->owner, &t));
	EXPECT_STREQ(id, t.row[0].ns[0]);
	ASSERT_EQ(2, read_table(self->peer, &t));
	EXPECT_STREQ("-", t.row[0].ns[0]);
	EXPECT_STREQ(id, t.row[1].ns[0]);
}

TEST_F(user, sees_in_ns_only_what_he_may_read)
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
	ASSERT_LT(0, actor_read(main_actor, "/proc/%d/container/ns",
				self->owner->pid));
	EXPECT_EQ('\n', main_actor->buf[strlen(main_actor->buf) - 1]);
	EXPECT_EQ(main_actor->buf + strlen(main_actor->buf) - 1,
		  strchr(main_actor->buf, '\n'));
}

TEST_HARNESS_MAIN
