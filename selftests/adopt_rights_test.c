// SPDX-License-Identifier: GPL-2.0
/*
 * The rights that it takes to move another process into a container: over the
 * container, over the process, and that it brings no rights which its new owner
 * does not have. Those of the opener of container.procs count.
 */

#include <linux/capability.h>
#include <linux/const.h>
#include <sys/socket.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "cred.h"
#include "enter.h"
#include "file.h"
#include "message.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

#define SYS_ADMIN _BITULL(CAP_SYS_ADMIN)
#define SYS_PTRACE _BITULL(CAP_SYS_PTRACE)

static __s64 adopt_by(struct actor *by, const char *dir, struct actor *a)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", a->pid);
	return actor_write(by, pid, "%s/container.procs", dir);
}

/*
 * /job is the world's. In the world's container are a user's process, another
 * process of that user, one of another user, and a, which is root's.
 */
FIXTURE(right) {
	struct actor *user, *peer, *other, *a;
	int sock[2];
};

#define JOB CHILDREN "/job"

FIXTURE_WORLD(right)
{
	/* For passing descriptors; all inherit both ends. */
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, self->sock));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->user = spawn_user(UID_USER);
	self->peer = spawn_user(UID_USER);
	self->other = spawn_user(UID_OTHER);
	self->a = spawn(main_actor);
	ASSERT_NE(NULL, self->user);
	ASSERT_NE(NULL, self->peer);
	ASSERT_NE(NULL, self->other);
	ASSERT_NE(NULL, self->a);
}

static bool is_empty(void)
{
	return child_has_state("job", "empty");
}

TEST_F(right, is_roots)
{
	EXPECT_EQ(0, adopt_by(main_actor, JOB, self->user));
	EXPECT_STREQ("/job", container_path(main_actor, self->user));
}

TEST_F(right, is_not_a_users_not_even_for_its_own_process)
{
	EXPECT_EQ(-EPERM, adopt_by(self->user, JOB, self->peer));
	EXPECT_EQ(-EPERM, adopt_by(self->user, JOB, self->user));
	EXPECT_EQ(-EPERM, actor_write(self->user, "0", JOB "/container.procs"));
	EXPECT_TRUE(is_empty());
}

TEST_F(right, is_one_capability_for_the_own_process)
{
	ASSERT_EQ(0, actor_keep_caps(self->a, SYS_ADMIN));
	EXPECT_EQ(0, actor_write(self->a, "0", JOB "/container.procs"));
	EXPECT_STREQ("/job", container_path(main_actor, self->a));
}

TEST_F(right, is_one_more_capability_for_others_processes)
{
	ASSERT_EQ(0, actor_keep_caps(self->a, SYS_ADMIN | SYS_PTRACE));
	EXPECT_EQ(0, adopt_by(self->a, JOB, self->user));
	ASSERT_EQ(0, actor_keep_caps(self->a, SYS_ADMIN));
	EXPECT_EQ(-EPERM, adopt_by(self->a, JOB, self->peer));
	EXPECT_EQ(-EPERM, adopt_by(self->a, JOB, main_actor));
	EXPECT_STREQ("/", container_path(main_actor, self->peer));
}

TEST_F(right, is_no_other_capability)
{
	ASSERT_EQ(0, actor_keep_caps(self->a, ~SYS_ADMIN));
	EXPECT_EQ(-EPERM, adopt_by(self->a, JOB, self->user));
	EXPECT_EQ(-EPERM, actor_write(self->a, "0", JOB "/container.procs"));
	EXPECT_TRUE(is_empty());
}

static __s64 adopt_by_fd(struct actor *by, int fd, struct actor *a)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", a->pid);
	return actor_write_fd(by, fd, pid);
}

TEST_F(right, is_that_of_the_opener)
{
	__s64 fd = actor_open(self->a, O_WRONLY, JOB "/container.procs");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_setuid(self->a, UID_OTHER));
	EXPECT_EQ(-EPERM, actor_open(self->a, O_WRONLY,
				     JOB "/container.procs"));
	EXPECT_EQ(0, adopt_by_fd(self->a, fd, self->user));
	fd = pass_fd(self->sock, self->a, self->other, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_write_fd(self->other, fd, "0"));
	EXPECT_STREQ("/job", container_path(main_actor, self->user));
	EXPECT_STREQ("/job", container_path(main_actor, self->other));
}

/* A program with more rights that is made to write there lends none of them. */
TEST_F(right, is_not_more_than_that_of_the_opener)
{
	__s64 fd;

	ASSERT_EQ(0, actor_keep_caps(self->a, SYS_ADMIN));
	fd = actor_open(self->a, O_WRONLY, JOB "/container.procs");
	ASSERT_LE(0, fd);
	fd = pass_fd(self->sock, self->a, main_actor, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EPERM, adopt_by_fd(main_actor, fd, self->user));
	EXPECT_TRUE(is_empty());
	fd = actor_open(self->user, O_RDONLY, JOB "/container.procs");
	ASSERT_LE(0, fd);
	fd = pass_fd(self->sock, self->user, main_actor, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBADF, adopt_by_fd(main_actor, fd, self->user));
	EXPECT_TRUE(is_empty());
}

