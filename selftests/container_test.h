/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Helpers for the container tests
 *
 * A test is a script for a few processes. Each of them is an "actor": it waits
 * for the main process (the one that runs the test body) to ask it to do one
 * thing, does it, and answers. So a test reads from top to bottom, nothing in
 * it depends on timing, and all expectations are in one process.
 *
 * world_create() puts the main process into a container of its own, of which
 * it is the init: what it sees in /proc/containers is what the test made, even
 * if other tests run at the same time. It has a mount namespace, in which
 * containerfs is mounted with rmdir=kill: its root is that container.
 */

#ifndef __SELFTESTS_CONTAINER_TEST_H__
#define __SELFTESTS_CONTAINER_TEST_H__

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/nsfs.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "kselftest.h"

/* Where the world has containerfs mounted; the root is its own container. */
#define CHILDREN "/sys/fs/container"
/* The files in each directory of it, all with that before their names */
#define FILE_PREFIX "container."
#define NR_FILES 11

#ifndef CONTAINERFS_MAGIC
#define CONTAINERFS_MAGIC 0x636f6e74
#endif

/* For a child that does next to nothing */
#define STACK_SIZE 65536

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

#ifndef __NR_clone3
#define __NR_clone3 435
#endif

#ifndef __NR_fsopen
#define __NR_fsopen 430
#endif
#ifndef __NR_fsconfig
#define __NR_fsconfig 431
#endif
#ifndef FSCONFIG_SET_STRING
#define FSCONFIG_SET_STRING 1
#endif

#ifndef NS_GET_ID
#define NS_GET_ID _IOR(0xb7, 13, __u64)
#endif

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* What nsproxy holds: making one of these makes a container. */
#define CLONE_NSPROXY (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | \
		       CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP | \
		       CLONE_NEWTIME)

#define ROOT_CONTAINER_ID 9
#define MAX_LEVELS 32
#define MAX_NAME 255
/* The longest path, with what is said behind it once it is deleted */
#define MAX_PATH (MAX_LEVELS * (MAX_NAME + 1) + 16)

/* A test takes a fraction of a second, but guests are slow. */
#ifdef __KSELFTEST_HARNESS_H
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 120
#endif

/* An unprivileged user, and another one */
#define UID_USER 1000
#define UID_OTHER (UID_USER + 1)

#define MAX_ACTORS 48
/* A table of the longest paths */
#define ACTOR_BUF 262144
#define ACTOR_STR 4096

struct actor;
typedef __s64 (*actor_fn)(struct actor *a);

/* In memory that all of them share. */
struct actor {
	pid_t pid;		/* as the main process sees it */
	pid_t tid;		/* same */
	pid_t local_pid;	/* as its parent got it from fork() */
	struct actor *parent;
	bool is_thread;
	bool reaped;
	bool setting_up;	/* its next child is to end that */
	bool ends_setup;	/* it is that child */
	__s64 came_from;	/* the container of its parent, if it matters */
	int pidfd;		/* in the main process */
	int request;		/* eventfd */
	int reply;		/* eventfd */
	actor_fn fn;
	__s64 arg[4];
	__s64 ret;
	char str[2][ACTOR_STR];
	char buf[ACTOR_BUF];
};

/* The main process: what is asked of it is simply done. */
extern struct actor *main_actor;

/* 0 or a negative errno; -ENOENT: no containers; -EPERM: no privilege */
int world_create(void);
void world_destroy(void);
/* A descriptor of the /proc that the main process uses */
int world_proc(void);
/* A child of the main process that dies in world_destroy() at the latest */
pid_t world_fork(void);

/*
 * A container that comes with namespaces is being set up until one of its
 * members executes a program. Until then further namespaces of members are its
 * own, and make no container in it. This has a child execute a program that
 * exits at once; 0 or a negative errno.
 *
 * spawn_how(), spawn_unshared(), actor_unshare() and actor_userns() do that by
 * themselves where they begin a container: one more child of the actor, which
 * counts in stat. After unshare() of a pid or a time namespace the first child
 * that is an actor does it.
 */
