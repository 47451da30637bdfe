// SPDX-License-Identifier: GPL-2.0
/*
 * container.kind: a container that came with namespaces is made explicit. From
 * then on it ends with its init, and keeps its orphans.
 */

#include <linux/capability.h>
#include <sys/socket.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "containerfs.h"
#include "cred.h"
#include "enter.h"
#include "file.h"
#include "freeze.h"
#include "message.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"
#include "trace.h"
#include "world.h"

/* /unnamed1 has the init a, its child b, and c that came from outside. */
FIXTURE(kind) {
	struct actor *a, *b, *c;
	__s64 id;
};

FIXTURE_WORLD(kind)
{
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	self->b = spawn(self->a);
	ASSERT_NE(NULL, self->b);
	self->id = container_id(main_actor, self->a);
	self->c = spawn_entered(main_actor, self->id);
	ASSERT_NE(NULL, self->c);
}

static __s64 make_explicit_by(struct actor *by, const char *name)
{
	return actor_write(by, "explicit", CHILDREN "/%s/container.kind", name);
}

static __s64 make_explicit(const char *name)
{
	return make_explicit_by(main_actor, name);
}

static const char *kind_of(const char *name)
{
	return actor_value(main_actor, CHILDREN "/%s/container.kind", name);
}

TEST_F(kind, is_told)
{
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	EXPECT_STREQ("implicit", kind_of("unnamed1"));
	EXPECT_STREQ("explicit", kind_of("job"));
	EXPECT_STREQ("implicit", kind_of("."));
}

TEST_F(kind, explicit_is_for_good)
{
	EXPECT_EQ(0, make_explicit("unnamed1"));
	EXPECT_STREQ("explicit", kind_of("unnamed1"));
	EXPECT_STREQ("explicit", container_status(main_actor, self->a, "Kind"));
	EXPECT_EQ(-EINVAL, write_child("unnamed1", "kind", "implicit"));
	EXPECT_STREQ("explicit", kind_of("unnamed1"));
}

TEST_F(kind, explicit_again_succeeds)
{
	EXPECT_EQ(0, make_explicit("unnamed1"));
	EXPECT_EQ(0, make_explicit("unnamed1"));
	EXPECT_EQ(0, write_child("unnamed1", "kind", "explicit\n"));
	ASSERT_EQ(0, actor_mkdir_child(main_actor, "job"));
	EXPECT_EQ(0, make_explicit("job"));
	EXPECT_TRUE(child_has_state("job", "empty"));
}

TEST_F(kind, anything_else_einval)
{
	EXPECT_EQ(-EINVAL, write_child("unnamed1", "kind", "implicit"));
	EXPECT_EQ(-EINVAL, write_child("unnamed1", "kind", "\n"));
	EXPECT_EQ(-EINVAL, write_child("unnamed1", "kind", "1"));
	EXPECT_EQ(-EINVAL, write_child("unnamed1", "kind", "Explicit"));
	EXPECT_EQ(-EINVAL, write_child("unnamed1", "kind", "explicitly"));
	EXPECT_EQ(-EINVAL, write_child("unnamed1", "kind", "explicit 1"));
	EXPECT_STREQ("implicit", kind_of("unnamed1"));
}

TEST_F(kind, explicit_changes_nothing_else)
{
	ASSERT_EQ(0, make_explicit("unnamed1"));
	EXPECT_EQ(self->id, container_id(main_actor, self->b));
	EXPECT_STREQ("/unnamed1", container_path(main_actor, self->b));
	EXPECT_EQ(self->a->pid, container_init(main_actor, self->b));
	EXPECT_STREQ("running", container_state(main_actor, self->id));
	EXPECT_EQ(0, actor_unshare(self->a, CLONE_NEWUTS));
	EXPECT_EQ(self->id, container_id(main_actor, self->a));
	EXPECT_EQ(0, actor_rename_child(main_actor, "unnamed1", "job", 0));
	EXPECT_STREQ("explicit", kind_of("job"));
}

TEST_F(kind, implicit_lives_on_without_its_init)
{
	EXPECT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(0, actor_unshare(self->b, 0));
	EXPECT_EQ(0, actor_unshare(self->c, 0));
	EXPECT_STREQ("running", container_state(main_actor, self->id));
}

