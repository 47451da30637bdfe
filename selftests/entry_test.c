// SPDX-License-Identifier: GPL-2.0
/*
 * Entry into the container of a user, by that user from outside and by root:
 * so no program that is more privileged than its caller is taken into a
 * container that the caller owns, and none that is there is signalled by him.
 */

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "containerfs.h"
#include "cred.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

#define QUEUED 40	/* a signal that is queued, and blocked by all */

/*
 * The owner, an unprivileged user, is root in his own user namespace and init
 * of /unnamed1. The peer is the same user outside of it.
 */
FIXTURE(entry) {
	struct actor *owner, *peer, *root;
	__s64 world_id, id;
};

FIXTURE_WORLD(entry)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, QUEUED);
	ASSERT_EQ(0, sigprocmask(SIG_BLOCK, &set, NULL));
	self->owner = spawn_owner(CLONE_NEWUTS);
	self->peer = spawn_user(UID_USER);
	self->root = spawn(main_actor);
	ASSERT_NE(NULL, self->owner);
	ASSERT_NE(NULL, self->peer);
	ASSERT_NE(NULL, self->root);
	self->world_id = container_id(main_actor, main_actor);
	self->id = container_id(main_actor, self->owner);
	ASSERT_NE(self->world_id, self->id);
}

static __s64 do_pending(struct actor *a)
{
	sigset_t set;

	(void)a;
	return sigpending(&set) ? -errno : sigismember(&set, QUEUED);
}

static __s64 is_pending(struct actor *a)
{
	return actor_call(a, do_pending, 0, 0, 0, 0);
}

TEST_F(entry, by_its_owner_in_another_user_namespace_eperm)
{
	EXPECT_EQ(-EPERM, actor_bind(self->peer, self->id, 0));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->peer));
}

TEST_F(entry, by_its_owner_with_its_user_namespace_works)
{
	EXPECT_EQ(0, actor_bind(self->peer, self->id, CLONE_NEWUSER));
	EXPECT_EQ(self->id, container_id(main_actor, self->peer));
	EXPECT_EQ(ns_id(main_actor, self->owner, "user"),
		  ns_id(main_actor, self->peer, "user"));
}

TEST_F(entry, by_root_in_another_user_namespace_works)
{
	__s64 user = ns_id(main_actor, self->root, "user");

	EXPECT_EQ(0, actor_bind(self->root, self->id, 0));
	EXPECT_EQ(self->id, container_id(main_actor, self->root));
	EXPECT_EQ(user, ns_id(main_actor, self->root, "user"));
}

TEST_F(entry, by_root_does_not_expose_it_to_signals)
{
	ASSERT_EQ(0, actor_bind(self->peer, self->id, CLONE_NEWUSER));
	ASSERT_EQ(0, actor_bind(self->root, self->id, 0));
	EXPECT_EQ(0, actor_write(self->owner, "40", "%s/container.signal",
				 container_dir(self->owner)));
	EXPECT_EQ(1, is_pending(self->owner));
	EXPECT_EQ(1, is_pending(self->peer));
	EXPECT_EQ(0, is_pending(self->root));
}

TEST_F(entry, by_root_alone_makes_signal_eperm)
{
	const char *dir;
	__s64 id;

	ASSERT_EQ(0, actor_mkdir_child(self->owner, "job"));
	id = child_id(self->owner, "job");
	ASSERT_EQ(0, actor_bind(self->root, id, 0));
	dir = container_dir(self->owner);
	EXPECT_EQ(-EPERM, actor_write(self->owner, "40",
				      "%s/job/container.signal", dir));
	EXPECT_EQ(-EPERM, actor_write(self->owner, "0",
				      "%s/job/container.signal", dir));
	EXPECT_EQ(0, is_pending(self->root));
	/* A process that may signal it by kill(2) may do so here, too. */
	EXPECT_EQ(0, actor_write(main_actor, "40", "%s/job/container.signal",
				 dir));
	EXPECT_EQ(1, is_pending(self->root));
}

TEST_HARNESS_MAIN
