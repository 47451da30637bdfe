// SPDX-License-Identifier: GPL-2.0
/* events: what the bits say, and that poll() tells of each change */

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "file.h"
#include "freeze.h"
#include "message.h"
#include "ns.h"
#include "reap.h"
#include "rest.h"
#include "world.h"

#define EVENTS CHILDREN "/job/container.events"
#define SUB "job/sub"
#define NR_POLLERS 8

/* What poll() tells at once */
#define QUIET POLLIN
#define CHANGED (POLLIN | POLLPRI | POLLERR)

/* /job, without an init, so that it stays; its events, open */
FIXTURE(events) {
	int fd;
};

FIXTURE_WORLD(events)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->fd = actor_open(main_actor, O_RDONLY, EVENTS);
	ASSERT_LE(0, self->fd);
}

static int poll_now(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN | POLLPRI };

	return poll(&pfd, 1, 0) < 0 ? -errno : pfd.revents;
}

/* Read from the start: does it say this? */
static bool says(int fd, int populated, int frozen)
{
	char text[64];

	snprintf(text, sizeof(text), "populated %d\nfrozen %d\n", populated,
		 frozen);
	return actor_read_fd(main_actor, fd) > 0 &&
	       !strcmp(main_actor->buf, text);
}

static int set_freeze(const char *value)
{
	return write_child("job", "freeze", value);
}

/* The init of a new /job/sub, which ends with it */
static struct actor *spawn_below(void)
{
	if (actor_mkdir_child(main_actor, SUB))
		return NULL;
	return spawn_in(SUB);
}

static int end_below(struct actor *a)
{
	int ret = actor_exit(a, 0);

	return ret ?: wait_gone(CHILDREN "/" SUB);
}

TEST_F(events, of_an_empty_container)
{
	EXPECT_TRUE(says(self->fd, 0, 0));
}

TEST_F(events, tell_of_a_member)
{
	ASSERT_NE(NULL, spawn_in("job"));
	EXPECT_TRUE(says(self->fd, 1, 0));
}

TEST_F(events, tell_of_a_member_further_down)
{
	struct actor *a;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, SUB));
	EXPECT_TRUE(says(self->fd, 0, 0));
	a = spawn_in(SUB);
	ASSERT_NE(NULL, a);
	EXPECT_TRUE(says(self->fd, 1, 0));
	EXPECT_EQ(0, end_below(a));
	EXPECT_TRUE(says(self->fd, 0, 0));
}

TEST_F(events, tell_of_members_that_come_and_go)
{
	int i;

	for (i = 0; i < 5; i++) {
		struct actor *a = spawn_below();

		ASSERT_NE(NULL, a);
		EXPECT_EQ(CHANGED, poll_now(self->fd));
		EXPECT_TRUE(says(self->fd, 1, 0));
		EXPECT_EQ(0, end_below(a));
		EXPECT_EQ(CHANGED, poll_now(self->fd));
		EXPECT_TRUE(says(self->fd, 0, 0));
		EXPECT_EQ(QUIET, poll_now(self->fd));
	}
}

TEST_F(events, populated_until_the_last_of_all_below_is_gone)
{
	struct actor *a = spawn_below(), *b;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job/other"));
	b = spawn_in("job/other");
	ASSERT_NE(NULL, b);
	EXPECT_EQ(0, end_below(a));
	EXPECT_TRUE(says(self->fd, 1, 0));
	EXPECT_EQ(0, actor_exit(b, 0));
	EXPECT_TRUE(says(self->fd, 0, 0));
}

TEST_F(events, frozen_once_all_below_are)
{
	struct actor *a = spawn_below();

	ASSERT_NE(NULL, a);
	start_counting(a, do_count, 0);
	ASSERT_TRUE(actor_counts(a));
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(a));
	EXPECT_TRUE(says(self->fd, 1, 1));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(says(self->fd, 1, 0));
}

TEST_F(events, frozen_below_is_not_frozen)
{
	ASSERT_NE(NULL, spawn_below());
	ASSERT_NE(NULL, spawn_in("job"));
	ASSERT_EQ(0, freeze_child(SUB));
	EXPECT_TRUE(says(self->fd, 1, 0));
}

TEST_F(events, frozen_above_is_frozen)
{
	int fd;

	ASSERT_NE(NULL, spawn_below());
	fd = actor_open(main_actor, O_RDONLY,
			CHILDREN "/" SUB "/container.events");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_EQ(CHANGED, poll_now(fd));
	EXPECT_TRUE(says(fd, 1, 1));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_EQ(0, wait_child_events(SUB, "frozen 0"));
	EXPECT_EQ(CHANGED, poll_now(fd));
	EXPECT_TRUE(says(fd, 1, 0));
}

