// SPDX-License-Identifier: GPL-2.0
/* Worlds, see world.h */

#include <sys/mount.h>
#include <sys/prctl.h>

#include "actor.h"
#include "setup.h"
#include "world.h"

#define MAX_FORKS 160

static struct world_part *parts;
static pid_t forked[MAX_FORKS];
static int nr_forked;

void world_add(struct world_part *part)
{
	part->next = parts;
	parts = part;
}

void world_settle(void)
{
	struct world_part *part;

	for (part = parts; part; part = part->next)
		if (part->settle)
			part->settle();
}

int world_create(void)
{
	struct world_part *part;
	int err;

	if (access("/proc/self/container/id", F_OK) < 0)
		return -errno;
	err = actors_create();
	if (err)
		return err;

	/* Orphans are to be reaped here. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return -errno;
	if (unshare(CLONE_NEWUTS | CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	for (part = parts; part; part = part->next) {
		err = part->begin ? part->begin() : 0;
		if (err) {
			/* Not a reason to skip the test, whatever it is */
			ksft_print_msg("%s: %s\n", part->name, strerror(-err));
			return -EIO;
		}
	}
	return end_setup();
}

void world_destroy(void)
{
	struct world_part *part;
	int i;

	if (!main_actor)
		return;
	for (part = parts; part; part = part->next)
		if (part->end)
			part->end();
	for (i = 0; i < nr_forked; i++)
		kill(forked[i], SIGKILL);
	actors_destroy();
	while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR)
		;
}

pid_t world_fork(void)
{
	pid_t pid;

	if (nr_forked == MAX_FORKS) {
		errno = EAGAIN;
		return -1;
	}
	pid = fork();
	if (pid == 0)
		actors_forsake();
	else if (pid > 0)
		forked[nr_forked++] = pid;
	return pid;
}
