// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the operations on whole containers: how they end, signals,
 * freezing, events, and what is counted.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/container.h>
#include <linux/cred.h>
#include <linux/nsproxy.h>
#include <linux/poll.h>
#include <linux/sched/jobctl.h>
#include <linux/sched/task.h>
#include <linux/wait.h>

#include "fakes.h"
#include "internal.h"

static int event_of(const struct container *c)
{
	return atomic_read(&c->event);
}

/* Explicit containers */

static void explicit_container_is_there_without_members(struct kunit *test)
{
	struct container *root = top(test);
	struct container *c = make(test, root, "web");

	KUNIT_EXPECT_EQ(test, refs(c), 1);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_TRUE(test, c->explicit);
	KUNIT_EXPECT_FALSE(test, c->begun);
	KUNIT_EXPECT_PTR_EQ(test, c->home, c);
	KUNIT_EXPECT_NULL(test, init_of(c));
	KUNIT_EXPECT_FALSE(test, c->populated);
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "web"), c);
	KUNIT_EXPECT_EQ(test, root->unnamed_seq, 0);
	KUNIT_EXPECT_EQ(test, destroy(c), 0);
}

/* They stand among those that have a number, and have none. */
static void explicit_container_does_not_hide_the_unnamed(struct kunit *test)
{
	static const char * const names[] = { "a", "b", "c", "d" };
	struct task_struct *p[ARRAY_SIZE(names)];
	struct container *root = top(test), *by_hand[ARRAY_SIZE(names)];

	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		by_hand[i] = make(test, root, names[i]);
		p[i] = spawn_in_new(test, outside(test));
	}
	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		char name[16];

		snprintf(name, sizeof(name), "unnamed%d", i + 1);
		KUNIT_EXPECT_PTR_EQ(test, lookup(root, name), container_of_process(p[i]));
	}
	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		KUNIT_EXPECT_EQ(test, destroy(by_hand[i]), 0);
		leave(p[i]);
	}
}

static void create_that_fails_leaves_nothing(struct kunit *test)
{
	struct container *root = top(test);
	int before = refs(root);
	struct container *c = make(test, root, "web");

	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(root, "web", 3)), -EEXIST);
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(root, ".", 1)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(root, "container.x", 11)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(root, "unnamed1", 8)), -EINVAL);
	KUNIT_EXPECT_EQ(test, refs_at_rest(root, before + 1), before + 1);
	KUNIT_EXPECT_EQ(test, root->nr_children, 1);
	KUNIT_EXPECT_EQ(test, destroy(c), 0);
	KUNIT_EXPECT_EQ(test, refs_at_rest(root, before), before);
}

/* The charges of the user of the tests; referenced until put_charges() */
static struct ucounts *get_charges(struct kunit *test)
{
	struct ucounts *ucounts = inc_ucount(&init_user_ns, current_euid(),
					     UCOUNT_CONTAINERS);

	KUNIT_ASSERT_NOT_NULL(test, ucounts);
	return ucounts;
}

static long charges(struct ucounts *ucounts)
{
	return atomic_long_read(&ucounts->ucount[UCOUNT_CONTAINERS]) - 1;
}

static void put_charges(struct ucounts *ucounts)
{
	dec_ucount(ucounts, UCOUNT_CONTAINERS);
}

static void explicit_container_is_charged_while_in_the_tree(struct kunit *test)
{
	struct ucounts *ucounts = get_charges(test);
	long before = charges(ucounts);
	struct container *c = container_get(make(test, top(test), "web"));

	KUNIT_EXPECT_PTR_EQ(test, c->ucounts, ucounts);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before + 1);
	/* An attempt that fails costs nothing. */
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(top(test), "web", 3)), -EEXIST);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before + 1);

	KUNIT_EXPECT_EQ(test, destroy(c), 0);
	KUNIT_EXPECT_TRUE(test, container_gone(c));
	KUNIT_EXPECT_EQ(test, charges(ucounts), before);
	KUNIT_EXPECT_NULL(test, c->ucounts);
	container_put(c);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before);
	put_charges(ucounts);
}

static void dying_container_is_charged_until_its_last_member_exits(struct kunit *test)
{
	struct ucounts *ucounts = get_charges(test);
	long before = charges(ucounts);
	struct container *c = container_get(make(test, top(test), "web"));
	struct task_struct *p = spawn_in(test, c);

	KUNIT_EXPECT_EQ(test, destroy(c), 0);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before + 1);
	exit_process(p);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before);
	release_process(p);
	container_put(c);
	put_charges(ucounts);
}

static void implicit_container_is_charged_while_in_the_tree(struct kunit *test)
{
	struct ucounts *ucounts = get_charges(test);
	struct nsproxy nsproxy = init_nsproxy;
	struct task_struct *p = fork_begin(test, outside(test));
	long before = charges(ucounts);
	struct container *c;

	/* A clone() that fails */
	scoped_guard(act_as, outside(test))
		c = container_for_namespaces(CLONE_NEWUTS, p, &init_user_ns);
	KUNIT_ASSERT_PTR_NE(test, c, top(test));
	KUNIT_EXPECT_EQ(test, charges(ucounts), before + 1);
	container_put(c);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before);

	/* And one that succeeds */
	scoped_guard(act_as, outside(test))
		c = container_for_namespaces(CLONE_NEWUTS, p, &init_user_ns);
	KUNIT_EXPECT_PTR_EQ(test, c->ucounts, ucounts);
	nsproxy.container = c;
	p->nsproxy = &nsproxy;
	fork_end(outside(test), p);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before + 1);

	/* That of the nsproxy is still held. */
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(c));
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before);
	container_put(c);
	KUNIT_EXPECT_EQ(test, charges(ucounts), before);
	put_charges(ucounts);
}

