/* SPDX-License-Identifier: GPL-2.0 */
/* container.events, and files like it */
#ifndef __SELFTESTS_CONTAINER_EVENTS_H__
#define __SELFTESTS_CONTAINER_EVENTS_H__

#include "actor.h"

/*
 * Wait until there is such a line in a file like events, asking poll() when to
 * look again. 0 or a negative errno; -ETIMEDOUT is always an error.
 */
int wait_events(const char *path, const char *line);
int wait_child_events(const char *name, const char *line);
/* Wait until a container is gone, by a descriptor of its events. */
int wait_end(int events);

#endif /* __SELFTESTS_CONTAINER_EVENTS_H__ */
