// SPDX-License-Identifier: GPL-2.0
/* The files in /proc/<pid>/container/ */

#include "kselftest_harness.h"
#include "container_test.h"

/* /unnamed1 with init a and member b */
FIXTURE(files) {
	struct actor *a, *b;
};

FIXTURE_SETUP(files)
{
	setup_world(_metadata);
	if (_metadata->exit_code)
		return;
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	self->b = spawn(self->a);
	ASSERT_NE(NULL, self->b);
}

FIXTURE_TEARDOWN(files)
{
	world_destroy();
}

TEST_F(files, directory_holds_the_documented_entries)
{
	const char * const entries[] = {
		"id", "path", "init", "status", "ns", "procs", "children",
	};
	size_t i;

	ASSERT_LT(0, actor_list(main_actor, "/proc/self/container"));
	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		EXPECT_TRUE(actor_has_line(main_actor, entries[i])) {
			TH_LOG("%s", entries[i]);
		}
	}
	ASSERT_LT(0, actor_list(main_actor, CHILDREN "/unnamed1"));
	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		EXPECT_TRUE(actor_has_line(main_actor, entries[i])) {
			TH_LOG("%s", entries[i]);
		}
	}
}

TEST_F(files, are_the_same_by_pid_and_by_name)
{
	__s64 id = container_id(main_actor, self->a);

	EXPECT_EQ(id, actor_number(main_actor, "/proc/%d/container/id",
				   self->a->pid));
	EXPECT_EQ(id, actor_number(main_actor, "/proc/%d/container/id",
				   self->b->pid));
	EXPECT_EQ(id, actor_number(main_actor, CHILDREN "/unnamed1/id"));
}

/* What walks a tree tells directories by them. */
TEST_F(files, keep_the_numbers_of_their_inodes)
{
	static const char * const paths[] = {
		CHILDREN, CHILDREN "/unnamed1", CHILDREN "/unnamed1/children",
		CHILDREN "/unnamed1/id", CHILDREN "/unnamed1/path",
	};
	struct stat first[ARRAY_SIZE(paths)], second;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		ASSERT_EQ(0, stat(paths[i], &first[i]));
		ASSERT_EQ(0, stat(paths[i], &second));
		EXPECT_EQ(first[i].st_ino, second.st_ino);
		for (j = 0; j < i; j++)
			EXPECT_NE(first[i].st_ino, first[j].st_ino);
	}
}

TEST_F(files, init_is_the_pid)
{
	EXPECT_EQ(self->a->pid,
		  actor_number(main_actor, CHILDREN "/unnamed1/init"));
}

TEST_F(files, init_is_zero_without_one)
{
	ASSERT_EQ(0, actor_unshare(self->b, CLONE_NEWUTS));
	EXPECT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(0, actor_number(main_actor, CHILDREN "/unnamed1/init"));
}

TEST_F(files, procs_lists_the_members)
{
	char pid[16];

	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/unnamed1/procs"));
	snprintf(pid, sizeof(pid), "%d", self->a->pid);
	EXPECT_TRUE(actor_has_line(main_actor, pid));
	snprintf(pid, sizeof(pid), "%d", self->b->pid);
	EXPECT_TRUE(actor_has_line(main_actor, pid));
	snprintf(pid, sizeof(pid), "%d", main_actor->pid);
	EXPECT_FALSE(actor_has_line(main_actor, pid));
}

TEST_F(files, procs_does_not_list_those_below)
{
	char pid[16];

	ASSERT_EQ(0, actor_unshare(self->b, CLONE_NEWUTS));
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/unnamed1/procs"));
	snprintf(pid, sizeof(pid), "%d\n", self->a->pid);
	EXPECT_STREQ(pid, main_actor->buf);
}

TEST_F(files, procs_lists_a_threaded_process_once)
{
	char pid[16];

	ASSERT_NE(NULL, spawn_thread(self->a));
	ASSERT_NE(NULL, spawn_thread(self->a));
	EXPECT_EQ(0, actor_exit(self->b, 0));
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/unnamed1/procs"));
	snprintf(pid, sizeof(pid), "%d\n", self->a->pid);
	EXPECT_STREQ(pid, main_actor->buf);
}

