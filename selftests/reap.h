/* SPDX-License-Identifier: GPL-2.0 */
/* Ending actors */
#ifndef __SELFTESTS_CONTAINER_REAP_H__
#define __SELFTESTS_CONTAINER_REAP_H__

#include "actor.h"

/* The wait status, or a negative errno */
int actor_exit(struct actor *a, int code);
int actor_kill(struct actor *a, int sig);
/* Let it die, but do not wait() for it; returns when it is a zombie. */
int actor_exit_zombie(struct actor *a);
/* Wait until it is dead, then reap it through its parent. */
int actor_reap(struct actor *a);
/* Only the thread ends; returns when it is no more, or a zombie leader. */
int actor_exit_thread(struct actor *a);

/* Wait until a path is no more. */
int wait_gone(const char *path);
/* An actor_fn: waitpid() for arg[0], with __WALL */
__s64 do_waitpid(struct actor *a);
/* An actor_fn: a child that does nothing: its wait status, or a negative errno */
__s64 do_fork_and_wait(struct actor *a);

#endif /* __SELFTESTS_CONTAINER_REAP_H__ */
