// SPDX-License-Identifier: GPL-2.0
/* Namespaces, see ns.h */

#include <sys/mount.h>

#include <linux/nsfs.h>

#include "cred.h"
#include "file.h"
#include "ns.h"
#include "proc_view.h"
#include "reap.h"
#include "setup.h"

#ifndef NS_GET_ID
#define NS_GET_ID _IOR(0xb7, 13, __u64)
#endif

const struct ns_kind ns_kinds[NR_NS] = {
	{ "uts", CLONE_NEWUTS },
	{ "ipc", CLONE_NEWIPC },
	{ "mnt", CLONE_NEWNS },
	{ "pid", CLONE_NEWPID },
	{ "net", CLONE_NEWNET },
	{ "cgroup", CLONE_NEWCGROUP },
	{ "time", CLONE_NEWTIME },
	{ "user", CLONE_NEWUSER },
};

/*
 * The caller has made namespaces, and may be in a new container now. A child
 * that is to be pid 1, or for which init moves, must not be one that exits at
 * once: there it is left to the first child that is an actor.
 */
static __s64 end_setup_of_new(struct actor *a, __s64 before)
{
	if (own_container() == before)
		return 0;
	if (a->arg[0] & (CLONE_NEWPID | CLONE_NEWTIME)) {
		a->setting_up = true;
		return 0;
	}
	return end_setup();
}

static __s64 do_unshare(struct actor *a)
{
	__s64 before = own_container();

	if (unshare(a->arg[0]) < 0)
		return -errno;
	return a->arg[1] ? 0 : end_setup_of_new(a, before);
}

__s64 actor_unshare(struct actor *a, __u64 flags)
{
	return actor_call(a, do_unshare, flags, false, 0, 0);
}

__s64 actor_unshare_in_setup(struct actor *a, __u64 flags)
{
	return actor_call(a, do_unshare, flags, true, 0, 0);
}

static __s64 do_end_setup(struct actor *a)
{
	(void)a;
	return end_setup();
}

__s64 actor_end_setup(struct actor *a)
{
	return actor_call(a, do_end_setup, 0, 0, 0, 0);
}

static __s64 do_setns(struct actor *a)
{
	return result(setns(a->arg[0], a->arg[1]));
}

__s64 actor_setns(struct actor *a, int fd, int nstype)
{
	return actor_call(a, do_setns, fd, nstype, 0, 0);
}

static __s64 do_setns_path(struct actor *a)
{
	int fd = openat(main_proc(), a->str[0], O_RDONLY | O_CLOEXEC);
	__s64 ret;

	if (fd < 0)
		return -errno;
	ret = result(setns(fd, 0));
	close(fd);
	return ret;
}

__s64 actor_setns_of(struct actor *a, struct actor *target, const char *ns)
{
	snprintf(a->str[0], ACTOR_STR, "%d/ns/%s", target->pid, ns);
	return actor_call(a, do_setns_path, 0, 0, 0, 0);
}

static __s64 do_userns(struct actor *a)
{
	unsigned int uid = geteuid(), gid = getegid();
	__s64 before = own_container();
	char map[64];
	int err;

	if (unshare(CLONE_NEWUSER | a->arg[0]) < 0)
		return -errno;
	err = put_text("/proc/thread-self/setgroups", "deny");
	if (err)
		return err;
	snprintf(map, sizeof(map), "0 %u 1", uid);
	err = put_text("/proc/thread-self/uid_map", map);
	if (err)
		return err;
	snprintf(map, sizeof(map), "0 %u 1", gid);
	err = put_text("/proc/thread-self/gid_map", map);
	return err ?: end_setup_of_new(a, before);
}

__s64 actor_userns(struct actor *a, __u64 flags)
{
	return actor_call(a, do_userns, flags, 0, 0, 0);
}

static __s64 do_mount_proc(struct actor *a)
{
	(void)a;
	/* for itself only */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	return result(mount("proc", "/proc", "proc", 0, NULL));
}

__s64 actor_mount_proc(struct actor *a)
{
	return actor_call(a, do_mount_proc, 0, 0, 0, 0);
}

struct actor *spawn_unshared(struct actor *by, __u64 flags)
{
	struct actor *a = spawn(by);

	return a ? exit_on_error(a, actor_unshare(a, flags)) : NULL;
}

int spawn_levels(struct actor *level[MAX_LEVELS + 1])
{
	int n;

	level[0] = main_actor;
	for (n = 0; n < MAX_LEVELS; n++) {
		struct actor *a = spawn_unshared(level[n], CLONE_NEWUTS);

		if (!a)
			return -errno;
		if (container_id(main_actor, a) ==
		    container_id(main_actor, level[n])) {
			if (actor_exit(a, 0))
				return -ECHILD;
			break;
		}
		level[n + 1] = a;
	}
	return n;
}

__s64 actor_new_clock(struct actor *a)
{
	__s64 err = actor_unshare(a, CLONE_NEWTIME);

	if (err == -EINVAL)
		return -EOPNOTSUPP;
	return err ?: actor_write(a, "monotonic 3600000 0",
				  "/proc/self/timens_offsets");
}

struct actor *spawn_owner(__u64 flags)
{
	struct actor *a = spawn_user(UID_USER);

	return a ? exit_on_error(a, actor_userns(a, flags)) : NULL;
}

static __s64 do_ns_id(struct actor *a)
{
	int fd = openat(main_proc(), a->str[0], O_RDONLY | O_CLOEXEC);
	__u64 id;
	__s64 ret;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	ret = ioctl(fd, NS_GET_ID, &id) < 0 ? -errno : (__s64)id;
	close(fd);
	return ret;
}

__s64 ns_id(struct actor *viewer, struct actor *a, const char *ns)
{
	snprintf(viewer->str[0], ACTOR_STR, "%d/task/%d/ns/%s", a->pid, a->tid,
		 ns);
	return actor_call(viewer, do_ns_id, 0, 0, 0, 0);
}