TEST_F(kind, explicit_ends_with_its_init)
{
	struct actor *u = spawn_unshared(self->c, CLONE_NEWUTS);
	struct table t;

	ASSERT_NE(NULL, u);
	ASSERT_EQ(0, make_explicit("unnamed1"));
	EXPECT_EQ(0, actor_exit(self->a, 0));
	EXPECT_EQ(SIGKILL, actor_reap(self->b));
	EXPECT_EQ(SIGKILL, actor_reap(self->c));
	EXPECT_EQ(SIGKILL, actor_reap(u));
	EXPECT_EQ(1, read_table(main_actor, &t));
}

TEST_F(kind, explicit_ends_with_the_init_of_that_time)
{
	ASSERT_EQ(0, actor_exit(self->a, 0));
	ASSERT_EQ(self->b->pid, container_init(main_actor, self->c));
	ASSERT_EQ(0, make_explicit("unnamed1"));
	EXPECT_EQ(0, actor_exit(self->b, 0));
	EXPECT_EQ(SIGKILL, actor_reap(self->c));
	EXPECT_STREQ("gone", container_state(main_actor, self->id));
}

/* Have a member's child have a child, and exit: the new parent of that */
static __s64 ppid_of_orphan(struct actor *member)
{
	struct actor *p = spawn(member), *q = p ? spawn(p) : NULL;

	if (!q || actor_exit(p, 0))
		return -ECHILD;
	return actor_ppid(main_actor, q);
}

TEST_F(kind, explicit_keeps_orphans)
{
	EXPECT_EQ(getpid(), ppid_of_orphan(self->c));
	ASSERT_EQ(0, make_explicit("unnamed1"));
	EXPECT_EQ(self->a->pid, ppid_of_orphan(self->c));
	EXPECT_EQ(self->a->pid, ppid_of_orphan(self->b));
}

TEST_F(kind, explicit_keeps_orphans_of_older_containers_below)
{
	struct actor *u = spawn_unshared(self->c, CLONE_NEWUTS), *v;

	ASSERT_NE(NULL, u);
	v = spawn_unshared(u, CLONE_NEWUTS);
	ASSERT_NE(NULL, v);
	ASSERT_EQ(0, make_explicit("unnamed1"));
	EXPECT_EQ(self->a->pid, ppid_of_orphan(u));
	EXPECT_EQ(self->a->pid, ppid_of_orphan(v));
	/* The nearest one does. */
	ASSERT_EQ(0, make_explicit("unnamed1/unnamed1"));
	EXPECT_EQ(u->pid, ppid_of_orphan(v));
	EXPECT_EQ(self->a->pid, ppid_of_orphan(self->c));
}

TEST_F(kind, explicit_further_down_first_keeps_orphans_there)
{
	struct actor *u = spawn_unshared(self->c, CLONE_NEWUTS), *v;

	ASSERT_NE(NULL, u);
	v = spawn_unshared(u, CLONE_NEWUTS);
	ASSERT_NE(NULL, v);
	ASSERT_EQ(0, make_explicit("unnamed1/unnamed1"));
	ASSERT_EQ(0, make_explicit("unnamed1"));
	EXPECT_EQ(u->pid, ppid_of_orphan(v));
	EXPECT_EQ(self->a->pid, ppid_of_orphan(self->c));
}

TEST_F(kind, explicit_gives_no_member_a_parent_outside)
{
	EXPECT_LT(0, actor_clone_parent(self->c, 0));
	ASSERT_EQ(0, make_explicit("unnamed1"));
	EXPECT_EQ(-EINVAL, actor_clone_parent(self->c, 0));
	EXPECT_LT(0, actor_clone_parent(self->b, 0));
}