TEST_F(events, are_quiet_when_opened)
{
	EXPECT_EQ(QUIET, poll_now(self->fd));
}

TEST_F(events, are_quiet_when_opened_after_a_change)
{
	int fd;

	ASSERT_EQ(0, set_freeze("1"));
	fd = actor_open(main_actor, O_RDONLY, EVENTS);
	ASSERT_LE(0, fd);
	EXPECT_EQ(QUIET, poll_now(fd));
	EXPECT_EQ(CHANGED, poll_now(self->fd));
}

TEST_F(events, change_is_told_until_it_is_read)
{
	ASSERT_EQ(0, set_freeze("1"));
	EXPECT_EQ(CHANGED, poll_now(self->fd));
	EXPECT_EQ(CHANGED, poll_now(self->fd));
	EXPECT_TRUE(says(self->fd, 0, 1));
	EXPECT_EQ(QUIET, poll_now(self->fd));
	ASSERT_EQ(0, set_freeze("0"));
	EXPECT_EQ(CHANGED, poll_now(self->fd));
	EXPECT_TRUE(says(self->fd, 0, 0));
	EXPECT_EQ(QUIET, poll_now(self->fd));
}

TEST_F(events, change_to_and_fro_is_told_too)
{
	ASSERT_EQ(0, set_freeze("1"));
	ASSERT_EQ(0, set_freeze("0"));
	EXPECT_EQ(CHANGED, poll_now(self->fd));
	EXPECT_TRUE(says(self->fd, 0, 0));
	EXPECT_EQ(QUIET, poll_now(self->fd));
}

TEST_F(events, change_is_told_to_each_descriptor)
{
	int fd = actor_open(main_actor, O_RDONLY, EVENTS);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, set_freeze("1"));
	EXPECT_TRUE(says(fd, 0, 1));
	EXPECT_EQ(QUIET, poll_now(fd));
	EXPECT_EQ(CHANGED, poll_now(self->fd));
}

TEST_F(events, writing_the_same_is_no_change)
{
	ASSERT_EQ(0, set_freeze("0"));
	EXPECT_EQ(QUIET, poll_now(self->fd));
	ASSERT_EQ(0, set_freeze("1"));
	EXPECT_TRUE(says(self->fd, 0, 1));
	ASSERT_EQ(0, set_freeze("1"));
	EXPECT_EQ(QUIET, poll_now(self->fd));
}

TEST_F(events, second_member_is_no_change)
{
	struct actor *b;

	ASSERT_NE(NULL, spawn_in("job"));
	EXPECT_TRUE(says(self->fd, 1, 0));
	b = spawn_in("job");
	ASSERT_NE(NULL, b);
	EXPECT_EQ(QUIET, poll_now(self->fd));
	EXPECT_EQ(0, actor_exit(b, 0));
	EXPECT_EQ(QUIET, poll_now(self->fd));
}

TEST_F(events, of_others_are_no_change)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "other"));
	ASSERT_NE(NULL, spawn_in("other"));
	ASSERT_EQ(0, freeze_child("other"));
	ASSERT_EQ(0, actor_rename_child(main_actor, "job", "work", 0));
	EXPECT_EQ(QUIET, poll_now(self->fd));
}

/* Sleep in poll(); tell what woke, and what was read then. */
static __s64 do_wait_and_read(struct actor *a)
{
	struct pollfd pfd = { .events = POLLPRI };
	char text[64] = "";

	pfd.fd = open(a->str[0], O_RDONLY | O_CLOEXEC);
	if (pfd.fd < 0)
		return -errno;
	count(a);
	if (poll(&pfd, 1, -1) < 0)
		return -errno;
	if (pread(pfd.fd, text, sizeof(text) - 1, 0) < 0 &&
	    !(pfd.revents & POLLHUP))
		return -errno;
	snprintf(a->str[1], ACTOR_STR, "%s", text);
	close(pfd.fd);
	return pfd.revents;
}

static void start_waiting(struct actor *a)
{
	snprintf(a->str[0], ACTOR_STR, EVENTS);
	actor_post(a, do_wait_and_read, 0, 0, 0, 0);
}

