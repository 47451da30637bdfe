// SPDX-License-Identifier: GPL-2.0
/* What a reader sees: names are relative to the reader, outside there is nothing. */

#include "kselftest_harness.h"
#include "container_test.h"

/*
 * / (the world) has /unnamed1 with init a and member a2, and /unnamed2 with
 * init b; /unnamed1/unnamed1 has init c.
 */
FIXTURE(view) {
	struct actor *a, *a2, *b, *c;
};

FIXTURE_SETUP(view)
{
	setup_world(_metadata);
	if (_metadata->exit_code)
		return;
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	ASSERT_NE(NULL, self->b);
	self->a2 = spawn(self->a);
	self->c = spawn(self->a);
	ASSERT_NE(NULL, self->a2);
	ASSERT_NE(NULL, self->c);
	ASSERT_EQ(0, actor_unshare(self->c, CLONE_NEWUTS));
}

FIXTURE_TEARDOWN(view)
{
	world_destroy();
}

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
	EXPECT_EQ(2, actor_list(main_actor, CHILDREN));
	EXPECT_TRUE(actor_has_line(main_actor, "unnamed1"));
	EXPECT_TRUE(actor_has_line(main_actor, "unnamed2"));
	EXPECT_EQ(1, actor_list(main_actor, CHILDREN "/unnamed1/children"));
	EXPECT_TRUE(actor_has_line(main_actor, "unnamed1"));
	EXPECT_EQ(0, actor_list(main_actor, CHILDREN "/unnamed2/children"));
	EXPECT_EQ(1, actor_list(self->a, CHILDREN));
	EXPECT_EQ(0, actor_list(self->c, CHILDREN));
}

TEST_F(view, names_lead_to_the_containers)
{
	EXPECT_EQ(container_id(main_actor, self->c),
		  actor_number(main_actor, CHILDREN
			       "/unnamed1/children/unnamed1/id"));
	EXPECT_EQ(container_id(main_actor, self->c),
		  actor_number(self->a, CHILDREN "/unnamed1/id"));
	EXPECT_EQ(container_id(main_actor, self->c),
		  actor_number(self->a2, CHILDREN "/unnamed1/id"));
}

TEST_F(view, names_outside_are_enoent)
{
	/* c has no children; a sees one child, not its sibling. */
	EXPECT_STREQ("errno 2",
		     actor_value(self->c, CHILDREN "/unnamed1/id"));
	EXPECT_STREQ("errno 2",
		     actor_value(self->a, CHILDREN "/unnamed2/id"));
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

FIXTURE_VARIANT_ADD(outsider, children) {
	.entry = "children",
};

FIXTURE_SETUP(outsider)
{
	setup_world(_metadata);
	if (_metadata->exit_code)
		return;
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	ASSERT_NE(NULL, self->b);
}

FIXTURE_TEARDOWN(outsider)
{
	world_destroy();
}

TEST_F(outsider, is_refused_a_siblings_entry)
{
	EXPECT_LE(0, actor_open(main_actor, O_RDONLY, "/proc/%d/container/%s",
				self->a->pid, variant->entry));
	EXPECT_EQ(-EACCES, actor_open(self->b, O_RDONLY,
				      "/proc/%d/container/%s", self->a->pid,
				      variant->entry));
}

TEST_F(outsider, is_refused_an_ancestors_entry)
{
	EXPECT_EQ(-EACCES, actor_open(self->a, O_RDONLY,
				      "/proc/%d/container/%s", main_actor->pid,
				      variant->entry));
}

static __s64 do_stat(struct actor *a)
{
	struct stat st;

	return stat(a->str[0], &st) < 0 ? -errno : (__s64)st.st_mode;
}

TEST_F(view, outsider_may_stat_the_directory)
{
	snprintf(self->b->str[0], ACTOR_STR, "/proc/%d/container",
		 self->a->pid);
	EXPECT_EQ(S_IFDIR, actor_call(self->b, do_stat, 0, 0, 0, 0) & S_IFMT);
}

TEST_F(view, outsider_may_not_list_the_directory)
{
	EXPECT_EQ(-EACCES, actor_list(self->b, "/proc/%d/container",
				      self->a->pid));
}

TEST_F(view, path_is_relative_to_the_opener)
{
	__s64 fd;

	/* Open by a2 as a member of /unnamed1, read from further down */
	fd = actor_open(self->a2, O_RDONLY, "/proc/%d/container/path",
			self->c->pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_bind(self->a2, container_id(main_actor, self->c),
				0));
	ASSERT_LT(0, actor_read_fd(self->a2, fd));
	EXPECT_STREQ("/unnamed1\n", self->a2->buf);
	EXPECT_STREQ("/", container_path(self->a2, self->c));
}

TEST_F(view, table_is_that_of_the_opener)
{
	__s64 fd = actor_open(self->a2, O_RDONLY, "/proc/containers");
	struct table t;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_bind(self->a2, container_id(main_actor, self->c),
				0));
	ASSERT_LT(0, actor_read_fd(self->a2, fd));
	EXPECT_EQ(2, parse_table(self->a2->buf, &t));
	EXPECT_EQ(1, read_table(self->a2, &t));
}