/*
 * A user is root in his own user namespace: owner is the init of /unnamed1,
 * which has a member m, and made /unnamed1/job. peer is the same user outside.
 */
FIXTURE(owner) {
	struct actor *owner, *m, *peer, *root;
	char dir[ACTOR_STR + 8], own[ACTOR_STR];
};

FIXTURE_WORLD(owner)
{
	self->owner = spawn_owner(CLONE_NEWUTS);
	self->peer = spawn_user(UID_USER);
	self->root = spawn(main_actor);
	ASSERT_NE(NULL, self->owner);
	ASSERT_NE(NULL, self->peer);
	ASSERT_NE(NULL, self->root);
	self->m = spawn(self->owner);
	ASSERT_NE(NULL, self->m);
	ASSERT_EQ(0, actor_mkdir_child(self->owner, "job"));
	snprintf(self->own, sizeof(self->own), "%s",
		 container_dir(self->owner));
	snprintf(self->dir, sizeof(self->dir), "%s/job", self->own);
}

TEST_F(owner, moves_what_it_owns)
{
	EXPECT_EQ(0, adopt_by(self->owner, self->dir, self->m));
	EXPECT_STREQ("/unnamed1/job", container_path(main_actor, self->m));
	EXPECT_EQ(self->m->pid, container_init(main_actor, self->m));
}

TEST_F(owner, moves_no_process_of_root)
{
	__s64 id = container_id(main_actor, self->owner);

	ASSERT_EQ(0, actor_enter(self->root, id));
	EXPECT_EQ(-EPERM, adopt_by(self->owner, self->dir, self->root));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->root));
}

TEST_F(owner, moves_no_process_of_its_user_from_outside)
{
	EXPECT_EQ(-EPERM, adopt_by(self->owner, self->own, self->peer));
	EXPECT_EQ(-EPERM, adopt_by(self->owner, self->dir, self->peer));
	EXPECT_STREQ("/", container_path(main_actor, self->peer));
}

TEST_F(owner, moves_no_process_of_root_from_outside)
{
	EXPECT_EQ(-EPERM, adopt_by(self->owner, self->dir, main_actor));
	EXPECT_STREQ("/", container_path(main_actor, main_actor));
}

/*
 * A process that can execute a set-uid program must not be in a container that
 * belongs to its user: there the program could be killed and frozen. Neither
 * the user nor root moves such a process.
 */
TEST_F(owner, has_no_process_from_outside_its_user_namespace)
{
	EXPECT_EQ(-EPERM, adopt_by(self->peer, self->own, self->peer));
	EXPECT_EQ(-EPERM, actor_write(self->peer, "0", "%s/container.procs",
				      self->own));
	EXPECT_EQ(-EPERM, adopt_by(main_actor, self->own, self->peer));
	EXPECT_EQ(-EPERM, adopt_by(main_actor, self->dir, self->peer));
	EXPECT_STREQ("/", container_path(main_actor, self->peer));
}

TEST_F(owner, has_no_process_of_root_without_capabilities)
{
	ASSERT_EQ(0, actor_drop_caps(self->root));
	EXPECT_EQ(-EPERM, adopt_by(main_actor, self->own, self->root));
	EXPECT_STREQ("/", container_path(main_actor, self->root));
}

TEST_F(owner, has_a_process_of_root_that_knows_what_it_does)
{
	EXPECT_EQ(0, adopt_by(main_actor, self->own, self->root));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->root));
}

/* There, the set-uid programs of others are programs like all others. */
TEST_F(owner, has_a_process_in_its_user_namespace)
{
	ASSERT_EQ(0, actor_setns_of(self->peer, self->owner, "user"));
	ASSERT_STREQ("/", container_path(main_actor, self->peer));
	EXPECT_EQ(0, adopt_by(main_actor, self->own, self->peer));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->peer));
	EXPECT_EQ(self->owner->pid, container_init(main_actor, self->peer));
}

TEST_F(owner, has_a_process_in_a_user_namespace_below)
{
	ASSERT_EQ(0, actor_setns_of(self->peer, self->owner, "user"));
	ASSERT_EQ(0, actor_userns(self->peer, 0));
	EXPECT_EQ(0, adopt_by(main_actor, self->dir, self->peer));
	EXPECT_STREQ("/unnamed1/job", container_path(main_actor, self->peer));
}

TEST_HARNESS_MAIN
