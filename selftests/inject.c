// SPDX-License-Identifier: GPL-2.0
/* System calls that a tracer has another process make */

#include <sys/prctl.h>
#include <sys/ptrace.h>

#include "inject.h"

#ifndef PTRACE_GET_SYSCALL_INFO
#define PTRACE_GET_SYSCALL_INFO 0x420e
#endif
#ifndef PTRACE_SET_SYSCALL_INFO
#define PTRACE_SET_SYSCALL_INFO 0x4212
#endif

/* The next system call of a traced process is another one than it wanted. */
__s64 inject(pid_t pid, __u64 nr, __u64 arg0, __u64 arg1)
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

int trace(struct actor *a, struct traced *t)
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

void untrace(struct traced *t)
{
	kill(t->pid, SIGKILL);
	waitpid(t->pid, NULL, 0);
}
