// SPDX-License-Identifier: GPL-2.0
/* container.kill: SIGKILL for a whole container, and the end of it */

#include <poll.h>
#include <sys/ptrace.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "file.h"
#include "freeze.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "trace.h"
#include "world.h"

#define JOB CHILDREN "/job"

/*
 * /job has the init i, and a member m that came from outside: both are children
 * of the main process. There is a member c of the world's container.
 */
FIXTURE(kill) {
	struct actor *i, *m, *c;
	__s64 id;
	int pipe[2];
};

FIXTURE_WORLD(kill)
{
	ASSERT_EQ(0, pipe(self->pipe));
	self->c = spawn(main_actor);
	ASSERT_NE(NULL, self->c);
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->id = container_id(main_actor, self->i);
	self->m = spawn_entered(main_actor, self->id);
	ASSERT_NE(NULL, self->m);
}

static __s64 kill_child(const char *name)
{
	return write_child(name, "kill", "1");
}

/* Kill /job with just these two in it: they are dead, and it is gone. */
static int kill_job(struct actor *i, struct actor *m)
{
	__s64 id = child_id(main_actor, "job");
	__s64 err = kill_child("job");

	if (err)
		return err;
	if (actor_reap(i) != SIGKILL || actor_reap(m) != SIGKILL)
		return -ECHILD;
	return strcmp(container_state(main_actor, id), "gone") ? -EBUSY : 0;
}

/* It is dying: its directory may have gone, or is still open. */
static bool takes_no_process(__s64 id, struct actor *a)
{
	__s64 err = actor_enter(a, id);

	return err == -ESTALE || err == -ESRCH;
}

TEST_F(kill, ends_all_members_and_the_container)
{
	EXPECT_EQ(0, kill_job(self->i, self->m));
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN));
	EXPECT_EQ(-ESTALE, actor_enter(self->c, self->id));
}

TEST_F(kill, ends_what_is_below)
{
	struct actor *u = spawn_unshared(self->m, CLONE_NEWUTS), *e, *f;
	struct table t;

	ASSERT_NE(NULL, u);
	e = spawn_explicit(self->m, "part");
	ASSERT_NE(NULL, e);
	f = spawn_unshared(e, CLONE_NEWUTS);
	ASSERT_NE(NULL, f);
	EXPECT_EQ(0, kill_child("job"));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(u));
	EXPECT_EQ(SIGKILL, actor_reap(e));
	EXPECT_EQ(SIGKILL, actor_reap(f));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

TEST_F(kill, ends_empty_ones_below)
{
	struct table t;

	ASSERT_EQ(0, actor_mkdir_child(self->i, "part"));
	EXPECT_EQ(0, kill_job(self->i, self->m));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

TEST_F(kill, ends_implicit_ones)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *b;
	__s64 id;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	id = container_id(main_actor, a);
	EXPECT_EQ(0, kill_child("unnamed1"));
	EXPECT_EQ(SIGKILL, actor_reap(a));
	EXPECT_EQ(SIGKILL, actor_reap(b));
	EXPECT_STREQ("gone", container_state(main_actor, id));
}

TEST_F(kill, leaves_parent_and_siblings_alone)
{
	struct actor *e = spawn_explicit(self->i, "part");
	struct actor *f = spawn_explicit(self->i, "piece");

	ASSERT_NE(NULL, e);
	ASSERT_NE(NULL, f);
	EXPECT_EQ(0, kill_child("job/part"));
	EXPECT_EQ(SIGKILL, actor_reap(e));
	EXPECT_EQ(0, actor_unshare(f, 0));
	EXPECT_EQ(0, actor_unshare(self->i, 0));
	EXPECT_EQ(0, actor_unshare(self->m, 0));
	EXPECT_EQ(0, actor_unshare(self->c, 0));
	EXPECT_STREQ("running", container_state(main_actor, self->id));
}

/* It is by membership, not by descent. */
TEST_F(kill, leaves_children_of_members_outside_alone)
{
	struct actor *p = spawn(main_actor), *q;

	ASSERT_NE(NULL, p);
	q = spawn(p);
	ASSERT_NE(NULL, q);
	ASSERT_EQ(0, actor_enter(p, self->id));
	EXPECT_EQ(0, kill_child("job"));
	EXPECT_EQ(SIGKILL, actor_reap(p));
	EXPECT_EQ(0, actor_unshare(q, 0));
}

TEST_F(kill, takes_a_number_with_newline)
{
	EXPECT_EQ(0, write_child("job", "kill", "1\n"));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
}

