// SPDX-License-Identifier: GPL-2.0
/* containerfs, see containerfs.h */

#include <stdarg.h>
#include <sys/mount.h>
#include <sys/vfs.h>

#include "containerfs.h"
#include "file.h"
#include "proc_view.h"
#include "setup.h"
#include "world.h"

#ifndef __NR_fsmount
#define __NR_fsmount 432
#endif
#ifndef FSOPEN_CLOEXEC
#define FSOPEN_CLOEXEC 1
#endif
#ifndef FSMOUNT_CLOEXEC
#define FSMOUNT_CLOEXEC 1
#endif
#ifndef FSCONFIG_CMD_CREATE
#define FSCONFIG_CMD_CREATE 6
#endif

/* Directories of other containers than the world's are bound there, by id. */
#define DIRS "/tmp"
#define MAX_DIRS 512

static __s64 bound[MAX_DIRS];
static int nr_bound;

int mount_containers(const char *options)
{
	return mount("none", CHILDREN, "containerfs", 0, options) < 0 ?
	       -errno : 0;
}

static int mount_world(void)
{
	int err = mount_containers("rmdir=kill");

	/* What is bound there later is in copies of the namespace, too. */
	if (!err && (mount("none", DIRS, "tmpfs", 0, NULL) < 0 ||
		     mount(NULL, DIRS, NULL, MS_SHARED, NULL) < 0))
		err = -errno;
	return err;
}

