// SPDX-License-Identifier: GPL-2.0
/*
 * rmdir(2) of a container, and rm -rf, where containerfs is mounted with
 * rmdir=kill: it is killed, and its name is free
 *
 * A member that is held cannot go, and so the container does not.
 */

#include <dirent.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "cred.h"
#include "enter.h"
#include "events.h"
#include "exec.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "trace.h"
#include "world.h"

#define JOB CHILDREN "/job"

/*
 * /job has the init i, which is a child of the main process, and a member m,
 * which is a child of i. There is a member c of the world's container.
 */
FIXTURE(rmdir) {
	struct actor *i, *m, *c, *tracer;
	__s64 id;
};

FIXTURE_WORLD(rmdir)
{
	self->tracer = spawn(main_actor);
	ASSERT_NE(NULL, self->tracer);
	self->c = spawn(main_actor);
	ASSERT_NE(NULL, self->c);
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->m = spawn(self->i);
	ASSERT_NE(NULL, self->m);
	self->id = container_id(main_actor, self->i);
}

/* Remove /job while m is held: that it gets so far says that rmdir has ended. */
static __s64 remove_held(struct actor *tracer, struct actor *m)
{
	__s64 err = actor_hold(tracer, m);

	if (!err)
		err = remove_child("job");
	return err ?: actor_wait_held(tracer, m);
}

/* Let m go: its wait status */
static int let_go(struct actor *tracer, struct actor *m)
{
	__s64 err = actor_release(tracer, m);

	return err ?: actor_reap(m);
}

TEST_F(rmdir, kills_all_members)
{
	EXPECT_EQ(0, remove_child("job"));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(rmdir, kills_what_is_below)
{
	struct actor *u = spawn_unshared(self->m, CLONE_NEWUTS), *e;
	struct table t;

	ASSERT_NE(NULL, u);
	e = spawn_explicit(self->m, "part");
	ASSERT_NE(NULL, e);
	EXPECT_EQ(0, remove_child("job"));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(u));
	EXPECT_EQ(SIGKILL, actor_reap(e));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

TEST_F(rmdir, leaves_others_alone)
{
	struct actor *other = spawn_explicit(main_actor, "other");

	ASSERT_NE(NULL, other);
	EXPECT_EQ(0, remove_child("job"));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(0, actor_unshare(other, 0));
	EXPECT_EQ(0, actor_unshare(self->c, 0));
}

TEST_F(rmdir, below_leaves_those_above_alone)
{
	struct actor *e = spawn_explicit(self->i, "part");

	ASSERT_NE(NULL, e);
	EXPECT_EQ(0, remove_child("job/part"));
	EXPECT_EQ(SIGKILL, actor_reap(e));
	EXPECT_EQ(0, actor_unshare(self->i, 0));
	EXPECT_EQ(0, actor_unshare(self->m, 0));
	EXPECT_STREQ("running", container_state(main_actor, self->id));
}

TEST_F(rmdir, is_for_implicit_ones_too)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *b;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	EXPECT_EQ(0, remove_child("unnamed1"));
	EXPECT_EQ(SIGKILL, actor_reap(a));
	EXPECT_EQ(SIGKILL, actor_reap(b));
	EXPECT_EQ(1, actor_children(main_actor, CHILDREN));
	/* Numbers are not given again. */
	a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, a);
	EXPECT_STREQ("/unnamed2", container_path(main_actor, a));
}

TEST_F(rmdir, of_one_without_members_ends_it_at_once)
{
	__s64 id, part;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, "new"));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "new/part"));
	id = child_id(main_actor, "new");
	part = child_id(main_actor, "new/part");
	EXPECT_EQ(0, remove_child("new"));
	EXPECT_STREQ("gone", container_state(main_actor, id));
	EXPECT_STREQ("gone", container_state(main_actor, part));
	EXPECT_EQ(-ESTALE, actor_enter(self->c, id));
}

TEST_F(rmdir, ends_those_without_members_below_at_once)
{
	__s64 part;

	ASSERT_EQ(0, actor_mkdir_child(self->i, "part"));
	part = child_id(self->i, "part");
	ASSERT_EQ(0, remove_held(self->tracer, self->m));
	EXPECT_STREQ("dying", container_state(main_actor, self->id));
	EXPECT_STREQ("gone", container_state(main_actor, part));
}

