// SPDX-License-Identifier: GPL-2.0
/* Helpers for the tests of whole containers, see container_test.h */

#include <dirent.h>
#include <glob.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

#include <linux/membarrier.h>

#include "container_test.h"

struct actor *spawn_in(const char *name)
{
	return spawn_bound(main_actor, child_id(main_actor, name));
}

/* Much longer than anything takes, however slow the guest */
#define WAIT_MS 30000

int wait_events(const char *path, const char *line)
{
	struct pollfd fd = { .events = POLLPRI };
	__s64 ret;

	fd.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd.fd < 0)
		return -errno;
	for (;;) {
		ret = actor_read_fd(main_actor, fd.fd);
		if (ret < 0)
			break;
		ret = 0;
		if (actor_has_line(main_actor, line))
			break;
		ret = -ETIMEDOUT;
		if (poll(&fd, 1, WAIT_MS) <= 0)
			break;
	}
	close(fd.fd);
	return ret;
}

int wait_child_events(const char *name, const char *line)
{
	char path[ACTOR_STR];

	snprintf(path, sizeof(path), CHILDREN "/%s/container.events", name);
	return wait_events(path, line);
}

static int set_frozen(const char *name, const char *value, const char *line)
{
	__s64 ret = write_child(name, "freeze", value);

	return ret < 0 ? ret : wait_child_events(name, line);
}

int freeze_child(const char *name)
{
	return set_frozen(name, "1", "frozen 1");
}

int thaw_child(const char *name)
{
	return set_frozen(name, "0", "frozen 0");
}

bool child_has_state(const char *name, const char *state)
{
	char line[32];

	snprintf(line, sizeof(line), "State:\t%s", state);
	return actor_read(main_actor, CHILDREN "/%s/container.status",
			  name) > 0 &&
	       actor_has_line(main_actor, line);
}

void count(struct actor *a)
{
	__atomic_add_fetch(&a->arg[1], 1, __ATOMIC_SEQ_CST);
}

bool may_count(struct actor *a)
{
	return __atomic_load_n(&a->arg[0], __ATOMIC_SEQ_CST);
}

__s64 do_count(struct actor *a)
{
	while (may_count(a))
		count(a);
	return 0;
}

__s64 do_bind_and_count(struct actor *a)
{
	struct bind_ns_args args = { .id = a->arg[2] };

	if (syscall(__NR_bind_ns, &args, sizeof(args)) < 0)
		return -errno;
	return do_count(a);
}

void start_counting(struct actor *a, actor_fn fn, __s64 arg)
{
	actor_post(a, fn, 1, 0, arg, 0);
}

__s64 stop_counting(struct actor *a)
{
	__atomic_store_n(&a->arg[0], 0, __ATOMIC_SEQ_CST);
	return actor_collect(a);
}

__s64 counter(struct actor *a)
{
	return __atomic_load_n(&a->arg[1], __ATOMIC_SEQ_CST);
}

bool actor_counts(struct actor *a)
{
	__s64 before = counter(a);
	int i;

	for (i = 0; i < WAIT_MS && counter(a) == before; i++)
		usleep(1000);
	return counter(a) != before;
}

/*
 * What the kernel tells of the system call that a task is in, it tells only of
 * a task that is blocked, and waits for one to have left its CPU. A task that
 * has been woken is not blocked, even if it has not run yet.
 */
static int is_blocked(pid_t pid, pid_t tid)
{
	__s64 ret = actor_read(main_actor, "/proc/%d/task/%d/syscall", pid,
			       tid);

	if (ret <= 0)
		return ret ?: -ESRCH;
	return strncmp(main_actor->buf, "running", strlen("running")) != 0;
}

/* @still: the value of its counter while it waits, or any */
static int wait_task_blocked(struct actor *a, pid_t pid, pid_t tid,
			     const __s64 *still)
{
	int i, ret;

	for (i = 0; i < WAIT_MS; i++) {
		ret = is_blocked(pid, tid);
		if (still && counter(a) != *still)
			return -EBUSY;
		if (ret)
			return ret < 0 ? ret : 0;
		usleep(1000);
	}
	return -ETIMEDOUT;
}

int wait_blocked(struct actor *a)
{
	return wait_task_blocked(a, a->pid, a->tid, NULL);
}

bool actor_stands_still(struct actor *a)
{
	__s64 before = counter(a);

	return !wait_task_blocked(a, a->pid, a->tid, &before);
}

bool actor_comes_to_rest(struct actor *a)
{
	return !wait_blocked(a) && actor_stands_still(a);
}

