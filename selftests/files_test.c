// SPDX-License-Identifier: GPL-2.0
/* What the files in /proc/<pid>/container/ tell */

#include "kselftest_harness.h"
#include "actor.h"
#include "file.h"
#include "files_tests.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

static __s64 read_file(struct actor *of, const char *name)
{
	return actor_read(main_actor, "/proc/%d/container/%s", of->pid, name);
}

/*
 * a, which is in the world's pid namespace, waits for p1, the pid 1 of another
 * one, which has a /proc of its own. Both are in /unnamed1, p1 is its init.
 */
FIXTURE(pids) {
	struct actor *a, *p1;
};

FIXTURE_WORLD(pids)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWPID | CLONE_NEWNS);
	ASSERT_NE(NULL, self->a);
	self->p1 = spawn(self->a);
	ASSERT_NE(NULL, self->p1);
	ASSERT_EQ(0, actor_mount_proc(self->p1));
}

/* a has none there. */
static bool has_1_and_0(struct actor *reader)
{
	return actor_has_line(reader, "1") && actor_has_line(reader, "0") &&
	       strlen(reader->buf) == 4;
}

TEST_F(pids, in_proc_are_those_of_the_mount)
{
	EXPECT_EQ(1, actor_number(self->p1, "/proc/self/container/init"));
	EXPECT_EQ(self->p1->pid, container_init(main_actor, self->p1));
	ASSERT_LT(0, actor_read(self->p1, "/proc/self/container/procs"));
	EXPECT_TRUE(has_1_and_0(self->p1));
	/* The same mount, seen by a process of another pid namespace */
	EXPECT_EQ(1, actor_number(self->a, "/proc/1/container/init"));
}

TEST_HARNESS_MAIN
