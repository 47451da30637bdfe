// SPDX-License-Identifier: GPL-2.0
/*
 * A container that is to end when container.kill is closed, and leases of both
 * kinds that come and go while other things happen. All loops are bounded.
 */

#include <limits.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "kselftest_harness.h"
#include "cgroup_util.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "file.h"
#include "freeze.h"
#include "message.h"
#include "ns.h"
#include "objects.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "world.h"

#define JOB CHILDREN "/job"
#define KILL JOB "/container.kill"

/* A lease with which the container ends: the descriptor, or -errno */
static __s64 take(struct actor *by, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), CHILDREN "/%s/container.kill", name);
	return take_lease(by, path, "close");
}

/*
 * /job has the init i and a member m, which are children of the main process.
 * A manager and another process are outside.
 */
FIXTURE(lease) {
	struct actor *i, *m, *manager, *other;
	__s64 id;
	int sock[2];
};

FIXTURE_WORLD(lease)
{
	/* For passing descriptors; all inherit both ends. */
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, self->sock));
	self->manager = spawn(main_actor);
	ASSERT_NE(NULL, self->manager);
	self->other = spawn(main_actor);
	ASSERT_NE(NULL, self->other);
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->m = spawn_in("job");
	ASSERT_NE(NULL, self->m);
	self->id = container_id(main_actor, self->i);
}

static bool lives(struct actor *i, struct actor *m)
{
	return !actor_unshare(i, 0) && !actor_unshare(m, 0) &&
	       child_has_state("job", "running");
}

/* Both have been killed, and the container is gone. */
static bool is_killed(struct actor *i, struct actor *m, __s64 id)
{
	return actor_reap(i) == SIGKILL && actor_reap(m) == SIGKILL &&
	       !strcmp(container_state(main_actor, id), "gone");
}

TEST_F(lease, is_taken_with_a_newline)
{
	__s64 fd = actor_open(self->manager, O_WRONLY, KILL);

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_write_fd(self->manager, fd, "close\n"));
	EXPECT_TRUE(lives(self->i, self->m));
	EXPECT_EQ(0, actor_close(self->manager, fd));
	EXPECT_TRUE(is_killed(self->i, self->m, self->id));
}

TEST_F(lease, a_second_time_ebusy)
{
	__s64 fd = take(self->manager, "job");

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBUSY, actor_write_fd(self->manager, fd, "close"));
	EXPECT_TRUE(lives(self->i, self->m));
	EXPECT_EQ(0, actor_close(self->manager, fd));
	EXPECT_TRUE(is_killed(self->i, self->m, self->id));
}

TEST_F(lease, that_is_not_taken_kills_nothing)
{
	__s64 fd = actor_open(self->manager, O_WRONLY, KILL);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EINVAL, actor_write_fd(self->manager, fd, "hold"));
	EXPECT_EQ(SIGKILL, actor_kill(self->manager, SIGKILL));
	EXPECT_TRUE(lives(self->i, self->m));
}

TEST_F(lease, is_kept_by_a_child_of_the_manager)
{
	struct actor *child;

	ASSERT_LE(0, take(self->manager, "job"));
	child = spawn(self->manager);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(SIGKILL, actor_kill(self->manager, SIGKILL));
	EXPECT_TRUE(lives(self->i, self->m));
	EXPECT_EQ(SIGKILL, actor_kill(child, SIGKILL));
	EXPECT_TRUE(is_killed(self->i, self->m, self->id));
}

#define MEMORY_LIMIT "16M"
#define TOO_MUCH (64 << 20)

/* Does not return where memory is limited to less. */
static __s64 do_take_too_much(struct actor *a)
{
	char *p = mmap(NULL, TOO_MUCH, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	(void)a;
	return p == MAP_FAILED ? -errno : 0;
}

TEST_F(lease, of_a_manager_killed_by_the_oom_killer_ends_it)
{
	char root[PATH_MAX], *dir;

	if (cg_find_unified_root(root, sizeof(root), NULL))
		SKIP(return, "no cgroup v2");
	dir = cg_name_indexed(root, "container_test", getpid());
	ASSERT_NE(NULL, dir);
	ASSERT_EQ(0, cg_create(dir));
	/* It stays enabled: a cgroup of another test may have it, too. */
	cg_write(root, "cgroup.subtree_control", "+memory");
	if (cg_write(dir, "memory.max", MEMORY_LIMIT)) {
		cg_destroy(dir);
		SKIP(return, "no memory controller");
	}
	EXPECT_EQ(0, actor_write(self->manager, "0", "%s/cgroup.procs", dir));
	EXPECT_LE(0, take(self->manager, "job"));
	EXPECT_TRUE(lives(self->i, self->m));
	actor_post(self->manager, do_take_too_much, 0, 0, 0, 0);
	EXPECT_EQ(SIGKILL, actor_reap(self->manager));
	EXPECT_TRUE(is_killed(self->i, self->m, self->id));
	cg_destroy(dir);
}

TEST_F(lease, is_kept_by_a_process_that_it_is_passed_to)
{
	__s64 fd = take(self->manager, "job");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_send_fd(self->manager, self->sock[0], fd));
	EXPECT_EQ(SIGKILL, actor_kill(self->manager, SIGKILL));
	/* On the way */
	EXPECT_TRUE(lives(self->i, self->m));
	fd = actor_recv_fd(self->other, self->sock[1]);
	ASSERT_LE(0, fd);
	EXPECT_TRUE(lives(self->i, self->m));
	EXPECT_EQ(0, actor_close(self->other, fd));
	EXPECT_TRUE(is_killed(self->i, self->m, self->id));
}

