// SPDX-License-Identifier: GPL-2.0
/*
 * Orphans in an explicit container go to its init, as to a child subreaper. An
 * init that is none is their parent by name: see autoreap_test.c.
 *
 * The main process is one, too, but outside: it gets what it always did.
 */

#include <sys/prctl.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

/* /job has the init i, and a member m that came from outside. */
FIXTURE(orphan) {
	struct actor *i, *m;
	__s64 id;
};

FIXTURE_WORLD(orphan)
{
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->id = container_id(main_actor, self->i);
	self->m = spawn_entered(main_actor, self->id);
	ASSERT_NE(NULL, self->m);
}

static __s64 do_subreaper(struct actor *a)
{
	(void)a;
	return result(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
}

static __s64 become_subreaper(struct actor *a)
{
	return actor_call(a, do_subreaper, 0, 0, 0, 0);
}

/* Have @parent exit: the pid of its child's parent then */
static __s64 ppid_after(struct actor *parent, struct actor *child)
{
	int ret = actor_exit(parent, 0);

	return ret ? -EINVAL : actor_ppid(main_actor, child);
}

TEST_F(orphan, goes_to_init)
{
	struct actor *q = spawn(self->m);

	ASSERT_NE(NULL, q);
	EXPECT_EQ(self->m->pid, actor_ppid(main_actor, q));
	EXPECT_EQ(self->i->pid, ppid_after(self->m, q));
}

TEST_F(orphan, goes_to_init_when_its_parent_is_killed)
{
	struct actor *q = spawn(self->m);

	ASSERT_NE(NULL, q);
	EXPECT_EQ(SIGKILL, actor_kill(self->m, SIGKILL));
	EXPECT_EQ(self->i->pid, actor_ppid(main_actor, q));
}

TEST_F(orphan, is_reaped_by_init_that_asked)
{
	struct actor *q = spawn(self->m);

	ASSERT_NE(NULL, q);
	ASSERT_EQ(0, become_subreaper(self->i));
	EXPECT_EQ(self->i->pid, ppid_after(self->m, q));
	q->parent = self->i;
	EXPECT_EQ(7 << 8, actor_exit(q, 7));
}

TEST_F(orphan, that_is_a_zombie_is_reaped_by_init_that_asked)
{
	struct actor *q = spawn(self->m);

	ASSERT_NE(NULL, q);
	ASSERT_EQ(0, become_subreaper(self->i));
	EXPECT_EQ(0, actor_exit_zombie(q));
	EXPECT_EQ(self->i->pid, ppid_after(self->m, q));
	q->parent = self->i;
	EXPECT_EQ(0, actor_reap(q));
}

TEST_F(orphan, of_many_generations_goes_to_init)
{
	struct actor *a[6];
	int n;

	a[0] = self->m;
	for (n = 1; n < 6; n++) {
		a[n] = spawn(a[n - 1]);
		ASSERT_NE(NULL, a[n]);
	}
	/* The ones in between, and the one that came from outside last */
	EXPECT_EQ(self->i->pid, ppid_after(a[2], a[3]));
	a[3]->parent = self->i;
	EXPECT_EQ(self->i->pid, ppid_after(a[3], a[4]));
	EXPECT_EQ(self->i->pid, ppid_after(a[0], a[1]));
	EXPECT_EQ(a[4]->pid, actor_ppid(main_actor, a[5]));
}

TEST_F(orphan, of_a_child_of_init_goes_to_init)
{
	struct actor *p = spawn(self->i), *q;

	ASSERT_NE(NULL, p);
	q = spawn(p);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(self->i->pid, ppid_after(p, q));
}

TEST_F(orphan, in_an_implicit_container_below_goes_to_init)
{
	struct actor *u = spawn_unshared(self->m, CLONE_NEWUTS), *q;

	ASSERT_NE(NULL, u);
	q = spawn(u);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(self->i->pid, ppid_after(u, q));
	EXPECT_STREQ("/job/unnamed1", container_path(main_actor, q));
}

TEST_F(orphan, whose_parent_moved_down_goes_to_init_above)
{
	struct actor *p = spawn(self->m), *q;

	ASSERT_NE(NULL, p);
	q = spawn(p);
	ASSERT_NE(NULL, q);
	ASSERT_EQ(0, actor_unshare(p, CLONE_NEWUTS));
	EXPECT_EQ(self->i->pid, ppid_after(p, q));
}

TEST_F(orphan, in_an_implicit_container_goes_where_it_ever_did)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *p, *q;

	ASSERT_NE(NULL, a);
	p = spawn(a);
	ASSERT_NE(NULL, p);
	q = spawn(p);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(a->pid, container_init(main_actor, q));
	EXPECT_EQ(getpid(), ppid_after(p, q));
}

