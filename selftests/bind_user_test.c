// SPDX-License-Identifier: GPL-2.0
/* Unprivileged users and bind_ns(2) */

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "cred.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "user_fixture.h"
#include "world.h"

#define PTRACE_SCOPE "/proc/sys/kernel/yama/ptrace_scope"

TEST_F(user, enters_what_he_owns_by_its_user_namespace_only)
{
	EXPECT_EQ(-EPERM, actor_bind(self->peer, self->id, 0));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->peer));
	EXPECT_EQ(0, actor_bind(self->peer, self->id, CLONE_NEWUSER));
	EXPECT_EQ(self->id, container_id(main_actor, self->peer));
}

TEST_F(user, enters_what_he_owns_with_its_user_namespace)
{
	EXPECT_EQ(0, actor_bind(self->peer, self->id,
				CLONE_NEWUSER | CLONE_NEWUTS));
	EXPECT_EQ(ns_id(main_actor, self->owner, "user"),
		  ns_id(main_actor, self->peer, "user"));
	EXPECT_EQ(ns_id(main_actor, self->owner, "uts"),
		  ns_id(main_actor, self->peer, "uts"));
}

TEST_F(user, needs_its_user_namespace_for_the_others)
{
	struct snapshot before, after;

	snapshot(self->peer, &before);
	EXPECT_EQ(-EPERM, actor_bind(self->peer, self->id, CLONE_NEWUTS));
	snapshot(self->peer, &after);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_F(user, does_not_enter_what_another_owns)
{
	struct actor *other = spawn_user(UID_OTHER);

	ASSERT_NE(NULL, other);
	EXPECT_EQ(-EPERM, actor_bind(other, self->id, 0));
	EXPECT_EQ(-EPERM, actor_bind(other, self->id, CLONE_NEWUSER));
	EXPECT_EQ(self->world_id, container_id(main_actor, other));
}

TEST_F(user, enters_an_empty_container_from_its_user_namespace_only)
{
	__s64 user = ns_id(main_actor, self->owner, "user");

	ASSERT_EQ(0, actor_unshare(self->child, CLONE_NEWUTS));
	EXPECT_EQ(0, actor_exit(self->owner, 0));
	EXPECT_EQ(-EPERM, actor_bind(self->peer, self->id, 0));
	/* There is no init to take it from, but the child uses it. */
	ASSERT_EQ(0, actor_bind(self->peer, user, 0));
	EXPECT_EQ(0, actor_bind(self->peer, self->id, 0));
	EXPECT_EQ(self->peer->pid, container_init(main_actor, self->peer));
}

TEST_F(user, does_not_enter_an_empty_container_of_another)
{
	struct actor *other = spawn_user(UID_OTHER);

	ASSERT_NE(NULL, other);
	ASSERT_EQ(0, actor_unshare(self->child, CLONE_NEWUTS));
	EXPECT_EQ(0, actor_exit(self->owner, 0));
	EXPECT_EQ(-EPERM, actor_bind(other, self->id, 0));
}

TEST_F(user, joins_a_namespace_that_he_owns)
{
	__s64 user = ns_id(main_actor, self->owner, "user");
	__s64 uts = ns_id(main_actor, self->owner, "uts");

	EXPECT_EQ(-EPERM, actor_bind(self->peer, uts, 0));
	EXPECT_EQ(0, actor_bind(self->peer, user, 0));
	EXPECT_EQ(0, actor_bind(self->peer, uts, 0));
	EXPECT_EQ(uts, ns_id(main_actor, self->peer, "uts"));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->peer));
}

TEST_F(user, does_not_leave_by_owning)
{
	EXPECT_EQ(-ENOENT, actor_bind(self->owner, self->world_id, 0));
	EXPECT_EQ(-EACCES, actor_open(self->owner, O_RDONLY,
				      "/proc/%d/container/id",
				      self->peer->pid));
}

/*
 * Yama: target, init of /unnamed1, is the same user's as the stranger, but no
 * descendant of his; it is one of the parent. None has capabilities.
 */
FIXTURE(yama) {
	struct actor *parent, *target, *stranger;
	__s64 id;
	char *saved;
};

FIXTURE_VARIANT(yama) {
	const char *scope;
	int err;
};

FIXTURE_VARIANT_ADD(yama, scope_0) {
	.scope = "0",
	.err = 0,
};

FIXTURE_VARIANT_ADD(yama, scope_1) {
	.scope = "1",
	.err = -EPERM,
};

FIXTURE_VARIANT_ADD(yama, scope_2) {
	.scope = "2",
	.err = -EPERM,
};

FIXTURE_WORLD_SETUP(yama)
{
	static char saved[16];

	if (actor_read(main_actor, PTRACE_SCOPE) <= 0)
		SKIP(return, "no Yama in this kernel");
	snprintf(saved, sizeof(saved), "%.8s", main_actor->buf);
	if (actor_write(main_actor, variant->scope, PTRACE_SCOPE) < 0)
		SKIP(return, "ptrace_scope cannot be changed");
	self->saved = saved;

	self->parent = spawn(main_actor);
	ASSERT_NE(NULL, self->parent);
	self->target = spawn_unshared(self->parent, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->target);
	self->stranger = spawn(main_actor);
	ASSERT_NE(NULL, self->stranger);
	ASSERT_EQ(0, actor_setuid(self->parent, UID_USER));
	ASSERT_EQ(0, actor_setuid(self->target, UID_USER));
	ASSERT_EQ(0, actor_setuid(self->stranger, UID_USER));
	self->id = container_id(main_actor, self->target);
}

FIXTURE_TEARDOWN(yama)
{
	if (self->saved)
		actor_write(main_actor, self->saved, PTRACE_SCOPE);
	world_destroy();
}

TEST_F(yama, has_a_say_in_binding_to_a_container)
{
	EXPECT_EQ(variant->err, actor_bind(self->stranger, self->id, 0));
	EXPECT_STREQ(variant->err ? "/" : "/unnamed1",
		     container_path(main_actor, self->stranger));
}

TEST_F(yama, lets_an_ancestor_in_unless_for_admins_only)
{
	EXPECT_EQ(strcmp(variant->scope, "2") ? 0 : -EPERM,
		  actor_bind(self->parent, self->id, 0));
}

TEST_F(yama, lets_the_admin_in)
{
	EXPECT_EQ(0, actor_bind(main_actor, self->id, 0));
}

TEST_HARNESS_MAIN