TEST_F(events, wake_a_sleeper_in_poll)
{
	struct actor *a = spawn(main_actor);

	ASSERT_NE(NULL, a);
	start_waiting(a);
	ASSERT_EQ(0, wait_asleep(a));
	EXPECT_TRUE(actor_is_busy(a));
	ASSERT_EQ(0, set_freeze("1"));
	EXPECT_EQ(POLLPRI | POLLERR, actor_collect(a));
	EXPECT_STREQ("populated 0\nfrozen 1\n", a->str[1]);
}

TEST_F(events, wake_when_a_member_comes)
{
	struct actor *a = spawn(main_actor);

	ASSERT_NE(NULL, a);
	start_waiting(a);
	ASSERT_EQ(0, wait_asleep(a));
	ASSERT_NE(NULL, spawn_below());
	EXPECT_EQ(POLLPRI | POLLERR, actor_collect(a));
	EXPECT_STREQ("populated 1\nfrozen 0\n", a->str[1]);
}

TEST_F(events, wake_when_the_last_member_is_killed)
{
	struct actor *a = spawn(main_actor), *b = spawn_below();

	ASSERT_NE(NULL, a);
	ASSERT_NE(NULL, b);
	start_waiting(a);
	ASSERT_EQ(0, wait_asleep(a));
	EXPECT_EQ(SIGKILL, actor_kill(b, SIGKILL));
	EXPECT_EQ(POLLPRI | POLLERR, actor_collect(a));
	EXPECT_STREQ("populated 0\nfrozen 0\n", a->str[1]);
}

TEST_F(events, wake_all_sleepers)
{
	struct actor *a[NR_POLLERS];
	int i;

	for (i = 0; i < NR_POLLERS; i++) {
		a[i] = spawn(main_actor);
		ASSERT_NE(NULL, a[i]);
		start_waiting(a[i]);
		ASSERT_EQ(0, wait_asleep(a[i]));
	}
	ASSERT_EQ(0, set_freeze("1"));
	for (i = 0; i < NR_POLLERS; i++) {
		EXPECT_EQ(POLLPRI | POLLERR, actor_collect(a[i]));
		EXPECT_STREQ("populated 0\nfrozen 1\n", a[i]->str[1]);
	}
}

TEST_F(events, wake_epoll_at_each_change)
{
	struct epoll_event event = { .events = EPOLLPRI | EPOLLET };
	int i, ep = epoll_create1(EPOLL_CLOEXEC);

	ASSERT_LE(0, ep);
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->fd, &event));
	EXPECT_EQ(0, epoll_wait(ep, &event, 1, 0));
	for (i = 0; i < 4; i++) {
		ASSERT_EQ(0, set_freeze(i % 2 ? "0" : "1"));
		ASSERT_EQ(1, epoll_wait(ep, &event, 1, 30000));
		EXPECT_EQ(EPOLLPRI | EPOLLERR, (int)event.events);
		EXPECT_TRUE(says(self->fd, 0, !(i % 2)));
		EXPECT_EQ(0, epoll_wait(ep, &event, 1, 0));
	}
	close(ep);
}

TEST_F(events, descriptor_outlives_its_opener)
{
	struct actor *a;
	int sock[2], fd, theirs;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, sock));
	a = spawn(main_actor);
	ASSERT_NE(NULL, a);
	theirs = actor_open(a, O_RDONLY, EVENTS);
	ASSERT_LE(0, theirs);
	fd = pass_fd(sock, a, main_actor, theirs);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(QUIET, poll_now(fd));
	ASSERT_EQ(0, set_freeze("1"));
	EXPECT_EQ(CHANGED, poll_now(fd));
	EXPECT_TRUE(says(fd, 0, 1));
}

TEST_F(events, end_with_the_container)
{
	ASSERT_EQ(0, remove_child("job"));
	EXPECT_EQ(POLLHUP, poll_now(self->fd) & POLLHUP);
	EXPECT_EQ(-ENODEV, actor_read_fd(main_actor, self->fd));
	/* for good */
	EXPECT_EQ(POLLHUP, poll_now(self->fd) & POLLHUP);
}

TEST_F(events, end_with_the_last_member)
{
	struct actor *a = spawn_in("job");
	/* The end is told to a poller that asks for nothing. */
	struct pollfd pfd = { .fd = self->fd };
	__s64 ret;
	int i;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_exit(a, 0));
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(1, poll(&pfd, 1, 30000));
		if (pfd.revents & POLLHUP)
			break;
		ret = actor_read_fd(main_actor, self->fd);
		ASSERT_TRUE(ret > 0 || ret == -ENODEV);
	}
	EXPECT_NE(0, pfd.revents & POLLHUP);
	EXPECT_EQ(-ENODEV, actor_read_fd(main_actor, self->fd));
}

