// SPDX-License-Identifier: GPL-2.0
/*
 * rmdir(2) on a mount of containerfs without options, which harms no process,
 * and where it differs with rmdir=kill
 */

#include <dirent.h>
#include <sys/mount.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "cred.h"
#include "enter.h"
#include "exec.h"
#include "file.h"
#include "freeze.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "trace.h"
#include "world.h"

static const struct way_in way = {
	.enter_and_count = do_enter_and_count,
	.gone = { -ENOENT, -ESRCH, -ENODEV, -ESTALE },
};

#include "enter_race_tests.h"

#define JOB CHILDREN "/job"

/*
 * /job has the init i; /job/part has the init p. /empty has no processes, and
 * neither has /empty/sub. What is mounted at CHILDREN kills, but not so while
 * the test runs.
 */
FIXTURE(safe) {
	struct actor *i, *p, *c;
};

FIXTURE_WORLD_SETUP(safe)
{
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->p = spawn_explicit(self->i, "part");
	ASSERT_NE(NULL, self->p);
	self->c = spawn(main_actor);
	ASSERT_NE(NULL, self->c);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "empty"));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "empty/sub"));
	ASSERT_EQ(0, remount("rmdir=empty"));
}

FIXTURE_TEARDOWN(safe)
{
	if (main_actor)
		remount("rmdir=kill");
	world_destroy();
}

static bool all_live(struct actor *i, struct actor *p)
{
	return !actor_unshare(i, 0) && !actor_unshare(p, 0) &&
	       child_has_state("job", "running") &&
	       child_has_state("job/part", "running");
}

TEST_F(safe, with_processes_is_ebusy)
{
	EXPECT_EQ(-EBUSY, remove_child("job/part"));
	EXPECT_EQ(-EBUSY, remove_child("job"));
	EXPECT_TRUE(all_live(self->i, self->p));
}

TEST_F(safe, with_processes_further_down_is_ebusy)
{
	ASSERT_EQ(0, actor_enter(self->c, child_id(main_actor, "empty/sub")));
	EXPECT_EQ(-EBUSY, remove_child("empty/sub"));
	EXPECT_EQ(-EBUSY, remove_child("empty"));
	EXPECT_EQ(0, actor_unshare(self->c, 0));
}

TEST_F(safe, with_children_is_ebusy)
{
	EXPECT_EQ(-EBUSY, remove_child("empty"));
	EXPECT_LT(0, child_id(main_actor, "empty/sub"));
}

TEST_F(safe, of_an_empty_one_works)
{
	__s64 id = child_id(main_actor, "empty");

	EXPECT_EQ(0, remove_child("empty/sub"));
	EXPECT_EQ(-ENOENT, child_id(main_actor, "empty/sub"));
	EXPECT_EQ(0, remove_child("empty"));
	EXPECT_STREQ("gone", container_state(main_actor, id));
}

TEST_F(safe, of_an_implicit_one_is_ebusy)
{
	struct actor *u = spawn_unshared(main_actor, CLONE_NEWUTS), *v;

	ASSERT_NE(NULL, u);
	EXPECT_EQ(-EBUSY, remove_child("unnamed1"));
	v = spawn_unshared(u, CLONE_NEWUTS);
	ASSERT_NE(NULL, v);
	ASSERT_EQ(0, actor_exit(u, 0));
	/* It is there for the sake of the one below. */
	EXPECT_EQ(-EBUSY, remove_child("unnamed1"));
	EXPECT_EQ(-EBUSY, remove_child("unnamed1/unnamed1"));
	EXPECT_EQ(0, actor_unshare(v, 0));
}

TEST_F(safe, does_not_count_processes_that_have_exited)
{
	ASSERT_EQ(0, actor_enter(self->c, child_id(main_actor, "empty/sub")));
	ASSERT_EQ(0, actor_exit_zombie(self->c));
	/* It ends with its init, and leaves the one above as it was. */
	EXPECT_EQ(0, wait_gone(CHILDREN "/empty/sub"));
	EXPECT_EQ(0, remove_child("empty"));
	EXPECT_EQ(0, actor_reap(self->c));
}

