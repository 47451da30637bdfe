// SPDX-License-Identifier: GPL-2.0
/* bind_ns(2) and explicit containers: empty ones, those with an init, dying ones */

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "containerfs.h"
#include "cred.h"
#include "enter.h"
#include "explicit_fixture.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "trace.h"
#include "world.h"

FIXTURE(mkdir) {
	/* a member of the world's container, for now */
	struct actor *c;
};

FIXTURE_WORLD(mkdir)
{
	self->c = spawn(main_actor);
	ASSERT_NE(NULL, self->c);
}

static __s64 make(const char *name)
{
	return actor_mkdir_child(main_actor, name);
}

TEST_F(mkdir, first_to_bind_is_init)
{
	__s64 id;

	ASSERT_EQ(0, make("job"));
	id = child_id(main_actor, "job");
	ASSERT_EQ(0, actor_bind(self->c, id, 0));
	EXPECT_EQ(id, container_id(main_actor, self->c));
	EXPECT_EQ(self->c->pid, container_init(main_actor, self->c));
	EXPECT_STREQ("running", container_state(main_actor, id));
	EXPECT_STREQ("/", container_path(self->c, self->c));
}

TEST_F(mkdir, second_to_bind_is_a_member)
{
	struct actor *i = spawn_explicit(main_actor, "job");

	ASSERT_NE(NULL, i);
	ASSERT_EQ(0, actor_bind(self->c, child_id(main_actor, "job"), 0));
	EXPECT_EQ(i->pid, container_init(main_actor, self->c));
	EXPECT_STREQ("2", container_status(main_actor, i, "Processes"));
}

TEST_F(mkdir, bind_to_namespaces_before_there_is_init_is_esrch)
{
	ASSERT_EQ(0, make("job"));
	EXPECT_EQ(-ESRCH, actor_bind(self->c, child_id(main_actor, "job"),
				     CLONE_NEWUTS));
	EXPECT_TRUE(child_has_state("job", "empty"));
}

TEST_F(mkdir, bind_before_there_is_init_needs_privilege)
{
	ASSERT_EQ(0, make("job"));
	ASSERT_EQ(0, actor_drop_caps(self->c));
	EXPECT_EQ(-EPERM, actor_bind(self->c, child_id(main_actor, "job"), 0));
	EXPECT_TRUE(child_has_state("job", "empty"));
}

TEST_F(init, changes_the_namespaces_of_the_container)
{
	EXPECT_EQ(0, actor_unshare(self->i, CLONE_NEWUTS | CLONE_NEWIPC));
	EXPECT_EQ(self->id, container_id(main_actor, self->i));
	EXPECT_EQ(0, actor_bind(self->c, self->id, CLONE_NEWUTS));
	EXPECT_EQ(ns_id(main_actor, self->i, "uts"),
		  ns_id(main_actor, self->c, "uts"));
}

TEST_F(init, does_not_go_down)
{
	struct actor *u = spawn_unshared(self->m, CLONE_NEWUTS);

	ASSERT_NE(NULL, u);
	ASSERT_EQ(0, actor_mkdir_child(self->m, "part"));
	EXPECT_EQ(-EINVAL, actor_bind(self->i, container_id(main_actor, u), 0));
	EXPECT_EQ(-EINVAL, actor_bind(self->i, child_id(self->m, "part"), 0));
	EXPECT_EQ(self->id, container_id(main_actor, self->i));
	EXPECT_EQ(self->i->pid, container_init(main_actor, self->m));
	/* Others do. */
	EXPECT_EQ(0, actor_bind(self->m, child_id(self->i, "part"), 0));
	EXPECT_STREQ("/job/part", container_path(main_actor, self->m));
}

TEST_F(dying, has_no_init)
{
	struct row *row;

	ASSERT_LE(2, read_table(main_actor, &self->table));
	row = find_id(&self->table, self->id);
	ASSERT_NE(NULL, row);
	EXPECT_EQ(0, row->init);
	EXPECT_EQ(-ESRCH, actor_bind(self->c, self->id, CLONE_NEWUTS));
}

TEST_F(dying, is_not_entered)
{
	EXPECT_EQ(-ESRCH, actor_bind(self->c, self->id, 0));
	EXPECT_STREQ("/", container_path(main_actor, self->c));
}

TEST_F(dying, is_what_is_below_as_well)
{
	const char *state = container_state(main_actor, self->part);

	/* It can only have gone already, or be on its way. */
	EXPECT_TRUE(!strcmp(state, "dying") || !strcmp(state, "gone"));
	EXPECT_NE(0, actor_bind(self->c, self->part, 0));
}

/* The same after container.kill */
TEST_F(init, killed_is_enoent)
{
	EXPECT_EQ(0, write_child("job", "kill", "1"));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(-ENOENT, actor_bind(self->c, self->id, 0));
}

TEST_F(init, killed_but_not_gone_is_esrch)
{
	struct actor *tracer = spawn(main_actor);

	ASSERT_NE(NULL, tracer);
	ASSERT_EQ(0, actor_hold(tracer, self->m));
	EXPECT_EQ(0, write_child("job", "kill", "1"));
	EXPECT_EQ(0, actor_wait_held(tracer, self->m));
	EXPECT_EQ(-ESRCH, actor_bind(self->c, self->id, 0));
	EXPECT_EQ(0, actor_release(tracer, self->m));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
}

TEST_F(init, killed_implicit_but_not_gone_is_esrch)
{
	struct actor *tracer = spawn(main_actor);
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS);
	__s64 id;

	ASSERT_NE(NULL, tracer);
	ASSERT_NE(NULL, a);
	id = container_id(main_actor, a);
	ASSERT_EQ(0, actor_hold(tracer, a));
	EXPECT_EQ(0, write_child("unnamed1", "kill", "1"));
	EXPECT_EQ(0, actor_wait_held(tracer, a));
	EXPECT_EQ(-ESRCH, actor_bind(self->c, id, 0));
	EXPECT_EQ(0, actor_release(tracer, a));
	EXPECT_EQ(SIGKILL, actor_reap(a));
}

/* And after rmdir(2) */
TEST_F(init, removed_without_members_is_enoent)
{
	__s64 id;

	ASSERT_EQ(0, actor_mkdir_child(main_actor, "new"));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "new/part"));
	id = child_id(main_actor, "new");
	EXPECT_EQ(0, remove_child("new"));
	EXPECT_EQ(-ENOENT, actor_bind(self->c, id, 0));
}

TEST_F(init, removed_and_its_successor_go_their_own_ways)
{
	struct actor *tracer = spawn(main_actor);
	__s64 id;

	ASSERT_NE(NULL, tracer);
	ASSERT_EQ(0, actor_hold(tracer, self->m));
	ASSERT_EQ(0, remove_child("job"));
	ASSERT_EQ(0, actor_wait_held(tracer, self->m));
	EXPECT_EQ(0, actor_mkdir_child(main_actor, "job"));
	id = child_id(main_actor, "job");
	EXPECT_EQ(-ESRCH, actor_bind(self->c, self->id, 0));
	EXPECT_EQ(0, actor_bind(self->c, id, 0));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(0, actor_release(tracer, self->m));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
	EXPECT_STREQ("running", container_state(main_actor, id));
}

TEST_HARNESS_MAIN
