// SPDX-License-Identifier: GPL-2.0
/* Strayed processes: those that bind_ns(2) brought without the namespaces */

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "containerfs.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

/* /unnamed1 with init a and member b */
FIXTURE(files) {
	struct actor *a, *b;
};

FIXTURE_VARIANT(files) {
	bool proc;
};

FIXTURE_VARIANT_ADD(files, proc) {
	.proc = true,
};

FIXTURE_VARIANT_ADD(files, containerfs) {
	.proc = false,
};

FIXTURE_WORLD(files)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	self->b = spawn(self->a);
	ASSERT_NE(NULL, self->b);
}

/* A line of status, one way or the other */
static bool status_says(bool proc, struct actor *of, const char *key,
			const char *value)
{
	char line[128];

	snprintf(line, sizeof(line), "%s:\t%s", key, value);
	return (proc ? actor_read(main_actor, "/proc/%d/container/status",
				  of->pid) :
		       actor_read(main_actor, "%s/" FILE_PREFIX "status",
				  container_dir(of))) > 0 &&
	       actor_has_line(main_actor, line);
}

/* They are in it with namespaces that were made elsewhere. */
TEST_F(files, status_counts_strayed_processes)
{
	struct actor *c = spawn(main_actor), *d;
	__s64 id = container_id(main_actor, self->a);

	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, actor_bind(c, id, 0));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Processes", "3"));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Strayed", "1"));
	d = spawn(c);
	ASSERT_NE(NULL, d);
	EXPECT_TRUE(status_says(variant->proc, self->a, "Strayed", "2"));
	EXPECT_EQ(0, actor_exit(d, 0));
	/* In those of the container */
	EXPECT_EQ(0, actor_bind(c, id, CLONE_NEWUTS));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Strayed", "0"));
	EXPECT_TRUE(status_says(variant->proc, main_actor, "Strayed", "0"));
}

TEST_HARNESS_MAIN
