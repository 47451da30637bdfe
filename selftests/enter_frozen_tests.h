/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process that gets into a frozen container stops. A program that includes this
 * says before which way it takes, as "way".
 */
#ifndef __SELFTESTS_CONTAINER_ENTER_FROZEN_TESTS_H__
#define __SELFTESTS_CONTAINER_ENTER_FROZEN_TESTS_H__

#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "events.h"
#include "file.h"
#include "freeze.h"
#include "freeze_fixture.h"
#include "proc_view.h"
#include "rest.h"
#include "world.h"

#define SUB "job/sub"

TEST_F(empty, container_stops_the_first_to_enter)
{
	__s64 id = actor_number(main_actor, CHILDREN "/job/container.id");

	ASSERT_LT(0, id);
	ASSERT_EQ(0, freeze_child("job"));
	start_counting(self->a, way.enter_and_count, id);
	ASSERT_EQ(0, wait_child_events("job", "populated 1"));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	EXPECT_TRUE(actor_stands_still(self->a));
	EXPECT_EQ(0, counter(self->a));
	EXPECT_EQ(self->a->pid, container_init(main_actor, self->a));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
	EXPECT_EQ(0, stop_counting(self->a));
}

TEST_F(empty, container_made_in_a_frozen_one_stops_the_first_to_enter)
{
	__s64 id;

	ASSERT_EQ(0, freeze_child("job"));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, SUB));
	id = actor_number(main_actor, CHILDREN "/" SUB "/container.id");
	ASSERT_LT(0, id);
	start_counting(self->a, way.enter_and_count, id);
	ASSERT_EQ(0, wait_child_events(SUB, "populated 1"));
	EXPECT_EQ(0, wait_child_events(SUB, "frozen 1"));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	EXPECT_EQ(0, counter(self->a));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(enter, process_that_enters_stops)
{
	ASSERT_EQ(0, freeze_child("job"));
	start_counting(self->a, way.enter_and_count, self->id);
	ASSERT_TRUE(wait_member("job", self->a->pid));
	EXPECT_EQ(0, wait_child_events("job", "frozen 1"));
	EXPECT_EQ(0, counter(self->a));
	EXPECT_TRUE(actor_stands_still(self->a));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

TEST_F(enter, process_that_has_entered_is_waited_for_like_the_others)
{
	ASSERT_EQ(0, way.enter(self->a, self->id));
	start_counting(self->a, do_count, 0);
	ASSERT_EQ(0, freeze_child("job"));
	EXPECT_TRUE(actor_stands_still(self->a));
	ASSERT_EQ(0, thaw_child("job"));
	EXPECT_TRUE(actor_counts(self->a));
}

#endif /* __SELFTESTS_CONTAINER_ENTER_FROZEN_TESTS_H__ */
