// SPDX-License-Identifier: GPL-2.0
/*
 * Leases: what is written to container.freeze and container.kill for as long as
 * the file is open, so that it ends with the last of those that have it open
 */

#include <sys/socket.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "cred.h"
#include "enter.h"
#include "events.h"
#include "exec.h"
#include "file.h"
#include "message.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "world.h"

#define JOB CHILDREN "/job"
#define FREEZE JOB "/container.freeze"
#define KILL JOB "/container.kill"

/*
 * /job has the init i and a member c that counts, which are children of the
 * main process. A manager and another process are outside.
 */
struct job {
	struct actor *i, *c, *manager, *other;
	__s64 id;
	int sock[2];
};

static bool job_create(struct job *j)
{
	/* For passing descriptors; all inherit both ends. */
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, j->sock) < 0)
		return false;
	j->manager = spawn(main_actor);
	j->other = spawn(main_actor);
	j->i = spawn_explicit(main_actor, "job");
	j->c = j->i ? spawn_in("job") : NULL;
	if (!j->manager || !j->other || !j->c)
		return false;
	j->id = child_id(main_actor, "job");
	start_counting(j->c, do_count, 0);
	return actor_counts(j->c);
}

static bool is_frozen(struct job *j)
{
	return !wait_child_events("job", "frozen 1") &&
	       actor_stands_still(j->c);
}

static bool runs(struct job *j)
{
	return !wait_child_events("job", "frozen 0") && actor_counts(j->c);
}

/* All members have been killed, and it is gone. */
static bool is_killed(struct job *j)
{
	return actor_reap(j->i) == SIGKILL && actor_reap(j->c) == SIGKILL &&
	       !strcmp(container_state(main_actor, j->id), "gone");
}

static bool lives(struct job *j)
{
	return !actor_unshare(j->i, 0) && actor_counts(j->c) &&
	       child_has_state("job", "running");
}

static bool status_says(int freeze, int holds)
{
	char line[2][32];

	snprintf(line[0], sizeof(line[0]), "Freeze:\t%d", freeze);
	snprintf(line[1], sizeof(line[1]), "Holds:\t%d", holds);
	return actor_read(main_actor, JOB "/container.status") > 0 &&
	       actor_has_line(main_actor, line[0]) &&
	       actor_has_line(main_actor, line[1]);
}

FIXTURE(hold) {
	struct job j;
};

FIXTURE_WORLD(hold)
{
	ASSERT_TRUE(job_create(&self->j));
}

TEST_F(hold, suspends_until_it_is_closed)
{
	__s64 fd;

	EXPECT_TRUE(status_says(0, 0));
	fd = take_lease(self->j.manager, FREEZE, "hold");
	ASSERT_LE(0, fd);
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_TRUE(child_has_state("job", "frozen"));
	EXPECT_TRUE(status_says(0, 1));
	EXPECT_EQ(0, actor_close(self->j.manager, fd));
	EXPECT_TRUE(runs(&self->j));
	EXPECT_TRUE(status_says(0, 0));
}

TEST_F(hold, takes_a_newline_and_nothing_else)
{
	struct actor *manager = self->j.manager;

	EXPECT_EQ(-EINVAL, take_lease(manager, FREEZE, "holds"));
	EXPECT_EQ(-EINVAL, take_lease(manager, FREEZE, "hold 1"));
	EXPECT_EQ(-EINVAL, take_lease(manager, FREEZE, "close"));
	EXPECT_EQ(-EINVAL, take_lease(manager, KILL, "hold"));
	EXPECT_EQ(-EINVAL, take_lease(manager, KILL, "closed"));
	EXPECT_TRUE(status_says(0, 0));
	EXPECT_LE(0, take_lease(manager, FREEZE, "hold\n"));
	EXPECT_TRUE(is_frozen(&self->j));
}

