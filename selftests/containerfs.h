/* SPDX-License-Identifier: GPL-2.0 */
/*
 * containerfs
 *
 * A program that is linked with this has it mounted in its world, at CHILDREN:
 * the root is the world's container. @name is that of a child of this container,
 * or of one further down, as in "job/part".
 */
#ifndef __SELFTESTS_CONTAINER_CONTAINERFS_H__
#define __SELFTESTS_CONTAINER_CONTAINERFS_H__

#include "actor.h"

#define CHILDREN "/sys/fs/container"
/* The files in each directory of it, all with that before their names */
#define FILE_PREFIX "container."
#define NR_FILES 11

#ifndef CONTAINERFS_MAGIC
#define CONTAINERFS_MAGIC 0x636f6e74
#endif

#ifndef __NR_fsopen
#define __NR_fsopen 430
#endif
#ifndef __NR_fsconfig
#define __NR_fsconfig 431
#endif
#ifndef FSCONFIG_SET_STRING
#define FSCONFIG_SET_STRING 1
#endif

/* Mount containerfs at CHILDREN: 0 or a negative errno */
int mount_containers(const char *options);
/* A descriptor of a mount that is nowhere; NULL: without the option rmdir= */
int mount_detached(const char *rmdir);
/* By an actor, for itself: the root is its own container */
__s64 actor_mount_containers(struct actor *a, const char *options);

/*
 * The directory of the container that an actor is in, in the world's mounts;
 * good until the fourth call from here. A process in a container below the
 * world's may not walk through CHILDREN: so the directory of such a container is
 * bound to a place of its own, and that is the path.
 */
const char *container_dir(struct actor *a);
/* Unmount all of them: a mount holds what it shows in memory. */
void forget_dirs(void);

__printf(2, 3)
__s64 actor_mkdir(struct actor *a, const char *fmt, ...);
/* mkdir, rmdir and rename in the directory of the actor's own container */
__s64 actor_mkdir_child(struct actor *a, const char *name);
__s64 actor_rmdir_child(struct actor *a, const char *name);
__s64 actor_rename_child(struct actor *a, const char *from, const char *to,
			 unsigned int flags);
/* as actor_list(), but only the containers in a directory of containerfs */
__printf(2, 3)
__s64 actor_children(struct actor *a, const char *fmt, ...);
__s64 actor_children_fd(struct actor *a, int fd);
/* The id of a child of the viewer's container, or -errno */
__s64 child_id(struct actor *viewer, const char *name);
/* Is that its state in status? */
bool child_has_state(const char *name, const char *state);
/* Write to a file of it, as "kill": 0 or a negative errno */
__s64 write_child(const char *name, const char *file, const char *text);
__s64 write_child_number(const char *name, const char *file, int number);
/* rmdir by the main process */
__s64 remove_child(const char *name);
/* With them goes what is no actor, or frozen. The end of the world does that. */
void remove_children(void);

/* Open a file and write to it: the descriptor, or -errno */
__s64 take_lease(struct actor *by, const char *path, const char *text);

/*
 * For tests of what not even root does to the root container: without a world.
 * CHILDREN is the root container's directory if this says so.
 */
bool in_root_container(void);
/* to a file there, as "kill": 0 or -errno */
int write_own(const char *file, const char *text);

#endif /* __SELFTESTS_CONTAINER_CONTAINERFS_H__ */