/* For each line of what the main process has read, until one is not so */
static bool each_line(bool (*fn)(struct actor *a, const char *of,
				 const char *line, __s64 before),
		      struct actor *a, const char *of, __s64 before)
{
	char *list = strdup(main_actor->buf), *line, *next;
	bool ok = list;

	for (line = ok ? strtok_r(list, "\n", &next) : NULL; line && ok;
	     line = strtok_r(NULL, "\n", &next))
		ok = fn(a, of, line, before);
	free(list);
	return ok;
}

static bool task_stands_still(struct actor *a, const char *pid,
			      const char *tid, __s64 before)
{
	int err = wait_task_blocked(a, atoi(pid), atoi(tid), &before);

	return !err || err == -ENOENT || err == -ESRCH;
}

static bool process_stands_still(struct actor *a, const char *dir,
				 const char *pid, __s64 before)
{
	(void)dir;
	/* A zombie has stopped for good. */
	return actor_list(main_actor, "/proc/%s/task", pid) < 0 ||
	       each_line(task_stands_still, a, pid, before);
}

static bool container_stands_still(struct actor *a, const char *parent,
				   const char *name, __s64 before)
{
	char dir[ACTOR_STR];
	__s64 ret;

	snprintf(dir, sizeof(dir), "%s/%s", parent, name);
	ret = actor_read(main_actor, "%s/container.procs", dir);
	/* Its last member was on its way out, and has got there. */
	if (ret == -ENOENT || ret == -ENODEV)
		return true;
	if (ret < 0 || !each_line(process_stands_still, a, dir, before))
		return false;
	ret = actor_children(main_actor, "%s", dir);
	if (ret == -ENOENT || ret == -ENODEV)
		return true;
	return ret >= 0 && each_line(container_stands_still, a, dir, before);
}

bool all_stand_still(struct actor *a, const char *name)
{
	return container_stands_still(a, CHILDREN, name, counter(a));
}

bool actor_is_busy(struct actor *a)
{
	struct pollfd fd = { .fd = a->reply, .events = POLLIN };

	/* It would have answered before it waits to be asked again. */
	return !wait_blocked(a) && poll(&fd, 1, 0) == 0;
}

int wait_asleep(struct actor *a)
{
	int i;

	/* It may have been blocked before it took what it was asked. */
	for (i = 0; i < WAIT_MS && !counter(a); i++)
		usleep(1000);
	return counter(a) ? wait_blocked(a) : -ETIMEDOUT;
}

static const char * const stat_keys[NR_KEYS] = {
	"usage_usec", "user_usec", "system_usec", "nr_procs", "nr_threads",
	"forks", "minor_faults", "major_faults", "rss_bytes", "max_rss_bytes",
	"read_bytes", "write_bytes",
};

int read_stats(const char *path, struct stats *s)
{
	__s64 ret = actor_read(main_actor, "%s", path);
	char *line = main_actor->buf, *end;
	int i;

	memset(s, 0, sizeof(*s));
	if (ret < 0)
		return ret;
	for (i = 0; i < NR_KEYS; i++) {
		size_t len = strlen(stat_keys[i]);

		if (strncmp(line, stat_keys[i], len) || line[len] != ' ' ||
		    strspn(line + len + 1, "0123456789") == 0)
			return -EBADMSG;
		s->v[i] = strtoll(line + len + 1, &end, 10);
		if (*end != '\n')
			return -EBADMSG;
		line = end + 1;
	}
	return *line ? -EBADMSG : 0;
}

__s64 stat_of(const char *path, enum stat_key key)
{
	struct stats s;
	int err = read_stats(path, &s);

	return err ?: s.v[key];
}

#define CGROUP2 "/sys/fs/cgroup"

int cgroup_create(char *dir, size_t size)
{
	char line[512], type[64];
	FILE *mounts = fopen("/proc/self/mounts", "re");
	char point[256] = "";

	if (!mounts)
		return -errno;
	while (fgets(line, sizeof(line), mounts)) {
		if (sscanf(line, "%*s %255s %63s", point, type) == 2 &&
		    !strcmp(type, "cgroup2"))
			break;
		point[0] = '\0';
	}
	fclose(mounts);
	if (!point[0]) {
		/* In the world's mount namespace */
		if (mount("cgroup2", CGROUP2, "cgroup2", 0, NULL) < 0)
			return -errno;
		snprintf(point, sizeof(point), CGROUP2);
	}
	snprintf(dir, size, "%s/container_test.%d", point, getpid());
	return mkdir(dir, 0755) < 0 ? -errno : 0;
}

void cgroup_remove(const char *dir)
{
	int i;

	/* The last tasks may still be on their way out of it. */
	for (i = 0; i < 1000 && rmdir(dir) < 0 && errno == EBUSY; i++)
		usleep(1000);
}

