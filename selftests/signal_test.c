// SPDX-License-Identifier: GPL-2.0
/*
 * container.signal: a signal to each process of a container
 *
 * How often it comes is seen by signals that are queued, and blocked by all
 * that the main process starts.
 */

#include <limits.h>
#include <poll.h>
#include <time.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "cred.h"
#include "enter.h"
#include "file.h"
#include "freeze.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "trace.h"
#include "world.h"

#define JOB CHILDREN "/job"
#define QUEUED 40	/* as all from SIGRTMIN on */
#define LAST 64

/*
 * /job has the init i and a member m, which are children of the main process,
 * and below it is u with a container of its own. Outside is c.
 */
FIXTURE(signal) {
	struct actor *i, *m, *u, *c;
	__s64 id;
};

FIXTURE_WORLD(signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, QUEUED);
	sigaddset(&set, LAST);
	ASSERT_EQ(0, sigprocmask(SIG_BLOCK, &set, NULL));
	self->c = spawn(main_actor);
	ASSERT_NE(NULL, self->c);
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->id = container_id(main_actor, self->i);
	self->m = spawn_entered(main_actor, self->id);
	ASSERT_NE(NULL, self->m);
	self->u = spawn_unshared(self->m, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->u);
}

static __s64 signal_child(const char *name, int sig)
{
	return write_child_number(name, "signal", sig);
}

static __s64 do_take(struct actor *a)
{
	struct timespec zero = {};
	siginfo_t info;
	sigset_t set;
	int n = 0;

	sigemptyset(&set);
	sigaddset(&set, a->arg[0]);
	while (n < 100 && sigtimedwait(&set, &info, &zero) == a->arg[0]) {
		memcpy(a->buf, &info, sizeof(info));
		n++;
	}
	return n;
}

/* How many there were; what came with the last one is in *@info */
static int take(struct actor *a, int sig, siginfo_t *info)
{
	int n = actor_call(a, do_take, sig, 0, 0, 0);

	if (info)
		memcpy(info, a->buf, sizeof(*info));
	return n;
}

static int take_queued(struct actor *a)
{
	return take(a, QUEUED, NULL);
}

TEST_F(signal, comes_once_to_each_process)
{
	EXPECT_EQ(0, signal_child("job", QUEUED));
	EXPECT_EQ(1, take_queued(self->i));
	EXPECT_EQ(1, take_queued(self->m));
	EXPECT_EQ(1, take_queued(self->u));
}

TEST_F(signal, comes_as_often_as_it_is_sent)
{
	EXPECT_EQ(0, signal_child("job", QUEUED));
	EXPECT_EQ(0, signal_child("job", QUEUED));
	EXPECT_EQ(0, signal_child("job", QUEUED));
	EXPECT_EQ(3, take_queued(self->i));
	EXPECT_EQ(3, take_queued(self->u));
}

TEST_F(signal, comes_to_those_further_below)
{
	struct actor *e = spawn_explicit(self->u, "part"), *f;

	ASSERT_NE(NULL, e);
	f = spawn_unshared(e, CLONE_NEWUTS);
	ASSERT_NE(NULL, f);
	EXPECT_EQ(0, signal_child("job", QUEUED));
	EXPECT_EQ(1, take_queued(e));
	EXPECT_EQ(1, take_queued(f));
}

TEST_F(signal, does_not_come_to_others)
{
	struct actor *other = spawn_explicit(main_actor, "other");

	ASSERT_NE(NULL, other);
	EXPECT_EQ(0, signal_child("job", QUEUED));
	EXPECT_EQ(0, take_queued(main_actor));
	EXPECT_EQ(0, take_queued(self->c));
	EXPECT_EQ(0, take_queued(other));
}

TEST_F(signal, for_one_below_does_not_come_above)
{
	EXPECT_EQ(0, signal_child("job/unnamed1", QUEUED));
	EXPECT_EQ(1, take_queued(self->u));
	EXPECT_EQ(0, take_queued(self->i));
	EXPECT_EQ(0, take_queued(self->m));
}

TEST_F(signal, comes_to_the_writer_as_a_member)
{
	siginfo_t info;

	EXPECT_EQ(0, actor_write(self->m, "40", "%s/container.signal",
				 container_dir(self->m)));
	EXPECT_EQ(1, take(self->m, QUEUED, &info));
	EXPECT_EQ(self->m->pid, info.si_pid);
	EXPECT_EQ(1, take_queued(self->i));
	EXPECT_EQ(1, take_queued(self->u));
	EXPECT_EQ(0, take_queued(main_actor));
}

