// SPDX-License-Identifier: GPL-2.0
/* containerctl on a real kernel: what its own tests can only pretend */

#include <poll.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "file.h"
#include "freeze.h"
#include "proc_view.h"
#include "world.h"

#define MAX_ARGS 20

FIXTURE(containerctl) {
	char said[4096];	/* by the last one, on standard error */
};

FIXTURE_WORLD(containerctl)
{
	if (access("/usr/bin/containerctl", X_OK))
		SKIP(return, "no containerctl");
}

/* A line of words, in which ~ is a blank */
static void exec_line(const char *line)
{
	char *argv[MAX_ARGS + 1] = { NULL }, *word, *c, *copy = strdup(line);
	int n = 0;

	for (word = strtok(copy, " "); word && n < MAX_ARGS;
	     word = strtok(NULL, " ")) {
		for (c = word; *c; c++)
			if (*c == '~')
				*c = ' ';
		argv[n++] = word;
	}
	execvp(argv[0], argv);
	_exit(127);
}

/* In a process group of its own, which tells what orphans are from there */
static pid_t fork_group(void)
{
	pid_t pid = world_fork();

	if (pid >= 0)
		setpgid(pid, 0);
	return pid;
}

static pid_t start(const char *line)
{
	pid_t pid = fork_group();

	if (pid == 0)
		exec_line(line);
	return pid;
}

/* An end can depend on the end of orphans, so they are reaped meanwhile */
static int status_of(pid_t pid)
{
	pid_t reaped;
	int status;

	do {
		reaped = waitpid(-pid, &status, 0);
	} while (reaped > 0 && reaped != pid);
	return reaped == pid ? status : -errno;
}

static int run(const char *line)
{
	return status_of(start(line));
}

/* The same, and keep what it says */
static int run_and_read(const char *line, char *said, size_t size)
{
	size_t len = 0;
	ssize_t n;
	int fd[2];
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC))
		return -errno;
	pid = fork_group();
	if (pid == 0) {
		dup2(fd[1], 2);
		exec_line(line);
	}
	close(fd[1]);
	while ((n = read(fd[0], said + len, size - 1 - len)) > 0)
		len += n;
	said[len] = '\0';
	close(fd[0]);
	return status_of(pid);
}

static bool says(const char *said, const char *what)
{
	if (strstr(said, what))
		return true;
	ksft_print_msg("it said: %s\n", said);
	return false;
}

/* Until a container has an init, which has executed something called @comm */
static int wait_for_command(const char *name, const char *comm)
{
	int i;

	for (i = 0; i < 20000; i++) {
		__s64 pid = actor_number(main_actor,
					 CHILDREN "/%s/container.init", name);

		if (pid > 0 && !strcmp(actor_value(main_actor, "/proc/%lld/comm",
						   pid), comm))
			return 0;
		usleep(1000);
	}
	return -ETIMEDOUT;
}

TEST_F(containerctl, run_tells_the_status_of_its_command)
{
	int i;

	/* The end of the command is that of the process that has forked it */
	for (i = 0; i < 30; i++) {
		ASSERT_EQ(7 << 8, run("containerctl run --unshare pid x -- sh -c exit~7"));
		ASSERT_EQ(-ENOENT, child_id(main_actor, "x"));
	}
	EXPECT_EQ(7 << 8, run("containerctl run --unshare all,user x -- sh -c exit~7"));
}

TEST_F(containerctl, run_makes_one_container)
{
	struct table table;
	pid_t pid;

	pid = start("containerctl run --unshare all x -- sleep 1000");
	ASSERT_LE(0, pid);
	ASSERT_EQ(0, wait_for_command("x", "sleep"));
	ASSERT_EQ(2, read_table(main_actor, &table));
	EXPECT_STREQ("/x", table.row[1].path);
	EXPECT_EQ(1, table.row[1].procs);
	EXPECT_EQ(0, kill(table.row[1].init, SIGKILL));
	EXPECT_EQ(SIGKILL, status_of(pid));
	EXPECT_EQ(1, read_table(main_actor, &table));
}

