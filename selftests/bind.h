/* SPDX-License-Identifier: GPL-2.0 */
/* bind_ns(2) */
#ifndef __SELFTESTS_CONTAINER_BIND_H__
#define __SELFTESTS_CONTAINER_BIND_H__

#include "actor.h"

#if defined(__has_include)
#if __has_include("linux/container.h")
#include <linux/container.h>
#endif
#endif

#ifndef BIND_NS_ARGS_SIZE_VER0
#define BIND_NS_ARGS_SIZE_VER0 24 /* sizeof first published struct */
struct bind_ns_args {
	__aligned_u64 id;
	__aligned_u64 ns_mask;
	__aligned_u64 flags;
};
#endif

#ifndef __NR_bind_ns
#if defined(__alpha__)
#define __NR_bind_ns 583
#elif defined(__mips__) && defined(__NR_listns)
#define __NR_bind_ns (__NR_listns + 3)
#else
#define __NR_bind_ns 473
#endif
#endif

/* By an actor: 0 or a negative errno */
__s64 actor_bind(struct actor *a, __u64 id, __u64 ns_mask);
__s64 actor_bind_flags(struct actor *a, __u64 id, __u64 ns_mask,
		       __u64 flags);
/* A child of @by that binds itself to a container */
struct actor *spawn_bound(struct actor *by, __u64 id);
/* For start_counting(): bind to the container with that id, then do_count() */
__s64 do_bind_and_count(struct actor *a);

#endif /* __SELFTESTS_CONTAINER_BIND_H__ */
