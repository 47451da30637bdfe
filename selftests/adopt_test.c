// SPDX-License-Identifier: GPL-2.0
/*
 * A pid written to container.procs: that process moves down into the container,
 * with all its threads and nothing else.
 */

#include <sys/ptrace.h>
#include <time.h>

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
#include "rest.h"
#include "stat.h"
#include "trace.h"
#include "world.h"

#define JOB CHILDREN "/job"

/* /job has the init i. p is in the world's container, like its child q. */
FIXTURE(adopt) {
	struct actor *i, *p, *q;
	__s64 id, world_id;
	bool in_root;
	int pipe[2], end[2];
};

FIXTURE_SETUP(adopt)
{
	self->in_root = in_root_container();
	ASSERT_EQ(0, pipe(self->pipe));
	ASSERT_EQ(0, pipe(self->end));
	if (!setup_world(_metadata))
		return;
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->p = spawn(main_actor);
	ASSERT_NE(NULL, self->p);
	self->q = spawn(self->p);
	ASSERT_NE(NULL, self->q);
	self->id = container_id(main_actor, self->i);
	self->world_id = container_id(main_actor, main_actor);
}

FIXTURE_TEARDOWN(adopt)
{
	world_destroy();
}

static __s64 adopt_pid(const char *name, pid_t pid)
{
	return write_child_number(name, "procs", pid);
}

static __s64 adopt(const char *name, struct actor *a)
{
	return adopt_pid(name, a->pid);
}

/* Into the container that is above all others here */
static __s64 adopt_up(struct actor *a)
{
	return adopt_pid(".", a->pid);
}

TEST_F(adopt, moves_the_process)
{
	EXPECT_EQ(0, adopt("job", self->p));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
	EXPECT_STREQ("/", container_path(self->p, self->p));
	EXPECT_EQ(self->i->pid, container_init(main_actor, self->p));
	EXPECT_EQ(2, stat_of(JOB "/container.stat", PROCS));
	ASSERT_LT(0, actor_read(main_actor, JOB "/container.procs"));
	EXPECT_TRUE(actor_has_pid(main_actor, self->p->pid));
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/container.procs"));
	EXPECT_FALSE(actor_has_pid(main_actor, self->p->pid));
}

TEST_F(adopt, moves_it_by_more_than_one_level)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/part"));
	EXPECT_EQ(0, adopt("job/part", self->p));
	EXPECT_STREQ("/job/part", container_path(main_actor, self->p));
	EXPECT_EQ(1, stat_of(JOB "/part/container.stat", PROCS));
}

TEST_F(adopt, moves_it_further_down_later)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/part"));
	EXPECT_EQ(0, adopt("job", self->p));
	EXPECT_EQ(0, adopt("job/part", self->p));
	EXPECT_STREQ("/job/part", container_path(main_actor, self->p));
}

TEST_F(adopt, leaves_its_children_where_they_are)
{
	struct actor *child;

	EXPECT_EQ(0, adopt("job", self->p));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->q));
	child = spawn(self->p);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(self->id, container_id(main_actor, child));
}

TEST_F(adopt, leaves_its_namespaces)
{
	struct snapshot before, after;

	snapshot(self->p, &before);
	EXPECT_EQ(0, adopt("job", self->p));
	snapshot(self->p, &after);
	EXPECT_NE(before.container, after.container);
	before.container = after.container;
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_F(adopt, moves_all_threads)
{
	struct actor *t = spawn_thread(self->p);

	ASSERT_NE(NULL, t);
	ASSERT_NE(NULL, spawn_thread(self->p));
	EXPECT_EQ(0, adopt("job", self->p));
	EXPECT_EQ(2, stat_of(JOB "/container.stat", PROCS));
	EXPECT_EQ(4, stat_of(JOB "/container.stat", THREADS));
	start_counting(self->p, do_count, 0);
	start_counting(t, do_count, 0);
	ASSERT_TRUE(actor_counts(self->p));
	ASSERT_TRUE(actor_counts(t));
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(self->p));
	EXPECT_TRUE(actor_stands_still(t));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_EQ(0, stop_counting(self->p));
	EXPECT_EQ(0, stop_counting(t));
}