TEST_F(orphan, goes_to_a_subreaper_inside_instead)
{
	struct actor *p, *q;

	ASSERT_EQ(0, become_subreaper(self->m));
	p = spawn(self->m);
	ASSERT_NE(NULL, p);
	q = spawn(p);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(self->m->pid, ppid_after(p, q));
	EXPECT_EQ(self->i->pid, ppid_after(self->m, q));
}

TEST_F(orphan, goes_to_a_subreaper_further_down_instead)
{
	struct actor *u = spawn_unshared(self->m, CLONE_NEWUTS), *p, *q;

	ASSERT_NE(NULL, u);
	ASSERT_EQ(0, become_subreaper(u));
	p = spawn(u);
	ASSERT_NE(NULL, p);
	q = spawn(p);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(u->pid, ppid_after(p, q));
}

TEST_F(orphan, does_not_go_to_a_subreaper_outside)
{
	struct actor *r = spawn(main_actor), *m, *q;

	ASSERT_NE(NULL, r);
	ASSERT_EQ(0, become_subreaper(r));
	m = spawn_entered(r, self->id);
	ASSERT_NE(NULL, m);
	q = spawn(m);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(self->i->pid, ppid_after(m, q));
}

TEST_F(orphan, goes_to_the_nearest_init)
{
	struct actor *j = spawn_explicit(self->i, "part"), *m, *q;

	ASSERT_NE(NULL, j);
	m = spawn_entered(self->m, container_id(main_actor, j));
	ASSERT_NE(NULL, m);
	q = spawn(m);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(j->pid, ppid_after(m, q));
	/* Those further up have nothing to do with it. */
	m = spawn(self->m);
	ASSERT_NE(NULL, m);
	q = spawn(m);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(self->i->pid, ppid_after(m, q));
}

TEST_F(orphan, born_above_goes_to_the_init_there)
{
	struct actor *j = spawn_explicit(self->i, "part"), *p, *q;

	ASSERT_NE(NULL, j);
	p = spawn(self->m);
	ASSERT_NE(NULL, p);
	q = spawn(p);
	ASSERT_NE(NULL, q);
	ASSERT_EQ(0, actor_enter(p, container_id(main_actor, j)));
	EXPECT_EQ(self->i->pid, ppid_after(p, q));
}

/* f has the child m, which has i. What i descends from cannot be its child. */
TEST_F(orphan, of_an_ancestor_of_init_goes_to_init)
{
	struct actor *f = spawn(main_actor), *m, *i, *q;
	__s64 id;

	ASSERT_NE(NULL, f);
	m = spawn(f);
	ASSERT_NE(NULL, m);
	i = spawn(m);
	ASSERT_NE(NULL, i);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "late"));
	id = child_id(main_actor, "late");
	ASSERT_EQ(0, actor_enter(i, id));
	ASSERT_EQ(0, actor_enter(f, id));
	q = spawn(f);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(i->pid, ppid_after(f, q));
	EXPECT_EQ(getpid(), actor_ppid(main_actor, m));
	ASSERT_EQ(0, actor_enter(m, id));
	q = spawn(m);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(i->pid, ppid_after(m, q));
	EXPECT_EQ(getpid(), actor_ppid(main_actor, i));
}

/* Each init makes a time namespace, and the first child in it takes over. */
TEST_F(orphan, of_an_init_before_the_last_goes_to_the_present_one)
{
	struct actor *first, *second, *q;

	ASSERT_EQ(0, actor_unshare(self->i, CLONE_NEWTIME));
	first = spawn(self->i);
	ASSERT_NE(NULL, first);
	ASSERT_EQ(first->pid, container_init(main_actor, first));
	ASSERT_EQ(0, actor_unshare(first, CLONE_NEWTIME));
	second = spawn(first);
	ASSERT_NE(NULL, second);
	ASSERT_EQ(second->pid, container_init(main_actor, second));
	q = spawn(self->i);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(second->pid, ppid_after(self->i, q));
	EXPECT_EQ(getpid(), actor_ppid(main_actor, first));
}

