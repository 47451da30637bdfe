// SPDX-License-Identifier: GPL-2.0
/*
 * What an operation on a container costs, with one member in it, among few and
 * among many processes that have nothing to do with it: a line each, with the
 * median in ns. What follows from the members costs the same in both.
 *
 * Usage: cost [BYSTANDERS [REPEATS]]
 */
#include <poll.h>
#include <sys/prctl.h>
#include <time.h>

#include "container_test.h"

#define DIR CHILDREN "/cost"

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void check(bool ok, const char *what)
{
	if (!ok)
		ksft_exit_fail_perror(what);
}

static pid_t fork_pause(__u64 bind)
{
	struct bind_ns_args args = { .id = bind };
	pid_t pid = fork();

	check(pid >= 0, "fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (bind && syscall(__NR_bind_ns, &args, sizeof(args)) < 0)
		_exit(1);
	for (;;)
		pause();
}

static void write_one(const char *path, const char *text)
{
	int err = put_text(path, text);

	errno = -err;
	check(!err, path);
}

/* The file, from its beginning; it fits in one read. */
static char *reread(int fd)
{
	static char text[65536];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	check(n >= 0, "read");
	text[n] = '\0';
	return text;
}

static void wait_for(int events, const char *line)
{
	struct pollfd p = { .fd = events, .events = POLLPRI };

	while (!strstr(reread(events), line))
		check(poll(&p, 1, 10000) == 1, "poll");
}

enum { LIST, FREEZE, THAW, SIGNAL, KILL, NR_COSTS };

static const char * const names[] = { "list", "freeze", "thaw", "signal", "kill" };

static void measure(long long ns[NR_COSTS])
{
	int procs, events, id;
	long long t;
	pid_t pid;

	check(!mkdir(DIR, 0755), "mkdir");
	id = open(DIR "/id", O_RDONLY);
	procs = open(DIR "/procs", O_RDONLY);
	events = open(DIR "/events", O_RDONLY);
	check(id >= 0 && procs >= 0 && events >= 0, "open");
	pid = fork_pause(strtoull(reread(id), NULL, 10));
	wait_for(events, "populated 1");

	t = now();
	check(atoi(reread(procs)) == pid, "procs");
	ns[LIST] = now() - t;

	t = now();
	write_one(DIR "/freeze", "1");
	wait_for(events, "frozen 1");
	ns[FREEZE] = now() - t;

	t = now();
	write_one(DIR "/freeze", "0");
	wait_for(events, "frozen 0");
	ns[THAW] = now() - t;

	t = now();
	write_one(DIR "/signal", "0");
	ns[SIGNAL] = now() - t;

	t = now();
	write_one(DIR "/kill", "1");
	check(waitpid(pid, NULL, 0) == pid, "wait");
	ns[KILL] = now() - t;

	close(id);
	close(procs);
	close(events);
}

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	int few_and_many[] = { 0, argc > 1 ? atoi(argv[1]) : 3000 };
	int repeats = argc > 2 ? atoi(argv[2]) : 101;
	long long (*ns)[repeats], median[2][NR_COSTS];
	int i, j, k, there = 0;

	ns = calloc(NR_COSTS, sizeof(*ns));
	check(ns && repeats > 0, "calloc");
	for (i = 0; i < 2; i++) {
		for (; there < few_and_many[i]; there++)
			fork_pause(0);
		/* Until they sleep, they cost time. */
		sleep(5);
		for (j = 0; j < repeats; j++) {
			long long one[NR_COSTS];

			measure(one);
			for (k = 0; k < NR_COSTS; k++)
				ns[k][j] = one[k];
		}
		for (k = 0; k < NR_COSTS; k++) {
			qsort(ns[k], repeats, sizeof(ns[k][0]), compare);
			median[i][k] = ns[k][repeats / 2];
		}
	}
	printf("operation alone with_%d ratio\n", few_and_many[1]);
	for (k = 0; k < NR_COSTS; k++)
		printf("%s %lld %lld %.3f\n", names[k], median[0][k], median[1][k],
		       (double)median[1][k] / median[0][k]);
	free(ns);
	return 0;
}