TEST_F(adopt, of_any_thread_moves_the_process)
{
	struct actor *t = spawn_thread(self->p);

	ASSERT_NE(NULL, t);
	EXPECT_EQ(0, adopt_pid("job", t->tid));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
	EXPECT_EQ(3, stat_of(JOB "/container.stat", THREADS));
}

TEST_F(adopt, of_one_whose_leader_is_a_zombie)
{
	struct actor *t = spawn_thread(self->p);

	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_exit_thread(self->p));
	EXPECT_EQ(0, adopt("job", self->p));
	EXPECT_EQ(self->id, container_id(main_actor, t));
	EXPECT_EQ(SIGKILL, actor_kill(self->p, SIGKILL));
	EXPECT_EQ(1, stat_of(JOB "/container.stat", PROCS));
}

TEST_F(adopt, of_0_moves_the_writer)
{
	EXPECT_EQ(0, actor_write(self->p, "0", JOB "/container.procs"));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
	/* With more than one thread, too */
	ASSERT_NE(NULL, spawn_thread(self->q));
	EXPECT_EQ(0, actor_write(self->q, "0\n", JOB "/container.procs"));
	EXPECT_EQ(self->id, container_id(main_actor, self->q));
}

TEST_F(adopt, pid_is_of_the_writers_pid_namespace)
{
	struct actor *one = spawn_how(main_actor, SPAWN_CLONE, CLONE_NEWPID);
	struct actor *p;
	char pid[16];

	ASSERT_NE(NULL, one);
	p = spawn(one);
	ASSERT_NE(NULL, p);
	ASSERT_NE(p->pid, p->local_pid);
	ASSERT_EQ(0, actor_mkdir_child(one, "part"));
	snprintf(pid, sizeof(pid), "%d", p->local_pid);
	EXPECT_EQ(0, actor_write(one, pid, "%s/part/container.procs",
				 container_dir(one)));
	EXPECT_STREQ("/unnamed1/part", container_path(main_actor, p));
	ASSERT_LT(0, actor_read(one, "%s/container.procs", container_dir(p)));
	EXPECT_TRUE(actor_has_pid(one, p->local_pid));
}

TEST_F(adopt, into_where_it_is_succeeds)
{
	EXPECT_EQ(0, adopt_up(self->p));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->p));
	EXPECT_EQ(0, adopt("job", self->i));
	EXPECT_EQ(0, adopt("job", self->p));
	EXPECT_EQ(0, adopt("job", self->p));
	EXPECT_EQ(2, stat_of(JOB "/container.stat", PROCS));
	EXPECT_EQ(self->i->pid, container_init(main_actor, self->p));
}

TEST_F(adopt, first_into_an_empty_explicit_one_is_init)
{
	__s64 id;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, "new"));
	id = child_id(main_actor, "new");
	EXPECT_EQ(0, adopt("new", self->p));
	EXPECT_EQ(0, adopt("new", self->q));
	EXPECT_EQ(self->p->pid, container_init(main_actor, self->q));
	EXPECT_STREQ("running", container_state(main_actor, id));
	EXPECT_EQ(0, wait_child_events("new", "populated 1"));
	/* It ends with that. */
	EXPECT_EQ(0, actor_exit(self->p, 0));
	EXPECT_EQ(SIGKILL, actor_reap(self->q));
	EXPECT_STREQ("gone", container_state(main_actor, id));
}

