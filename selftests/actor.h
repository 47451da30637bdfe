/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Actors: the processes of a test
 *
 * An actor waits for the main process, the one that runs the body of the test,
 * to ask it to call a function, calls it, and answers. It is a fork of the same
 * program, so any function in it can be asked for: each file of the library, and
 * each test, brings the functions that it needs. README.rst has more.
 */
#ifndef __SELFTESTS_CONTAINER_ACTOR_H__
#define __SELFTESTS_CONTAINER_ACTOR_H__

#include "container_test.h"

#define MAX_ACTORS 48
/* A table of the longest paths */
#define ACTOR_BUF 262144
#define ACTOR_STR 4096

struct actor;
typedef __s64 (*actor_fn)(struct actor *a);

/* In memory that all of them share */
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

/* Ask for something and wait for the answer; -EOWNERDEAD if it died instead. */
__s64 actor_call(struct actor *a, actor_fn fn, __s64 a0, __s64 a1,
		 __s64 a2, __s64 a3);
/* The two halves of it */
void actor_post(struct actor *a, actor_fn fn, __s64 a0, __s64 a1,
		__s64 a2, __s64 a3);
__s64 actor_collect(struct actor *a);

/*
 * Starting actors. @by is the one to make the call. Returns NULL and sets
 * errno if it failed.
 *
 * Where this begins a container, it also ends its set-up, see setup.h: by one
 * more child of the actor, which counts in stat. After unshare() of a pid or a
 * time namespace the first child that is an actor does it.
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
/*
 * For a new actor and the result of a call by it: @a, or NULL and errno if that
 * is an error. In this case @a exits.
 */
struct actor *exit_on_error(struct actor *a, __s64 ret);

/* A descriptor of the /proc that the main process uses */
int main_proc(void);
/* The id of the caller's container by it, whatever the caller has mounted */
__s64 own_container(void);

/* For world.c: have actors, and kill them */
int actors_create(void);
void actors_destroy(void);
/* For a child that is no actor: it does not keep the others alive. */
void actors_forsake(void);

#endif /* __SELFTESTS_CONTAINER_ACTOR_H__ */