TEST_F(events, end_wakes_a_sleeper_in_poll)
{
	struct actor *a = spawn(main_actor);

	ASSERT_NE(NULL, a);
	start_waiting(a);
	ASSERT_EQ(0, wait_asleep(a));
	ASSERT_EQ(0, remove_child("job"));
	EXPECT_EQ(POLLHUP, actor_collect(a) & POLLHUP);
}

TEST_F(events, of_an_implicit_container_end_with_it)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	int fd;

	ASSERT_NE(NULL, a);
	fd = actor_open(main_actor, O_RDONLY,
			CHILDREN "/unnamed1/container.events");
	ASSERT_LE(0, fd);
	EXPECT_TRUE(says(fd, 1, 0));
	ASSERT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(POLLHUP, poll_now(fd) & POLLHUP);
	EXPECT_EQ(-ENODEV, actor_read_fd(main_actor, fd));
}

/*
 * One changes a bit as often and as fast as it can, and then says so with an
 * eventfd; one follows. What that one read last has to be how it is.
 */
static __s64 do_follow(struct actor *a)
{
	struct pollfd fds[2] = {
		{ .events = POLLPRI },
		{ .fd = a->arg[2], .events = POLLIN },
	};
	char text[64];
	ssize_t n;

	fds[0].fd = open(a->str[0], O_RDONLY | O_CLOEXEC);
	if (fds[0].fd < 0)
		return -errno;
	do {
		n = pread(fds[0].fd, text, sizeof(text) - 1, 0);
		if (n < 0)
			return -errno;
		text[n] = '\0';
		count(a);
		if (poll(fds, 2, -1) < 0)
			return -errno;
		/* At the end the first may have changed since it was asked. */
	} while (fds[0].revents || poll(fds, 1, 0) > 0);
	snprintf(a->str[1], ACTOR_STR, "%s", text);
	close(fds[0].fd);
	return 0;
}

/* At another moment each time */
static int toggle_frozen(int i)
{
	int n;

	for (n = i % 32 * 32; n; n--)
		getppid();
	return put_text(CHILDREN "/job/container.freeze", i % 2 ? "0" : "1");
}

static int toggle_populated(int i)
{
	char id[24] = "";
	pid_t pid;
	int fd, status;

	(void)i;
	if (mkdir(CHILDREN "/" SUB, 0755) < 0)
		return -errno;
	fd = open(CHILDREN "/" SUB "/container.id", O_RDONLY);
	if (fd < 0 || read(fd, id, sizeof(id) - 1) < 0)
		return -errno;
	close(fd);
	pid = fork();
	if (pid == 0)
		_exit(!!enter(strtoull(id, NULL, 10)));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	return status ?: wait_gone(CHILDREN "/" SUB);
}

FIXTURE(follow) {
	int end;
	struct actor *a;
};

FIXTURE_VARIANT(follow) {
	int (*toggle)(int i);
	int rounds;
};

FIXTURE_VARIANT_ADD(follow, frozen) {
	.toggle = toggle_frozen,
	.rounds = 1501,
};

FIXTURE_VARIANT_ADD(follow, populated) {
	.toggle = toggle_populated,
	.rounds = 150,
};

FIXTURE_WORLD(follow)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->end = eventfd(0, EFD_CLOEXEC);
	ASSERT_LE(0, self->end);
	self->a = spawn(main_actor);
	ASSERT_NE(NULL, self->a);
}

TEST_F_TIMEOUT(follow, no_change_is_lost, 900)
{
	__u64 one = 1;
	int i, err = 0;

	snprintf(self->a->str[0], ACTOR_STR, EVENTS);
	actor_post(self->a, do_follow, 0, 0, self->end, 0);
	ASSERT_TRUE(actor_has_counted(self->a));
	for (i = 0; i < stress_rounds(variant->rounds) && !err; i++)
		err = variant->toggle(i);
	ASSERT_EQ(0, err);
	ASSERT_EQ(8, write(self->end, &one, sizeof(one)));
	EXPECT_EQ(0, actor_collect(self->a));
	TH_LOG("%d changes, %lld times read", i, (long long)counter(self->a));
	ASSERT_LT(0, actor_read(main_actor, EVENTS));
	EXPECT_STREQ(main_actor->buf, self->a->str[1]);
}

TEST_HARNESS_MAIN
