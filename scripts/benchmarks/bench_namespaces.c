// SPDX-License-Identifier: GPL-2.0
/* What it costs to make namespaces, to join them, and to enter a container */
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

#include "bench.h"

#define FOUR (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET)

/*
 * In a new child: what is called first is called in vain, to have it mapped
 * before anything is measured.
 */
static long long unshare_one(int flag)
{
	long long began;

	unshare(0);
	began = now();
	check(!unshare(flag), "unshare");
	return now() - began;
}

static long long unshare_uts(void)
{
	return unshare_one(CLONE_NEWUTS);
}

static long long unshare_mnt(void)
{
	return unshare_one(CLONE_NEWNS);
}

long long new_uts(void)
{
	return in_child(unshare_uts);
}

static long long new_mnt(void)
{
	long long ns = in_child(unshare_mnt);

	settle();
	return ns;
}

static long long clone_all(void)
{
	struct clone_args args = {
		.flags = CLONE_NSPROXY,
		.exit_signal = SIGCHLD,
	};
	long long began = now(), ended;
	pid_t pid = syscall(__NR_clone3, &args, sizeof(args));

	if (!pid)
		_exit(0);
	ended = now();
	check(pid >= 0, "clone3");
	reap(pid);
	settle();
	return ended - began;
}

static void unshare_four(void)
{
	check(!unshare(FOUR), "unshare");
}

static int pidfd;

static long long do_setns(void)
{
	long long began;

	setns(-1, 0);
	began = now();
	check(!setns(pidfd, FOUR), "setns");
	return now() - began;
}

static long long join_by_setns(void)
{
	return in_child(do_setns);
}

static pid_t open_target(void)
{
	pid_t pid = sleeper(unshare_four);

	pidfd = syscall(__NR_pidfd_open, pid, 0);
	check(pidfd >= 0, "pidfd_open");
	return pid;
}

static void close_target(pid_t pid)
{
	close(pidfd);
	kill(pid, SIGKILL);
	reap(pid);
}

void bench_namespaces(void)
{
	pid_t pid = open_target();

	repeat("setns_four", samples, join_by_setns);
	close_target(pid);
	repeat("unshare_uts", samples, new_uts);
	repeat("unshare_mnt", samples / 4, new_mnt);
	repeat("clone_all", samples / 20, clone_all);
}

static __u64 target;

static long long do_bind(void)
{
	long long began;

	syscall(__NR_bind_ns, NULL, 0);
	began = now();
	bind_to(target, FOUR);
	return now() - began;
}

static long long join_by_bind(void)
{
	return in_child(do_bind);
}

/* A user in a container of its own asks for what is out of its view, or absent. */
static long long do_bind_out_of_view(void)
{
	struct bind_ns_args args = { .id = target };
	long long began;

	unshare_four();
	check(!setresuid(1000, 1000, 1000), "setresuid");
	syscall(__NR_bind_ns, NULL, 0);
	began = now();
	check(syscall(__NR_bind_ns, &args, sizeof(args)) < 0 && errno == ENOENT,
	      "bind_ns");
	return now() - began;
}

static long long bind_out_of_view(void)
{
	return in_child(do_bind_out_of_view);
}

static __u64 id_of_uts(pid_t pid)
{
	char path[64];
	__u64 id;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/uts", pid);
	fd = open(path, O_RDONLY);
	check(fd >= 0 && !ioctl(fd, NS_GET_ID, &id), path);
	close(fd);
	return id;
}

void bench_bind(void)
{
	pid_t pid = open_target();
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/container/id", pid);
	target = 1ULL << 62;
	repeat("bind_absent", samples, bind_out_of_view);
	target = id_of_uts(pid);
	repeat("bind_foreign_namespace", samples, bind_out_of_view);
	target = id_of(path);
	repeat("bind_foreign_container", samples, bind_out_of_view);
	repeat("same_boot_setns_four", samples, join_by_setns);
	repeat("same_boot_bind_four", samples, join_by_bind);
	close_target(pid);
}