int end_setup(void);

/*
 * Starting actors. @by is the one to make the call. Returns NULL and sets
 * errno if it failed.
 */
enum spawn_how {
	SPAWN_FORK,
	SPAWN_CLONE,
	SPAWN_CLONE3,
	SPAWN_PTHREAD,
	SPAWN_CLONE_THREAD,
};

struct actor *spawn_how(struct actor *by, enum spawn_how how, __u64 flags);
/* the same, but a container that is being set up stays so */
struct actor *spawn_in_setup(struct actor *by, enum spawn_how how, __u64 flags);
struct actor *spawn(struct actor *by);
struct actor *spawn_thread(struct actor *by);
/* fork(), then unshare(@flags) in the child: one in a container of its own */
struct actor *spawn_unshared(struct actor *by, __u64 flags);
/* A child of the main process with another uid */
struct actor *spawn_user(uid_t uid);
/* with UID_USER, then root of a user namespace, made together with @flags */
struct actor *spawn_owner(__u64 flags);
/*
 * For a new actor and the result of a call by it: @a, or NULL and errno if that
 * is an error. In this case @a exits.
 */
struct actor *exit_on_error(struct actor *a, __s64 ret);

/* Ask for something and wait for the answer; -EOWNERDEAD if it died instead. */
__s64 actor_call(struct actor *a, actor_fn fn, __s64 a0, __s64 a1,
		 __s64 a2, __s64 a3);
/* The two halves of it */
void actor_post(struct actor *a, actor_fn fn, __s64 a0, __s64 a1,
		__s64 a2, __s64 a3);
__s64 actor_collect(struct actor *a);

/* Ending actors: the wait status, or a negative errno */
int actor_exit(struct actor *a, int code);
int actor_kill(struct actor *a, int sig);
/* Let it die, but do not wait() for it; returns when it is a zombie. */
int actor_exit_zombie(struct actor *a);
/* Wait until it is dead, then reap it through its parent. */
int actor_reap(struct actor *a);
/* Only the thread ends; returns when it is no more, or a zombie leader. */
int actor_exit_thread(struct actor *a);
/* Wait until a path is no more. */
int wait_gone(const char *path);

/* System calls made by an actor: the result or a negative errno */
__s64 actor_unshare(struct actor *a, __u64 flags);
/* the same, but a container that begins is still being set up; the end of that */
__s64 actor_unshare_in_setup(struct actor *a, __u64 flags);
__s64 actor_end_setup(struct actor *a);
__s64 actor_setns(struct actor *a, int fd, int nstype);
__s64 actor_setns_of(struct actor *a, struct actor *target, const char *ns);
__s64 actor_bind(struct actor *a, __u64 id, __u64 ns_mask);
__s64 actor_bind_flags(struct actor *a, __u64 id, __u64 ns_mask,
		       __u64 flags);
__printf(3, 4)
__s64 actor_open(struct actor *a, int flags, const char *fmt, ...);
__printf(4, 5)
__s64 actor_openat(struct actor *a, int fd, int flags, const char *fmt, ...);
__s64 actor_close(struct actor *a, int fd);
__s64 actor_rename(struct actor *a, const char *from, const char *to,
		   unsigned int flags);
__s64 actor_setuid(struct actor *a, uid_t uid);
__s64 actor_drop_caps(struct actor *a);
/* Have no other capabilities than those of a mask. */
__s64 actor_keep_caps(struct actor *a, __u64 caps);
/* Become root of a new user namespace, made together with @flags. */
__s64 actor_userns(struct actor *a, __u64 flags);
/* Mount a /proc of its own over /proc; it must have a mount namespace. */
__s64 actor_mount_proc(struct actor *a);
/* the same with containerfs, over CHILDREN: the root is its own container */
__s64 actor_mount_containers(struct actor *a, const char *options);
__printf(3, 4)
__s64 actor_write(struct actor *a, const char *text, const char *fmt, ...);
__s64 actor_send_fd(struct actor *a, int sock, int fd);
__s64 actor_recv_fd(struct actor *a, int sock);
/* Both, with a socket pair: the descriptor that @to gets, or -errno */
__s64 pass_fd(const int sock[2], struct actor *from, struct actor *to, int fd);

