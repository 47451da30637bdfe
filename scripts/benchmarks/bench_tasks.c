// SPDX-License-Identifier: GPL-2.0
/* What the life of a task costs, and what every program does all the time */
#include <pthread.h>

#include "bench.h"

long long fork_exit(void)
{
	long long began = now();
	pid_t pid = fork();

	check(pid >= 0, "fork");
	if (!pid)
		_exit(0);
	reap(pid);
	return now() - began;
}

static long long fork_exec(void)
{
	static char * const argv[] = { "bench", "true", NULL };
	long long began = now();
	pid_t pid = fork();

	check(pid >= 0, "fork");
	if (!pid) {
		execv("/proc/self/exe", argv);
		_exit(1);
	}
	reap(pid);
	return now() - began;
}

static void *nothing(void *arg)
{
	return arg;
}

static long long thread(void)
{
	long long began = now();
	pthread_t t;

	check(!pthread_create(&t, NULL, nothing, NULL), "pthread_create");
	check(!pthread_join(t, NULL), "pthread_join");
	return now() - began;
}

static int ping[2], pong[2];

static void answer(void)
{
	char c;

	if (fork())
		return;
	close(ping[1]);
	while (read(ping[0], &c, 1) == 1)
		check(write(pong[1], &c, 1) == 1, "write");
	_exit(0);
}

static long long ping_pong(void)
{
	long long began = now();
	char c = 0;
	int i;

	for (i = 0; i < 10; i++) {
		check(write(ping[1], &c, 1) == 1, "write");
		check(read(pong[0], &c, 1) == 1, "read");
	}
	return now() - began;
}

static long long get_pid(void)
{
	long long began = now();
	int i;

	for (i = 0; i < 100; i++)
		syscall(SYS_getpid);
	return now() - began;
}

void bench_tasks(void)
{
	check(!pipe(ping) && !pipe(pong), "pipe");
	answer();
	close(ping[0]);
	repeat("switch", samples, ping_pong);
	close(ping[1]);
	wait(NULL);

	repeat("getpid", samples, get_pid);
	repeat_in_layouts("fork_exit", samples, fork_exit);
	repeat_in_layouts("fork_exec", samples / 4, fork_exec);
	repeat("thread", samples, thread);
}