TEST_F(adopt, into_an_implicit_one_makes_a_member)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);

	ASSERT_NE(NULL, a);
	EXPECT_EQ(0, adopt("unnamed1", self->p));
	EXPECT_EQ(a->pid, container_init(main_actor, self->p));
	/* Its oldest member, once init has gone */
	EXPECT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(self->p->pid, container_init(main_actor, self->p));
}

TEST_F(adopt, into_an_implicit_one_without_members_makes_its_init)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_mkdir_child(a, "part"));
	ASSERT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(0, adopt("unnamed1", self->p));
	EXPECT_EQ(self->p->pid, container_init(main_actor, self->p));
	EXPECT_TRUE(child_has_state("unnamed1", "running"));
}

TEST_F(adopt, of_an_implicit_init_leaves_the_container_to_the_next)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *b;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_mkdir_child(a, "part"));
	EXPECT_EQ(0, adopt("unnamed1/part", a));
	EXPECT_EQ(b->pid, container_init(main_actor, b));
	EXPECT_EQ(a->pid, container_init(main_actor, a));
	/* The last one leaves it empty, and it ends with what is below. */
	EXPECT_EQ(0, adopt("unnamed1/part", b));
	EXPECT_TRUE(child_has_state("unnamed1", "empty"));
	EXPECT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(SIGKILL, actor_reap(b));
	EXPECT_EQ(-ENOENT, child_id(main_actor, "unnamed1"));
}

TEST_F(adopt, upwards_einval)
{
	struct actor *e = spawn_explicit(self->i, "part"), *m;

	ASSERT_NE(NULL, e);
	m = spawn(e);
	ASSERT_NE(NULL, m);
	EXPECT_EQ(-EINVAL, adopt("job", m));
	EXPECT_EQ(-EINVAL, adopt_up(m));
	EXPECT_EQ(-EINVAL, adopt_up(self->i));
	EXPECT_STREQ("/job/part", container_path(main_actor, m));
}

TEST_F(adopt, sideways_einval)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);

	ASSERT_NE(NULL, a);
	EXPECT_EQ(-EINVAL, adopt("job", a));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, a));
}

TEST_F(adopt, explicit_init_einval)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/part"));
	EXPECT_EQ(-EINVAL, adopt("job/part", self->i));
	EXPECT_EQ(self->id, container_id(main_actor, self->i));
	EXPECT_TRUE(child_has_state("job/part", "empty"));
}

/* What it leaves behind goes to init, but for what init descends from. */
TEST_F(adopt, ancestor_of_an_explicit_init_moves)
{
	struct actor *init = spawn(self->q), *child;

	ASSERT_NE(NULL, init);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "late"));
	ASSERT_EQ(0, adopt("late", init));
	ASSERT_EQ(0, adopt("late", self->p));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->q));
	child = spawn(self->p);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(0, actor_exit(self->p, 0));
	EXPECT_EQ(init->pid, actor_ppid(main_actor, child));
	EXPECT_NE(init->pid, actor_ppid(main_actor, self->q));
}

TEST_F(adopt, no_process_esrch)
{
	struct actor *a = spawn(main_actor);
	pid_t pid;

	ASSERT_NE(NULL, a);
	pid = a->pid;
	ASSERT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(-ESRCH, adopt_pid("job", pid));
}

TEST_F(adopt, zombie_esrch)
{
	ASSERT_EQ(0, actor_exit_zombie(self->q));
	EXPECT_EQ(-ESRCH, adopt("job", self->q));
	EXPECT_EQ(0, actor_reap(self->q));
	EXPECT_EQ(1, stat_of(JOB "/container.stat", PROCS));
}

