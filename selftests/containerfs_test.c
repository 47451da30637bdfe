// SPDX-License-Identifier: GPL-2.0
/* containerfs: its directories and files, and what cannot be done to them */

#include <dirent.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "file.h"
#include "freeze.h"
#include "message.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

#define JOB CHILDREN "/job"

/* The files of each directory, in the order of their inode numbers */
static const struct {
	const char *name;
	mode_t mode;
} files[NR_FILES] = {
	{ "container.id", 0444 },
	{ "container.init", 0444 },
	{ "container.kind", 0644 },
	{ "container.procs", 0644 },
	{ "container.ns", 0444 },
	{ "container.status", 0444 },
	{ "container.stat", 0444 },
	{ "container.events", 0444 },
	{ "container.freeze", 0644 },
	{ "container.kill", 0200 },
	{ "container.signal", 0200 },
};

/*
 * /job has the init i and the empty container /job/part; /unnamed1 has the
 * init u.
 */
FIXTURE(fs) {
	struct actor *i, *u;
	__s64 id;
};

FIXTURE_WORLD(fs)
{
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/part"));
	self->u = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->u);
	self->id = container_id(main_actor, self->i);
}

TEST_F(fs, has_its_magic)
{
	struct statfs fs;

	ASSERT_EQ(0, statfs(CHILDREN, &fs));
	EXPECT_EQ(CONTAINERFS_MAGIC, fs.f_type);
	EXPECT_EQ(MAX_NAME, fs.f_namelen);
	ASSERT_EQ(0, statfs(JOB "/container.id", &fs));
	EXPECT_EQ(CONTAINERFS_MAGIC, fs.f_type);
}

TEST_F(fs, has_a_directory_for_each_child)
{
	EXPECT_EQ(2, actor_children(main_actor, CHILDREN));
	EXPECT_TRUE(actor_has_line(main_actor, "job"));
	EXPECT_TRUE(actor_has_line(main_actor, "unnamed1"));
	EXPECT_EQ(1, actor_children(main_actor, JOB));
	EXPECT_TRUE(actor_has_line(main_actor, "part"));
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN "/unnamed1"));
}

TEST_F(fs, has_the_documented_files_in_each_directory)
{
	static const char * const dirs[] = {
		CHILDREN, JOB, JOB "/part", CHILDREN "/unnamed1",
	};
	char path[64];
	struct stat st;
	size_t i, j;
	__s64 n;

	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		n = actor_list(main_actor, "%s", dirs[i]);
		for (j = 0; j < NR_FILES; j++) {
			EXPECT_TRUE(actor_has_line(main_actor, files[j].name));
			snprintf(path, sizeof(path), "%s/%s", dirs[i],
				 files[j].name);
			ASSERT_EQ(0, lstat(path, &st)) TH_LOG("%s", path);
			EXPECT_EQ(S_IFREG | files[j].mode, st.st_mode) {
				TH_LOG("%s", path);
			}
			EXPECT_EQ(1U, st.st_nlink);
		}
		EXPECT_EQ(n, NR_FILES + actor_children(main_actor, "%s",
						       dirs[i]));
	}
}

TEST_F(fs, directories_are_open_to_all)
{
	struct stat st;

	ASSERT_EQ(0, stat(CHILDREN, &st));
	EXPECT_EQ((mode_t)(S_IFDIR | 0755), st.st_mode);
	ASSERT_EQ(0, stat(JOB, &st));
	EXPECT_EQ((mode_t)(S_IFDIR | 0755), st.st_mode);
}

TEST_F(fs, root_is_the_container_of_the_mounter)
{
	EXPECT_EQ(container_id(main_actor, main_actor),
		  actor_number(main_actor, CHILDREN "/container.id"));
	ASSERT_EQ(0, actor_unshare(self->i, CLONE_NEWNS));
	ASSERT_EQ(0, actor_mount_containers(self->i, ""));
	EXPECT_EQ(self->id, actor_number(self->i, CHILDREN "/container.id"));
	EXPECT_EQ(1, actor_children(self->i, CHILDREN));
	EXPECT_TRUE(actor_has_line(self->i, "part"));
}

