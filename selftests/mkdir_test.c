// SPDX-License-Identifier: GPL-2.0
/* Containers made by mkdir(2): their names, their first member, and limits */

#include <linux/capability.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "cred.h"
#include "enter.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

#define MAX_CONTAINERS "/proc/sys/user/max_containers"

FIXTURE(mkdir) {
	bool in_root;
	/* a member of the world's container, for now */
	struct actor *c;
};

FIXTURE_SETUP(mkdir)
{
	self->in_root = in_root_container();
	if (!setup_world(_metadata))
		return;
	self->c = spawn(main_actor);
	ASSERT_NE(NULL, self->c);
}

FIXTURE_TEARDOWN(mkdir)
{
	world_destroy();
}

static __s64 make(const char *name)
{
	return actor_mkdir_child(main_actor, name);
}

TEST_F(mkdir, makes_a_container_of_that_name)
{
	struct table t;

	EXPECT_EQ(0, make("job"));
	EXPECT_EQ(1, actor_children(main_actor, CHILDREN));
	EXPECT_TRUE(actor_has_line(main_actor, "job"));
	ASSERT_EQ(2, read_table(main_actor, &t));
	EXPECT_STREQ("/job", t.row[1].path);
	EXPECT_EQ(child_id(main_actor, "job"), (__s64)t.row[1].id);
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/job/container.status"));
	EXPECT_TRUE(actor_has_line(main_actor, "Path:\t/job"));
}

TEST_F(mkdir, makes_one_that_is_empty)
{
	struct table t;
	int i;

	ASSERT_EQ(0, make("job"));
	ASSERT_EQ(2, read_table(main_actor, &t));
	EXPECT_STREQ("empty", t.row[1].state);
	EXPECT_EQ(0, t.row[1].init);
	EXPECT_EQ(0, t.row[1].procs);
	for (i = 0; i < NR_NS; i++)
		EXPECT_STREQ("-", t.row[1].ns[i]);
	EXPECT_TRUE(child_has_state("job", "empty"));
	EXPECT_EQ(0, actor_read(main_actor, CHILDREN "/job/container.procs"));
}

TEST_F(mkdir, makes_one_of_the_explicit_kind)
{
	ASSERT_EQ(0, make("job"));
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/job/container.status"));
	EXPECT_TRUE(actor_has_line(main_actor, "Kind:\texplicit"));
	ASSERT_EQ(0, actor_enter(self->c, child_id(main_actor, "job")));
	EXPECT_STREQ("explicit",
		     container_status(main_actor, self->c, "Kind"));
	EXPECT_STREQ("implicit",
		     container_status(main_actor, main_actor, "Kind"));
}

TEST_F(mkdir, makes_one_like_any_other)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	static char entries[ACTOR_BUF];
	struct stat job, other;

	ASSERT_NE(NULL, a);
	/* The mode that is asked for makes no difference. */
	ASSERT_EQ(0, mkdir(CHILDREN "/job", 0700));
	ASSERT_EQ(0, stat(CHILDREN "/job", &job));
	ASSERT_EQ(0, stat(CHILDREN "/unnamed1", &other));
	EXPECT_EQ(other.st_mode, job.st_mode);
	EXPECT_EQ(other.st_uid, job.st_uid);
	EXPECT_EQ(other.st_gid, job.st_gid);
	ASSERT_LT(0, actor_list(main_actor, CHILDREN "/unnamed1"));
	memcpy(entries, main_actor->buf, sizeof(entries));
	ASSERT_LT(0, actor_list(main_actor, CHILDREN "/job"));
	EXPECT_STREQ(entries, main_actor->buf);
}

TEST_F(mkdir, first_to_enter_is_init)
{
	__s64 id;

	ASSERT_EQ(0, make("job"));
	id = child_id(main_actor, "job");
	ASSERT_EQ(0, actor_enter(self->c, id));
	EXPECT_EQ(id, container_id(main_actor, self->c));
	EXPECT_EQ(self->c->pid, container_init(main_actor, self->c));
	EXPECT_STREQ("running", container_state(main_actor, id));
	EXPECT_STREQ("/", container_path(self->c, self->c));
}

TEST_F(mkdir, second_to_enter_is_a_member)
{
	struct actor *i = spawn_explicit(main_actor, "job");

	ASSERT_NE(NULL, i);
	ASSERT_EQ(0, actor_enter(self->c, child_id(main_actor, "job")));
	EXPECT_EQ(i->pid, container_init(main_actor, self->c));
	EXPECT_STREQ("2", container_status(main_actor, i, "Processes"));
}

