/* SPDX-License-Identifier: GPL-2.0 */
/* Entering containers, by container.procs */
#ifndef __SELFTESTS_CONTAINER_ENTER_H__
#define __SELFTESTS_CONTAINER_ENTER_H__

#include "actor.h"
#include "containerfs.h"

/* Let the caller enter: 0, or -1 and errno. It has to be privileged for it. */
int enter(__u64 id);
/* Have the main process move an actor: 0 or a negative errno */
__s64 actor_enter(struct actor *a, __u64 id);

/* A child of @by that enters a container: the first one is its init. */
struct actor *spawn_entered(struct actor *by, __u64 id);
/* One of the main process, by name */
struct actor *spawn_in(const char *name);
/* mkdir by @by, and such a child as init */
struct actor *spawn_explicit(struct actor *by, const char *name);

/* Wait until a process is listed among the members of /name. */
bool wait_member(const char *name, pid_t pid);

/* For start_counting(): enter the container with that id, then do_count() */
__s64 do_enter_and_count(struct actor *a);

/* For tests that are the same whichever way a process takes */
struct way_in {
	/* 0 or a negative errno */
	__s64 (*enter)(struct actor *a, __u64 id);
	/* For start_counting() */
	actor_fn enter_and_count;
	/* What it returns where the container has gone meanwhile */
	__s64 gone[4];
};

/* Have containers come and go, for what the kernel allocates only once. */
bool warm_up(void);

#endif /* __SELFTESTS_CONTAINER_ENTER_H__ */
