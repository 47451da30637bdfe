// SPDX-License-Identifier: GPL-2.0
/* Helpers for the container tests, see container_test.h */

#include <dirent.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <linux/capability.h>

#include "container_test.h"

#ifndef __NR_pidfd_open
#define __NR_pidfd_open 434
#endif

#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

/* linux/pidfd.h does not go together with fcntl.h: the first version of it */
#define INFO_EXIT 0x8UL
struct exit_info {
	__u64 mask;
	__u64 cgroupid;
	__u32 ids[11];
	__s32 exit_code;
};

#define GET_EXIT_INFO _IOWR(0xFF, 11, struct exit_info)

/* A program that exits at once; a test does so as well, if it is told to. */
#define NOTHING "nothing"
#define EXIT_OPTION "--exit"
#define ACTOR_STACK (256 * 1024)
#define MAX_FORKS 160

const struct ns_kind ns_kinds[NR_NS] = {
	{ "uts", CLONE_NEWUTS },
	{ "ipc", CLONE_NEWIPC },
	{ "mnt", CLONE_NEWNS },
	{ "pid", CLONE_NEWPID },
	{ "net", CLONE_NEWNET },
	{ "cgroup", CLONE_NEWCGROUP },
	{ "time", CLONE_NEWTIME },
	{ "user", CLONE_NEWUSER },
};

/*
 * The lifeline is a pipe of which only the main process holds the write end:
 * actors end when it does, whatever killed it.
 */
struct world {
	int lifeline[2];
	int where[2];
	int proc;
	int forks;
	pid_t fork[MAX_FORKS];
	struct actor actor[MAX_ACTORS];
};

static struct world *world;
struct actor *main_actor;
/* To execute it wherever a process is, and without a way to find it there */
static int nothing = -1;

__attribute__((constructor)) static void before_main(int argc, char **argv)
{
	char path[PATH_MAX + sizeof(NOTHING)] = "", *name;

	if (argc == 2 && !strcmp(argv[1], EXIT_OPTION))
		_exit(0);
	/* It is in the same directory. */
	if (readlink("/proc/self/exe", path, PATH_MAX) > 0) {
		name = strrchr(path, '/');
		memcpy(name ? name + 1 : path, NOTHING, sizeof(NOTHING));
		nothing = open(path, O_PATH | O_CLOEXEC);
	}
	if (nothing < 0)
		nothing = open("/proc/self/exe", O_PATH | O_CLOEXEC);
}

int end_setup(void)
{
	static char * const argv[] = { NOTHING, EXIT_OPTION, NULL };
	static char * const envp[] = { NULL };
	int status;
	pid_t pid;

	pid = vfork();
	if (pid == 0) {
		syscall(__NR_execveat, nothing, "", argv, envp, AT_EMPTY_PATH);
		_exit(1);
	}
	if (pid < 0)
		return -errno;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status ? -ENOEXEC : 0;
}

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

	if (readlinkat(world->proc, "thread-self", link, sizeof(link) - 1) < 0)
		_exit(2);
	if (sscanf(link, "%d/task/%d", &a->pid, &a->tid) != 2)
		_exit(2);
}

static __s64 read_id(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	char text[24] = "";
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n > 0 ? strtoll(text, NULL, 10) : -EIO;
}

__s64 own_container_id(void)
{
	return read_id(AT_FDCWD, "/proc/self/container/id");
}

/* By the main process's /proc, whatever the caller has mounted */
static __s64 own_container(void)
{
	return read_id(world->proc, "self/container/id");
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
		{ .fd = world->lifeline[0] },
	};

	/* Those started by an actor never had it. */
	if (a->parent == main_actor && !a->is_thread)
		close(world->lifeline[1]);
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

int world_proc(void)
{
	return world->proc;
}