TEST_F(mkdir, needs_no_namespace_for_it)
{
	struct snapshot before, after;

	ASSERT_EQ(0, make("job"));
	snapshot(self->c, &before);
	ASSERT_EQ(0, actor_enter(self->c, child_id(main_actor, "job")));
	snapshot(self->c, &after);
	EXPECT_NE(before.container, after.container);
	before.container = after.container;
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_F(mkdir, outlives_its_maker)
{
	__s64 id;

	ASSERT_EQ(0, actor_mkdir_child(self->c, "job"));
	id = child_id(main_actor, "job");
	EXPECT_EQ(0, actor_exit(self->c, 0));
	EXPECT_EQ(id, child_id(main_actor, "job"));
	EXPECT_EQ(0, remove_child("job"));
	EXPECT_STREQ("gone", container_state(main_actor, id));
}

TEST_F(mkdir, nests_without_members)
{
	struct table t;

	EXPECT_EQ(0, make("job"));
	EXPECT_EQ(0, make("job/part"));
	ASSERT_EQ(3, read_table(main_actor, &t));
	EXPECT_TRUE(table_in_order(&t));
	EXPECT_STREQ("/job/part", t.row[2].path);
	EXPECT_EQ(0, actor_enter(self->c, t.row[2].id));
	EXPECT_STREQ("empty", container_state(main_actor, t.row[1].id));
	EXPECT_STREQ("running", container_state(main_actor, t.row[2].id));
}

TEST_F(mkdir, of_one_name_under_two_parents)
{
	struct table t;

	EXPECT_EQ(0, make("a"));
	EXPECT_EQ(0, make("b"));
	EXPECT_EQ(0, make("a/calculate_pi"));
	EXPECT_EQ(0, make("b/calculate_pi"));
	EXPECT_EQ(5, read_table(main_actor, &t));
	EXPECT_NE(NULL, find_path(&t, "/a/calculate_pi"));
	EXPECT_NE(NULL, find_path(&t, "/b/calculate_pi"));
}

TEST_F(mkdir, of_a_taken_name_is_eexist)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	__s64 id;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_rename_child(main_actor, "unnamed1", "one", 0));
	ASSERT_EQ(0, make("two"));
	id = child_id(main_actor, "two");
	EXPECT_EQ(-EEXIST, make("one"));
	EXPECT_EQ(-EEXIST, make("two"));
	EXPECT_EQ(container_id(main_actor, a), child_id(main_actor, "one"));
	EXPECT_EQ(id, child_id(main_actor, "two"));
}

TEST_F(mkdir, of_a_name_given_back_has_another_id)
{
	__s64 id;

	ASSERT_EQ(0, make("job"));
	id = child_id(main_actor, "job");
	ASSERT_EQ(0, remove_child("job"));
	EXPECT_EQ(0, make("job"));
	EXPECT_LT(id, child_id(main_actor, "job"));
}

TEST_F(mkdir, takes_just_the_documented_characters)
{
	char name[4] = "a?b";
	int c;

	for (c = 1; c < 256; c++) {
		bool good = (c < 128 && isalnum(c)) || strchr("._+@:-", c);

		if (c == '/')
			continue;
		name[1] = c;
		EXPECT_EQ(good ? 0 : -EINVAL, make(name)) {
			TH_LOG("character %d", c);
		}
		if (good) {
			EXPECT_EQ(0, remove_child(name)) {
				TH_LOG("character %d", c);
			}
		}
	}
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN));
}

TEST_F(mkdir, takes_up_to_255_characters)
{
	char name[258] = "";
	int len;

	for (len = 1; len < 258; len++) {
		name[len - 1] = 'n';
		EXPECT_EQ(len > MAX_NAME ? -ENAMETOOLONG : 0, make(name)) {
			TH_LOG("%d characters", len);
		}
		EXPECT_EQ(len > MAX_NAME, remove_child(name) < 0);
	}
}

TEST_F(mkdir, leaves_unnamed_and_a_number_to_the_kernel)
{
	EXPECT_EQ(-EINVAL, make("unnamed0"));
	EXPECT_EQ(-EINVAL, make("unnamed1"));
	EXPECT_EQ(-EINVAL, make("unnamed01"));
	EXPECT_EQ(-EINVAL, make("unnamed99999999999999999999999999999999"));
	EXPECT_EQ(0, make("unnamed"));
	EXPECT_EQ(0, make("unnamed1x"));
	EXPECT_EQ(0, make("unnamed-1"));
	EXPECT_EQ(0, make("Unnamed1"));
	EXPECT_EQ(0, make("xunnamed1"));
}

TEST_F(mkdir, takes_no_number_from_the_unnamed)
{
	struct actor *a;

	ASSERT_EQ(0, make("job"));
	a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, a);
	EXPECT_STREQ("/unnamed1", container_path(main_actor, a));
}

