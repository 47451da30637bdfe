// SPDX-License-Identifier: GPL-2.0
/* Names, and rename(2) in containerfs */

#include <linux/capability.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "cred.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 0x1
#define RENAME_EXCHANGE 0x2
#define RENAME_WHITEOUT 0x4
#endif

FIXTURE(name) {
	/* the inits of /unnamed1 and /unnamed2 */
	struct actor *a, *b;
};

FIXTURE_WORLD(name)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->b);
}

static __s64 rename_a(const char *to)
{
	return actor_rename_child(main_actor, "unnamed1", to, 0);
}

TEST_F(name, rename_changes_name_and_path)
{
	EXPECT_EQ(0, rename_a("vserver1"));
	EXPECT_STREQ("/vserver1", container_path(main_actor, self->a));
	EXPECT_STREQ("vserver1", container_status(main_actor, self->a, "Name"));
	EXPECT_EQ(2, actor_children(main_actor, CHILDREN));
	EXPECT_TRUE(actor_has_line(main_actor, "vserver1"));
	EXPECT_FALSE(actor_has_line(main_actor, "unnamed1"));
}

TEST_F(name, rename_keeps_the_id)
{
	__s64 id = container_id(main_actor, self->a);

	EXPECT_EQ(0, rename_a("vserver1"));
	EXPECT_EQ(id, container_id(main_actor, self->a));
	EXPECT_EQ(id, child_id(main_actor, "vserver1"));
}

TEST_F(name, old_name_is_gone_after_rename)
{
	EXPECT_LT(0, child_id(main_actor, "unnamed1"));
	EXPECT_EQ(0, rename_a("vserver1"));
	EXPECT_EQ(-ENOENT, child_id(main_actor, "unnamed1"));
}

TEST_F(name, rename_shows_in_the_table)
{
	struct table t;

	EXPECT_EQ(0, rename_a("vserver1"));
	EXPECT_EQ(3, read_table(main_actor, &t));
	EXPECT_NE(NULL, find_path(&t, "/vserver1"));
	EXPECT_EQ(NULL, find_path(&t, "/unnamed1"));
}

TEST_F(name, rename_changes_the_paths_below)
{
	struct actor *c = spawn(self->a);

	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, actor_unshare(c, CLONE_NEWUTS));
	EXPECT_EQ(0, rename_a("vserver1"));
	EXPECT_STREQ("/vserver1/unnamed1", container_path(main_actor, c));
}

TEST_F(name, rename_keeps_descriptors)
{
	__s64 fd, id;

	id = container_id(main_actor, self->a);
	fd = actor_open(main_actor, O_RDONLY | O_DIRECTORY,
			CHILDREN "/unnamed1");
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, rename_a("vserver1"));
	EXPECT_EQ(id, actor_number(main_actor, "/proc/self/fd/%d/container.id",
				   (int)fd));
}

TEST_F(name, rename_is_not_seen_from_inside)
{
	EXPECT_EQ(0, rename_a("vserver1"));
	EXPECT_STREQ("/", container_path(self->a, self->a));
	EXPECT_STREQ("/", container_status(self->a, self->a, "Name"));
}

TEST_F(name, can_be_renamed_again)
{
	EXPECT_EQ(0, rename_a("one"));
	EXPECT_EQ(0, actor_rename_child(main_actor, "one", "two", 0));
	EXPECT_STREQ("/two", container_path(main_actor, self->a));
}

/* Ids, scopes of systemd, names of pods, and what is as long as can be */
TEST_F(name, of_64_hex_digits_is_valid)
{
	char name[65], path[80];

	memset(name, 'e', 64);
	name[64] = '\0';
	snprintf(path, sizeof(path), "/%s", name);
	EXPECT_EQ(0, rename_a(name));
	EXPECT_STREQ(path, container_path(main_actor, self->a));
}

TEST_F(name, of_a_docker_scope_is_valid)
{
	char name[MAX_NAME + 1];

	snprintf(name, sizeof(name), "docker-%064d.scope", 7);
	EXPECT_EQ(0, rename_a(name));
	EXPECT_STREQ(name, container_status(main_actor, self->a, "Name"));
}

