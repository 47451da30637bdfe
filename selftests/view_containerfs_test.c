// SPDX-License-Identifier: GPL-2.0
/* What a process sees in containerfs: its own container, and what is below */

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "view_fixture.h"
#include "world.h"

TEST_F(view, directory_lists_the_children)
{
	EXPECT_EQ(2, actor_children(main_actor, CHILDREN));
	EXPECT_TRUE(actor_has_line(main_actor, "unnamed1"));
	EXPECT_TRUE(actor_has_line(main_actor, "unnamed2"));
	EXPECT_EQ(1, actor_children(main_actor, CHILDREN "/unnamed1"));
	EXPECT_TRUE(actor_has_line(main_actor, "unnamed1"));
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN "/unnamed2"));
	EXPECT_EQ(1, actor_children(self->a, CHILDREN "/unnamed1"));
	EXPECT_EQ(0, actor_children(self->c, CHILDREN "/unnamed1/unnamed1"));
}

TEST_F(view, names_lead_to_the_containers)
{
	__s64 id = container_id(main_actor, self->c);

	EXPECT_EQ(id, actor_number(main_actor, CHILDREN
				   "/unnamed1/unnamed1/container.id"));
	EXPECT_EQ(id, child_id(self->a, "unnamed1"));
	EXPECT_EQ(id, child_id(self->a2, "unnamed1"));
}

TEST_F(view, names_outside_are_enoent)
{
	/* c has no children; a sees one child, not its sibling. */
	EXPECT_EQ(-ENOENT, child_id(self->c, "unnamed1"));
	EXPECT_EQ(-ENOENT, child_id(self->a, "unnamed2"));
}

TEST_F(view, ways_outside_are_eacces)
{
	EXPECT_EQ(-EACCES, actor_open(self->a, O_RDONLY,
				      CHILDREN "/unnamed2/container.id"));
	EXPECT_EQ(-EACCES, actor_open(self->a, O_PATH, CHILDREN "/unnamed2"));
	EXPECT_EQ(-EACCES, actor_list(self->a, CHILDREN "/unnamed2"));
	EXPECT_EQ(-EACCES, actor_list(self->a, CHILDREN));
	EXPECT_EQ(-EACCES, actor_list(self->c, CHILDREN "/unnamed1"));
}

/* The status of a file system's directory is relative to its reader, too. */
TEST_F(view, status_by_a_mount_from_above_is_relative_to_the_reader)
{
	ASSERT_LT(0, actor_read(self->a2,
				CHILDREN "/unnamed1/unnamed1/container.status"));
	EXPECT_TRUE(actor_has_line(self->a2, "Path:\t/unnamed1"));
	EXPECT_TRUE(actor_has_line(self->a2, "Level:\t1"));
	ASSERT_LT(0, actor_read(self->c,
				CHILDREN "/unnamed1/unnamed1/container.status"));
	EXPECT_TRUE(actor_has_line(self->c, "Name:\t/"));
	EXPECT_TRUE(actor_has_line(self->c, "Path:\t/"));
	EXPECT_TRUE(actor_has_line(self->c, "Parent:\t0"));
}

TEST_F(view, mount_of_its_own_has_the_own_container_as_root)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWNS), *b;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_mount_containers(a, ""));
	b = spawn_unshared(a, CLONE_NEWUTS);
	ASSERT_NE(NULL, b);
	EXPECT_EQ(container_id(main_actor, a),
		  actor_number(a, CHILDREN "/container.id"));
	EXPECT_EQ(1, actor_children(a, CHILDREN));
	EXPECT_TRUE(actor_has_line(a, "unnamed1"));
	/* b has the same mount, and sees less of it. */
	EXPECT_EQ(container_id(main_actor, b),
		  actor_number(b, CHILDREN "/unnamed1/container.id"));
	EXPECT_EQ(-EACCES, actor_open(b, O_RDONLY, CHILDREN "/container.id"));
	EXPECT_EQ(-EACCES, actor_list(b, CHILDREN));
}

FIXTURE(listing) {
};

FIXTURE_VARIANT(listing) {
	enum spawn_how how;
};

FIXTURE_VARIANT_ADD(listing, unshare) {
	.how = SPAWN_FORK,
};

FIXTURE_VARIANT_ADD(listing, clone) {
	.how = SPAWN_CLONE,
};

FIXTURE_VARIANT_ADD(listing, clone3) {
	.how = SPAWN_CLONE3,
};

FIXTURE_WORLD(listing)
{
}