/* An implicit container, whose end kills no member, and one below */
TEST_F(signal, that_kills_the_writer_comes_to_all)
{
	struct actor *below = spawn_unshared(self->u, CLONE_NEWUTS), *v, *w;

	ASSERT_NE(NULL, below);
	v = spawn_entered(main_actor, container_id(main_actor, self->u));
	ASSERT_NE(NULL, v);
	w = spawn_entered(main_actor, container_id(main_actor, below));
	ASSERT_NE(NULL, w);
	EXPECT_EQ(-EOWNERDEAD, actor_write(self->u, "15", "%s/container.signal",
					   container_dir(self->u)));
	EXPECT_EQ(SIGTERM, actor_reap(v));
	EXPECT_EQ(SIGTERM, actor_reap(w));
}

TEST_F(signal, comes_once_to_a_process_with_threads)
{
	ASSERT_NE(NULL, spawn_thread(self->m));
	ASSERT_NE(NULL, spawn_thread(self->m));
	EXPECT_EQ(0, signal_child("job", QUEUED));
	EXPECT_EQ(1, take_queued(self->m));
}

TEST_F(signal, comes_once_to_a_process_with_threads_apart)
{
	struct actor *t[2];
	int n;

	for (n = 0; n < 2; n++) {
		t[n] = spawn_thread(self->m);
		ASSERT_NE(NULL, t[n]);
		ASSERT_EQ(0, actor_unshare(t[n], CLONE_NEWUTS));
	}
	EXPECT_EQ(0, signal_child("job", QUEUED));
	/* To the process, and not to one of its threads */
	EXPECT_EQ(1, take_queued(t[0]));
	EXPECT_EQ(0, take_queued(t[1]));
	EXPECT_EQ(0, take_queued(self->m));
	EXPECT_EQ(1, take_queued(self->i));
}

TEST_F(signal, comes_to_a_process_whose_leader_is_a_zombie)
{
	struct actor *t = spawn_thread(self->m);

	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_exit_thread(self->m));
	EXPECT_EQ(0, signal_child("job", QUEUED));
	EXPECT_EQ(1, take_queued(t));
}

TEST_F(signal, tells_its_sender)
{
	siginfo_t info;

	EXPECT_EQ(0, signal_child("job", QUEUED));
	ASSERT_EQ(1, take(self->m, QUEUED, &info));
	EXPECT_EQ(QUEUED, info.si_signo);
	EXPECT_EQ(SI_USER, info.si_code);
	EXPECT_EQ(getpid(), info.si_pid);
	EXPECT_EQ(getuid(), info.si_uid);
}

TEST_F(signal, tells_its_writer_not_its_opener)
{
	__s64 fd = actor_open(self->c, O_WRONLY, JOB "/container.signal");
	siginfo_t info;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_setuid(self->c, UID_USER));
	EXPECT_EQ(0, actor_write_fd(self->c, fd, "40"));
	ASSERT_EQ(1, take(self->m, QUEUED, &info));
	EXPECT_EQ(self->c->pid, info.si_pid);
	EXPECT_EQ((uid_t)UID_USER, info.si_uid);
}

TEST_F(signal, from_another_pid_namespace_is_from_0)
{
	struct actor *one = spawn_how(self->m, SPAWN_CLONE, CLONE_NEWPID);
	siginfo_t info;

	ASSERT_NE(NULL, one);
	EXPECT_EQ(0, signal_child("job", QUEUED));
	ASSERT_EQ(1, take(one, QUEUED, &info));
	EXPECT_EQ(SI_USER, info.si_code);
	EXPECT_EQ(0, info.si_pid);
}

/* The other way round: the writer is inside, and all that get it are outside. */
TEST_F(signal, from_inside_a_pid_namespace_tells_the_pid_outside)
{
	__s64 fd = actor_open(main_actor, O_WRONLY, JOB "/container.signal");
	struct actor *one;
	siginfo_t info;

	ASSERT_LE(0, fd);
	one = spawn_how(main_actor, SPAWN_CLONE, CLONE_NEWPID);
	ASSERT_NE(NULL, one);
	EXPECT_EQ(0, actor_write_fd(one, fd, "40"));
	ASSERT_EQ(1, take(self->m, QUEUED, &info));
	EXPECT_EQ(SI_USER, info.si_code);
	EXPECT_EQ(one->pid, info.si_pid);
}