TEST_F(rmdir, does_not_wait)
{
	EXPECT_EQ(0, remove_held(self->tracer, self->m));
	/* All that is left of it, and still a process */
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(0, kill(self->m->pid, 0));
	EXPECT_STREQ("dying", container_state(main_actor, self->id));
	EXPECT_EQ(SIGKILL, let_go(self->tracer, self->m));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(rmdir, of_one_below_does_not_wait_for_it)
{
	struct actor *e = spawn_explicit(self->i, "part");

	ASSERT_NE(NULL, e);
	ASSERT_EQ(0, actor_hold(self->tracer, e));
	EXPECT_EQ(0, remove_child("job"));
	EXPECT_EQ(0, actor_wait_held(self->tracer, e));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_STREQ("dying", container_state(main_actor, self->id));
	EXPECT_EQ(SIGKILL, let_go(self->tracer, e));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(rmdir, leaves_it_in_the_table_only)
{
	struct table t;

	ASSERT_EQ(0, remove_held(self->tracer, self->m));
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN));
	EXPECT_EQ(-ENOENT, child_id(main_actor, "job"));
	ASSERT_EQ(2, read_table(main_actor, &t));
	EXPECT_EQ(self->id, (__s64)t.row[1].id);
	EXPECT_STREQ("dying", t.row[1].state);
	EXPECT_STREQ("/job (deleted)", t.row[1].path);
}

TEST_F(rmdir, says_deleted_in_the_paths_below)
{
	struct actor *u = spawn_unshared(self->m, CLONE_NEWUTS);
	const char *path;

	ASSERT_NE(NULL, u);
	ASSERT_EQ(0, actor_hold(self->tracer, u));
	EXPECT_EQ(0, remove_child("job"));
	EXPECT_EQ(0, actor_wait_held(self->tracer, u));
	path = container_path(main_actor, u);
	EXPECT_NE(NULL, strstr(path, " (deleted)"));
	EXPECT_EQ(path, strstr(path, "/job"));
}

TEST_F(rmdir, gives_the_name_back_at_once)
{
	struct table t;
	__s64 id;

	ASSERT_EQ(0, remove_held(self->tracer, self->m));
	EXPECT_EQ(0, actor_mkdir_child(main_actor, "job"));
	id = child_id(main_actor, "job");
	EXPECT_LT(self->id, id);
	EXPECT_EQ(1, actor_children(main_actor, CHILDREN));
	ASSERT_EQ(3, read_table(main_actor, &t));
	ASSERT_NE(NULL, find_path(&t, "/job (deleted)"));
	EXPECT_EQ(self->id, (__s64)find_path(&t, "/job (deleted)")->id);
	ASSERT_NE(NULL, find_path(&t, "/job"));
	EXPECT_EQ(id, (__s64)find_path(&t, "/job")->id);

	/* Each goes its own way. */
	EXPECT_EQ(-ESTALE, actor_enter(self->c, self->id));
	EXPECT_EQ(0, actor_enter(self->c, id));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, let_go(self->tracer, self->m));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
	EXPECT_STREQ("running", container_state(main_actor, id));
}

TEST_F(rmdir, gives_the_name_back_for_rename)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, remove_held(self->tracer, self->m));
	EXPECT_EQ(0, actor_rename_child(main_actor, "unnamed1", "job", 0));
	EXPECT_STREQ("/job", container_path(main_actor, a));
}

TEST_F(rmdir, of_a_dying_one_is_enoent)
{
	ASSERT_EQ(0, actor_hold(self->tracer, self->m));
	EXPECT_EQ(0, actor_exit(self->i, 0));
	EXPECT_EQ(0, actor_wait_held(self->tracer, self->m));
	EXPECT_EQ(-ENOENT, remove_child("job"));
	EXPECT_EQ(0, actor_mkdir_child(main_actor, "job"));
	/* Nor is it the new one that goes with the last of the old. */
	EXPECT_EQ(SIGKILL, let_go(self->tracer, self->m));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
	EXPECT_LT(self->id, child_id(main_actor, "job"));
}

TEST_F(rmdir, a_second_time_is_enoent)
{
	ASSERT_EQ(0, remove_held(self->tracer, self->m));
	EXPECT_EQ(-ENOENT, remove_child("job"));
}

TEST_F(rmdir, of_an_absent_one_is_enoent)
{
	EXPECT_EQ(-ENOENT, remove_child("absent"));
	EXPECT_EQ(-ENOENT, remove_child("unnamed1"));
}