static void create_in_a_dying_or_gone_container_fails(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_get(container_of_process(p));

	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(c, "web", 3)), -ENODEV);
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(c));
	KUNIT_EXPECT_EQ(test, PTR_ERR(container_create(c, "web", 3)), -ENODEV);
	KUNIT_EXPECT_EQ(test, refs_at_rest(c, 1), 1);
	container_put(c);
}

/* How containers end */

static void explicit_container_ends_with_its_init(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");
	struct task_struct *p = spawn_in(test, c), *q = spawn(test, p);
	struct task_struct *outer = spawn(test, outside(test));
	u64 id = c->id;

	KUNIT_EXPECT_PTR_EQ(test, init_of(c), task_tgid(p));
	leave(p);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_DYING);
	KUNIT_EXPECT_NULL(test, init_of(c));
	KUNIT_EXPECT_EQ(test, pid_refs(p), 0);
	KUNIT_EXPECT_TRUE(test, was_killed(q));
	KUNIT_EXPECT_FALSE(test, was_killed(outside(test)));

	KUNIT_EXPECT_EQ(test, enter(outer, c, NULL), -ESRCH);
	leave(outer);

	leave(q);
	KUNIT_EXPECT_NULL(test, lookup_id(id));
}

static void end_of_init_takes_all_below_along(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");
	struct task_struct *p = spawn_in(test, c);
	struct task_struct *q = spawn_in_new(test, p), *r = spawn_in_new(test, q);
	struct container *below = container_of_process(q);
	u64 id = c->id;

	make(test, below, "empty");
	leave(p);
	KUNIT_EXPECT_TRUE(test, was_killed(q));
	KUNIT_EXPECT_TRUE(test, was_killed(r));
	KUNIT_EXPECT_EQ(test, below->state, CONTAINER_DYING);
	KUNIT_EXPECT_EQ(test, container_of_process(r)->state, CONTAINER_DYING);
	/* The empty one is gone, and the other holds a process. */
	KUNIT_EXPECT_EQ(test, below->nr_children, 1);
	leave(q);
	leave(r);
	KUNIT_EXPECT_NULL(test, lookup_id(id));
}

static void implicit_container_outlives_its_init(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, p);
	struct container *c = container_of_process(p);

	leave(p);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_FALSE(test, was_killed(q));
	leave(q);
}

static void explicit_container_stays_until_it_has_begun(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");
	struct task_struct *p = spawn_in(test, make(test, c, "below"));

	leave(p);
	/* The one below has ended.  The other was only ever empty. */
	KUNIT_EXPECT_EQ(test, c->nr_children, 0);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, destroy(c), 0);
}

static void init_of_an_explicit_container_cannot_leave_it(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");
	struct container *below = make(test, c, "below");
	struct task_struct *p = spawn_in(test, c), *q = spawn(test, p);

	KUNIT_EXPECT_EQ(test, enter(p, below, NULL), -EINVAL);
	KUNIT_EXPECT_PTR_EQ(test, container_of_process(p), c);
	KUNIT_EXPECT_NULL(test, init_of(below));
	KUNIT_EXPECT_EQ(test, enter(q, below, NULL), 0);
	leave(q);
	leave(p);
}

static void destroy_takes_all_that_is_empty_at_once(struct kunit *test)
{
	struct container *root = top(test);
	int before = refs(root);
	struct container *a = make(test, root, "a");
	struct container *held = container_get(make(test, a, "held"));

	make(test, make(test, held, "b"), "c");
	make(test, a, "d");
	KUNIT_EXPECT_EQ(test, destroy(a), 0);
	KUNIT_EXPECT_EQ(test, root->nr_children, 0);
	KUNIT_EXPECT_TRUE(test, container_gone(held));
	KUNIT_EXPECT_EQ(test, held->nr_children, 0);
	KUNIT_EXPECT_EQ(test, refs_at_rest(held, 1), 1);
	container_put(held);
	KUNIT_EXPECT_EQ(test, refs_at_rest(root, before), before);
}

static void destroy_frees_the_name_at_once(struct kunit *test)
{
	struct container *root = top(test);
	struct container *old = make(test, root, "web"), *new;
	struct task_struct *p = spawn_in(test, old);
	u64 id = old->id;

	KUNIT_EXPECT_EQ(test, destroy(old), 0);
	KUNIT_EXPECT_EQ(test, old->state, CONTAINER_DYING);
	KUNIT_EXPECT_TRUE(test, was_killed(p));
	KUNIT_EXPECT_EQ(test, destroy(old), -ENOENT);
	KUNIT_EXPECT_EQ(test, rename_container(root, "web", "old"), -ENOENT);
	KUNIT_EXPECT_NULL(test, lookup(root, "web"));
	expect_path(test, old, root, "/web (deleted)");

	new = make(test, root, "web");
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "web"), new);
	expect_path(test, new, root, "/web");
	KUNIT_EXPECT_PTR_EQ(test, lookup_id(id), old);
	leave(p);
	KUNIT_EXPECT_NULL(test, lookup_id(id));
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "web"), new);
	KUNIT_EXPECT_EQ(test, destroy(new), 0);
}

/* A supervisor that has waited for init starts the next one of that name. */
static void end_of_init_frees_the_name_at_once(struct kunit *test)
{
	struct container *root = top(test), *old = make(test, root, "web"), *new;
	struct task_struct *p = spawn_in(test, old), *q = spawn(test, p);
	struct container *below = make(test, old, "below");
	struct task_struct *r = spawn_in(test, below);

	exit_process(p);
	new = make(test, root, "web");
	expect_path(test, old, root, "/web (deleted)");
	expect_path(test, below, root, "/web/below (deleted)");
	KUNIT_EXPECT_NULL(test, lookup(old, "below"));
	release_process(p);
	leave(q);
	leave(r);
	KUNIT_EXPECT_PTR_EQ(test, lookup(root, "web"), new);
	KUNIT_EXPECT_EQ(test, destroy(new), 0);
}

