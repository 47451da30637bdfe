// SPDX-License-Identifier: GPL-2.0
/* What a container costs among few and among very many */
#include <pthread.h>
#include <sys/mount.h>

#include "bench.h"

static int dir;
static __u64 some_id;
static char some_name[32], id_file[128];

static void *sleep_for_ever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static long long create(void)
{
	long long began = now(), ended;

	check(!mkdirat(dir, "one_more", 0755), "mkdir");
	ended = now();
	check(!unlinkat(dir, "one_more", AT_REMOVEDIR), "rmdir");
	return ended - began;
}

static long long destroy(void)
{
	long long began;

	check(!mkdirat(dir, "one_more", 0755), "mkdir");
	began = now();
	check(!unlinkat(dir, "one_more", AT_REMOVEDIR), "rmdir");
	return now() - began;
}

/* A process that has threads is refused, once the container has been found. */
static long long by_id(void)
{
	struct bind_ns_args args = { .id = some_id };
	long long began = now();

	check(syscall(__NR_bind_ns, &args, sizeof(args)) < 0 && errno == EINVAL,
	      "bind_ns");
	return now() - began;
}

static long long by_name(void)
{
	long long began = now();
	struct stat st;

	check(!fstatat(dir, some_name, &st, 0), "stat");
	return now() - began;
}

static long long rename_one(void)
{
	long long began = now(), ended;

	check(!renameat(dir, some_name, dir, "another_name"), "rename");
	ended = now();
	check(!renameat(dir, "another_name", dir, some_name), "rename");
	return ended - began;
}

/* All of /proc/containers, for each of its lines, which are counted before. */
static int nr_lines;

static long long read_line(void)
{
	return read_containers() / nr_lines;
}

static int count_lines(void)
{
	FILE *f = fopen("/proc/containers", "r");
	int c, lines = 0;

	check(f, "/proc/containers");
	while ((c = getc(f)) != EOF)
		lines += c == '\n';
	fclose(f);
	return lines;
}

/* The same by a process that sees ten of them */
static int ask[2], told[2];

static void view(void)
{
	char name[64], c;
	long long cost;
	int i;

	check(!unshare(CLONE_NEWUTS | CLONE_NEWNS), "unshare");
	check(!mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	      !mount_containers(""), "mount");
	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), CHILDREN "/job%d", i);
		check(!mkdir(name, 0755), name);
	}
	if (fork())
		return;
	nr_lines = count_lines();
	while (read(ask[0], &c, 1) == 1) {
		cost = read_line();
		check(write(told[1], &cost, sizeof(cost)) == sizeof(cost), "write");
	}
	_exit(0);
}

static long long ask_viewer(void)
{
	long long cost;

	check(write(ask[1], "", 1) == 1, "write");
	check(read(told[0], &cost, sizeof(cost)) == sizeof(cost), "read");
	return cost;
}

static void grow(int from, int to)
{
	char name[32];

	for (; from < to; from++) {
		/* Names come in no particular order. */
		snprintf(name, sizeof(name), "%08x-%d", from * 2654435761U, from);
		check(!mkdirat(dir, name, 0755), "mkdir");
		if (from == to / 2) {
			snprintf(some_name, sizeof(some_name), "%s", name);
			snprintf(id_file, sizeof(id_file),
				 CHILDREN "/%s/container.id", name);
		}
	}
}

static void measure(int siblings)
{
	static const struct {
		const char *name;
		long long (*once)(void);
	} all[] = {
		{ "create", create }, { "find_id", by_id },
		{ "find_name", by_name }, { "rename", rename_one },
		{ "destroy", destroy },
	};
	char row[64];
	unsigned int i;

	some_id = id_of(id_file);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		snprintf(row, sizeof(row), "%s_at_%d", all[i].name, siblings);
		repeat(row, samples / 2, all[i].once);
	}
	snprintf(row, sizeof(row), "viewer_at_%d", siblings);
	repeat(row, 101, ask_viewer);
	nr_lines = count_lines();
	snprintf(row, sizeof(row), "line_at_%d", siblings);
	repeat(row, siblings < 10000 ? 11 : 3, read_line);
}

void bench_scale(void)
{
	static const int first[] = { 100, 1000 };
	pthread_t thread;
	unsigned int i;
	int there = 0;
	pid_t viewer;

	prepare_containers();
	check(!pipe(ask) && !pipe(told), "pipe");
	viewer = sleeper(view);
	check(!pthread_create(&thread, NULL, sleep_for_ever, NULL), "thread");
	dir = open(CHILDREN, O_RDONLY | O_DIRECTORY);
	check(dir >= 0, CHILDREN);
	for (i = 0; i < ARRAY_SIZE(first); i++) {
		grow(there, first[i]);
		there = first[i];
		measure(there);
	}
	if (large / 10 > there) {
		grow(there, large / 10);
		there = large / 10;
		measure(there);
	}
	grow(there, large);
	measure(large);
	kill(viewer, SIGKILL);
	reap(viewer);
}
