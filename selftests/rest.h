/* SPDX-License-Identifier: GPL-2.0 */
/* Which actors run, and which are at rest */
#ifndef __SELFTESTS_CONTAINER_REST_H__
#define __SELFTESTS_CONTAINER_REST_H__

#include "actor.h"

/*
 * One that counts is seen from outside. Its function (as do_count()) calls
 * count() while may_count(); it may use @arg as arg[2].
 */
void start_counting(struct actor *a, actor_fn fn, __s64 arg);
__s64 stop_counting(struct actor *a);
__s64 do_count(struct actor *a);
void count(struct actor *a);
bool may_count(struct actor *a);
__s64 counter(struct actor *a);
/* Wait until it goes on: false if it never does. */
bool actor_counts(struct actor *a);
/* Wait until it has counted once, which may be long ago. */
bool actor_has_counted(struct actor *a);

/*
 * Wait until it does not run and is not about to: what was to wake it before
 * this has done so. 0 or a negative errno.
 */
int wait_blocked(struct actor *a);
/* the same for any task; @still: the counter of @a while it waits, or NULL */
int wait_task_blocked(struct actor *a, pid_t pid, pid_t tid,
		      const __s64 *still);
/* It has not gone on by the time that it is blocked, as one that counts is not. */
bool actor_stands_still(struct actor *a);
/* the same, but it may go on until then */
bool actor_comes_to_rest(struct actor *a);
/* It is blocked, and has not answered what it was asked. */
bool actor_is_busy(struct actor *a);
/* Wait until one that has counted is blocked. */
int wait_asleep(struct actor *a);

/* Pass the time of @n short system calls. */
void spin(int n);
/* For a child: wait until the main process closes its write end of a pipe. */
void wait_start(const int fd[2]);
/* CONTAINER_STRESS multiplies the work. */
int stress_rounds(int n);

#endif /* __SELFTESTS_CONTAINER_REST_H__ */
