// SPDX-License-Identifier: GPL-2.0
/* What the kernel holds for containers, see objects.h */

#include <glob.h>
#include <limits.h>

#include <linux/membarrier.h>

#include "file.h"
#include "objects.h"
#include "world.h"

#define SLAB "/sys/kernel/slab/container*/shrink"
#define DROP_CACHES "/proc/sys/vm/drop_caches"
#define SANITY_CHECKS "/sys/kernel/slab/container_8/sanity_checks"

long container_objects(void)
{
	long active, sum = -1;
	char line[512], name[64];
	FILE *file = fopen("/proc/slabinfo", "re");

	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, "container", 9) &&
		    sscanf(line, "%63s %ld", name, &active) == 2)
			sum = (sum < 0 ? 0 : sum) + active;
	fclose(file);
	return sum;
}

long settled_objects(long max)
{
	long active = 0;
	glob_t caches;
	size_t i;
	int n;

	world_settle();
	for (n = 0; n < 200; n++) {
		/* What a file system keeps for the next look-up is not in use. */
		if (n % 20 == 0)
			put_text(DROP_CACHES, "2");
		/* RCU frees objects later. */
		syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
		/* What per-cpu lists hold counts as active: have it given back. */
		if (!glob(SLAB, 0, NULL, &caches)) {
			for (i = 0; i < caches.gl_pathc; i++)
				put_text(caches.gl_pathv[i], "1");
			globfree(&caches);
		}
		active = container_objects();
		if (active <= max)
			break;
		usleep(50000);
	}
	return active;
}

long objects_at_rest(void)
{
	long n = settled_objects(LONG_MAX), last;

	do {
		last = n;
		usleep(200000);
		n = settled_objects(LONG_MAX);
	} while (n < last);
	return n;
}

bool objects_are_back(long before)
{
	/* Else what other cpus hold cannot be told from what is in use. */
	bool exact = actor_number(main_actor, "%s", SANITY_CHECKS) == 1;

	return before < 0 ||
	       settled_objects(before) <= before + (exact ? 0 : 64);
}

void reap_children(void)
{
	while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR)
		;
}

bool only_world_is_left(struct table *t, long objects)
{
	reap_children();
	return read_table(main_actor, t) == 1 && t->row[0].procs == 1 &&
	       !container_children(main_actor, main_actor) &&
	       objects_are_back(objects);
}

int loops(void)
{
	const char *n = getenv("CONTAINER_LOOPS");

	return n ? atoi(n) : 1500;
}

static int child_exits(void *arg)
{
	(void)arg;
	_exit(0);
}

/* The child shares the memory, so this is cheap. */
int clone_and_exit(int flags)
{
	static char stack[STACK_SIZE];
	pid_t pid;

	pid = clone(child_exits, stack + STACK_SIZE,
		    CLONE_VM | CLONE_VFORK | SIGCHLD | flags, NULL);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		return -errno;
	return 0;
}