TEST_F(orphan, born_outside_goes_where_it_did)
{
	struct actor *p = spawn(main_actor), *q;

	ASSERT_NE(NULL, p);
	q = spawn(p);
	ASSERT_NE(NULL, q);
	ASSERT_EQ(0, actor_enter(p, self->id));
	EXPECT_EQ(getpid(), ppid_after(p, q));
}

TEST_F(orphan, of_a_parent_outside_goes_where_it_did)
{
	struct actor *p = spawn(main_actor), *m;

	ASSERT_NE(NULL, p);
	m = spawn_entered(p, self->id);
	ASSERT_NE(NULL, m);
	EXPECT_EQ(getpid(), ppid_after(p, m));
}

TEST_F(orphan, has_a_parent_while_another_thread_lives)
{
	struct actor *t = spawn_thread(self->m), *q;

	ASSERT_NE(NULL, t);
	q = spawn(t);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(0, actor_exit_thread(t));
	EXPECT_EQ(self->m->pid, actor_ppid(main_actor, q));
	EXPECT_EQ(self->i->pid, ppid_after(self->m, q));
}

TEST_F(orphan, has_a_parent_while_the_leader_is_a_zombie)
{
	struct actor *t = spawn_thread(self->m), *q;

	ASSERT_NE(NULL, t);
	q = spawn(self->m);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(0, actor_exit_thread(self->m));
	EXPECT_EQ(self->m->pid, actor_ppid(main_actor, q));
	EXPECT_EQ(0, actor_exit(t, 0));
	EXPECT_EQ(self->i->pid, actor_ppid(main_actor, q));
}

TEST_F(orphan, of_a_thread_apart_goes_to_init)
{
	struct actor *t = spawn_thread(self->m), *q;

	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_unshare(t, CLONE_NEWUTS));
	q = spawn(t);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(self->i->pid, ppid_after(self->m, q));
}

TEST_F(orphan, goes_to_init_whose_leader_is_a_zombie)
{
	struct actor *t = spawn_thread(self->i), *q;

	ASSERT_NE(NULL, t);
	q = spawn(self->m);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(0, actor_exit_thread(self->i));
	EXPECT_EQ(self->i->pid, ppid_after(self->m, q));
}

/* The new init cannot be the parent of those in the outer pid namespace. */
TEST_F(orphan, in_another_pid_namespace_than_init_goes_where_it_did)
{
	struct actor *p, *q;

	ASSERT_EQ(0, actor_unshare(self->i, CLONE_NEWPID));
	p = spawn(self->i);
	ASSERT_NE(NULL, p);
	ASSERT_EQ(p->pid, container_init(main_actor, self->m));
	q = spawn(self->m);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(getpid(), ppid_after(self->m, q));
}

TEST_F(orphan, in_the_pid_namespace_of_init_goes_to_init)
{
	struct actor *one, *p, *q;

	ASSERT_EQ(0, actor_unshare(self->i, CLONE_NEWPID));
	one = spawn(self->i);
	ASSERT_NE(NULL, one);
	p = spawn(one);
	ASSERT_NE(NULL, p);
	q = spawn(p);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(one->pid, ppid_after(p, q));
}

TEST_F(orphan, in_a_pid_namespace_below_stays_there)
{
	struct actor *one, *p, *q;

	one = spawn_how(self->i, SPAWN_CLONE, CLONE_NEWPID);
	ASSERT_NE(NULL, one);
	p = spawn(one);
	ASSERT_NE(NULL, p);
	q = spawn(p);
	ASSERT_NE(NULL, q);
	EXPECT_EQ(one->pid, ppid_after(p, q));
	EXPECT_EQ(self->i->pid, container_init(main_actor, self->i));
}

TEST_F(orphan, goes_to_init_above_when_its_own_is_gone)
{
	struct actor *j = spawn_explicit(self->i, "part"), *m;

	ASSERT_NE(NULL, j);
	m = spawn(j);
	ASSERT_NE(NULL, m);
	EXPECT_EQ(0, actor_exit(j, 0));
	m->parent = self->i;
	EXPECT_EQ(SIGKILL, actor_reap(m));
}

TEST_HARNESS_MAIN
