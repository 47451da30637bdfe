// SPDX-License-Identifier: GPL-2.0
/* Credentials of actors, see cred.h */

#include <grp.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#include "cred.h"

static __s64 do_setuid(struct actor *a)
{
	uid_t uid = a->arg[0];

	if (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 ||
	    setresuid(uid, uid, uid) < 0)
		return -errno;
	/* Or its files in /proc would not be its own. */
	return result(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

__s64 actor_setuid(struct actor *a, uid_t uid)
{
	return actor_call(a, do_setuid, uid, 0, 0, 0);
}

static __s64 do_keep_caps(struct actor *a)
{
	cap_t caps = cap_init();
	__u64 mask = a->arg[0];
	cap_value_t cap;
	int err = 0;

	if (!caps)
		return -errno;
	for (cap = 0; cap < 64 && !err; cap++)
		if (mask & (1ULL << cap))
			err = cap_set_flag(caps, CAP_PERMITTED, 1, &cap,
					   CAP_SET) ?:
			      cap_set_flag(caps, CAP_EFFECTIVE, 1, &cap,
					   CAP_SET);
	if (err || cap_set_proc(caps) < 0)
		err = -errno;
	cap_free(caps);
	return err;
}

__s64 actor_keep_caps(struct actor *a, __u64 caps)
{
	return actor_call(a, do_keep_caps, caps, 0, 0, 0);
}

__s64 actor_drop_caps(struct actor *a)
{
	return actor_keep_caps(a, 0);
}

struct actor *spawn_user(uid_t uid)
{
	struct actor *a = spawn(main_actor);

	return a ? exit_on_error(a, actor_setuid(a, uid)) : NULL;
}