TEST_F(kill, takes_nothing_but_1)
{
	EXPECT_EQ(-ERANGE, write_child("job", "kill", "0"));
	EXPECT_EQ(-ERANGE, write_child("job", "kill", "2"));
	EXPECT_EQ(-ERANGE, write_child("job", "kill", "-1"));
	EXPECT_EQ(-EINVAL, write_child("job", "kill", "\n"));
	EXPECT_EQ(-EINVAL, write_child("job", "kill", "x"));
	EXPECT_EQ(-EINVAL, write_child("job", "kill", "1x"));
	EXPECT_EQ(-EINVAL, write_child("job", "kill", "1 1"));
	EXPECT_EQ(0, actor_unshare(self->i, 0));
	EXPECT_EQ(0, actor_unshare(self->m, 0));
	EXPECT_STREQ("running", container_state(main_actor, self->id));
}

TEST_F(kill, of_one_that_is_gone_is_enodev)
{
	int fd = open(JOB "/container.kill", O_WRONLY | O_CLOEXEC);

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, kill_job(self->i, self->m));
	EXPECT_EQ(-ENODEV, actor_write_fd(main_actor, fd, "1"));
	/* Nor of another of that name */
	EXPECT_EQ(0, actor_mkdir_child(main_actor, "job"));
	EXPECT_EQ(-ENODEV, actor_write_fd(main_actor, fd, "1"));
	close(fd);
}

TEST_F(kill, works_on_the_own_container)
{
	EXPECT_EQ(-EOWNERDEAD, actor_write(self->m, "1", "%s/container.kill",
					   container_dir(self->m)));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(kill, works_on_the_own_container_of_init)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);

	ASSERT_NE(NULL, a);
	EXPECT_EQ(-EOWNERDEAD, actor_write(a, "1", "%s/container.kill",
					   container_dir(a)));
	EXPECT_EQ(SIGKILL, actor_reap(a));
}

TEST_F(kill, of_one_without_members_leaves_it)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "new"));
	EXPECT_EQ(0, kill_child("new"));
	EXPECT_TRUE(child_has_state("new", "empty"));
	EXPECT_EQ(0, actor_mkdir_child(main_actor, "new/part"));
	EXPECT_EQ(0, actor_enter(self->c, child_id(main_actor, "new")));
	EXPECT_TRUE(child_has_state("new", "running"));
}

TEST_F(kill, of_one_without_members_ends_what_is_below)
{
	struct actor *e = spawn(main_actor);

	ASSERT_NE(NULL, e);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "new"));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "new/part"));
	ASSERT_EQ(0, actor_enter(e, child_id(main_actor, "new/part")));
	EXPECT_EQ(0, kill_child("new"));
	EXPECT_EQ(SIGKILL, actor_reap(e));
	EXPECT_TRUE(child_has_state("new", "empty"));
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN "/new"));
}