#define SLAB "/sys/kernel/slab/container*/shrink"
#define DROP_CACHES "/proc/sys/vm/drop_caches"
#define SANITY_CHECKS "/sys/kernel/slab/container_8/sanity_checks"

long container_objects(void)
{
	long active, sum = -1;
	char line[512], name[64];
	FILE *file = fopen("/proc/slabinfo", "re");

	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, "container", 9) &&
		    sscanf(line, "%63s %ld", name, &active) == 2)
			sum = (sum < 0 ? 0 : sum) + active;
	fclose(file);
	return sum;
}

long settled_objects(long max)
{
	long active = 0;
	glob_t caches;
	size_t i;
	int n;

	forget_dirs();
	for (n = 0; n < 200; n++) {
		/* What containerfs keeps for the next look-up is not in use. */
		if (n % 20 == 0)
			put_text(DROP_CACHES, "2");
		/* RCU frees objects later. */
		syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
		/* What per-cpu lists hold counts as active: have it given back. */
		if (!glob(SLAB, 0, NULL, &caches)) {
			for (i = 0; i < caches.gl_pathc; i++)
				put_text(caches.gl_pathv[i], "1");
			globfree(&caches);
		}
		active = container_objects();
		if (active <= max)
			break;
		usleep(50000);
	}
	return active;
}

long objects_at_rest(void)
{
	long n = settled_objects(LONG_MAX), last;

	do {
		last = n;
		usleep(200000);
		n = settled_objects(LONG_MAX);
	} while (n < last);
	return n;
}

bool objects_are_back(long before)
{
	/* Else what other cpus hold cannot be told from what is in use. */
	bool exact = actor_number(main_actor, "%s", SANITY_CHECKS) == 1;

	return before < 0 ||
	       settled_objects(before) <= before + (exact ? 0 : 64);
}

#define DEBUGFS "/sys/kernel/debug"

static struct {
	const char *path;
	const char *value;
	char saved[16];
} fault_attrs[] = {
	{ DEBUGFS "/failslab/ignore-gfp-wait", "N", "" },
	{ DEBUGFS "/failslab/verbose", "0", "" },
	{ DEBUGFS "/fail_page_alloc/ignore-gfp-wait", "N", "" },
	{ DEBUGFS "/fail_page_alloc/verbose", "0", "" },
};

int faults_begin(void)
{
	size_t i;

	if (access("/proc/thread-self/fail-nth", W_OK) < 0)
		return -errno;
	/* In the world's mount namespace */
	if (access(fault_attrs[0].path, F_OK) < 0 &&
	    mount("debugfs", DEBUGFS, "debugfs", 0, NULL) < 0)
		return -errno;
	if (access(fault_attrs[0].path, F_OK) < 0)
		return -errno;
	for (i = 0; i < ARRAY_SIZE(fault_attrs); i++) {
		const char *path = fault_attrs[i].path;

		if (access(path, F_OK) < 0)
			continue;
		snprintf(fault_attrs[i].saved, sizeof(fault_attrs[i].saved),
			 "%.8s", actor_value(main_actor, "%s", path));
		if (put_text(path, fault_attrs[i].value))
			return -EIO;
	}
	return 0;
}

void faults_end(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fault_attrs); i++)
		if (fault_attrs[i].saved[0])
			put_text(fault_attrs[i].path, fault_attrs[i].saved);
}

static __s64 do_fail_nth(struct actor *a)
{
	int fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	actor_fn fn = (actor_fn)(uintptr_t)a->arg[2];
	char text[16] = "";
	__s64 ret;
	int len;

	if (fd < 0)
		return -errno;
	len = snprintf(text, sizeof(text), "%d", (int)a->arg[3]);
	if (write(fd, text, len) != len)
		return -EIO;
	ret = fn(a);
	memset(text, 0, sizeof(text));
	if (pread(fd, text, sizeof(text) - 1, 0) < 1 ||
	    pwrite(fd, "0", 1, 0) != 1)
		return -EIO;
	close(fd);
	return ret >= 0 && !atoi(text) ? INJECTED : ret;
}

__s64 actor_fail_nth(struct actor *a, int nth, actor_fn fn, __s64 a0, __s64 a1)
{
	return actor_call(a, do_fail_nth, a0, a1, (uintptr_t)fn, nth);
}

__s64 do_unshare_most(struct actor *a)
{
	(void)a;
	return result(unshare(CLONE_NSPROXY & ~CLONE_NEWNET));
}

static int child_exits(void *arg)
{
	(void)arg;
	_exit(0);
}