/* An init that ends once a command inside has ended, which waits for leave */
#define GO_FIFO "/tmp/containerctl.go"
#define END_FIFO "/tmp/containerctl.end"
#define AWAIT_END "read~line<" END_FIFO
#define END "exec~3>" END_FIFO ";read~line<" GO_FIFO ";exit~5"

static int make_fifo(const char *path)
{
	unlink(path);
	return mkfifo(path, 0600);
}

/* So that it does not wait for its child; it stops its own parent as well */
static int stop_child_of(pid_t pid)
{
	int child = atoi(actor_value(main_actor, "/proc/%d/task/%d/children", pid, pid));
	int status;

	if (child <= 0 || kill(child, SIGSTOP))
		return -ESRCH;
	return waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) ? 0 : -ECHILD;
}

/*
 * What has forked the command is killed along with the container: by chance
 * before or after it has waited for the command, or before for certain.
 */
TEST_F(containerctl, enter_tells_the_status_of_what_ends_the_container)
{
	pid_t init, enter;
	int i, fd, status;

	ASSERT_EQ(0, make_fifo(GO_FIFO));
	ASSERT_EQ(0, make_fifo(END_FIFO));
	for (i = 0; i < 8; i++) {
		init = start("containerctl run --unshare pid x -- sh -c " AWAIT_END);
		ASSERT_LE(0, init);
		ASSERT_EQ(0, wait_for_command("x", "sh"));
		enter = start("containerctl enter x -- sh -c " END);
		ASSERT_LE(0, enter);
		fd = open(GO_FIFO, O_WRONLY | O_CLOEXEC);
		ASSERT_LE(0, fd);
		if (i % 2)
			ASSERT_EQ(0, stop_child_of(enter));
		close(fd);
		if (i % 2) {
			/* The command, an orphan now */
			ASSERT_LT(enter, waitpid(-enter, &status, 0));
			EXPECT_EQ(5 << 8, status);
			ASSERT_EQ(0, kill(enter, SIGCONT));
		}
		EXPECT_EQ(5 << 8, status_of(enter));
		/* The read meets the end of the file */
		EXPECT_EQ(1 << 8, status_of(init));
	}
	unlink(GO_FIFO);
	unlink(END_FIFO);
}

TEST_F(containerctl, frozen_ones_are_refused)
{
	static const char * const lines[] = {
		"containerctl enter --ns none top/sub true",
		"containerctl enter top true",
		"containerctl run top/sub/new true",
		"containerctl run --unshare pid top/new true",
	};
	size_t i;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, "top"));
	ASSERT_NE(NULL, spawn_in("top"));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "top/sub"));
	ASSERT_NE(NULL, spawn_in("top/sub"));
	ASSERT_EQ(0, freeze_child("top"));
	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		EXPECT_EQ(1 << 8, run_and_read(lines[i], self->said,
					       sizeof(self->said)));
		EXPECT_TRUE(says(self->said, "/top is frozen"));
	}
	EXPECT_EQ(-ENOENT, child_id(main_actor, "top/new"));
	EXPECT_EQ(-ENOENT, child_id(main_actor, "top/sub/new"));
	ASSERT_EQ(0, thaw_child("top"));
	EXPECT_EQ(0, run("containerctl run top/sub/new true"));
}

TEST_F(containerctl, the_wait_for_a_thaw_can_be_interrupted)
{
	pid_t pid;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, "top"));
	ASSERT_NE(NULL, spawn_in("top"));
	ASSERT_EQ(0, freeze_child("top"));
	pid = start("containerctl run --wait --unshare pid top/new true");
	ASSERT_LE(0, pid);
	usleep(100000);
	EXPECT_EQ(0, waitpid(pid, NULL, WNOHANG));
	EXPECT_EQ(0, kill(pid, SIGINT));
	EXPECT_EQ(SIGINT, status_of(pid));
	EXPECT_EQ(-ENOENT, child_id(main_actor, "top/new"));

	pid = start("containerctl run --wait --unshare pid top/new -- sh -c exit~7");
	ASSERT_LE(0, pid);
	usleep(100000);
	EXPECT_EQ(0, waitpid(pid, NULL, WNOHANG));
	ASSERT_EQ(0, thaw_child("top"));
	EXPECT_EQ(7 << 8, status_of(pid));
}

