/* SPDX-License-Identifier: GPL-2.0 */
/* System calls that a tracer has another process make */
#ifndef __SELFTESTS_CONTAINER_INJECT_H__
#define __SELFTESTS_CONTAINER_INJECT_H__

#include "actor.h"

/* A process that the main process traces */
struct traced {
	pid_t pid;
};

/* Have @a make one, which is in its container: 0 or a negative errno */
int trace(struct actor *a, struct traced *t);
void untrace(struct traced *t);
/*
 * Its next system call is another one than it wanted: the result of that, or
 * -EOPNOTSUPP if the kernel cannot do it.
 */
__s64 inject(pid_t pid, __u64 nr, __u64 arg0, __u64 arg1);

#endif /* __SELFTESTS_CONTAINER_INJECT_H__ */
