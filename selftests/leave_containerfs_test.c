// SPDX-License-Identifier: GPL-2.0
/* A directory that is passed to a process leads nowhere out of its view. */

#include <sys/socket.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "file.h"
#include "leave_fixture.h"
#include "message.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

TEST_F(leave, passed_directory_of_a_sibling_is_eacces)
{
	__s64 fd = actor_open(main_actor, O_RDONLY | O_DIRECTORY,
			      CHILDREN "/unnamed2");

	ASSERT_LE(0, fd);
	fd = pass_fd(self->sock, main_actor, self->a, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EACCES, actor_openat(self->a, fd, O_RDONLY, "container.id"));
	EXPECT_EQ(-EACCES, actor_openat(self->a, fd, O_RDONLY,
					"container.procs"));
	EXPECT_EQ(-EACCES, actor_openat(self->a, fd, O_RDONLY | O_DIRECTORY,
					"."));
	EXPECT_EQ(-EACCES, actor_list_fd(self->a, fd));
}

TEST_F(leave, passed_directory_of_the_parent_is_eacces)
{
	__s64 fd = actor_open(main_actor, O_RDONLY | O_DIRECTORY, CHILDREN);

	ASSERT_LE(0, fd);
	fd = pass_fd(self->sock, main_actor, self->a, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EACCES, actor_openat(self->a, fd, O_RDONLY, "container.id"));
	EXPECT_EQ(-EACCES, actor_openat(self->a, fd, O_RDONLY,
					"unnamed2/container.id"));
}

TEST_F(leave, passed_directory_of_the_parent_shows_no_siblings)
{
	__s64 fd = actor_open(main_actor, O_RDONLY | O_DIRECTORY, CHILDREN);

	ASSERT_LE(0, fd);
	fd = pass_fd(self->sock, main_actor, self->a, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EACCES, actor_list_fd(self->a, fd));
	EXPECT_EQ(-EACCES, actor_openat(self->a, fd, O_PATH, "unnamed2"));
}

TEST_F(leave, passed_directory_of_a_child_can_be_used)
{
	struct actor *c = spawn(self->a);
	__s64 fd;

	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, actor_unshare(c, CLONE_NEWUTS));
	fd = actor_open(main_actor, O_RDONLY | O_DIRECTORY,
			CHILDREN "/unnamed1/unnamed1");
	ASSERT_LE(0, fd);
	fd = pass_fd(self->sock, main_actor, self->a, fd);
	ASSERT_LE(0, fd);
	EXPECT_LE(0, actor_openat(self->a, fd, O_RDONLY, "container.id"));
}

TEST_HARNESS_MAIN
