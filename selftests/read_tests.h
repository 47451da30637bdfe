/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of a container are read as files are: in parts, and again. A program
 * that includes this adds the variants.
 */
#ifndef __SELFTESTS_CONTAINER_READ_TESTS_H__
#define __SELFTESTS_CONTAINER_READ_TESTS_H__

#include "actor.h"
#include "cred.h"
#include "file.h"
#include "ns.h"
#include "world.h"

/* /unnamed1, with several members and a container in it */
FIXTURE(entry) {
	struct actor *a;
	char path[64];
};

FIXTURE_VARIANT(entry) {
	const char *path;	/* with %d for the pid of a, if need be */
	mode_t mode;
};

FIXTURE_WORLD(entry)
{
	int i;

	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	for (i = 0; i < 5; i++)
		ASSERT_NE(NULL, spawn(self->a));
	/* For the file children */
	ASSERT_NE(NULL, spawn_unshared(self->a, CLONE_NEWUTS));
	snprintf(self->path, sizeof(self->path), variant->path, self->a->pid);
}

TEST_F(entry, can_be_read_byte_by_byte)
{
	char text[8192];
	size_t len = 0;
	ssize_t n;
	int fd;

	ASSERT_LT(0, actor_read(main_actor, "%s", self->path));
	fd = open(self->path, O_RDONLY);
	ASSERT_LE(0, fd);
	do {
		n = read(fd, text + len, 1);
		ASSERT_LE(0, n);
		len += n;
	} while (n && len < sizeof(text));
	ASSERT_LT(len, sizeof(text));
	text[len] = '\0';
	EXPECT_STREQ(main_actor->buf, text);
	close(fd);
}

TEST_F(entry, can_be_read_again_after_lseek)
{
	char text[2][8192] = {};
	ssize_t n;
	int fd;

	fd = open(self->path, O_RDONLY);
	ASSERT_LE(0, fd);
	n = read(fd, text[0], sizeof(text[0]) - 1);
	ASSERT_LT(0, n);
	ASSERT_EQ(0, lseek(fd, 0, SEEK_SET));
	EXPECT_EQ(n, read(fd, text[1], sizeof(text[1]) - 1));
	EXPECT_STREQ(text[0], text[1]);
	/* and from the middle */
	ASSERT_EQ(n / 2, lseek(fd, n / 2, SEEK_SET));
	memset(text[1], 0, sizeof(text[1]));
	EXPECT_EQ(n - n / 2, read(fd, text[1], sizeof(text[1]) - 1));
	EXPECT_STREQ(text[0] + n / 2, text[1]);
	close(fd);
}

TEST_F(entry, has_its_mode)
{
	struct stat st;

	ASSERT_EQ(0, stat(self->path, &st));
	EXPECT_EQ(S_IFREG | variant->mode, st.st_mode);
}

TEST_F(entry, is_readable_by_a_user)
{
	struct actor *user = spawn_user(UID_USER);

	ASSERT_NE(NULL, user);
	EXPECT_LT(0, actor_read(user, "%s", self->path));
}

#endif /* __SELFTESTS_CONTAINER_READ_TESTS_H__ */
