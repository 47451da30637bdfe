// SPDX-License-Identifier: GPL-2.0
/* Containers that come and go, beside some that stay */

#include "churn.h"
#include "ns.h"
#include "proc_view.h"
#include "setup.h"
#include "world.h"

/* Containers that are there all the time, to be found each time */
int make_stable(pid_t *pid, __u64 *id)
{
	struct table *t;
	int ready[2], i;
	char byte;

	if (pipe(ready) < 0)
		return -errno;
	for (i = 0; i < NR_STABLE; i++) {
		pid[i] = world_fork();
		if (pid[i] < 0)
			return -errno;
		if (pid[i] > 0)
			continue;
		if (unshare(CLONE_NEWUTS) < 0 || write(ready[1], ".", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	for (i = 0; i < NR_STABLE; i++)
		if (read(ready[0], &byte, 1) != 1)
			return -EIO;
	t = malloc(sizeof(*t));
	if (!t || read_table(main_actor, t) != 1 + NR_STABLE)
		return -EINVAL;
	for (i = 0; i < NR_STABLE; i++)
		id[i] = t->row[1 + i].id;
	free(t);
	return 0;
}

/* fork, unshare, fork, unshare, and out, the upper one first now and then */
static void churn(int n)
{
	pid_t pid;
	int i;

	for (i = 0; i < n; i++) {
		pid = fork();
		if (pid < 0)
			_exit(1);
		if (pid > 0) {
			if (waitpid(pid, NULL, 0) != pid)
				_exit(1);
			continue;
		}
		if (unshare(CLONE_NEWUTS) < 0 || end_setup())
			_exit(1);
		pid = fork();
		if (pid < 0)
			_exit(1);
		if (pid == 0)
			_exit(unshare(CLONE_NEWUTS) < 0);
		if (i % 2)
			waitpid(pid, NULL, 0);
		_exit(0);
	}
	_exit(0);
}

/* Reap without waiting: how many of those forked last are still there? */
int count_running(pid_t *pid, int n)
{
	int i, running = 0;
	pid_t dead;

	/* Orphans end up here as well. */
	while ((dead = waitpid(-1, NULL, WNOHANG)) > 0)
		for (i = 0; i < n; i++)
			if (pid[i] == dead)
				pid[i] = 0;
	for (i = 0; i < n; i++)
		running += !!pid[i];
	return running;
}

int start_churns(pid_t *pid, int n)
{
	int i;

	for (i = 0; i < NR_CHURNS; i++) {
		pid[i] = world_fork();
		if (pid[i] < 0)
			return -errno;
		if (pid[i] == 0)
			churn(n);
	}
	return 0;
}

void reap_all(pid_t *pid, int n)
{
	int i;

	for (i = 0; i < n; i++)
		waitpid(pid[i], NULL, 0);
}
