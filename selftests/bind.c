// SPDX-License-Identifier: GPL-2.0
/* bind_ns(2), see bind.h */

#include "bind.h"
#include "rest.h"

static __s64 do_bind(struct actor *a)
{
	struct bind_ns_args args = {
		.id = a->arg[0],
		.ns_mask = a->arg[1],
		.flags = a->arg[2],
	};

	return result(syscall(__NR_bind_ns, &args, sizeof(args)));
}

__s64 actor_bind_flags(struct actor *a, __u64 id, __u64 ns_mask,
		       __u64 flags)
{
	return actor_call(a, do_bind, id, ns_mask, flags, 0);
}

__s64 actor_bind(struct actor *a, __u64 id, __u64 ns_mask)
{
	return actor_bind_flags(a, id, ns_mask, 0);
}

struct actor *spawn_bound(struct actor *by, __u64 id)
{
	struct actor *a = spawn(by);

	return a ? exit_on_error(a, actor_bind(a, id, 0)) : NULL;
}

__s64 do_bind_and_count(struct actor *a)
{
	struct bind_ns_args args = { .id = a->arg[2] };

	if (syscall(__NR_bind_ns, &args, sizeof(args)) < 0)
		return -errno;
	return do_count(a);
}