TEST_F(adopt, into_a_dying_one_esrch)
{
	struct actor *tracer = spawn(main_actor), *m = spawn_in("job");
	int fd = open(JOB "/container.procs", O_WRONLY | O_CLOEXEC);
	char pid[16];

	ASSERT_LE(0, fd);
	ASSERT_NE(NULL, tracer);
	ASSERT_NE(NULL, m);
	ASSERT_EQ(0, actor_hold(tracer, m));
	ASSERT_EQ(0, write_child("job", "kill", "1"));
	ASSERT_EQ(0, actor_wait_held(tracer, m));
	ASSERT_STREQ("dying", container_state(main_actor, self->id));
	snprintf(pid, sizeof(pid), "%d", self->p->pid);
	EXPECT_EQ(-ESRCH, actor_write_fd(main_actor, fd, pid));
	EXPECT_EQ(-ENOENT, adopt("job", self->p));
	EXPECT_EQ(0, actor_release(tracer, m));
	EXPECT_EQ(SIGKILL, actor_reap(m));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	/* It is gone by now. */
	EXPECT_EQ(-ESRCH, actor_write_fd(main_actor, fd, pid));
	EXPECT_EQ(0, actor_unshare(self->p, 0));
	EXPECT_EQ(self->world_id, container_id(main_actor, self->p));
	close(fd);
}

TEST_F(adopt, of_what_is_no_pid_einval)
{
	static const char * const text[] = { "\n", "x", "-1", "1x", "1 1" };
	size_t n;

	for (n = 0; n < ARRAY_SIZE(text); n++)
		EXPECT_EQ(-EINVAL, write_child("job", "procs", text[n])) {
			TH_LOG("text %zu", n);
		}
	EXPECT_EQ(1, stat_of(JOB "/container.stat", PROCS));
}

TEST_F(adopt, kernel_thread_eperm)
{
	if (strcmp(actor_value(main_actor, "/proc/2/comm"), "kthreadd"))
		SKIP(return, "not run in the initial pid namespace");
	EXPECT_EQ(-EPERM, adopt_pid("job", 2));
}

TEST_F(adopt, global_init_eperm)
{
	/* Elsewhere pid 1 is one that can be moved. */
	if (!self->in_root ||
	    strcmp(actor_value(main_actor, "/proc/2/comm"), "kthreadd"))
		SKIP(return, "not run in the root container");
	EXPECT_EQ(-EPERM, adopt_pid("job", 1));
	EXPECT_EQ(1, stat_of(JOB "/container.stat", PROCS));
}

static __s64 do_work(struct actor *a)
{
	clock_t end = clock() + CLOCKS_PER_SEC / 5;
	int n;

	for (n = 0; n < a->arg[0]; n++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			return -errno;
	}
	while (clock() < end)
		;
	return 0;
}

TEST_F(adopt, stat_stays_with_the_old_container)
{
	struct actor *m = spawn_in("job");
	struct stats before, after, part;

	ASSERT_NE(NULL, m);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/part"));
	ASSERT_EQ(0, actor_call(m, do_work, 5, 0, 0, 0));
	ASSERT_EQ(0, read_stats(JOB "/container.stat", &before));
	ASSERT_EQ(5, before.v[FORKS]);
	ASSERT_EQ(0, adopt("job/part", m));
	ASSERT_EQ(0, read_stats(JOB "/part/container.stat", &part));
	ASSERT_EQ(0, read_stats(JOB "/container.stat", &after));
	EXPECT_EQ(0, part.v[FORKS]);
	EXPECT_GT(before.v[USAGE] / 2, part.v[USAGE]);
	EXPECT_GT(before.v[MINOR_FAULTS], part.v[MINOR_FAULTS]);
	EXPECT_EQ(1, part.v[PROCS]);
	EXPECT_LT(0, part.v[RSS]);
	EXPECT_EQ(5, after.v[FORKS]);
	EXPECT_EQ(2, after.v[PROCS]);
	EXPECT_LE(before.v[USAGE], after.v[USAGE]);
	EXPECT_LE(before.v[MINOR_FAULTS], after.v[MINOR_FAULTS]);

	/* What comes now is the new one's, and is counted once. */
	ASSERT_EQ(0, actor_call(m, do_work, 3, 0, 0, 0));
	EXPECT_EQ(3, stat_of(JOB "/part/container.stat", FORKS));
	EXPECT_EQ(8, stat_of(JOB "/container.stat", FORKS));
}

