// SPDX-License-Identifier: GPL-2.0
/*
 * What a reader sees, in /proc and in containerfs: names are relative to the
 * reader, outside there is nothing.
 */

#include "kselftest_harness.h"
#include "actor.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "view_fixture.h"
#include "world.h"

TEST_F(view, own_path_is_the_root)
{
	EXPECT_STREQ("/", container_path(main_actor, main_actor));
	EXPECT_STREQ("/", container_path(self->a, self->a));
	EXPECT_STREQ("/", container_path(self->a2, self->a2));
	EXPECT_STREQ("/", container_path(self->c, self->c));
}

TEST_F(view, paths_are_relative_to_the_reader)
{
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, self->c));
	EXPECT_STREQ("/unnamed1", container_path(self->a, self->c));
	EXPECT_STREQ("/unnamed1", container_path(self->a2, self->c));
	EXPECT_STREQ("/", container_path(self->c, self->c));
}

TEST_F(view, status_is_relative_to_the_reader)
{
	char id[24];

	EXPECT_STREQ("/", container_status(self->a, self->a, "Name"));
	EXPECT_STREQ("/", container_status(self->a, self->a, "Path"));
	EXPECT_STREQ("0", container_status(self->a, self->a, "Parent"));
	EXPECT_STREQ("0", container_status(self->a, self->a, "Level"));

	snprintf(id, sizeof(id), "%lld",
		 (long long)container_id(main_actor, main_actor));
	EXPECT_STREQ("unnamed1", container_status(main_actor, self->a, "Name"));
	EXPECT_STREQ("/unnamed1",
		     container_status(main_actor, self->a, "Path"));
	EXPECT_STREQ(id, container_status(main_actor, self->a, "Parent"));
	EXPECT_STREQ("1", container_status(main_actor, self->a, "Level"));
	EXPECT_STREQ("2", container_status(main_actor, self->c, "Level"));
}

TEST_F(view, ids_are_the_same_for_all_readers)
{
	EXPECT_EQ(container_id(main_actor, self->c),
		  container_id(self->c, self->c));
	EXPECT_EQ(container_id(main_actor, self->c),
		  container_id(self->a, self->c));
}

TEST_F(view, table_lists_the_readers_subtree_only)
{
	struct table t;

	EXPECT_EQ(4, read_table(main_actor, &t));
	EXPECT_TRUE(table_in_order(&t));

	ASSERT_EQ(2, read_table(self->a, &t));
	EXPECT_EQ((__u64)container_id(self->a, self->a), t.row[0].id);
	EXPECT_STREQ("/", t.row[0].path);
	EXPECT_EQ((__u64)container_id(self->a, self->c), t.row[1].id);
	EXPECT_STREQ("/unnamed1", t.row[1].path);

	EXPECT_EQ(1, read_table(self->b, &t));
	EXPECT_EQ(1, read_table(self->c, &t));
}

TEST_F(view, children_lists_the_children)
{
	char line[64];

	snprintf(line, sizeof(line), "%lld unnamed1",
		 (long long)container_id(main_actor, self->a));
	ASSERT_LT(0, actor_read(main_actor, "/proc/self/container/children"));
	EXPECT_TRUE(actor_has_line(main_actor, line));
	snprintf(line, sizeof(line), "%lld unnamed1\n",
		 (long long)container_id(main_actor, self->c));
	EXPECT_LT(0, actor_read(self->a2, "/proc/self/container/children"));
	EXPECT_STREQ(line, self->a2->buf);
	EXPECT_EQ(0, actor_read(self->c, "/proc/self/container/children"));
}

FIXTURE(outsider) {
	struct actor *a, *b;
};

FIXTURE_VARIANT(outsider) {
	const char *entry;
};

FIXTURE_VARIANT_ADD(outsider, id) {
	.entry = "id",
};

FIXTURE_VARIANT_ADD(outsider, path) {
	.entry = "path",
};

FIXTURE_VARIANT_ADD(outsider, init) {
	.entry = "init",
};

FIXTURE_VARIANT_ADD(outsider, status) {
	.entry = "status",
};

FIXTURE_VARIANT_ADD(outsider, ns) {
	.entry = "ns",
};

FIXTURE_VARIANT_ADD(outsider, procs) {
	.entry = "procs",
};

FIXTURE_VARIANT_ADD(outsider, stat) {
	.entry = "stat",
};

FIXTURE_VARIANT_ADD(outsider, children) {
	.entry = "children",
};

FIXTURE_WORLD(outsider)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	ASSERT_NE(NULL, self->b);
}

/* Open an entry of the container that an actor is in. */
static __s64 open_entry(struct actor *by, struct actor *of, const char *entry)
{
	return actor_open(by, O_RDONLY, "/proc/%d/container/%s", of->pid,
			  entry);
}

TEST_F(outsider, is_refused_a_siblings_entry)
{
	EXPECT_LE(0, open_entry(main_actor, self->a, variant->entry));
	EXPECT_EQ(-EACCES, open_entry(self->b, self->a, variant->entry));
	EXPECT_LE(0, open_entry(self->b, self->b, variant->entry));
}

TEST_F(outsider, is_refused_an_ancestors_entry)
{
	EXPECT_EQ(-EACCES, open_entry(self->a, main_actor, variant->entry));
}

static __s64 do_stat(struct actor *a)
{
	struct stat st;

	return stat(a->str[0], &st) < 0 ? -errno : (__s64)st.st_mode;
}