TEST_F(kill, makes_it_dying_for_good)
{
	struct actor *tracer = spawn(main_actor);
	int freeze_fd = open(JOB "/container.freeze", O_WRONLY | O_CLOEXEC);
	int kill_fd = open(JOB "/container.kill", O_WRONLY | O_CLOEXEC);

	ASSERT_NE(NULL, tracer);
	ASSERT_LE(0, freeze_fd);
	ASSERT_LE(0, kill_fd);
	ASSERT_EQ(0, actor_hold(tracer, self->m));
	EXPECT_EQ(0, kill_child("job"));
	EXPECT_EQ(0, actor_wait_held(tracer, self->m));
	EXPECT_STREQ("dying", container_state(main_actor, self->id));
	EXPECT_TRUE(takes_no_process(self->id, self->c));
	actor_write_fd(main_actor, freeze_fd, "1");
	EXPECT_STREQ("dying", container_state(main_actor, self->id));
	actor_write_fd(main_actor, freeze_fd, "0");
	EXPECT_STREQ("dying", container_state(main_actor, self->id));
	EXPECT_EQ(0, actor_write_fd(main_actor, kill_fd, "1"));
	EXPECT_STREQ("dying", container_state(main_actor, self->id));
	close(freeze_fd);
	close(kill_fd);

	EXPECT_EQ(0, actor_release(tracer, self->m));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

/* A supervisor that has waited for init may want it, before all members are gone. */
TEST_F(kill, gives_the_name_back_at_once)
{
	struct actor *tracer = spawn(main_actor);
	struct table table;
	struct row *row;

	ASSERT_NE(NULL, tracer);
	ASSERT_EQ(0, actor_hold(tracer, self->m));
	EXPECT_EQ(0, kill_child("job"));
	EXPECT_EQ(-ENOENT, child_id(main_actor, "job"));
	EXPECT_EQ(0, actor_mkdir_child(main_actor, "job"));
	EXPECT_LT(self->id, child_id(main_actor, "job"));
	ASSERT_EQ(0, actor_wait_held(tracer, self->m));
	ASSERT_EQ(3, read_table(main_actor, &table));
	row = find_id(&table, self->id);
	ASSERT_NE(NULL, row);
	EXPECT_STREQ("/job (deleted)", row->path);
	EXPECT_EQ(0, actor_release(tracer, self->m));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
}

TEST_F(kill, makes_implicit_ones_dying_for_good)
{
	struct actor *tracer = spawn(main_actor);
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	__s64 id;

	ASSERT_NE(NULL, tracer);
	ASSERT_NE(NULL, a);
	id = container_id(main_actor, a);
	ASSERT_EQ(0, actor_hold(tracer, a));
	EXPECT_EQ(0, kill_child("unnamed1"));
	EXPECT_EQ(0, actor_wait_held(tracer, a));
	EXPECT_STREQ("dying", container_state(main_actor, id));
	EXPECT_TRUE(takes_no_process(id, self->c));
	EXPECT_EQ(0, actor_release(tracer, a));
	EXPECT_EQ(SIGKILL, actor_reap(a));
	EXPECT_STREQ("gone", container_state(main_actor, id));
}

TEST_F(kill, ends_the_init_of_a_pid_namespace)
{
	struct actor *one, *p;

	one = spawn_how(self->m, SPAWN_CLONE, CLONE_NEWPID);
	ASSERT_NE(NULL, one);
	p = spawn(one);
	ASSERT_NE(NULL, p);
	EXPECT_EQ(0, kill_child("job"));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(one));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(kill, ends_the_frozen)
{
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(0, kill_job(self->i, self->m));
}

TEST_F(kill, ends_the_frozen_below)
{
	struct actor *e = spawn_explicit(self->i, "part");

	ASSERT_NE(NULL, e);
	ASSERT_EQ(0, freeze_child("job/part"));
	EXPECT_EQ(0, kill_child("job"));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(e));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(kill, ends_those_frozen_from_above)
{
	struct actor *e = spawn_explicit(self->i, "part");

	ASSERT_NE(NULL, e);
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(0, kill_child("job/part"));
	/* Its parent can only reap it later. */
	EXPECT_EQ(0, thaw_child("job"));
	EXPECT_EQ(SIGKILL, actor_reap(e));
	EXPECT_EQ(0, actor_unshare(self->i, 0));
}

TEST_F(kill, ends_the_stopped)
{
	int status;

	ASSERT_EQ(0, kill(self->m->pid, SIGSTOP));
	ASSERT_EQ(self->m->pid, waitpid(self->m->pid, &status, WUNTRACED));
	ASSERT_TRUE(WIFSTOPPED(status));
	EXPECT_EQ(0, kill_job(self->i, self->m));
}

TEST_F(kill, ends_the_traced)
{
	int status;

	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, self->m->pid, 0, 0));
	ASSERT_EQ(0, ptrace(PTRACE_INTERRUPT, self->m->pid, 0, 0));
	ASSERT_EQ(self->m->pid, waitpid(self->m->pid, &status, __WALL));
	ASSERT_TRUE(WIFSTOPPED(status));
	EXPECT_EQ(0, kill_job(self->i, self->m));
}

static __s64 do_vfork(struct actor *a)
{
	if (vfork() == 0) {
		if (write(a->arg[0], ".", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	return 0;
}

TEST_F(kill, ends_one_that_waits_for_vfork)
{
	int events = open(JOB "/container.events", O_RDONLY | O_CLOEXEC);
	char byte;

	ASSERT_LE(0, events);
	actor_post(self->m, do_vfork, self->pipe[1], 0, 0, 0);
	ASSERT_EQ(1, read(self->pipe[0], &byte, 1));
	EXPECT_EQ(0, kill_child("job"));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(0, wait_end(events));
	close(events);
}

TEST_F(kill, ends_all_threads)
{
	ASSERT_NE(NULL, spawn_thread(self->m));
	ASSERT_NE(NULL, spawn_thread(self->m));
	EXPECT_EQ(0, kill_job(self->i, self->m));
}

TEST_F(kill, ends_those_whose_leader_is_a_zombie)
{
	ASSERT_NE(NULL, spawn_thread(self->m));
	ASSERT_EQ(0, actor_exit_thread(self->m));
	EXPECT_EQ(0, kill_job(self->i, self->m));
}

TEST_F(kill, ends_threads_with_namespaces_of_their_own)
{
	struct actor *t = spawn_thread(self->m);
	struct table table;

	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_unshare(t, CLONE_NEWUTS));
	EXPECT_EQ(0, kill_job(self->i, self->m));
	EXPECT_EQ(1, read_table(main_actor, &table));
}

/* It is in a container of its own, but cannot do without init. */
TEST_F(kill, ends_what_threads_made)
{
	struct actor *t = spawn_thread(self->m), *one;
	struct table table;

	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_unshare(t, CLONE_NEWPID));
	one = spawn(t);
	ASSERT_NE(NULL, one);
	ASSERT_STREQ("/job/unnamed1", container_path(main_actor, one));
	EXPECT_EQ(0, kill_child("job"));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(one));
	EXPECT_EQ(1, read_table(main_actor, &table));
}

TEST(root_is_not_killed)
{
	if (!in_root_container())
		SKIP(return, "not run in the root container");
	EXPECT_EQ(-EPERM, write_own("kill", "1"));
}

TEST_HARNESS_MAIN
