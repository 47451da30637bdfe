// SPDX-License-Identifier: GPL-2.0
/* bind_ns(2) to containers that end or are removed at that moment */

#include <sys/mount.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "enter.h"
#include "file.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "world.h"

static const struct way_in way = {
	.enter_and_count = do_bind_and_count,
	.gone = { -ENOENT, -ESRCH },
};

#include "enter_race_tests.h"

FIXTURE(stress) {
	struct table table;
	int go[2];
};

FIXTURE_WORLD(stress)
{
	ASSERT_EQ(0, pipe(self->go));
}

/* Binding by the id of a container that is about to end: in, or never there */
TEST_F_TIMEOUT(stress, bind_races_with_the_end, 900)
{
	int i, in = 0, n = stress_rounds(200);

	for (i = 0; i < n; i++) {
		struct bind_ns_args args = {};
		int fd[2], status;
		pid_t pid, binder;
		char byte;
		__s64 id;

		ASSERT_EQ(0, pipe(fd));
		pid = fork();
		ASSERT_LE(0, pid);
		if (pid == 0) {
			if (unshare(CLONE_NEWUTS) < 0 ||
			    write(self->go[1], ".", 1) != 1)
				_exit(3);
			wait_start(fd);
			spin(i % 20 * 10);
			_exit(0);
		}
		ASSERT_EQ(1, read(self->go[0], &byte, 1));
		id = actor_number(main_actor, "/proc/%d/container/id", pid);
		ASSERT_LT(0, id);
		args.id = id;
		binder = fork();
		ASSERT_LE(0, binder);
		if (binder == 0) {
			wait_start(fd);
			spin(i / 20 % 20 * 100);
			if (!syscall(__NR_bind_ns, &args, sizeof(args)))
				_exit(actor_number(main_actor,
						   "/proc/self/container/id") ==
				      id ? 0 : 2);
			if (errno == ENOENT || errno == ESRCH)
				_exit(actor_number(main_actor,
						   "/proc/self/container/id") !=
				      id ? 1 : 2);
			_exit(3);
		}
		/* Both at once */
		close(fd[0]);
		close(fd[1]);
		ASSERT_EQ(binder, waitpid(binder, &status, 0));
		ASSERT_TRUE(WIFEXITED(status));
		ASSERT_LE(WEXITSTATUS(status), 1);
		in += !WEXITSTATUS(status);
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		ASSERT_EQ(0, status);
	}
	TH_LOG("%d of %d in time", in, n);
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_HARNESS_MAIN