TEST_F(view, outsider_may_stat_the_directory_in_proc)
{
	snprintf(self->b->str[0], ACTOR_STR, "/proc/%d/container",
		 self->a->pid);
	EXPECT_EQ(S_IFDIR, actor_call(self->b, do_stat, 0, 0, 0, 0) & S_IFMT);
}

TEST_F(view, file_of_a_process_shows_no_other_container)
{
	struct actor *a = spawn(main_actor);
	__s64 fd, id;

	ASSERT_NE(NULL, a);
	id = container_id(main_actor, a);
	fd = actor_open(main_actor, O_RDONLY, "/proc/%d/container/id", a->pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_unshare(a, CLONE_NEWUTS));
	ASSERT_LT(0, actor_read_fd(main_actor, fd));
	EXPECT_EQ(id, strtoll(main_actor->buf, NULL, 10));
	EXPECT_NE(id, container_id(main_actor, a));
}

/*
 * one is pid 1 of a container, /unnamed1, with a /proc of its own; c is the init
 * of a container in that. j has joined the mnt, uts and net namespaces of one,
 * as "nsenter -m -u -n" does, and stays in the world's container. b has nothing
 * to do with them.
 */
FIXTURE(joined) {
	struct actor *one, *c, *j, *b;
	struct table table;
	__s64 id;
};

FIXTURE_WORLD(joined)
{
	static const char * const kinds[] = { "uts", "net", "mnt" };
	size_t i;

	self->one = spawn_how(main_actor, SPAWN_CLONE,
			      CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS |
			      CLONE_NEWNET);
	ASSERT_NE(NULL, self->one);
	ASSERT_EQ(0, actor_mount_proc(self->one));
	self->id = container_id(main_actor, self->one);
	self->c = spawn_unshared(self->one, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->c);
	self->j = spawn(main_actor);
	ASSERT_NE(NULL, self->j);
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		ASSERT_EQ(0, actor_setns_of(self->j, self->one, kinds[i]));
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->b);
}

/* The world is not in it, nor is what is beside. */
TEST_F(joined, table_is_the_containers)
{
	EXPECT_STREQ("/", container_path(main_actor, self->j));
	ASSERT_EQ(2, read_table(self->j, &self->table));
	EXPECT_EQ((__u64)self->id, self->table.row[0].id);
	EXPECT_STREQ("/", self->table.row[0].path);
	EXPECT_EQ(1, self->table.row[0].init);
	EXPECT_EQ((__u64)container_id(main_actor, self->c),
		  self->table.row[1].id);
	EXPECT_STREQ("/unnamed1", self->table.row[1].path);
	EXPECT_EQ(self->c->local_pid, self->table.row[1].init);
}

TEST_F(joined, paths_are_the_containers)
{
	EXPECT_STREQ("/", actor_value(self->j, "/proc/1/container/path"));
	EXPECT_STREQ("/unnamed1", actor_value(self->j,
					      "/proc/%d/container/path",
					      self->c->local_pid));
}

TEST_F(joined, status_is_the_containers)
{
	ASSERT_LT(0, actor_read(self->j, "/proc/1/container/status"));
	EXPECT_TRUE(actor_has_line(self->j, "Name:\t/"));
	EXPECT_TRUE(actor_has_line(self->j, "Path:\t/"));
	EXPECT_TRUE(actor_has_line(self->j, "Parent:\t0"));
	EXPECT_TRUE(actor_has_line(self->j, "Level:\t0"));
}

TEST_F(joined, children_are_the_containers)
{
	char line[64];

	snprintf(line, sizeof(line), "%lld unnamed1\n",
		 (long long)container_id(main_actor, self->c));
	ASSERT_LT(0, actor_read(self->j, "/proc/1/container/children"));
	EXPECT_STREQ(line, self->j->buf);
}

/* It has no pid there. */
TEST_F(joined, own_container_is_not_shown)
{
	EXPECT_EQ(-ENOENT, actor_open(self->j, O_RDONLY,
				      "/proc/self/container/id"));
}

/* Even if more can be seen elsewhere */
TEST_F(joined, proc_shows_a_reader_above_the_containers_view)
{
	EXPECT_EQ(2, actor_read(main_actor, "/proc/%d/root/proc/containers",
				self->one->pid) > 0 ?
		  parse_table(main_actor->buf, &self->table) : -1);
	EXPECT_EQ((__u64)self->id, self->table.row[0].id);
	EXPECT_STREQ("/", self->table.row[0].path);
}

/* The container of that /proc is not below its reader's. */
TEST_F(joined, proc_shows_a_reader_beside_its_own_view)
{
	struct table *t = &self->table;

	ASSERT_LT(0, actor_read(self->b, "/proc/%d/root/proc/containers",
				self->one->pid));
	ASSERT_EQ(1, parse_table(self->b->buf, t));
	EXPECT_EQ((__u64)container_id(main_actor, self->b), t->row[0].id);
	EXPECT_EQ(0, t->row[0].init);
	EXPECT_EQ(-EACCES, actor_open(self->b, O_RDONLY,
				      "/proc/%d/root/proc/1/container/path",
				      self->one->pid));
}

TEST_F(joined, proc_without_pid_1_shows_nothing)
{
	EXPECT_EQ(SIGKILL, actor_kill(self->one, SIGKILL));
	EXPECT_EQ(-ESRCH, actor_open(self->j, O_RDONLY, "/proc/containers"));
}

TEST_HARNESS_MAIN