__s64 do_clone_most(struct actor *a)
{
	static char stack[STACK_SIZE];
	pid_t pid = clone(child_exits, stack + STACK_SIZE,
			  CLONE_VM | CLONE_VFORK | SIGCHLD |
			  (CLONE_NSPROXY & ~(CLONE_NEWNET | CLONE_NEWTIME)), a);

	if (pid < 0)
		return -errno;
	return result(waitpid(pid, NULL, 0)) == pid ? 0 : -ECHILD;
}

bool warm_up(void)
{
	int i;

	for (i = 0; i < 10; i++) {
		struct actor *a = spawn_explicit(main_actor, "warm");

		if (!a || actor_exit(a, 0))
			return false;
	}
	return true;
}

bool only_world_is_left(struct table *t, long objects)
{
	/* A process that has exited keeps its container until it is reaped. */
	while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR)
		;
	return read_table(main_actor, t) == 1 && t->row[0].procs == 1 &&
	       !actor_children(main_actor, CHILDREN) &&
	       objects_are_back(objects);
}

int stress_rounds(int n)
{
	const char *factor = getenv("CONTAINER_STRESS");

	return factor ? n * atoi(factor) : n;
}

void wait_start(const int fd[2])
{
	char byte;

	close(fd[1]);
	if (read(fd[0], &byte, 1) != 0)
		_exit(3);
}

void spin(int n)
{
	while (n-- > 0)
		getppid();
}

/* Explicit containers, how they end, and what keeps them from ending */

const char *container_state(struct actor *viewer, __u64 id)
{
	static struct table t;
	struct row *row;

	if (read_table(viewer, &t) < 0)
		return "no table";
	row = find_id(&t, id);
	return row ? row->state : "gone";
}

struct actor *spawn_bound(struct actor *by, __u64 id)
{
	struct actor *a = spawn(by);

	return a ? exit_on_error(a, actor_bind(a, id, 0)) : NULL;
}

struct actor *spawn_explicit(struct actor *by, const char *name)
{
	__s64 ret = actor_mkdir_child(by, name);

	if (ret >= 0)
		ret = child_id(by, name);
	if (ret < 0) {
		errno = -ret;
		return NULL;
	}
	return spawn_bound(by, ret);
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

__s64 actor_ppid(struct actor *viewer, struct actor *a)
{
	__s64 ret = actor_read(viewer, "/proc/%d/status", a->pid);
	const char *line;
	int ppid;

	if (ret < 0)
		return ret;
	line = strstr(viewer->buf, "\nPPid:");
	return line && sscanf(line, " PPid: %d", &ppid) == 1 ? ppid : -EBADMSG;
}

static __s64 do_unlink(struct actor *a)
{
	return result(unlinkat(AT_FDCWD, a->str[0], a->arg[0]));
}

__s64 actor_unlink(struct actor *a, int flags, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->str[0], ACTOR_STR, fmt, ap);
	va_end(ap);
	return actor_call(a, do_unlink, flags, 0, 0, 0);
}

static __s64 do_write_fd(struct actor *a)
{
	ssize_t len = strlen(a->str[0]);
	__s64 ret = result(write(a->arg[0], a->str[0], len));

	if (ret == len)
		return 0;
	return ret < 0 ? ret : -EIO;
}

__s64 actor_write_fd(struct actor *a, int fd, const char *text)
{
	snprintf(a->str[0], ACTOR_STR, "%s", text);
	return actor_call(a, do_write_fd, fd, 0, 0, 0);
}

__s64 take_lease(struct actor *by, const char *path, const char *text)
{
	__s64 fd = actor_open(by, O_WRONLY, "%s", path), err;

	if (fd < 0)
		return fd;
	err = actor_write_fd(by, fd, text);
	return err ?: fd;
}

static __s64 do_hold(struct actor *a)
{
	return result(ptrace(PTRACE_SEIZE, (pid_t)a->arg[0], 0,
			     PTRACE_O_TRACEEXIT));
}

__s64 actor_hold(struct actor *by, struct actor *a)
{
	return actor_call(by, do_hold, a->pid, 0, 0, 0);
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
	return actor_call(by, do_wait_held, a->pid, 0, 0, 0);
}

static __s64 do_release(struct actor *a)
{
	return result(ptrace(PTRACE_DETACH, (pid_t)a->arg[0], 0, 0));
}

__s64 actor_release(struct actor *by, struct actor *a)
{
	return actor_call(by, do_release, a->pid, 0, 0, 0);
}

int wait_end(int events)
{
	struct pollfd fd = { .fd = events, .events = POLLPRI };
	char text[128];

	while (pread(events, text, sizeof(text), 0) >= 0)
		if (poll(&fd, 1, WAIT_MS) <= 0)
			return -ETIMEDOUT;
	return errno == ENODEV ? 0 : -errno;
}
