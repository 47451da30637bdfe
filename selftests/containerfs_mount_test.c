// SPDX-License-Identifier: GPL-2.0
/* Mounts of containerfs: how they are made, changed, shared and ended */

#include <stdarg.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "cred.h"
#include "enter.h"
#include "events.h"
#include "file.h"
#include "ns.h"
#include "objects.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "world.h"

#ifndef __NR_move_mount
#define __NR_move_mount 429
#endif
#ifndef FSCONFIG_SET_FLAG
#define FSCONFIG_SET_FLAG 0
#endif
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 0x4
#endif

#define JOB CHILDREN "/job"
#define NR_ROUNDS 200

/* /job has the init i. @a and @b are directories to mount something on. */
FIXTURE(mnt) {
	struct actor *i;
	char top[32], a[40], b[40];
};

FIXTURE_WORLD_SETUP(mnt)
{
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	snprintf(self->top, sizeof(self->top), "/tmp/containerfs.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->top));
	snprintf(self->a, sizeof(self->a), "%s/a", self->top);
	snprintf(self->b, sizeof(self->b), "%s/b", self->top);
	ASSERT_EQ(0, mkdir(self->a, 0755));
	ASSERT_EQ(0, mkdir(self->b, 0755));
}

FIXTURE_TEARDOWN(mnt)
{
	world_destroy();
	/* The mount namespace ends with this process, the directories stay. */
	while (!umount2(self->a, MNT_DETACH))
		;
	while (!umount2(self->b, MNT_DETACH))
		;
	rmdir(self->a);
	rmdir(self->b);
	rmdir(self->top);
}

static int mount_at(const char *dir, unsigned long flags, const char *options)
{
	return result(mount("none", dir, "containerfs", flags, options));
}

static int remount(const char *dir, unsigned long flags, const char *options)
{
	return result(mount(NULL, dir, NULL, MS_REMOUNT | flags, options));
}

__printf(2, 3)
static const char *in(const char *dir, const char *fmt, ...)
{
	static char path[4][128];
	static unsigned int nr;
	char *p = path[nr++ % ARRAY_SIZE(path)];
	int len = snprintf(p, sizeof(path[0]), "%s/", dir);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p + len, sizeof(path[0]) - len, fmt, ap);
	va_end(ap);
	return p;
}

/* What /proc/mounts says of the mount that is on top there */
static const char *options_of(const char *dir)
{
	static char options[256];
	char line[1024], where[256], type[64], found[256];
	FILE *mounts = fopen("/proc/self/mounts", "re");

	options[0] = '\0';
	while (mounts && fgets(line, sizeof(line), mounts))
		if (sscanf(line, "%*s %255s %63s %255s", where, type,
			   found) == 3 &&
		    !strcmp(where, dir))
			snprintf(options, sizeof(options), "%.60s:%.180s,",
				 type, found);
	if (mounts)
		fclose(mounts);
	return options;
}

/* Does an rmdir of a container with a process kill it there? */
static bool is_killing(const char *dir)
{
	return strstr(options_of(dir), ",rmdir=kill,");
}

static bool is_plain(const char *dir)
{
	return !strncmp(options_of(dir), "containerfs:", 12) &&
	       !strstr(options_of(dir), "rmdir=");
}

TEST_F(mnt, has_a_place)
{
	struct stat st;

	/* The kernel has made it, below what is mounted here. */
	ASSERT_EQ(0, umount(CHILDREN));
	ASSERT_EQ(0, stat(CHILDREN, &st));
	EXPECT_TRUE(S_ISDIR(st.st_mode));
	ASSERT_EQ(0, mount_containers("rmdir=kill"));
}

TEST_F(mnt, option_is_shown)
{
	ASSERT_EQ(0, mount_at(self->a, 0, "rmdir=kill"));
	EXPECT_TRUE(is_killing(self->a));
}

TEST_F(mnt, option_that_is_the_default_is_not_shown)
{
	ASSERT_EQ(0, mount_at(self->a, 0, NULL));
	EXPECT_TRUE(is_plain(self->a));
	ASSERT_EQ(0, mount_at(self->b, 0, "rmdir=empty"));
	EXPECT_TRUE(is_plain(self->b));
	EXPECT_EQ(-EBUSY, result(rmdir(in(self->a, "job"))));
	EXPECT_EQ(-EBUSY, result(rmdir(in(self->b, "job"))));
}