TEST_F(lease, is_kept_by_another_descriptor)
{
	__s64 fd = take(main_actor, "job");
	int copy;

	ASSERT_LE(0, fd);
	copy = dup(fd);
	ASSERT_LE(0, copy);
	close(fd);
	EXPECT_TRUE(lives(self->i, self->m));
	close(copy);
	EXPECT_TRUE(is_killed(self->i, self->m, self->id));
}

TEST_F(lease, of_two_ends_it_with_the_first)
{
	__s64 fd = take(self->manager, "job");

	ASSERT_LE(0, fd);
	ASSERT_LE(0, take(self->other, "job"));
	EXPECT_EQ(0, actor_close(self->manager, fd));
	EXPECT_TRUE(is_killed(self->i, self->m, self->id));
	EXPECT_EQ(0, actor_exit(self->other, 0));
}

TEST_F(lease, leaves_kill_as_it_was)
{
	__s64 fd = take(self->manager, "job");

	ASSERT_LE(0, fd);
	EXPECT_EQ(-ERANGE, actor_write_fd(self->manager, fd, "0"));
	EXPECT_TRUE(lives(self->i, self->m));
	EXPECT_EQ(0, actor_write_fd(self->manager, fd, "1"));
	EXPECT_TRUE(is_killed(self->i, self->m, self->id));
}

TEST_F(lease, ends_what_is_below)
{
	struct actor *e = spawn_explicit(self->i, "part");
	struct actor *u = spawn_unshared(self->m, CLONE_NEWUTS);
	struct table t;

	ASSERT_NE(NULL, e);
	ASSERT_NE(NULL, u);
	ASSERT_LE(0, take(self->manager, "job"));
	EXPECT_EQ(0, actor_exit(self->manager, 0));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	/* These may end after those above. */
	EXPECT_EQ(SIGKILL, actor_reap(e));
	EXPECT_EQ(SIGKILL, actor_reap(u));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

TEST_F(lease, ends_the_frozen)
{
	ASSERT_LE(0, take(self->manager, "job"));
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(0, actor_exit(self->manager, 0));
	EXPECT_TRUE(is_killed(self->i, self->m, self->id));
}

TEST_F(lease, follows_the_container_not_its_name)
{
	struct actor *next;
	__s64 id;

	ASSERT_LE(0, take(self->manager, "job"));
	ASSERT_EQ(0, actor_rename_child(main_actor, "job", "old", 0));
	next = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, next);
	id = child_id(main_actor, "job");
	EXPECT_EQ(0, actor_exit(self->manager, 0));
	EXPECT_TRUE(is_killed(self->i, self->m, self->id));
	EXPECT_EQ(0, actor_unshare(next, 0));
	EXPECT_STREQ("running", container_state(main_actor, id));
}

TEST_F(lease, of_one_that_has_ended_kills_nothing)
{
	struct actor *next;

	ASSERT_LE(0, take(self->manager, "job"));
	EXPECT_EQ(0, actor_exit(self->i, 0));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	ASSERT_STREQ("gone", container_state(main_actor, self->id));
	next = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, next);
	EXPECT_EQ(0, actor_exit(self->manager, 0));
	EXPECT_EQ(0, actor_unshare(next, 0));
	EXPECT_TRUE(child_has_state("job", "running"));
}

TEST_F(lease, of_an_empty_one_leaves_it)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "new"));
	ASSERT_LE(0, take(self->manager, "new"));
	EXPECT_EQ(0, actor_exit(self->manager, 0));
	EXPECT_TRUE(child_has_state("new", "empty"));
	EXPECT_TRUE(lives(self->i, self->m));
}

