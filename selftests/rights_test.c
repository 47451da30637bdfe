// SPDX-License-Identifier: GPL-2.0
/*
 * The rights to a container: callers need CAP_SYS_ADMIN in the user
 * namespace that owns it, or its parent, and had it when they opened the file
 */

#include <linux/capability.h>
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
#include "reap.h"
#include "world.h"

/*
 * An unprivileged user is root in his own user namespace, and init of
 * /unnamed1. In it is /unnamed1/unnamed1 with the init c, and in that one is
 * /unnamed1/unnamed1/unnamed1 with the init d: all of them are his.
 *
 * In the world's container are his peer, which is the same user outside of that
 * namespace, and another user.
 */
struct people {
	struct actor *owner, *c, *d, *peer, *other;
	int sock[2];
};

static bool people_create(struct people *p)
{
	/* For passing descriptors; all inherit both ends. */
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, p->sock) < 0)
		return false;
	p->peer = spawn_user(UID_USER);
	p->other = spawn_user(UID_OTHER);
	p->owner = spawn_owner(CLONE_NEWUTS);
	if (!p->peer || !p->other || !p->owner)
		return false;
	p->c = spawn_unshared(p->owner, CLONE_NEWUTS);
	p->d = p->c ? spawn_unshared(p->c, CLONE_NEWUTS) : NULL;
	return p->d;
}

/* All are alive and where they were. */
static bool nothing_happened(struct people *p)
{
	return !actor_unshare(p->owner, 0) && !actor_unshare(p->c, 0) &&
	       !strcmp(container_path(main_actor, p->d),
		       "/unnamed1/unnamed1/unnamed1") &&
	       !strcmp(container_status(main_actor, p->owner, "Children"),
		       "1") &&
	       !strcmp(container_status(main_actor, p->c, "Children"), "1");
}

/* What there is to do with the container of a directory */
static __s64 op_kill(struct actor *a, const char *dir)
{
	return actor_write(a, "1", "%s/container.kill", dir);
}

static __s64 op_signal(struct actor *a, const char *dir)
{
	return actor_write(a, "0", "%s/container.signal", dir);
}

static __s64 op_freeze(struct actor *a, const char *dir)
{
	return actor_write(a, "0", "%s/container.freeze", dir);
}

static __s64 op_rmdir(struct actor *a, const char *dir)
{
	return actor_unlink(a, AT_REMOVEDIR, "%s", dir);
}

static __s64 op_unlink(struct actor *a, const char *dir)
{
	return actor_unlink(a, 0, "%s/container.id", dir);
}

static __s64 op_mkdir(struct actor *a, const char *dir)
{
	return actor_mkdir(a, "%s/new", dir);
}

static __s64 op_rename(struct actor *a, const char *dir)
{
	char from[ACTOR_STR], to[ACTOR_STR];

	snprintf(from, sizeof(from), "%s/unnamed1", dir);
	snprintf(to, sizeof(to), "%s/new", dir);
	return actor_rename(a, from, to, 0);
}

FIXTURE(right) {
	struct people p;
};

FIXTURE_VARIANT(right) {
	__s64 (*op)(struct actor *a, const char *dir);
	/* what root needs besides CAP_SYS_ADMIN */
	__u64 caps;
};

FIXTURE_VARIANT_ADD(right, to_kill) {
	.op = op_kill,
};

FIXTURE_VARIANT_ADD(right, to_signal) {
	.op = op_signal,
	.caps = 1ULL << CAP_KILL,
};

FIXTURE_VARIANT_ADD(right, to_freeze) {
	.op = op_freeze,
};

FIXTURE_VARIANT_ADD(right, to_rmdir) {
	.op = op_rmdir,
};

FIXTURE_VARIANT_ADD(right, to_unlink) {
	.op = op_unlink,
};

FIXTURE_VARIANT_ADD(right, to_mkdir) {
	.op = op_mkdir,
};

FIXTURE_VARIANT_ADD(right, to_rename) {
	.op = op_rename,
};

FIXTURE_WORLD(right)
{
	ASSERT_TRUE(people_create(&self->p));
}

TEST_F(right, is_roots)
{
	EXPECT_EQ(0, variant->op(main_actor, CHILDREN "/unnamed1"));
}

TEST_F(right, is_that_of_the_owner_of_the_user_namespace)
{
	EXPECT_EQ(0, variant->op(self->p.peer, CHILDREN "/unnamed1"));
}

TEST_F(right, is_that_of_root_inside_for_what_is_below)
{
	EXPECT_EQ(0, variant->op(self->p.owner, CHILDREN "/unnamed1/unnamed1"));
}

TEST_F(right, is_that_of_root_above_further_down)
{
	EXPECT_EQ(0, variant->op(main_actor, CHILDREN "/unnamed1/unnamed1"));
}

TEST_F(right, is_not_another_users)
{
	EXPECT_EQ(-EPERM, variant->op(self->p.other, CHILDREN "/unnamed1"));
	EXPECT_EQ(-EPERM, variant->op(self->p.other,
				      CHILDREN "/unnamed1/unnamed1"));
	EXPECT_TRUE(nothing_happened(&self->p));
}