static void kill_frees_the_name_of_an_implicit_container(struct kunit *test)
{
	struct container *root = top(test), *c;
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn_in_new(test, p);

	c = container_of_process(p);
	KUNIT_EXPECT_EQ(test, rename_container(root, "unnamed1", "web"), 0);
	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	KUNIT_EXPECT_NULL(test, lookup(root, "web"));
	KUNIT_EXPECT_NULL(test, lookup(c, "unnamed1"));
	expect_path(test, container_of_process(q), root, "/web/unnamed1 (deleted)");
	expect_path(test, c, c, "/");
	KUNIT_EXPECT_EQ(test, destroy(make(test, root, "web")), 0);
	leave(q);
	leave(p);
}

static void destroy_is_by_the_present_name(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");

	KUNIT_EXPECT_EQ(test, rename_container(top(test), "web", "keep"), 0);
	KUNIT_EXPECT_EQ(test, container_destroy(c, "web", 3, true), -ENOENT);
	KUNIT_EXPECT_EQ(test, container_destroy(c, "kee", 3, true), -ENOENT);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_LIVE);
	KUNIT_EXPECT_EQ(test, container_destroy(c, "keep", 4, true), 0);
}

static void gone_container_has_no_process_and_no_usage(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_get(container_of_process(p));
	struct container_usage usage;
	struct container_walk walk;

	p->min_flt = 100;
	leave(p);
	container_walk_start(&walk, c, false, NULL);
	KUNIT_EXPECT_NULL(test, container_walk_next(&walk));
	container_walk_stop(&walk);
	/* That is its parent's by now. */
	container_usage(c, &usage);
	KUNIT_EXPECT_EQ(test, usage.nr_procs, 0);
	KUNIT_EXPECT_EQ(test, usage.total.min_flt, 0);

	KUNIT_EXPECT_EQ(test, container_kill(c), -ENODEV);
	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), -ENODEV);
	KUNIT_EXPECT_EQ(test, container_signal(c, 0, current_cred()), -ENODEV);
	KUNIT_EXPECT_EQ(test, container_destroy(c, "unnamed1", 8, true), -ENOENT);
	container_put(c);
}

static void initial_container_is_left_alone(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, container_kill(&init_container), -EPERM);
	KUNIT_EXPECT_EQ(test, container_destroy(&init_container, "", 0, true), -EPERM);
	KUNIT_EXPECT_EQ(test, container_freeze(&init_container, 1), -EPERM);
	KUNIT_EXPECT_EQ(test, container_signal(&init_container, 0, NULL), -EPERM);
}

/* Signals */

static void kill_reaches_all_and_what_comes_later(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn_in_new(test, p), *thread, *late, *begins;
	struct container *c = container_of_process(p);
	struct container *empty = container_get(make(test, c, "empty"));

	thread = fake_thread(test, fake_process_of(q));
	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	KUNIT_EXPECT_EQ(test, c->state, CONTAINER_DYING);
	KUNIT_EXPECT_EQ(test, container_of_process(q)->state, CONTAINER_DYING);
	KUNIT_EXPECT_TRUE(test, container_gone(empty));
	KUNIT_EXPECT_TRUE(test, was_killed(p));
	KUNIT_EXPECT_TRUE(test, was_killed(q));
	KUNIT_EXPECT_TRUE(test, was_killed(thread));
	KUNIT_EXPECT_FALSE(test, was_killed(outside(test)));

	/* A fork that was on its way, with and without namespaces */
	late = spawn(test, p);
	KUNIT_EXPECT_TRUE(test, was_killed(late));
	begins = spawn_in_new(test, p);
	KUNIT_EXPECT_TRUE(test, was_killed(begins));
	KUNIT_EXPECT_EQ(test, container_of_process(begins)->state, CONTAINER_DYING);

	leave(begins);
	leave(late);
	leave(q);
	leave(p);
	container_put(empty);
}

/* As by a process that is killed while it calls unshare() */
static void container_made_in_a_dying_one_is_dying(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *outer = spawn(test, outside(test));
	struct container *c = container_of_process(p), *below;
	u64 id;

	KUNIT_EXPECT_EQ(test, container_kill(c), 0);
	below = container_get(unshare(test, p));
	id = below->id;
	KUNIT_EXPECT_EQ(test, below->state, CONTAINER_DYING);
	KUNIT_EXPECT_TRUE(test, below->deleted);
	KUNIT_EXPECT_NULL(test, lookup(c, "unnamed1"));
	KUNIT_EXPECT_PTR_EQ(test, lookup_id(id), below);

	KUNIT_EXPECT_EQ(test, enter(outer, below, task_tgid(p)), -ESRCH);
	leave(outer);

	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(below));
	KUNIT_EXPECT_NULL(test, lookup_id(id));
	container_put(below);
}

static int nr_signals(struct task_struct *p)
{
	return list_count_nodes(&p->signal->shared_pending.list);
}