TEST_F(hold, by_two_lasts_until_both_are_closed)
{
	__s64 fd[2];

	fd[0] = take_lease(self->j.manager, FREEZE, "hold");
	fd[1] = take_lease(self->j.other, FREEZE, "hold");
	ASSERT_LE(0, fd[0]);
	ASSERT_LE(0, fd[1]);
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_TRUE(status_says(0, 2));
	EXPECT_EQ(0, actor_close(self->j.manager, fd[0]));
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_TRUE(status_says(0, 1));
	EXPECT_EQ(0, actor_close(self->j.other, fd[1]));
	EXPECT_TRUE(runs(&self->j));
	EXPECT_TRUE(status_says(0, 0));
}

TEST_F(hold, a_second_time_ebusy)
{
	struct actor *manager = self->j.manager;
	__s64 fd = take_lease(manager, FREEZE, "hold");

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBUSY, actor_write_fd(manager, fd, "hold"));
	EXPECT_TRUE(status_says(0, 1));
	/* But by another one */
	EXPECT_LE(0, take_lease(manager, FREEZE, "hold"));
	EXPECT_TRUE(status_says(0, 2));
}

TEST_F(hold, is_not_ended_by_0)
{
	__s64 fd = take_lease(self->j.manager, FREEZE, "hold");

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, write_child("job", "freeze", "0"));
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_EQ(0, actor_write_fd(self->j.manager, fd, "0"));
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_TRUE(status_says(0, 1));
	EXPECT_EQ(0, actor_close(self->j.manager, fd));
	EXPECT_TRUE(runs(&self->j));
}

TEST_F(hold, does_not_end_what_1_began)
{
	__s64 fd = take_lease(self->j.manager, FREEZE, "hold");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, write_child("job", "freeze", "1"));
	EXPECT_TRUE(status_says(1, 1));
	EXPECT_EQ(0, actor_close(self->j.manager, fd));
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_TRUE(status_says(1, 0));
	EXPECT_EQ(0, write_child("job", "freeze", "0"));
	EXPECT_TRUE(runs(&self->j));
}

TEST_F(hold, goes_on_where_0_ends_what_1_began)
{
	__s64 fd;

	ASSERT_EQ(0, write_child("job", "freeze", "1"));
	fd = take_lease(self->j.manager, FREEZE, "hold");
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, write_child("job", "freeze", "0"));
	EXPECT_TRUE(status_says(0, 1));
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_EQ(0, actor_close(self->j.manager, fd));
	EXPECT_TRUE(runs(&self->j));
}

TEST_F(hold, is_kept_by_a_child_of_the_manager)
{
	__s64 fd = take_lease(self->j.manager, FREEZE, "hold");
	struct actor *child;

	ASSERT_LE(0, fd);
	child = spawn(self->j.manager);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(SIGKILL, actor_kill(self->j.manager, SIGKILL));
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_TRUE(status_says(0, 1));
	EXPECT_EQ(0, actor_exit(child, 0));
	EXPECT_TRUE(runs(&self->j));
}

TEST_F(hold, is_kept_by_a_process_that_it_is_passed_to)
{
	struct actor *manager = self->j.manager;
	__s64 fd = take_lease(manager, FREEZE, "hold");

	ASSERT_LE(0, fd);
	fd = pass_fd(self->j.sock, manager, self->j.other, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(SIGKILL, actor_kill(manager, SIGKILL));
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_EQ(0, actor_close(self->j.other, fd));
	EXPECT_TRUE(runs(&self->j));
}

TEST_F(hold, is_kept_on_the_way_to_one)
{
	__s64 fd = take_lease(self->j.manager, FREEZE, "hold");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_send_fd(self->j.manager, self->j.sock[0], fd));
	EXPECT_EQ(SIGKILL, actor_kill(self->j.manager, SIGKILL));
	EXPECT_TRUE(is_frozen(&self->j));
	fd = actor_recv_fd(self->j.other, self->j.sock[1]);
	ASSERT_LE(0, fd);
	EXPECT_EQ(SIGKILL, actor_kill(self->j.other, SIGKILL));
	EXPECT_TRUE(runs(&self->j));
}