int mount_detached(const char *rmdir)
{
	int fs = syscall(__NR_fsopen, "containerfs", FSOPEN_CLOEXEC), ret;

	if (fs < 0)
		return -errno;
	if ((rmdir && syscall(__NR_fsconfig, fs, FSCONFIG_SET_STRING, "rmdir",
			      rmdir, 0) < 0) ||
	    syscall(__NR_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		ret = -errno;
	else
		ret = result(syscall(__NR_fsmount, fs, FSMOUNT_CLOEXEC, 0));
	close(fs);
	return ret;
}

static __s64 do_mount_containers(struct actor *a)
{
	/* for itself only */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	return mount_containers(a->str[0]);
}

__s64 actor_mount_containers(struct actor *a, const char *options)
{
	snprintf(a->str[0], ACTOR_STR, "%s", options);
	return actor_call(a, do_mount_containers, 0, 0, 0, 0);
}

static void bind_dir(const char *dir, __s64 id, const char *path)
{
	char source[ACTOR_STR];

	if (nr_bound == MAX_DIRS || mkdir(dir, 0755) < 0)
		return;
	snprintf(source, sizeof(source), "%s%s", CHILDREN, path);
	if (mount(source, dir, NULL, MS_BIND, NULL) < 0)
		rmdir(dir);
	else
		bound[nr_bound++] = id;
}

const char *container_dir(struct actor *a)
{
	static char dirs[4][64];
	static unsigned int nr;
	char *dir = dirs[nr++ % ARRAY_SIZE(dirs)];
	const char *path;
	__s64 id;

	if (a == main_actor)
		return CHILDREN;
	id = container_id(main_actor, a);
	path = container_path(main_actor, a);
	if (!strcmp(path, "/"))
		return CHILDREN;
	/* There is no such directory if there is no such container. */
	snprintf(dir, sizeof(dirs[0]), DIRS "/%lld", (long long)id);
	if (*path == '/')
		bind_dir(dir, id, path);
	return dir;
}

void forget_dirs(void)
{
	char dir[64];

	while (nr_bound) {
		snprintf(dir, sizeof(dir), DIRS "/%lld",
			 (long long)bound[--nr_bound]);
		umount2(dir, MNT_DETACH);
		rmdir(dir);
	}
}

static __s64 do_mkdir(struct actor *a)
{
	return result(mkdir(a->str[0], 0755));
}

__s64 actor_mkdir(struct actor *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->str[0], ACTOR_STR, fmt, ap);
	va_end(ap);
	return actor_call(a, do_mkdir, 0, 0, 0, 0);
}

__s64 actor_mkdir_child(struct actor *a, const char *name)
{
	return actor_mkdir(a, "%s/%s", container_dir(a), name);
}

static __s64 do_rmdir(struct actor *a)
{
	return result(rmdir(a->str[0]));
}

__s64 actor_rmdir_child(struct actor *a, const char *name)
{
	const char *dir = container_dir(a);

	snprintf(a->str[0], ACTOR_STR, "%s/%s", dir, name);
	return actor_call(a, do_rmdir, 0, 0, 0, 0);
}

__s64 actor_rename_child(struct actor *a, const char *from, const char *to,
			 unsigned int flags)
{
	char path[2][ACTOR_STR];
	const char *dir = container_dir(a);

	snprintf(path[0], sizeof(path[0]), "%s/%s", dir, from);
	snprintf(path[1], sizeof(path[1]), "%s/%s", dir, to);
	return actor_rename(a, path[0], path[1], flags);
}

/* Of the names that it has listed only the containers */
static __s64 keep_children(struct actor *a, __s64 ret)
{
	char *from = a->buf, *to = a->buf, *end;
	__s64 n = 0;

	if (ret < 0)
		return ret;
	for (; *from; from = end) {
		end = strchr(from, '\n') + 1;
		if (!strncmp(from, FILE_PREFIX, strlen(FILE_PREFIX)))
			continue;
		memmove(to, from, end - from);
		to += end - from;
		n++;
	}
	*to = '\0';
	return n;
}

__s64 actor_children(struct actor *a, const char *fmt, ...)
{
	char path[ACTOR_STR];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	return keep_children(a, actor_list(a, "%s", path));
}

__s64 actor_children_fd(struct actor *a, int fd)
{
	return keep_children(a, actor_list_fd(a, fd));
}

__s64 remove_child(const char *name)
{
	return actor_rmdir_child(main_actor, name);
}

void remove_children(void)
{
	static char names[ACTOR_BUF];
	char *name, *rest;

	/* Never those of the caller of the tests */
	if (!main_actor ||
	    actor_number(main_actor, "/proc/self/container/init") != getpid() ||
	    actor_children(main_actor, CHILDREN) <= 0)
		return;
	memcpy(names, main_actor->buf, sizeof(names));
	for (name = strtok_r(names, "\n", &rest); name;
	     name = strtok_r(NULL, "\n", &rest))
		remove_child(name);
}

__s64 child_id(struct actor *viewer, const char *name)
{
	return actor_number(viewer, "%s/%s/container.id", container_dir(viewer),
			    name);
}

bool child_has_state(const char *name, const char *state)
{
	char line[32];

	snprintf(line, sizeof(line), "State:\t%s", state);
	return actor_read(main_actor, CHILDREN "/%s/container.status",
			  name) > 0 &&
	       actor_has_line(main_actor, line);
}

__s64 write_child(const char *name, const char *file, const char *text)
{
	return actor_write(main_actor, text, CHILDREN "/%s/" FILE_PREFIX "%s",
			   name, file);
}

__s64 write_child_number(const char *name, const char *file, int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", number);
	return write_child(name, file, text);
}

__s64 take_lease(struct actor *by, const char *path, const char *text)
{
	__s64 fd = actor_open(by, O_WRONLY, "%s", path), err;

	if (fd < 0)
		return fd;
	err = actor_write_fd(by, fd, text);
	return err ?: fd;
}

bool in_root_container(void)
{
	struct statfs fs;

	if (own_container_id() != ROOT_CONTAINER_ID)
		return false;
	/* A mount namespace of its own would be in another container. */
	if (statfs(CHILDREN, &fs) < 0 || fs.f_type != CONTAINERFS_MAGIC)
		return !mount_containers("");
	return true;
}

int write_own(const char *file, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), CHILDREN "/" FILE_PREFIX "%s", file);
	return put_text(path, text);
}

__attribute__((constructor)) static void before_main(void)
{
	static struct world_part part = {
		.name = "mounting containerfs",
		.begin = mount_world,
		.end = remove_children,
		.settle = forget_dirs,
	};

	world_add(&part);
}
