// SPDX-License-Identifier: GPL-2.0
/* Which process is in which namespaces: from /proc/containers, and process by process */
#include <dirent.h>

#include "bench.h"

static void unshare_uts(void)
{
	check(!unshare(CLONE_NEWUTS), "unshare");
}

long long read_containers(void)
{
	static char text[1 << 16];
	long long began = now();
	int fd = open("/proc/containers", O_RDONLY);
	ssize_t n;

	check(fd >= 0, "/proc/containers");
	while ((n = read(fd, text, sizeof(text))) > 0)
		;
	check(!n, "read");
	close(fd);
	return now() - began;
}

/* For each process its stat, and the inode of each of its namespaces */
static long long walk_processes(void)
{
	static const char * const names[] = {
		"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts",
	};
	long long began = now();
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	check(proc, "/proc");
	while ((entry = readdir(proc))) {
		char path[300], text[1024];
		struct stat st;
		unsigned int i;
		int dir, fd;

		if (!atoi(entry->d_name))
			continue;
		dir = openat(dirfd(proc), entry->d_name, O_RDONLY | O_DIRECTORY);
		if (dir < 0)
			continue;
		fd = openat(dir, "stat", O_RDONLY);
		check(fd >= 0 && read(fd, text, sizeof(text)) > 0, "stat");
		close(fd);
		for (i = 0; i < ARRAY_SIZE(names); i++) {
			snprintf(path, sizeof(path), "ns/%s", names[i]);
			fstatat(dir, path, &st, 0);
		}
		close(dir);
	}
	closedir(proc);
	return now() - began;
}

void bench_table(void)
{
	pid_t *pid = calloc(bystanders, sizeof(*pid));
	int i;

	check(pid, "calloc");
	write_text("/proc/sys/user/max_containers", "1000000");
	for (i = 0; i < bystanders; i++)
		pid[i] = sleeper(unshare_uts);
	repeat("picture_by_table", 11, read_containers);
	repeat("picture_by_walk", 3, walk_processes);
	for (i = 0; i < bystanders; i++) {
		kill(pid[i], SIGKILL);
		reap(pid[i]);
	}
	free(pid);
}
