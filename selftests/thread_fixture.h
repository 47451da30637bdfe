/* SPDX-License-Identifier: GPL-2.0 */
/* Processes with two threads, or without the first of them */
#ifndef __SELFTESTS_CONTAINER_THREAD_FIXTURE_H__
#define __SELFTESTS_CONTAINER_THREAD_FIXTURE_H__

#include "actor.h"
#include "proc_view.h"
#include "world.h"

/* A process p in the world's container with a second thread t */
FIXTURE(thread) {
	__s64 id;
	struct actor *p, *t;
	struct table table;
};

FIXTURE_WORLD(thread)
{
	self->id = container_id(main_actor, main_actor);
	self->p = spawn(main_actor);
	ASSERT_NE(NULL, self->p);
	self->t = spawn_thread(self->p);
	ASSERT_NE(NULL, self->t);
	ASSERT_EQ(self->p->pid, self->t->pid);
	ASSERT_NE(self->p->tid, self->t->tid);
}

/* A container with an init that is a process without its leader */
FIXTURE(leaderless) {
	struct actor *p, *t;
	__s64 id;
	struct table table;
};

FIXTURE_WORLD(leaderless)
{
	self->p = spawn_unshared(main_actor, CLONE_NEWUTS | CLONE_NEWIPC);
	ASSERT_NE(NULL, self->p);
	self->id = container_id(main_actor, self->p);
	self->t = spawn_thread(self->p);
	ASSERT_NE(NULL, self->t);
	ASSERT_EQ(0, actor_exit_thread(self->p));
}

#endif /* __SELFTESTS_CONTAINER_THREAD_FIXTURE_H__ */
