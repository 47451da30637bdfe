// SPDX-License-Identifier: GPL-2.0
/* What enters a frozen container, or is made in it, stops as well. */

#include <pthread.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "file.h"
#include "freeze.h"
#include "freeze_fixture.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "world.h"

static const struct way_in way = {
	.enter = actor_enter,
	.enter_and_count = do_enter_and_count,
};

#include "enter_frozen_tests.h"

TEST_F(empty, container_is_frozen_at_once)
{
	struct table t;

	EXPECT_TRUE(child_has_state("job", "empty"));
	ASSERT_EQ(0, write_child("job", "freeze", "1"));
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/job/container.events"));
	EXPECT_STREQ("populated 0\nfrozen 1\n", main_actor->buf);
	EXPECT_TRUE(child_has_state("job", "frozen"));
	ASSERT_EQ(2, read_table(main_actor, &t));
	EXPECT_STREQ("frozen", t.row[1].state);
}

TEST_F(empty, container_thaws_at_once)
{
	ASSERT_EQ(0, write_child("job", "freeze", "1"));
	ASSERT_EQ(0, write_child("job", "freeze", "0"));
	ASSERT_LT(0, actor_read(main_actor, CHILDREN "/job/container.events"));
	EXPECT_STREQ("populated 0\nfrozen 0\n", main_actor->buf);
	EXPECT_TRUE(child_has_state("job", "empty"));
}

TEST_F(empty, container_made_in_a_frozen_one_is_frozen)
{
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, SUB));
	ASSERT_LT(0, actor_read(main_actor,
				CHILDREN "/" SUB "/container.events"));
	EXPECT_STREQ("populated 0\nfrozen 1\n", main_actor->buf);
	EXPECT_TRUE(child_has_state(SUB, "frozen"));
	EXPECT_STREQ("0", actor_value(main_actor,
				      CHILDREN "/" SUB "/container.freeze"));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_EQ(0, wait_child_events(SUB, "frozen 0"));
	EXPECT_TRUE(child_has_state(SUB, "empty"));
}

TEST_F(enter, member_further_down_stays_within_reach)
{
	struct actor *b = spawn(self->init);

	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, actor_unshare(b, CLONE_NEWUTS));
	start_counting(b, do_count, 0);
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(b));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(b));
}

TEST_F(enter, dying_container_does_not_stay_frozen)
{
	struct actor *b = spawn(self->init);

	ASSERT_NE(NULL, b);
	ASSERT_EQ(0, freeze_child("job"));
	/* With its init all of an explicit container goes, frozen or not. */
	EXPECT_EQ(SIGKILL, actor_kill(self->init, SIGKILL));
	EXPECT_EQ(SIGKILL, actor_reap(b));
	EXPECT_EQ(0, wait_gone(CHILDREN "/job"));
}

/*
 * A process that makes one child or thread after the other. Each counts, so
 * that none can be missed.
 */
enum how {
	HOW_FORK,
	HOW_VFORK,
	HOW_NEWUTS,
	HOW_UNSHARE,
	HOW_THREAD,
};

static int child_counts_once(void *arg)
{
	count(arg);
	_exit(0);
}

static void *thread_counts_once(void *arg)
{
	count(arg);
	return NULL;
}

static int make_one(struct actor *a, enum how how)
{
	static char stack[STACK_SIZE];
	pthread_t thread;
	pid_t pid = -1;

	switch (how) {
	case HOW_FORK:
	case HOW_UNSHARE:
		pid = fork();
		if (pid)
			break;
		if (how == HOW_UNSHARE && unshare(CLONE_NEWUTS) < 0)
			_exit(1);
		child_counts_once(a);
		break;
	case HOW_VFORK:
		pid = clone(child_counts_once, stack + STACK_SIZE,
			    CLONE_VM | CLONE_VFORK | SIGCHLD, a);
		break;
	case HOW_NEWUTS:
		pid = clone(child_counts_once, stack + STACK_SIZE,
			    CLONE_NEWUTS | SIGCHLD, a);
		break;
	case HOW_THREAD:
		return pthread_create(&thread, NULL, thread_counts_once, a) ?:
		       pthread_join(thread, NULL);
	}
	return pid < 0 || waitpid(pid, NULL, 0) != pid;
}

static __s64 do_make_many(struct actor *a)
{
	int err = 0;

	while (may_count(a) && !err) {
		count(a);
		err = make_one(a, a->arg[2]);
	}
	return err;
}

FIXTURE(maker) {
	struct actor *init, *a;
};

FIXTURE_VARIANT(maker) {
	enum how how;
};

FIXTURE_VARIANT_ADD(maker, fork) {
	.how = HOW_FORK,
};

FIXTURE_VARIANT_ADD(maker, vfork) {
	.how = HOW_VFORK,
};

FIXTURE_VARIANT_ADD(maker, clone_newuts) {
	.how = HOW_NEWUTS,
};

FIXTURE_VARIANT_ADD(maker, fork_and_unshare) {
	.how = HOW_UNSHARE,
};

FIXTURE_VARIANT_ADD(maker, thread) {
	.how = HOW_THREAD,
};

FIXTURE_WORLD(maker)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	self->init = spawn_in("job");
	ASSERT_NE(NULL, self->init);
	self->a = spawn(self->init);
	ASSERT_NE(NULL, self->a);
	start_counting(self->a, do_make_many, variant->how);
}

TEST_F_TIMEOUT(maker, is_stopped_with_what_it_makes, 300)
{
	int i;

	for (i = 0; i < stress_rounds(20); i++) {
		ASSERT_TRUE(actor_counts(self->a));
		ASSERT_EQ(0, freeze_child("job"));
		ASSERT_TRUE(all_stand_still(self->a, "job")) {
			TH_LOG("round %d", i);
		}
		ASSERT_EQ(0, thaw_child("job"));
	}
	EXPECT_TRUE(actor_counts(self->a));
	EXPECT_EQ(0, stop_counting(self->a));
}

TEST_F_TIMEOUT(maker, is_killed_with_what_it_makes_while_frozen, 300)
{
	ASSERT_TRUE(actor_counts(self->a));
	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, write_child("job", "kill", "1"));
	/* Then its orphans are to be reaped here. */
	EXPECT_EQ(SIGKILL, actor_reap(self->init));
	EXPECT_EQ(SIGKILL, actor_reap(self->a));
	EXPECT_EQ(0, wait_gone(CHILDREN "/job"));
}

TEST_HARNESS_MAIN
