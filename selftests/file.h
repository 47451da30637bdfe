/* SPDX-License-Identifier: GPL-2.0 */
/* Files, as an actor sees them, and messages between actors */
#ifndef __SELFTESTS_CONTAINER_FILE_H__
#define __SELFTESTS_CONTAINER_FILE_H__

#include "actor.h"

/* System calls made by an actor: the result or a negative errno */
__printf(3, 4)
__s64 actor_open(struct actor *a, int flags, const char *fmt, ...);
__printf(4, 5)
__s64 actor_openat(struct actor *a, int fd, int flags, const char *fmt, ...);
__s64 actor_close(struct actor *a, int fd);
__s64 actor_rename(struct actor *a, const char *from, const char *to,
		   unsigned int flags);
/* unlink, or rmdir with AT_REMOVEDIR */
__printf(3, 4)
__s64 actor_unlink(struct actor *a, int flags, const char *fmt, ...);
__printf(3, 4)
__s64 actor_write(struct actor *a, const char *text, const char *fmt, ...);
/* To a descriptor: 0 or -errno */
__s64 actor_write_fd(struct actor *a, int fd, const char *text);

/* Reading: the content is in a->buf, the length or a negative errno returned */
__printf(2, 3)
__s64 actor_read(struct actor *a, const char *fmt, ...);
__s64 actor_read_fd(struct actor *a, int fd);
/* the names in a directory, a line each; returns their number */
__printf(2, 3)
__s64 actor_list(struct actor *a, const char *fmt, ...);
__s64 actor_list_fd(struct actor *a, int fd);
/* for files of one value: without the newline, or "errno N" */
__printf(2, 3)
const char *actor_value(struct actor *a, const char *fmt, ...);
/* as a number, or a negative errno */
__printf(2, 3)
__s64 actor_number(struct actor *a, const char *fmt, ...);
/* is there a line like this in a->buf? */
bool actor_has_line(struct actor *a, const char *line);
/* the same for a pid */
bool actor_has_pid(struct actor *a, pid_t pid);

/* Write to a file, from whatever process; 0 or a negative errno */
int put_text(const char *path, const char *text);

#endif /* __SELFTESTS_CONTAINER_FILE_H__ */
