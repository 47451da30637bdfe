// SPDX-License-Identifier: GPL-2.0
/* The end of the set-up of a container, see setup.h */

#include <limits.h>

#include "setup.h"

#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

/* A program that exits at once; a test does so as well, if it is told to. */
#define NOTHING "nothing"
#define EXIT_OPTION "--exit"

/* To execute it wherever a process is, and without a way to find it there */
static int nothing = -1;

__attribute__((constructor)) static void before_main(int argc, char **argv)
{
	char path[PATH_MAX + sizeof(NOTHING)] = "", *name;

	if (argc == 2 && !strcmp(argv[1], EXIT_OPTION))
		_exit(0);
	/* It is in the same directory. */
	if (readlink("/proc/self/exe", path, PATH_MAX) > 0) {
		name = strrchr(path, '/');
		memcpy(name ? name + 1 : path, NOTHING, sizeof(NOTHING));
		nothing = open(path, O_PATH | O_CLOEXEC);
	}
	if (nothing < 0)
		nothing = open("/proc/self/exe", O_PATH | O_CLOEXEC);
}

int end_setup(void)
{
	static char * const argv[] = { NOTHING, EXIT_OPTION, NULL };
	static char * const envp[] = { NULL };
	int status;
	pid_t pid;

	pid = vfork();
	if (pid == 0) {
		syscall(__NR_execveat, nothing, "", argv, envp, AT_EMPTY_PATH);
		_exit(1);
	}
	if (pid < 0)
		return -errno;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status ? -ENOEXEC : 0;
}

__s64 container_id_at(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	char text[24] = "";
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n > 0 ? strtoll(text, NULL, 10) : -EIO;
}

__s64 own_container_id(void)
{
	return container_id_at(AT_FDCWD, "/proc/self/container/id");
}