TEST_F(adopt, of_one_that_runs_into_a_frozen_one_freezes_it)
{
	start_counting(self->p, do_count, 0);
	ASSERT_TRUE(actor_counts(self->p));
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(0, adopt("job", self->p));
	ASSERT_EQ(0, wait_child_events("job", "frozen 1"));
	EXPECT_TRUE(actor_stands_still(self->p));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->p));
	EXPECT_EQ(0, stop_counting(self->p));
}

TEST_F(adopt, of_one_that_is_frozen_leaves_it_so)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/part"));
	ASSERT_EQ(0, adopt("job", self->p));
	start_counting(self->p, do_count, 0);
	ASSERT_TRUE(actor_counts(self->p));
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(0, adopt("job/part", self->p));
	ASSERT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, wait_child_events("job/part", "frozen 1"));
	EXPECT_TRUE(actor_stands_still(self->p));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->p));
	EXPECT_EQ(0, stop_counting(self->p));
}

TEST_F(adopt, of_one_that_is_stopped_leaves_it_so)
{
	int status;

	ASSERT_EQ(0, kill(self->p->pid, SIGSTOP));
	ASSERT_EQ(self->p->pid, waitpid(self->p->pid, &status, WUNTRACED));
	ASSERT_TRUE(WIFSTOPPED(status));
	EXPECT_EQ(0, freeze_child("job"));
	EXPECT_EQ(0, adopt("job", self->p));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	EXPECT_EQ(0, thaw_child("job"));
	EXPECT_NE(NULL, strstr(actor_value(main_actor, "/proc/%d/stat",
					   self->p->pid), ") T "));
	ASSERT_EQ(0, kill(self->p->pid, SIGCONT));
	EXPECT_EQ(0, actor_unshare(self->p, 0));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
}

TEST_F(adopt, of_one_that_is_traced_leaves_it_so)
{
	int status;

	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, self->p->pid, 0, 0));
	ASSERT_EQ(0, ptrace(PTRACE_INTERRUPT, self->p->pid, 0, 0));
	ASSERT_EQ(self->p->pid, waitpid(self->p->pid, &status, __WALL));
	ASSERT_TRUE(WIFSTOPPED(status));
	EXPECT_EQ(0, adopt("job", self->p));
	EXPECT_NE(NULL, strstr(actor_value(main_actor, "/proc/%d/stat",
					   self->p->pid), ") t "));
	ASSERT_EQ(0, ptrace(PTRACE_DETACH, self->p->pid, 0, 0));
	EXPECT_EQ(0, actor_unshare(self->p, 0));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
}

/* The call takes until the other threads have exited. */
static __s64 do_exec_sleep(struct actor *a)
{
	(void)a;
	execlp("sleep", "sleep", "1000", NULL);
	return -errno;
}

static int told_of_signal;

static void tell_of_signal(int sig)
{
	(void)sig;
	if (write(told_of_signal, ".", 1) != 1)
		_exit(1);
}

static __s64 do_handle_signal(struct actor *a)
{
	struct sigaction action = {
		.sa_handler = tell_of_signal,
		.sa_flags = a->arg[1],
	};

	told_of_signal = a->arg[0];
	return sigaction(SIGUSR1, &action, NULL) < 0 ? -errno : 0;
}

/* The main process asks for other files meanwhile. */
static __s64 do_adopt(struct actor *a)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)a->arg[0]);
	return put_text(JOB "/container.procs", text);
}

/* p, which w is to move into /job, executes a program, which waits for the end of t. */
FIXTURE(adopt_executing) {
	struct actor *i, *p, *t, *w;
	int pipe[2];
	__s64 id;
};

