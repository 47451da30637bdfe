// SPDX-License-Identifier: GPL-2.0
/* Actors, see actor.h */

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include "actor.h"
#include "reap.h"
#include "setup.h"

#ifndef __NR_pidfd_open
#define __NR_pidfd_open 434
#endif

#define ACTOR_STACK (256 * 1024)

/*
 * The lifeline is a pipe of which only the main process holds the write end:
 * actors end when it does, whatever killed it.
 */
static struct stage {
	int lifeline[2];
	int proc;
	struct actor actor[MAX_ACTORS];
} *stage;

struct actor *main_actor;

static void signal_event(int fd)
{
	__u64 n = 1;

	if (write(fd, &n, sizeof(n)) != sizeof(n))
		_exit(2);
}

static void take_event(int fd)
{
	__u64 n;

	if (read(fd, &n, sizeof(n)) != sizeof(n))
		_exit(2);
}

/* Whatever /proc the actor itself has: these are the main process's numbers. */
static void find_own_pid(struct actor *a)
{
	char link[64] = "";

	if (readlinkat(stage->proc, "thread-self", link, sizeof(link) - 1) < 0)
		_exit(2);
	if (sscanf(link, "%d/task/%d", &a->pid, &a->tid) != 2)
		_exit(2);
}

int main_proc(void)
{
	return stage->proc;
}

__s64 own_container(void)
{
	return container_id_at(stage->proc, "self/container/id");
}

/* A process began with namespaces of its own, or in those its parent made. */
static void begin(struct actor *a)
{
	if (a->is_thread)
		return;
	if (a->ends_setup ||
	    (a->came_from && own_container() != a->came_from))
		if (end_setup())
			_exit(2);
}

static int actor_main(void *arg)
{
	struct actor *a = arg;
	struct pollfd fds[2] = {
		{ .fd = a->request, .events = POLLIN },
		{ .fd = stage->lifeline[0] },
	};

	/* Those started by an actor never had it. */
	if (a->parent == main_actor && !a->is_thread)
		close(stage->lifeline[1]);
	find_own_pid(a);
	begin(a);
	signal_event(a->reply);

	for (;;) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents)
			_exit(1);
		if (!(fds[0].revents & POLLIN))
			continue;
		take_event(a->request);
		a->ret = a->fn(a);
		signal_event(a->reply);
	}
	return 0;
}

static void *thread_main(void *arg)
{
	actor_main(arg);
	return NULL;
}

int actors_create(void)
{
	int i;

	stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED) {
		stage = NULL;
		return -errno;
	}
	stage->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (stage->proc < 0 || pipe2(stage->lifeline, O_CLOEXEC) < 0)
		return -errno;
	for (i = 0; i < MAX_ACTORS; i++) {
		struct actor *a = &stage->actor[i];

		a->pidfd = -1;
		a->request = eventfd(0, EFD_CLOEXEC);
		a->reply = eventfd(0, EFD_CLOEXEC);
		if (a->request < 0 || a->reply < 0)
			return -errno;
	}
	main_actor = &stage->actor[0];
	find_own_pid(main_actor);
	return 0;
}

void actors_destroy(void)
{
	int i;

	for (i = 1; i < MAX_ACTORS; i++) {
		struct actor *a = &stage->actor[i];

		if (a->pidfd >= 0 && !a->is_thread)
			syscall(__NR_pidfd_send_signal, a->pidfd, SIGKILL,
				NULL, 0);
	}
	close(stage->lifeline[1]);
}

void actors_forsake(void)
{
	close(stage->lifeline[1]);
}

static int wait_reply(struct actor *a)
{
	struct pollfd fds[2] = {
		{ .fd = a->reply, .events = POLLIN },
		{ .fd = a->pidfd, .events = POLLIN },
	};

	for (;;) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents & POLLIN) {
			take_event(a->reply);
			return 0;
		}
		if (fds[1].revents)
			return -EOWNERDEAD;
	}
}

void actor_post(struct actor *a, actor_fn fn, __s64 a0, __s64 a1,
		__s64 a2, __s64 a3)
{
	a->fn = fn;
	a->arg[0] = a0;
	a->arg[1] = a1;
	a->arg[2] = a2;
	a->arg[3] = a3;
	if (a != main_actor)
		signal_event(a->request);
}

__s64 actor_collect(struct actor *a)
{
	int err;

	if (a == main_actor)
		return a->fn(a);
	err = wait_reply(a);
	return err ?: a->ret;
}

