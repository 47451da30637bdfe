// SPDX-License-Identifier: GPL-2.0
/*
 * No process escapes: some that multiply and move while their container ends
 *
 * All that they do is counted down from BOMB_STEPS, so that they come to rest
 * even where nothing stops them. Whenever the end comes, nothing is left.
 */

#include <pthread.h>
#include <sys/mman.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "file.h"
#include "proc_view.h"
#include "reap.h"
#include "setup.h"
#include "world.h"

#define JOB CHILDREN "/job"
#define EXEC_OPTION "--exec"

#define BOMB_STEPS 80
/* There is no end of it before. */
#define FIRST_STEPS 20
#define NR_BOMBS 3

static struct {
	int left;
	int wrong;
} *shared;

/* Written to once it goes on; closed by the main process when all is over */
static int started[2], over[2] = { -1, -1 };
static __u64 job;

static void rest(void)
{
	char byte;

	while (read(over[0], &byte, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

static void tell(int left)
{
	if (left == BOMB_STEPS - FIRST_STEPS && write(started[1], ".", 1) != 1)
		_exit(1);
}

static bool step(void)
{
	int left = __atomic_sub_fetch(&shared->left, 1, __ATOMIC_SEQ_CST);

	tell(left);
	return left > 0;
}

static int bind_to(__u64 id)
{
	struct bind_ns_args args = { .id = id };

	return syscall(__NR_bind_ns, &args, sizeof(args));
}

static pid_t clone_with(__u64 flags)
{
	struct clone_args args = {
		.flags = flags,
		.exit_signal = SIGCHLD,
	};

	return syscall(__NR_clone3, &args, sizeof(args));
}

/* All fork, and so do their children. */
static void forks(void)
{
	while (step())
		fork();
	rest();
}

/* Always gone when it is looked for */
static void runs_away(void)
{
	while (step())
		if (fork() > 0)
			_exit(0);
	rest();
}

static void vforks(void)
{
	while (step()) {
		pid_t pid = vfork();

		if (pid == 0)
			_exit(0);
		if (pid > 0)
			waitpid(pid, NULL, 0);
		/* The process that waits for it is to be one of many. */
		fork();
	}
	rest();
}

/*
 * Down a container each time, as far as it goes: so each has to be set up first,
 * unless the end comes before that.
 */
static void clones(__u64 flag)
{
	while (step())
		if (clone_with(flag) == 0)
			end_setup();
	rest();
}

static void clones_down(void)
{
	clones(CLONE_NEWUTS);
}

static void clones_pid_namespaces(void)
{
	clones(CLONE_NEWPID);
}

static void unshares(void)
{
	while (step()) {
		if (fork())
			continue;
		if (unshare(CLONE_NEWUTS) < 0)
			_exit(1);
		end_setup();
	}
	rest();
}

/* All of them in the container that the first one makes */
static void unshares_in_setup(void)
{
	while (step())
		if (fork() == 0 && unshare(CLONE_NEWUTS | CLONE_NEWIPC) < 0)
			_exit(1);
	rest();
}

/* Make an explicit container, and have a child go there. */
static void binds_down(void)
{
	while (step()) {
		char path[64], id[24] = "";
		int fd, dir;

		if (fork())
			continue;
		/* The root is the container that the process is in. */
		dir = mount_detached(NULL);
		if (dir < 0)
			_exit(1);
		snprintf(path, sizeof(path), "job%d", getpid());
		if (mkdirat(dir, path, 0755) < 0) {
			close(dir);
			continue;
		}
		strcat(path, "/container.id");
		fd = openat(dir, path, O_RDONLY);
		close(dir);
		if (fd < 0 || read(fd, id, sizeof(id) - 1) < 0 ||
		    bind_to(strtoull(id, NULL, 10)) < 0)
			_exit(1);
		close(fd);
	}
	rest();
}

/* From outside, while there is something to enter */
static void binds_into_it(void)
{
	while (step()) {
		if (fork())
			continue;
		if (!bind_to(job))
			forks();
		shared->wrong |= errno != ESRCH && errno != ENOENT;
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	_exit(0);
}

static void *fork_elsewhere(void *arg)
{
	(void)arg;
	if (unshare(CLONE_NEWUTS) == 0)
		forks();
	return NULL;
}

/* Threads of one process, each with a namespace of its own */
static void starts_threads(void)
{
	pthread_t thread;

	while (step()) {
		if (fork() == 0)
			continue;
		if (pthread_create(&thread, NULL, fork_elsewhere, NULL))
			_exit(1);
		pthread_detach(thread);
	}
	rest();
}

/* One program after the other, and now and then a child left behind */
static int run_execs(int left)
{
	char text[64];

	tell(left);
	if (!left || (left % 4 == 0 && fork() == 0))
		rest();
	snprintf(text, sizeof(text), "%d %d %d", left - 1, started[1], over[0]);
	execl("/proc/self/exe", "bomb_test", EXEC_OPTION, text, NULL);
	return 1;
}

static void execs(void)
{
	_exit(run_execs(BOMB_STEPS));
}

FIXTURE(bomb) {
	/* init of /job, which holds them all, and a member */
	struct actor *i;
	int events;
	pid_t pid[NR_BOMBS];
};

FIXTURE_VARIANT(bomb) {
	void (*run)(void);
	bool outside;
};

FIXTURE_VARIANT_ADD(bomb, forks) {
	.run = forks,
};

FIXTURE_VARIANT_ADD(bomb, runs_away) {
	.run = runs_away,
};

FIXTURE_VARIANT_ADD(bomb, vforks) {
	.run = vforks,
};

FIXTURE_VARIANT_ADD(bomb, clones_down) {
	.run = clones_down,
};

FIXTURE_VARIANT_ADD(bomb, clones_pid_namespaces) {
	.run = clones_pid_namespaces,
};

FIXTURE_VARIANT_ADD(bomb, unshares) {
	.run = unshares,
};

FIXTURE_VARIANT_ADD(bomb, unshares_in_setup) {
	.run = unshares_in_setup,
};

FIXTURE_VARIANT_ADD(bomb, binds_down) {
	.run = binds_down,
};

FIXTURE_VARIANT_ADD(bomb, binds_into_it) {
	.run = binds_into_it,
	.outside = true,
};

FIXTURE_VARIANT_ADD(bomb, starts_threads) {
	.run = starts_threads,
};

FIXTURE_VARIANT_ADD(bomb, execs) {
	.run = execs,
};

FIXTURE_WORLD_SETUP(bomb)
{
	char byte;
	int n;

	self->events = -1;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, shared);
	self->i = spawn_explicit(main_actor, "job");
	ASSERT_NE(NULL, self->i);
	self->events = open(JOB "/container.events", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->events);

	shared->left = BOMB_STEPS;
	job = container_id(main_actor, self->i);
	ASSERT_EQ(0, pipe(started));
	ASSERT_EQ(0, pipe(over));
	for (n = 0; n < NR_BOMBS; n++) {
		self->pid[n] = world_fork();
		ASSERT_LE(0, self->pid[n]);
		if (self->pid[n])
			continue;
		close(over[1]);
		if (!variant->outside && bind_to(job) < 0)
			_exit(1);
		variant->run();
		_exit(1);
	}
	/* End of file if none of them has come so far */
	close(started[1]);
	ASSERT_EQ(1, read(started[0], &byte, 1));
}

FIXTURE_TEARDOWN(bomb)
{
	close(over[1]);
	world_destroy();
}

/* All processes but the main one are gone, wherever they might be. */
static bool nothing_is_left(int events, pid_t *pid)
{
	struct table t;
	int n;

	if (wait_end(events))
		return false;
	/* Those outside have been refused since. */
	for (n = 0; n < NR_BOMBS; n++)
		if (waitpid(pid[n], NULL, 0) != pid[n])
			return false;
	return read_table(main_actor, &t) == 1 && t.row[0].procs == 1 &&
	       !shared->wrong;
}

TEST_F(bomb, is_no_match_for_kill)
{
	EXPECT_EQ(0, actor_write(main_actor, "1", JOB "/container.kill"));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_TRUE(nothing_is_left(self->events, self->pid));
}

TEST_F(bomb, is_no_match_for_kill_when_frozen)
{
	EXPECT_EQ(0, actor_write(main_actor, "1", JOB "/container.freeze"));
	EXPECT_EQ(0, actor_write(main_actor, "1", JOB "/container.kill"));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_TRUE(nothing_is_left(self->events, self->pid));
}

TEST_F(bomb, is_no_match_for_kill_when_thawed)
{
	EXPECT_EQ(0, actor_write(main_actor, "1", JOB "/container.freeze"));
	EXPECT_EQ(0, actor_write(main_actor, "0", JOB "/container.freeze"));
	EXPECT_EQ(0, actor_write(main_actor, "1", JOB "/container.kill"));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_TRUE(nothing_is_left(self->events, self->pid));
}

TEST_F(bomb, is_no_match_for_rmdir)
{
	EXPECT_EQ(0, rmdir(JOB));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_TRUE(nothing_is_left(self->events, self->pid));
}

TEST_F(bomb, ends_with_init)
{
	EXPECT_EQ(SIGKILL, actor_kill(self->i, SIGKILL));
	EXPECT_TRUE(nothing_is_left(self->events, self->pid));
}

/* From the inside, by one of the processes that go */
TEST_F(bomb, is_no_match_for_kill_by_init)
{
	EXPECT_EQ(-EOWNERDEAD, actor_write(self->i, "1", "%s/container.kill",
					   container_dir(self->i)));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_TRUE(nothing_is_left(self->events, self->pid));
}

int main(int argc, char **argv)
{
	int left;

	if (argc == 3 && !strcmp(argv[1], EXEC_OPTION) &&
	    sscanf(argv[2], "%d %d %d", &left, &started[1], &over[0]) == 3)
		return run_execs(left);
	return test_harness_run(argc, argv);
}
