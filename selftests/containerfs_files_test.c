// SPDX-License-Identifier: GPL-2.0
/* What the files of a container tell in containerfs */

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "file.h"
#include "files_tests.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

static __s64 read_file(struct actor *of, const char *name)
{
	return actor_read(main_actor, "%s/" FILE_PREFIX "%s",
			  container_dir(of), name);
}

/* They are in it with namespaces that were made elsewhere. */
TEST_F(files, status_counts_strayed_processes)
{
	struct actor *c = spawn(main_actor), *d;
	__s64 id = container_id(main_actor, self->a);

	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, actor_enter(c, id));
	EXPECT_TRUE(status_says(self->a, "Processes", "3"));
	EXPECT_TRUE(status_says(self->a, "Strayed", "1"));
	d = spawn(c);
	ASSERT_NE(NULL, d);
	EXPECT_TRUE(status_says(self->a, "Strayed", "2"));
	EXPECT_EQ(0, actor_exit(d, 0));
	EXPECT_TRUE(status_says(self->a, "Strayed", "1"));
	EXPECT_EQ(0, actor_exit(c, 0));
	EXPECT_TRUE(status_says(self->a, "Strayed", "0"));
	EXPECT_TRUE(status_says(main_actor, "Strayed", "0"));
}

/* The same line by way of /proc */
static bool proc_says(struct actor *of, const char *key, const char *value)
{
	return !strcmp(value, container_status(main_actor, of, key));
}

/* They are in it with namespaces that were made elsewhere. */
TEST_F(files, status_in_proc_counts_strayed_processes)
{
	struct actor *c = spawn(main_actor), *d;
	__s64 id = container_id(main_actor, self->a);

	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, actor_enter(c, id));
	EXPECT_TRUE(proc_says(self->a, "Processes", "3"));
	EXPECT_TRUE(proc_says(self->a, "Strayed", "1"));
	d = spawn(c);
	ASSERT_NE(NULL, d);
	EXPECT_TRUE(proc_says(self->a, "Strayed", "2"));
	EXPECT_EQ(0, actor_exit(d, 0));
	EXPECT_TRUE(proc_says(self->a, "Strayed", "1"));
	EXPECT_EQ(0, actor_exit(c, 0));
	EXPECT_TRUE(proc_says(self->a, "Strayed", "0"));
	EXPECT_TRUE(proc_says(main_actor, "Strayed", "0"));
}

/* /unnamed1 without members, so that only containerfs has its files */
FIXTURE(empty) {
	struct actor *below;
};

FIXTURE_WORLD(empty)
{
	struct actor *a;

	a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, a);
	self->below = spawn_unshared(a, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->below);
	ASSERT_EQ(0, actor_exit(a, 0));
}

TEST_F(empty, init_is_zero)
{
	EXPECT_EQ(0, actor_number(main_actor,
				  CHILDREN "/unnamed1/container.init"));
}

TEST_F(empty, procs_is_empty)
{
	EXPECT_EQ(0, actor_read(main_actor,
				CHILDREN "/unnamed1/container.procs"));
}

TEST_F(empty, status_tells_no_namespaces)
{
	ASSERT_LT(0, actor_read(main_actor,
				CHILDREN "/unnamed1/container.status"));
	EXPECT_TRUE(actor_has_line(main_actor, "State:\tempty"));
	EXPECT_TRUE(actor_has_line(main_actor, "Namespaces:\t-"));
	EXPECT_TRUE(actor_has_line(main_actor, "Processes:\t0"));
}

TEST_F(empty, ns_is_only_a_header)
{
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/unnamed1/container.ns"));
	EXPECT_EQ(strlen(main_actor->buf) - 1,
		  (size_t)(strchr(main_actor->buf, '\n') - main_actor->buf));
}

/*
 * a, which is in the world's pid namespace, waits for p1, the pid 1 of another
 * one, which has a /proc of its own. Both are in /unnamed1, p1 is its init.
 */
FIXTURE(pids) {
	struct actor *a, *p1;
	char dir[64];
};

FIXTURE_WORLD(pids)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWPID | CLONE_NEWNS);
	ASSERT_NE(NULL, self->a);
	self->p1 = spawn(self->a);
	ASSERT_NE(NULL, self->p1);
	/* Before its mounts are its own */
	snprintf(self->dir, sizeof(self->dir), "%s", container_dir(self->a));
	ASSERT_EQ(0, actor_mount_proc(self->p1));
}

/* a has none there. */
static bool has_1_and_0(struct actor *reader)
{
	return actor_has_line(reader, "1") && actor_has_line(reader, "0") &&
	       strlen(reader->buf) == 4;
}

TEST_F(pids, in_containerfs_are_those_of_the_reader)
{
	EXPECT_EQ(1, actor_number(self->p1, "%s/container.init", self->dir));
	ASSERT_LT(0, actor_read(self->p1, "%s/container.procs", self->dir));
	EXPECT_TRUE(has_1_and_0(self->p1));
	EXPECT_EQ(self->p1->pid,
		  actor_number(self->a, "%s/container.init", self->dir));
}

TEST_HARNESS_MAIN
