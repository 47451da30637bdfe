// SPDX-License-Identifier: GPL-2.0
/* Allocations that fail, see fault.h */

#include <sys/mount.h>

#include "fault.h"
#include "file.h"

#define DEBUGFS "/sys/kernel/debug"

static struct {
	const char *path;
	const char *value;
	char saved[16];
} fault_attrs[] = {
	{ DEBUGFS "/failslab/ignore-gfp-wait", "N", "" },
	{ DEBUGFS "/failslab/verbose", "0", "" },
	{ DEBUGFS "/fail_page_alloc/ignore-gfp-wait", "N", "" },
	{ DEBUGFS "/fail_page_alloc/verbose", "0", "" },
};

int faults_begin(void)
{
	size_t i;

	if (access("/proc/thread-self/fail-nth", W_OK) < 0)
		return -errno;
	/* In the world's mount namespace */
	if (access(fault_attrs[0].path, F_OK) < 0 &&
	    mount("debugfs", DEBUGFS, "debugfs", 0, NULL) < 0)
		return -errno;
	if (access(fault_attrs[0].path, F_OK) < 0)
		return -errno;
	for (i = 0; i < ARRAY_SIZE(fault_attrs); i++) {
		const char *path = fault_attrs[i].path;

		if (access(path, F_OK) < 0)
			continue;
		snprintf(fault_attrs[i].saved, sizeof(fault_attrs[i].saved),
			 "%.8s", actor_value(main_actor, "%s", path));
		if (put_text(path, fault_attrs[i].value))
			return -EIO;
	}
	return 0;
}

void faults_end(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fault_attrs); i++)
		if (fault_attrs[i].saved[0])
			put_text(fault_attrs[i].path, fault_attrs[i].saved);
}

static __s64 do_fail_nth(struct actor *a)
{
	int fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	actor_fn fn = (actor_fn)(uintptr_t)a->arg[2];
	char text[16] = "";
	__s64 ret;
	int len;

	if (fd < 0)
		return -errno;
	len = snprintf(text, sizeof(text), "%d", (int)a->arg[3]);
	if (write(fd, text, len) != len)
		return -EIO;
	ret = fn(a);
	memset(text, 0, sizeof(text));
	if (pread(fd, text, sizeof(text) - 1, 0) < 1 ||
	    pwrite(fd, "0", 1, 0) != 1)
		return -EIO;
	close(fd);
	return ret >= 0 && !atoi(text) ? INJECTED : ret;
}

__s64 actor_fail_nth(struct actor *a, int nth, actor_fn fn, __s64 a0, __s64 a1)
{
	return actor_call(a, do_fail_nth, a0, a1, (uintptr_t)fn, nth);
}

__s64 do_unshare_most(struct actor *a)
{
	(void)a;
	return result(unshare(CLONE_NSPROXY & ~CLONE_NEWNET));
}

static int child_exits(void *arg)
{
	(void)arg;
	_exit(0);
}

__s64 do_clone_most(struct actor *a)
{
	static char stack[STACK_SIZE];
	pid_t pid = clone(child_exits, stack + STACK_SIZE,
			  CLONE_VM | CLONE_VFORK | SIGCHLD |
			  (CLONE_NSPROXY & ~(CLONE_NEWNET | CLONE_NEWTIME)), a);

	if (pid < 0)
		return -errno;
	return result(waitpid(pid, NULL, 0)) == pid ? 0 : -ECHILD;
}
