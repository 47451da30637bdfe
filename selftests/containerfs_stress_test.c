// SPDX-License-Identifier: GPL-2.0
/*
 * Renames and lookups while containers come and go. All loops are bounded, and
 * whatever the timing is, what is seen must be consistent.
 */

#include "kselftest_harness.h"
#include "actor.h"
#include "churn.h"
#include "containerfs.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "setup.h"
#include "world.h"

FIXTURE(stress) {
	struct table table;
	int go[2];
	pid_t pid[NR_STABLE];
	__u64 id[NR_STABLE];
};

FIXTURE_WORLD(stress)
{
	ASSERT_EQ(0, pipe(self->go));
}

TEST_F_TIMEOUT(stress, children_lists_those_that_stay, 900)
{
	pid_t pid[NR_CHURNS];
	int reads = 0, i;

	ASSERT_EQ(0, make_stable(self->pid, self->id));
	ASSERT_EQ(NR_STABLE, actor_children(main_actor, CHILDREN));
	ASSERT_EQ(0, start_churns(pid, stress_rounds(40)));
	do {
		ASSERT_LE(NR_STABLE, actor_children(main_actor, CHILDREN));
		for (i = 1; i <= NR_STABLE; i++) {
			const char *p;
			char name[32];
			int n = 0;

			snprintf(name, sizeof(name), "unnamed%d\n", i);
			for (p = main_actor->buf; (p = strstr(p, name)); p++)
				n++;
			ASSERT_EQ(1, n) TH_LOG("%s in read %d", name, reads);
		}
		reads++;
	} while (count_running(pid, NR_CHURNS) || reads < 10);
}

/* While a container is renamed to and fro, no reader finds another by its name. */
TEST_F_TIMEOUT(stress, lookup_finds_the_right_one_during_rename, 900)
{
	static const char * const name[2] = { "alpha", "beta" };
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	struct actor *b = spawn_unshared(main_actor, CLONE_NEWUTS);
	int i, found = 0, n = 0;
	__s64 id, ret;
	pid_t pid[1];

	ASSERT_NE(NULL, a);
	ASSERT_NE(NULL, b);
	id = container_id(main_actor, a);
	ASSERT_EQ(0, actor_rename_child(main_actor, "unnamed1", name[0], 0));
	pid[0] = world_fork();
	ASSERT_LE(0, pid[0]);
	if (pid[0] == 0) {
		for (i = 0; i < stress_rounds(600); i++) {
			char from[64], to[64];

			snprintf(from, sizeof(from), CHILDREN "/%s",
				 name[i % 2]);
			snprintf(to, sizeof(to), CHILDREN "/%s",
				 name[!(i % 2)]);
			if (rename(from, to) < 0)
				_exit(1);
		}
		_exit(0);
	}
	do {
		for (i = 0; i < 2; i++) {
			ret = child_id(main_actor, name[i]);
			if (ret >= 0)
				found++;
			else
				ASSERT_EQ(-ENOENT, ret);
			ASSERT_TRUE(ret < 0 || ret == id);
		}
		/* Its neighbour is not disturbed. */
		ASSERT_EQ(container_id(main_actor, b),
			  child_id(main_actor, "unnamed2"));
		ASSERT_EQ(3, read_table(main_actor, &self->table));
		ASSERT_TRUE(table_in_order(&self->table));
		n++;
	} while (count_running(pid, 1) || n < 10);
	/* An even number of renames: it is back. */
	EXPECT_EQ(id, child_id(main_actor, "alpha"));
}

/* Two that want the same name: one gets it each time. */
TEST_F_TIMEOUT(stress, one_of_two_gets_the_name, 900)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	struct actor *b = spawn_unshared(main_actor, CLONE_NEWUTS);
	int i, j, n = stress_rounds(100);

	ASSERT_NE(NULL, a);
	ASSERT_NE(NULL, b);
	for (i = 0; i < n; i++) {
		int won = 0, status, fd[2];
		char to[64];
		pid_t pid[2];

		ASSERT_EQ(0, pipe(fd));
		snprintf(to, sizeof(to), CHILDREN "/job%d", i);
		for (j = 0; j < 2; j++) {
			char from[64];

			if (i)
				snprintf(from, sizeof(from), CHILDREN "/%s%d",
					 j ? "lost" : "job", i - 1);
			else
				snprintf(from, sizeof(from),
					 CHILDREN "/unnamed%d", j + 1);
			pid[j] = fork();
			ASSERT_LE(0, pid[j]);
			if (pid[j] == 0) {
				char other[64];

				wait_start(fd);
				spin((j ? i : n - i) % 20);
				if (!rename(from, to))
					_exit(0);
				if (errno != EEXIST)
					_exit(2);
				snprintf(other, sizeof(other),
					 CHILDREN "/lost%d", i);
				_exit(rename(from, other) < 0 ? 2 : 1);
			}
		}
		close(fd[0]);
		close(fd[1]);
		for (j = 0; j < 2; j++) {
			ASSERT_EQ(pid[j], waitpid(pid[j], &status, 0));
			ASSERT_TRUE(WIFEXITED(status));
			ASSERT_LE(WEXITSTATUS(status), 1);
			won += !WEXITSTATUS(status);
		}
		ASSERT_EQ(1, won);
	}
}

/* A held file: the content, or ENODEV, and from then on ENODEV. */
TEST_F_TIMEOUT(stress, held_file_races_with_the_end, 900)
{
	int i;

	for (i = 0; i < stress_rounds(100); i++) {
		struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
		bool gone = false;
		char text[32];
		__s64 id, fd;
		ssize_t n;

		ASSERT_NE(NULL, a);
		id = container_id(main_actor, a);
		fd = actor_open(main_actor, O_RDONLY, "%s/container.id",
				container_dir(a));
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, kill(a->pid, SIGKILL));
		do {
			memset(text, 0, sizeof(text));
			n = pread(fd, text, sizeof(text) - 1, 0);
			if (n < 0) {
				ASSERT_EQ(ENODEV, errno);
				gone = true;
			} else {
				ASSERT_FALSE(gone);
				ASSERT_EQ(id, strtoll(text, NULL, 10));
			}
		} while (!gone);
		ASSERT_EQ(SIGKILL, actor_reap(a));
		close(fd);
		/* There are not that many actors. */
		if (i % 40 == 39)
			break;
	}
}

TEST_HARNESS_MAIN