/* (id << 4) | nr */
TEST_F(fs, inode_numbers_are_made_of_the_id)
{
	char path[64];
	struct stat st;
	int i;

	ASSERT_EQ(0, stat(JOB, &st));
	EXPECT_EQ((__u64)self->id << 4, st.st_ino);
	for (i = 0; i < NR_FILES; i++) {
		snprintf(path, sizeof(path), JOB "/%s", files[i].name);
		ASSERT_EQ(0, stat(path, &st));
		EXPECT_EQ((__u64)self->id << 4 | (i + 1), st.st_ino) {
			TH_LOG("%s", path);
		}
	}
	ASSERT_EQ(0, stat(JOB "/part", &st));
	EXPECT_EQ((__u64)child_id(main_actor, "job/part") << 4, st.st_ino);
	ASSERT_EQ(0, actor_rename_child(main_actor, "job", "work", 0));
	ASSERT_EQ(0, stat(CHILDREN "/work", &st));
	EXPECT_EQ((__u64)self->id << 4, st.st_ino);
}

/* What readdir() tells has to be what stat() tells. */
TEST_F(fs, listing_agrees_with_stat)
{
	DIR *dir = opendir(JOB);
	struct dirent *entry;
	struct stat st;
	int n = 0;

	ASSERT_NE(NULL, dir);
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".."))
			continue;
		n++;
		ASSERT_EQ(0, fstatat(dirfd(dir), entry->d_name, &st, 0));
		EXPECT_EQ(entry->d_ino, st.st_ino) {
			TH_LOG("%s", entry->d_name);
		}
		EXPECT_EQ(S_ISDIR(st.st_mode) ? DT_DIR : DT_REG,
			  entry->d_type) {
			TH_LOG("%s", entry->d_name);
		}
	}
	EXPECT_EQ(1 + NR_FILES + 1, n);
	closedir(dir);
}

TEST_F(fs, dot_dot_is_the_parent)
{
	struct stat st, parent;

	ASSERT_EQ(0, stat(JOB, &parent));
	ASSERT_EQ(0, stat(JOB "/part/..", &st));
	EXPECT_EQ(parent.st_ino, st.st_ino);
}

/* find(1) counts on it: two, and one for each directory in it */
TEST_F(fs, links_count_the_children)
{
	struct stat st;

	ASSERT_EQ(0, stat(JOB, &st));
	EXPECT_EQ(3U, st.st_nlink);
	ASSERT_EQ(0, stat(JOB "/part", &st));
	EXPECT_EQ(2U, st.st_nlink);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/more"));
	ASSERT_EQ(0, stat(JOB, &st));
	EXPECT_EQ(4U, st.st_nlink);
	ASSERT_EQ(0, remove_child("job/part"));
	ASSERT_EQ(0, remove_child("job/more"));
	ASSERT_EQ(0, stat(JOB, &st));
	EXPECT_EQ(2U, st.st_nlink);
	/* Not only those that were made by mkdir */
	ASSERT_NE(NULL, spawn_unshared(self->i, CLONE_NEWUTS));
	ASSERT_EQ(0, stat(JOB, &st));
	EXPECT_EQ(3U, st.st_nlink);
}

TEST_F(fs, attributes_cannot_be_changed)
{
	static const char * const paths[] = {
		CHILDREN, JOB, JOB "/container.id", JOB "/container.freeze",
	};
	struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	struct stat before, after;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		ASSERT_EQ(0, stat(paths[i], &before));
		EXPECT_EQ(-1, chmod(paths[i], 0777)) TH_LOG("%s", paths[i]);
		EXPECT_EQ(EPERM, errno);
		EXPECT_EQ(-1, chown(paths[i], UID_USER, UID_USER));
		EXPECT_EQ(EPERM, errno);
		EXPECT_EQ(-1, utimensat(AT_FDCWD, paths[i], times, 0));
		EXPECT_EQ(EPERM, errno);
		ASSERT_EQ(0, stat(paths[i], &after));
		EXPECT_EQ(before.st_mode, after.st_mode);
		EXPECT_EQ(before.st_uid, after.st_uid);
		EXPECT_EQ(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
	}
}

/* As the > of a shell, and cp, do it */
TEST_F(fs, truncation_is_harmless)
{
	int fd;

	ASSERT_EQ(0, freeze_child("job"));
	fd = open(JOB "/container.freeze", O_WRONLY | O_TRUNC);
	ASSERT_LE(0, fd);
	EXPECT_STREQ("1", actor_value(main_actor, JOB "/container.freeze"));
	EXPECT_EQ(1, write(fd, "0", 1));
	close(fd);
	EXPECT_EQ(0, wait_child_events("job", "frozen 0"));
	fd = open(JOB "/container.kill", O_WRONLY | O_TRUNC | O_CREAT, 0644);
	ASSERT_LE(0, fd);
	close(fd);
	EXPECT_TRUE(child_has_state("job", "running"));
}

