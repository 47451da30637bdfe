// SPDX-License-Identifier: GPL-2.0
/*
 * Measures what containers cost; see bench.h for what is printed.
 *
 * Usage: bench [-n SAMPLES] [-m MEMBERS] [-b BYSTANDERS] [-l LARGE] [-c CROWD]
 *		[-r ROW] GROUP...
 *
 * GROUP is one of those below, or a number: that many processes at once. With
 * ROW, which is for a profiler, what is repeated is only that.
 */
#include <poll.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <time.h>

#include "bench.h"

int samples = 2000, members = 1000, bystanders = 3000, large = 100000, crowd = 8000;

static const char *only;

static const struct {
	const char *name;
	void (*run)(void);
} groups[] = {
	{ "tasks", bench_tasks },
	{ "namespaces", bench_namespaces },
	{ "bind", bench_bind },
	{ "groups", bench_groups },
	{ "table", bench_table },
	{ "scale", bench_scale },
	{ "stalls", bench_stalls },
};

void check(bool ok, const char *what)
{
	if (!ok)
		ksft_exit_fail_perror(what);
}

long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return x < y ? -1 : x > y;
}

struct percentiles {
	long long p10, p50, p90;
};

static struct percentiles percentiles(long long *ns, int nr)
{
	qsort(ns, nr, sizeof(ns[0]), compare);
	return (struct percentiles){
		ns[nr / 10], ns[nr / 2], ns[nr - 1 - nr / 10],
	};
}

static void print_row(const char *row, int nr, struct percentiles p)
{
	printf("@ %s %d %lld %lld %lld\n", row, nr, p.p10, p.p50, p.p90);
	fflush(stdout);
}

void report(const char *row, long long *ns, int nr)
{
	print_row(row, nr, percentiles(ns, nr));
}

void report_one(const char *row, long long value)
{
	report(row, &value, 1);
}

static void take(long long *ns, int nr, long long (*once)(void))
{
	int i;

	for (i = 0; i < nr; i++)
		ns[i] = once();
}

/* The mean of the percentiles in each layout */
static struct percentiles take_in_layouts(int each, long long (*once)(void))
{
	char dir[] = "/tmp/bench.XXXXXX";
	struct percentiles sum = { 0 }, p;
	long long ns[each];
	int i;

	check(mkdtemp(dir), dir);
	for (i = 0; i < LAYOUTS; i++) {
		take(ns, each, once);
		p = percentiles(ns, each);
		sum.p10 += p.p10;
		sum.p50 += p.p50;
		sum.p90 += p.p90;
		check(!mount("none", dir, "tmpfs", 0, NULL), "mount");
	}
	while (i--)
		check(!umount(dir), "umount");
	rmdir(dir);
	return (struct percentiles){
		sum.p10 / LAYOUTS, sum.p50 / LAYOUTS, sum.p90 / LAYOUTS,
	};
}

static bool is_left_out(const char *row)
{
	return only && strcmp(only, row);
}

void repeat(const char *row, int nr, long long (*once)(void))
{
	long long *ns;

	if (is_left_out(row))
		return;
	nr = nr ?: 1;
	ns = calloc(nr, sizeof(*ns));
	check(ns, "calloc");
	settle();
	take(ns, nr / 10, once);
	take(ns, nr, once);
	report(row, ns, nr);
	free(ns);
}

void repeat_in_layouts(const char *row, int nr, long long (*once)(void))
{
	int each = nr / LAYOUTS ?: 1;
	long long first[nr / 10 + 1];

	if (is_left_out(row))
		return;
	nr = each * LAYOUTS;
	settle();
	take(first, nr / 10, once);
	print_row(row, nr, take_in_layouts(each, once));
}

void prepare_containers(void)
{
	static bool mounted;

	write_text("/proc/sys/user/max_containers", "1000000");
	if (mounted)
		return;
	errno = -mount_containers("rmdir=kill");
	check(!errno, CHILDREN);
	mounted = true;
}

void settle(void)
{
	usleep(500000);
}

long long in_child(long long (*fn)(void))
{
	static long long *result;
	pid_t pid;

	if (!result) {
		result = mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		check(result != MAP_FAILED, "mmap");
	}
	pid = fork();
	check(pid >= 0, "fork");
	if (!pid) {
		/* To have what is touched below mapped already */
		*result = now();
		*result = fn();
		_exit(0);
	}
	reap(pid);
	return *result;
}

pid_t sleeper(void (*fn)(void))
{
	static int ready[2];
	pid_t pid;
	char c;

	if (!ready[0])
		check(!pipe2(ready, O_CLOEXEC), "pipe");
	pid = fork();
	check(pid >= 0, "fork");
	if (pid) {
		check(read(ready[0], &c, 1) == 1, "read");
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (fn)
		fn();
	check(write(ready[1], "", 1) == 1, "write");
	for (;;)
		pause();
}

void reap(pid_t pid)
{
	check(waitpid(pid, NULL, __WALL) == pid, "waitpid");
}

void write_text(const char *path, const char *text)
{
	int err = put_text(path, text);

	errno = -err;
	check(!err, path);
}

char *reread(int fd)
{
	static char text[65536];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	check(n >= 0, "read");
	text[n] = '\0';
	return text;
}

void wait_line(int fd, const char *line)
{
	struct pollfd p = { .fd = fd, .events = POLLPRI };

	while (!strstr(reread(fd), line))
		check(poll(&p, 1, 60000) == 1, line);
}

__u64 id_of(const char *file)
{
	int fd = open(file, O_RDONLY);
	__u64 id;

	check(fd >= 0, file);
	id = strtoull(reread(fd), NULL, 10);
	close(fd);
	return id;
}

void bind_to(__u64 id, __u64 ns_mask)
{
	struct bind_ns_args args = { .id = id, .ns_mask = ns_mask };

	check(!syscall(__NR_bind_ns, &args, sizeof(args)), "bind_ns");
}

int main(int argc, char **argv)
{
	unsigned int i;
	int option;

	/* What the row of exec runs */
	if (argc == 2 && !strcmp(argv[1], "true"))
		return 0;

	while ((option = getopt(argc, argv, "n:m:b:l:c:r:")) != -1) {
		switch (option) {
		case 'n':
			samples = atoi(optarg);
			break;
		case 'm':
			members = atoi(optarg);
			break;
		case 'b':
			bystanders = atoi(optarg);
			break;
		case 'l':
			large = atoi(optarg);
			break;
		case 'c':
			crowd = atoi(optarg);
			break;
		case 'r':
			only = optarg;
			break;
		default:
			return KSFT_FAIL;
		}
	}
	for (; optind < argc; optind++) {
		if (atoi(argv[optind])) {
			bench_contention(atoi(argv[optind]));
			continue;
		}
		for (i = 0; i < ARRAY_SIZE(groups); i++)
			if (!strcmp(argv[optind], groups[i].name))
				break;
		if (i == ARRAY_SIZE(groups))
			ksft_exit_fail_msg("no group %s\n", argv[optind]);
		groups[i].run();
	}
	return 0;
}