TEST_F(name, of_253_characters_is_valid)
{
	char name[254] = "";

	memset(name, 'n', 253);
	EXPECT_EQ(0, rename_a(name));
	EXPECT_STREQ(name, container_status(main_actor, self->a, "Name"));
}

TEST_F(name, of_255_characters_is_valid)
{
	char name[MAX_NAME + 1] = "";

	memset(name, 'n', MAX_NAME);
	EXPECT_EQ(0, rename_a(name));
	EXPECT_STREQ(name, container_status(main_actor, self->a, "Name"));
	EXPECT_EQ(container_id(main_actor, self->a),
		  child_id(main_actor, name));
	EXPECT_EQ(2, actor_children(main_actor, CHILDREN));
	EXPECT_TRUE(actor_has_line(main_actor, name));
}

TEST_F(name, of_256_characters_is_too_long)
{
	char name[MAX_NAME + 2] = "";

	memset(name, 'n', MAX_NAME + 1);
	EXPECT_EQ(-ENAMETOOLONG, rename_a(name));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
}

TEST_F(name, that_begins_like_a_file_is_einval)
{
	EXPECT_EQ(-EINVAL, rename_a("container.x"));
	EXPECT_EQ(-EINVAL, rename_a("container."));
	EXPECT_EQ(-EINVAL, rename_a("container.children"));
	/* It is there, and no directory. */
	EXPECT_GT(0, rename_a("container.freeze"));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
	EXPECT_EQ(0, rename_a("container"));
	EXPECT_EQ(0, actor_rename_child(main_actor, "container", "container-x",
					0));
}

TEST_F(name, that_is_too_long_is_not_found)
{
	char name[MAX_NAME + 2] = "";

	memset(name, 'n', MAX_NAME + 1);
	EXPECT_GT(0, actor_open(main_actor, O_RDONLY, CHILDREN "/%s", name));
}

TEST_F(name, of_one_character_is_valid)
{
	EXPECT_EQ(0, rename_a("x"));
	EXPECT_EQ(0, actor_rename_child(main_actor, "x", "-", 0));
	EXPECT_EQ(0, actor_rename_child(main_actor, "-", "0", 0));
	EXPECT_EQ(0, actor_rename_child(main_actor, "0", "@", 0));
}

TEST_F(name, takes_just_the_documented_characters)
{
	char from[4] = "a0b", to[4] = "a0b";
	int c;

	ASSERT_EQ(0, rename_a(from));
	for (c = 1; c < 256; c++) {
		if (c == '/' || c == '0')
			continue;
		to[1] = c;
		if ((c < 128 && isalnum(c)) || strchr("._+@:-", c)) {
			EXPECT_EQ(0, actor_rename_child(main_actor, from, to,
							0)) {
				TH_LOG("character %d", c);
			}
			from[1] = c;
		} else {
			EXPECT_EQ(-EINVAL, actor_rename_child(main_actor, from,
							      to, 0)) {
				TH_LOG("character %d", c);
			}
		}
	}
}

TEST_F(name, may_end_but_not_begin_with_a_dot)
{
	EXPECT_EQ(-EINVAL, rename_a(".x"));
	EXPECT_EQ(-EINVAL, rename_a("..x"));
	EXPECT_EQ(-EINVAL, rename_a("..."));
	EXPECT_EQ(0, rename_a("x."));
	EXPECT_STREQ("/x.", container_path(main_actor, self->a));
}

TEST_F(name, dot_and_dot_dot_are_not_names)
{
	EXPECT_GT(0, rename_a("."));
	EXPECT_GT(0, rename_a(".."));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
}

TEST_F(name, is_case_sensitive)
{
	EXPECT_EQ(0, rename_a("Name"));
	EXPECT_EQ(0, actor_rename_child(main_actor, "unnamed2", "name", 0));
	EXPECT_STREQ("/Name", container_path(main_actor, self->a));
}

FIXTURE(reserved) {
	struct actor *a;
};

FIXTURE_VARIANT(reserved) {
	const char *name;
	int err;
};

FIXTURE_VARIANT_ADD(reserved, unnamed_0) {
	.name = "unnamed0",
	.err = -EINVAL,
};