TEST_F(rmdir, leaves_open_files_until_the_end)
{
	int id = open(JOB "/container.id", O_RDONLY | O_CLOEXEC);
	int status = open(JOB "/container.status", O_RDONLY | O_CLOEXEC);

	ASSERT_LE(0, id);
	ASSERT_LE(0, status);
	ASSERT_EQ(0, remove_held(self->tracer, self->m));
	ASSERT_LT(0, actor_read_fd(main_actor, id));
	EXPECT_EQ(self->id, atoll(main_actor->buf));
	ASSERT_LT(0, actor_read_fd(main_actor, status));
	EXPECT_TRUE(actor_has_line(main_actor, "State:\tdying"));
	EXPECT_TRUE(actor_has_line(main_actor, "Path:\t/job (deleted)"));

	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, let_go(self->tracer, self->m));
	EXPECT_EQ(-ENODEV, actor_read_fd(main_actor, id));
	EXPECT_EQ(-ENODEV, actor_read_fd(main_actor, status));
	close(id);
	close(status);
}

/* As rm -f takes it: removed, or not there */
static bool is_removed(int dir, const char *name, int flags)
{
	return !unlinkat(dir, name, flags) || errno == ENOENT;
}

/* What rm -rf comes back to: it has the directories open. */
TEST_F(rmdir, leaves_a_way_through_what_goes_along)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	int dir;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_mkdir_child(a, "part"));
	ASSERT_EQ(0, actor_exit(a, 0));
	dir = open(CHILDREN "/unnamed1", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT_LE(0, dir);

	/* It is all that keeps unnamed1, as it has no member any more. */
	ASSERT_EQ(0, result(unlinkat(dir, "part", AT_REMOVEDIR)));
	ASSERT_EQ(-ENOENT, child_id(main_actor, "unnamed1"));

	/* There is nothing in it to be read, nor to be made. */
	EXPECT_EQ(-ENODEV, result(openat(dir, "container.id", O_RDONLY)));
	EXPECT_GE(0, actor_children_fd(main_actor, dir));
	EXPECT_EQ(-1, mkdirat(dir, "part", 0755));
	EXPECT_TRUE(errno == ENODEV || errno == ENOENT);

	/* But rm goes on. */
	EXPECT_TRUE(is_removed(dir, "part", AT_REMOVEDIR));
	EXPECT_TRUE(is_removed(dir, "container.id", 0));
	EXPECT_TRUE(is_removed(dir, "container.kill", 0));
	EXPECT_TRUE(is_removed(AT_FDCWD, CHILDREN "/unnamed1", AT_REMOVEDIR));
	close(dir);
}

TEST_F(rmdir, by_others_is_eperm)
{
	ASSERT_EQ(0, actor_setuid(self->c, UID_USER));
	EXPECT_EQ(-EPERM, actor_rmdir_child(self->c, "job"));
	EXPECT_EQ(0, actor_unshare(self->i, 0));
	EXPECT_EQ(self->id, child_id(main_actor, "job"));
}

TEST_F(rmdir, of_the_own_container_fails)
{
	EXPECT_EQ(-EACCES, actor_unlink(self->i, AT_REMOVEDIR, JOB));
	/* The world's, where it is mounted */
	EXPECT_GT(0, actor_unlink(main_actor, AT_REMOVEDIR, CHILDREN));
	EXPECT_EQ(0, actor_unshare(self->m, 0));
}

TEST_F(rmdir, is_not_for_files_nor_unlink_for_containers)
{
	EXPECT_EQ(-ENOTDIR, actor_unlink(main_actor, AT_REMOVEDIR,
					 JOB "/container.id"));
	EXPECT_EQ(-EISDIR, actor_unlink(main_actor, 0, JOB));
	EXPECT_EQ(0, actor_unshare(self->i, 0));
}

/* What rm -rf does first */
TEST_F(rmdir, unlink_of_the_files_has_no_effect)
{
	static char names[ACTOR_BUF];
	int files = 0;
	char *name;

	ASSERT_EQ(0, actor_mkdir_child(self->i, "part"));
	ASSERT_LT(0, actor_list(main_actor, JOB));
	memcpy(names, main_actor->buf, sizeof(names));
	for (name = strtok(names, "\n"); name; name = strtok(NULL, "\n")) {
		char path[ACTOR_STR];

		if (strncmp(name, FILE_PREFIX, strlen(FILE_PREFIX)))
			continue;
		snprintf(path, sizeof(path), JOB "/%s", name);
		EXPECT_EQ(0, actor_unlink(main_actor, 0, "%s", path)) {
			TH_LOG("%s", name);
		}
		EXPECT_EQ(0, access(path, F_OK)) TH_LOG("%s", name);
		files++;
	}
	EXPECT_EQ(NR_FILES, files);
	EXPECT_EQ(self->id, child_id(main_actor, "job"));
	EXPECT_EQ(1, actor_children(main_actor, JOB));
	EXPECT_EQ(0, actor_mkdir_child(main_actor, "job/more"));
	EXPECT_EQ(0, actor_unshare(self->m, 0));
}

