// SPDX-License-Identifier: GPL-2.0
/*
 * Children that are born into a pid namespace, and so into a container, while
 * that is killed, ends or is frozen. All loops are bounded.
 */

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "events.h"
#include "file.h"
#include "freeze.h"
#include "ns.h"
#include "objects.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "world.h"

FIXTURE(race) {
	long objects;
	struct table table;
};

FIXTURE_WORLD(race)
{
	self->objects = objects_at_rest();
}

/* Up to arg[2] children until one cannot be made: how many were not killed */
static __s64 do_fork_many(struct actor *a)
{
	int n, status, bad = 0;
	pid_t pid;

	for (n = 0; n < a->arg[2]; n++) {
		pid = fork();
		if (pid == 0)
			for (;;)
				pause();
		if (pid < 0 && errno != ENOMEM)
			bad++;
		if (pid < 0)
			break;
		count(a);
	}
	while (waitpid(-1, &status, __WALL) > 0)
		bad += status != SIGKILL;
	return bad;
}

TEST_F_TIMEOUT(race, none_escapes_kill_or_the_end_of_pid_1, 900)
{
	int round, n = stress_rounds(40);

	for (round = 0; round < n; round++) {
		struct actor *one, *out = spawn(main_actor);
		__s64 id, err;

		one = spawn_how(main_actor, SPAWN_CLONE, CLONE_NEWPID);
		ASSERT_NE(NULL, one);
		ASSERT_NE(NULL, out);
		ASSERT_EQ(0, actor_setns_of(out, one, "pid"));
		id = container_id(main_actor, one);
		start_counting(out, do_fork_many, 40);
		while (counter(out) < round % 20)
			usleep(100);
		err = round % 2 ? result(kill(one->pid, SIGKILL)) :
				  actor_write(main_actor, "1",
					      "%s/container.kill",
					      container_dir(one));
		ASSERT_EQ(0, err);
		EXPECT_EQ(0, actor_collect(out)) TH_LOG("round %d", round);
		ASSERT_EQ(SIGKILL, actor_reap(one));
		EXPECT_STREQ("gone", container_state(main_actor, id));
		ASSERT_EQ(0, actor_exit(out, 0));
	}
	EXPECT_EQ(1, read_table(main_actor, &self->table));
	EXPECT_TRUE(objects_are_back(self->objects));
}

/* arg[2] children that count; arg[3] tells how many there are */
static __s64 do_fork_counters(struct actor *a)
{
	int n, status, bad = 0;

	for (n = 0; n < a->arg[2]; n++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(do_count(a));
		bad += pid < 0;
		__atomic_store_n(&a->arg[3], n + 1, __ATOMIC_SEQ_CST);
	}
	while (waitpid(-1, &status, __WALL) > 0)
		bad += !!status;
	return bad;
}

static void wait_children(struct actor *a, int n)
{
	while (__atomic_load_n(&a->arg[3], __ATOMIC_SEQ_CST) < n)
		usleep(100);
}

TEST_F_TIMEOUT(race, none_runs_in_a_frozen_container, 900)
{
	int round, n = stress_rounds(12);

	for (round = 0; round < n; round++) {
		struct actor *one, *out = spawn(main_actor);
		char name[64];

		one = spawn_how(main_actor, SPAWN_CLONE, CLONE_NEWPID);
		ASSERT_NE(NULL, one);
		ASSERT_NE(NULL, out);
		ASSERT_EQ(0, actor_setns_of(out, one, "pid"));
		snprintf(name, sizeof(name), "%s",
			 container_path(main_actor, one) + 1);
		start_counting(out, do_fork_counters, 6);
		wait_children(out, round % 6);
		ASSERT_EQ(0, freeze_child(name));
		/* Those that come then are frozen from their birth on. */
		wait_children(out, 6);
		ASSERT_EQ(0, wait_child_events(name, "frozen 1"));
		EXPECT_TRUE(all_stand_still(out, name)) {
			TH_LOG("round %d", round);
		}
		ASSERT_EQ(0, thaw_child(name));
		EXPECT_TRUE(actor_counts(out));
		EXPECT_EQ(0, stop_counting(out));
		ASSERT_EQ(0, actor_exit(out, 0));
		ASSERT_EQ(SIGKILL, actor_kill(one, SIGKILL));
	}
	EXPECT_EQ(1, read_table(main_actor, &self->table));
	EXPECT_TRUE(objects_are_back(self->objects));
}

TEST_HARNESS_MAIN