static bool is_refused(int ret)
{
	return ret == -1 && (errno == EPERM || errno == EACCES);
}

TEST_F(fs, takes_no_other_files)
{
	EXPECT_TRUE(is_refused(open(JOB "/new", O_RDWR | O_CREAT, 0644)));
	EXPECT_TRUE(is_refused(open(JOB "/new", O_RDWR | O_CREAT | O_EXCL,
				    0644)));
	EXPECT_EQ(-1, open(JOB "/container.id", O_RDWR | O_CREAT | O_EXCL,
			   0644));
	EXPECT_EQ(EEXIST, errno);
	EXPECT_EQ(-1, open(JOB, O_RDWR | O_TMPFILE, 0600));
	EXPECT_TRUE(is_refused(mknod(JOB "/new", S_IFREG | 0644, 0)));
	EXPECT_TRUE(is_refused(mknod(JOB "/new", S_IFIFO | 0644, 0)));
	EXPECT_TRUE(is_refused(mknod(JOB "/new", S_IFCHR | 0644,
				     makedev(1, 3))));
	EXPECT_TRUE(is_refused(symlink("part", JOB "/new")));
	EXPECT_TRUE(is_refused(link(JOB "/container.id", JOB "/new")));
	EXPECT_EQ(-1, access(JOB "/new", F_OK));
	EXPECT_EQ(ENOENT, errno);
}

TEST_F(fs, files_keep_their_names)
{
	EXPECT_EQ(-1, rename(JOB "/container.id", JOB "/new"));
	EXPECT_EQ(-1, rename(JOB "/container.id", JOB "/container.kind"));
	EXPECT_EQ(-1, rename(JOB "/part", JOB "/container.id"));
	EXPECT_EQ(-1, rename(JOB "/container.id", JOB "/part"));
	EXPECT_EQ(-1, rename("/proc/self/comm", JOB "/new"));
	EXPECT_EQ(0, access(JOB "/part/container.id", F_OK));
	EXPECT_EQ(0, access(JOB "/container.id", F_OK));
}

/* As in any file system with directories that may go by themselves */
TEST_F(fs, mount_on_a_directory_ends_with_the_container)
{
	int other = mount_detached("kill");

	ASSERT_LE(0, other);
	ASSERT_EQ(0, mount("none", JOB "/part", "tmpfs", 0, NULL));
	ASSERT_EQ(0, mkdir(JOB "/part/below", 0755));
	EXPECT_EQ(-1, rmdir(JOB "/part"));
	EXPECT_EQ(EBUSY, errno);
	EXPECT_EQ(0, unlinkat(other, "job/part", AT_REMOVEDIR));
	EXPECT_EQ(-1, access(JOB "/part", F_OK));
	EXPECT_EQ(ENOENT, errno);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/part"));
	EXPECT_EQ(0, access(JOB "/part/container.id", F_OK));
	close(other);
}

/* A directory that rmdir(2) has removed says ENOENT by itself. */
static bool is_gone(__s64 ret)
{
	return ret == -ENODEV || ret == -ENOENT;
}

/* What was opened before leads to nothing. */
TEST_F(fs, of_a_container_that_is_gone_is_enodev)
{
	int dir = open(JOB "/part", O_RDONLY | O_DIRECTORY);
	int status = open(JOB "/part/container.status", O_RDONLY);
	int freeze = open(JOB "/part/container.freeze", O_RDWR);

	ASSERT_LE(0, dir);
	ASSERT_LE(0, status);
	ASSERT_LE(0, freeze);
	ASSERT_EQ(0, remove_child("job/part"));
	EXPECT_EQ(-1, access(JOB "/part", F_OK));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(-ENODEV, actor_read_fd(main_actor, status));
	EXPECT_EQ(-ENODEV, actor_read_fd(main_actor, freeze));
	EXPECT_EQ(-ENODEV, actor_write_fd(main_actor, freeze, "1"));
	EXPECT_TRUE(is_gone(actor_openat(main_actor, dir, O_RDONLY,
					 "container.id")));
	EXPECT_TRUE(is_gone(result(mkdirat(dir, "new", 0755))));
	/* It is empty, or says that it is none any more. */
	EXPECT_GE(0, actor_list_fd(main_actor, dir));
	/* The next one of that name is another one. */
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/part"));
	EXPECT_EQ(-ENODEV, actor_read_fd(main_actor, status));
	EXPECT_TRUE(is_gone(actor_openat(main_actor, dir, O_RDONLY,
					 "container.id")));
	close(dir);
	close(status);
	close(freeze);
}