TEST_F(mnt, other_options_are_einval)
{
	static const char * const bad[] = {
		"rmdir", "rmdir=", "rmdir=yes", "rmdir=killer", "rmdir=KILL",
		"kill", "nsdelegate", "rmdir=kill,other", "mode=0777", "uid=0",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-EINVAL, mount_at(self->a, 0, bad[i])) {
			TH_LOG("%s", bad[i]);
		}
	}
	EXPECT_STREQ("", options_of(self->a));
}

TEST_F(mnt, the_last_option_counts)
{
	ASSERT_EQ(0, mount_at(self->a, 0, "rmdir=kill,rmdir=empty"));
	EXPECT_TRUE(is_plain(self->a));
	ASSERT_EQ(0, mount_at(self->b, 0, "rmdir=empty,rmdir=kill"));
	EXPECT_TRUE(is_killing(self->b));
}

TEST_F(mnt, remount_changes_the_option)
{
	ASSERT_EQ(0, mount_at(self->a, 0, NULL));
	EXPECT_EQ(-EBUSY, result(rmdir(in(self->a, "job"))));
	ASSERT_EQ(0, remount(self->a, 0, "rmdir=kill"));
	EXPECT_TRUE(is_killing(self->a));
	ASSERT_EQ(0, remount(self->a, 0, "rmdir=empty"));
	EXPECT_TRUE(is_plain(self->a));
	EXPECT_EQ(-EBUSY, result(rmdir(in(self->a, "job"))));
	ASSERT_EQ(0, remount(self->a, 0, "rmdir=kill"));
	EXPECT_EQ(0, result(rmdir(in(self->a, "job"))));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
}

TEST_F(mnt, remount_with_nonsense_changes_nothing)
{
	ASSERT_EQ(0, mount_at(self->a, 0, "rmdir=kill"));
	EXPECT_EQ(-EINVAL, remount(self->a, 0, "rmdir=yes"));
	EXPECT_TRUE(is_killing(self->a));
}

TEST_F(mnt, remount_is_of_one_mount)
{
	ASSERT_EQ(0, mount_at(self->a, 0, NULL));
	ASSERT_EQ(0, mount_at(self->b, 0, NULL));
	ASSERT_EQ(0, remount(self->a, 0, "rmdir=kill"));
	EXPECT_TRUE(is_killing(self->a));
	EXPECT_TRUE(is_plain(self->b));
	EXPECT_EQ(-EBUSY, result(rmdir(in(self->b, "job"))));
	EXPECT_EQ(0, result(rmdir(in(self->a, "job"))));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
}

TEST_F(mnt, that_is_read_only_changes_nothing)
{
	ASSERT_EQ(0, mount_at(self->a, MS_RDONLY, "rmdir=kill"));
	EXPECT_EQ(-EROFS, result(mkdir(in(self->a, "new"), 0755)));
	EXPECT_EQ(-EROFS, result(rmdir(in(self->a, "job"))));
	EXPECT_EQ(-EROFS, result(rename(in(self->a, "job"),
					in(self->a, "new"))));
	EXPECT_EQ(-EROFS, put_text(in(self->a, "job/container.kill"), "1"));
	EXPECT_EQ(0, actor_unshare(self->i, 0));
	ASSERT_EQ(0, remount(self->a, 0, "rmdir=kill"));
	EXPECT_EQ(0, result(mkdir(in(self->a, "new"), 0755)));
}

TEST_F(mnt, two_show_the_same)
{
	static const char * const names[] = {
		".", "job", "job/container.id", "job/part"
	};
	struct stat st[2];
	size_t i;

	ASSERT_EQ(0, mount_at(self->a, 0, NULL));
	ASSERT_EQ(0, mount_at(self->b, 0, "rmdir=kill"));
	ASSERT_EQ(0, mkdir(in(self->a, "job/part"), 0755));
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		ASSERT_EQ(0, stat(in(self->a, "%s", names[i]), &st[0]));
		ASSERT_EQ(0, stat(in(self->b, "%s", names[i]), &st[1]));
		EXPECT_EQ(st[0].st_ino, st[1].st_ino);
		EXPECT_EQ(st[0].st_nlink, st[1].st_nlink);
		EXPECT_NE(st[0].st_dev, st[1].st_dev);
	}
	ASSERT_EQ(0, put_text(in(self->b, "job/container.freeze"), "1"));
	EXPECT_STREQ("1", actor_value(main_actor, "%s/job/container.freeze",
				      self->a));
}

