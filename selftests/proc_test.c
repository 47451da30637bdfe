// SPDX-License-Identifier: GPL-2.0
/* /proc/<pid>/container/ shows containers, and handles none */

#include "kselftest_harness.h"
#include "actor.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

#define DIR_OF_SELF "/proc/self/container"

static const char * const entries[] = {
	"id", "path", "init", "status", "procs", "ns", "stat", "children",
};

/* / (the world) has /unnamed1 with init a, and /unnamed2 with init b. */
FIXTURE(proc) {
	struct actor *a, *b;
};

FIXTURE_WORLD(proc)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->b);
}

TEST_F(proc, holds_the_documented_files)
{
	size_t i;

	EXPECT_EQ((__s64)ARRAY_SIZE(entries),
		  actor_list(main_actor, DIR_OF_SELF));
	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		EXPECT_TRUE(actor_has_line(main_actor, entries[i])) {
			TH_LOG("%s", entries[i]);
		}
	}
}

TEST_F(proc, holds_no_directories)
{
	struct stat st;
	char path[64];
	size_t i;

	ASSERT_EQ(0, stat(DIR_OF_SELF, &st));
	EXPECT_TRUE(S_ISDIR(st.st_mode));
	EXPECT_EQ(2U, st.st_nlink);
	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		snprintf(path, sizeof(path), DIR_OF_SELF "/%s", entries[i]);
		ASSERT_EQ(0, lstat(path, &st)) TH_LOG("%s", path);
		EXPECT_EQ((mode_t)(S_IFREG | 0444), st.st_mode);
	}
}

TEST_F(proc, is_not_there_for_each_thread)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d/container", getpid());
	EXPECT_EQ(-1, access(path, F_OK));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(-1, access("/proc/thread-self/container", F_OK));
	EXPECT_EQ(ENOENT, errno);
}

TEST_F(proc, is_of_the_process_by_the_pid_of_any_thread)
{
	struct actor *t = spawn_thread(self->a);

	ASSERT_NE(NULL, t);
	EXPECT_EQ(container_id(main_actor, self->a),
		  actor_number(main_actor, "/proc/%d/container/id", t->tid));
}

/* What was in it once, and more that might be tried */
TEST_F(proc, has_nothing_that_handles)
{
	static const char * const names[] = {
		"freeze", "kill", "signal", "events", "kind", "children/unnamed1",
		"container.kill",
	};
	char path[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), DIR_OF_SELF "/%s", names[i]);
		EXPECT_GT(0, put_text(path, "1")) TH_LOG("%s", path);
		EXPECT_EQ(-1, access(path, F_OK)) TH_LOG("%s", path);
	}
}

TEST_F(proc, has_nothing_to_write)
{
	char path[64], before[256];
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		snprintf(path, sizeof(path), "/proc/%d/container/%s",
			 self->a->pid, entries[i]);
		snprintf(before, sizeof(before), "%.250s",
			 actor_value(main_actor, "%s", path));
		EXPECT_GT(0, put_text(path, "1")) TH_LOG("%s", path);
		EXPECT_GT(0, put_text(path, "explicit")) TH_LOG("%s", path);
		fd = open(path, O_RDWR | O_TRUNC);
		if (fd >= 0)
			close(fd);
		/* What is counted all the time may have changed. */
		if (!strcmp(entries[i], "stat"))
			continue;
		actor_value(main_actor, "%s", path);
		EXPECT_EQ(0, strncmp(before, main_actor->buf, strlen(before))) {
			TH_LOG("%s", path);
		}
	}
}

TEST_F(proc, takes_no_new_names)
{
	static const char new[] = DIR_OF_SELF "/new";

	EXPECT_EQ(-1, mkdir(new, 0755));
	EXPECT_EQ(-1, open(new, O_RDWR | O_CREAT, 0644));
	EXPECT_EQ(-1, mknod(new, S_IFIFO | 0644, 0));
	EXPECT_EQ(-1, symlink("id", new));
	EXPECT_EQ(-1, link(DIR_OF_SELF "/id", new));
	EXPECT_EQ(-1, rename(DIR_OF_SELF "/id", new));
	EXPECT_EQ(-1, mkdir(DIR_OF_SELF "/children/new", 0755));
	EXPECT_EQ((__s64)ARRAY_SIZE(entries),
		  actor_list(main_actor, DIR_OF_SELF));
}

TEST_F(proc, attributes_cannot_be_changed)
{
	static const char id[] = DIR_OF_SELF "/id";

	EXPECT_EQ(-1, chmod(DIR_OF_SELF, 0777));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(-1, chmod(id, 0666));
	EXPECT_EQ(EPERM, errno);
}

