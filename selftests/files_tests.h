/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of a container tell
 *
 * /proc/<pid>/container/ and containerfs show the same. A program that includes
 * this has defined read_file(), the way to the files.
 */
#ifndef __SELFTESTS_CONTAINER_FILES_TESTS_H__
#define __SELFTESTS_CONTAINER_FILES_TESTS_H__

#include <limits.h>

#include "actor.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

/* Read a file of an actor's container: the content is in main_actor->buf. */
static __s64 read_file(struct actor *of, const char *name);

/* /unnamed1 with init a and member b */
FIXTURE(files) {
	struct actor *a, *b;
};

FIXTURE_WORLD(files)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	self->b = spawn(self->a);
	ASSERT_NE(NULL, self->b);
}

static __s64 read_number(struct actor *of, const char *name)
{
	return read_file(of, name) > 0 ? atoll(main_actor->buf) : -1;
}

/* A line of status */
static bool status_says(struct actor *of, const char *key,
			const char *value)
{
	char line[PATH_MAX];

	snprintf(line, sizeof(line), "%s:\t%s", key, value);
	return read_file(of, "status") > 0 &&
	       actor_has_line(main_actor, line);
}

TEST_F(files, init_is_the_pid)
{
	EXPECT_EQ(self->a->pid, read_number(self->a, "init"));
}

TEST_F(files, procs_lists_the_members)
{
	ASSERT_LT(0, read_file(self->a, "procs"));
	EXPECT_TRUE(actor_has_pid(main_actor, self->a->pid));
	EXPECT_TRUE(actor_has_pid(main_actor, self->b->pid));
	EXPECT_FALSE(actor_has_pid(main_actor, main_actor->pid));
}

TEST_F(files, procs_does_not_list_those_below)
{
	char pid[16];

	ASSERT_EQ(0, actor_unshare(self->b, CLONE_NEWUTS));
	ASSERT_LT(0, read_file(self->a, "procs"));
	snprintf(pid, sizeof(pid), "%d\n", self->a->pid);
	EXPECT_STREQ(pid, main_actor->buf);
}

TEST_F(files, procs_lists_a_threaded_process_once)
{
	char pid[16];

	ASSERT_NE(NULL, spawn_thread(self->a));
	ASSERT_NE(NULL, spawn_thread(self->a));
	EXPECT_EQ(0, actor_exit(self->b, 0));
	ASSERT_LT(0, read_file(self->a, "procs"));
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
	ASSERT_LT(0, read_file(main_actor, "procs"));
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

	ASSERT_LT(0, read_file(self->a, "status"));
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
	EXPECT_TRUE(status_says(self->a, "Name", "unnamed1"));
	EXPECT_TRUE(status_says(self->a, "Id", id));
	EXPECT_TRUE(status_says(self->a, "Path", "/unnamed1"));
	EXPECT_TRUE(status_says(self->a, "Level", "1"));
	EXPECT_TRUE(status_says(self->a, "Kind", "implicit"));
	EXPECT_TRUE(status_says(self->a, "State", "running"));
	EXPECT_TRUE(status_says(self->a, "Init", init));
	EXPECT_TRUE(status_says(self->a, "Processes", "2"));
	EXPECT_TRUE(status_says(self->a, "Strayed", "0"));
	EXPECT_TRUE(status_says(self->a, "Children", "0"));
}

TEST_F(files, status_counts_children)
{
	ASSERT_EQ(0, actor_unshare(self->b, CLONE_NEWUTS));
	EXPECT_TRUE(status_says(self->a, "Children", "1"));
	EXPECT_TRUE(status_says(self->a, "Processes", "1"));
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
	EXPECT_TRUE(status_says(self->a, "Namespaces",
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
static bool find_ns(struct actor *of, const char *type, __s64 id,
		    struct ns_line *l)
{
	char *line;

	if (read_file(of, "ns") <= 0)
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

	ASSERT_LT(0, read_file(self->a, "ns"));
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
		ASSERT_TRUE(find_ns(self->a, ns_kinds[i].name,
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
	ASSERT_LT(0, read_file(self->a, "ns"));
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
	ASSERT_TRUE(find_ns(self->a, "uts", old, &l));
	EXPECT_EQ(1, l.procs);
	EXPECT_STREQ("-", l.init);
	ASSERT_TRUE(find_ns(self->a, "uts",
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
	ASSERT_TRUE(find_ns(self->a, "ipc", ipc, &l));
	EXPECT_EQ(2, l.procs);
}

TEST_F(files, ns_shows_the_reference_of_a_descriptor)
{
	__s64 uts = ns_id(main_actor, self->a, "uts");
	struct ns_line before, held, after;
	__s64 fd;

	ASSERT_TRUE(find_ns(self->a, "uts", uts, &before));
	fd = actor_open(main_actor, O_RDONLY, "/proc/%d/ns/uts", self->a->pid);
	ASSERT_LE(0, fd);
	ASSERT_TRUE(find_ns(self->a, "uts", uts, &held));
	EXPECT_EQ(before.active + 1, held.active);
	EXPECT_LT(before.refs, held.refs);
	EXPECT_EQ(before.procs, held.procs);
	EXPECT_EQ(0, actor_close(main_actor, fd));
	ASSERT_TRUE(find_ns(self->a, "uts", uts, &after));
	EXPECT_EQ(before.active, after.active);
	EXPECT_EQ(before.refs, after.refs);
}

#endif /* __SELFTESTS_CONTAINER_FILES_TESTS_H__ */