TEST_F(rmdir, unlink_of_the_files_by_others_is_eperm)
{
	ASSERT_EQ(0, actor_setuid(self->c, UID_USER));
	EXPECT_EQ(-EPERM, actor_unlink(self->c, 0, JOB "/container.id"));
	EXPECT_EQ(-EPERM, actor_unlink(self->c, 0, JOB "/container.kill"));
	EXPECT_EQ(self->id, child_id(main_actor, "job"));
}

/* As rm does it: all that is in a directory, then the directory */
static int remove_tree(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY), err = 0;
	struct dirent *entry;
	struct stat st;
	DIR *stream;

	stream = fd < 0 ? NULL : fdopendir(fd);
	if (!stream)
		return -errno;
	while (!err && (entry = readdir(stream))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			err = -errno;
		else if (S_ISDIR(st.st_mode))
			err = remove_tree(fd, entry->d_name);
		else
			err = result(unlinkat(fd, entry->d_name, 0));
	}
	closedir(stream);
	return err ?: result(unlinkat(dir, name, AT_REMOVEDIR));
}

/* The main process's own: /job and /job/part have members, /job/new has not. */
FIXTURE(tree) {
	struct actor *i, *j;
	int events;
};

FIXTURE_WORLD(tree)
{
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->j = spawn_explicit(self->i, "part");
	ASSERT_NE(NULL, self->j);
	ASSERT_NE(NULL, spawn_unshared(self->j, CLONE_NEWUTS));
	ASSERT_EQ(0, actor_mkdir_child(self->i, "new"));
	self->events = open(JOB "/container.events", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->events);
}

TEST_F(tree, is_removed_from_the_bottom_up)
{
	struct table t;

	EXPECT_EQ(0, remove_tree(AT_FDCWD, JOB));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->j));
	EXPECT_EQ(0, wait_end(self->events));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

TEST_F(tree, is_removed_by_rm_rf)
{
	struct table t;
	int status = run_command("rm -rf " JOB);

	if (status == 127)
		SKIP(return, "no rm");
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN));
	EXPECT_EQ(0, wait_end(self->events));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

/* A walk of a tree this deep closes directories, and comes back by "..". */
TEST_F(tree, of_many_levels_is_removed_by_rm_rf)
{
	char path[256] = "deep";
	int i, status;

	for (i = 0; i < 10; i++) {
		ASSERT_EQ(0, actor_mkdir_child(main_actor, path));
		strcat(path, "/d");
	}
	status = run_command("rm -rf " CHILDREN "/deep");
	if (status == 127)
		SKIP(return, "no rm");
	EXPECT_EQ(0, status);
	EXPECT_EQ(-ENOENT, child_id(main_actor, "deep"));
}

/* Those above go with the last one, before rm comes back to them. */
TEST_F(tree, that_goes_by_itself_is_removed_by_rm_rf)
{
	struct actor *a[8];
	int i, status;

	for (i = 0; i < (int)ARRAY_SIZE(a); i++) {
		a[i] = spawn_unshared(i ? a[i - 1] : main_actor, CLONE_NEWUTS);
		ASSERT_NE(NULL, a[i]);
	}
	ASSERT_EQ(0, actor_mkdir_child(a[--i], "part"));
	for (; i >= 0; i--)
		ASSERT_EQ(0, actor_exit(a[i], 0));
	ASSERT_LT(0, child_id(main_actor, "unnamed1"));
	status = run_command("rm -rf " CHILDREN "/unnamed1");
	if (status == 127)
		SKIP(return, "no rm");
	EXPECT_EQ(0, status);
	EXPECT_EQ(-ENOENT, child_id(main_actor, "unnamed1"));
}

TEST_F(tree, is_removed_where_there_are_no_members)
{
	__s64 id;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, "new"));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "new/part"));
	id = child_id(main_actor, "new");
	EXPECT_EQ(0, remove_tree(AT_FDCWD, CHILDREN "/new"));
	EXPECT_STREQ("gone", container_state(main_actor, id));
}

/* In a mount without options, and in /proc */
TEST(root_loses_nothing_by_unlink)
{
	if (!in_root_container())
		SKIP(return, "not run in the root container");
	EXPECT_EQ(-EPERM, result(unlink(CHILDREN "/container.id")));
	EXPECT_EQ(-EPERM, result(unlink(CHILDREN "/container.kill")));
	EXPECT_EQ(-EPERM, result(unlink("/proc/self/container/id")));
	EXPECT_EQ(-EPERM, result(unlink("/proc/self/container/children")));
	EXPECT_GT(0, result(rmdir(CHILDREN)));
}

TEST_HARNESS_MAIN
