// SPDX-License-Identifier: GPL-2.0
/* Which actors run, see rest.h */

#include <poll.h>

#include "file.h"
#include "rest.h"

void count(struct actor *a)
{
	__atomic_add_fetch(&a->arg[1], 1, __ATOMIC_SEQ_CST);
}

bool may_count(struct actor *a)
{
	return __atomic_load_n(&a->arg[0], __ATOMIC_SEQ_CST);
}

__s64 do_count(struct actor *a)
{
	while (may_count(a))
		count(a);
	return 0;
}

void start_counting(struct actor *a, actor_fn fn, __s64 arg)
{
	actor_post(a, fn, 1, 0, arg, 0);
}

__s64 stop_counting(struct actor *a)
{
	__atomic_store_n(&a->arg[0], 0, __ATOMIC_SEQ_CST);
	return actor_collect(a);
}

__s64 counter(struct actor *a)
{
	return __atomic_load_n(&a->arg[1], __ATOMIC_SEQ_CST);
}

static bool counts_past(struct actor *a, __s64 before)
{
	int i;

	for (i = 0; i < WAIT_MS && counter(a) == before; i++)
		usleep(1000);
	return counter(a) != before;
}

bool actor_counts(struct actor *a)
{
	return counts_past(a, counter(a));
}

bool actor_has_counted(struct actor *a)
{
	return counts_past(a, 0);
}

/*
 * What the kernel tells of the system call that a task is in, it tells only of
 * a task that is blocked, and waits for one to have left its CPU. A task that
 * has been woken is not blocked, even if it has not run yet.
 */
static int is_blocked(pid_t pid, pid_t tid)
{
	__s64 ret = actor_read(main_actor, "/proc/%d/task/%d/syscall", pid,
			       tid);

	if (ret <= 0)
		return ret ?: -ESRCH;
	return strncmp(main_actor->buf, "running", strlen("running")) != 0;
}

int wait_task_blocked(struct actor *a, pid_t pid, pid_t tid,
		      const __s64 *still)
{
	int i, ret;

	for (i = 0; i < WAIT_MS; i++) {
		ret = is_blocked(pid, tid);
		if (still && counter(a) != *still)
			return -EBUSY;
		if (ret)
			return ret < 0 ? ret : 0;
		usleep(1000);
	}
	return -ETIMEDOUT;
}

int wait_blocked(struct actor *a)
{
	return wait_task_blocked(a, a->pid, a->tid, NULL);
}

bool actor_stands_still(struct actor *a)
{
	__s64 before = counter(a);

	return !wait_task_blocked(a, a->pid, a->tid, &before);
}

bool actor_comes_to_rest(struct actor *a)
{
	return !wait_blocked(a) && actor_stands_still(a);
}

/* Until then it may be blocked because it has not been asked. */
static bool takes_request(struct actor *a)
{
	struct pollfd fd = { .fd = a->request, .events = POLLIN };
	int i;

	for (i = 0; i < WAIT_MS && poll(&fd, 1, 0); i++)
		usleep(1000);
	return i < WAIT_MS;
}

bool actor_is_busy(struct actor *a)
{
	struct pollfd fd = { .fd = a->reply, .events = POLLIN };

	/* It would have answered before it waits to be asked again. */
	return takes_request(a) && !wait_blocked(a) && poll(&fd, 1, 0) == 0;
}

int wait_asleep(struct actor *a)
{
	/* It may have been blocked before it took what it was asked. */
	return actor_has_counted(a) ? wait_blocked(a) : -ETIMEDOUT;
}

int stress_rounds(int n)
{
	const char *factor = getenv("CONTAINER_STRESS");

	return factor ? n * atoi(factor) : n;
}

void wait_start(const int fd[2])
{
	char byte;

	close(fd[1]);
	if (read(fd[0], &byte, 1) != 0)
		_exit(3);
}

void spin(int n)
{
	while (n-- > 0)
		getppid();
}