/* Also where the names have been looked up before */
TEST_F(mnt, change_in_one_is_a_change_in_all)
{
	ASSERT_EQ(0, mount_at(self->a, 0, NULL));
	ASSERT_EQ(0, mount_at(self->b, 0, NULL));
	EXPECT_EQ(-1, access(in(self->b, "new"), F_OK));
	ASSERT_EQ(0, mkdir(in(self->a, "new"), 0755));
	EXPECT_EQ(0, access(in(self->b, "new"), F_OK));
	EXPECT_EQ(-EEXIST, result(mkdir(in(self->b, "new"), 0755)));
	ASSERT_EQ(0, rename(in(self->a, "new"), in(self->a, "old")));
	EXPECT_EQ(-1, access(in(self->b, "new"), F_OK));
	EXPECT_EQ(0, access(in(self->b, "old/container.id"), F_OK));
	ASSERT_EQ(0, rmdir(in(self->b, "old")));
	EXPECT_EQ(-1, access(in(self->a, "old"), F_OK));
	/* What comes and goes without any of them */
	ASSERT_EQ(0, actor_exit(self->i, 0));
	EXPECT_EQ(-1, access(in(self->a, "job"), F_OK));
	EXPECT_EQ(-1, access(in(self->b, "job"), F_OK));
	ASSERT_NE(NULL, spawn_unshared(main_actor, CLONE_NEWUTS));
	EXPECT_EQ(0, access(in(self->b, "unnamed1"), F_OK));
}

TEST_F(mnt, name_that_was_given_again_is_the_new_one)
{
	__s64 id = child_id(main_actor, "job");

	ASSERT_EQ(0, mount_at(self->a, 0, NULL));
	EXPECT_EQ(id, actor_number(main_actor, "%s/job/container.id", self->a));
	ASSERT_EQ(0, actor_rename_child(main_actor, "job", "old", 0));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	EXPECT_LT(id, actor_number(main_actor, "%s/job/container.id", self->a));
	EXPECT_EQ(id, actor_number(main_actor, "%s/old/container.id", self->a));
}

TEST_F(mnt, can_be_on_top_of_another)
{
	ASSERT_EQ(0, mount_at(self->a, 0, "rmdir=kill"));
	ASSERT_EQ(0, mount_at(self->a, 0, NULL));
	EXPECT_TRUE(is_plain(self->a));
	ASSERT_EQ(0, umount(self->a));
	EXPECT_TRUE(is_killing(self->a));
}

TEST_F(mnt, bind_mount_of_a_directory)
{
	ASSERT_EQ(0, mount(JOB, self->a, NULL, MS_BIND, NULL));
	EXPECT_EQ(child_id(main_actor, "job"),
		  actor_number(main_actor, "%s/container.id", self->a));
	ASSERT_EQ(0, mkdir(in(self->a, "part"), 0755));
	EXPECT_LT(0, child_id(main_actor, "job/part"));
	/* Whatever name it has */
	ASSERT_EQ(0, actor_rename_child(main_actor, "job", "work", 0));
	EXPECT_EQ(0, access(in(self->a, "part"), F_OK));
	ASSERT_EQ(0, rename(in(self->a, "part"), in(self->a, "piece")));
	EXPECT_LT(0, child_id(main_actor, "work/piece"));
}

TEST_F(mnt, bind_mount_of_a_file)
{
	ASSERT_EQ(0, close(open(in(self->top, "file"), O_CREAT, 0600)));
	ASSERT_EQ(0, mount(JOB "/container.freeze", in(self->top, "file"), NULL,
			   MS_BIND, NULL));
	EXPECT_EQ(0, put_text(in(self->top, "file"), "1"));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	EXPECT_EQ(0, umount(in(self->top, "file")));
	EXPECT_EQ(0, unlink(in(self->top, "file")));
}

/* It leads to nothing then, and not to the next one of that name. */
TEST_F(mnt, bind_mount_outlives_its_container)
{
	ASSERT_EQ(0, mount(JOB, self->a, NULL, MS_BIND, NULL));
	ASSERT_EQ(0, actor_exit(self->i, 0));
	EXPECT_EQ(-ENOENT, child_id(main_actor, "job"));
	EXPECT_GT(0, actor_number(main_actor, "%s/container.id", self->a));
	EXPECT_GE(0, actor_list(main_actor, "%s", self->a));
	EXPECT_EQ(-1, mkdir(in(self->a, "new"), 0755));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	EXPECT_GT(0, actor_number(main_actor, "%s/container.id", self->a));
}

