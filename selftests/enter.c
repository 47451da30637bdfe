// SPDX-License-Identifier: GPL-2.0
/* Entering containers, see enter.h */

#include "enter.h"
#include "file.h"
#include "proc_view.h"
#include "reap.h"
#include "rest.h"

#define HANDLE_TYPE 0xfd /* FILEID_CONTAINERFS */

static int write_procs(__u64 id, pid_t pid)
{
	struct {
		struct file_handle handle;
		__u64 id;
	} h = {
		.handle = {
			.handle_bytes = sizeof(id),
			.handle_type = HANDLE_TYPE,
		},
	};
	int top, dir = -1, file = -1, len, ret = -1;
	char text[16];

	memcpy(h.handle.f_handle, &id, sizeof(id));
	top = open(CHILDREN, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (top >= 0)
		dir = open_by_handle_at(top, &h.handle, O_RDONLY | O_CLOEXEC);
	if (dir >= 0)
		file = openat(dir, FILE_PREFIX "procs", O_WRONLY | O_CLOEXEC);
	if (file >= 0) {
		len = snprintf(text, sizeof(text), "%d", pid);
		ret = write(file, text, len) == len ? 0 : -1;
		ret = ret < 0 ? -errno : 0;
	} else {
		ret = -errno;
	}
	if (file >= 0)
		close(file);
	if (dir >= 0)
		close(dir);
	if (top >= 0)
		close(top);
	return ret;
}

int enter(__u64 id)
{
	return write_procs(id, 0);
}

static __s64 do_move(struct actor *a)
{
	return write_procs(a->arg[0], a->arg[1]);
}

__s64 actor_enter(struct actor *a, __u64 id)
{
	return actor_call(main_actor, do_move, id, a->pid, 0, 0);
}

struct actor *spawn_entered(struct actor *by, __u64 id)
{
	struct actor *a = spawn(by);

	return a ? exit_on_error(a, actor_enter(a, id)) : NULL;
}

struct actor *spawn_in(const char *name)
{
	return spawn_entered(main_actor, child_id(main_actor, name));
}

struct actor *spawn_explicit(struct actor *by, const char *name)
{
	__s64 ret = actor_mkdir_child(by, name);

	if (ret >= 0)
		ret = child_id(by, name);
	if (ret < 0) {
		errno = -ret;
		return NULL;
	}
	return spawn_entered(by, ret);
}

__s64 do_enter_and_count(struct actor *a)
{
	int err = enter(a->arg[2]);

	return err ?: do_count(a);
}

bool warm_up(void)
{
	int i;

	for (i = 0; i < 10; i++) {
		struct actor *a = spawn_explicit(main_actor, "warm");

		if (!a || actor_exit(a, 0))
			return false;
	}
	return true;
}

bool wait_member(const char *name, pid_t pid)
{
	int i;

	for (i = 0; i < 20000; i++) {
		if (actor_read(main_actor,
			       CHILDREN "/%s/container.procs", name) < 0)
			return false;
		if (actor_has_pid(main_actor, pid))
			return true;
		usleep(1000);
	}
	return false;
}
