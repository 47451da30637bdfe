// SPDX-License-Identifier: GPL-2.0
/*
 * The file ns tells how many users a namespace has only to those that own it:
 * elsewhere that is a count of what others do, beyond what can be seen.
 */

#include "kselftest_harness.h"
#include "actor.h"
#include "cred.h"
#include "file.h"
#include "ns.h"
#include "world.h"

/* A user that is root in his own user namespace, with a net namespace in it */
FIXTURE(refs) {
	struct actor *user;
	__s64 net;
};

FIXTURE_WORLD(refs)
{
	self->user = spawn_user(UID_USER);
	ASSERT_NE(NULL, self->user);
	if (actor_userns(self->user, CLONE_NEWNET))
		SKIP(return, "no net namespaces in this kernel");
	self->net = ns_id(main_actor, self->user, "net");
}

struct ns_line {
	char type[16];
	long long id;
	char refs[24];
	char active[24];
};

/* The next line of what a reader has read, after the header */
static bool next_line(char **next, struct ns_line *l)
{
	char *line = strtok_r(NULL, "\n", next);

	return line && sscanf(line, "%15s %lld %*u %23s %23s", l->type, &l->id,
			      l->refs, l->active) == 4;
}

TEST_F(refs, of_namespaces_of_another_owner_are_hidden)
{
	int hidden = 0, own = 0;
	struct ns_line l;
	char *next;

	ASSERT_LT(0, actor_read(self->user, "/proc/self/container/ns"));
	strtok_r(self->user->buf, "\n", &next);
	while (next_line(&next, &l)) {
		if (!strcmp(l.type, "net")) {
			EXPECT_EQ(self->net, l.id);
			EXPECT_LT(0, atol(l.refs));
			EXPECT_LT(0, atol(l.active));
			own++;
		} else {
			/* Its user namespace is owned by the parent of that. */
			EXPECT_STREQ("-", l.refs) TH_LOG("%s", l.type);
			EXPECT_STREQ("-", l.active) TH_LOG("%s", l.type);
			hidden++;
		}
	}
	EXPECT_EQ(1, own);
	EXPECT_LT(1, hidden);
}

TEST_F(refs, are_shown_to_root_of_the_initial_user_namespace)
{
	struct ns_line l;
	int shown = 0;
	char *next;

	ASSERT_LT(0, actor_read(main_actor, "/proc/%d/container/ns",
				self->user->pid));
	strtok_r(main_actor->buf, "\n", &next);
	while (next_line(&next, &l)) {
		EXPECT_LT(0, atol(l.refs)) TH_LOG("%s", l.type);
		EXPECT_LT(0, atol(l.active)) TH_LOG("%s", l.type);
		shown++;
	}
	EXPECT_LT(2, shown);
}

TEST_F(refs, are_hidden_from_root_without_the_capability)
{
	struct ns_line l;
	int shown = 0;
	char *next;

	ASSERT_EQ(0, actor_drop_caps(main_actor));
	/* Its own container, as it may not look into that of others now */
	ASSERT_LT(0, actor_read(main_actor, "/proc/self/container/ns"));
	strtok_r(main_actor->buf, "\n", &next);
	while (next_line(&next, &l)) {
		EXPECT_STREQ("-", l.refs) TH_LOG("%s", l.type);
		EXPECT_STREQ("-", l.active) TH_LOG("%s", l.type);
		shown++;
	}
	EXPECT_LT(2, shown);
}

TEST_HARNESS_MAIN
