// SPDX-License-Identifier: GPL-2.0
/* What is done to a group of processes, to a container and to a cgroup alike */
#include <inttypes.h>

#include "bench.h"

static const struct kind {
	const char *name;
	const char *parent;
	const char *kill, *freeze, *events;
} kinds[] = {
	{ "container", CHILDREN, "kill", "freeze", "events" },
	{ "cgroup", CGROUP, "cgroup.kill", "cgroup.freeze", "cgroup.events" },
}, *kind;

static __u64 id;

static const char *file(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/bench%s%s", kind->parent,
		 *name ? "/" : "", name);
	return path;
}

static const char *row(const char *name)
{
	static char row[64];

	snprintf(row, sizeof(row), "%s_%s", kind->name, name);
	return row;
}

static int parent_fd;

static long long make_remove(void)
{
	long long began = now(), ended;

	check(!mkdirat(parent_fd, "bench", 0755), "mkdir");
	check(!unlinkat(parent_fd, "bench", AT_REMOVEDIR), "rmdir");
	ended = now();
	/* The rest of it is done later. */
	usleep(1000);
	return ended - began;
}

static void enter(void)
{
	if (kind == &kinds[0])
		bind_to(id, 0);
	else
		write_text(file("cgroup.procs"), "0");
}

static void fill(pid_t *pid, int nr)
{
	int i;

	check(!mkdir(file(""), 0755), "mkdir");
	if (kind == &kinds[0])
		id = id_of(file(""));
	for (i = 0; i < nr; i++)
		pid[i] = sleeper(enter);
	/* All of them sleep before anything is measured. */
	usleep(100000);
}

static int open_file(const char *name)
{
	int fd = open(file(name), O_RDONLY);

	check(fd >= 0, name);
	return fd;
}

/* From the request until the file says so */
static long long set_frozen(int events, const char *value, const char *line)
{
	long long began = now();

	write_text(file(kind->freeze), value);
	wait_line(events, line);
	return now() - began;
}

enum { FREEZE, THAW, KILL, NR_COSTS };

static void measure(int nr, long long cost[NR_COSTS])
{
	pid_t *pid = calloc(nr, sizeof(*pid));
	long long began;
	int events, i;

	check(pid, "calloc");
	fill(pid, nr);
	events = open_file(kind->events);

	cost[FREEZE] = set_frozen(events, "1", "frozen 1");
	cost[THAW] = set_frozen(events, "0", "frozen 0");
	usleep(100000);

	began = now();
	write_text(file(kind->kill), "1");
	for (i = 0; i < nr; i++)
		reap(pid[i]);
	cost[KILL] = now() - began;

	close(events);
	if (kind != &kinds[0])
		rmdir(file(""));
	free(pid);
}

static void measure_all(int nr, int times, const char *among)
{
	static const char * const names[] = { "freeze", "thaw", "kill" };
	long long cost[NR_COSTS][times], one[NR_COSTS];
	char name[32];
	int i, j;

	for (i = -1; i < times; i++) {
		measure(nr, one);
		for (j = 0; i >= 0 && j < NR_COSTS; j++)
			cost[j][i] = one[j];
	}
	for (j = 0; j < NR_COSTS; j++) {
		snprintf(name, sizeof(name), "%s%s_at_%d", names[j], among, nr);
		report(row(name), cost[j], times);
	}
}

/* MemFree in bytes; what is on its way to be free has arrived. */
static long long free_memory(void)
{
	FILE *f;
	long long kib = 0;

	write_text("/proc/sys/vm/drop_caches", "3");
	settle();
	f = fopen("/proc/meminfo", "r");
	check(f && fscanf(f, "MemTotal: %*d kB MemFree: %lld", &kib) == 1,
	      "meminfo");
	fclose(f);
	return kib * 1024;
}

static void make_idle(int from, int to)
{
	char name[32];

	for (; from < to; from++) {
		snprintf(name, sizeof(name), "idle%d", from);
		check(!mkdirat(parent_fd, name, 0755), "mkdir");
	}
}

static void remove_idle(int nr)
{
	char name[32];

	while (nr--) {
		snprintf(name, sizeof(name), "idle%d", nr);
		check(!unlinkat(parent_fd, name, AT_REMOVEDIR), "rmdir");
	}
}

/*
 * What one takes that has nobody in it.  The first of them find room in what is
 * kept for that, and are not counted.
 */
static long long memory(void)
{
	const int first = 2000, last = 10000;
	long long before, after;

	make_idle(0, first);
	before = free_memory();
	make_idle(first, last);
	after = free_memory();
	remove_idle(last);
	return (before - after) / (last - first);
}

static void with_each_kind(void (*fn)(void))
{
	for (kind = kinds; kind < kinds + ARRAY_SIZE(kinds); kind++) {
		parent_fd = open(kind->parent, O_RDONLY | O_DIRECTORY);
		check(parent_fd >= 0, kind->parent);
		fn();
		close(parent_fd);
	}
}

static void without_bystanders(void)
{
	repeat(row("make_remove"), samples / 2, make_remove);
	report_one(row("memory"), memory());
	measure_all(1, 21, "");
	measure_all(members / 10, 7, "");
	measure_all(members, 3, "");
}

static void with_bystanders(void)
{
	measure_all(1, 21, "_among");
	measure_all(members, 3, "_among");
}

void bench_groups(void)
{
	pid_t *others = calloc(bystanders, sizeof(*others));
	int i;

	check(others, "calloc");
	write_text("/proc/sys/user/max_containers", "1000000");
	with_each_kind(without_bystanders);
	for (i = 0; i < bystanders; i++)
		others[i] = sleeper(NULL);
	with_each_kind(with_bystanders);
	for (i = 0; i < bystanders; i++) {
		kill(others[i], SIGKILL);
		reap(others[i]);
	}
	free(others);
}
