// SPDX-License-Identifier: GPL-2.0
/* Files of a container are read as files are: in parts, and again */

#include "kselftest_harness.h"
#include "container_test.h"

/* /unnamed1, with several members and a container in it */
FIXTURE(entry) {
	struct actor *a;
	char path[64];
};

FIXTURE_VARIANT(entry) {
	const char *name;
	bool proc;
	mode_t mode;
};

FIXTURE_VARIANT_ADD(entry, containers) {
	.name = "/proc/containers",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_id) {
	.name = "id",
	.proc = true,
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_path) {
	.name = "path",
	.proc = true,
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_init) {
	.name = "init",
	.proc = true,
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_status) {
	.name = "status",
	.proc = true,
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_procs) {
	.name = "procs",
	.proc = true,
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_ns) {
	.name = "ns",
	.proc = true,
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_children) {
	.name = "children",
	.proc = true,
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, id) {
	.name = "id",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, init) {
	.name = "init",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, kind) {
	.name = "kind",
	.mode = 0644,
};

FIXTURE_VARIANT_ADD(entry, procs) {
	.name = "procs",
	.mode = 0644,
};

FIXTURE_VARIANT_ADD(entry, ns) {
	.name = "ns",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, status) {
	.name = "status",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, events) {
	.name = "events",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, freeze) {
	.name = "freeze",
	.mode = 0644,
};

FIXTURE_SETUP(entry)
{
	int i;

	setup_world(_metadata);
	if (_metadata->exit_code)
		return;
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	for (i = 0; i < 5; i++)
		ASSERT_NE(NULL, spawn(self->a));
	/* For the file children */
	ASSERT_NE(NULL, spawn_unshared(self->a, CLONE_NEWUTS));
	if (*variant->name == '/')
		snprintf(self->path, sizeof(self->path), "%s", variant->name);
	else if (variant->proc)
		snprintf(self->path, sizeof(self->path),
			 "/proc/%d/container/%s", self->a->pid, variant->name);
	else
		snprintf(self->path, sizeof(self->path),
			 CHILDREN "/unnamed1/" FILE_PREFIX "%s", variant->name);
}

FIXTURE_TEARDOWN(entry)
{
	world_destroy();
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

TEST_HARNESS_MAIN
