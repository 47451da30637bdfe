/* SPDX-License-Identifier: GPL-2.0 */
/* A process with two threads */
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

#endif /* __SELFTESTS_CONTAINER_THREAD_FIXTURE_H__ */