static void signal_comes_once_to_each_process(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, p), *r = spawn_in_new(test, q), *child;
	struct container *c = container_of_process(p);
	unsigned long walk;

	KUNIT_EXPECT_EQ(test, container_signal(c, FAKE_SIGNAL, current_cred()), 0);
	KUNIT_EXPECT_EQ(test, container_signal(c, FAKE_SIGNAL, current_cred()), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(p), 2);
	KUNIT_EXPECT_EQ(test, nr_signals(q), 2);
	KUNIT_EXPECT_EQ(test, nr_signals(r), 2);
	KUNIT_EXPECT_EQ(test, nr_signals(outside(test)), 0);

	/* All were visited by the same walk, and a child is born after that. */
	walk = p->signal->container_member.signalled;
	KUNIT_EXPECT_NE(test, walk, 0);
	KUNIT_EXPECT_EQ(test, q->signal->container_member.signalled, walk);
	KUNIT_EXPECT_EQ(test, r->signal->container_member.signalled, walk);
	child = spawn(test, r);
	KUNIT_EXPECT_EQ(test, child->signal->container_member.signalled, walk);

	/* Only what is below */
	KUNIT_EXPECT_EQ(test, container_signal(container_of_process(r), FAKE_SIGNAL,
					       current_cred()), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(p), 2);
	KUNIT_EXPECT_EQ(test, nr_signals(r), 3);
	KUNIT_EXPECT_EQ(test, nr_signals(child), 1);

	KUNIT_EXPECT_EQ(test, container_signal(c, 0, current_cred()), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(p), 2);
	KUNIT_EXPECT_EQ(test, container_signal(c, -1, current_cred()), -EINVAL);
	KUNIT_EXPECT_EQ(test, container_signal(c, _NSIG + 1, current_cred()), -EINVAL);
	leave(child);
	leave(r);
	leave(q);
	leave(p);
}

static void signal_leaves_out_processes_of_other_users(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, p);
	struct container *c = container_of_process(p);
	struct container *empty = make(test, top(test), "empty");
	struct cred *user = prepare_creds();

	KUNIT_ASSERT_NOT_NULL(test, user);
	user->uid = KUIDT_INIT(1000);
	user->suid = KUIDT_INIT(1000);
	user->euid = KUIDT_INIT(1000);
	cap_clear(user->cap_effective);

	KUNIT_EXPECT_EQ(test, container_signal(c, FAKE_SIGNAL, user), -EPERM);
	KUNIT_EXPECT_EQ(test, container_signal(empty, FAKE_SIGNAL, user), 0);
	RCU_INIT_POINTER(q->real_cred, user);
	RCU_INIT_POINTER(q->cred, user);
	KUNIT_EXPECT_EQ(test, container_signal(c, FAKE_SIGNAL, user), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(p), 0);
	KUNIT_EXPECT_EQ(test, nr_signals(q), 1);

	KUNIT_EXPECT_EQ(test, destroy(empty), 0);
	leave(q);
	leave(p);
	put_cred(user);
}

/* Events */

static void populated_is_told_of_up_the_tree(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = container_get(make(test, a, "b"));
	struct task_struct *p, *q;
	int event;

	KUNIT_EXPECT_FALSE(test, a->populated);
	event = event_of(a);
	p = spawn_in(test, b);
	KUNIT_EXPECT_TRUE(test, b->populated);
	KUNIT_EXPECT_TRUE(test, a->populated);
	KUNIT_EXPECT_NE(test, event_of(a), event);

	/* One more makes no difference, and neither does one that forks. */
	event = event_of(a);
	q = spawn_in(test, a);
	leave(spawn(test, p));
	KUNIT_EXPECT_EQ(test, event_of(a), event);
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(b));
	KUNIT_EXPECT_FALSE(test, b->populated);
	container_put(b);
	KUNIT_EXPECT_TRUE(test, a->populated);
	KUNIT_EXPECT_EQ(test, a->nr_populated, 0);
	KUNIT_EXPECT_EQ(test, event_of(a), event);
	leave(q);
}

static void going_down_is_no_event_above(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *a = container_of_process(p), *b;
	int event = event_of(a);

	b = unshare(test, p);
	KUNIT_EXPECT_TRUE(test, a->populated);
	KUNIT_EXPECT_EQ(test, a->nr_populated, 1);
	KUNIT_EXPECT_EQ(test, event_of(a), event);

	event = event_of(b);
	KUNIT_EXPECT_EQ(test, enter(p, make(test, make(test, b, "c"), "d"), NULL), 0);
	KUNIT_EXPECT_EQ(test, b->nr_members, 0);
	KUNIT_EXPECT_TRUE(test, b->populated);
	KUNIT_EXPECT_EQ(test, b->nr_populated, 1);
	KUNIT_EXPECT_EQ(test, event_of(b), event);
	KUNIT_EXPECT_EQ(test, b->state, CONTAINER_LIVE);
	leave(p);
	KUNIT_EXPECT_FALSE(test, b->populated);
	KUNIT_EXPECT_EQ(test, destroy(lookup(b, "c")), 0);
}

struct poller {
	struct wait_queue_entry entry;
	struct completion woken;
};

static int wake_poller(struct wait_queue_entry *entry, unsigned int mode, int sync,
		       void *key)
{
	complete(&container_of(entry, struct poller, entry)->woken);
	return 1;
}

static void event_wakes_pollers_and_holds_the_container_meanwhile(struct kunit *test)
{
	struct container *c = container_get(make(test, top(test), "web"));
	struct poller poller;

	init_completion(&poller.woken);
	init_waitqueue_func_entry(&poller.entry, wake_poller);
	add_wait_queue(&c->poll, &poller.entry);

	/* Two in a row are one for the workqueue, if it has not run meanwhile. */
	container_notify(c);
	container_notify(c);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&poller.woken, 10 * HZ), 0);

	reinit_completion(&poller.woken);
	KUNIT_EXPECT_EQ(test, destroy(c), 0);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&poller.woken, 10 * HZ), 0);
	KUNIT_EXPECT_EQ(test, container_poll(c, NULL, NULL, event_of(c)),
			EPOLLIN | EPOLLRDNORM | EPOLLPRI | EPOLLERR | EPOLLHUP);
	remove_wait_queue(&c->poll, &poller.entry);
	/* Dropped by the workqueue after the wake-up */
	for (int i = 0; i < 1000 && refs(c) != 1; i++)
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_EQ(test, refs(c), 1);
	container_put(c);
}

