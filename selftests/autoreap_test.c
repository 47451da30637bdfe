// SPDX-License-Identifier: GPL-2.0
/*
 * The init of an explicit container is the parent of orphans, but only one that
 * asked for them has to reap them: PR_SET_CHILD_SUBREAPER, or pid 1.
 */

#include <poll.h>
#include <sys/prctl.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "enter.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

/*
 * /job has the init i, a member m that came from outside, and q, which is a
 * child of m. All block SIGCHLD, so that it can be seen that it came.
 */
FIXTURE(orphan) {
	struct actor *i, *m, *q;
};

FIXTURE_WORLD(orphan)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	ASSERT_EQ(0, sigprocmask(SIG_BLOCK, &set, NULL));
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->m = spawn_in("job");
	ASSERT_NE(NULL, self->m);
	self->q = spawn(self->m);
	ASSERT_NE(NULL, self->q);
}

static __s64 do_ask(struct actor *a)
{
	return result(prctl(PR_SET_CHILD_SUBREAPER, a->arg[0], 0, 0, 0));
}

static __s64 ask_for_orphans(struct actor *a)
{
	return actor_call(a, do_ask, 1, 0, 0, 0);
}

static __s64 do_pending(struct actor *a)
{
	sigset_t set;

	(void)a;
	return sigpending(&set) ? -errno : sigismember(&set, SIGCHLD);
}

/* Has a SIGCHLD come? */
static __s64 was_told(struct actor *a)
{
	return actor_call(a, do_pending, 0, 0, 0, 0);
}

static __s64 wait_by(struct actor *a, pid_t pid)
{
	return actor_call(a, do_waitpid, pid, 0, 0, 0);
}

/* Wait until there is no process any more, not even a zombie. */
static bool vanishes(struct actor *a)
{
	struct pollfd fd = { .fd = a->pidfd };
	int i;

	/* That is POLLHUP, which needs not be asked for. */
	for (i = 0; i < 30000 && !(fd.revents & POLLHUP); i++)
		if (poll(&fd, 1, 1) < 0)
			return false;
	return fd.revents & POLLHUP && kill(a->pid, 0) < 0 && errno == ESRCH;
}

TEST_F(orphan, of_init_that_did_not_ask_vanishes)
{
	ASSERT_EQ(0, actor_exit(self->m, 0));
	EXPECT_EQ(self->i->pid, actor_ppid(main_actor, self->q));
	ASSERT_EQ(0, kill(self->q->pid, SIGKILL));
	EXPECT_TRUE(vanishes(self->q));
	EXPECT_EQ(0, was_told(self->i));
	EXPECT_EQ(-ECHILD, wait_by(self->i, self->q->pid));
	EXPECT_EQ(-ECHILD, wait_by(self->i, -1));
}

TEST_F(orphan, that_is_a_zombie_of_init_that_did_not_ask_vanishes)
{
	ASSERT_EQ(0, actor_exit_zombie(self->q));
	ASSERT_EQ(0, actor_exit(self->m, 0));
	EXPECT_TRUE(vanishes(self->q));
	EXPECT_EQ(0, was_told(self->i));
	EXPECT_EQ(-ECHILD, wait_by(self->i, -1));
}

TEST_F(orphan, of_init_that_did_not_ask_leaves_its_own_children_alone)
{
	struct actor *child = spawn(self->i);

	ASSERT_NE(NULL, child);
	ASSERT_EQ(0, actor_exit(self->m, 0));
	ASSERT_EQ(0, kill(self->q->pid, SIGKILL));
	EXPECT_TRUE(vanishes(self->q));
	/* Those that init made itself are for it to reap. */
	EXPECT_EQ(0, actor_exit_zombie(child));
	EXPECT_EQ(1, was_told(self->i));
	EXPECT_EQ(0, actor_reap(child));
}

TEST_F(orphan, that_has_children_leaves_them_to_init)
{
	struct actor *r = spawn(self->q);

	ASSERT_NE(NULL, r);
	ASSERT_EQ(0, actor_exit(self->m, 0));
	ASSERT_EQ(0, kill(self->q->pid, SIGKILL));
	EXPECT_TRUE(vanishes(self->q));
	EXPECT_EQ(self->i->pid, actor_ppid(main_actor, r));
	ASSERT_EQ(0, kill(r->pid, SIGKILL));
	EXPECT_TRUE(vanishes(r));
	EXPECT_EQ(-ECHILD, wait_by(self->i, -1));
}

TEST_F(orphan, of_init_that_asked_is_for_it_to_reap)
{
	ASSERT_EQ(0, ask_for_orphans(self->i));
	ASSERT_EQ(0, actor_exit(self->m, 0));
	EXPECT_EQ(self->i->pid, actor_ppid(main_actor, self->q));
	ASSERT_EQ(0, actor_exit_zombie(self->q));
	EXPECT_EQ(1, was_told(self->i));
	EXPECT_EQ(0, kill(self->q->pid, 0));
	EXPECT_EQ(0, wait_by(self->i, self->q->pid));
	EXPECT_TRUE(vanishes(self->q));
}

TEST_F(orphan, that_is_a_zombie_of_init_that_asked_is_for_it_to_reap)
{
	ASSERT_EQ(0, ask_for_orphans(self->i));
	ASSERT_EQ(0, actor_exit_zombie(self->q));
	ASSERT_EQ(0, actor_exit(self->m, 0));
	EXPECT_EQ(0, kill(self->q->pid, 0));
	EXPECT_EQ(1, was_told(self->i));
	EXPECT_EQ(0, wait_by(self->i, self->q->pid));
}

/* Its own pid namespace: there is no other way to be pid 1. */
TEST_F(orphan, of_pid_1_is_for_it_to_reap)
{
	struct actor *one, *p, *q;

	ASSERT_EQ(0, actor_unshare(self->i, CLONE_NEWPID));
	one = spawn(self->i);
	ASSERT_NE(NULL, one);
	ASSERT_EQ(one->pid, container_init(main_actor, self->m));
	p = spawn(one);
	ASSERT_NE(NULL, p);
	q = spawn(p);
	ASSERT_NE(NULL, q);
	ASSERT_EQ(0, actor_exit(p, 0));
	EXPECT_EQ(one->pid, actor_ppid(main_actor, q));
	ASSERT_EQ(0, actor_exit_zombie(q));
	EXPECT_EQ(0, kill(q->pid, 0));
	EXPECT_EQ(0, wait_by(one, q->local_pid));
	EXPECT_TRUE(vanishes(q));
}

/* Where there is another subreaper on the way, nothing is the container's. */
TEST_F(orphan, of_a_subreaper_inside_is_for_it_to_reap)
{
	struct actor *r;

	ASSERT_EQ(0, ask_for_orphans(self->m));
	r = spawn(self->q);
	ASSERT_NE(NULL, r);
	ASSERT_EQ(0, actor_exit(self->q, 0));
	EXPECT_EQ(self->m->pid, actor_ppid(main_actor, r));
	ASSERT_EQ(0, actor_exit_zombie(r));
	EXPECT_EQ(0, kill(r->pid, 0));
	EXPECT_EQ(0, wait_by(self->m, r->pid));
}

TEST_HARNESS_MAIN
