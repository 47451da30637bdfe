// SPDX-License-Identifier: GPL-2.0
/* An explicit container has a life of its own: that of its init */

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "exec.h"
#include "explicit_fixture.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "trace.h"
#include "world.h"

TEST_F(init, exit_kills_the_members)
{
	EXPECT_EQ(0, actor_exit(self->i, 0));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
	EXPECT_EQ(0, actor_children(main_actor, CHILDREN));
}

TEST_F(init, status_is_its_parents_to_see)
{
	EXPECT_EQ(3 << 8, actor_exit(self->i, 3));
}

TEST_F(init, death_kills_the_members)
{
	EXPECT_EQ(SIGKILL, actor_kill(self->i, SIGKILL));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(init, exit_kills_members_from_outside)
{
	ASSERT_EQ(0, actor_enter(self->c, self->id));
	EXPECT_EQ(0, actor_exit(self->i, 0));
	EXPECT_EQ(SIGKILL, actor_reap(self->c));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
}

TEST_F(init, exit_kills_what_is_in_containers_below)
{
	struct actor *u, *p, *e;
	struct table t;

	u = spawn_unshared(self->m, CLONE_NEWUTS);
	ASSERT_NE(NULL, u);
	p = spawn_how(self->m, SPAWN_CLONE, CLONE_NEWPID);
	ASSERT_NE(NULL, p);
	e = spawn_explicit(self->m, "part");
	ASSERT_NE(NULL, e);
	ASSERT_EQ(5, read_table(main_actor, &t));

	EXPECT_EQ(0, actor_exit(self->i, 0));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(u));
	EXPECT_EQ(SIGKILL, actor_reap(p));
	EXPECT_EQ(SIGKILL, actor_reap(e));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

TEST_F(init, exit_takes_empty_ones_below_with_it)
{
	struct table t;

	ASSERT_EQ(0, actor_mkdir_child(self->i, "part"));
	ASSERT_EQ(0, actor_mkdir_child(self->i, "part/piece"));
	EXPECT_EQ(0, actor_exit(self->i, 0));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

TEST_F(init, exit_leaves_others_alone)
{
	struct actor *other = spawn_explicit(main_actor, "other");

	ASSERT_NE(NULL, other);
	EXPECT_EQ(0, actor_exit(self->i, 0));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(0, actor_unshare(other, 0));
	EXPECT_EQ(0, actor_unshare(self->c, 0));
}

TEST_F(init, exit_below_leaves_those_above_alone)
{
	struct actor *e = spawn_explicit(self->i, "part");

	ASSERT_NE(NULL, e);
	EXPECT_EQ(0, actor_exit(e, 0));
	EXPECT_EQ(0, actor_children(self->i, "%s", container_dir(self->i)));
	EXPECT_EQ(0, actor_unshare(self->m, 0));
	EXPECT_STREQ("running", container_state(main_actor, self->id));
}

static __s64 do_leave_behind(struct actor *a)
{
	int i;

	for (i = 0; i < a->arg[0]; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return -errno;
		if (pid == 0)
			for (;;)
				pause();
	}
	return 0;
}

/* As a supervisor does it, which waits for its child and nothing else */
TEST_F(init, exit_leaves_the_name_to_the_next_one)
{
	int i;

	for (i = 0; i < 30; i++) {
		struct actor *next = spawn_explicit(main_actor, "service");

		ASSERT_NE(NULL, next) TH_LOG("round %d: %d", i, errno);
		ASSERT_EQ(0, actor_call(next, do_leave_behind, 8, 0, 0, 0));
		ASSERT_EQ(0, actor_exit(next, 0));
	}
}

TEST_F(init, is_not_any_member)
{
	EXPECT_EQ(0, actor_exit(self->m, 0));
	EXPECT_EQ(0, actor_unshare(self->i, 0));
	EXPECT_STREQ("running", container_state(main_actor, self->id));
}

TEST_F(init, lives_while_one_of_its_threads_does)
{
	struct actor *t = spawn_thread(self->i);

	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_exit_thread(self->i));
	EXPECT_EQ(0, actor_unshare(self->m, 0));
	EXPECT_EQ(self->i->pid, container_init(main_actor, self->m));
	EXPECT_STREQ("running", container_state(main_actor, self->id));
	EXPECT_EQ(SIGKILL, actor_kill(self->i, SIGKILL));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(init, does_not_end_with_another_thread)
{
	struct actor *t = spawn_thread(self->i);

	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_exit_thread(t));
	EXPECT_EQ(0, actor_unshare(self->m, 0));
	EXPECT_STREQ("running", container_state(main_actor, self->id));
}

TEST_F(init, can_be_another_program_by_exec)
{
	struct where where;
	struct actor *i;

	/* That one exits as soon as it has told where it is. */
	i = spawn_explicit(main_actor, "other");
	ASSERT_NE(NULL, i);
	self->id = container_id(main_actor, i);
	EXPECT_EQ(0, actor_exec_where(i, &where));
	EXPECT_EQ(self->id, where.container);
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

/* pid 1 of the container's own pid namespace takes over. */
TEST_F(init, moves_to_the_first_child_in_a_new_pid_namespace)
{
	struct actor *p;

	ASSERT_EQ(0, actor_unshare(self->i, CLONE_NEWPID));
	EXPECT_EQ(self->i->pid, container_init(main_actor, self->m));
	p = spawn(self->i);
	ASSERT_NE(NULL, p);
	EXPECT_EQ(self->id, container_id(main_actor, p));
	EXPECT_EQ(p->pid, container_init(main_actor, self->m));
	EXPECT_EQ(self->id, container_id(main_actor, self->i));
}

TEST_F(init, may_go_once_pid_1_has_taken_over)
{
	struct actor *p;

	ASSERT_EQ(0, actor_unshare(self->i, CLONE_NEWPID));
	p = spawn(self->i);
	ASSERT_NE(NULL, p);
	EXPECT_EQ(0, actor_exit(self->i, 0));
	EXPECT_EQ(0, actor_unshare(self->m, 0));
	EXPECT_EQ(0, actor_unshare(p, 0));
	EXPECT_EQ(p->pid, container_init(main_actor, self->m));
}

TEST_F(init, that_was_goes_with_pid_1)
{
	struct actor *p;

	ASSERT_EQ(0, actor_unshare(self->i, CLONE_NEWPID));
	p = spawn(self->i);
	ASSERT_NE(NULL, p);
	ASSERT_EQ(0, kill(p->pid, SIGKILL));
	EXPECT_EQ(SIGKILL, actor_reap(self->i));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_EQ(SIGKILL, actor_reap(p));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(dying, is_its_state_until_the_last_is_gone)
{
	EXPECT_STREQ("dying", container_state(main_actor, self->id));
	EXPECT_EQ(0, actor_release(self->tracer, self->m));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

TEST_F(dying, has_no_init)
{
	struct row *row;

	ASSERT_LE(2, read_table(main_actor, &self->table));
	row = find_id(&self->table, self->id);
	ASSERT_NE(NULL, row);
	EXPECT_EQ(0, row->init);
}

TEST_F(dying, takes_no_process)
{
	EXPECT_NE(0, actor_enter(self->c, self->id));
	EXPECT_STREQ("/", container_path(main_actor, self->c));
}

TEST_F(dying, gets_no_children)
{
	EXPECT_EQ(-1, mkdirat(self->dir, "new", 0755));
	/* Nothing is found there any more, if it comes to that first. */
	EXPECT_TRUE(errno == ENODEV || errno == ENOENT);
}

TEST_F(dying, gives_its_name_back_at_once)
{
	struct row *row;
	__s64 id;

	EXPECT_EQ(-ENOENT, child_id(main_actor, "job"));
	EXPECT_EQ(0, actor_mkdir_child(main_actor, "job"));
	id = child_id(main_actor, "job");
	EXPECT_LT(self->id, id);
	ASSERT_LE(3, read_table(main_actor, &self->table));
	row = find_id(&self->table, self->id);
	ASSERT_NE(NULL, row);
	EXPECT_STREQ("/job (deleted)", row->path);
	EXPECT_EQ(0, actor_release(self->tracer, self->m));
	EXPECT_EQ(SIGKILL, actor_reap(self->m));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
	EXPECT_EQ(id, child_id(main_actor, "job"));
}

TEST_F(dying, is_what_is_below_as_well)
{
	const char *state = container_state(main_actor, self->part);

	/* It can only have gone already, or be on its way. */
	EXPECT_TRUE(!strcmp(state, "dying") || !strcmp(state, "gone"));
	EXPECT_NE(0, actor_enter(self->c, self->part));
}

TEST_HARNESS_MAIN
