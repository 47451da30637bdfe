// SPDX-License-Identifier: GPL-2.0
/* The table in /proc/containers */

#include <sys/prctl.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "cred.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "setup.h"
#include "world.h"

FIXTURE(list) {
	struct table table;
};

FIXTURE_WORLD(list)
{
}

TEST_F(list, begins_with_a_header)
{
	EXPECT_EQ(1, read_table(main_actor, &self->table));
	EXPECT_STREQ(TABLE_HEADER, self->table.header);
}

TEST_F(list, begins_with_the_reader)
{
	struct row *r = &self->table.row[0];

	ASSERT_EQ(1, read_table(main_actor, &self->table));
	EXPECT_EQ((__u64)container_id(main_actor, main_actor), r->id);
	EXPECT_EQ(main_actor->pid, r->init);
	EXPECT_EQ(1, r->procs);
	EXPECT_STREQ("running", r->state);
	EXPECT_STREQ("/", r->path);
}

TEST_F(list, has_the_namespace_ids_of_init)
{
	struct actor *a;
	int i;

	a = spawn_unshared(main_actor, CLONE_NEWUSER | CLONE_NSPROXY);
	if (!a && errno == EINVAL)
		SKIP(return, "not all namespaces in this kernel");
	ASSERT_NE(NULL, a);
	ASSERT_EQ(2, read_table(main_actor, &self->table));
	for (i = 0; i < NR_NS; i++) {
		char id[24];

		snprintf(id, sizeof(id), "%lld",
			 (long long)ns_id(main_actor, a, ns_kinds[i].name));
		EXPECT_STREQ(id, self->table.row[1].ns[i]) {
			TH_LOG("%s", ns_kinds[i].name);
		}
		snprintf(id, sizeof(id), "%lld",
			 (long long)ns_id(main_actor, main_actor,
					  ns_kinds[i].name));
		EXPECT_STREQ(id, self->table.row[0].ns[i]) {
			TH_LOG("%s", ns_kinds[i].name);
		}
	}
}

TEST_F(list, follows_init_into_other_namespaces)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	char id[24];

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_unshare(a, CLONE_NEWUTS));
	ASSERT_EQ(2, read_table(main_actor, &self->table));
	snprintf(id, sizeof(id), "%lld", (long long)ns_id(main_actor, a, "uts"));
	EXPECT_STREQ(id, self->table.row[1].ns[0]);
}

TEST_F(list, hides_the_namespaces_of_those_a_user_may_not_read)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	struct actor *user = spawn_user(UID_USER);
	int i;

	ASSERT_NE(NULL, a);
	ASSERT_NE(NULL, user);
	ASSERT_EQ(2, read_table(user, &self->table));
	for (i = 0; i < NR_NS; i++) {
		EXPECT_STREQ("-", self->table.row[0].ns[i]);
		EXPECT_STREQ("-", self->table.row[1].ns[i]);
	}
	/* All else is there. */
	EXPECT_EQ(a->pid, self->table.row[1].init);
	EXPECT_EQ(1, self->table.row[1].procs);
	EXPECT_STREQ("/unnamed1", self->table.row[1].path);
}

TEST_F(list, shows_a_user_the_namespaces_of_his_own)
{
	struct actor *user = spawn_user(UID_USER), *a;
	char id[24];

	ASSERT_NE(NULL, user);
	a = spawn(user);
	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_userns(a, CLONE_NEWUTS));
	ASSERT_EQ(2, read_table(user, &self->table));
	snprintf(id, sizeof(id), "%lld", (long long)ns_id(main_actor, a, "uts"));
	EXPECT_STREQ("-", self->table.row[0].ns[0]);
	EXPECT_STREQ(id, self->table.row[1].ns[0]);
}

TEST_F(list, counts_processes_not_threads)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);

	ASSERT_NE(NULL, a);
	ASSERT_NE(NULL, spawn_thread(a));
	ASSERT_NE(NULL, spawn(a));
	ASSERT_EQ(2, read_table(main_actor, &self->table));
	EXPECT_EQ(2, self->table.row[1].procs);
}

TEST_F(list, counts_own_processes_only)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *b;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_unshare(b, CLONE_NEWUTS));
	ASSERT_EQ(3, read_table(main_actor, &self->table));
	EXPECT_EQ(1, self->table.row[0].procs);
	EXPECT_EQ(1, self->table.row[1].procs);
	EXPECT_EQ(1, self->table.row[2].procs);
}

/* More than fits into a page */
#define NR_WIDE 60

static void become_container(int ready)
{
	if (unshare(CLONE_NEWUTS) < 0 || write(ready, ".", 1) != 1)
		_exit(1);
	pause();
	_exit(0);
}

/* NR_WIDE children, each with a child */
static int make_wide(void)
{
	int ready[2], i;
	char byte;

	if (pipe(ready) < 0)
		return -errno;
	for (i = 0; i < NR_WIDE; i++) {
		pid_t pid = world_fork();

		if (pid < 0)
			return -errno;
		if (pid > 0)
			continue;
		if (unshare(CLONE_NEWUTS) < 0 || end_setup())
			_exit(1);
		pid = fork();
		if (pid < 0)
			_exit(1);
		/* world_destroy() only knows of the first. */
		if (pid == 0)
			prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		become_container(ready[1]);
	}
	for (i = 0; i < 2 * NR_WIDE; i++)
		if (read(ready[0], &byte, 1) != 1)
			return -EIO;
	close(ready[0]);
	close(ready[1]);
	return 0;
}

TEST_F(list, is_complete_when_longer_than_a_page)
{
	ASSERT_EQ(0, make_wide());
	EXPECT_EQ(1 + 2 * NR_WIDE, read_table(main_actor, &self->table));
	EXPECT_TRUE(table_in_order(&self->table));
}

TEST_F(list, is_complete_when_read_in_small_pieces)
{
	static char text[ACTOR_BUF];
	size_t len = 0;
	ssize_t n;
	int fd;

	ASSERT_EQ(0, make_wide());
	fd = open("/proc/containers", O_RDONLY);
	ASSERT_LE(0, fd);
	do {
		n = read(fd, text + len, 61);
		ASSERT_LE(0, n);
		len += n;
	} while (n);
	close(fd);
	EXPECT_EQ(1 + 2 * NR_WIDE, parse_table(text, &self->table));
	EXPECT_TRUE(table_in_order(&self->table));
}

TEST_F(list, can_be_read_from_any_offset)
{
	static char text[ACTOR_BUF];
	ssize_t len, at;
	int fd;

	ASSERT_EQ(0, make_wide());
	len = actor_read(main_actor, "/proc/containers");
	ASSERT_LT(0, len);
	fd = open("/proc/containers", O_RDONLY);
	ASSERT_LE(0, fd);
	for (at = len - 1; at >= 0; at -= 501) {
		ssize_t n = pread(fd, text, sizeof(text) - 1, at);

		ASSERT_LT(0, n);
		EXPECT_EQ(0, memcmp(main_actor->buf + at, text, n));
	}
	close(fd);
}

TEST_HARNESS_MAIN
