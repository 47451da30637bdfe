// SPDX-License-Identifier: GPL-2.0
/* Ending actors, see reap.h */

#include <poll.h>

#include "reap.h"

/* linux/pidfd.h does not go together with fcntl.h: the first version of it */
#define INFO_EXIT 0x8UL
struct exit_info {
	__u64 mask;
	__u64 cgroupid;
	__u32 ids[11];
	__s32 exit_code;
};

#define GET_EXIT_INFO _IOWR(0xFF, 11, struct exit_info)

/* The slot can be used again. */
static void forget(struct actor *a)
{
	int fds[] = { a->request, a->reply };
	__u64 n;
	int i;

	if (a->pidfd >= 0)
		close(a->pidfd);
	a->pidfd = -1;
	a->reaped = true;
	/* Leave nothing behind for the next one. */
	for (i = 0; i < 2; i++) {
		fcntl(fds[i], F_SETFL, O_NONBLOCK);
		if (read(fds[i], &n, sizeof(n)) < 0)
			n = 0;
		fcntl(fds[i], F_SETFL, 0);
	}
}

__s64 do_waitpid(struct actor *a)
{
	int status;

	if (waitpid(a->arg[0], &status, __WALL) < 0)
		return -errno;
	return status;
}

static int wait_dead(struct actor *a)
{
	struct pollfd fd = { .fd = a->pidfd, .events = POLLIN };

	while (poll(&fd, 1, -1) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

static bool is_dead(struct actor *a)
{
	struct pollfd fd = { .fd = a->pidfd, .events = POLLIN };

	return a->reaped || poll(&fd, 1, 0) > 0;
}

/*
 * The wait status of a process that the kernel has reaped, as it does with
 * orphans that a container's init has not asked for
 */
static int status_of_reaped(struct actor *a)
{
	struct pollfd fd = { .fd = a->pidfd, .events = POLLIN };
	struct exit_info info = { .mask = INFO_EXIT };
	int i;

	/* It has exited; once it is reaped, there is POLLHUP. */
	for (i = 0; i < 30000; i++) {
		if (poll(&fd, 1, -1) < 0 && errno != EINTR)
			return -errno;
		if (fd.revents & POLLHUP)
			break;
		usleep(1000);
	}
	if (!(fd.revents & POLLHUP))
		return -ECHILD;
	if (ioctl(a->pidfd, GET_EXIT_INFO, &info) < 0)
		return -errno;
	return info.mask & INFO_EXIT ? info.exit_code : -ECHILD;
}

int actor_reap(struct actor *a)
{
	struct actor *parent;
	int ret;

	/* It is processes that are reaped. */
	while (a->is_thread)
		a = a->parent;
	parent = a->parent;
	while (parent->is_thread)
		parent = parent->parent;
	ret = wait_dead(a);
	if (ret < 0)
		return ret;
	ret = -EOWNERDEAD;
	if (parent != main_actor && !is_dead(parent))
		ret = actor_call(parent, do_waitpid, a->local_pid, 0, 0, 0);
	/* Where that is dead, or has died meanwhile, it is an orphan. */
	if (ret == -EOWNERDEAD) {
		if (parent != main_actor && !is_dead(parent))
			wait_dead(parent);
		ret = actor_call(main_actor, do_waitpid, a->pid, 0, 0, 0);
	}
	if (ret == -ECHILD)
		ret = status_of_reaped(a);
	forget(a);
	return ret;
}

static __s64 do_exit(struct actor *a)
{
	_exit(a->arg[0]);
}

int actor_exit_zombie(struct actor *a)
{
	actor_post(a, do_exit, 0, 0, 0, 0);
	return wait_dead(a);
}

int actor_exit(struct actor *a, int code)
{
	actor_post(a, do_exit, code, 0, 0, 0);
	return actor_reap(a);
}

int actor_kill(struct actor *a, int sig)
{
	if (syscall(__NR_pidfd_send_signal, a->pidfd, sig, NULL, 0) < 0)
		return -errno;
	return actor_reap(a);
}

int wait_gone(const char *path)
{
	int i;

	for (i = 0; i < 10000; i++) {
		if (access(path, F_OK) < 0 && (errno == ENOENT ||
					       errno == ESRCH))
			return 0;
		usleep(1000);
	}
	return -ETIMEDOUT;
}

/* As gone as a leader can be before the last of its threads is. */
static int wait_zombie_leader(const char *dir)
{
	char path[128], text[512], *state;
	ssize_t n;
	int i, fd;

	snprintf(path, sizeof(path), "%s/stat", dir);
	for (i = 0; i < 10000; i++) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
		if (n <= 0)
			return -ESRCH;
		text[n] = '\0';
		state = strrchr(text, ')');
		if (state && state[1] && state[2] == 'Z')
			return 0;
		usleep(1000);
	}
	return -ETIMEDOUT;
}

static __s64 do_exit_thread(struct actor *a)
{
	(void)a;
	syscall(__NR_exit, 0);
	__builtin_unreachable();
}

int actor_exit_thread(struct actor *a)
{
	char dir[64];

	snprintf(dir, sizeof(dir), "/proc/%d/task/%d", a->pid, a->tid);
	actor_post(a, do_exit_thread, 0, 0, 0, 0);
	if (a->pid == a->tid)
		return wait_zombie_leader(dir);
	return wait_gone(dir);
}

__s64 do_fork_and_wait(struct actor *a)
{
	pid_t pid = fork();
	int status;

	(void)a;
	if (pid == 0)
		for (;;)
			pause();
	if (pid < 0)
		return -errno;
	return waitpid(pid, &status, 0) == pid ? status : -errno;
}