TEST_F(mnt, umount_with_an_open_file_is_ebusy)
{
	int fd;

	ASSERT_EQ(0, mount_at(self->a, 0, NULL));
	fd = open(in(self->a, "job/container.id"), O_RDONLY);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBUSY, result(umount(self->a)));
	ASSERT_EQ(0, close(fd));
	EXPECT_EQ(0, result(umount(self->a)));
}

TEST_F(mnt, lazy_umount_leaves_open_files)
{
	int dir, freeze, events;

	ASSERT_EQ(0, mount_at(self->a, 0, "rmdir=kill"));
	dir = open(self->a, O_RDONLY | O_DIRECTORY);
	freeze = open(in(self->a, "job/container.freeze"), O_RDWR);
	events = open(in(self->a, "job/container.events"), O_RDONLY);
	ASSERT_LE(0, dir);
	ASSERT_LE(0, freeze);
	ASSERT_LE(0, events);
	ASSERT_EQ(0, umount2(self->a, MNT_DETACH));
	EXPECT_EQ(0, actor_write_fd(main_actor, freeze, "1"));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, mkdirat(dir, "new", 0755));
	EXPECT_LT(0, child_id(main_actor, "new"));
	ASSERT_EQ(0, unlinkat(dir, "job", AT_REMOVEDIR));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(0, wait_end(events));
	EXPECT_EQ(-ENODEV, actor_write_fd(main_actor, freeze, "0"));
	close(dir);
	close(freeze);
	close(events);
}

TEST_F(mnt, detached_is_good_by_its_descriptor)
{
	int dir = mount_detached("kill");

	ASSERT_LE(0, dir);
	EXPECT_EQ(1, actor_children(main_actor, "/proc/self/fd/%d", dir));
	ASSERT_EQ(0, mkdirat(dir, "new", 0755));
	EXPECT_LT(0, child_id(main_actor, "new"));
	ASSERT_EQ(0, unlinkat(dir, "job", AT_REMOVEDIR));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	close(dir);
}

TEST_F(mnt, detached_can_be_attached)
{
	int dir = mount_detached(NULL);

	ASSERT_LE(0, dir);
	ASSERT_EQ(0, syscall(__NR_move_mount, dir, "", AT_FDCWD, self->a,
			     MOVE_MOUNT_F_EMPTY_PATH));
	EXPECT_TRUE(is_plain(self->a));
	close(dir);
	EXPECT_EQ(0, access(in(self->a, "job"), F_OK));
}

static int config(int fs, unsigned int cmd, const char *key, const char *value)
{
	return result(syscall(__NR_fsconfig, fs, cmd, key, value, 0));
}

TEST_F(mnt, fsconfig_of_nonsense_is_einval)
{
	int fs = syscall(__NR_fsopen, "containerfs", 0);

	ASSERT_LE(0, fs);
	EXPECT_EQ(-EINVAL, config(fs, FSCONFIG_SET_STRING, "rmdir", "yes"));
	EXPECT_EQ(-EINVAL, config(fs, FSCONFIG_SET_STRING, "other", "kill"));
	EXPECT_EQ(-EINVAL, config(fs, FSCONFIG_SET_FLAG, "rmdir", NULL));
	close(fs);
}

static __s64 do_mount_detached(struct actor *a)
{
	(void)a;
	return mount_detached("kill");
}

/* Whatever process uses it, the root is the container of its maker. */
TEST_F(mnt, handed_over_has_the_root_of_its_maker)
{
	__s64 theirs;
	int dir;

	theirs = actor_call(self->i, do_mount_detached, 0, 0, 0, 0);
	ASSERT_LE(0, theirs);
	dir = syscall(__NR_pidfd_getfd, self->i->pidfd, (int)theirs, 0);
	ASSERT_LE(0, dir);
	EXPECT_EQ(child_id(main_actor, "job"),
		  actor_number(main_actor, "/proc/self/fd/%d/container.id",
			       dir));
	ASSERT_EQ(0, mkdirat(dir, "part", 0755));
	EXPECT_LT(0, child_id(main_actor, "job/part"));

	/* It does not keep the container. */
	ASSERT_EQ(0, actor_exit(self->i, 0));
	EXPECT_EQ(-ENOENT, child_id(main_actor, "job"));
	EXPECT_EQ(-ENODEV, actor_openat(main_actor, dir, O_RDONLY,
					"container.id"));
	EXPECT_GE(0, actor_list(main_actor, "/proc/self/fd/%d", dir));
	EXPECT_EQ(-1, mkdirat(dir, "new", 0755));
	close(dir);
}