static void event_is_news_until_it_has_been_seen(struct kunit *test)
{
	struct container *c = make(test, top(test), "web");
	int seen = event_of(c);

	KUNIT_EXPECT_EQ(test, container_poll(c, NULL, NULL, seen), EPOLLIN | EPOLLRDNORM);
	container_notify(c);
	KUNIT_EXPECT_EQ(test, container_poll(c, NULL, NULL, seen),
			EPOLLIN | EPOLLRDNORM | EPOLLPRI | EPOLLERR);
	KUNIT_EXPECT_EQ(test, container_poll(c, NULL, NULL, event_of(c)),
			EPOLLIN | EPOLLRDNORM);
	KUNIT_EXPECT_EQ(test, destroy(c), 0);
}

/* Freezing */

static bool is_trapped(struct task_struct *p)
{
	return p->jobctl & JOBCTL_TRAP_CONTAINER;
}

static int unfrozen(struct container *c)
{
	return atomic_read(&c->nr_unfrozen);
}

/* Let a thread come to the trap, or stop for another reason. */
static void stand_still(struct task_struct *p)
{
	guard(act_as)(p);
	container_enter_frozen();
}

/* Let it run again, for good or to be trapped before it runs code of its own. */
static void run_again(struct task_struct *p, bool always)
{
	guard(act_as)(p);
	container_leave_frozen(always);
}

static void going_down_freezes_nothing_above(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *a = container_of_process(p), *b;
	int event;

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	KUNIT_EXPECT_TRUE(test, is_trapped(p));
	event = event_of(a);
	/* It is about to be trapped, in whichever of the two. */
	b = unshare(test, p);
	KUNIT_EXPECT_TRUE(test, b->freezing);
	KUNIT_EXPECT_EQ(test, unfrozen(a), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(b), 1);
	KUNIT_EXPECT_FALSE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 0);
	KUNIT_EXPECT_EQ(test, event_of(a), event);

	stand_still(p);
	KUNIT_EXPECT_TRUE(test, b->frozen);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	run_again(p, true);
	leave(p);
}

static void empty_containers_freeze_at_once(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b"), *c;

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	KUNIT_EXPECT_TRUE(test, b->frozen);
	KUNIT_EXPECT_FALSE(test, b->freeze);
	/* What is made in there is frozen, too, and that changes nothing. */
	c = make(test, b, "c");
	KUNIT_EXPECT_TRUE(test, c->frozen);
	KUNIT_EXPECT_TRUE(test, a->frozen);

	KUNIT_EXPECT_EQ(test, container_freeze(b, 1), 0);
	KUNIT_EXPECT_EQ(test, container_freeze(a, 0), 0);
	KUNIT_EXPECT_FALSE(test, a->frozen);
	KUNIT_EXPECT_TRUE(test, b->frozen);
	KUNIT_EXPECT_TRUE(test, c->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 1);
	KUNIT_EXPECT_EQ(test, container_freeze(b, 0), 0);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 0);
	KUNIT_EXPECT_EQ(test, destroy(a), 0);
}

static void container_is_frozen_once_its_last_task_stands_still(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, p), *t;
	struct container *c = container_of_process(p);
	int event;

	t = fake_thread(test, fake_process_of(q));
	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), 0);
	KUNIT_EXPECT_TRUE(test, is_trapped(p));
	KUNIT_EXPECT_TRUE(test, is_trapped(q));
	KUNIT_EXPECT_TRUE(test, is_trapped(t));
	KUNIT_EXPECT_FALSE(test, is_trapped(outside(test)));
	KUNIT_EXPECT_EQ(test, unfrozen(c), 3);
	/* To ask for what is there already changes nothing. */
	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 3);

	event = event_of(c);
	stand_still(p);
	stand_still(q);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 1);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	KUNIT_EXPECT_EQ(test, event_of(c), event);
	stand_still(t);
	stand_still(t);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	KUNIT_EXPECT_TRUE(test, c->frozen);
	KUNIT_EXPECT_EQ(test, event_of(c), event + 1);

	KUNIT_EXPECT_EQ(test, container_freeze(c, 0), 0);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	KUNIT_EXPECT_FALSE(test, is_trapped(p));
	KUNIT_EXPECT_FALSE(test, is_trapped(t));
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	run_again(p, false);
	run_again(q, false);
	run_again(t, false);
	KUNIT_EXPECT_EQ(test, p->jobctl | q->jobctl | t->jobctl, 0);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	leave(q);
	leave(p);
}

static void thaw_before_the_trap_leaves_nothing_to_wait_for(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_of_process(p);

	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 1);
	KUNIT_EXPECT_EQ(test, container_freeze(c, 0), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	KUNIT_EXPECT_EQ(test, p->jobctl, 0);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	leave(p);
}

/* As in a ptrace stop, or a parent in vfork() */
static void task_that_stands_still_already_counts_as_frozen(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_of_process(p);

	stand_still(p);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	KUNIT_EXPECT_TRUE(test, c->frozen);

	/* It is let go, and comes to the trap. */
	run_again(p, false);
	KUNIT_EXPECT_TRUE(test, c->frozen);
	/* It is killed. */
	run_again(p, true);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 1);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	KUNIT_EXPECT_TRUE(test, is_trapped(p));
	stand_still(p);
	KUNIT_EXPECT_TRUE(test, c->frozen);

	/* Thawed, it still stands, and runs without being counted. */
	KUNIT_EXPECT_EQ(test, container_freeze(c, 0), 0);
	KUNIT_EXPECT_EQ(test, p->jobctl, JOBCTL_CONTAINER_FROZEN);
	run_again(p, true);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	leave(p);
}

