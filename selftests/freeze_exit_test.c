// SPDX-License-Identifier: GPL-2.0
/*
 * freeze while a process exits: it may close files yet, and is waited for.
 *
 * A writer that waits for its page holds the lock of a pipe, and with it the exit
 * of each process that has opened the pipe.
 */

#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "file.h"
#include "freeze.h"
#include "reap.h"
#include "rest.h"
#include "world.h"

/* As the kernel has it in the flags of /proc/<pid>/stat */
#define PF_EXITING 0x4

static int page_size;

/* A page that is there when fill_page() says so: 0 or -errno */
static int page_to_come(char **page)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int uffd = syscall(__NR_userfaultfd, O_CLOEXEC), err;

	if (uffd < 0)
		return -errno;
	page_size = getpagesize();
	*page = mmap(NULL, page_size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	reg.range.start = (uintptr_t)*page;
	reg.range.len = page_size;
	if (*page == MAP_FAILED || ioctl(uffd, UFFDIO_API, &api) ||
	    ioctl(uffd, UFFDIO_REGISTER, &reg)) {
		err = -errno;
		close(uffd);
		return err;
	}
	return uffd;
}

struct writer {
	pthread_t thread;
	int pipe[2];
	int uffd;
	char *page;
};

static int fill_page(const struct writer *writer)
{
	struct uffdio_zeropage zero = {
		.range = { .start = (uintptr_t)writer->page, .len = page_size },
	};

	return result(ioctl(writer->uffd, UFFDIO_ZEROPAGE, &zero));
}

static void *write_page(void *data)
{
	struct writer *writer = data;

	return (void *)(intptr_t)write(writer->pipe[1], writer->page, 1);
}

/* /job, with a that counts and b that can exit when the writer goes on only */
FIXTURE(exiting) {
	struct actor *a, *b;
	struct writer writer;
};

/* Wait until an exiting task sleeps, as for a lock. */
static bool hangs_in_exit(struct actor *a)
{
	unsigned long flags;
	char state;
	int i;

	for (i = 0; i < WAIT_MS; i++) {
		if (actor_read(main_actor, "/proc/%d/stat", a->pid) < 0 ||
		    sscanf(strrchr(main_actor->buf, ')'),
			   ") %c %*d %*d %*d %*d %*d %lu", &state, &flags) != 2)
			return false;
		if (flags & PF_EXITING && state == 'D')
			return true;
		usleep(1000);
	}
	return false;
}

FIXTURE_TEARDOWN(exiting)
{
	fill_page(&self->writer);
	world_destroy();
}

FIXTURE_WORLD_SETUP(exiting)
{
	struct pollfd fault;

	if (access("/proc/sys/vm/unprivileged_userfaultfd", F_OK))
		SKIP(return, "no userfaultfd");
	self->writer.uffd = page_to_come(&self->writer.page);
	ASSERT_LE(0, self->writer.uffd);
	ASSERT_EQ(0, pipe(self->writer.pipe));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->a = spawn_in("job");
	ASSERT_NE(NULL, self->a);
	self->b = spawn_in("job");
	ASSERT_NE(NULL, self->b);
	ASSERT_LE(0, actor_open(self->b, O_WRONLY, "/proc/self/fd/%d",
				self->writer.pipe[1]));

	ASSERT_EQ(0, pthread_create(&self->writer.thread, NULL, write_page,
				    &self->writer));
	fault = (struct pollfd){ .fd = self->writer.uffd, .events = POLLIN };
	ASSERT_EQ(1, poll(&fault, 1, WAIT_MS));
	start_counting(self->a, do_count, 0);
	ASSERT_EQ(0, kill(self->b->pid, SIGKILL));
	ASSERT_TRUE(hangs_in_exit(self->b));
}

TEST_F(exiting, process_is_waited_for)
{
	void *written;

	ASSERT_EQ(0, write_child("job", "freeze", "1"));
	EXPECT_TRUE(actor_comes_to_rest(self->a));
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/job/container.events"));
	EXPECT_TRUE(actor_has_line(main_actor, "frozen 0"));
	EXPECT_EQ(0, fill_page(&self->writer));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	EXPECT_EQ(SIGKILL, actor_reap(self->b));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
	EXPECT_EQ(0, pthread_join(self->writer.thread, &written));
	EXPECT_EQ(1, (intptr_t)written);
}

TEST_F(exiting, process_is_not_waited_for_once_thawed)
{
	ASSERT_EQ(0, write_child("job", "freeze", "1"));
	EXPECT_TRUE(actor_comes_to_rest(self->a));
	ASSERT_EQ(0, write_child("job", "freeze", "0"));
	EXPECT_TRUE(actor_counts(self->a));
	ASSERT_EQ(0, fill_page(&self->writer));
	EXPECT_EQ(SIGKILL, actor_reap(self->b));
	/* Nothing is left of it in what is counted. */
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

static void *do_nothing(void *data)
{
	return data;
}

static __s64 do_count_exits(struct actor *a)
{
	pthread_t thread;
	pid_t pid;

	while (may_count(a)) {
		pid = fork();
		if (!pid)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid ||
		    pthread_create(&thread, NULL, do_nothing, NULL) ||
		    pthread_join(thread, NULL))
			return -EIO;
		count(a);
	}
	return 0;
}

/* /job, with two members that have processes and threads exit */
FIXTURE(exits) {
	struct actor *a[2];
};

FIXTURE_WORLD(exits)
{
	int i;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	for (i = 0; i < 2; i++) {
		self->a[i] = spawn_in("job");
		ASSERT_NE(NULL, self->a[i]);
		start_counting(self->a[i], do_count_exits, 0);
	}
}

TEST_F(exits, at_any_moment_let_a_freeze_come_to_its_end)
{
	int i, rounds = stress_rounds(100);

	for (i = 0; i < rounds; i++) {
		ASSERT_TRUE(actor_counts(self->a[i % 2]));
		spin(i % 50);
		ASSERT_EQ(0, freeze_child("job")) TH_LOG("round %d", i);
		ASSERT_EQ(0, thaw_child("job")) TH_LOG("round %d", i);
	}
	EXPECT_EQ(0, stop_counting(self->a[0]));
	EXPECT_EQ(0, stop_counting(self->a[1]));
}

TEST_HARNESS_MAIN