TEST_F(right, is_not_that_of_root_in_another_user_namespace)
{
	ASSERT_EQ(0, actor_userns(self->p.other, 0));
	EXPECT_EQ(-EPERM, variant->op(self->p.other, CHILDREN "/unnamed1"));
	EXPECT_TRUE(nothing_happened(&self->p));
}

/* Not of the user as such, but of the one outside of that namespace */
TEST_F(right, is_not_that_of_the_user_in_another_user_namespace)
{
	ASSERT_EQ(0, actor_userns(self->p.peer, 0));
	EXPECT_EQ(-EPERM, variant->op(self->p.peer, CHILDREN "/unnamed1"));
	EXPECT_TRUE(nothing_happened(&self->p));
}

TEST_F(right, is_one_capability)
{
	struct actor *a = spawn(main_actor);

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_keep_caps(a, 1ULL << CAP_SYS_ADMIN |
					variant->caps));
	EXPECT_EQ(0, variant->op(a, CHILDREN "/unnamed1"));
}

/* That one is not enough where kill(2) wants another. */
TEST_F(right, is_one_more_for_processes_of_others)
{
	struct actor *a = spawn(main_actor);

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_keep_caps(a, 1ULL << CAP_SYS_ADMIN));
	EXPECT_EQ(variant->caps ? -EPERM : 0,
		  variant->op(a, CHILDREN "/unnamed1"));
}

TEST_F(right, is_no_other_capability)
{
	struct actor *a = spawn(main_actor);

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_keep_caps(a, ~(1ULL << CAP_SYS_ADMIN)));
	EXPECT_EQ(-EPERM, variant->op(a, CHILDREN "/unnamed1"));
	EXPECT_TRUE(nothing_happened(&self->p));
}

TEST_F(right, is_not_that_of_a_member_without_it)
{
	struct actor *m = spawn(self->p.owner);

	ASSERT_NE(NULL, m);
	ASSERT_EQ(0, actor_drop_caps(m));
	EXPECT_EQ(-EPERM, variant->op(m, CHILDREN "/unnamed1/unnamed1"));
	EXPECT_TRUE(nothing_happened(&self->p));
}

TEST_F(right, is_not_to_be_had_beside)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);

	/* All capabilities, but in /unnamed2 */
	ASSERT_NE(NULL, a);
	EXPECT_EQ(-EACCES, variant->op(a, CHILDREN "/unnamed1/unnamed1"));
	EXPECT_TRUE(nothing_happened(&self->p));
	EXPECT_EQ(0, variant->op(main_actor, CHILDREN "/unnamed1/unnamed1"));
}

TEST_F(right, is_not_to_be_had_above)
{
	EXPECT_EQ(-EACCES, variant->op(self->p.c, CHILDREN "/unnamed1"));
	EXPECT_EQ(-EACCES, variant->op(self->p.d, CHILDREN "/unnamed1"));
	EXPECT_EQ(-EACCES, variant->op(self->p.d,
				       CHILDREN "/unnamed1/unnamed1"));
	EXPECT_TRUE(nothing_happened(&self->p));
}

/* The files that are written to */
FIXTURE(fd) {
	struct people p;
	char path[64];
};

FIXTURE_VARIANT(fd) {
	const char *file;
	const char *text;
};

FIXTURE_VARIANT_ADD(fd, of_kill) {
	.file = "kill",
	.text = "1",
};

FIXTURE_VARIANT_ADD(fd, of_signal) {
	.file = "signal",
	.text = "0",
};

FIXTURE_VARIANT_ADD(fd, of_freeze) {
	.file = "freeze",
	.text = "0",
};

FIXTURE_WORLD(fd)
{
	ASSERT_TRUE(people_create(&self->p));
	snprintf(self->path, sizeof(self->path),
		 CHILDREN "/unnamed1/" FILE_PREFIX "%s", variant->file);
}

TEST_F(fd, is_not_opened_for_others)
{
	EXPECT_EQ(-EPERM, actor_open(self->p.other, O_WRONLY, "%s",
				     self->path));
	EXPECT_EQ(-EPERM, actor_open(self->p.other, O_WRONLY | O_TRUNC, "%s",
				     self->path));
	EXPECT_TRUE(nothing_happened(&self->p));
}

TEST_F(fd, is_good_after_privileges_were_dropped)
{
	struct actor *a = spawn(main_actor);
	__s64 fd;

	ASSERT_NE(NULL, a);
	fd = actor_open(a, O_WRONLY, "%s", self->path);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_setuid(a, UID_OTHER));
	/* First, as what is written next may be the end of it. */
	EXPECT_EQ(-EPERM, actor_open(a, O_WRONLY, "%s", self->path));
	EXPECT_EQ(0, actor_write_fd(a, fd, variant->text));
}

TEST_F(fd, gives_others_what_its_opener_had)
{
	__s64 fd = actor_open(main_actor, O_WRONLY, "%s", self->path);

	ASSERT_LE(0, fd);
	fd = pass_fd(self->p.sock, main_actor, self->p.other, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_write_fd(self->p.other, fd, variant->text));
}