TEST_F(safe, of_a_frozen_one_is_ebusy)
{
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(-EBUSY, remove_child("job/part"));
	EXPECT_EQ(-EBUSY, remove_child("job"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(all_live(self->i, self->p));
	ASSERT_EQ(0, freeze_child("empty"));
	EXPECT_EQ(0, remove_child("empty/sub"));
}

TEST_F(safe, without_privilege_is_eperm)
{
	ASSERT_EQ(0, actor_drop_caps(self->c));
	EXPECT_EQ(-EPERM, actor_rmdir_child(self->c, "empty/sub"));
	EXPECT_EQ(-EPERM, actor_rmdir_child(self->c, "job/part"));
	ASSERT_EQ(0, remount("rmdir=kill"));
	EXPECT_EQ(-EPERM, actor_rmdir_child(self->c, "empty/sub"));
	EXPECT_EQ(-EPERM, actor_rmdir_child(self->c, "job"));
	EXPECT_TRUE(all_live(self->i, self->p));
	EXPECT_LT(0, child_id(main_actor, "empty/sub"));
}

TEST_F(safe, of_what_is_no_container_fails)
{
	EXPECT_EQ(-ENOENT, remove_child("absent"));
	EXPECT_EQ(-ENOTDIR, remove_child("job/container.id"));
	EXPECT_EQ(-EINVAL, remove_child("empty/."));
	EXPECT_GT(0, result(rmdir(CHILDREN)));
}

TEST_F(safe, unlink_is_eperm)
{
	static const char * const dirs[] = { CHILDREN, JOB, CHILDREN "/empty" };
	static char names[ACTOR_BUF];
	char *name, *rest;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		ASSERT_LT(0, actor_list(main_actor, "%s", dirs[i]));
		memcpy(names, main_actor->buf, sizeof(names));
		for (name = strtok_r(names, "\n", &rest); name;
		     name = strtok_r(NULL, "\n", &rest)) {
			bool file = !strncmp(name, FILE_PREFIX,
					     strlen(FILE_PREFIX));

			EXPECT_EQ(file ? -EPERM : -EISDIR,
				  actor_unlink(main_actor, 0, "%s/%s", dirs[i],
					       name)) {
				TH_LOG("%s/%s", dirs[i], name);
			}
		}
		EXPECT_LE(NR_FILES, actor_list(main_actor, "%s", dirs[i]));
	}
	EXPECT_TRUE(all_live(self->i, self->p));
}

/* As rm -rf, which goes on after an error; how many there were */
static int remove_tree(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int errors = 0;

	if (!stream)
		return 1;
	while ((entry = readdir(stream))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (entry->d_type == DT_DIR)
			errors += remove_tree(fd, entry->d_name);
		else
			errors += unlinkat(fd, entry->d_name, 0) < 0;
	}
	closedir(stream);
	return errors + (unlinkat(dir, name, AT_REMOVEDIR) < 0);
}

TEST_F(safe, removal_of_all_is_harmless)
{
	struct actor *u = spawn_unshared(main_actor, CLONE_NEWUTS);

	ASSERT_NE(NULL, u);
	/* The root, /job, /job/part, /unnamed1; the files of six directories */
	EXPECT_EQ(4 + 6 * NR_FILES, remove_tree(AT_FDCWD, CHILDREN));
	EXPECT_TRUE(all_live(self->i, self->p));
	EXPECT_EQ(0, actor_unshare(u, 0));
	EXPECT_EQ(NR_FILES + 2, actor_list(main_actor, CHILDREN));
	EXPECT_EQ(NR_FILES + 1, actor_list(main_actor, JOB));
	EXPECT_STREQ("0", actor_value(main_actor, JOB "/container.freeze"));
}

TEST_F(safe, rm_rf_is_harmless)
{
	int status = run_command("rm -rf " CHILDREN " 2>/dev/null");

	if (status == 127)
		SKIP(return, "no rm");
	EXPECT_EQ(1, status);
	EXPECT_TRUE(all_live(self->i, self->p));
	EXPECT_EQ(NR_FILES + 1, actor_list(main_actor, JOB));
}

/* The same containers by another mount */
TEST_F(safe, with_rmdir_kill_kills_all)
{
	__s64 id = child_id(main_actor, "job");

	EXPECT_EQ(-EBUSY, remove_child("job"));
	ASSERT_EQ(0, mount_containers("rmdir=kill"));
	EXPECT_EQ(0, remove_child("job"));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->p));
	EXPECT_STREQ("gone", container_state(main_actor, id));
	ASSERT_EQ(0, umount(CHILDREN));
	EXPECT_EQ(-EBUSY, remove_child("empty"));
}

TEST_F(safe, with_rmdir_kill_gives_the_name_back_at_once)
{
	struct actor *tracer = spawn(main_actor);

	ASSERT_NE(NULL, tracer);
	ASSERT_EQ(0, actor_hold(tracer, self->i));
	ASSERT_EQ(0, remount("rmdir=kill"));
	EXPECT_EQ(0, remove_child("job"));
	ASSERT_EQ(0, actor_wait_held(tracer, self->i));
	/* One that hangs does not keep it. */
	EXPECT_EQ(-ENOENT, child_id(main_actor, "job"));
	EXPECT_EQ(0, actor_mkdir_child(main_actor, "job"));
	EXPECT_EQ(0, actor_release(tracer, self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
}

TEST_F(safe, with_rmdir_kill_unlink_has_no_effect)
{
	ASSERT_EQ(0, remount("rmdir=kill"));
	EXPECT_EQ(0, actor_unlink(main_actor, 0, JOB "/container.id"));
	EXPECT_EQ(0, actor_unlink(main_actor, 0, JOB "/container.kill"));
	EXPECT_EQ(NR_FILES + 1, actor_list(main_actor, JOB));
	EXPECT_LT(0, child_id(main_actor, "job"));
	EXPECT_TRUE(all_live(self->i, self->p));
	ASSERT_EQ(0, actor_drop_caps(self->c));
	EXPECT_EQ(-EPERM, actor_unlink(self->c, 0, JOB "/container.id"));
	/* There never was one of that name. */
	EXPECT_EQ(-ENOENT, actor_unlink(main_actor, 0, JOB "/absent"));
	EXPECT_EQ(-EISDIR, actor_unlink(main_actor, 0, JOB "/part"));
}

TEST_F(safe, with_rmdir_kill_removal_of_all_is_complete)
{
	ASSERT_EQ(0, remount("rmdir=kill"));
	/* Only the root stays, as what is mounted somewhere does. */
	EXPECT_EQ(1, remove_tree(AT_FDCWD, CHILDREN));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->p));
	EXPECT_EQ(NR_FILES, actor_list(main_actor, CHILDREN));
}

TEST_HARNESS_MAIN