/*
 * exec: the new program tells where it finds itself, and exits. The test's
 * main() has to call tell_where() when it finds WHERE_OPTION and a descriptor.
 */
#define WHERE_OPTION "--where"
struct where {
	__s64 container;
	__s64 time_ns;
};

int actor_exec_where(struct actor *a, struct where *where);
int tell_where(int fd);

/* Reading: the content is in a->buf, the length or a negative errno returned */
__printf(2, 3)
__s64 actor_read(struct actor *a, const char *fmt, ...);
__s64 actor_read_fd(struct actor *a, int fd);
/* the names in a directory, a line each; returns their number */
__printf(2, 3)
__s64 actor_list(struct actor *a, const char *fmt, ...);
__s64 actor_list_fd(struct actor *a, int fd);
/* for files of one value: without the newline, or "errno N" */
__printf(2, 3)
const char *actor_value(struct actor *a, const char *fmt, ...);
/* as a number, or a negative errno */
__printf(2, 3)
__s64 actor_number(struct actor *a, const char *fmt, ...);
/* is there a line like this in a->buf? */
bool actor_has_line(struct actor *a, const char *line);
/* the same for a pid */
bool actor_has_pid(struct actor *a, pid_t pid);

/* The id of the caller's container, or -errno; also without a world */
__s64 own_container_id(void);

/* What a viewer finds in /proc/<pid>/container/ of another */
__s64 container_id(struct actor *viewer, struct actor *a);
const char *container_path(struct actor *viewer, struct actor *a);
/* -errno or the pid in the viewer's /proc */
__s64 container_init(struct actor *viewer, struct actor *a);
/* the value of a key of status, as for actor_value() */
const char *container_status(struct actor *viewer, struct actor *a,
			     const char *key);

/* The namespace id as NS_GET_ID tells it, 0 if there is none, or -errno */
__s64 ns_id(struct actor *viewer, struct actor *a, const char *ns);

/* In the order of the columns of /proc/containers */
#define NR_NS 8
struct ns_kind {
	const char *name;	/* in /proc/<pid>/ns/ and in the files */
	__u64 flag;
};

extern const struct ns_kind ns_kinds[NR_NS];

/* All that must not change when a call fails */
struct snapshot {
	__s64 container;
	__s64 ns[NR_NS];
	__s64 pid_for_children;
	__s64 time_for_children;
};

void snapshot(struct actor *a, struct snapshot *s);

/* /proc/containers */
struct row {
	__u64 id;
	long init;
	long procs;
	char state[16];
	char ns[NR_NS][24];
	char path[MAX_PATH];
};

#define MAX_ROWS 160
struct table {
	int n;
	char header[128];
	struct row row[MAX_ROWS];
};

#define TABLE_HEADER \
	"id init procs state uts ipc mnt pid net cgroup time user path"

/* the number of rows; -EBADMSG if it is not a table */
int parse_table(char *text, struct table *t);
int read_table(struct actor *viewer, struct table *t);
struct row *find_path(struct table *t, const char *path);
struct row *find_id(struct table *t, __u64 id);
/* Is each there once, the reader first, a parent always before its children? */
bool table_in_order(const struct table *t);

static inline __s64 result(__s64 ret)
{
	return ret < 0 ? -errno : ret;
}

#ifdef __KSELFTEST_HARNESS_H
static inline void setup_world(struct __test_metadata *_metadata)
{
	int err = world_create();

	if (err == -ENOENT)
		SKIP(return, "no containers in this kernel");
	if (err == -EPERM)
		SKIP(return, "not privileged to unshare");
	EXPECT_EQ(0, err);
}
#endif