int world_create(void)
{
	int i, err;

	if (access("/proc/self/container/id", F_OK) < 0)
		return -errno;

	world = mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (world == MAP_FAILED) {
		world = NULL;
		return -errno;
	}

	world->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (world->proc < 0 || pipe2(world->lifeline, O_CLOEXEC) < 0 ||
	    pipe(world->where) < 0)
		return -errno;
	for (i = 0; i < MAX_ACTORS; i++) {
		struct actor *a = &world->actor[i];

		a->pidfd = -1;
		a->request = eventfd(0, EFD_CLOEXEC);
		a->reply = eventfd(0, EFD_CLOEXEC);
		if (a->request < 0 || a->reply < 0)
			return -errno;
	}
	main_actor = &world->actor[0];
	find_own_pid(main_actor);

	/* Orphans are to be reaped here. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return -errno;
	if (unshare(CLONE_NEWUTS | CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	err = mount_world();
	if (err) {
		/* Not a reason to skip the test, whatever it is */
		ksft_print_msg("mounting containerfs: %s\n", strerror(-err));
		return -EIO;
	}
	return end_setup();
}

void world_destroy(void)
{
	int i;

	if (!world || world == MAP_FAILED || !main_actor)
		return;
	for (i = 1; i < MAX_ACTORS; i++) {
		struct actor *a = &world->actor[i];

		if (a->pidfd >= 0 && !a->is_thread)
			syscall(__NR_pidfd_send_signal, a->pidfd, SIGKILL,
				NULL, 0);
	}
	for (i = 0; i < world->forks; i++)
		kill(world->fork[i], SIGKILL);
	close(world->lifeline[1]);
	while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR)
		;
}

