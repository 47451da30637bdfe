/* SPDX-License-Identifier: GPL-2.0 */
/* Namespaces: how actors make and join them, and which they have */
#ifndef __SELFTESTS_CONTAINER_NS_H__
#define __SELFTESTS_CONTAINER_NS_H__

#include "actor.h"

/* In the order of the columns of /proc/containers */
#define NR_NS 8
struct ns_kind {
	const char *name;	/* in /proc/<pid>/ns/ and in the files */
	__u64 flag;
};

extern const struct ns_kind ns_kinds[NR_NS];

/* System calls made by an actor: the result or a negative errno */
__s64 actor_unshare(struct actor *a, __u64 flags);
/* the same, but a container that begins is still being set up; the end of that */
__s64 actor_unshare_in_setup(struct actor *a, __u64 flags);
__s64 actor_end_setup(struct actor *a);
__s64 actor_setns(struct actor *a, int fd, int nstype);
__s64 actor_setns_of(struct actor *a, struct actor *target, const char *ns);
/* Become root of a new user namespace, made together with @flags. */
__s64 actor_userns(struct actor *a, __u64 flags);
/* Mount a /proc of its own over /proc; it must have a mount namespace. */
__s64 actor_mount_proc(struct actor *a);

/* fork(), then unshare(@flags) in the child: one in a container of its own */
struct actor *spawn_unshared(struct actor *by, __u64 flags);
/*
 * Containers below each other down to where it goes no further: how many, or a
 * negative errno. @level[0] is the main process, the others are their inits.
 */
int spawn_levels(struct actor *level[MAX_LEVELS + 1]);
/* A clock of its own for its children; -EOPNOTSUPP without time namespaces */
__s64 actor_new_clock(struct actor *a);
/* spawn_user(UID_USER), then root of a user namespace, made with @flags */
struct actor *spawn_owner(__u64 flags);

/* The namespace id as NS_GET_ID tells it, 0 if there is none, or -errno */
__s64 ns_id(struct actor *viewer, struct actor *a, const char *ns);

#endif /* __SELFTESTS_CONTAINER_NS_H__ */