/* Write to a file, from whatever process; 0 or a negative errno */
int put_text(const char *path, const char *text);

/* An actor_fn: waitpid() for arg[0], with __WALL */
__s64 do_waitpid(struct actor *a);

/*
 * Whole containers. @name is that of a child of the world's container, or of
 * one further down, as in "job/part".
 */

/* Mount containerfs at CHILDREN: 0 or a negative errno */
int mount_containers(const char *options);
/* A descriptor of a mount that is nowhere; NULL: without the option rmdir= */
int mount_detached(const char *rmdir);
/* For world_create(): what there is to mount */
int mount_world(void);
/*
 * The directory of the container that an actor is in, in the world's mounts;
 * good until the fourth call from here. A process in a container below the
 * world's may not walk through CHILDREN: so the directory of such a container is
 * bound to a place of its own, and that is the path.
 */
const char *container_dir(struct actor *a);
/* Unmount all of them: a mount holds what it shows in memory. */
void forget_dirs(void);
__printf(2, 3)
__s64 actor_mkdir(struct actor *a, const char *fmt, ...);
/* mkdir, rmdir and rename in the directory of the actor's own container */
__s64 actor_mkdir_child(struct actor *a, const char *name);
__s64 actor_rmdir_child(struct actor *a, const char *name);
__s64 actor_rename_child(struct actor *a, const char *from, const char *to,
			 unsigned int flags);
/* as actor_list(), but only the containers in a directory of containerfs */
__printf(2, 3)
__s64 actor_children(struct actor *a, const char *fmt, ...);
__s64 actor_children_fd(struct actor *a, int fd);
/* rmdir by the main process */
__s64 remove_child(const char *name);
/* Before world_destroy(): with them goes what is no actor, or frozen. */
void remove_children(void);
/* The exit status of a shell command: 127 without such a program; or -1 */
int run_command(const char *command);
/* fork(), then bind_ns() to a container: the first one is its init */
struct actor *spawn_in(const char *name);

/*
 * Wait until there is such a line in a file like events, asking poll() when to
 * look again. 0 or a negative errno; -ETIMEDOUT is always an error.
 */
int wait_events(const char *path, const char *line);
int wait_child_events(const char *name, const char *line);
/* Write to a file of it, as "kill": 0 or a negative errno */
__s64 write_child(const char *name, const char *file, const char *text);
__s64 write_child_number(const char *name, const char *file, int number);
/* Write to freeze, wait for the end of it. */
int freeze_child(const char *name);
int thaw_child(const char *name);
/* Is that its state in status? */
bool child_has_state(const char *name, const char *state);

/*
 * Is an actor running? One that counts is seen from outside. Its function (as
 * do_count()) calls count() while may_count(); it may use @arg as arg[2].
 */
void start_counting(struct actor *a, actor_fn fn, __s64 arg);
__s64 stop_counting(struct actor *a);
__s64 do_count(struct actor *a);
/* the same, after bind_ns() to the container with that id */
__s64 do_bind_and_count(struct actor *a);
void count(struct actor *a);
bool may_count(struct actor *a);
__s64 counter(struct actor *a);
/* Wait until it goes on: false if it never does. */
bool actor_counts(struct actor *a);
/*
 * Wait until it does not run and is not about to: what was to wake it before
 * this has done so. 0 or a negative errno.
 */
int wait_blocked(struct actor *a);
/* It has not gone on by the time that it is blocked, as one that counts is not. */
bool actor_stands_still(struct actor *a);
/* the same, but it may go on until then */
bool actor_comes_to_rest(struct actor *a);
/* the same for all that count as @a does, being members of /name or below */
bool all_stand_still(struct actor *a, const char *name);
/* It is blocked, and has not answered what it was asked. */
bool actor_is_busy(struct actor *a);
/* Wait until one that has counted is blocked. */
int wait_asleep(struct actor *a);

/* In the order of the lines of stat */
enum stat_key {
	USAGE, USER, SYSTEM, PROCS, THREADS, FORKS, MINOR_FAULTS, MAJOR_FAULTS,
	RSS, MAX_RSS, READ_BYTES, WRITE_BYTES, NR_KEYS
};

