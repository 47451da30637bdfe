/* SPDX-License-Identifier: GPL-2.0 */
/* Programs that actors execute */
#ifndef __SELFTESTS_CONTAINER_EXEC_H__
#define __SELFTESTS_CONTAINER_EXEC_H__

#include "actor.h"

/*
 * exec: the new program, which is the test itself, tells where it finds itself,
 * and exits. The wait status, or a negative errno.
 */
struct where {
	__s64 container;
	__s64 time_ns;
};

int actor_exec_where(struct actor *a, struct where *where);

/* The exit status of a shell command: 127 without such a program; or -1 */
int run_command(const char *command);

#endif /* __SELFTESTS_CONTAINER_EXEC_H__ */