TEST_F(hold, is_kept_by_another_descriptor)
{
	__s64 fd = take_lease(main_actor, FREEZE, "hold");
	int copy;

	ASSERT_LE(0, fd);
	copy = dup(fd);
	ASSERT_LE(0, copy);
	close(fd);
	EXPECT_TRUE(is_frozen(&self->j));
	close(copy);
	EXPECT_TRUE(runs(&self->j));
}

TEST_F(hold, without_rights_eperm)
{
	ASSERT_EQ(0, actor_setuid(self->j.other, UID_USER));
	EXPECT_EQ(-EPERM, take_lease(self->j.other, FREEZE, "hold"));
	EXPECT_EQ(-EPERM, take_lease(self->j.other, KILL, "close"));
	EXPECT_TRUE(status_says(0, 0));
	EXPECT_TRUE(lives(&self->j));
}

TEST_F(hold, with_the_rights_of_the_opener)
{
	__s64 fd = actor_open(self->j.manager, O_WRONLY, FREEZE);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_setuid(self->j.other, UID_USER));
	fd = pass_fd(self->j.sock, self->j.manager, self->j.other, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_write_fd(self->j.other, fd, "hold"));
	EXPECT_TRUE(is_frozen(&self->j));
	/* The manager has it open, too. */
	EXPECT_EQ(SIGKILL, actor_kill(self->j.other, SIGKILL));
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_EQ(0, actor_exit(self->j.manager, 0));
	EXPECT_TRUE(runs(&self->j));
}

TEST_F(hold, of_one_above_suspends_what_is_below)
{
	struct actor *e = spawn_explicit(self->j.i, "part");
	__s64 fd, part;

	ASSERT_NE(NULL, e);
	part = take_lease(self->j.other, JOB "/part/container.freeze", "hold");
	ASSERT_LE(0, part);
	ASSERT_EQ(0, wait_child_events("job/part", "frozen 1"));
	fd = take_lease(self->j.manager, FREEZE, "hold");
	ASSERT_LE(0, fd);
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_EQ(0, actor_close(self->j.other, part));
	EXPECT_TRUE(child_has_state("job/part", "frozen"));
	EXPECT_EQ(0, actor_close(self->j.manager, fd));
	EXPECT_TRUE(runs(&self->j));
	EXPECT_EQ(0, wait_child_events("job/part", "frozen 0"));
	EXPECT_EQ(0, actor_unshare(e, 0));
}

TEST_F(hold, suspends_what_comes_later)
{
	struct actor *p = spawn(main_actor);
	__s64 fd = take_lease(self->j.manager, FREEZE, "hold");

	ASSERT_NE(NULL, p);
	ASSERT_LE(0, fd);
	start_counting(p, do_count, 0);
	ASSERT_TRUE(actor_counts(p));
	ASSERT_EQ(0, write_child_number("job", "procs", p->pid));
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_TRUE(actor_stands_still(p));
	EXPECT_EQ(0, actor_close(self->j.manager, fd));
	EXPECT_TRUE(actor_counts(p));
	EXPECT_EQ(0, stop_counting(p));
}

TEST_F(hold, does_not_keep_from_being_killed)
{
	__s64 fd = take_lease(self->j.manager, FREEZE, "hold");

	ASSERT_LE(0, fd);
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_EQ(0, write_child("job", "kill", "1"));
	EXPECT_TRUE(is_killed(&self->j));
	EXPECT_GT(0, actor_write_fd(self->j.manager, fd, "hold"));
	EXPECT_EQ(0, actor_close(self->j.manager, fd));
}