FIXTURE(held) {
	struct actor *a;
	__s64 id;
	__s64 dir;
};

FIXTURE_SETUP(held)
{
	setup_world(_metadata);
	if (_metadata->exit_code)
		return;
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	self->id = container_id(main_actor, self->a);
	self->dir = actor_open(main_actor, O_RDONLY | O_DIRECTORY,
			       CHILDREN "/unnamed1");
	ASSERT_LE(0, self->dir);
}

FIXTURE_TEARDOWN(held)
{
	world_destroy();
}

TEST_F(held, directory_does_not_keep_it_alive)
{
	struct table t;

	EXPECT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(1, read_table(main_actor, &t));
	EXPECT_EQ(-ENOENT, actor_open(main_actor, O_RDONLY,
				      CHILDREN "/unnamed1/id"));
}

TEST_F(held, directory_of_a_gone_one_opens_enodev)
{
	__s64 fd;

	fd = actor_openat(main_actor, self->dir, O_RDONLY, "id");
	EXPECT_LE(0, fd);
	EXPECT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(-ENODEV, actor_openat(main_actor, self->dir, O_RDONLY, "id"));
	EXPECT_EQ(-ENODEV, actor_openat(main_actor, self->dir, O_RDONLY,
					"status"));
}

TEST_F(held, directory_of_a_gone_one_lists_enodev)
{
	__s64 children = actor_openat(main_actor, self->dir,
				      O_RDONLY | O_DIRECTORY, "children");

	ASSERT_LE(0, children);
	EXPECT_LT(0, actor_list_fd(main_actor, self->dir));
	EXPECT_EQ(0, actor_list_fd(main_actor, children));
	EXPECT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(-ENODEV, actor_list_fd(main_actor, self->dir));
	EXPECT_EQ(-ENODEV, actor_list_fd(main_actor, children));
	/* So does one that is opened now. */
	children = actor_openat(main_actor, self->dir, O_RDONLY | O_DIRECTORY,
				"children");
	ASSERT_LE(0, children);
	EXPECT_EQ(-ENODEV, actor_list_fd(main_actor, children));
}

TEST_F(held, files_of_a_gone_one_read_enodev)
{
	const char * const files[] = {
		"id", "path", "init", "status", "ns", "procs",
	};
	__s64 fd[ARRAY_SIZE(files)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		fd[i] = actor_openat(main_actor, self->dir, O_RDONLY, "%s",
				     files[i]);
		ASSERT_LE(0, fd[i]);
		EXPECT_LT(0, actor_read_fd(main_actor, fd[i]));
	}
	EXPECT_EQ(0, actor_exit(self->a, 0));
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		EXPECT_EQ(-ENODEV, actor_read_fd(main_actor, fd[i])) {
			TH_LOG("%s", files[i]);
		}
	}
}

TEST_F(held, file_never_shows_a_successor)
{
	struct actor *b;
	__s64 fd;

	ASSERT_EQ(0, actor_rename_child(main_actor, "unnamed1", "job", 0));
	fd = actor_openat(main_actor, self->dir, O_RDONLY, "id");
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_exit(self->a, 0));

	b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_rename_child(main_actor, "unnamed2", "job", 0));
	EXPECT_EQ(-ENODEV, actor_read_fd(main_actor, fd));
	EXPECT_EQ(-ENODEV, actor_openat(main_actor, self->dir, O_RDONLY, "id"));
}

TEST_F(held, file_of_a_process_shows_no_other_container)
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

TEST_HARNESS_MAIN