FIXTURE_WORLD(adopt_executing)
{
	ASSERT_EQ(0, pipe(self->pipe));
	self->i = spawn_explicit(main_actor, "job");
	self->w = spawn(main_actor);
	self->p = spawn(main_actor);
	ASSERT_NE(NULL, self->i);
	ASSERT_NE(NULL, self->w);
	ASSERT_NE(NULL, self->p);
	self->t = spawn_thread(self->p);
	ASSERT_NE(NULL, self->t);
	self->id = container_id(main_actor, self->i);
	ASSERT_EQ(0, actor_hold(main_actor, self->t));
	actor_post(self->p, do_exec_sleep, 0, 0, 0, 0);
	ASSERT_EQ(0, actor_wait_held(main_actor, self->t));
}

TEST_F(adopt_executing, starts_again_after_a_signal_handler_with_sa_restart)
{
	char byte;

	ASSERT_EQ(0, actor_call(self->w, do_handle_signal, self->pipe[1],
				SA_RESTART, 0, 0));
	actor_post(self->w, do_adopt, self->p->pid, 0, 0, 0);
	ASSERT_TRUE(actor_is_busy(self->w));
	ASSERT_EQ(0, kill(self->w->pid, SIGUSR1));
	ASSERT_EQ(1, read(self->pipe[0], &byte, 1));
	EXPECT_TRUE(actor_is_busy(self->w));
	EXPECT_EQ(0, actor_release(main_actor, self->t));
	EXPECT_EQ(0, actor_collect(self->w));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
}

TEST_F(adopt_executing, is_ended_by_a_signal_handler_eintr)
{
	ASSERT_EQ(0, actor_call(self->w, do_handle_signal, self->pipe[1], 0, 0, 0));
	actor_post(self->w, do_adopt, self->p->pid, 0, 0, 0);
	ASSERT_TRUE(actor_is_busy(self->w));
	ASSERT_EQ(0, kill(self->w->pid, SIGUSR1));
	EXPECT_EQ(-EINTR, actor_collect(self->w));
	EXPECT_EQ(0, actor_release(main_actor, self->t));
	EXPECT_NE(self->id, container_id(main_actor, self->p));
}

TEST_F(adopt_executing, starts_again_after_the_writer_was_stopped)
{
	int status;

	actor_post(self->w, do_adopt, self->p->pid, 0, 0, 0);
	ASSERT_TRUE(actor_is_busy(self->w));
	ASSERT_EQ(0, kill(self->w->pid, SIGSTOP));
	ASSERT_EQ(self->w->pid, waitpid(self->w->pid, &status, WUNTRACED));
	ASSERT_EQ(0, kill(self->w->pid, SIGCONT));
	EXPECT_TRUE(actor_is_busy(self->w));
	EXPECT_EQ(0, actor_release(main_actor, self->t));
	EXPECT_EQ(0, actor_collect(self->w));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
}

static __s64 do_vfork(struct actor *a)
{
	char byte;

	if (vfork() == 0) {
		if (write(a->arg[0], ".", 1) != 1 ||
		    read(a->arg[1], &byte, 1) != 1)
			_exit(1);
		_exit(0);
	}
	return 0;
}

TEST_F(adopt, of_one_that_waits_for_vfork)
{
	char byte;

	actor_post(self->p, do_vfork, self->pipe[1], self->end[0], 0, 0);
	ASSERT_EQ(1, read(self->pipe[0], &byte, 1));
	EXPECT_EQ(0, adopt("job", self->p));
	EXPECT_EQ(self->id, container_id(main_actor, self->p));
	/* The child shares memory and no more. */
	EXPECT_EQ(2, stat_of(JOB "/container.stat", PROCS));
	ASSERT_EQ(1, write(self->end[1], ".", 1));
	EXPECT_EQ(0, actor_collect(self->p));
	EXPECT_EQ(2, stat_of(JOB "/container.stat", PROCS));
}

TEST_HARNESS_MAIN
