// SPDX-License-Identifier: GPL-2.0
/*
 * What the files of a container tell, in /proc/<pid>/container/ and in
 * containerfs
 */

#include <limits.h>

#include "kselftest_harness.h"
#include "container_test.h"

/* /unnamed1 with init a and member b */
FIXTURE(files) {
	struct actor *a, *b;
};

FIXTURE_VARIANT(files) {
	bool proc;
};

FIXTURE_VARIANT_ADD(files, proc) {
	.proc = true,
};

FIXTURE_VARIANT_ADD(files, containerfs) {
	.proc = false,
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

/* Read a file of an actor's container, one way or the other. */
static __s64 read_file(bool proc, struct actor *of, const char *name)
{
	if (proc)
		return actor_read(main_actor, "/proc/%d/container/%s", of->pid,
				  name);
	return actor_read(main_actor, "%s/" FILE_PREFIX "%s",
			  container_dir(of), name);
}

static __s64 read_number(bool proc, struct actor *of, const char *name)
{
	return read_file(proc, of, name) > 0 ? atoll(main_actor->buf) : -1;
}

/* A line of status */
static bool status_says(bool proc, struct actor *of, const char *key,
			const char *value)
{
	char line[PATH_MAX];

	snprintf(line, sizeof(line), "%s:\t%s", key, value);
	return read_file(proc, of, "status") > 0 &&
	       actor_has_line(main_actor, line);
}

TEST_F(files, init_is_the_pid)
{
	EXPECT_EQ(self->a->pid, read_number(variant->proc, self->a, "init"));
}

TEST_F(files, procs_lists_the_members)
{
	ASSERT_LT(0, read_file(variant->proc, self->a, "procs"));
	EXPECT_TRUE(actor_has_pid(main_actor, self->a->pid));
	EXPECT_TRUE(actor_has_pid(main_actor, self->b->pid));
	EXPECT_FALSE(actor_has_pid(main_actor, main_actor->pid));
}

TEST_F(files, procs_does_not_list_those_below)
{
	char pid[16];

	ASSERT_EQ(0, actor_unshare(self->b, CLONE_NEWUTS));
	ASSERT_LT(0, read_file(variant->proc, self->a, "procs"));
	snprintf(pid, sizeof(pid), "%d\n", self->a->pid);
	EXPECT_STREQ(pid, main_actor->buf);
}

TEST_F(files, procs_lists_a_threaded_process_once)
{
	char pid[16];

	ASSERT_NE(NULL, spawn_thread(self->a));
	ASSERT_NE(NULL, spawn_thread(self->a));
	EXPECT_EQ(0, actor_exit(self->b, 0));
	ASSERT_LT(0, read_file(variant->proc, self->a, "procs"));
	snprintf(pid, sizeof(pid), "%d\n", self->a->pid);
	EXPECT_STREQ(pid, main_actor->buf);
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
	ASSERT_LT(0, read_file(variant->proc, main_actor, "procs"));
	for (p = main_actor->buf; *p; p++)
		n += *p == '\n';
	EXPECT_EQ(101, n);
}

TEST_F(files, status_has_the_documented_keys)
{
	static const char * const keys[] = {
		"Name", "Id", "Path", "Parent", "Level", "Kind", "State",
		"Freeze", "Holds", "Init", "Processes", "Strayed", "Children",
		"Namespaces",
	};
	const char *p;
	size_t i;

	ASSERT_LT(0, read_file(variant->proc, self->a, "status"));
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
	EXPECT_TRUE(status_says(variant->proc, self->a, "Name", "unnamed1"));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Id", id));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Path", "/unnamed1"));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Level", "1"));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Kind", "implicit"));
	EXPECT_TRUE(status_says(variant->proc, self->a, "State", "running"));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Init", init));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Processes", "2"));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Strayed", "0"));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Children", "0"));
}

/* They are in it with namespaces that were made elsewhere. */
TEST_F(files, status_counts_strayed_processes)
{
	struct actor *c = spawn(main_actor), *d;
	__s64 id = container_id(main_actor, self->a);

	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, actor_bind(c, id, 0));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Processes", "3"));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Strayed", "1"));
	d = spawn(c);
	ASSERT_NE(NULL, d);
	EXPECT_TRUE(status_says(variant->proc, self->a, "Strayed", "2"));
	EXPECT_EQ(0, actor_exit(d, 0));
	/* In those of the container */
	EXPECT_EQ(0, actor_bind(c, id, CLONE_NEWUTS));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Strayed", "0"));
	EXPECT_TRUE(status_says(variant->proc, main_actor, "Strayed", "0"));
}