static __s64 do_mount_at(struct actor *a)
{
	return mount_at(a->str[0], 0, NULL);
}

static __s64 actor_mount_at(struct actor *a, const char *dir)
{
	snprintf(a->str[0], ACTOR_STR, "%s", dir);
	return actor_call(a, do_mount_at, 0, 0, 0, 0);
}

/* What of a file system is mounted there, in mountinfo */
static const char *root_of(const char *dir)
{
	static char root[256];
	char line[1024], where[256], found[256];
	FILE *mounts = fopen("/proc/self/mountinfo", "re");

	root[0] = '\0';
	while (mounts && fgets(line, sizeof(line), mounts))
		if (sscanf(line, "%*s %*s %*s %255s %255s", found, where) == 2 &&
		    !strcmp(where, dir))
			snprintf(root, sizeof(root), "%s", found);
	if (mounts)
		fclose(mounts);
	return root;
}

/* Whichever container it starts at, as no program takes it for a bind mount then. */
TEST_F(mnt, root_in_mountinfo_is_slash)
{
	ASSERT_EQ(0, actor_mount_at(self->i, self->a));
	EXPECT_STREQ("/", root_of(self->a));
	ASSERT_EQ(0, mount(JOB, self->b, NULL, MS_BIND, NULL));
	EXPECT_STREQ("/job", root_of(self->b));
}

TEST_F(mnt, without_privilege_is_eperm)
{
	struct actor *a = spawn(main_actor);

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_drop_caps(a));
	EXPECT_EQ(-EPERM, actor_mount_at(a, self->a));
	EXPECT_EQ(-EPERM, actor_call(a, do_mount_detached, 0, 0, 0, 0));
}

/* Its container is the parent's, which its user namespace does not own. */
TEST_F(mnt, without_privilege_over_the_container_is_eperm)
{
	struct actor *a = spawn(main_actor), *t;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_userns(a, 0));
	t = spawn_thread(a);
	ASSERT_NE(NULL, t);
	/* It has a mount namespace, and other threads: no new container. */
	ASSERT_EQ(0, actor_unshare(t, CLONE_NEWNS));
	ASSERT_STREQ("/", container_path(main_actor, a));
	EXPECT_EQ(-EPERM, actor_mount_at(t, self->a));
	EXPECT_EQ(-EPERM, actor_call(t, do_mount_detached, 0, 0, 0, 0));
}

TEST_F(mnt, by_the_root_of_a_user_namespace_works)
{
	struct actor *a = spawn_owner(CLONE_NEWNS);

	ASSERT_NE(NULL, a);
	ASSERT_STREQ("/unnamed1", container_path(main_actor, a));
	ASSERT_EQ(0, actor_mount_containers(a, "rmdir=kill"));
	EXPECT_EQ(container_id(main_actor, a),
		  actor_number(a, CHILDREN "/container.id"));
	EXPECT_EQ(0, actor_children(a, CHILDREN));
	EXPECT_EQ(0, actor_write(a, "0", CHILDREN "/container.freeze"));
	EXPECT_EQ(0, actor_mkdir(a, CHILDREN "/new"));
	EXPECT_LT(0, child_id(main_actor, "unnamed1/new"));
}

/* Every mount holds the container that is its root. */
TEST_F(mnt, leave_nothing_behind)
{
	long before = objects_at_rest();
	struct actor *a;
	int i;

	for (i = 0; i < stress_rounds(NR_ROUNDS); i++) {
		ASSERT_EQ(0, mount_at(self->a, 0, i % 2 ? NULL : "rmdir=kill"));
		ASSERT_LT(0, actor_number(main_actor, "%s/job/container.id",
					  self->a));
		ASSERT_EQ(0, umount2(self->a, i % 3 ? MNT_DETACH : 0));
	}
	/* The mount goes with the mount namespace of a container. */
	for (i = 0; i < 10; i++) {
		a = spawn_unshared(main_actor, CLONE_NEWNS);
		ASSERT_NE(NULL, a);
		ASSERT_EQ(0, actor_mount_containers(a, ""));
		ASSERT_EQ(NR_FILES, actor_list(a, CHILDREN));
		ASSERT_EQ(0, actor_exit(a, 0));
	}
	EXPECT_TRUE(objects_are_back(before));
}

TEST_HARNESS_MAIN
