/* SPDX-License-Identifier: GPL-2.0 */
/* What /proc shows of containers */
#ifndef __SELFTESTS_CONTAINER_PROC_VIEW_H__
#define __SELFTESTS_CONTAINER_PROC_VIEW_H__

#include "actor.h"
#include "ns.h"

/* What a viewer finds in /proc/<pid>/container/ of another */
__s64 container_id(struct actor *viewer, struct actor *a);
const char *container_path(struct actor *viewer, struct actor *a);
/* -errno or the pid in the viewer's /proc */
__s64 container_init(struct actor *viewer, struct actor *a);
/* the value of a key of status, as for actor_value() */
const char *container_status(struct actor *viewer, struct actor *a,
			     const char *key);
/* the number of lines of children, or -errno */
__s64 container_children(struct actor *viewer, struct actor *a);

/* PPid as the viewer's /proc has it, or -errno */
__s64 actor_ppid(struct actor *viewer, struct actor *a);

/* All that must not change when a call fails */
struct snapshot {
	__s64 container;
	__s64 ns[NR_NS];
	__s64 pid_for_children;
	__s64 time_for_children;
};

void snapshot(struct actor *a, struct snapshot *s);

/* /proc/containers */
struct row {
	__u64 id;
	long init;
	long procs;
	char state[16];
	char ns[NR_NS][24];
	char path[MAX_PATH];
};

#define MAX_ROWS 160
struct table {
	int n;
	char header[128];
	struct row row[MAX_ROWS];
};

#define TABLE_HEADER \
	"id init procs state uts ipc mnt pid net cgroup time user path"

/* the number of rows; -EBADMSG if it is not a table */
int parse_table(char *text, struct table *t);
int read_table(struct actor *viewer, struct table *t);
struct row *find_path(struct table *t, const char *path);
struct row *find_id(struct table *t, __u64 id);
/* Is each there once, the reader first, a parent always before its children? */
bool table_in_order(const struct table *t);
/* The state that it tells; "gone" where it tells nothing */
const char *container_state(struct actor *viewer, __u64 id);

#endif /* __SELFTESTS_CONTAINER_PROC_VIEW_H__ */