TEST_F(mkdir, of_a_name_with_a_dot_in_front_is_einval)
{
	EXPECT_EQ(-EINVAL, make(".x"));
	EXPECT_EQ(-EINVAL, make("..x"));
	EXPECT_EQ(-EINVAL, make("..."));
	EXPECT_EQ(-EEXIST, make("."));
	EXPECT_EQ(-EEXIST, make(".."));
	EXPECT_EQ(0, make("x."));
}

TEST_F(mkdir, of_a_name_that_begins_like_a_file_is_einval)
{
	EXPECT_EQ(-EINVAL, make("container.x"));
	EXPECT_EQ(-EINVAL, make("container."));
	EXPECT_EQ(-EINVAL, make("container.children"));
	/* It is there. */
	EXPECT_EQ(-EEXIST, make("container.procs"));
	EXPECT_EQ(0, make("container"));
	EXPECT_EQ(0, make("containers.x"));
	EXPECT_EQ(0, make("xcontainer.x"));
	EXPECT_EQ(0, make("Container.x"));
}

TEST_F(mkdir, of_names_that_runtimes_give)
{
	char name[MAX_NAME + 1] = "";

	memset(name, 'f', 64);
	EXPECT_EQ(0, make(name));
	snprintf(name, sizeof(name), "docker-%064d.scope", 0);
	EXPECT_EQ(0, make(name));
	EXPECT_EQ(2, actor_children(main_actor, CHILDREN));
	EXPECT_TRUE(actor_has_line(main_actor, name));
}

TEST_F(mkdir, elsewhere_fails)
{
	EXPECT_EQ(-1, mkdir("/proc/self/container/job", 0755));
	EXPECT_EQ(-1, mkdir("/proc/job", 0755));
	EXPECT_EQ(-ENOENT, make("absent/job"));
	EXPECT_EQ(-ENOTDIR, make("container.procs/job"));
}

TEST_F(mkdir, makes_one_that_can_be_renamed)
{
	__s64 id;

	ASSERT_EQ(0, make("job"));
	id = child_id(main_actor, "job");
	EXPECT_EQ(0, actor_rename_child(main_actor, "job", "new", 0));
	EXPECT_EQ(id, child_id(main_actor, "new"));
	ASSERT_EQ(0, actor_keep_caps(main_actor,
				     ~(1ULL << CAP_CHECKPOINT_RESTORE)));
	EXPECT_EQ(-EINVAL, actor_rename_child(main_actor, "new", "unnamed1",
					      0));
}

TEST_F(mkdir, in_one_that_is_gone_is_enodev)
{
	int fd;

	ASSERT_EQ(0, make("job"));
	fd = open(CHILDREN "/job", O_RDONLY | O_DIRECTORY);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, remove_child("job"));
	EXPECT_EQ(-1, mkdirat(fd, "part", 0755));
	/* Nothing is found there any more, if it comes to that first. */
	EXPECT_TRUE(errno == ENODEV || errno == ENOENT);
	close(fd);
}

