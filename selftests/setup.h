/* SPDX-License-Identifier: GPL-2.0 */
/* The end of the set-up of a container */
#ifndef __SELFTESTS_CONTAINER_SETUP_H__
#define __SELFTESTS_CONTAINER_SETUP_H__

#include "container_test.h"

/*
 * A container that comes with namespaces is being set up until one of its
 * members executes a program. Until then further namespaces of members are its
 * own, and make no container in it. This has a child execute a program that
 * exits at once; 0 or a negative errno.
 */
int end_setup(void);

/* The id of the caller's container, or -errno; also without a world */
__s64 own_container_id(void);
/* The number in a file, which is relative to @dir, or -errno */
__s64 container_id_at(int dir, const char *path);

#endif /* __SELFTESTS_CONTAINER_SETUP_H__ */
