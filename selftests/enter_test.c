// SPDX-License-Identifier: GPL-2.0
/* Processes that enter a container by container.procs, as /proc shows them */

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "enter.h"
#include "file.h"
#include "ns.h"
#include "pidns_fixture.h"
#include "proc_view.h"
#include "reap.h"
#include "view_fixture.h"
#include "world.h"

FIXTURE(init) {
	__s64 id;
};

FIXTURE_WORLD(init)
{
	self->id = container_id(main_actor, main_actor);
	ASSERT_LT(0, self->id);
}

TEST_F(init, passes_to_the_member_that_joined_first)
{
	struct actor *a, *b, *c, *late;

	/* The lowest pid joins last. */
	late = spawn(main_actor);
	ASSERT_NE(NULL, late);
	a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, a);
	b = spawn(a);
	c = spawn(a);
	ASSERT_NE(NULL, b);
	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, actor_enter(late, container_id(main_actor, a)));

	EXPECT_EQ(0, actor_exit(a, 0));
	EXPECT_EQ(b->pid, container_init(main_actor, b));
	EXPECT_EQ(0, actor_exit(b, 0));
	EXPECT_EQ(c->pid, container_init(main_actor, c));
	EXPECT_EQ(0, actor_exit(c, 0));
	EXPECT_EQ(late->pid, container_init(main_actor, late));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, late));
}

TEST_F(init, passes_on_when_init_goes_down)
{
	struct actor *a = spawn_unshared(main_actor, CLONE_NEWUTS), *b, *c;

	ASSERT_NE(NULL, a);
	b = spawn(a);
	c = spawn(a);
	ASSERT_NE(NULL, b);
	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, actor_unshare(b, CLONE_NEWUTS));
	ASSERT_EQ(0, actor_enter(a, container_id(main_actor, b)));
	EXPECT_EQ(c->pid, container_init(main_actor, c));
	EXPECT_EQ(b->pid, container_init(main_actor, a));
}

FIXTURE(list) {
	struct table table;
};

FIXTURE_WORLD(list)
{
}

TEST_F(list, has_no_init_where_it_has_no_pid)
{
	struct actor *p1, *in, *out;
	struct row *r;

	/* p1 is pid 1 below; in's container is made there, out joins it. */
	p1 = spawn_how(main_actor, SPAWN_CLONE, CLONE_NEWPID | CLONE_NEWNS);
	ASSERT_NE(NULL, p1);
	ASSERT_EQ(0, actor_mount_proc(p1));
	in = spawn(p1);
	ASSERT_NE(NULL, in);
	ASSERT_EQ(0, actor_unshare(in, CLONE_NEWUTS));
	out = spawn(main_actor);
	ASSERT_NE(NULL, out);
	ASSERT_EQ(0, actor_enter(out, container_id(main_actor, in)));

	ASSERT_EQ(2, read_table(p1, &self->table));
	EXPECT_EQ(1, self->table.row[0].init);
	EXPECT_EQ(in->local_pid, self->table.row[1].init);

	EXPECT_EQ(0, actor_exit(in, 0));
	ASSERT_EQ(2, read_table(p1, &self->table));
	EXPECT_EQ(0, self->table.row[1].init);
	EXPECT_EQ(1, self->table.row[1].procs);
	EXPECT_STREQ("running", self->table.row[1].state);
	r = read_table(main_actor, &self->table) == 3 ?
	    find_path(&self->table, "/unnamed1/unnamed1") : NULL;
	ASSERT_NE(NULL, r);
	EXPECT_EQ(out->pid, r->init);
}

TEST_F(view, path_is_relative_to_the_opener)
{
	__s64 fd;

	/* Open by a2 as a member of /unnamed1, read from further down */
	fd = actor_open(self->a2, O_RDONLY, "/proc/%d/container/path",
			self->c->pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_enter(self->a2, container_id(main_actor, self->c)));
	ASSERT_LT(0, actor_read_fd(self->a2, fd));
	EXPECT_STREQ("/unnamed1\n", self->a2->buf);
	EXPECT_STREQ("/", container_path(self->a2, self->c));
}