TEST_F(signal, 0_tells_that_it_could_be_sent)
{
	EXPECT_EQ(0, signal_child("job", 0));
	EXPECT_EQ(0, actor_unshare(self->i, 0));
	EXPECT_EQ(0, actor_unshare(self->u, 0));
	EXPECT_STREQ("running", container_state(main_actor, self->id));
}

TEST_F(signal, to_an_empty_container_succeeds)
{
	int sig, good = 0;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, "new"));
	for (sig = 0; sig <= LAST; sig++)
		good += !signal_child("new", sig);
	EXPECT_EQ(LAST + 1, good);
	EXPECT_TRUE(child_has_state("new", "empty"));
}

TEST_F(signal, goes_up_to_64)
{
	EXPECT_EQ(0, signal_child("job", LAST));
	EXPECT_EQ(1, take(self->m, LAST, NULL));
	EXPECT_EQ(-EINVAL, signal_child("job", LAST + 1));
	EXPECT_EQ(-EINVAL, signal_child("job", -1));
	EXPECT_EQ(-EINVAL, signal_child("job", INT_MAX));
	EXPECT_EQ(-EINVAL, signal_child("job", INT_MIN));

	/* Nor can any other be sent to no process. */
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "new"));
	EXPECT_EQ(-EINVAL, signal_child("new", LAST + 1));
	EXPECT_EQ(-EINVAL, signal_child("new", -1));
}

TEST_F(signal, is_a_number)
{
	EXPECT_EQ(-EINVAL, write_child("job", "signal", "\n"));
	EXPECT_EQ(-EINVAL, write_child("job", "signal", "KILL"));
	EXPECT_EQ(-EINVAL, write_child("job", "signal", "40x"));
	EXPECT_EQ(-EINVAL, write_child("job", "signal", "40 40"));
	EXPECT_EQ(0, take_queued(self->m));
	EXPECT_EQ(0, write_child("job", "signal", "40\n"));
	EXPECT_EQ(1, take_queued(self->m));
}

TEST_F(signal, does_what_it_does)
{
	EXPECT_EQ(0, signal_child("job/unnamed1", SIGTERM));
	EXPECT_EQ(SIGTERM, actor_reap(self->u));
	EXPECT_EQ(0, signal_child("job", SIGTERM));
	EXPECT_EQ(SIGTERM, actor_reap(self->i));
	/* That was init, and a member that ends with it has got both. */
	EXPECT_LT(0, actor_reap(self->m));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(signal, stops_and_continues)
{
	int status;

	EXPECT_EQ(0, signal_child("job", SIGSTOP));
	ASSERT_EQ(self->m->pid, waitpid(self->m->pid, &status, WUNTRACED));
	EXPECT_TRUE(WIFSTOPPED(status));
	ASSERT_EQ(self->i->pid, waitpid(self->i->pid, &status, WUNTRACED));
	EXPECT_TRUE(WIFSTOPPED(status));
	EXPECT_EQ(0, signal_child("job", SIGCONT));
	ASSERT_EQ(self->m->pid, waitpid(self->m->pid, &status, WCONTINUED));
	EXPECT_TRUE(WIFCONTINUED(status));
	ASSERT_EQ(self->i->pid, waitpid(self->i->pid, &status, WCONTINUED));
	EXPECT_TRUE(WIFCONTINUED(status));
	EXPECT_EQ(0, actor_unshare(self->u, 0));
}

static int handled;

static void handle(int sig)
{
	(void)sig;
	handled++;
}

static __s64 do_handle(struct actor *a)
{
	struct sigaction action = {
		.sa_handler = handle,
		.sa_flags = SA_RESTART,
	};

	return result(sigaction(a->arg[0], &action, NULL));
}

static __s64 do_handled(struct actor *a)
{
	(void)a;
	return handled;
}

TEST_F(signal, waits_while_frozen)
{
	char pending[32];

	ASSERT_EQ(0, actor_call(self->u, do_handle, SIGUSR1, 0, 0, 0));
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(0, signal_child("job/unnamed1", SIGUSR1));
	EXPECT_EQ(0, signal_child("job", QUEUED));
	ASSERT_LT(0, actor_read(main_actor, "/proc/%d/status", self->u->pid));
	snprintf(pending, sizeof(pending), "ShdPnd:\t%016llx",
		 1ULL << (QUEUED - 1) | 1ULL << (SIGUSR1 - 1));
	EXPECT_TRUE(actor_has_line(main_actor, pending));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_EQ(1, actor_call(self->u, do_handled, 0, 0, 0, 0));
	EXPECT_EQ(1, take_queued(self->u));
	EXPECT_EQ(1, take_queued(self->i));
	EXPECT_EQ(1, take_queued(self->m));
}

TEST_F(signal, that_kills_does_not_wait)
{
	struct pollfd fd = { .fd = self->u->pidfd, .events = POLLIN };

	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(0, signal_child("job/unnamed1", SIGTERM));
	EXPECT_EQ(1, poll(&fd, 1, 30000));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_EQ(SIGTERM, actor_reap(self->u));
}

TEST_F(signal, 9_does_not_wait)
{
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(0, signal_child("job", SIGKILL));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(self->u));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(signal, 9_does_not_make_it_dying)
{
	struct actor *tracer = spawn(main_actor);

	ASSERT_NE(NULL, tracer);
	ASSERT_EQ(0, actor_hold(tracer, self->u));
	EXPECT_EQ(0, signal_child("job/unnamed1", SIGKILL));
	EXPECT_EQ(0, actor_wait_held(tracer, self->u));
	EXPECT_TRUE(child_has_state("job/unnamed1", "running"));
	EXPECT_EQ(0, actor_release(tracer, self->u));
	EXPECT_EQ(SIGKILL, actor_reap(self->u));
}

TEST_F(signal, to_one_that_is_gone_is_enodev)
{
	__s64 fd = actor_open(main_actor, O_WRONLY,
			      JOB "/unnamed1/container.signal");

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_exit(self->u, 0));
	EXPECT_EQ(-ENODEV, actor_write_fd(main_actor, fd, "0"));
}

