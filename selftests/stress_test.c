// SPDX-License-Identifier: GPL-2.0
/*
 * Readers, renames and lookups while containers come and go. All loops are
 * bounded, and whatever the timing is, what is seen must be consistent.
 */

#include <sys/prctl.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "churn.h"
#include "file.h"
#include "proc_view.h"
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

static bool all_there_once(struct table *t, const __u64 *id, int n)
{
	int i;

	if (!table_in_order(t))
		return false;
	for (i = 0; i < n; i++)
		if (!find_id(t, id[i]))
			return false;
	return true;
}

/* In pieces of a size; into @t */
static int read_in_pieces(size_t size, struct table *t)
{
	static char text[ACTOR_BUF];
	size_t len = 0;
	ssize_t n;
	int fd;

	fd = open("/proc/containers", O_RDONLY);
	if (fd < 0)
		return -errno;
	do {
		n = read(fd, text + len, size);
		if (n < 0)
			break;
		len += n;
	} while (n && len + size < sizeof(text));
	close(fd);
	text[len] = '\0';
	return n ? -EIO : parse_table(text, t);
}

TEST_F_TIMEOUT(stress, table_is_consistent_while_containers_come_and_go, 900)
{
	pid_t pid[NR_CHURNS];
	int reads = 0;

	ASSERT_EQ(0, make_stable(self->pid, self->id));
	ASSERT_EQ(0, start_churns(pid, stress_rounds(40)));
	do {
		ASSERT_LT(NR_STABLE, read_table(main_actor, &self->table));
		ASSERT_TRUE(all_there_once(&self->table, self->id, NR_STABLE)) {
			TH_LOG("read %d", reads);
		}
		reads++;
	} while (count_running(pid, NR_CHURNS) || reads < 10);
	ASSERT_EQ(1 + NR_STABLE, read_table(main_actor, &self->table));
}

TEST_F_TIMEOUT(stress, table_is_consistent_in_small_pieces, 900)
{
	pid_t pid[NR_CHURNS];
	int reads = 0;

	ASSERT_EQ(0, make_stable(self->pid, self->id));
	ASSERT_EQ(0, start_churns(pid, stress_rounds(40)));
	do {
		ASSERT_LT(NR_STABLE, read_in_pieces(100, &self->table));
		ASSERT_TRUE(all_there_once(&self->table, self->id, NR_STABLE)) {
			TH_LOG("read %d", reads);
		}
		reads++;
	} while (count_running(pid, NR_CHURNS) || reads < 10);
}

TEST_F_TIMEOUT(stress, children_lists_those_that_stay, 900)
{
	pid_t pid[NR_CHURNS];
	int reads = 0, i;
	__s64 children;

	ASSERT_EQ(0, make_stable(self->pid, self->id));
	ASSERT_EQ(0, start_churns(pid, stress_rounds(40)));
	do {
		children = container_children(main_actor, main_actor);
		ASSERT_LE(NR_STABLE, children);
		for (i = 1; i <= NR_STABLE; i++) {
			const char *p;
			char name[32];
			int n = 0;

			snprintf(name, sizeof(name), " unnamed%d\n", i);
			for (p = main_actor->buf; (p = strstr(p, name)); p++)
				n++;
			ASSERT_EQ(1, n) TH_LOG("%s in read %d", name, reads);
		}
		reads++;
	} while (count_running(pid, NR_CHURNS) || reads < 10);
}

TEST_F_TIMEOUT(stress, nothing_is_left_of_many, 900)
{
	pid_t pid[NR_CHURNS];

	ASSERT_EQ(0, start_churns(pid, stress_rounds(60)));
	reap_all(pid, NR_CHURNS);
	/* All orphans, too */
	while (waitpid(-1, NULL, 0) > 0)
		;
	EXPECT_EQ(1, read_table(main_actor, &self->table));
}

TEST_F_TIMEOUT(stress, procs_lists_those_that_stay, 900)
{
	char line[NR_STABLE][16];
	pid_t pid[NR_CHURNS];
	int reads = 0, i, j;

	for (i = 0; i < NR_STABLE; i++) {
		self->pid[i] = world_fork();
		ASSERT_LE(0, self->pid[i]);
		if (self->pid[i] == 0) {
			pause();
			_exit(0);
		}
		snprintf(line[i], sizeof(line[i]), "%d", self->pid[i]);
	}
	/* Members that come and go */
	for (i = 0; i < NR_CHURNS; i++) {
		pid[i] = world_fork();
		ASSERT_LE(0, pid[i]);
		if (pid[i])
			continue;
		for (j = 0; j < stress_rounds(100); j++) {
			pid_t child = fork();

			if (child == 0)
				_exit(0);
			waitpid(child, NULL, 0);
		}
		_exit(0);
	}
	do {
		ASSERT_LT(0, actor_read(main_actor,
					"/proc/self/container/procs"));
		for (i = 0; i < NR_STABLE; i++)
			ASSERT_TRUE(actor_has_line(main_actor, line[i]));
		reads++;
	} while (count_running(pid, NR_CHURNS) || reads < 10);
}

TEST_F_TIMEOUT(stress, names_are_unique_when_all_unshare_at_once, 900)
{
	char byte;
	int ready[2], i, round;

	ASSERT_EQ(0, pipe(ready));
	for (round = 0; round < stress_rounds(5); round++) {
		pid_t pid[NR_STABLE];
		int go[2];

		ASSERT_EQ(0, pipe(go));
		for (i = 0; i < NR_STABLE; i++) {
			pid[i] = fork();
			ASSERT_LE(0, pid[i]);
			if (pid[i])
				continue;
			prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
			close(go[1]);
			/* End of file: go */
			if (read(go[0], &byte, 1) != 0 ||
			    unshare(CLONE_NEWUTS) < 0 ||
			    write(ready[1], ".", 1) != 1)
				_exit(1);
			pause();
			_exit(0);
		}
		close(go[1]);
		close(go[0]);
		for (i = 0; i < NR_STABLE; i++)
			ASSERT_EQ(1, read(ready[0], &byte, 1));
		EXPECT_EQ(1 + NR_STABLE, read_table(main_actor, &self->table));
		EXPECT_TRUE(table_in_order(&self->table));
		EXPECT_EQ(NR_STABLE, container_children(main_actor, main_actor));
		for (i = 0; i < NR_STABLE; i++)
			kill(pid[i], SIGKILL);
		reap_all(pid, NR_STABLE);
		EXPECT_EQ(1, read_table(main_actor, &self->table));
	}
}

TEST_HARNESS_MAIN
