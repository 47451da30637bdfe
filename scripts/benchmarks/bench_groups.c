// SPDX-License-Identifier: GPL-2.0
/* What is done to a group of processes, to a container and to a cgroup alike */
#include <dirent.h>

#include "bench.h"

/* How many directories are listed; how deep and how wide the tree is */
#define NR_LISTED 1000
#define WALK_LEVELS 3
#define WALK_WIDTH 10

static const struct kind {
	const char *name;
	const char *parent;
	const char *kill, *freeze, *events;
} kinds[] = {
	{
		"container", CHILDREN,
		"container.kill", "container.freeze", "container.events",
	}, {
		"cgroup", CGROUP,
		"cgroup.kill", "cgroup.freeze", "cgroup.events",
	},
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

static void start_sleepers(pid_t *pid, int nr, void (*fn)(void))
{
	int i;

	for (i = 0; i < nr; i++)
		pid[i] = sleeper(fn);
	/* All of them sleep before anything is measured. */
	usleep(100000);
}

static void fill(pid_t *pid, int nr)
{
	check(!mkdir(file(""), 0755), "mkdir");
	if (kind == &kinds[0])
		id = id_of(file("container.id"));
	start_sleepers(pid, nr, enter);
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

static pid_t leader;

static void join_process_group(void)
{
	check(!setpgid(0, leader), "setpgid");
}

/* The least that it takes to kill so many, in the initial container and cgroup */
static long long kill_process_group(void)
{
	pid_t pid[members];
	long long began;
	int i;

	leader = 0;
	leader = pid[0] = sleeper(join_process_group);
	start_sleepers(pid + 1, members - 1, join_process_group);
	began = now();
	check(!kill(-leader, SIGKILL), "kill");
	for (i = 0; i < members; i++)
		reap(pid[i]);
	return now() - began;
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

/*
 * What the kernel has allocated for objects, in bytes. MemFree would not tell: the
 * kernel frees what it booted from in the background.
 */
static long long allocated(void)
{
	long long sum = 0, kib;
	char key[32];
	FILE *f;

	write_text("/proc/sys/vm/drop_caches", "3");
	settle();
	f = fopen("/proc/meminfo", "r");
	check(f, "meminfo");
	while (fscanf(f, "%31[^:]: %lld%*[^\n] ", key, &kib) == 2)
		if (!strcmp(key, "Slab") || !strcmp(key, "Percpu"))
			sum += kib * 1024;
	fclose(f);
	return sum;
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
 * What an empty one takes. The first of them find room in what is kept for
 * that, and are not counted.
 */
static long long memory(void)
{
	const int first = 2000, last = 10000;
	long long before, after;

	make_idle(0, first);
	before = allocated();
	make_idle(first, last);
	after = allocated();
	remove_idle(last);
	return (after - before) / (last - first);
}

/* Open, write, close; no process is in it. */
static long long write_kill(void)
{
	long long began = now();
	int fd = open(file(kind->kill), O_WRONLY);

	check(fd >= 0, kind->kill);
	check(write(fd, "1", 1) == 1, kind->kill);
	close(fd);
	return now() - began;
}

/* All that is in a directory, or also in those below; how many directories */
static int walk(int parent, const char *name, bool down)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY), nr = 1;
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	check(fd >= 0, name);
	dir = fdopendir(fd);
	check(dir, name);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (!down) {
			nr += entry->d_type == DT_DIR;
			continue;
		}
		check(!fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW),
		      entry->d_name);
		if (S_ISDIR(st.st_mode))
			nr += walk(fd, entry->d_name, true);
	}
	closedir(dir);
	return nr;
}

static int expected;

static long long list_children(void)
{
	long long began = now();

	check(walk(parent_fd, "bench", false) == expected, "list");
	return now() - began;
}

static long long walk_tree(void)
{
	long long began = now();

	check(walk(parent_fd, "bench", true) == expected, "walk");
	return now() - began;
}

/* Make directories, or remove them, below one with a descriptor. */
static void grow(int fd, int width, int levels, bool remove)
{
	char name[32];
	int i, below;

	for (i = 0; levels && i < width; i++) {
		snprintf(name, sizeof(name), "%d", i);
		if (!remove)
			check(!mkdirat(fd, name, 0755), "mkdir");
		expected += !remove;
		below = openat(fd, name, O_RDONLY | O_DIRECTORY);
		check(below >= 0, name);
		grow(below, width, levels - 1, remove);
		close(below);
		if (remove)
			check(!unlinkat(fd, name, AT_REMOVEDIR), "rmdir");
	}
}

static void measure_tree(const char *name, int width, int levels,
			 long long (*once)(void))
{
	int fd = open(file(""), O_RDONLY | O_DIRECTORY);

	check(fd >= 0, file(""));
	expected = 1;
	grow(fd, width, levels, false);
	repeat(row(name), 31, once);
	grow(fd, width, levels, true);
	close(fd);
}

/* What is there without processes */
static void measure_files(void)
{
	check(!mkdir(file(""), 0755), "mkdir");
	repeat(row("write_kill"), samples / 2, write_kill);
	measure_tree("list", NR_LISTED, 1, list_children);
	measure_tree("walk", WALK_WIDTH, WALK_LEVELS, walk_tree);
	check(!rmdir(file("")), "rmdir");
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
	measure_files();
	measure_all(1, 21, "");
	measure_all(members / 10, 7, "");
	measure_all(members, 15, "");
}

static void with_bystanders(void)
{
	measure_all(1, 21, "_among");
	measure_all(members, 15, "_among");
}

void bench_groups(void)
{
	pid_t *others = calloc(bystanders, sizeof(*others));
	int i;

	check(others, "calloc");
	prepare_containers();
	with_each_kind(without_bystanders);
	repeat("process_group_kill", 15, kill_process_group);
	for (i = 0; i < bystanders; i++)
		others[i] = sleeper(NULL);
	with_each_kind(with_bystanders);
	for (i = 0; i < bystanders; i++) {
		kill(others[i], SIGKILL);
		reap(others[i]);
	}
	free(others);
}