/* Where one could not even see what it is of */
TEST_F(fd, gives_those_beside_what_its_opener_had)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	__s64 fd = actor_open(self->p.peer, O_WRONLY, "%s", self->path);

	ASSERT_NE(NULL, a);
	ASSERT_LE(0, fd);
	fd = pass_fd(self->p.sock, self->p.peer, a, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_write_fd(a, fd, variant->text));
}

TEST_F(fd, gives_root_no_more_than_its_opener_had)
{
	__s64 fd;

	/* As far as others get with any of them */
	fd = actor_open(self->p.other, O_PATH, "%s", self->path);
	ASSERT_LE(0, fd);
	fd = pass_fd(self->p.sock, self->p.other, main_actor, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBADF, actor_write_fd(main_actor, fd, variant->text));
	EXPECT_TRUE(nothing_happened(&self->p));
}

/* The files are there for one thing each, for all users. */
FIXTURE(mode) {
	struct actor *a;
};

FIXTURE_VARIANT(mode) {
	const char *file;
	mode_t mode;
};

FIXTURE_VARIANT_ADD(mode, kill) {
	.file = "kill",
	.mode = 0200,
};

FIXTURE_VARIANT_ADD(mode, signal) {
	.file = "signal",
	.mode = 0200,
};

FIXTURE_VARIANT_ADD(mode, freeze) {
	.file = "freeze",
	.mode = 0644,
};

FIXTURE_VARIANT_ADD(mode, events) {
	.file = "events",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(mode, stat) {
	.file = "stat",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(mode, id) {
	.file = "id",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(mode, status) {
	.file = "status",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(mode, init) {
	.file = "init",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(mode, ns) {
	.file = "ns",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(mode, procs) {
	.file = "procs",
	.mode = 0644,
};

FIXTURE_VARIANT_ADD(mode, kind) {
	.file = "kind",
	.mode = 0644,
};

FIXTURE_WORLD(mode)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
}

TEST_F(mode, is_what_stat_says)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), CHILDREN "/unnamed1/" FILE_PREFIX "%s",
		 variant->file);
	ASSERT_EQ(0, stat(path, &st));
	EXPECT_EQ(S_IFREG | variant->mode, st.st_mode);
}

TEST_F(mode, holds_for_root_too)
{
	static const struct {
		int flags;
		mode_t need;
	} way[] = {
		{ O_RDONLY, 0400 },
		{ O_WRONLY, 0200 },
		{ O_RDWR, 0600 },
	};
	size_t i;
	__s64 fd;

	for (i = 0; i < ARRAY_SIZE(way); i++) {
		fd = actor_open(main_actor, way[i].flags,
				CHILDREN "/unnamed1/" FILE_PREFIX "%s",
				variant->file);
		EXPECT_EQ((variant->mode & way[i].need) == way[i].need ?
			  0 : -EACCES, fd < 0 ? fd : 0) {
			TH_LOG("way %zu", i);
		}
		if (fd >= 0)
			close(fd);
	}
}

TEST_F(mode, is_not_changed)
{
	char path[64];

	snprintf(path, sizeof(path), CHILDREN "/unnamed1/" FILE_PREFIX "%s",
		 variant->file);
	EXPECT_EQ(-EPERM, result(chmod(path, 0666)));
	EXPECT_EQ(-EPERM, result(chown(path, UID_USER, UID_USER)));
	EXPECT_EQ(-EPERM, result(utimensat(AT_FDCWD, path, NULL, 0)));
}

/* /job is the world's: so there is no other root to end it. */
FIXTURE(explicit) {
	struct actor *i;
};

FIXTURE_WORLD(explicit)
{
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	ASSERT_EQ(0, actor_setuid(self->i, UID_USER));
	ASSERT_EQ(0, actor_userns(self->i, 0));
}

TEST_F(explicit, is_not_ended_by_root_of_a_user_namespace_inside)
{
	EXPECT_EQ(-EPERM, op_kill(self->i, CHILDREN "/job"));
	EXPECT_EQ(-EPERM, op_signal(self->i, CHILDREN "/job"));
	EXPECT_EQ(-EPERM, op_freeze(self->i, CHILDREN "/job"));
	EXPECT_EQ(-EPERM, op_mkdir(self->i, CHILDREN "/job"));
	EXPECT_TRUE(child_has_state("job", "running"));
}

TEST_F(explicit, is_no_hindrance_to_one_of_his_own)
{
	struct actor *m = spawn_unshared(self->i, CLONE_NEWUTS);

	ASSERT_NE(NULL, m);
	EXPECT_EQ(0, op_mkdir(self->i, CHILDREN "/job/unnamed1"));
	EXPECT_EQ(0, op_kill(self->i, CHILDREN "/job/unnamed1"));
	EXPECT_EQ(SIGKILL, actor_reap(m));
}

TEST_F(explicit, is_ended_by_its_maker)
{
	EXPECT_EQ(0, op_kill(main_actor, CHILDREN "/job"));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
}

TEST_HARNESS_MAIN