struct stats {
	__s64 v[NR_KEYS];
};

/* 0 or a negative errno; -EBADMSG if it is not just these keys in order */
int read_stats(const char *path, struct stats *s);
/* One of them, or a negative errno */
__s64 stat_of(const char *path, enum stat_key key);

/* A cgroup (v2): 0 and its directory, or a negative errno where there is none */
int cgroup_create(char *dir, size_t size);
void cgroup_remove(const char *dir);

/* Objects in use in all caches for containers, or -1 */
long container_objects(void);
/* the same, once there are no more than @max or after all that takes time */
long settled_objects(long max);
/* the same, before a test, and whether there are no more after it */
long objects_at_rest(void);
bool objects_are_back(long before);

/* Have allocations fail: 0, or a negative errno where they cannot be had fail */
int faults_begin(void);
void faults_end(void);
/*
 * Have @fn called with an allocation failing, by /proc/thread-self/fail-nth:
 * its result, or INJECTED if it succeeded in spite of the failure.
 */
#define INJECTED 1000000
#define MAX_NTH 2000
__s64 actor_fail_nth(struct actor *a, int nth, actor_fn fn, __s64 a0, __s64 a1);
/* For it: make most namespaces, by unshare() or for a child that exits */
__s64 do_unshare_most(struct actor *a);
__s64 do_clone_most(struct actor *a);

/* Have containers come and go, for what the kernel allocates only once. */
bool warm_up(void);
/*
 * Reap all children, and ask whether nothing but the world is left: one
 * container with one process, and no more objects than objects_at_rest() said.
 */
bool only_world_is_left(struct table *t, long objects);

/* CONTAINER_STRESS multiplies the work. */
int stress_rounds(int n);
/* For a child: wait until the main process closes its write end of a pipe. */
void wait_start(const int fd[2]);
/* Pass the time of @n short system calls. */
void spin(int n);

/*
 * Explicit containers, how they end, and what keeps them from ending
 */

/* The id of a child of the viewer's container, or -errno */
__s64 child_id(struct actor *viewer, const char *name);
/* What /proc/containers says; "gone" where it says nothing */
const char *container_state(struct actor *viewer, __u64 id);
/* A child of @by that binds itself to a container */
struct actor *spawn_bound(struct actor *by, __u64 id);
/* mkdir by @by, and such a child as init */
struct actor *spawn_explicit(struct actor *by, const char *name);
/* clone3() with CLONE_PARENT: the pid of a sibling that waits, or -errno */
__s64 actor_clone_parent(struct actor *a, __u64 flags);
/* PPid as the viewer's /proc has it, or -errno */
__s64 actor_ppid(struct actor *viewer, struct actor *a);
/* unlink, or rmdir with AT_REMOVEDIR */
__printf(3, 4)
__s64 actor_unlink(struct actor *a, int flags, const char *fmt, ...);
/* To a descriptor: 0 or -errno */
__s64 actor_write_fd(struct actor *a, int fd, const char *text);
/* Open a file and write to it: the descriptor, or -errno */
__s64 take_lease(struct actor *by, const char *path, const char *text);

/*
 * Have @by see to it that @a, however it is killed, does not get any further
 * than the very beginning of its exit; wait until it is there; let it go on.
 */
__s64 actor_hold(struct actor *by, struct actor *a);
__s64 actor_wait_held(struct actor *by, struct actor *a);
__s64 actor_release(struct actor *by, struct actor *a);

/* Wait until a container is gone, by a descriptor of its events. */
int wait_end(int events);

/*
 * For tests of what not even root does to the root container: without a world.
 * CHILDREN is the root container's directory if this says so.
 */
bool in_root_container(void);
/* to a file there, as "kill": 0 or -errno */
int write_own(const char *file, const char *text);

#endif /* __SELFTESTS_CONTAINER_TEST_H__ */