TEST_F(files, procs_is_empty_without_members)
{
	ASSERT_EQ(0, actor_unshare(self->b, CLONE_NEWUTS));
	EXPECT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(0, actor_read(main_actor, CHILDREN "/unnamed1/procs"));
}

TEST_F(files, procs_lists_more_than_a_page)
{
	const char *p;
	int i, n = 0;

	/* Five characters and more a line in a guest that has run for a bit */
	for (i = 0; i < 100; i++) {
		pid_t pid = world_fork();

		ASSERT_LE(0, pid);
		if (pid == 0) {
			pause();
			_exit(0);
		}
	}
	ASSERT_LT(0, actor_read(main_actor, "/proc/self/container/procs"));
	for (p = main_actor->buf; *p; p++)
		n += *p == '\n';
	EXPECT_EQ(101, n);
}

TEST_F(files, status_has_the_documented_keys)
{
	static const char * const keys[] = {
		"Name", "Id", "Path", "Parent", "Level", "Kind", "State",
		"Init", "Processes", "Strayed", "Children", "Namespaces",
	};
	const char *p;
	size_t i;

	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/unnamed1/status"));
	/* in this order, each "Key:\tvalue" */
	p = main_actor->buf;
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		char key[32];

		snprintf(key, sizeof(key), "%s:\t", keys[i]);
		p = strstr(p, key);
		ASSERT_NE(NULL, p) TH_LOG("%s", keys[i]);
		EXPECT_TRUE(p == main_actor->buf || p[-1] == '\n');
	}
}

TEST_F(files, status_tells_what_the_other_files_tell)
{
	char id[24], init[24];

	snprintf(id, sizeof(id), "%lld",
		 (long long)container_id(main_actor, self->a));
	snprintf(init, sizeof(init), "%d", self->a->pid);
	EXPECT_STREQ("unnamed1", container_status(main_actor, self->a, "Name"));
	EXPECT_STREQ(id, container_status(main_actor, self->a, "Id"));
	EXPECT_STREQ("/unnamed1",
		     container_status(main_actor, self->a, "Path"));
	EXPECT_STREQ("1", container_status(main_actor, self->a, "Level"));
	EXPECT_STREQ("implicit", container_status(main_actor, self->a, "Kind"));
	EXPECT_STREQ("running", container_status(main_actor, self->a, "State"));
	EXPECT_STREQ(init, container_status(main_actor, self->a, "Init"));
	EXPECT_STREQ("2", container_status(main_actor, self->a, "Processes"));
	EXPECT_STREQ("0", container_status(main_actor, self->a, "Strayed"));
	EXPECT_STREQ("0", container_status(main_actor, self->a, "Children"));
}

/* They are in it with namespaces that were made elsewhere. */
TEST_F(files, status_counts_strayed_processes)
{
	struct actor *c = spawn(main_actor), *d;
	__s64 id = container_id(main_actor, self->a);

	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, actor_bind(c, id, 0));
	EXPECT_STREQ("3", container_status(main_actor, self->a, "Processes"));
	EXPECT_STREQ("1", container_status(main_actor, self->a, "Strayed"));
	d = spawn(c);
	ASSERT_NE(NULL, d);
	EXPECT_STREQ("2", container_status(main_actor, self->a, "Strayed"));
	EXPECT_EQ(0, actor_exit(d, 0));
	/* In those of the container */
	EXPECT_EQ(0, actor_bind(c, id, CLONE_NEWUTS));
	EXPECT_STREQ("0", container_status(main_actor, self->a, "Strayed"));
	EXPECT_STREQ("0", container_status(main_actor, main_actor, "Strayed"));
}

TEST_F(files, status_counts_children)
{
	ASSERT_EQ(0, actor_unshare(self->b, CLONE_NEWUTS));
	EXPECT_STREQ("1", container_status(main_actor, self->a, "Children"));
	EXPECT_STREQ("1", container_status(main_actor, self->a, "Processes"));
}

