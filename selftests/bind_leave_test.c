// SPDX-License-Identifier: GPL-2.0
/* bind_ns(2) leads out of no container. */

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

#ifndef PTRACE_GET_SYSCALL_INFO
#define PTRACE_GET_SYSCALL_INFO 0x420e
#endif
#ifndef PTRACE_SET_SYSCALL_INFO
#define PTRACE_SET_SYSCALL_INFO 0x4212
#endif

/* / (the world) has /unnamed1 with init a, and /unnamed2 with init b. */
FIXTURE(leave) {
	struct actor *a, *b;
	__s64 world_id, a_id, b_id;
};

FIXTURE_WORLD(leave)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	self->b = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	ASSERT_NE(NULL, self->b);
	self->world_id = container_id(main_actor, main_actor);
	self->a_id = container_id(main_actor, self->a);
	self->b_id = container_id(main_actor, self->b);
}

TEST_F(leave, bind_to_the_parent_is_enoent)
{
	EXPECT_EQ(-ENOENT, actor_bind(self->a, self->world_id, 0));
	EXPECT_EQ(-ENOENT, actor_bind(self->a, self->world_id, CLONE_NEWUTS));
	EXPECT_EQ(self->a_id, container_id(main_actor, self->a));
}

TEST_F(leave, bind_to_a_sibling_is_enoent)
{
	EXPECT_EQ(-ENOENT, actor_bind(self->a, self->b_id, 0));
	EXPECT_EQ(self->a_id, container_id(main_actor, self->a));
}

TEST_F(leave, bind_to_the_root_is_enoent)
{
	EXPECT_EQ(-ENOENT, actor_bind(self->a, ROOT_CONTAINER_ID, 0));
	EXPECT_EQ(self->a_id, container_id(main_actor, self->a));
}

TEST_F(leave, bind_down_is_for_good)
{
	struct actor *c = spawn(main_actor);

	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, actor_bind(c, self->a_id, 0));
	EXPECT_EQ(-ENOENT, actor_bind(c, self->world_id, 0));
	EXPECT_EQ(-ENOENT, actor_bind(c, self->b_id, 0));
	EXPECT_EQ(self->a_id, container_id(main_actor, c));
}

TEST_F(leave, tracing_one_outside_opens_no_way)
{
	/* a may trace b for all that its pid namespace shows; no more. */
	EXPECT_EQ(-EACCES, actor_open(self->a, O_RDONLY,
				      "/proc/%d/container/id", self->b->pid));
	EXPECT_EQ(-ENOENT, actor_bind(self->a, self->b_id, 0));
}

/* The next system call of a traced process is another one than it wanted. */
static __s64 inject(pid_t pid, __u64 nr, __u64 arg0, __u64 arg1)
{
	struct __ptrace_syscall_info info = {};
	int status;

	do {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) < 0 ||
		    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
		    ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info),
			   &info) < 0)
			return -EIO;
	} while (info.op != PTRACE_SYSCALL_INFO_ENTRY ||
		 info.entry.nr != __NR_getppid);

	info.entry.nr = nr;
	info.entry.args[0] = arg0;
	info.entry.args[1] = arg1;
	if (ptrace(PTRACE_SET_SYSCALL_INFO, pid, sizeof(info), &info) < 0)
		return -EOPNOTSUPP;
	if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) < 0 ||
	    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0 ||
	    info.op != PTRACE_SYSCALL_INFO_EXIT)
		return -EIO;
	return info.exit.rval;
}

/* A process in a's container that the main process traces */
struct traced {
	pid_t pid;
};

static __s64 do_traced(struct actor *a)
{
	pid_t pid = fork();

	(void)a;
	if (pid)
		return result(pid);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	for (;;)
		getppid();
}

static int trace(struct actor *a, struct traced *t)
{
	__s64 pid = actor_call(a, do_traced, 0, 0, 0, 0);
	int status;

	if (pid < 0)
		return pid;
	t->pid = pid;
	if (ptrace(PTRACE_SEIZE, pid, NULL,
		   PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD) < 0 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0 ||
	    waitpid(pid, &status, 0) != pid)
		return -errno;
	return 0;
}

static void untrace(struct traced *t)
{
	kill(t->pid, SIGKILL);
	waitpid(t->pid, NULL, 0);
}

TEST_F(leave, traced_process_cannot_be_bound_to_the_tracers)
{
	struct bind_ns_args *args;
	struct traced t = {};
	__s64 ret;

	/* At the same address in the tracee, as it is forked off */
	args = mmap(NULL, sizeof(*args), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, args);
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	self->a_id = container_id(main_actor, self->a);
	ASSERT_EQ(0, trace(self->a, &t));

	args->id = self->world_id;
	ret = inject(t.pid, __NR_bind_ns, (uintptr_t)args, sizeof(*args));
	if (ret == -EOPNOTSUPP) {
		untrace(&t);
		SKIP(return, "no PTRACE_SET_SYSCALL_INFO");
	}
	EXPECT_EQ(-ENOENT, ret);
	args->id = self->b_id;
	EXPECT_EQ(-ENOENT, inject(t.pid, __NR_bind_ns, (uintptr_t)args,
				  sizeof(*args)));
	/* It does work where it may. */
	args->id = self->a_id;
	EXPECT_EQ(0, inject(t.pid, __NR_bind_ns, (uintptr_t)args,
			    sizeof(*args)));
	EXPECT_EQ(self->a_id, actor_number(main_actor, "/proc/%d/container/id",
					   t.pid));
	untrace(&t);
}

TEST_HARNESS_MAIN
