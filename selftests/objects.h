/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel holds for containers, and what is left behind */
#ifndef __SELFTESTS_CONTAINER_OBJECTS_H__
#define __SELFTESTS_CONTAINER_OBJECTS_H__

#include "proc_view.h"

/* Objects in use in all caches for containers, or -1 */
long container_objects(void);
/* the same, once there are no more than @max or after all that takes time */
long settled_objects(long max);
/* the same, before a test, and whether there are no more after it */
long objects_at_rest(void);
bool objects_are_back(long before);

/* How often the tests make objects: CONTAINER_LOOPS, 100000 for the long run */
int loops(void);
/* Have a child with these namespaces come and go: 0 or a negative errno */
int clone_and_exit(int flags);

/* Reap all children; a process that has exited keeps its container until then. */
void reap_children(void);
/*
 * reap_children(), and ask whether nothing but the world is left: one container with
 * one process, and no more objects than objects_at_rest() said.
 */
bool only_world_is_left(struct table *t, long objects);

#endif /* __SELFTESTS_CONTAINER_OBJECTS_H__ */