TEST_F(files, status_tells_inits_namespaces)
{
	char expected[NR_NS * 32] = "";
	size_t len = 0;
	int i;

	for (i = 0; i < NR_NS; i++) {
		__s64 id = ns_id(main_actor, self->a, ns_kinds[i].name);

		if (id <= 0)
			SKIP(return, "no %s namespaces", ns_kinds[i].name);
		len += snprintf(expected + len, sizeof(expected) - len,
				"%s%s:%lld", i ? " " : "", ns_kinds[i].name,
				(long long)id);
	}
	EXPECT_STREQ(expected, container_status(main_actor, self->a,
						"Namespaces"));
}

TEST_F(files, status_tells_no_namespaces_without_init)
{
	ASSERT_EQ(0, actor_unshare(self->b, CLONE_NEWUTS));
	EXPECT_EQ(0, actor_exit(self->a, 0));
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/unnamed1/status"));
	EXPECT_TRUE(actor_has_line(main_actor, "State:\tempty"));
	EXPECT_TRUE(actor_has_line(main_actor, "Namespaces:\t-"));
	EXPECT_TRUE(actor_has_line(main_actor, "Processes:\t0"));
}

/* A line of the ns file */
struct ns_line {
	char type[16];
	unsigned long long id;
	unsigned long inum;
	long refs;
	long active;
	long procs;
	char init[16];
};

/* The line of a namespace, from the ns file of /unnamed1 */
static bool find_ns(const char *type, __s64 id, struct ns_line *l)
{
	char *line;

	if (actor_read(main_actor, CHILDREN "/unnamed1/ns") <= 0)
		return false;
	for (line = strtok(main_actor->buf, "\n"); line;
	     line = strtok(NULL, "\n"))
		if (sscanf(line, "%15s %llu %lu %ld %ld %ld %15s", l->type,
			   &l->id, &l->inum, &l->refs, &l->active, &l->procs,
			   l->init) == 7 &&
		    !strcmp(l->type, type) && l->id == (unsigned long long)id)
			return true;
	return false;
}

TEST_F(files, ns_begins_with_a_header)
{
	char *line, *word;
	char header[128] = "";

	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/unnamed1/ns"));
	line = strtok(main_actor->buf, "\n");
	ASSERT_NE(NULL, line);
	for (word = strtok(line, " \t"); word; word = strtok(NULL, " \t")) {
		strcat(header, word);
		strcat(header, " ");
	}
	EXPECT_STREQ("type id inum refs active procs init ", header);
}

TEST_F(files, ns_has_a_line_for_each_namespace)
{
	struct ns_line l;
	struct stat st;
	char path[64];
	int i, n = 0;
	char *p;

	for (i = 0; i < NR_NS; i++) {
		__s64 id = ns_id(main_actor, self->a, ns_kinds[i].name);

		if (id <= 0)
			continue;
		n++;
		ASSERT_TRUE(find_ns(ns_kinds[i].name, id, &l)) {
			TH_LOG("%s", ns_kinds[i].name);
		}
		snprintf(path, sizeof(path), "/proc/%d/ns/%s", self->a->pid,
			 ns_kinds[i].name);
		ASSERT_EQ(0, stat(path, &st));
		EXPECT_EQ((unsigned long)st.st_ino, l.inum);
		EXPECT_LT(0, l.refs);
		EXPECT_LT(0, l.active);
		EXPECT_EQ(2, l.procs);
		EXPECT_STREQ("init", l.init);
	}
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/unnamed1/ns"));
	for (p = main_actor->buf; *p; p++)
		n -= *p == '\n';
	EXPECT_EQ(-1, n);
}

TEST_F(files, ns_shows_members_that_init_has_left)
{
	struct ns_line l;
	__s64 old = ns_id(main_actor, self->a, "uts");

	/* Init goes elsewhere, the other member stays. */
	ASSERT_EQ(0, actor_unshare(self->a, CLONE_NEWUTS));
	ASSERT_TRUE(find_ns("uts", old, &l));
	EXPECT_EQ(1, l.procs);
	EXPECT_STREQ("-", l.init);
	ASSERT_TRUE(find_ns("uts", ns_id(main_actor, self->a, "uts"), &l));
	EXPECT_EQ(1, l.procs);
	EXPECT_STREQ("init", l.init);
}

TEST_F(files, ns_counts_members_only)
{
	__s64 ipc = ns_id(main_actor, self->a, "ipc");
	struct ns_line l;

	/* The world uses it as well. */
	EXPECT_EQ(ipc, ns_id(main_actor, main_actor, "ipc"));
	ASSERT_TRUE(find_ns("ipc", ipc, &l));
	EXPECT_EQ(2, l.procs);
}