/*
 * It freezes at any moment of making, entering, forking and executing. A
 * command that has begun has its status, all else is interrupted.
 */
TEST_F(containerctl, freezing_meanwhile_leaves_nothing_behind)
{
	int i, status;
	pid_t pid;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, "top"));
	ASSERT_NE(NULL, spawn_in("top"));
	for (i = 0; i < 40; i++) {
		pid = start("containerctl run --unshare pid,mnt top/new -- sh -c exit~7");
		ASSERT_LE(0, pid);
		usleep(i * 1000);
		ASSERT_EQ(0, put_text(CHILDREN "/top/container.freeze", "1"));
		usleep(20000);
		kill(pid, SIGINT);
		usleep(20000);
		ASSERT_EQ(0, put_text(CHILDREN "/top/container.freeze", "0"));
		status = status_of(pid);
		/* 1: it was frozen already when containerctl looked */
		EXPECT_TRUE(status == SIGINT || status == 7 << 8 ||
			    status == 1 << 8);
		ASSERT_EQ(-ENOENT, child_id(main_actor, "top/new"));
		ASSERT_EQ(1, actor_read(main_actor,
					CHILDREN "/top/container.procs") > 0);
	}
}

/* As many a container runtime has it */
static void refuse_clone3(int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone3, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { .len = ARRAY_SIZE(code), .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		_exit(77);
}

TEST_F(containerctl, clone3_is_not_needed)
{
	static const int errors[] = { EPERM, EOPNOTSUPP };
	size_t i;
	pid_t pid;

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		pid = fork_group();
		if (pid == 0) {
			refuse_clone3(errors[i]);
			exec_line("containerctl run --unshare pid x -- sh -c exit~7");
		}
		EXPECT_EQ(7 << 8, status_of(pid));
	}
}

TEST_F(containerctl, proc_of_another_pid_namespace)
{
	static const char * const commands[] = {
		"show /", "ps", "enter / true", "run new true",
	};
	char line[128];
	__s64 init;
	size_t i;
	pid_t pid;

	pid = start("containerctl run --unshare pid,mnt --mount-proc x -- sleep 1000");
	ASSERT_LE(0, pid);
	ASSERT_EQ(0, wait_for_command("x", "sleep"));
	init = actor_number(main_actor, CHILDREN "/x/container.init");
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		snprintf(line, sizeof(line),
			 "nsenter -t %lld -m containerctl %s", init, commands[i]);
		EXPECT_EQ(1 << 8, run_and_read(line, self->said,
					       sizeof(self->said)));
		EXPECT_TRUE(says(self->said, "/proc is that of another pid namespace"));
	}
	kill(init, SIGKILL);
	EXPECT_EQ(SIGKILL, status_of(pid));
}

TEST_F(containerctl, names_are_as_long_as_the_kernel_takes_them)
{
	char line[MAX_NAME + 64], name[MAX_NAME + 2];

	memset(name, 'x', sizeof(name));
	name[MAX_NAME] = '\0';
	snprintf(line, sizeof(line), "containerctl run %s true", name);
	EXPECT_EQ(0, run(line));
	name[MAX_NAME] = 'x';
	name[MAX_NAME + 1] = '\0';
	snprintf(line, sizeof(line), "containerctl run %s true", name);
	EXPECT_EQ(1 << 8, run_and_read(line, self->said, sizeof(self->said)));
	EXPECT_TRUE(says(self->said, "255 characters at most"));
}

TEST_HARNESS_MAIN