TEST_F(mkdir, at_level_32_is_enospc)
{
	char path[ACTOR_STR] = "x";
	struct table t;
	int levels = 0;
	__s64 err;

	while (!(err = make(path)) && levels < MAX_LEVELS) {
		levels++;
		strcat(path, "/x");
	}
	EXPECT_EQ(-ENOSPC, err);
	EXPECT_EQ(levels + 1, read_table(main_actor, &t));
	EXPECT_TRUE(table_in_order(&t));
	/* The root is level 0, the world is level 1. */
	EXPECT_TRUE(levels == MAX_LEVELS - 2 || !self->in_root);
	EXPECT_EQ(0, remove_child("x"));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

/*
 * One that is root of a user namespace, and init of /unnamed1. That one counts
 * there, and so it may make two more.
 */
FIXTURE(count) {
	struct actor *u;
};

FIXTURE_WORLD(count)
{
	self->u = spawn(main_actor);
	ASSERT_NE(NULL, self->u);
	ASSERT_EQ(0, actor_userns(self->u, CLONE_NEWUTS));
	ASSERT_EQ(0, actor_write(self->u, "3", MAX_CONTAINERS));
}

TEST_F(count, is_limited)
{
	EXPECT_EQ(0, actor_mkdir_child(self->u, "one"));
	EXPECT_EQ(0, actor_mkdir_child(self->u, "one/two"));
	EXPECT_EQ(-ENOSPC, actor_mkdir_child(self->u, "three"));
	EXPECT_EQ(1, actor_children(self->u, "%s", container_dir(self->u)));
}

TEST_F(count, of_nothing_allows_none)
{
	ASSERT_EQ(0, actor_write(self->u, "0", MAX_CONTAINERS));
	EXPECT_EQ(-ENOSPC, actor_mkdir_child(self->u, "one"));
	EXPECT_EQ(0, actor_children(self->u, "%s", container_dir(self->u)));
}

TEST_F(count, is_given_back_by_rmdir)
{
	int i;

	for (i = 0; i < 5; i++) {
		EXPECT_EQ(0, actor_mkdir_child(self->u, "one"));
		EXPECT_EQ(0, actor_mkdir_child(self->u, "one/two"));
		EXPECT_EQ(-ENOSPC, actor_mkdir_child(self->u, "three"));
		EXPECT_EQ(0, actor_rmdir_child(self->u, "one"));
	}
}

TEST_F(count, is_given_back_when_init_has_exited)
{
	struct actor *i;

	i = spawn_explicit(self->u, "one");
	ASSERT_NE(NULL, i);
	ASSERT_EQ(0, actor_mkdir_child(self->u, "two"));
	ASSERT_EQ(-ENOSPC, actor_mkdir_child(self->u, "three"));
	EXPECT_EQ(0, actor_exit(i, 0));
	EXPECT_EQ(0, actor_mkdir_child(self->u, "three"));
}

TEST_F(count, is_not_that_of_failures)
{
	int i;

	EXPECT_EQ(0, actor_mkdir_child(self->u, "one"));
	for (i = 0; i < 5; i++) {
		EXPECT_EQ(-EEXIST, actor_mkdir_child(self->u, "one"));
		EXPECT_EQ(-EINVAL, actor_mkdir_child(self->u, "no name"));
	}
	EXPECT_EQ(0, actor_mkdir_child(self->u, "two"));
}

TEST_F(count, is_that_of_the_creator)
{
	EXPECT_EQ(0, actor_mkdir_child(main_actor, "unnamed1/a"));
	EXPECT_EQ(0, actor_mkdir_child(main_actor, "unnamed1/b"));
	EXPECT_EQ(0, actor_mkdir_child(main_actor, "unnamed1/c"));
	EXPECT_EQ(0, actor_mkdir_child(self->u, "one"));
	EXPECT_EQ(0, actor_mkdir_child(self->u, "two"));
	EXPECT_EQ(-ENOSPC, actor_mkdir_child(self->u, "three"));
}

TEST_F(count, includes_those_that_begin_by_themselves)
{
	struct actor *a, *b;

	a = spawn_unshared(self->u, CLONE_NEWUTS);
	b = spawn_how(self->u, SPAWN_CLONE, CLONE_NEWUTS);
	ASSERT_NE(NULL, a);
	ASSERT_NE(NULL, b);
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, a));
	EXPECT_STREQ("/unnamed1/unnamed2", container_path(main_actor, b));
	EXPECT_EQ(-ENOSPC, actor_mkdir_child(self->u, "three"));
	EXPECT_EQ(0, actor_exit(b, 0));
	EXPECT_EQ(0, actor_mkdir_child(self->u, "three"));
}

/* An unprivileged user that is root in his own user namespace: in /unnamed1 */
FIXTURE(owner) {
	struct actor *u;
};

FIXTURE_WORLD(owner)
{
	self->u = spawn_user(UID_USER);
	ASSERT_NE(NULL, self->u);
	EXPECT_EQ(-EPERM, actor_mkdir_child(self->u, "job"));
	ASSERT_EQ(0, actor_userns(self->u, CLONE_NEWUTS));
}

TEST_F(owner, makes_and_removes_his_own)
{
	struct actor *i = spawn_explicit(self->u, "job"), *m;

	ASSERT_NE(NULL, i);
	m = spawn(i);
	ASSERT_NE(NULL, m);
	EXPECT_STREQ("/unnamed1/job", container_path(main_actor, m));
	EXPECT_EQ(i->pid, container_init(main_actor, m));
	EXPECT_EQ(0, actor_rmdir_child(self->u, "job"));
	EXPECT_EQ(SIGKILL, actor_reap(i));
	EXPECT_EQ(SIGKILL, actor_reap(m));
	EXPECT_EQ(0, actor_children(self->u, "%s", container_dir(self->u)));
}

TEST_F(owner, is_that_of_the_parent)
{
	struct stat st;

	EXPECT_EQ(0, actor_mkdir_child(self->u, "job"));
	EXPECT_EQ(0, actor_mkdir_child(main_actor, "unnamed1/top"));
	ASSERT_EQ(0, stat(CHILDREN "/unnamed1/job", &st));
	EXPECT_EQ((uid_t)UID_USER, st.st_uid);
	ASSERT_EQ(0, stat(CHILDREN "/unnamed1/top", &st));
	EXPECT_EQ((uid_t)UID_USER, st.st_uid);
	EXPECT_EQ(0, actor_rmdir_child(self->u, "job"));
	EXPECT_EQ(0, actor_rmdir_child(self->u, "top"));
}

TEST_HARNESS_MAIN
