// SPDX-License-Identifier: GPL-2.0
/* The same as in bench_tasks.c and bench_namespaces.c, by many at once */
#include "bench.h"

/* The time for each when @workers do it at once */
static long long together(int workers, long long (*fn)(void))
{
	int go[2], i, each = samples / 10;
	long long began;
	char c;

	check(!pipe(go), "pipe");
	for (i = 0; i < workers; i++) {
		if (fork())
			continue;
		close(go[1]);
		/* Until the other end is closed */
		check(!read(go[0], &c, 1), "read");
		for (i = 0; i < each; i++)
			fn();
		_exit(0);
	}
	usleep(100000);
	began = now();
	close(go[1]);
	while (wait(NULL) > 0)
		;
	close(go[0]);
	return (now() - began) / each;
}

static void measure(const char *what, int workers, long long (*fn)(void))
{
	long long ns[11];
	unsigned int i;
	char row[64];

	together(workers, fn);
	for (i = 0; i < ARRAY_SIZE(ns); i++)
		ns[i] = together(workers, fn);
	snprintf(row, sizeof(row), "%s_by_%d", what, workers);
	report(row, ns, ARRAY_SIZE(ns));
}

void bench_contention(int workers)
{
	measure("fork_exit", workers, fork_exit);
	measure("unshare_uts", workers, new_uts);
}
