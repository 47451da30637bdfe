/* SPDX-License-Identifier: GPL-2.0 */
/* Credentials of actors */
#ifndef __SELFTESTS_CONTAINER_CRED_H__
#define __SELFTESTS_CONTAINER_CRED_H__

#include "actor.h"

/* The result or a negative errno */
__s64 actor_setuid(struct actor *a, uid_t uid);
__s64 actor_drop_caps(struct actor *a);
/* Have no other capabilities than those of a mask. */
__s64 actor_keep_caps(struct actor *a, __u64 caps);

/* A child of the main process with another uid */
struct actor *spawn_user(uid_t uid);

#endif /* __SELFTESTS_CONTAINER_CRED_H__ */