TEST_F(files, ns_shows_the_reference_of_a_descriptor)
{
	__s64 uts = ns_id(main_actor, self->a, "uts");
	struct ns_line before, held, after;
	__s64 fd;

	ASSERT_TRUE(find_ns("uts", uts, &before));
	fd = actor_open(main_actor, O_RDONLY, "/proc/%d/ns/uts", self->a->pid);
	ASSERT_LE(0, fd);
	ASSERT_TRUE(find_ns("uts", uts, &held));
	EXPECT_EQ(before.active + 1, held.active);
	EXPECT_LT(before.refs, held.refs);
	EXPECT_EQ(before.procs, held.procs);
	EXPECT_EQ(0, actor_close(main_actor, fd));
	ASSERT_TRUE(find_ns("uts", uts, &after));
	EXPECT_EQ(before.active, after.active);
	EXPECT_EQ(before.refs, after.refs);
}

TEST_F(files, ns_is_only_a_header_without_members)
{
	ASSERT_EQ(0, actor_unshare(self->b, CLONE_NEWUTS));
	EXPECT_EQ(0, actor_exit(self->a, 0));
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/unnamed1/ns"));
	EXPECT_EQ(strlen(main_actor->buf) - 1,
		  (size_t)(strchr(main_actor->buf, '\n') - main_actor->buf));
}

TEST_F(files, are_in_the_pid_namespace_of_the_mount)
{
	struct actor *p1;

	/* a, outside, waits for p1, the pid 1, which has a /proc of its own. */
	EXPECT_EQ(0, actor_exit(self->b, 0));
	ASSERT_EQ(0, actor_unshare(self->a, CLONE_NEWPID | CLONE_NEWNS));
	p1 = spawn(self->a);
	ASSERT_NE(NULL, p1);
	ASSERT_EQ(0, actor_mount_proc(p1));
	EXPECT_EQ(1, actor_number(p1, "/proc/self/container/init"));
	EXPECT_EQ(p1->pid, container_init(main_actor, p1));

	ASSERT_LT(0, actor_read(p1, "/proc/self/container/procs"));
	EXPECT_TRUE(actor_has_line(p1, "1"));
	/* a has none there. */
	EXPECT_TRUE(actor_has_line(p1, "0"));
	EXPECT_EQ(4U, strlen(p1->buf));
}

FIXTURE(entry) {
	struct actor *a;
};

FIXTURE_VARIANT(entry) {
	const char *path;
};

FIXTURE_VARIANT_ADD(entry, containers) {
	.path = "/proc/containers",
};

FIXTURE_VARIANT_ADD(entry, id) {
	.path = CHILDREN "/unnamed1/id",
};

FIXTURE_VARIANT_ADD(entry, path) {
	.path = CHILDREN "/unnamed1/path",
};

FIXTURE_VARIANT_ADD(entry, init) {
	.path = CHILDREN "/unnamed1/init",
};

FIXTURE_VARIANT_ADD(entry, status) {
	.path = CHILDREN "/unnamed1/status",
};

FIXTURE_VARIANT_ADD(entry, ns) {
	.path = CHILDREN "/unnamed1/ns",
};

FIXTURE_VARIANT_ADD(entry, procs) {
	.path = CHILDREN "/unnamed1/procs",
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

	ASSERT_LT(0, actor_read(main_actor, "%s", variant->path));
	fd = open(variant->path, O_RDONLY);
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

	fd = open(variant->path, O_RDONLY);
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

TEST_F(entry, is_read_only)
{
	struct stat st;

	ASSERT_EQ(0, stat(variant->path, &st));
	EXPECT_EQ((mode_t)(S_IFREG | 0444), st.st_mode);
}

TEST_F(entry, is_readable_by_a_user)
{
	struct actor *user = spawn(main_actor);

	ASSERT_NE(NULL, user);
	ASSERT_EQ(0, actor_setuid(user, UID_USER));
	EXPECT_LT(0, actor_read(user, "%s", variant->path));
}

TEST_HARNESS_MAIN