pid_t world_fork(void)
{
	pid_t pid;

	if (world->forks == MAX_FORKS) {
		errno = EAGAIN;
		return -1;
	}
	pid = fork();
	if (pid == 0)
		close(world->lifeline[1]);
	else if (pid > 0)
		world->fork[world->forks++] = pid;
	return pid;
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
	struct actor *child = &world->actor[a->arg[0]];
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
		struct actor *a = &world->actor[i];

		if (!a->parent)
			return a;
		if (!a->reaped)
			continue;
		for (j = 1; j < MAX_ACTORS; j++)
			if (world->actor[j].parent == a)
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
	ret = actor_call(by, do_spawn, a - world->actor, how, flags,
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

struct actor *spawn_unshared(struct actor *by, __u64 flags)
{
	struct actor *a = spawn(by);

	return a ? exit_on_error(a, actor_unshare(a, flags)) : NULL;
}

struct actor *spawn_user(uid_t uid)
{
	struct actor *a = spawn(main_actor);

	return a ? exit_on_error(a, actor_setuid(a, uid)) : NULL;
}

struct actor *spawn_owner(__u64 flags)
{
	struct actor *a = spawn_user(UID_USER);

	return a ? exit_on_error(a, actor_userns(a, flags)) : NULL;
}

/* The slot can be used again. */
static void forget(struct actor *a)
{
	int fds[] = { a->request, a->reply };
	__u64 n;
	int i;

	if (a->pidfd >= 0)
		close(a->pidfd);
	a->pidfd = -1;
	a->reaped = true;
	/* Leave nothing behind for the next one. */
	for (i = 0; i < 2; i++) {
		fcntl(fds[i], F_SETFL, O_NONBLOCK);
		if (read(fds[i], &n, sizeof(n)) < 0)
			n = 0;
		fcntl(fds[i], F_SETFL, 0);
	}
}

__s64 do_waitpid(struct actor *a)
{
	int status;

	if (waitpid(a->arg[0], &status, __WALL) < 0)
		return -errno;
	return status;
}

static int wait_dead(struct actor *a)
{
	struct pollfd fd = { .fd = a->pidfd, .events = POLLIN };

	while (poll(&fd, 1, -1) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

static bool is_dead(struct actor *a)
{
	struct pollfd fd = { .fd = a->pidfd, .events = POLLIN };

	return a->reaped || poll(&fd, 1, 0) > 0;
}

/*
 * The wait status of a process that the kernel has reaped, as it does with
 * orphans that a container's init has not asked for
 */
static int status_of_reaped(struct actor *a)
{
	struct pollfd fd = { .fd = a->pidfd, .events = POLLIN };
	struct exit_info info = { .mask = INFO_EXIT };
	int i;

	/* It has exited; once it is reaped, there is POLLHUP. */
	for (i = 0; i < 30000; i++) {
		if (poll(&fd, 1, -1) < 0 && errno != EINTR)
			return -errno;
		if (fd.revents & POLLHUP)
			break;
		usleep(1000);
	}
	if (!(fd.revents & POLLHUP))
		return -ECHILD;
	if (ioctl(a->pidfd, GET_EXIT_INFO, &info) < 0)
		return -errno;
	return info.mask & INFO_EXIT ? info.exit_code : -ECHILD;
}

int actor_reap(struct actor *a)
{
	struct actor *parent;
	int ret;

	/* It is processes that are reaped. */
	while (a->is_thread)
		a = a->parent;
	parent = a->parent;
	while (parent->is_thread)
		parent = parent->parent;
	ret = wait_dead(a);
	if (ret < 0)
		return ret;
	if (parent == main_actor)
		ret = actor_call(parent, do_waitpid, a->pid, 0, 0, 0);
	else if (!is_dead(parent))
		ret = actor_call(parent, do_waitpid, a->local_pid, 0, 0, 0);
	else
		ret = actor_call(main_actor, do_waitpid, a->pid, 0, 0, 0);
	if (ret == -ECHILD)
		ret = status_of_reaped(a);
	forget(a);
	return ret;
}

static __s64 do_exit(struct actor *a)
{
	_exit(a->arg[0]);
}

int actor_exit_zombie(struct actor *a)
{
	actor_post(a, do_exit, 0, 0, 0, 0);
	return wait_dead(a);
}

int actor_exit(struct actor *a, int code)
{
	actor_post(a, do_exit, code, 0, 0, 0);
	return actor_reap(a);
}

int actor_kill(struct actor *a, int sig)
{
	if (syscall(__NR_pidfd_send_signal, a->pidfd, sig, NULL, 0) < 0)
		return -errno;
	return actor_reap(a);
}

int wait_gone(const char *path)
{
	int i;

	for (i = 0; i < 10000; i++) {
		if (access(path, F_OK) < 0 && (errno == ENOENT ||
					       errno == ESRCH))
			return 0;
		usleep(1000);
	}
	return -ETIMEDOUT;
}

/* As gone as a leader can be before the last of its threads is. */
static int wait_zombie_leader(const char *dir)
{
	char path[128], text[512], *state;
	ssize_t n;
	int i, fd;

	snprintf(path, sizeof(path), "%s/stat", dir);
	for (i = 0; i < 10000; i++) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
		if (n <= 0)
			return -ESRCH;
		text[n] = '\0';
		state = strrchr(text, ')');
		if (state && state[1] && state[2] == 'Z')
			return 0;
		usleep(1000);
	}
	return -ETIMEDOUT;
}

static __s64 do_exit_thread(struct actor *a)
{
	(void)a;
	syscall(__NR_exit, 0);
	__builtin_unreachable();
}

int actor_exit_thread(struct actor *a)
{
	char dir[64];

	snprintf(dir, sizeof(dir), "/proc/%d/task/%d", a->pid, a->tid);
	actor_post(a, do_exit_thread, 0, 0, 0, 0);
	if (a->pid == a->tid)
		return wait_zombie_leader(dir);
	return wait_gone(dir);
}

/*
 * The caller has made namespaces, and may be in a new container now. A child
 * that is to be pid 1, or for which init moves, must not be one that exits at
 * once: there it is left to the first child that is an actor.
 */
static __s64 end_setup_of_new(struct actor *a, __s64 before)
{
	if (own_container() == before)
		return 0;
	if (a->arg[0] & (CLONE_NEWPID | CLONE_NEWTIME)) {
		a->setting_up = true;
		return 0;
	}
	return end_setup();
}

static __s64 do_unshare(struct actor *a)
{
	__s64 before = own_container();

	if (unshare(a->arg[0]) < 0)
		return -errno;
	return a->arg[1] ? 0 : end_setup_of_new(a, before);
}

__s64 actor_unshare(struct actor *a, __u64 flags)
{
	return actor_call(a, do_unshare, flags, false, 0, 0);
}

__s64 actor_unshare_in_setup(struct actor *a, __u64 flags)
{
	return actor_call(a, do_unshare, flags, true, 0, 0);
}

static __s64 do_end_setup(struct actor *a)
{
	(void)a;
	return end_setup();
}

__s64 actor_end_setup(struct actor *a)
{
	return actor_call(a, do_end_setup, 0, 0, 0, 0);
}

static __s64 do_setns(struct actor *a)
{
	return result(setns(a->arg[0], a->arg[1]));
}

__s64 actor_setns(struct actor *a, int fd, int nstype)
{
	return actor_call(a, do_setns, fd, nstype, 0, 0);
}

static __s64 do_setns_path(struct actor *a)
{
	int fd = openat(world->proc, a->str[0], O_RDONLY | O_CLOEXEC);
	__s64 ret;

	if (fd < 0)
		return -errno;
	ret = result(setns(fd, 0));
	close(fd);
	return ret;
}

__s64 actor_setns_of(struct actor *a, struct actor *target, const char *ns)
{
	snprintf(a->str[0], ACTOR_STR, "%d/ns/%s", target->pid, ns);
	return actor_call(a, do_setns_path, 0, 0, 0, 0);
}

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

static __s64 do_openat(struct actor *a)
{
	return result(openat(a->arg[0], a->str[0], a->arg[1] | O_CLOEXEC));
}

__s64 actor_open(struct actor *a, int flags, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->str[0], ACTOR_STR, fmt, ap);
	va_end(ap);
	return actor_call(a, do_openat, AT_FDCWD, flags, 0, 0);
}

__s64 actor_openat(struct actor *a, int fd, int flags, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->str[0], ACTOR_STR, fmt, ap);
	va_end(ap);
	return actor_call(a, do_openat, fd, flags, 0, 0);
}

static __s64 do_close(struct actor *a)
{
	return result(close(a->arg[0]));
}

__s64 actor_close(struct actor *a, int fd)
{
	return actor_call(a, do_close, fd, 0, 0, 0);
}

static __s64 do_rename(struct actor *a)
{
	return result(renameat2(AT_FDCWD, a->str[0], AT_FDCWD, a->str[1],
				a->arg[0]));
}

__s64 actor_rename(struct actor *a, const char *from, const char *to,
		   unsigned int flags)
{
	snprintf(a->str[0], ACTOR_STR, "%s", from);
	snprintf(a->str[1], ACTOR_STR, "%s", to);
	return actor_call(a, do_rename, flags, 0, 0, 0);
}

static __s64 do_setuid(struct actor *a)
{
	uid_t uid = a->arg[0];

	if (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 ||
	    setresuid(uid, uid, uid) < 0)
		return -errno;
	/* Or its files in /proc would not be its own. */
	return result(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

__s64 actor_setuid(struct actor *a, uid_t uid)
{
	return actor_call(a, do_setuid, uid, 0, 0, 0);
}

static __s64 do_keep_caps(struct actor *a)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {};
	__u64 caps = a->arg[0];
	int i;

	for (i = 0; i < 2; i++) {
		data[i].permitted = caps >> (32 * i);
		data[i].effective = caps >> (32 * i);
	}
	return result(syscall(__NR_capset, &header, data));
}

__s64 actor_keep_caps(struct actor *a, __u64 caps)
{
	return actor_call(a, do_keep_caps, caps, 0, 0, 0);
}

__s64 actor_drop_caps(struct actor *a)
{
	return actor_keep_caps(a, 0);
}

int put_text(const char *path, const char *text)
{
	ssize_t len = strlen(text), n;
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	n = write(fd, text, len);
	if (n != len)
		n = n < 0 ? -errno : -EIO;
	close(fd);
	return n < 0 ? n : 0;
}

static __s64 do_userns(struct actor *a)
{
	unsigned int uid = geteuid(), gid = getegid();
	__s64 before = own_container();
	char map[64];
	int err;

	if (unshare(CLONE_NEWUSER | a->arg[0]) < 0)
		return -errno;
	err = put_text("/proc/thread-self/setgroups", "deny");
	if (err)
		return err;
	snprintf(map, sizeof(map), "0 %u 1", uid);
	err = put_text("/proc/thread-self/uid_map", map);
	if (err)
		return err;
	snprintf(map, sizeof(map), "0 %u 1", gid);
	err = put_text("/proc/thread-self/gid_map", map);
	return err ?: end_setup_of_new(a, before);
}

__s64 actor_userns(struct actor *a, __u64 flags)
{
	return actor_call(a, do_userns, flags, 0, 0, 0);
}

static __s64 do_mount_proc(struct actor *a)
{
	(void)a;
	/* for itself only */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	return result(mount("proc", "/proc", "proc", 0, NULL));
}

__s64 actor_mount_proc(struct actor *a)
{
	return actor_call(a, do_mount_proc, 0, 0, 0, 0);
}

static __s64 do_write(struct actor *a)
{
	return put_text(a->str[0], a->str[1]);
}

__s64 actor_write(struct actor *a, const char *text, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->str[0], ACTOR_STR, fmt, ap);
	va_end(ap);
	snprintf(a->str[1], ACTOR_STR, "%s", text);
	return actor_call(a, do_write, 0, 0, 0, 0);
}

static __s64 do_send_fd(struct actor *a)
{
	int fd = a->arg[1];
	union {
		char buf[CMSG_SPACE(sizeof(fd))];
		struct cmsghdr align;
	} control = {};
	char data = '.';
	struct iovec io = { .iov_base = &data, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &io,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	return result(sendmsg(a->arg[0], &msg, 0)) == 1 ? 0 : -EIO;
}

__s64 actor_send_fd(struct actor *a, int sock, int fd)
{
	return actor_call(a, do_send_fd, sock, fd, 0, 0);
}

static __s64 do_recv_fd(struct actor *a)
{
	int fd;
	union {
		char buf[CMSG_SPACE(sizeof(fd))];
		struct cmsghdr align;
	} control = {};
	char data;
	struct iovec io = { .iov_base = &data, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &io,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *cmsg;

	if (recvmsg(a->arg[0], &msg, MSG_CMSG_CLOEXEC) < 0)
		return -errno;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (!cmsg || cmsg->cmsg_len != CMSG_LEN(sizeof(fd)))
		return -EIO;
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

__s64 actor_recv_fd(struct actor *a, int sock)
{
	return actor_call(a, do_recv_fd, sock, 0, 0, 0);
}

__s64 pass_fd(const int sock[2], struct actor *from, struct actor *to, int fd)
{
	__s64 err = actor_send_fd(from, sock[0], fd);

	return err ?: actor_recv_fd(to, sock[1]);
}

static __s64 do_exec_where(struct actor *a)
{
	char fd[16];

	(void)a;
	snprintf(fd, sizeof(fd), "%d", world->where[1]);
	execl("/proc/self/exe", "container_test", WHERE_OPTION, fd, NULL);
	return -errno;
}

int actor_exec_where(struct actor *a, struct where *where)
{
	struct pollfd fds[2] = {
		{ .fd = world->where[0], .events = POLLIN },
		{ .fd = a->pidfd, .events = POLLIN },
	};

	actor_post(a, do_exec_where, 0, 0, 0, 0);
	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return -errno;
	if (!(fds[0].revents & POLLIN))
		return -EOWNERDEAD;
	if (read(world->where[0], where, sizeof(*where)) != sizeof(*where))
		return -EIO;
	return actor_reap(a);
}

int tell_where(int fd)
{
	struct where where = { .container = own_container_id() };
	__u64 id = 0;
	int file;

	if (where.container < 0)
		return 1;
	file = open("/proc/self/ns/time", O_RDONLY);
	if (file >= 0) {
		if (ioctl(file, NS_GET_ID, &id) < 0)
			return 1;
		close(file);
	}
	where.time_ns = id;
	return write(fd, &where, sizeof(where)) != sizeof(where);
}

static __s64 read_all(struct actor *a, int fd)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = read(fd, a->buf + len, ACTOR_BUF - 1 - len);
		if (n < 0)
			return -errno;
		len += n;
	} while (n);
	a->buf[len] = '\0';
	return len;
}

static __s64 do_read_fd(struct actor *a)
{
	if (lseek(a->arg[0], 0, SEEK_SET) < 0)
		return -errno;
	return read_all(a, a->arg[0]);
}

__s64 actor_read_fd(struct actor *a, int fd)
{
	return actor_call(a, do_read_fd, fd, 0, 0, 0);
}

static __s64 do_read(struct actor *a)
{
	__s64 ret;
	int fd;

	fd = open(a->str[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = read_all(a, fd);
	close(fd);
	return ret;
}

static __s64 vread(struct actor *a, const char *fmt, va_list ap)
{
	vsnprintf(a->str[0], ACTOR_STR, fmt, ap);
	return actor_call(a, do_read, 0, 0, 0, 0);
}

__s64 actor_read(struct actor *a, const char *fmt, ...)
{
	__s64 ret;
	va_list ap;

	va_start(ap, fmt);
	ret = vread(a, fmt, ap);
	va_end(ap);
	return ret;
}

static __s64 list_dir(struct actor *a, int fd)
{
	struct dirent *entry;
	size_t len = 0;
	DIR *dir;
	int n = 0;

	dir = fdopendir(fd);
	if (!dir)
		return -errno;
	rewinddir(dir);
	a->buf[0] = '\0';
	for (;;) {
		errno = 0;
		entry = readdir(dir);
		if (!entry)
			break;
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		len += snprintf(a->buf + len, ACTOR_BUF - len, "%s\n",
				entry->d_name);
		n++;
	}
	if (errno)
		n = -errno;
	closedir(dir);
	return n;
}

static __s64 do_list_fd(struct actor *a)
{
	int fd = dup(a->arg[0]);

	return fd < 0 ? -errno : list_dir(a, fd);
}

__s64 actor_list_fd(struct actor *a, int fd)
{
	return actor_call(a, do_list_fd, fd, 0, 0, 0);
}

static __s64 do_list(struct actor *a)
{
	int fd = open(a->str[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : list_dir(a, fd);
}

__s64 actor_list(struct actor *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->str[0], ACTOR_STR, fmt, ap);
	va_end(ap);
	return actor_call(a, do_list, 0, 0, 0, 0);
}

static const char *value(struct actor *a, __s64 ret)
{
	if (ret < 0)
		snprintf(a->buf, ACTOR_BUF, "errno %d", (int)-ret);
	else if (ret > 0 && a->buf[ret - 1] == '\n')
		a->buf[ret - 1] = '\0';
	return a->buf;
}

const char *actor_value(struct actor *a, const char *fmt, ...)
{
	__s64 ret;
	va_list ap;

	va_start(ap, fmt);
	ret = vread(a, fmt, ap);
	va_end(ap);
	return value(a, ret);
}

static __s64 number(struct actor *a, __s64 ret)
{
	char *end;

	if (ret < 0)
		return ret;
	errno = 0;
	ret = strtoll(a->buf, &end, 10);
	if (errno || end == a->buf || strcmp(end, "\n"))
		return -EBADMSG;
	return ret;
}

__s64 actor_number(struct actor *a, const char *fmt, ...)
{
	__s64 ret;
	va_list ap;

	va_start(ap, fmt);
	ret = vread(a, fmt, ap);
	va_end(ap);
	return number(a, ret);
}

bool actor_has_line(struct actor *a, const char *line)
{
	size_t len = strlen(line);
	const char *p = a->buf;

	while (p && *p) {
		if (!strncmp(p, line, len) && (!p[len] || p[len] == '\n'))
			return true;
		p = strchr(p, '\n');
		if (p)
			p++;
	}
	return false;
}

bool actor_has_pid(struct actor *a, pid_t pid)
{
	char line[16];

	snprintf(line, sizeof(line), "%d", pid);
	return actor_has_line(a, line);
}

__s64 container_id(struct actor *viewer, struct actor *a)
{
	return actor_number(viewer, "/proc/%d/container/id", a->pid);
}

const char *container_path(struct actor *viewer, struct actor *a)
{
	return actor_value(viewer, "/proc/%d/container/path", a->pid);
}

__s64 container_init(struct actor *viewer, struct actor *a)
{
	return actor_number(viewer, "/proc/%d/container/init", a->pid);
}

const char *container_status(struct actor *viewer, struct actor *a,
			     const char *key)
{
	size_t len = strlen(key);
	char *p, *end;
	__s64 ret;

	ret = actor_read(viewer, "/proc/%d/container/status", a->pid);
	if (ret < 0)
		return value(viewer, ret);
	for (p = viewer->buf; p && *p; p = end) {
		end = strchr(p, '\n');
		if (end)
			*end++ = '\0';
		if (!strncmp(p, key, len) && p[len] == ':' &&
		    p[len + 1] == '\t')
			return p + len + 2;
	}
	return "no such key";
}

static __s64 do_ns_id(struct actor *a)
{
	int fd = openat(world->proc, a->str[0], O_RDONLY | O_CLOEXEC);
	__u64 id;
	__s64 ret;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	ret = ioctl(fd, NS_GET_ID, &id) < 0 ? -errno : (__s64)id;
	close(fd);
	return ret;
}

__s64 ns_id(struct actor *viewer, struct actor *a, const char *ns)
{
	snprintf(viewer->str[0], ACTOR_STR, "%d/task/%d/ns/%s", a->pid, a->tid,
		 ns);
	return actor_call(viewer, do_ns_id, 0, 0, 0, 0);
}

void snapshot(struct actor *a, struct snapshot *s)
{
	int i;

	memset(s, 0, sizeof(*s));
	s->container = container_id(main_actor, a);
	for (i = 0; i < NR_NS; i++)
		s->ns[i] = ns_id(main_actor, a, ns_kinds[i].name);
	s->pid_for_children = ns_id(main_actor, a, "pid_for_children");
	s->time_for_children = ns_id(main_actor, a, "time_for_children");
}

static int parse_row(char *line, struct row *r)
{
	char *field[4 + NR_NS], *end;
	int i;

	for (i = 0; i < 4 + NR_NS; i++) {
		line += strspn(line, " \t");
		field[i] = line;
		line += strcspn(line, " \t");
		if (!*line)
			return -EBADMSG;
		*line++ = '\0';
	}
	line += strspn(line, " \t");
	if (*line != '/' || strlen(line) >= sizeof(r->path))
		return -EBADMSG;
	memcpy(r->path, line, strlen(line) + 1);

	r->id = strtoull(field[0], &end, 10);
	if (*end)
		return -EBADMSG;
	r->init = strtol(field[1], &end, 10);
	if (*end)
		return -EBADMSG;
	r->procs = strtol(field[2], &end, 10);
	if (*end)
		return -EBADMSG;
	snprintf(r->state, sizeof(r->state), "%s", field[3]);
	for (i = 0; i < NR_NS; i++)
		snprintf(r->ns[i], sizeof(r->ns[i]), "%s", field[4 + i]);
	return 0;
}

int parse_table(char *text, struct table *t)
{
	char *line = text, *end, *p;
	size_t len = 0;

	t->n = 0;
	end = strchr(line, '\n');
	if (!end)
		return -EBADMSG;
	*end = '\0';
	/* However many blanks there are for the eye */
	for (p = strtok(line, " \t"); p; p = strtok(NULL, " \t"))
		len += snprintf(t->header + len, sizeof(t->header) - len,
				"%s%s", len ? " " : "", p);

	for (line = end + 1; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end || t->n == MAX_ROWS)
			return -EBADMSG;
		*end = '\0';
		if (parse_row(line, &t->row[t->n]))
			return -EBADMSG;
		t->n++;
	}
	return t->n;
}

int read_table(struct actor *viewer, struct table *t)
{
	__s64 ret = actor_read(viewer, "/proc/containers");

	t->n = 0;
	return ret < 0 ? ret : parse_table(viewer->buf, t);
}

struct row *find_path(struct table *t, const char *path)
{
	int i;

	for (i = 0; i < t->n; i++)
		if (!strcmp(t->row[i].path, path))
			return &t->row[i];
	return NULL;
}

struct row *find_id(struct table *t, __u64 id)
{
	int i;

	for (i = 0; i < t->n; i++)
		if (t->row[i].id == id)
			return &t->row[i];
	return NULL;
}

bool table_in_order(const struct table *t)
{
	int i, j;

	if (!t->n || strcmp(t->row[0].path, "/"))
		return false;
	for (i = 1; i < t->n; i++) {
		const char *path = t->row[i].path;
		size_t len = strrchr(path, '/') - path;
		bool parent = false;

		/* The parent of /a is / */
		if (!len)
			len = 1;
		for (j = 0; j < i; j++) {
			const struct row *r = &t->row[j];

			if (r->id == t->row[i].id || !strcmp(r->path, path))
				return false;
			if (strlen(r->path) == len &&
			    !strncmp(r->path, path, len))
				parent = true;
		}
		if (!parent)
			return false;
	}
	return true;
}