TEST_F(hold, of_one_that_is_gone_enodev)
{
	__s64 fd = actor_open(main_actor, O_WRONLY, FREEZE);
	__s64 kill_fd = actor_open(main_actor, O_WRONLY, KILL);

	ASSERT_LE(0, fd);
	ASSERT_LE(0, kill_fd);
	EXPECT_EQ(0, remove_child("job"));
	EXPECT_TRUE(is_killed(&self->j));
	EXPECT_EQ(-ENODEV, actor_write_fd(main_actor, fd, "hold"));
	EXPECT_EQ(-ENODEV, actor_write_fd(main_actor, kill_fd, "close"));
	/* That was no first time. */
	EXPECT_EQ(-ENODEV, actor_write_fd(main_actor, fd, "hold"));
}

static __s64 do_hold(struct actor *a)
{
	return result(write(a->arg[0], "hold", 4)) == 4 ? 0 : -EIO;
}

/* It suspends itself as well, and is killed by what is outside. */
TEST_F(hold, by_a_member_ends_with_it)
{
	struct actor *m = spawn_in("job");
	__s64 fd;

	ASSERT_NE(NULL, m);
	fd = actor_open(m, O_WRONLY, FREEZE);
	ASSERT_LE(0, fd);
	actor_post(m, do_hold, fd, 0, 0, 0);
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_TRUE(status_says(0, 1));
	EXPECT_EQ(SIGKILL, actor_kill(m, SIGKILL));
	EXPECT_TRUE(runs(&self->j));
	EXPECT_TRUE(status_says(0, 0));
}

/* What is to be done with the manager while it has a lease */
enum end { BY_CLOSE, BY_EXIT, BY_SIGKILL, BY_EXECVE };

FIXTURE(manager) {
	struct job j;
};

FIXTURE_VARIANT(manager) {
	enum end how;
};

FIXTURE_VARIANT_ADD(manager, that_closes_it) {
	.how = BY_CLOSE,
};

FIXTURE_VARIANT_ADD(manager, that_exits) {
	.how = BY_EXIT,
};

FIXTURE_VARIANT_ADD(manager, that_is_killed) {
	.how = BY_SIGKILL,
};

FIXTURE_VARIANT_ADD(manager, that_executes_a_program) {
	.how = BY_EXECVE,
};

FIXTURE_WORLD(manager)
{
	ASSERT_TRUE(job_create(&self->j));
}

static int end_manager(struct actor *manager, enum end how, int fd)
{
	struct where where;

	switch (how) {
	case BY_CLOSE:
		return actor_close(manager, fd);
	case BY_EXIT:
		return actor_exit(manager, 0);
	case BY_SIGKILL:
		return actor_kill(manager, SIGKILL) == SIGKILL ? 0 : -ECHILD;
	case BY_EXECVE:
		return actor_exec_where(manager, &where);
	}
	return -EINVAL;
}

TEST_F(manager, releases_what_it_holds)
{
	__s64 fd = take_lease(self->j.manager, FREEZE, "hold");

	ASSERT_LE(0, fd);
	EXPECT_TRUE(is_frozen(&self->j));
	EXPECT_EQ(0, end_manager(self->j.manager, variant->how, fd));
	EXPECT_TRUE(runs(&self->j));
	EXPECT_TRUE(status_says(0, 0));
}

TEST_F(manager, kills_what_is_to_end_with_it)
{
	__s64 fd = take_lease(self->j.manager, KILL, "close");

	ASSERT_LE(0, fd);
	EXPECT_TRUE(lives(&self->j));
	EXPECT_EQ(0, end_manager(self->j.manager, variant->how, fd));
	EXPECT_TRUE(is_killed(&self->j));
}

TEST(root_has_no_leases)
{
	if (!in_root_container())
		SKIP(return, "not run in the root container");
	EXPECT_EQ(-EPERM, write_own("freeze", "hold"));
	EXPECT_EQ(-EPERM, write_own("kill", "close"));
}

TEST_HARNESS_MAIN