/* As rm -rf of a directory into which /proc was bound */
TEST_F(proc, removal_is_harmless)
{
	pid_t pids[] = { getpid(), self->a->pid };
	char path[64], *before;
	size_t i, j;

	before = strdup(actor_value(main_actor, "/proc/containers"));
	ASSERT_NE(NULL, before);
	for (i = 0; i < ARRAY_SIZE(pids); i++) {
		for (j = 0; j < ARRAY_SIZE(entries); j++) {
			snprintf(path, sizeof(path), "/proc/%d/container/%s",
				 pids[i], entries[j]);
			EXPECT_EQ(-1, unlink(path));
			EXPECT_TRUE(errno == EPERM || errno == EACCES) {
				TH_LOG("%s: %d", path, errno);
			}
			EXPECT_EQ(-1, rmdir(path));
		}
		snprintf(path, sizeof(path), "/proc/%d/container", pids[i]);
		EXPECT_EQ(-1, rmdir(path));
	}
	EXPECT_STREQ(before, actor_value(main_actor, "/proc/containers"));
	free(before);
	EXPECT_EQ(0, actor_unshare(self->a, 0));
}

TEST_F(proc, children_has_a_line_for_each)
{
	char text[128];

	snprintf(text, sizeof(text), "%lld unnamed1\n%lld unnamed2\n",
		 (long long)container_id(main_actor, self->a),
		 (long long)container_id(main_actor, self->b));
	ASSERT_LT(0, actor_read(main_actor, DIR_OF_SELF "/children"));
	EXPECT_STREQ(text, main_actor->buf);
}

TEST_F(proc, children_is_empty_without_any)
{
	EXPECT_EQ(0, actor_read(main_actor, "/proc/%d/container/children",
				self->a->pid));
}

TEST_F(proc, of_a_process_that_has_exited_is_esrch)
{
	ASSERT_EQ(0, actor_exit_zombie(self->a));
	EXPECT_EQ(-ESRCH, container_id(main_actor, self->a));
	EXPECT_EQ(0, actor_reap(self->a));
}

/*
 * /unnamed1 has p1, the pid 1 of a pid namespace, which has a /proc of its own
 * in a mount namespace of its own; /unnamed1/unnamed1 is below, /unnamed2 is
 * not. c, of the world's container, joins the mount namespace and sees that
 * /proc; it has a descriptor of it.
 */
FIXTURE(mounted) {
	struct actor *p1, *below, *other, *c;
	__s64 id;
	int dir;
};

FIXTURE_WORLD(mounted)
{
	self->p1 = spawn_how(main_actor, SPAWN_CLONE3,
			     CLONE_NEWPID | CLONE_NEWNS);
	ASSERT_NE(NULL, self->p1);
	ASSERT_EQ(0, actor_mount_proc(self->p1));
	self->below = spawn_unshared(self->p1, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->below);
	self->other = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->other);
	self->c = spawn(main_actor);
	ASSERT_NE(NULL, self->c);
	self->id = container_id(main_actor, self->p1);
	ASSERT_EQ(0, actor_setns_of(self->c, self->p1, "mnt"));
	self->dir = actor_open(self->c, O_RDONLY | O_DIRECTORY, "/proc");
	ASSERT_LE(0, self->dir);
}

TEST_F(mounted, table_has_what_the_mount_sees)
{
	struct table t;

	ASSERT_EQ(2, read_table(self->c, &t));
	EXPECT_STREQ("/", t.row[0].path);
	EXPECT_EQ((__u64)self->id, t.row[0].id);
	EXPECT_EQ(1, t.row[0].init);
	EXPECT_STREQ("/unnamed1", t.row[1].path);
}

TEST_F(mounted, paths_are_what_the_mount_sees)
{
	EXPECT_STREQ("/", actor_value(self->c, "/proc/1/container/path"));
	EXPECT_EQ(self->id, actor_number(self->c, "/proc/1/container/id"));
	ASSERT_LT(0, actor_read(self->c, "/proc/1/container/status"));
	EXPECT_TRUE(actor_has_line(self->c, "Parent:\t0"));
}

/* The same process by another mount: the view is that of the reader again. */
TEST_F(mounted, view_of_others_is_as_it_was)
{
	struct table t;

	EXPECT_EQ(4, read_table(main_actor, &t));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->p1));
	EXPECT_STREQ("/", container_path(main_actor, self->c));
}

/* It does not widen what a process sees that is further down. */
TEST_F(mounted, view_is_that_of_the_reader_if_that_is_lower)
{
	struct table t;

	ASSERT_EQ(1, read_table(self->below, &t));
	EXPECT_EQ(-EACCES, actor_number(self->below, "/proc/1/container/id"));
}

TEST_F(mounted, without_its_init_is_esrch)
{
	EXPECT_EQ(SIGKILL, actor_kill(self->p1, SIGKILL));
	EXPECT_EQ(-ESRCH, actor_openat(self->c, self->dir, O_RDONLY,
				       "containers"));
}

TEST_HARNESS_MAIN
