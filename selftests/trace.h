/* SPDX-License-Identifier: GPL-2.0 */
/* Actors that are held while they exit, and siblings of actors */
#ifndef __SELFTESTS_CONTAINER_TRACE_H__
#define __SELFTESTS_CONTAINER_TRACE_H__

#include "actor.h"

/*
 * Have @by see to it that @a, however it is killed, does not get any further
 * than the very beginning of its exit; wait until it is there; let it go on.
 * Of a thread, only that one.
 */
__s64 actor_hold(struct actor *by, struct actor *a);
__s64 actor_wait_held(struct actor *by, struct actor *a);
__s64 actor_release(struct actor *by, struct actor *a);

/* clone3() with CLONE_PARENT: the pid of a sibling that waits, or -errno */
__s64 actor_clone_parent(struct actor *a, __u64 flags);

#endif /* __SELFTESTS_CONTAINER_TRACE_H__ */