TEST_F(view, table_is_that_of_the_opener)
{
	__s64 fd = actor_open(self->a2, O_RDONLY, "/proc/containers");
	struct table t;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_enter(self->a2, container_id(main_actor, self->c)));
	ASSERT_LT(0, actor_read_fd(self->a2, fd));
	EXPECT_EQ(2, parse_table(self->a2->buf, &t));
	EXPECT_EQ(1, read_table(self->a2, &t));
}

TEST_F(view, status_in_containerfs_is_relative_to_the_opener)
{
	__s64 fd = actor_open(self->a2, O_RDONLY, "%s/container.status",
			      container_dir(self->c));

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_enter(self->a2, container_id(main_actor, self->c)));
	ASSERT_LT(0, actor_read_fd(self->a2, fd));
	EXPECT_TRUE(actor_has_line(self->a2, "Path:\t/unnamed1"));
}

TEST_F(pidns, child_of_a_process_further_down_stays)
{
	struct actor *u = spawn_unshared(self->one, CLONE_NEWUTS), *m, *child;

	ASSERT_NE(NULL, u);
	m = spawn_entered(main_actor, container_id(main_actor, u));
	ASSERT_NE(NULL, m);
	ASSERT_EQ(0, actor_setns_of(m, self->one, "pid"));
	child = spawn(m);
	ASSERT_NE(NULL, child);
	EXPECT_STREQ("/unnamed1/unnamed1", container_path(main_actor, child));
}

TEST_F(pidns, child_of_a_member_stays)
{
	struct actor *m = spawn_entered(main_actor, self->id), *child;

	ASSERT_NE(NULL, m);
	ASSERT_EQ(0, actor_setns_of(m, self->one, "pid"));
	child = spawn(m);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(self->id, container_id(main_actor, child));
	EXPECT_EQ(2, read_table(main_actor, &self->table));
}

FIXTURE(explicit) {
};

FIXTURE_WORLD(explicit)
{
}

/* An explicit container is set up by its maker. */
TEST_F(explicit, container_is_never_being_set_up)
{
	struct actor *i = spawn_explicit(main_actor, "job"), *m;

	ASSERT_NE(NULL, i);
	m = spawn(i);
	ASSERT_NE(NULL, m);
	EXPECT_EQ(0, actor_unshare(m, CLONE_NEWUTS));
	EXPECT_STREQ("/job/unnamed1", container_path(main_actor, m));
}

/* An explicit container ends with its init, which is a process. */
TEST_F(explicit, init_with_a_thread_apart_keeps_its_container)
{
	struct actor *i = spawn_explicit(main_actor, "job"), *m, *t;
	__s64 id;

	ASSERT_NE(NULL, i);
	m = spawn(i);
	ASSERT_NE(NULL, m);
	id = container_id(main_actor, i);
	t = spawn_how(i, SPAWN_CLONE_THREAD, CLONE_NEWUTS);
	ASSERT_NE(NULL, t);
	ASSERT_EQ(0, actor_exit_thread(i));
	/* Both answer, so neither of them has been killed. */
	EXPECT_EQ(0, actor_unshare(m, 0));
	EXPECT_EQ(0, actor_unshare(t, 0));
	EXPECT_EQ(id, container_id(main_actor, t));
	EXPECT_EQ(i->pid, container_init(main_actor, m));
	EXPECT_STREQ("running", container_state(main_actor, id));
	EXPECT_EQ(SIGKILL, actor_kill(i, SIGKILL));
	EXPECT_EQ(SIGKILL, actor_reap(m));
	EXPECT_STREQ("gone", container_state(main_actor, id));
}

TEST_HARNESS_MAIN
