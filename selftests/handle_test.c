// SPDX-License-Identifier: GPL-2.0
/* Handles of containers: name_to_handle_at(2) and open_by_handle_at(2) */

#include <sys/mount.h>
#include <sys/socket.h>

#include <linux/capability.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "cred.h"
#include "enter.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

#ifndef FILEID_CONTAINERFS
#define FILEID_CONTAINERFS 0xfd
#endif

#define JOB CHILDREN "/job"

struct handle {
	struct file_handle h;
	__u64 id;
};

/*
 * /job has the init i, which has a mount of containerfs of its own in a mount
 * namespace of its own, and the empty container /job/part; /other has the init
 * o. @root is open in the world's mount.
 */
FIXTURE(handle) {
	struct actor *i, *o;
	__s64 job, part, other;
	int root;
};

FIXTURE_WORLD_SETUP(handle)
{
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/part"));
	self->o = spawn_explicit(main_actor, "other");
	ASSERT_NE(NULL, self->o);
	self->job = child_id(main_actor, "job");
	self->part = child_id(main_actor, "job/part");
	self->other = child_id(main_actor, "other");
	self->root = open(CHILDREN, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT_LE(0, self->root);
	ASSERT_EQ(0, actor_unshare(self->i, CLONE_NEWNS));
	ASSERT_EQ(0, actor_mount_containers(self->i, ""));
}

FIXTURE_TEARDOWN(handle)
{
	close(self->root);
	world_destroy();
}

static int handle_of(const char *path, struct handle *handle)
{
	int mount_id;

	memset(handle, 0, sizeof(*handle));
	handle->h.handle_bytes = sizeof(handle->id);
	return result(name_to_handle_at(AT_FDCWD, path, &handle->h, &mount_id,
					0));
}

static struct handle make_handle(__u64 id)
{
	struct handle handle = {
		.h.handle_type = FILEID_CONTAINERFS,
		.h.handle_bytes = sizeof(id),
	};

	memcpy(handle.h.f_handle, &id, sizeof(id));
	return handle;
}

static int open_handle(int mount, __u64 id)
{
	struct handle handle = make_handle(id);

	return result(open_by_handle_at(mount, &handle.h,
					O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/* The id of the container that a directory is of */
static __s64 id_at(int dir)
{
	return actor_number(main_actor, "/proc/self/fd/%d/container.id", dir);
}

TEST_F(handle, holds_the_id)
{
	struct handle handle;
	__u64 id;

	ASSERT_EQ(0, handle_of(JOB, &handle));
	EXPECT_EQ(FILEID_CONTAINERFS, handle.h.handle_type);
	EXPECT_EQ(sizeof(id), handle.h.handle_bytes);
	memcpy(&id, handle.h.f_handle, sizeof(id));
	EXPECT_EQ((__u64)self->job, id);
	ASSERT_EQ(0, handle_of(CHILDREN, &handle));
	memcpy(&id, handle.h.f_handle, sizeof(id));
	EXPECT_EQ((__u64)container_id(main_actor, main_actor), id);
}

TEST_F(handle, tells_how_long_it_is)
{
	struct file_handle h = {};
	int mount_id;

	EXPECT_EQ(-1, name_to_handle_at(AT_FDCWD, JOB, &h, &mount_id, 0));
	EXPECT_EQ(EOVERFLOW, errno);
	EXPECT_EQ(sizeof(__u64), h.handle_bytes);
}

TEST_F(handle, of_a_file_is_refused)
{
	struct handle handle;
	int err = handle_of(JOB "/container.id", &handle);

	EXPECT_TRUE(err == -EOVERFLOW || err == -EOPNOTSUPP) TH_LOG("%d", err);
}

TEST_F(handle, opens_the_directory)
{
	struct handle handle;
	struct stat st[2];
	int fd;

	ASSERT_EQ(0, handle_of(JOB, &handle));
	fd = open_by_handle_at(self->root, &handle.h, O_RDONLY | O_DIRECTORY);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fstat(fd, &st[0]));
	ASSERT_EQ(0, stat(JOB, &st[1]));
	EXPECT_EQ(st[1].st_ino, st[0].st_ino);
	EXPECT_EQ(st[1].st_dev, st[0].st_dev);
	EXPECT_EQ(NR_FILES + 1, actor_list_fd(main_actor, fd));
	ASSERT_EQ(0, mkdirat(fd, "new", 0755));
	EXPECT_LT(0, child_id(main_actor, "job/new"));
	close(fd);
}

TEST_F(handle, of_the_root_opens_it)
{
	int fd = open_handle(self->root, container_id(main_actor, main_actor));

	ASSERT_LE(0, fd);
	EXPECT_EQ(NR_FILES + 2, actor_list_fd(main_actor, fd));
	close(fd);
}

/* As an id from /proc/containers can be made one */
TEST_F(handle, can_be_made_of_the_id)
{
	int fd = open_handle(self->root, self->part);

	ASSERT_LE(0, fd);
	EXPECT_EQ(self->part, id_at(fd));
	close(fd);
}

TEST_F(handle, is_good_under_another_name)
{
	int fd;

	ASSERT_EQ(0, actor_rename_child(main_actor, "job", "work", 0));
	fd = open_handle(self->root, self->job);
	ASSERT_LE(0, fd);
	EXPECT_EQ(self->job, id_at(fd));
	EXPECT_EQ(self->job, child_id(main_actor, "work"));
	close(fd);
}

/* In a mount where no name has been looked up yet */
TEST_F(handle, leads_up_and_down_in_a_new_mount)
{
	int root, fd;

	ASSERT_EQ(0, mount_containers(""));
	root = open(CHILDREN, O_RDONLY | O_DIRECTORY);
	ASSERT_LE(0, root);
	fd = open_handle(root, self->part);
	ASSERT_LE(0, fd);
	EXPECT_EQ(self->part, id_at(fd));
	EXPECT_EQ(self->job, actor_number(main_actor,
					  "/proc/self/fd/%d/../container.id",
					  fd));
	EXPECT_EQ(self->other,
		  actor_number(main_actor,
			       "/proc/self/fd/%d/../../other/container.id",
			       fd));
	/* What was found by a name is the same. */
	EXPECT_EQ(self->part, child_id(main_actor, "job/part"));
	close(fd);
	close(root);
	EXPECT_EQ(0, umount(CHILDREN));
}

TEST_F(handle, of_what_is_gone_is_estale)
{
	ASSERT_EQ(0, remove_child("job/part"));
	EXPECT_EQ(-ESTALE, open_handle(self->root, self->part));
	ASSERT_EQ(0, actor_exit(self->o, 0));
	EXPECT_EQ(0, wait_gone(CHILDREN "/other"));
	EXPECT_EQ(-ESTALE, open_handle(self->root, self->other));
	/* Ids are not used again, as names are. */
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "other"));
	EXPECT_EQ(-ESTALE, open_handle(self->root, self->other));
}

TEST_F(handle, of_nothing_is_estale)
{
	struct handle handle = make_handle(self->job);

	EXPECT_EQ(-ESTALE, open_handle(self->root, 0));
	EXPECT_EQ(-ESTALE, open_handle(self->root, 1ULL << 62));
	EXPECT_EQ(-ESTALE, open_handle(self->root, -1ULL));
	/* The id of a namespace */
	EXPECT_EQ(-ESTALE, open_handle(self->root,
				       ns_id(main_actor, main_actor, "uts")));
	handle.h.handle_type = 1;
	EXPECT_EQ(-1, open_by_handle_at(self->root, &handle.h, O_RDONLY));
	handle = make_handle(self->job);
	handle.h.handle_bytes = 4;
	EXPECT_EQ(-1, open_by_handle_at(self->root, &handle.h, O_RDONLY));
}

static __s64 do_open_handle(struct actor *a)
{
	int root = open(a->str[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;

	if (root < 0)
		return -errno;
	fd = open_handle(root, a->arg[0]);
	close(root);
	return fd;
}

/* By the mount that a directory is in, as the actor sees it */
static __s64 actor_open_handle(struct actor *a, const char *dir, __u64 id)
{
	snprintf(a->str[0], ACTOR_STR, "%s", dir);
	return actor_call(a, do_open_handle, id, 0, 0, 0);
}

TEST_F(handle, of_what_is_out_of_view_is_estale)
{
	__s64 id = container_id(main_actor, main_actor);
	const char *dir = container_dir(self->o);

	EXPECT_EQ(-ESTALE, actor_open_handle(self->o, dir, self->job));
	EXPECT_EQ(-ESTALE, actor_open_handle(self->o, dir, self->part));
	EXPECT_EQ(-ESTALE, actor_open_handle(self->o, dir, id));
	EXPECT_LE(0, actor_open_handle(self->o, dir, self->other));
}

TEST_F(handle, by_a_mount_of_its_own_opens_what_is_below)
{
	EXPECT_LE(0, actor_open_handle(self->i, CHILDREN, self->job));
	EXPECT_LE(0, actor_open_handle(self->i, CHILDREN, self->part));
	EXPECT_EQ(-ESTALE, actor_open_handle(self->i, CHILDREN, self->other));
}

/* The opener sees it, but the mount does not lead there. */
TEST_F(handle, of_what_is_not_below_the_root_is_estale)
{
	int root, fd;
	__s64 theirs;

	theirs = actor_open(self->i, O_RDONLY | O_DIRECTORY, CHILDREN);
	ASSERT_LE(0, theirs);
	root = syscall(__NR_pidfd_getfd, self->i->pidfd, (int)theirs, 0);
	ASSERT_LE(0, root);
	EXPECT_EQ(-ESTALE, open_handle(root, self->other));
	EXPECT_EQ(-ESTALE, open_handle(root, container_id(main_actor,
							  main_actor)));
	fd = open_handle(root, self->part);
	ASSERT_LE(0, fd);
	EXPECT_EQ(self->part, id_at(fd));
	close(fd);
	fd = open_handle(root, self->job);
	ASSERT_LE(0, fd);
	EXPECT_EQ(self->job, id_at(fd));
	close(fd);
	close(root);
}

TEST_F(handle, without_privilege_is_eperm)
{
	struct actor *a = spawn(main_actor);
	struct handle handle;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_keep_caps(a, 1ULL << CAP_SYS_ADMIN));
	EXPECT_EQ(-EPERM, actor_open_handle(a, CHILDREN, self->job));
	/* To get one takes no more than to look. */
	ASSERT_EQ(0, actor_drop_caps(main_actor));
	EXPECT_EQ(0, handle_of(JOB, &handle));
	EXPECT_EQ(-EPERM, open_handle(self->root, self->job));
}

TEST_F(handle, by_the_root_of_a_user_namespace_works)
{
	struct actor *a = spawn_owner(CLONE_NEWNS);
	__s64 id;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_mount_containers(a, ""));
	id = container_id(main_actor, a);
	EXPECT_LE(0, actor_open_handle(a, CHILDREN, id));
	ASSERT_NE(NULL, spawn_unshared(a, CLONE_NEWUTS));
	id = child_id(main_actor, "unnamed1/unnamed1");
	EXPECT_LE(0, actor_open_handle(a, CHILDREN, id));
	EXPECT_EQ(-ESTALE, actor_open_handle(a, CHILDREN, self->job));
}

TEST_HARNESS_MAIN