/* g has the child p, which has init; p is outside, and then inside, too. */
TEST_F(kind, explicit_keeps_orphans_of_members_above_init)
{
	struct actor *g = spawn(main_actor), *p, *init, *c, *d;
	__s64 id;

	ASSERT_NE(NULL, g);
	p = spawn(g);
	ASSERT_NE(NULL, p);
	init = spawn_unshared(p, CLONE_NEWUTS);
	ASSERT_NE(NULL, init);
	id = container_id(main_actor, init);
	ASSERT_EQ(0, actor_enter(g, id));
	ASSERT_EQ(0, make_explicit("unnamed2"));
	c = spawn(g);
	ASSERT_NE(NULL, c);
	EXPECT_EQ(0, actor_exit(g, 0));
	EXPECT_EQ(init->pid, actor_ppid(main_actor, c));
	EXPECT_EQ(getpid(), actor_ppid(main_actor, p));
	ASSERT_EQ(0, actor_enter(p, id));
	d = spawn(p);
	ASSERT_NE(NULL, d);
	EXPECT_EQ(0, actor_exit(p, 0));
	EXPECT_EQ(init->pid, actor_ppid(main_actor, d));
	EXPECT_EQ(getpid(), actor_ppid(main_actor, init));
}

TEST_F(kind, explicit_without_init_esrch)
{
	struct actor *u = spawn_unshared(self->b, CLONE_NEWUTS);

	ASSERT_NE(NULL, u);
	ASSERT_EQ(0, actor_exit(self->b, 0));
	ASSERT_EQ(0, actor_exit(self->c, 0));
	ASSERT_EQ(0, actor_exit(self->a, 0));
	ASSERT_TRUE(child_has_state("unnamed1", "empty"));
	EXPECT_EQ(-ESRCH, make_explicit("unnamed1"));
	EXPECT_STREQ("implicit", kind_of("unnamed1"));
	EXPECT_EQ(0, actor_unshare(u, 0));
}

TEST_F(kind, explicit_of_a_dying_one_esrch)
{
	int fd = open(CHILDREN "/unnamed1/container.kind",
		      O_WRONLY | O_CLOEXEC);
	struct actor *tracer = spawn(main_actor);
	__s64 ret;

	ASSERT_LE(0, fd);
	ASSERT_NE(NULL, tracer);
	ASSERT_EQ(0, actor_hold(tracer, self->c));
	ASSERT_EQ(0, write_child("unnamed1", "kill", "1"));
	ASSERT_EQ(0, actor_wait_held(tracer, self->c));
	EXPECT_EQ(-ESRCH, actor_write_fd(main_actor, fd, "explicit"));
	EXPECT_EQ(0, actor_release(tracer, self->c));
	EXPECT_EQ(SIGKILL, actor_reap(self->c));
	EXPECT_EQ(SIGKILL, actor_reap(self->b));
	EXPECT_EQ(SIGKILL, actor_reap(self->a));
	ret = actor_write_fd(main_actor, fd, "explicit");
	EXPECT_TRUE(ret == -ESRCH || ret == -ENODEV);
	close(fd);
}

TEST_F(kind, explicit_leaves_it_frozen)
{
	start_counting(self->c, do_count, 0);
	ASSERT_EQ(0, freeze_child("unnamed1"));
	EXPECT_EQ(0, make_explicit("unnamed1"));
	EXPECT_TRUE(child_has_state("unnamed1", "frozen"));
	EXPECT_TRUE(actor_stands_still(self->c));
	ASSERT_EQ(0, thaw_child("unnamed1"));
	EXPECT_TRUE(actor_counts(self->c));
	EXPECT_EQ(0, stop_counting(self->c));
}

/* By a member, as it has the right in the parent's user namespace */
TEST_F(kind, explicit_is_written_to_the_own_container)
{
	EXPECT_EQ(0, actor_write(self->a, "explicit", "%s/container.kind",
				 container_dir(self->a)));
	EXPECT_STREQ("explicit", kind_of("unnamed1"));
}

/*
 * A user is root in his own user namespace: owner is the init of /unnamed1, and
 * below it is u. peer is the same user outside, other is another one.
 */
FIXTURE(right) {
	struct actor *owner, *u, *peer, *other;
	int sock[2];
};

FIXTURE_WORLD(right)
{
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, self->sock));
	self->owner = spawn_owner(CLONE_NEWUTS);
	self->peer = spawn_user(UID_USER);
	self->other = spawn_user(UID_OTHER);
	ASSERT_NE(NULL, self->owner);
	ASSERT_NE(NULL, self->peer);
	ASSERT_NE(NULL, self->other);
	self->u = spawn_unshared(self->owner, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->u);
}

