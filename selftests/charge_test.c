// SPDX-License-Identifier: GPL-2.0
/* What containers are charged to, and for how long: max_containers */

#include <sys/prctl.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

#define MAX_CONTAINERS "/proc/sys/user/max_containers"
#define LIMIT 100
#define NR_TRIES 130

/*
 * One that is root of a user namespace, and init of /unnamed1, which is charged
 * to it as well
 */
FIXTURE(charge) {
	struct actor *u;
	__s64 id;
	struct table table;
};

FIXTURE_WORLD(charge)
{
	self->u = spawn(main_actor);
	ASSERT_NE(NULL, self->u);
	ASSERT_EQ(0, actor_userns(self->u, CLONE_NEWUTS));
	self->id = container_id(main_actor, self->u);
}

/* Where they come from, when they have left a child behind that sleeps */
static __s64 leave_and_return(void)
{
	int fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	pid_t pid;

	if (fd < 0 || unshare(CLONE_NEWUTS) < 0 || setns(fd, CLONE_NEWUTS) < 0)
		return -errno;
	close(fd);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		for (;;)
			pause();
	}
	return result(pid);
}

/* Many processes that do so; how many of the calls have failed */
static __s64 do_make_many(struct actor *a)
{
	int done[2], i, failed = 0;
	char byte;

	if (pipe(done) < 0)
		return -errno;
	for (i = 0; i < a->arg[0]; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return -errno;
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
			byte = leave_and_return() < 0;
			if (write(done[1], &byte, 1) != 1)
				_exit(1);
			for (;;)
				pause();
		}
		if (read(done[0], &byte, 1) != 1)
			return -EIO;
		failed += byte;
	}
	close(done[0]);
	close(done[1]);
	return failed;
}

TEST_F(charge, of_implicit_ones_stops_at_the_limit)
{
	char limit[16];
	int i;

	snprintf(limit, sizeof(limit), "%d", LIMIT);
	ASSERT_EQ(0, actor_write(self->u, limit, MAX_CONTAINERS));
	EXPECT_EQ(0, actor_call(self->u, do_make_many, NR_TRIES, 0, 0, 0));
	/* The world's is none of them. */
	ASSERT_EQ(1 + LIMIT, read_table(main_actor, &self->table));
	EXPECT_TRUE(table_in_order(&self->table));
	for (i = 2; i < self->table.n; i++)
		EXPECT_EQ(2, self->table.row[i].procs);
	/* The others are where they were. */
	EXPECT_EQ(1, self->table.row[0].procs);
	EXPECT_EQ(1 + 2 * (NR_TRIES - (LIMIT - 1)),
		  self->table.row[1].procs);
	/* Nor is there room for an explicit one. */
	EXPECT_EQ(-ENOSPC, actor_mkdir_child(self->u, "job"));
}

TEST_F(charge, past_the_limit_leaves_the_process_where_it_is)
{
	struct actor *a, *b;
	__s64 uts;

	ASSERT_EQ(0, actor_write(self->u, "2", MAX_CONTAINERS));
	a = spawn_unshared(self->u, CLONE_NEWUTS);
	ASSERT_NE(NULL, a);
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, a));
	b = spawn(self->u);
	ASSERT_NE(NULL, b);
	uts = ns_id(main_actor, b, "uts");
	EXPECT_EQ(0, actor_unshare(b, CLONE_NEWUTS));
	EXPECT_EQ(self->id, container_id(main_actor, b));
	EXPECT_NE(uts, ns_id(main_actor, b, "uts"));
	b = spawn_how(self->u, SPAWN_CLONE, CLONE_NEWUTS);
	ASSERT_NE(NULL, b);
	EXPECT_EQ(self->id, container_id(main_actor, b));
	EXPECT_NE(uts, ns_id(main_actor, b, "uts"));
	/* There is room again. */
	EXPECT_EQ(0, actor_exit(a, 0));
	b = spawn_unshared(self->u, CLONE_NEWUTS);
	ASSERT_NE(NULL, b);
	EXPECT_NE(self->id, container_id(main_actor, b));
}

TEST_F(charge, of_those_with_a_user_namespace_is_to_the_new_one)
{
	struct actor *a = spawn(self->u), *b;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_write(self->u, "2", MAX_CONTAINERS));
	/* And through that one to the one it was made in. */
	ASSERT_EQ(0, actor_userns(a, CLONE_NEWUTS));
	EXPECT_NE(self->id, container_id(main_actor, a));
	b = spawn_unshared(self->u, CLONE_NEWUTS);
	ASSERT_NE(NULL, b);
	EXPECT_EQ(self->id, container_id(main_actor, b));
}

TEST_F(charge, does_not_last_as_long_as_a_descriptor)
{
	int fd[2];

	ASSERT_EQ(0, actor_write(self->u, "3", MAX_CONTAINERS));
	ASSERT_EQ(0, actor_mkdir_child(self->u, "one"));
	ASSERT_EQ(0, actor_mkdir_child(self->u, "two"));
	EXPECT_EQ(-ENOSPC, actor_mkdir_child(self->u, "three"));
	fd[0] = open(CHILDREN "/unnamed1/one/container.id", O_RDONLY);
	fd[1] = open(CHILDREN "/unnamed1/two/container.id", O_RDONLY);
	ASSERT_LE(0, fd[0]);
	ASSERT_LE(0, fd[1]);
	ASSERT_EQ(0, actor_rmdir_child(self->u, "one"));
	ASSERT_EQ(0, actor_rmdir_child(self->u, "two"));
	EXPECT_EQ(0, actor_mkdir_child(self->u, "one"));
	EXPECT_EQ(0, actor_mkdir_child(self->u, "two"));
	EXPECT_EQ(-ENODEV, actor_read_fd(main_actor, fd[0]));
	close(fd[0]);
	close(fd[1]);
}

TEST_F(charge, of_implicit_ones_does_not_last_as_long_as_a_descriptor)
{
	struct actor *a, *b;
	__s64 fd;

	ASSERT_EQ(0, actor_write(self->u, "2", MAX_CONTAINERS));
	a = spawn_unshared(self->u, CLONE_NEWUTS);
	ASSERT_NE(NULL, a);
	fd = actor_open(main_actor, O_RDONLY,
			CHILDREN "/unnamed1/unnamed1/container.id");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_exit(a, 0));
	b = spawn_unshared(self->u, CLONE_NEWUTS);
	ASSERT_NE(NULL, b);
	EXPECT_STREQ("/unnamed1/unnamed2", container_path(main_actor, b));
	EXPECT_EQ(0, actor_close(main_actor, fd));
}

TEST_F(charge, of_a_setup_that_fails_is_given_back)
{
	struct actor *a = spawn(self->u);
	int i;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_write(self->u, "2", MAX_CONTAINERS));
	ASSERT_EQ(0, actor_write(self->u, "0",
				 "/proc/sys/user/max_net_namespaces"));
	for (i = 0; i < 5; i++)
		EXPECT_EQ(-ENOSPC, actor_unshare(a, CLONE_NEWUTS |
						    CLONE_NEWNET));
	EXPECT_EQ(0, actor_unshare(a, CLONE_NEWUTS));
	EXPECT_NE(self->id, container_id(main_actor, a));
}

TEST_HARNESS_MAIN