TEST_F(listing, has_none_that_has_lost_its_last_member)
{
	struct actor *a = variant->how == SPAWN_FORK ?
			  spawn_unshared(main_actor, CLONE_NEWUTS) :
			  spawn_how(main_actor, variant->how, CLONE_NEWUTS);

	ASSERT_NE(NULL, a);
	EXPECT_EQ(1, actor_children(main_actor, CHILDREN));
	EXPECT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN));
}

TEST_F(listing, has_none_that_could_not_be_made)
{
	struct actor *a = spawn(main_actor);
	__s64 err;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_userns(a, 0));
	ASSERT_EQ(0, actor_write(a, "0", "/proc/sys/user/max_uts_namespaces"));
	if (variant->how == SPAWN_FORK)
		err = actor_unshare(a, CLONE_NEWUTS);
	else
		err = spawn_how(a, variant->how, CLONE_NEWUTS) ? 0 : -errno;
	EXPECT_EQ(-ENOSPC, err);
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN));
	EXPECT_EQ(-EINVAL, actor_unshare(a, CLONE_NEWUTS | 1));
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN));
}

TEST_F(listing, has_none_that_could_not_be_made_further_down)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWPID), *p1;

	ASSERT_NE(NULL, a);
	p1 = spawn(a);
	ASSERT_NE(NULL, p1);
	EXPECT_EQ(0, actor_exit(p1, 0));
	EXPECT_EQ(NULL, spawn_how(a, SPAWN_CLONE, CLONE_NEWUTS));
	EXPECT_EQ(ENOMEM, errno);
	EXPECT_EQ(0, actor_children(main_actor, "%s", container_dir(a)));
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

FIXTURE_VARIANT_ADD(outsider, init) {
	.entry = "init",
};

FIXTURE_VARIANT_ADD(outsider, kind) {
	.entry = "kind",
};

FIXTURE_VARIANT_ADD(outsider, procs) {
	.entry = "procs",
};

FIXTURE_VARIANT_ADD(outsider, ns) {
	.entry = "ns",
};

FIXTURE_VARIANT_ADD(outsider, status) {
	.entry = "status",
};

FIXTURE_VARIANT_ADD(outsider, stat) {
	.entry = "stat",
};

FIXTURE_VARIANT_ADD(outsider, events) {
	.entry = "events",
};

FIXTURE_VARIANT_ADD(outsider, freeze) {
	.entry = "freeze",
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
	return actor_open(by, O_RDONLY, "%s/" FILE_PREFIX "%s",
			  container_dir(of), entry);
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

FIXTURE(held) {
	struct actor *a;
	__s64 id;
	__s64 dir;
};

FIXTURE_WORLD(held)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	self->id = container_id(main_actor, self->a);
	self->dir = actor_open(main_actor, O_RDONLY | O_DIRECTORY,
			       CHILDREN "/unnamed1");
	ASSERT_LE(0, self->dir);
}

TEST_F(held, directory_does_not_keep_it_alive)
{
	struct table t;

	EXPECT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(1, read_table(main_actor, &t));
	EXPECT_EQ(-ENOENT, child_id(main_actor, "unnamed1"));
}

TEST_F(held, directory_of_a_gone_one_opens_enodev)
{
	EXPECT_LE(0, actor_openat(main_actor, self->dir, O_RDONLY,
				  "container.id"));
	EXPECT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(-ENODEV, actor_openat(main_actor, self->dir, O_RDONLY,
					"container.id"));
	EXPECT_EQ(-ENODEV, actor_openat(main_actor, self->dir, O_RDONLY,
					"container.status"));
	EXPECT_EQ(-ENODEV, actor_openat(main_actor, self->dir, O_WRONLY,
					"container.kill"));
}

TEST_F(held, directory_of_a_gone_one_is_empty)
{
	EXPECT_LT(0, actor_list_fd(main_actor, self->dir));
	EXPECT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(0, actor_list_fd(main_actor, self->dir));
}

TEST_F(held, files_of_a_gone_one_read_enodev)
{
	const char * const files[] = {
		"id", "init", "kind", "procs", "ns", "status", "stat", "events",
		"freeze",
	};
	__s64 fd[ARRAY_SIZE(files)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		fd[i] = actor_openat(main_actor, self->dir, O_RDONLY,
				     FILE_PREFIX "%s", files[i]);
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
	fd = actor_openat(main_actor, self->dir, O_RDONLY, "container.id");
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_exit(self->a, 0));

	b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_rename_child(main_actor, "unnamed2", "job", 0));
	EXPECT_EQ(-ENODEV, actor_read_fd(main_actor, fd));
	EXPECT_EQ(-ENODEV, actor_openat(main_actor, self->dir, O_RDONLY,
					"container.id"));
}

TEST_HARNESS_MAIN