TEST_F(files, status_counts_children)
{
	ASSERT_EQ(0, actor_unshare(self->b, CLONE_NEWUTS));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Children", "1"));
	EXPECT_TRUE(status_says(variant->proc, self->a, "Processes", "1"));
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
	EXPECT_TRUE(status_says(variant->proc, self->a, "Namespaces",
				expected));
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

/* The line of a namespace, from the ns file of an actor's container */
static bool find_ns(bool proc, struct actor *of, const char *type, __s64 id,
		    struct ns_line *l)
{
	char *line;

	if (read_file(proc, of, "ns") <= 0)
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

	ASSERT_LT(0, read_file(variant->proc, self->a, "ns"));
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
		ASSERT_TRUE(find_ns(variant->proc, self->a, ns_kinds[i].name,
				    id, &l)) {
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
	ASSERT_LT(0, read_file(variant->proc, self->a, "ns"));
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
	ASSERT_TRUE(find_ns(variant->proc, self->a, "uts", old, &l));
	EXPECT_EQ(1, l.procs);
	EXPECT_STREQ("-", l.init);
	ASSERT_TRUE(find_ns(variant->proc, self->a, "uts",
			    ns_id(main_actor, self->a, "uts"), &l));
	EXPECT_EQ(1, l.procs);
	EXPECT_STREQ("init", l.init);
}

TEST_F(files, ns_counts_members_only)
{
	__s64 ipc = ns_id(main_actor, self->a, "ipc");
	struct ns_line l;

	/* The world uses it as well. */
	EXPECT_EQ(ipc, ns_id(main_actor, main_actor, "ipc"));
	ASSERT_TRUE(find_ns(variant->proc, self->a, "ipc", ipc, &l));
	EXPECT_EQ(2, l.procs);
}

TEST_F(files, ns_shows_the_reference_of_a_descriptor)
{
	__s64 uts = ns_id(main_actor, self->a, "uts");
	struct ns_line before, held, after;
	__s64 fd;

	ASSERT_TRUE(find_ns(variant->proc, self->a, "uts", uts, &before));
	fd = actor_open(main_actor, O_RDONLY, "/proc/%d/ns/uts", self->a->pid);
	ASSERT_LE(0, fd);
	ASSERT_TRUE(find_ns(variant->proc, self->a, "uts", uts, &held));
	EXPECT_EQ(before.active + 1, held.active);
	EXPECT_LT(before.refs, held.refs);
	EXPECT_EQ(before.procs, held.procs);
	EXPECT_EQ(0, actor_close(main_actor, fd));
	ASSERT_TRUE(find_ns(variant->proc, self->a, "uts", uts, &after));
	EXPECT_EQ(before.active, after.active);
	EXPECT_EQ(before.refs, after.refs);
}

/* /unnamed1 without members, so that only containerfs has its files */
FIXTURE(empty) {
	struct actor *below;
};

FIXTURE_SETUP(empty)
{
	struct actor *a;

	setup_world(_metadata);
	if (_metadata->exit_code)
		return;
	a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, a);
	self->below = spawn_unshared(a, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->below);
	ASSERT_EQ(0, actor_exit(a, 0));
}

FIXTURE_TEARDOWN(empty)
{
	world_destroy();
}

TEST_F(empty, init_is_zero)
{
	EXPECT_EQ(0, actor_number(main_actor,
				  CHILDREN "/unnamed1/container.init"));
}

TEST_F(empty, procs_is_empty)
{
	EXPECT_EQ(0, actor_read(main_actor,
				CHILDREN "/unnamed1/container.procs"));
}

TEST_F(empty, status_tells_no_namespaces)
{
	ASSERT_LT(0, actor_read(main_actor,
				CHILDREN "/unnamed1/container.status"));
	EXPECT_TRUE(actor_has_line(main_actor, "State:\tempty"));
	EXPECT_TRUE(actor_has_line(main_actor, "Namespaces:\t-"));
	EXPECT_TRUE(actor_has_line(main_actor, "Processes:\t0"));
}

TEST_F(empty, ns_is_only_a_header)
{
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/unnamed1/container.ns"));
	EXPECT_EQ(strlen(main_actor->buf) - 1,
		  (size_t)(strchr(main_actor->buf, '\n') - main_actor->buf));
}

/*
 * a, which is in the world's pid namespace, waits for p1, the pid 1 of another
 * one, which has a /proc of its own. Both are in /unnamed1, p1 is its init.
 */
FIXTURE(pids) {
	struct actor *a, *p1;
	char dir[64];
};

FIXTURE_SETUP(pids)
{
	setup_world(_metadata);
	if (_metadata->exit_code)
		return;
	self->a = spawn_unshared(main_actor, CLONE_NEWPID | CLONE_NEWNS);
	ASSERT_NE(NULL, self->a);
	self->p1 = spawn(self->a);
	ASSERT_NE(NULL, self->p1);
	/* Before its mounts are its own */
	snprintf(self->dir, sizeof(self->dir), "%s", container_dir(self->a));
	ASSERT_EQ(0, actor_mount_proc(self->p1));
}

FIXTURE_TEARDOWN(pids)
{
	world_destroy();
}

/* a has none there. */
static bool has_1_and_0(struct actor *reader)
{
	return actor_has_line(reader, "1") && actor_has_line(reader, "0") &&
	       strlen(reader->buf) == 4;
}

TEST_F(pids, in_proc_are_those_of_the_mount)
{
	EXPECT_EQ(1, actor_number(self->p1, "/proc/self/container/init"));
	EXPECT_EQ(self->p1->pid, container_init(main_actor, self->p1));
	ASSERT_LT(0, actor_read(self->p1, "/proc/self/container/procs"));
	EXPECT_TRUE(has_1_and_0(self->p1));
	/* The same mount, seen by a process of another pid namespace */
	EXPECT_EQ(1, actor_number(self->a, "/proc/1/container/init"));
}

TEST_F(pids, in_containerfs_are_those_of_the_reader)
{
	EXPECT_EQ(1, actor_number(self->p1, "%s/container.init", self->dir));
	ASSERT_LT(0, actor_read(self->p1, "%s/container.procs", self->dir));
	EXPECT_TRUE(has_1_and_0(self->p1));
	EXPECT_EQ(self->p1->pid,
		  actor_number(self->a, "%s/container.init", self->dir));
}

TEST_HARNESS_MAIN