FIXTURE_VARIANT_ADD(reserved, unnamed_7) {
	.name = "unnamed7",
	.err = -EINVAL,
};

FIXTURE_VARIANT_ADD(reserved, unnamed_01) {
	.name = "unnamed01",
	.err = -EINVAL,
};

FIXTURE_VARIANT_ADD(reserved, unnamed_huge) {
	.name = "unnamed99999999999999999999999999999999",
	.err = -EINVAL,
};

FIXTURE_VARIANT_ADD(reserved, unnamed) {
	.name = "unnamed",
};

FIXTURE_VARIANT_ADD(reserved, unnamed_1x) {
	.name = "unnamed1x",
};

FIXTURE_VARIANT_ADD(reserved, unnamed_dash_1) {
	.name = "unnamed-1",
};

FIXTURE_VARIANT_ADD(reserved, capital) {
	.name = "Unnamed1",
};

FIXTURE_VARIANT_ADD(reserved, xunnamed_1) {
	.name = "xunnamed1",
};

FIXTURE_WORLD(reserved)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
}

TEST_F(reserved, is_unnamed_and_digits_only)
{
	ASSERT_EQ(0, actor_keep_caps(main_actor,
				     ~(1ULL << CAP_CHECKPOINT_RESTORE)));
	EXPECT_EQ(variant->err, rename_a(variant->name));
	EXPECT_STREQ(variant->err ? "unnamed1" : variant->name,
		     container_status(main_actor, self->a, "Name"));
}

TEST_F(name, that_is_taken_is_refused)
{
	__s64 b = container_id(main_actor, self->b);

	EXPECT_EQ(0, actor_rename_child(main_actor, "unnamed2", "taken", 0));
	EXPECT_EQ(-EEXIST, rename_a("taken"));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
	EXPECT_EQ(b, child_id(main_actor, "taken"));
}

TEST_F(name, that_is_taken_is_refused_with_noreplace)
{
	EXPECT_EQ(0, actor_rename_child(main_actor, "unnamed2", "taken", 0));
	EXPECT_EQ(-EEXIST, actor_rename_child(main_actor, "unnamed1", "taken",
					      RENAME_NOREPLACE));
}

TEST_F(name, that_is_free_is_taken_with_noreplace)
{
	EXPECT_EQ(0, actor_rename_child(main_actor, "unnamed1", "free",
					RENAME_NOREPLACE));
	EXPECT_STREQ("/free", container_path(main_actor, self->a));
}

TEST_F(name, rename_cannot_exchange)
{
	EXPECT_EQ(-EINVAL, actor_rename_child(main_actor, "unnamed1",
					      "unnamed2", RENAME_EXCHANGE));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
}

TEST_F(name, rename_leaves_no_whiteout)
{
	EXPECT_EQ(-EINVAL, actor_rename_child(main_actor, "unnamed1", "new",
					      RENAME_WHITEOUT));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
}

TEST_F(name, rename_to_itself_changes_nothing)
{
	EXPECT_EQ(0, rename_a("same"));
	EXPECT_EQ(0, actor_rename_child(main_actor, "same", "same", 0));
	EXPECT_STREQ("/same", container_path(main_actor, self->a));
}

TEST_F(name, rename_of_an_absent_one_is_enoent)
{
	EXPECT_EQ(-ENOENT, actor_rename_child(main_actor, "absent", "new", 0));
}

TEST_F(name, rename_to_another_parent_is_exdev)
{
	EXPECT_EQ(-EXDEV, rename_a("unnamed2/new"));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
}

TEST_F(name, rename_to_the_grandparent_is_exdev)
{
	struct actor *c = spawn(self->a);

	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, actor_unshare(c, CLONE_NEWUTS));
	EXPECT_EQ(-EXDEV,
		  actor_rename_child(main_actor, "unnamed1/unnamed1", "new",
				     0));
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, c));
}

TEST_F(name, rename_into_itself_fails)
{
	EXPECT_GT(0, rename_a("unnamed1/new"));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
}

