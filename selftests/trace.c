// SPDX-License-Identifier: GPL-2.0
/* Actors that are held, see trace.h */

#include <sys/ptrace.h>

#include "reap.h"
#include "trace.h"

static __s64 do_hold(struct actor *a)
{
	return result(ptrace(PTRACE_SEIZE, (pid_t)a->arg[0], 0,
			     PTRACE_O_TRACEEXIT));
}

__s64 actor_hold(struct actor *by, struct actor *a)
{
	return actor_call(by, do_hold, a->tid, 0, 0, 0);
}

static __s64 do_wait_held(struct actor *a)
{
	__s64 status = do_waitpid(a);

	if (status < 0)
		return status;
	return status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8) ? 0 : -ECHILD;
}

__s64 actor_wait_held(struct actor *by, struct actor *a)
{
	return actor_call(by, do_wait_held, a->tid, 0, 0, 0);
}

static __s64 do_release(struct actor *a)
{
	return result(ptrace(PTRACE_DETACH, (pid_t)a->arg[0], 0, 0));
}

__s64 actor_release(struct actor *by, struct actor *a)
{
	return actor_call(by, do_release, a->tid, 0, 0, 0);
}

static __s64 do_clone_parent(struct actor *a)
{
	struct clone_args args = { .flags = CLONE_PARENT | a->arg[0] };
	pid_t pid = syscall(__NR_clone3, &args, sizeof(args));

	if (pid == 0)
		for (;;)
			pause();
	return result(pid);
}

__s64 actor_clone_parent(struct actor *a, __u64 flags)
{
	return actor_call(a, do_clone_parent, flags, 0, 0, 0);
}