TEST_F(right, is_over_the_parent)
{
	EXPECT_EQ(-EPERM, make_explicit_by(self->owner, "unnamed1"));
	EXPECT_EQ(-EPERM, make_explicit_by(self->peer, "unnamed1"));
	EXPECT_STREQ("implicit", kind_of("unnamed1"));
	EXPECT_EQ(0, make_explicit_by(self->owner, "unnamed1/unnamed1"));
	EXPECT_STREQ("explicit", kind_of("unnamed1/unnamed1"));
}

TEST_F(right, is_that_of_the_owner_of_the_user_namespace)
{
	EXPECT_EQ(0, make_explicit_by(self->peer, "unnamed1/unnamed1"));
}

TEST_F(right, is_roots)
{
	EXPECT_EQ(0, make_explicit_by(main_actor, "unnamed1"));
	EXPECT_EQ(0, make_explicit_by(main_actor, "unnamed1/unnamed1"));
}

TEST_F(right, is_not_another_users)
{
	EXPECT_EQ(-EPERM, make_explicit_by(self->other, "unnamed1"));
	EXPECT_EQ(-EPERM, make_explicit_by(self->other, "unnamed1/unnamed1"));
}

TEST_F(right, is_one_capability)
{
	struct actor *a = spawn(main_actor);

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, actor_keep_caps(self->owner, ~(1ULL << CAP_SYS_ADMIN)));
	EXPECT_EQ(-EPERM, make_explicit_by(self->owner, "unnamed1/unnamed1"));
	ASSERT_EQ(0, actor_keep_caps(a, 1ULL << CAP_SYS_ADMIN));
	EXPECT_EQ(0, make_explicit_by(a, "unnamed1/unnamed1"));
}

TEST_F(right, is_that_of_the_opener)
{
	__s64 fd = actor_open(main_actor, O_WRONLY,
			      CHILDREN "/unnamed1/container.kind");

	ASSERT_LE(0, fd);
	fd = pass_fd(self->sock, main_actor, self->other, fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, actor_write_fd(self->other, fd, "explicit"));
	EXPECT_STREQ("explicit", kind_of("unnamed1"));
}

/* It ends with the old init, or lives on with the new one. */
TEST_F_TIMEOUT(kind, explicit_races_with_the_end_of_init, 900)
{
	int round, ended = 0, n = stress_rounds(25);

	for (round = 0; round < n; round++) {
		struct actor *init = spawn_unshared(main_actor, CLONE_NEWUTS);
		char path[ACTOR_STR + 16], name[64];
		struct actor *m;
		int status;
		pid_t pid;
		__s64 id;

		ASSERT_NE(NULL, init);
		id = container_id(main_actor, init);
		m = spawn_entered(main_actor, id);
		ASSERT_NE(NULL, m);
		snprintf(name, sizeof(name), "%s",
			 container_path(main_actor, init) + 1);
		snprintf(path, sizeof(path), CHILDREN "/%s/container.kind",
			 name);
		pid = fork();
		ASSERT_LE(0, pid);
		if (pid == 0) {
			spin(round % 20 * 10);
			_exit(-put_text(path, "explicit"));
		}
		spin(round / 20 % 20 * 100);
		ASSERT_EQ(0, kill(init->pid, SIGKILL));
		ASSERT_EQ(SIGKILL, actor_reap(init));
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		ASSERT_EQ(0, status) TH_LOG("round %d", round);
		if (!strcmp(container_state(main_actor, id), "running")) {
			ASSERT_EQ(m->pid, container_init(main_actor, m));
			ASSERT_STREQ("explicit", kind_of(name));
			ASSERT_EQ(0, actor_exit(m, 0));
		} else {
			ASSERT_EQ(SIGKILL, actor_reap(m));
			ended++;
		}
		ASSERT_STREQ("gone", container_state(main_actor, id));
	}
	TH_LOG("%d of %d ended with the old init", ended, n);
}

TEST(root_stays_implicit)
{
	if (!in_root_container())
		SKIP(return, "not run in the root container");
	EXPECT_EQ(-EPERM, write_own("kind", "explicit"));
}

TEST_HARNESS_MAIN