static void thread_or_process_made_in_a_freezing_container_is_trapped(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test)), *t, *child, *begins;
	struct container *c = container_of_process(p), *below;

	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), 0);
	t = fake_thread(test, fake_process_of(p));
	fork_end(p, t);
	KUNIT_EXPECT_TRUE(test, is_trapped(t));
	KUNIT_EXPECT_EQ(test, unfrozen(c), 2);
	child = spawn(test, p);
	KUNIT_EXPECT_TRUE(test, is_trapped(child));
	KUNIT_EXPECT_EQ(test, unfrozen(c), 3);
	begins = spawn_in_new(test, p);
	below = container_of_process(begins);
	KUNIT_EXPECT_TRUE(test, is_trapped(begins));
	KUNIT_EXPECT_EQ(test, unfrozen(c), 3);
	KUNIT_EXPECT_EQ(test, unfrozen(below), 1);
	KUNIT_EXPECT_FALSE(test, below->frozen);

	stand_still(p);
	stand_still(t);
	stand_still(child);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	stand_still(begins);
	KUNIT_EXPECT_TRUE(test, below->frozen);
	KUNIT_EXPECT_TRUE(test, c->frozen);

	KUNIT_EXPECT_EQ(test, container_freeze(c, 0), 0);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	KUNIT_EXPECT_FALSE(test, below->frozen);
	leave(begins);
	leave(child);
	leave(p);
}

static void exiting_task_is_not_waited_for(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, p), *r = spawn(test, p);
	struct container *c = container_of_process(p);

	r->flags |= PF_EXITING;
	KUNIT_EXPECT_EQ(test, container_freeze(c, 1), 0);
	KUNIT_EXPECT_FALSE(test, is_trapped(r));
	KUNIT_EXPECT_EQ(test, unfrozen(c), 2);
	stand_still(p);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	leave(q);
	KUNIT_EXPECT_EQ(test, unfrozen(c), 0);
	KUNIT_EXPECT_TRUE(test, c->frozen);
	/* It may hang before it has exited. */
	leave(r);
	KUNIT_EXPECT_TRUE(test, c->frozen);
	/* Killed, a task leaves the trap. */
	run_again(p, true);
	KUNIT_EXPECT_FALSE(test, c->frozen);
	leave(p);
}

static void running_process_keeps_all_above_from_being_frozen(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b");
	struct task_struct *p;

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	p = spawn_in(test, b);
	KUNIT_EXPECT_TRUE(test, is_trapped(p));
	KUNIT_EXPECT_EQ(test, unfrozen(b), 1);
	KUNIT_EXPECT_FALSE(test, b->frozen);
	KUNIT_EXPECT_FALSE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 0);
	/* With b goes the process that it waited for. */
	leave(p);
	KUNIT_EXPECT_EQ(test, a->nr_children, 0);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, destroy(a), 0);
}

static void process_takes_its_count_along_when_it_moves(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b");
	struct task_struct *p = spawn_in(test, a), *q = spawn(test, p);

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(a), 2);
	KUNIT_EXPECT_EQ(test, enter(q, b, NULL), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(a), 1);
	KUNIT_EXPECT_EQ(test, unfrozen(b), 1);
	KUNIT_EXPECT_FALSE(test, b->frozen);
	stand_still(p);
	KUNIT_EXPECT_FALSE(test, a->frozen);
	stand_still(q);
	KUNIT_EXPECT_TRUE(test, b->frozen);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	leave(q);
	leave(p);
}

/* It was told to freeze, and not to go on, as it was about to exit by then. */
static void exiting_thread_takes_its_count_along_when_its_process_moves(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b");
	struct task_struct *p = spawn_in(test, a), *q = spawn(test, p), *t;

	t = fake_thread(test, fake_process_of(q));
	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(a), 3);
	t->flags |= PF_EXITING;
	KUNIT_EXPECT_EQ(test, container_freeze(a, 0), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(a), 1);
	KUNIT_EXPECT_EQ(test, enter(q, b, NULL), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(a), 0);
	KUNIT_EXPECT_EQ(test, unfrozen(b), 1);
	scoped_guard(act_as, t)
		container_exit_thread();
	KUNIT_EXPECT_EQ(test, unfrozen(b), 0);
	leave(q);
	leave(p);
}

static void freezing_below_does_not_freeze_above(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn_in_new(test, p);
	struct container *a = container_of_process(p), *b = container_of_process(q);

	KUNIT_EXPECT_EQ(test, container_freeze(b, 1), 0);
	KUNIT_EXPECT_FALSE(test, is_trapped(p));
	stand_still(q);
	KUNIT_EXPECT_TRUE(test, b->frozen);
	KUNIT_EXPECT_FALSE(test, a->freezing);
	KUNIT_EXPECT_FALSE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 1);

	/* Frozen for two reasons, it is thawed with the second of them. */
	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	stand_still(p);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, container_freeze(b, 0), 0);
	KUNIT_EXPECT_TRUE(test, is_trapped(q));
	KUNIT_EXPECT_TRUE(test, a->frozen);
	KUNIT_EXPECT_EQ(test, container_freeze(a, 0), 0);
	KUNIT_EXPECT_FALSE(test, is_trapped(q));
	KUNIT_EXPECT_FALSE(test, a->frozen);
	leave(q);
	leave(p);
}

/* The last member may exit while a freeze has not told all of them yet. */
static void freeze_that_ends_after_the_container_counts_for_nothing(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = container_get(make(test, a, "b"));
	struct task_struct *p = spawn_in(test, b);

	KUNIT_EXPECT_EQ(test, container_freeze(a, 1), 0);
	/* As from set_freezing() on */
	atomic_inc(&b->nr_unfrozen);
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(b));
	KUNIT_EXPECT_TRUE(test, a->frozen);
	/* As at the end of freeze_members() */
	atomic_dec(&b->nr_unfrozen);
	container_recheck_frozen(b);

	KUNIT_EXPECT_EQ(test, a->nr_children, 0);
	KUNIT_EXPECT_EQ(test, a->nr_frozen_children, 0);
	KUNIT_EXPECT_TRUE(test, a->frozen);
	container_put(b);
	KUNIT_EXPECT_EQ(test, destroy(a), 0);
}

/* What is used */

