// SPDX-License-Identifier: GPL-2.0
/*
 * usage: counter FILE [MEGABYTES [GAP]]
 *
 * Something to be saved and restored: counts twenty times a second, by a timer, and passes the
 * number through a pipe to another thread, which gives it back through a pair of sockets.
 * Writes it to FILE. Ends if a number is lost. All memory is written to once, and a page of it
 * with each number. Writes to the file GAP for how many milliseconds it has not counted at
 * most.
 */
#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int pipe_fds[2], sockets[2];

static void get(int fd, void *buf, size_t size)
{
	if (read(fd, buf, size) != (ssize_t)size)
		err(EXIT_FAILURE, "read");
}

static void put(int fd, const void *buf, size_t size)
{
	if (write(fd, buf, size) != (ssize_t)size)
		err(EXIT_FAILURE, "write");
}

static void *give_back(void *arg)
{
	unsigned long nr;

	for (;;) {
		get(pipe_fds[0], &nr, sizeof(nr));
		put(sockets[0], &nr, sizeof(nr));
	}
	return arg;
}

static unsigned long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void write_number(const char *path, unsigned long nr)
{
	FILE *f = fopen(path, "w");

	if (!f || fprintf(f, "%lu\n", nr) < 0 || fclose(f))
		err(EXIT_FAILURE, "%s", path);
}

int main(int argc, char **argv)
{
	const struct itimerval often = { { 0, 50000 }, { 0, 50000 } };
	size_t size = (argc > 2 ? strtoul(argv[2], NULL, 10) : 0) << 20, page = 4096;
	unsigned long nr, back, last, longest = 0;
	char *memory = malloc(size + page);
	FILE *f = argc > 1 ? fopen(argv[1], "w") : NULL;
	pthread_t thread;
	sigset_t alarm;
	int sig;

	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarm, NULL);
	if (!f || !memory || pipe(pipe_fds) ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) ||
	    pthread_create(&thread, NULL, give_back, NULL))
		err(EXIT_FAILURE, "cannot begin");
	/* Pages of which no two are the same */
	for (nr = 0; nr < size; nr += page)
		memcpy(memory + nr, &nr, sizeof(nr));
	setitimer(ITIMER_REAL, &often, NULL);
	last = now();
	for (nr = 1; ; nr++) {
		sigwait(&alarm, &sig);
		put(pipe_fds[1], &nr, sizeof(nr));
		get(sockets[1], &back, sizeof(back));
		if (back != nr)
			errx(EXIT_FAILURE, "%lu came back, not %lu", back, nr);
		memory[nr * page % (size + page)] = nr;
		rewind(f);
		/* Of one size, which CRIU compares */
		fprintf(f, "%10lu\n", nr);
		fflush(f);
		back = now() - last;
		last += back;
		if (argc > 3 && back > longest) {
			longest = back;
			write_number(argv[3], longest);
		}
	}
}