/* In /unnamed1, pid 1 of a pid namespace and a child p of it */
FIXTURE(pid_1) {
	struct actor *one, *p;
};

FIXTURE_WORLD(pid_1)
{
	self->one = spawn_how(main_actor, SPAWN_CLONE, CLONE_NEWPID);
	ASSERT_NE(NULL, self->one);
	self->p = spawn(self->one);
	ASSERT_NE(NULL, self->p);
}

TEST_F(pid_1, is_protected_from_those_inside)
{
	EXPECT_EQ(-EOWNERDEAD, actor_write(self->p, "9", "%s/container.signal",
					   container_dir(self->p)));
	EXPECT_EQ(SIGKILL, actor_reap(self->p));
	EXPECT_EQ(0, actor_unshare(self->one, 0));
}

TEST_F(pid_1, is_protected_from_itself)
{
	EXPECT_EQ(0, actor_write(self->one, "9", "%s/container.signal",
				 container_dir(self->one)));
	EXPECT_EQ(SIGKILL, actor_reap(self->p));
	EXPECT_EQ(0, actor_write(self->one, "15", "%s/container.signal",
				 container_dir(self->one)));
	EXPECT_EQ(0, actor_unshare(self->one, 0));
}

TEST_F(pid_1, is_protected_from_what_it_has_no_handler_for)
{
	EXPECT_EQ(0, signal_child("unnamed1", SIGTERM));
	EXPECT_EQ(SIGTERM, actor_reap(self->p));
	EXPECT_EQ(0, actor_unshare(self->one, 0));
}

TEST_F(pid_1, is_killed_from_outside)
{
	EXPECT_EQ(0, signal_child("unnamed1", SIGKILL));
	EXPECT_EQ(SIGKILL, actor_reap(self->one));
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN));
}

TEST_F(pid_1, is_stopped_from_outside)
{
	int status;

	EXPECT_EQ(0, signal_child("unnamed1", SIGSTOP));
	ASSERT_EQ(self->one->pid, waitpid(self->one->pid, &status, WUNTRACED));
	EXPECT_TRUE(WIFSTOPPED(status));
	EXPECT_EQ(0, signal_child("unnamed1", SIGCONT));
	EXPECT_EQ(0, actor_unshare(self->one, 0));
}

TEST(root_is_not_signalled)
{
	if (!in_root_container())
		SKIP(return, "not run in the root container");
	EXPECT_EQ(-EPERM, write_own("signal", "0"));
}

TEST_HARNESS_MAIN