static u64 faults(struct container *c)
{
	struct container_usage usage;

	container_usage(c, &usage);
	return usage.total.min_flt;
}

static unsigned int procs(struct container *c)
{
	struct container_usage usage;

	container_usage(c, &usage);
	return usage.nr_procs;
}

static void past_is_not_taken_down_and_folds_up(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *a = container_get(container_of_process(p)), *b;
	u64 before = top(test)->past.min_flt;

	p->min_flt = 100;
	KUNIT_EXPECT_EQ(test, faults(a), 100);
	KUNIT_EXPECT_EQ(test, procs(a), 1);

	b = container_get(unshare(test, p));
	KUNIT_EXPECT_EQ(test, faults(b), 0);
	KUNIT_EXPECT_EQ(test, faults(a), 100);
	KUNIT_EXPECT_EQ(test, procs(a), 1);

	p->min_flt = 130;
	KUNIT_EXPECT_EQ(test, faults(b), 30);
	KUNIT_EXPECT_EQ(test, faults(a), 130);
	leave(p);
	KUNIT_EXPECT_TRUE(test, container_gone(b));
	KUNIT_EXPECT_EQ(test, b->past.min_flt, 30);
	KUNIT_EXPECT_EQ(test, a->past.min_flt, 130);
	KUNIT_EXPECT_EQ(test, top(test)->past.min_flt, before + 130);
	container_put(b);
	container_put(a);
}

static void process_that_moves_down_is_counted_once(struct kunit *test)
{
	struct container *a = make(test, top(test), "a");
	struct container *b = make(test, a, "b");
	struct task_struct *p = spawn_in(test, a), *q = spawn(test, p);

	q->min_flt = 100;
	KUNIT_EXPECT_EQ(test, faults(a), 100);
	KUNIT_EXPECT_EQ(test, enter(q, b, NULL), 0);
	KUNIT_EXPECT_EQ(test, faults(a), 100);
	KUNIT_EXPECT_EQ(test, faults(b), 0);
	KUNIT_EXPECT_EQ(test, procs(a), 2);
	KUNIT_EXPECT_EQ(test, procs(b), 1);
	q->min_flt = 107;
	KUNIT_EXPECT_EQ(test, faults(a), 107);
	KUNIT_EXPECT_EQ(test, faults(b), 7);
	exit_process(q);
	KUNIT_EXPECT_EQ(test, faults(a), 107);
	KUNIT_EXPECT_EQ(test, procs(a), 1);
	release_process(q);
	leave(p);
}

static void totals_never_go_backwards(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_of_process(p);

	p->min_flt = 100;
	KUNIT_EXPECT_EQ(test, faults(c), 100);
	/* As if a walk had missed a process */
	p->min_flt = 40;
	KUNIT_EXPECT_EQ(test, faults(c), 100);
	p->min_flt = 130;
	KUNIT_EXPECT_EQ(test, faults(c), 130);
	leave(p);
}

static void runtime_after_the_exit_is_counted_at_release(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, p);
	struct container *c = container_of_process(p);

	q->se.sum_exec_runtime = 100;
	exit_process(q);
	KUNIT_EXPECT_EQ(test, c->past.runtime, 100);
	q->se.sum_exec_runtime = 130;
	release_process(q);
	KUNIT_EXPECT_EQ(test, c->past.runtime, 130);

	/* What was counted by a container that is gone is its parent's. */
	p->se.sum_exec_runtime = 50;
	exit_process(p);
	KUNIT_EXPECT_EQ(test, top(test)->past.runtime, 180);
	p->se.sum_exec_runtime = 60;
	release_process(p);
	KUNIT_EXPECT_EQ(test, top(test)->past.runtime, 190);
}

static void total_below_zero_shows_as_nothing(struct kunit *test)
{
	struct container *web = make(test, top(test), "web");
	struct task_struct *p = spawn(test, outside(test));

	p->min_flt = 100;
	p->se.sum_exec_runtime = 5000;
	KUNIT_EXPECT_EQ(test, enter(p, web, NULL), 0);
	/* As if a walk had missed it */
	p->min_flt = 0;
	p->se.sum_exec_runtime = 0;
	KUNIT_EXPECT_EQ(test, faults(web), 0);
	KUNIT_EXPECT_EQ(test, web->shown.utime + web->shown.stime, 0);
	p->min_flt = 101;
	KUNIT_EXPECT_EQ(test, faults(web), 1);
	leave(p);
}

static void usage_of_released_threads_counts(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test)), *t;
	struct container *c = container_get(container_of_process(p));
	struct container_usage usage;

	t = fake_thread(test, fake_process_of(p));
	p->min_flt = 1;
	t->min_flt = 20;
	t->maj_flt = 3;
	p->signal->min_flt = 300;
	container_usage(c, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.min_flt, 321);
	KUNIT_EXPECT_EQ(test, usage.total.maj_flt, 3);
	KUNIT_EXPECT_EQ(test, usage.nr_procs, 1);
	KUNIT_EXPECT_EQ(test, usage.nr_threads, 2);
	leave(p);
	KUNIT_EXPECT_EQ(test, c->past.min_flt, 321);
	container_put(c);
}

static void time_is_divided_as_it_was_sampled(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *c = container_of_process(p);
	struct container_usage usage;

	if (IS_ENABLED(CONFIG_VIRT_CPU_ACCOUNTING_NATIVE)) {
		leave(p);
		kunit_skip(test, "time is not sampled");
	}
	p->se.sum_exec_runtime = 1000;
	p->utime = 30;
	p->stime = 10;
	container_usage(c, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.utime, 750);
	KUNIT_EXPECT_EQ(test, usage.total.stime, 250);
	/* A sample changes the proportion, and takes nothing back. */
	p->se.sum_exec_runtime = 1200;
	p->stime = 90;
	container_usage(c, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.utime, 750);
	KUNIT_EXPECT_EQ(test, usage.total.stime, 450);
	p->se.sum_exec_runtime = 100;
	container_usage(c, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.utime, 750);
	KUNIT_EXPECT_EQ(test, usage.total.stime, 450);
	leave(p);
}