/* Descriptors of the world's directories, of its own and of another one */
FIXTURE(handed) {
	struct actor *i, *m;
	int root, own, other;
};

static int hand_over(struct actor *to, int sock[2], const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = pass_fd(sock, main_actor, to, fd);
	close(fd);
	return ret;
}

FIXTURE_WORLD(handed)
{
	int sock[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, sock));
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->m = spawn(self->i);
	ASSERT_NE(NULL, self->m);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/part"));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "other"));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "other/part"));
	self->root = hand_over(self->m, sock, CHILDREN);
	self->own = hand_over(self->m, sock, JOB);
	self->other = hand_over(self->m, sock, CHILDREN "/other");
	ASSERT_LE(0, self->root);
	ASSERT_LE(0, self->own);
	ASSERT_LE(0, self->other);
}

TEST_F(handed, directory_of_its_own_is_good)
{
	EXPECT_EQ(NR_FILES + 1, actor_list_fd(self->m, self->own));
	EXPECT_LE(0, actor_openat(self->m, self->own, O_RDONLY,
				  "container.id"));
	EXPECT_LE(0, actor_openat(self->m, self->own, O_RDONLY,
				  "part/container.id"));
}

static __s64 do_mkdirat(struct actor *a)
{
	return result(mkdirat(a->arg[0], "new", 0755));
}

static __s64 do_unlinkat(struct actor *a)
{
	return result(unlinkat(a->arg[0], a->str[0], a->arg[1]));
}

static __s64 do_renameat(struct actor *a)
{
	return result(renameat(a->arg[0], a->str[0], a->arg[0], "new"));
}

/* Everything in a directory that is not in view */
static bool is_out_of_reach(struct actor *m, int dir, const char *child)
{
	snprintf(m->str[0], ACTOR_STR, "%s", child);
	if (actor_call(m, do_unlinkat, dir, AT_REMOVEDIR, 0, 0) != -EACCES ||
	    actor_call(m, do_renameat, dir, 0, 0, 0) != -EACCES ||
	    actor_call(m, do_mkdirat, dir, 0, 0, 0) != -EACCES)
		return false;
	return actor_list_fd(m, dir) == -EACCES &&
	       actor_openat(m, dir, O_RDONLY, ".") == -EACCES &&
	       actor_openat(m, dir, O_RDONLY, "container.id") == -EACCES &&
	       actor_openat(m, dir, O_WRONLY, "container.kill") == -EACCES &&
	       actor_openat(m, dir, O_RDONLY, "%s/container.id",
			    child) == -EACCES;
}

TEST_F(handed, directory_above_is_out_of_reach)
{
	EXPECT_TRUE(is_out_of_reach(self->m, self->root, "other"));
}

TEST_F(handed, directory_of_another_is_out_of_reach)
{
	EXPECT_TRUE(is_out_of_reach(self->m, self->other, "part"));
}

/* The same by paths, in a mount that was there before the container */
TEST_F(handed, mount_shows_no_more)
{
	EXPECT_EQ(-EACCES, actor_number(self->m, CHILDREN "/container.id"));
	EXPECT_EQ(-EACCES,
		  actor_number(self->m, CHILDREN "/other/container.id"));
	EXPECT_EQ(-EACCES,
		  actor_number(self->m, CHILDREN "/absent/container.id"));
	EXPECT_EQ(-EACCES, actor_list(self->m, CHILDREN));
	/* Where its own directory is bound it is in reach. */
	EXPECT_EQ(container_id(main_actor, self->i),
		  actor_number(self->m, "%s/container.id",
			       container_dir(self->m)));
}

TEST_F(handed, dot_dot_leads_no_further)
{
	EXPECT_EQ(-EACCES, actor_openat(self->m, self->own, O_RDONLY,
					"../container.id"));
	EXPECT_EQ(-EACCES, actor_openat(self->m, self->own, O_RDONLY,
					"../other/container.id"));
	EXPECT_EQ(-EACCES, actor_openat(self->m, self->own,
					O_RDONLY | O_DIRECTORY, ".."));
}

TEST_HARNESS_MAIN