TEST_F(lease, of_a_member_ends_all_with_it)
{
	ASSERT_LE(0, take(self->m, "job"));
	EXPECT_TRUE(lives(self->i, self->m));
	EXPECT_LE(0, actor_exit(self->m, 0));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(lease, of_members_is_nothing_to_kill)
{
	ASSERT_LE(0, take(self->m, "job"));
	ASSERT_LE(0, take(self->i, "job"));
	EXPECT_EQ(0, write_child("job", "kill", "1"));
	EXPECT_TRUE(is_killed(self->i, self->m, self->id));
}

TEST_F(lease, of_an_implicit_one_ends_it)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *b;

	ASSERT_NE(NULL, a);
	b = spawn_entered(main_actor, container_id(main_actor, a));
	ASSERT_NE(NULL, b);
	ASSERT_LE(0, take(self->manager, "unnamed1"));
	/* It is not for init alone. */
	EXPECT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(0, actor_unshare(b, 0));
	EXPECT_EQ(0, actor_exit(self->manager, 0));
	EXPECT_EQ(SIGKILL, actor_reap(b));
	EXPECT_TRUE(lives(self->i, self->m));
}

FIXTURE(race) {
	struct actor *c;
	struct table table;
	long objects;
};

FIXTURE_WORLD(race)
{
	self->objects = objects_at_rest();
	ASSERT_NE(NULL, spawn_explicit(main_actor, "job"));
	self->c = spawn_in("job");
	ASSERT_NE(NULL, self->c);
	start_counting(self->c, do_count, 0);
}

/* Hold it for a moment, a number of times. */
static void hold_now_and_then(unsigned int seed, int n)
{
	for (; n; n--) {
		int fd = open(JOB "/container.freeze", O_WRONLY | O_CLOEXEC);

		if (fd < 0 || write(fd, "hold", 4) != 4)
			_exit(1);
		usleep(rand_r(&seed) % 500);
		close(fd);
	}
	_exit(0);
}

/* The same, until it is killed */
static void hold_until_killed(void)
{
	int fd = open(JOB "/container.freeze", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "hold", 4) != 4)
		_exit(1);
	for (;;)
		pause();
}

static void freeze_and_thaw(int n)
{
	for (; n; n--)
		if (put_text(JOB "/container.freeze", n % 2 ? "0" : "1"))
			_exit(1);
	_exit(0);
}

/* Whatever the order is, in the end it is not frozen. */
TEST_F_TIMEOUT(race, of_holds_and_freezes, 900)
{
	int i, status, round, n = stress_rounds(20);

	for (round = 0; round < n; round++) {
		pid_t pid[4];

		for (i = 0; i < 4; i++) {
			pid[i] = fork();
			ASSERT_LE(0, pid[i]);
			if (pid[i])
				continue;
			prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
			if (i < 2)
				hold_now_and_then(round * 4 + i, 20);
			if (i == 2)
				freeze_and_thaw(39);
			hold_until_killed();
		}
		usleep(round % 10 * 500);
		ASSERT_EQ(0, kill(pid[3], SIGKILL));
		for (i = 0; i < 4; i++) {
			ASSERT_EQ(pid[i], waitpid(pid[i], &status, 0));
			ASSERT_EQ(i == 3 ? SIGKILL : 0, status);
		}
		ASSERT_EQ(0, wait_child_events("job", "frozen 0"));
		ASSERT_TRUE(actor_counts(self->c)) TH_LOG("round %d", round);
		ASSERT_LT(0, actor_read(main_actor, JOB "/container.status"));
		ASSERT_TRUE(actor_has_line(main_actor, "Freeze:\t0"));
		ASSERT_TRUE(actor_has_line(main_actor, "Holds:\t0"));
	}
	remove_children();
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

/* With the manager ends what is about to end by itself. */
TEST_F_TIMEOUT(race, of_the_end_of_manager_and_init, 900)
{
	int round, n = stress_rounds(40);

	for (round = 0; round < n; round++) {
		struct actor *manager = spawn(main_actor);
		struct actor *init = spawn_explicit(main_actor, "short");
		struct actor *m;
		__s64 id;
		int ret;

		ASSERT_NE(NULL, manager);
		ASSERT_NE(NULL, init);
		m = spawn_in("short");
		ASSERT_NE(NULL, m);
		id = child_id(main_actor, "short");
		ASSERT_LE(0, take(manager, "short"));
		/* A member that has one, too */
		if (round % 3 == 0)
			ASSERT_LE(0, take(m, "short"));
		if (round % 2)
			kill(manager->pid, SIGKILL);
		ASSERT_EQ(0, kill(init->pid, round % 4 < 2 ? SIGTERM :
							     SIGKILL));
		if (!(round % 2))
			kill(manager->pid, SIGKILL);
		ret = actor_reap(init);
		ASSERT_TRUE(ret == SIGTERM || ret == SIGKILL);
		ASSERT_EQ(SIGKILL, actor_reap(m)) TH_LOG("round %d", round);
		ASSERT_EQ(SIGKILL, actor_reap(manager));
		ASSERT_STREQ("gone", container_state(main_actor, id));
	}
	remove_children();
	EXPECT_TRUE(only_world_is_left(&self->table, self->objects));
}

TEST_HARNESS_MAIN