static void forks_are_counted_where_they_were_made(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct container *a = container_get(container_of_process(p)), *b;
	struct container_usage usage;

	leave(spawn(test, p));
	KUNIT_EXPECT_EQ(test, a->past.forks, 2);
	/* No process is born by this. */
	b = container_get(unshare(test, p));
	KUNIT_EXPECT_EQ(test, b->past.forks, 0);
	leave(spawn(test, p));
	KUNIT_EXPECT_EQ(test, b->past.forks, 1);
	KUNIT_EXPECT_EQ(test, a->past.forks, 2);
	container_usage(a, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.forks, 3);
	leave(p);
	KUNIT_EXPECT_EQ(test, a->past.forks, 3);
	container_put(b);
	container_put(a);
}

static void peak_of_memory_is_the_highest_of_one_process(struct kunit *test)
{
	struct task_struct *p = spawn_in_new(test, outside(test));
	struct task_struct *q = spawn(test, p), *r = spawn_in_new(test, p);
	struct container *c = container_get(container_of_process(p));
	struct container_usage usage;

	p->signal->maxrss = 10;
	q->signal->maxrss = 50;
	r->signal->maxrss = 30;
	container_usage(c, &usage);
	KUNIT_EXPECT_EQ(test, usage.total.max_rss, 50);
	KUNIT_EXPECT_EQ(test, usage.rss, 0);
	leave(q);
	KUNIT_EXPECT_EQ(test, c->past.max_rss, 50);
	r->signal->maxrss = 60;
	leave(r);
	leave(p);
	KUNIT_EXPECT_EQ(test, c->past.max_rss, 60);
	container_put(c);
}

static struct kunit_case operations_test_cases[] = {
	KUNIT_CASE(explicit_container_is_there_without_members),
	KUNIT_CASE(explicit_container_does_not_hide_the_unnamed),
	KUNIT_CASE(create_that_fails_leaves_nothing),
	KUNIT_CASE(explicit_container_is_charged_while_in_the_tree),
	KUNIT_CASE(dying_container_is_charged_until_its_last_member_exits),
	KUNIT_CASE(implicit_container_is_charged_while_in_the_tree),
	KUNIT_CASE(create_in_a_dying_or_gone_container_fails),
	KUNIT_CASE(explicit_container_ends_with_its_init),
	KUNIT_CASE(end_of_init_takes_all_below_along),
	KUNIT_CASE(implicit_container_outlives_its_init),
	KUNIT_CASE(explicit_container_stays_until_it_has_begun),
	KUNIT_CASE(init_of_an_explicit_container_cannot_leave_it),
	KUNIT_CASE(destroy_takes_all_that_is_empty_at_once),
	KUNIT_CASE(destroy_frees_the_name_at_once),
	KUNIT_CASE(end_of_init_frees_the_name_at_once),
	KUNIT_CASE(kill_frees_the_name_of_an_implicit_container),
	KUNIT_CASE(destroy_is_by_the_present_name),
	KUNIT_CASE(gone_container_has_no_process_and_no_usage),
	KUNIT_CASE(initial_container_is_left_alone),
	KUNIT_CASE(kill_reaches_all_and_what_comes_later),
	KUNIT_CASE(container_made_in_a_dying_one_is_dying),
	KUNIT_CASE(signal_comes_once_to_each_process),
	KUNIT_CASE(signal_leaves_out_processes_of_other_users),
	KUNIT_CASE(populated_is_told_of_up_the_tree),
	KUNIT_CASE(going_down_is_no_event_above),
	KUNIT_CASE(event_wakes_pollers_and_holds_the_container_meanwhile),
	KUNIT_CASE(event_is_news_until_it_has_been_seen),
	KUNIT_CASE(going_down_freezes_nothing_above),
	KUNIT_CASE(empty_containers_freeze_at_once),
	KUNIT_CASE(container_is_frozen_once_its_last_task_stands_still),
	KUNIT_CASE(thaw_before_the_trap_leaves_nothing_to_wait_for),
	KUNIT_CASE(task_that_stands_still_already_counts_as_frozen),
	KUNIT_CASE(thread_or_process_made_in_a_freezing_container_is_trapped),
	KUNIT_CASE(exiting_task_is_not_waited_for),
	KUNIT_CASE(running_process_keeps_all_above_from_being_frozen),
	KUNIT_CASE(process_takes_its_count_along_when_it_moves),
	KUNIT_CASE(exiting_thread_takes_its_count_along_when_its_process_moves),
	KUNIT_CASE(freezing_below_does_not_freeze_above),
	KUNIT_CASE(freeze_that_ends_after_the_container_counts_for_nothing),
	KUNIT_CASE(past_is_not_taken_down_and_folds_up),
	KUNIT_CASE(process_that_moves_down_is_counted_once),
	KUNIT_CASE(totals_never_go_backwards),
	KUNIT_CASE(total_below_zero_shows_as_nothing),
	KUNIT_CASE(usage_of_released_threads_counts),
	KUNIT_CASE(time_is_divided_as_it_was_sampled),
	KUNIT_CASE(forks_are_counted_where_they_were_made),
	KUNIT_CASE(runtime_after_the_exit_is_counted_at_release),
	KUNIT_CASE(peak_of_memory_is_the_highest_of_one_process),
	{}
};

static struct kunit_suite operations_test_suite = {
	.name = "container_operations",
	.init = container_test_init,
	.exit = container_test_exit,
	.test_cases = operations_test_cases,
};

kunit_test_suite(operations_test_suite);

MODULE_DESCRIPTION("KUnit tests of the operations on containers");
MODULE_LICENSE("GPL");