__s64 actor_call(struct actor *a, actor_fn fn, __s64 a0, __s64 a1,
		 __s64 a2, __s64 a3)
{
	actor_post(a, fn, a0, a1, a2, a3);
	return actor_collect(a);
}

static __s64 do_spawn(struct actor *a)
{
	struct actor *child = &stage->actor[a->arg[0]];
	__u64 flags = a->arg[2];
	struct clone_args args = {
		.flags = flags,
		.exit_signal = SIGCHLD,
	};
	bool keep_setup = a->arg[3];
	pthread_attr_t attr;
	pthread_t thread;
	char *stack;
	long pid;
	int err;

	child->setting_up = false;
	child->ends_setup = !keep_setup && a->setting_up;
	child->came_from = !keep_setup && (flags & CLONE_NSPROXY) ?
			   own_container() : 0;
	switch ((enum spawn_how)a->arg[1]) {
	case SPAWN_FORK:
		pid = fork();
		if (pid == 0)
			actor_main(child);
		break;
	case SPAWN_CLONE:
		stack = malloc(ACTOR_STACK);
		if (!stack)
			return -ENOMEM;
		pid = clone(actor_main, stack + ACTOR_STACK, flags | SIGCHLD,
			    child);
		break;
	case SPAWN_CLONE3:
		pid = syscall(__NR_clone3, &args, sizeof(args));
		if (pid == 0)
			actor_main(child);
		break;
	case SPAWN_PTHREAD:
		pthread_attr_init(&attr);
		pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
		pthread_attr_setstacksize(&attr, ACTOR_STACK);
		err = pthread_create(&thread, &attr, thread_main, child);
		return -err;
	case SPAWN_CLONE_THREAD:
		stack = malloc(ACTOR_STACK);
		if (!stack)
			return -ENOMEM;
		pid = clone(actor_main, stack + ACTOR_STACK,
			    flags | CLONE_VM | CLONE_FILES | CLONE_SIGHAND |
			    CLONE_THREAD | CLONE_SYSVSEM, child);
		break;
	default:
		return -EINVAL;
	}
	if (pid < 0)
		return -errno;
	child->local_pid = pid;
	a->setting_up = false;
	return 0;
}

/* Never used, or of one that is gone and that no child of it refers to */
static struct actor *free_slot(void)
{
	int i, j;

	for (i = 1; i < MAX_ACTORS; i++) {
		struct actor *a = &stage->actor[i];

		if (!a->parent)
			return a;
		if (!a->reaped)
			continue;
		for (j = 1; j < MAX_ACTORS; j++)
			if (stage->actor[j].parent == a)
				break;
		if (j == MAX_ACTORS)
			return a;
	}
	return NULL;
}

static struct actor *do_spawn_how(struct actor *by, enum spawn_how how,
				  __u64 flags, bool keep_setup)
{
	struct actor *a = free_slot();
	__s64 ret;

	if (!a) {
		errno = EAGAIN;
		return NULL;
	}
	a->parent = by;
	a->reaped = false;
	a->is_thread = how == SPAWN_PTHREAD || how == SPAWN_CLONE_THREAD;
	ret = actor_call(by, do_spawn, a - stage->actor, how, flags,
			 keep_setup);
	if (ret < 0) {
		a->parent = NULL;
		errno = -ret;
		return NULL;
	}
	wait_reply(a);
	a->pidfd = syscall(__NR_pidfd_open, a->pid, 0);
	if (a->pidfd < 0)
		return NULL;
	fcntl(a->pidfd, F_SETFD, FD_CLOEXEC);
	return a;
}

struct actor *spawn_how(struct actor *by, enum spawn_how how, __u64 flags)
{
	return do_spawn_how(by, how, flags, false);
}

struct actor *spawn_in_setup(struct actor *by, enum spawn_how how, __u64 flags)
{
	return do_spawn_how(by, how, flags, true);
}

struct actor *spawn(struct actor *by)
{
	return spawn_how(by, SPAWN_FORK, 0);
}

struct actor *spawn_thread(struct actor *by)
{
	return spawn_how(by, SPAWN_PTHREAD, 0);
}

struct actor *exit_on_error(struct actor *a, __s64 ret)
{
	if (ret >= 0)
		return a;
	actor_exit(a, 0);
	errno = -ret;
	return NULL;
}