TEST_F(name, rename_to_another_file_system_is_exdev)
{
	EXPECT_EQ(-EXDEV, actor_rename(main_actor, CHILDREN "/unnamed1",
				       "/proc/self/container/new", 0));
	EXPECT_EQ(-EXDEV, actor_rename(main_actor, CHILDREN "/unnamed1",
				       "/proc/new", 0));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
}

TEST_F(name, rename_of_other_entries_fails)
{
	EXPECT_GT(0, actor_rename_child(main_actor, "unnamed1/container.id",
					"unnamed1/new", 0));
	EXPECT_GT(0, actor_rename_child(main_actor, "unnamed1/container.id",
					"unnamed1/container.procs", 0));
	EXPECT_GT(0, actor_rename_child(main_actor, "unnamed1/container.id",
					"new", 0));
	EXPECT_EQ(container_id(main_actor, self->a),
		  child_id(main_actor, "unnamed1"));
}

TEST_F(name, may_be_the_same_under_two_parents)
{
	struct actor *c = spawn(self->a), *d = spawn(self->b);

	ASSERT_NE(NULL, c);
	ASSERT_NE(NULL, d);
	ASSERT_EQ(0, actor_unshare(c, CLONE_NEWUTS));
	ASSERT_EQ(0, actor_unshare(d, CLONE_NEWUTS));
	EXPECT_EQ(0, actor_rename_child(self->a, "unnamed1", "calculate_pi", 0));
	EXPECT_EQ(0, actor_rename_child(self->b, "unnamed1", "calculate_pi", 0));
	EXPECT_STREQ("/unnamed1/calculate_pi", container_path(main_actor, c));
	EXPECT_STREQ("/unnamed2/calculate_pi", container_path(main_actor, d));
	EXPECT_EQ(container_id(main_actor, c),
		  child_id(main_actor, "unnamed1/calculate_pi"));
	EXPECT_EQ(container_id(main_actor, d),
		  child_id(main_actor, "unnamed2/calculate_pi"));
}

TEST_F(name, can_be_given_again_when_its_owner_is_gone)
{
	__s64 id = container_id(main_actor, self->a);

	EXPECT_EQ(0, rename_a("job"));
	EXPECT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(-ENOENT, child_id(main_actor, "job"));
	EXPECT_EQ(0, actor_rename_child(main_actor, "unnamed2", "job", 0));
	EXPECT_LT(id, child_id(main_actor, "job"));
}

TEST_F(name, unnamed_numbers_go_on_after_rename)
{
	struct actor *c;

	EXPECT_EQ(0, rename_a("one"));
	EXPECT_EQ(0, actor_rename_child(main_actor, "unnamed2", "two", 0));
	c = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, c);
	EXPECT_STREQ("/unnamed3", container_path(main_actor, c));
}

TEST_F(name, rename_needs_privilege_over_the_parent)
{
	EXPECT_EQ(0, actor_drop_caps(main_actor));
	EXPECT_EQ(-EPERM, rename_a("new"));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
}

TEST_F(name, rename_by_a_user_is_refused)
{
	struct actor *user = spawn_user(UID_USER);

	ASSERT_NE(NULL, user);
	EXPECT_EQ(-EPERM, actor_rename_child(user, "unnamed1", "new", 0));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->a));
}

TEST_F(name, directory_has_mode_755_and_the_owner)
{
	struct stat st;

	ASSERT_EQ(0, stat(CHILDREN, &st));
	EXPECT_EQ((mode_t)(S_IFDIR | 0755), st.st_mode);
	EXPECT_EQ(geteuid(), st.st_uid);
	ASSERT_EQ(0, stat(CHILDREN "/unnamed1", &st));
	EXPECT_EQ((mode_t)(S_IFDIR | 0755), st.st_mode);
	EXPECT_EQ(geteuid(), st.st_uid);
}

TEST_F(name, children_of_others_can_be_renamed_from_above)
{
	struct actor *c = spawn(self->a);

	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, actor_unshare(c, CLONE_NEWUTS));
	EXPECT_EQ(0, actor_rename_child(main_actor, "unnamed1/unnamed1",
					"unnamed1/job", 0));
	EXPECT_STREQ("/unnamed1/job", container_path(main_actor, c));
	EXPECT_STREQ("/job", container_path(self->a, c));
}

TEST_HARNESS_MAIN
