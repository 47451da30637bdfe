// SPDX-License-Identifier: GPL-2.0
/* Programs that know nothing of containers: they show up, and work as ever. */

#include "kselftest_harness.h"
#include "actor.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "world.h"

FIXTURE(tools) {
	struct table table;
	/* Programs read from it until the test has seen enough. */
	int in[2];
};

FIXTURE_WORLD(tools)
{
	ASSERT_EQ(0, pipe2(self->in, O_CLOEXEC));
}

static bool have(const char *tool)
{
	char *path = strdup(getenv("PATH") ?: "/usr/bin:/bin:/usr/sbin:/sbin");
	char *dir, file[512];

	for (dir = strtok(path, ":"); dir; dir = strtok(NULL, ":")) {
		snprintf(file, sizeof(file), "%s/%s", dir, tool);
		if (!access(file, X_OK)) {
			free(path);
			return true;
		}
	}
	free(path);
	return false;
}

static pid_t start(const int in[2], const char * const argv[])
{
	pid_t pid = world_fork();

	if (pid == 0) {
		if (dup2(in[0], 0) < 0)
			_exit(126);
		execvp(argv[0], (char **)argv);
		_exit(127);
	}
	return pid;
}

/* @option is for the namespace to enter. */
static pid_t start_nsenter(const int in[2], struct actor *into,
			   const char *option)
{
	char target[16];
	const char * const argv[] = {
		"nsenter", "-t", target, option, "cat", NULL
	};

	snprintf(target, sizeof(target), "%d", into->pid);
	return start(in, argv);
}

static int run(const int in[2], const char * const argv[])
{
	pid_t pid = start(in, argv);
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	return status;
}

/* Until there are that many rows, or the program is gone */
static int wait_rows(struct table *t, int n, pid_t pid)
{
	int i;

	for (i = 0; i < 20000; i++) {
		int ret = read_table(main_actor, t);

		if (ret < 0 || ret == n)
			return ret;
		if (waitpid(pid, NULL, WNOHANG))
			return -ECHILD;
		usleep(1000);
	}
	return -ETIMEDOUT;
}

TEST_F(tools, unshare_returns_the_status_of_its_child)
{
	static const char * const fails[] = { "unshare", "-pf", "false", NULL };
	static const char * const works[] = { "unshare", "-pf", "true", NULL };

	if (!have("unshare"))
		SKIP(return, "no unshare");
	EXPECT_EQ(1 << 8, run(self->in, fails));
	EXPECT_EQ(0, run(self->in, works));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_F(tools, unshare_shows_up)
{
	static const char * const argv[] = { "unshare", "-u", "cat", NULL };
	pid_t pid;

	if (!have("unshare"))
		SKIP(return, "no unshare");
	pid = start(self->in, argv);
	ASSERT_LE(0, pid);
	ASSERT_EQ(2, wait_rows(&self->table, 2, pid));
	EXPECT_STREQ("/unnamed1", self->table.row[1].path);
	EXPECT_EQ(pid, self->table.row[1].init);
	close(self->in[1]);
	EXPECT_EQ(pid, waitpid(pid, NULL, 0));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_F(tools, unshare_with_fork_has_pid_1_as_init)
{
	static const char * const argv[] = {
		"unshare", "-p", "-f", "cat", NULL
	};
	int i;
	pid_t pid;

	if (!have("unshare"))
		SKIP(return, "no unshare");
	pid = start(self->in, argv);
	ASSERT_LE(0, pid);
	ASSERT_EQ(2, wait_rows(&self->table, 2, pid));
	for (i = 0; i < 20000 && self->table.row[1].procs < 2; i++) {
		ASSERT_EQ(2, read_table(main_actor, &self->table));
		usleep(1000);
	}
	EXPECT_EQ(2, self->table.row[1].procs);
	EXPECT_NE(pid, self->table.row[1].init);
	EXPECT_NE(0, self->table.row[1].init);
	close(self->in[1]);
	EXPECT_EQ(pid, waitpid(pid, NULL, 0));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_F(tools, nsenter_stays_in_its_container)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	__s64 uts;
	pid_t pid;
	int i;

	if (!have("nsenter"))
		SKIP(return, "no nsenter");
	ASSERT_NE(NULL, a);
	uts = ns_id(main_actor, a, "uts");
	pid = start_nsenter(self->in, a, "-u");
	ASSERT_LE(0, pid);
	for (i = 0; i < 20000; i++) {
		struct actor entered = { .pid = pid, .tid = pid };

		if (ns_id(main_actor, &entered, "uts") == uts)
			break;
		ASSERT_EQ(0, waitpid(pid, NULL, WNOHANG));
		usleep(1000);
	}
	EXPECT_STREQ("/", actor_value(main_actor, "/proc/%d/container/path",
				      pid));
	ASSERT_EQ(2, read_table(main_actor, &self->table));
	EXPECT_EQ(2, self->table.row[0].procs);
	EXPECT_EQ(1, self->table.row[1].procs);
}

TEST_F(tools, nsenter_into_a_pid_namespace_is_a_member)
{
	struct actor *one = spawn_how(main_actor, SPAWN_CLONE, CLONE_NEWPID);
	pid_t pid;
	int i;

	if (!have("nsenter"))
		SKIP(return, "no nsenter");
	ASSERT_NE(NULL, one);
	pid = start_nsenter(self->in, one, "-p");
	ASSERT_LE(0, pid);
	for (i = 0; i < 20000; i++) {
		ASSERT_EQ(2, read_table(main_actor, &self->table));
		if (self->table.row[1].procs == 2)
			break;
		ASSERT_EQ(0, waitpid(pid, NULL, WNOHANG));
		usleep(1000);
	}
	EXPECT_EQ(2, self->table.row[1].procs);
	EXPECT_EQ(one->pid, self->table.row[1].init);
	/* nsenter itself, which waits for it, is outside. */
	EXPECT_EQ(2, self->table.row[0].procs);
	ASSERT_EQ(0, kill(one->pid, SIGKILL));
	EXPECT_EQ(pid, waitpid(pid, NULL, 0));
	EXPECT_EQ(SIGKILL, actor_reap(one));
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_F(tools, bwrap_shows_up)
{
	static const char * const try[] = {
		"bwrap", "--ro-bind", "/", "/", "true", NULL
	};
	static const char * const argv[] = {
		"bwrap", "--ro-bind", "/", "/", "--unshare-uts",
		"--unshare-ipc", "cat", NULL
	};
	pid_t pid;

	if (!have("bwrap"))
		SKIP(return, "no bwrap");
	if (run(self->in, try))
		SKIP(return, "bwrap does not work here");
	EXPECT_EQ(1, read_table(main_actor, &self->table));
	pid = start(self->in, argv);
	ASSERT_LE(0, pid);
	ASSERT_EQ(2, wait_rows(&self->table, 2, pid));
	EXPECT_STREQ("/unnamed2", self->table.row[1].path);
	close(self->in[1]);
	EXPECT_EQ(pid, waitpid(pid, NULL, 0));
	while (waitpid(-1, NULL, 0) > 0)
		;
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_HARNESS_MAIN
