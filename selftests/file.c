// SPDX-License-Identifier: GPL-2.0
/* Files as an actor sees them, see file.h */

#include <dirent.h>
#include <stdarg.h>

#include "file.h"

static __s64 do_openat(struct actor *a)
{
	return result(openat(a->arg[0], a->str[0], a->arg[1] | O_CLOEXEC));
}

__s64 actor_open(struct actor *a, int flags, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->str[0], ACTOR_STR, fmt, ap);
	va_end(ap);
	return actor_call(a, do_openat, AT_FDCWD, flags, 0, 0);
}

__s64 actor_openat(struct actor *a, int fd, int flags, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->str[0], ACTOR_STR, fmt, ap);
	va_end(ap);
	return actor_call(a, do_openat, fd, flags, 0, 0);
}

static __s64 do_close(struct actor *a)
{
	return result(close(a->arg[0]));
}

__s64 actor_close(struct actor *a, int fd)
{
	return actor_call(a, do_close, fd, 0, 0, 0);
}

static __s64 do_rename(struct actor *a)
{
	return result(renameat2(AT_FDCWD, a->str[0], AT_FDCWD, a->str[1],
				a->arg[0]));
}

__s64 actor_rename(struct actor *a, const char *from, const char *to,
		   unsigned int flags)
{
	snprintf(a->str[0], ACTOR_STR, "%s", from);
	snprintf(a->str[1], ACTOR_STR, "%s", to);
	return actor_call(a, do_rename, flags, 0, 0, 0);
}

static __s64 do_unlink(struct actor *a)
{
	return result(unlinkat(AT_FDCWD, a->str[0], a->arg[0]));
}

__s64 actor_unlink(struct actor *a, int flags, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->str[0], ACTOR_STR, fmt, ap);
	va_end(ap);
	return actor_call(a, do_unlink, flags, 0, 0, 0);
}

int put_text(const char *path, const char *text)
{
	ssize_t len = strlen(text), n;
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	n = write(fd, text, len);
	if (n != len)
		n = n < 0 ? -errno : -EIO;
	close(fd);
	return n < 0 ? n : 0;
}

static __s64 do_write(struct actor *a)
{
	return put_text(a->str[0], a->str[1]);
}

__s64 actor_write(struct actor *a, const char *text, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->str[0], ACTOR_STR, fmt, ap);
	va_end(ap);
	snprintf(a->str[1], ACTOR_STR, "%s", text);
	return actor_call(a, do_write, 0, 0, 0, 0);
}

static __s64 do_write_fd(struct actor *a)
{
	ssize_t len = strlen(a->str[0]);
	__s64 ret = result(write(a->arg[0], a->str[0], len));

	if (ret == len)
		return 0;
	return ret < 0 ? ret : -EIO;
}

__s64 actor_write_fd(struct actor *a, int fd, const char *text)
{
	snprintf(a->str[0], ACTOR_STR, "%s", text);
	return actor_call(a, do_write_fd, fd, 0, 0, 0);
}

static __s64 read_all(struct actor *a, int fd)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = read(fd, a->buf + len, ACTOR_BUF - 1 - len);
		if (n < 0)
			return -errno;
		len += n;
	} while (n);
	a->buf[len] = '\0';
	return len;
}

static __s64 do_read_fd(struct actor *a)
{
	if (lseek(a->arg[0], 0, SEEK_SET) < 0)
		return -errno;
	return read_all(a, a->arg[0]);
}

__s64 actor_read_fd(struct actor *a, int fd)
{
	return actor_call(a, do_read_fd, fd, 0, 0, 0);
}

static __s64 do_read(struct actor *a)
{
	__s64 ret;
	int fd;

	fd = open(a->str[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = read_all(a, fd);
	close(fd);
	return ret;
}

static __s64 vread(struct actor *a, const char *fmt, va_list ap)
{
	vsnprintf(a->str[0], ACTOR_STR, fmt, ap);
	return actor_call(a, do_read, 0, 0, 0, 0);
}

__s64 actor_read(struct actor *a, const char *fmt, ...)
{
	__s64 ret;
	va_list ap;

	va_start(ap, fmt);
	ret = vread(a, fmt, ap);
	va_end(ap);
	return ret;
}

static __s64 list_dir(struct actor *a, int fd)
{
	struct dirent *entry;
	size_t len = 0;
	DIR *dir;
	int n = 0;

	dir = fdopendir(fd);
	if (!dir)
		return -errno;
	rewinddir(dir);
	a->buf[0] = '\0';
	for (;;) {
		errno = 0;
		entry = readdir(dir);
		if (!entry)
			break;
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		len += snprintf(a->buf + len, ACTOR_BUF - len, "%s\n",
				entry->d_name);
		n++;
	}
	if (errno)
		n = -errno;
	closedir(dir);
	return n;
}

static __s64 do_list_fd(struct actor *a)
{
	int fd = dup(a->arg[0]);

	return fd < 0 ? -errno : list_dir(a, fd);
}

__s64 actor_list_fd(struct actor *a, int fd)
{
	return actor_call(a, do_list_fd, fd, 0, 0, 0);
}

static __s64 do_list(struct actor *a)
{
	int fd = open(a->str[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : list_dir(a, fd);
}

__s64 actor_list(struct actor *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->str[0], ACTOR_STR, fmt, ap);
	va_end(ap);
	return actor_call(a, do_list, 0, 0, 0, 0);
}

static const char *value(struct actor *a, __s64 ret)
{
	if (ret < 0)
		snprintf(a->buf, ACTOR_BUF, "errno %d", (int)-ret);
	else if (ret > 0 && a->buf[ret - 1] == '\n')
		a->buf[ret - 1] = '\0';
	return a->buf;
}

const char *actor_value(struct actor *a, const char *fmt, ...)
{
	__s64 ret;
	va_list ap;

	va_start(ap, fmt);
	ret = vread(a, fmt, ap);
	va_end(ap);
	return value(a, ret);
}

static __s64 number(struct actor *a, __s64 ret)
{
	char *end;

	if (ret < 0)
		return ret;
	errno = 0;
	ret = strtoll(a->buf, &end, 10);
	if (errno || end == a->buf || strcmp(end, "\n"))
		return -EBADMSG;
	return ret;
}

__s64 actor_number(struct actor *a, const char *fmt, ...)
{
	__s64 ret;
	va_list ap;

	va_start(ap, fmt);
	ret = vread(a, fmt, ap);
	va_end(ap);
	return number(a, ret);
}

bool actor_has_line(struct actor *a, const char *line)
{
	size_t len = strlen(line);
	const char *p = a->buf;

	while (p && *p) {
		if (!strncmp(p, line, len) && (!p[len] || p[len] == '\n'))
			return true;
		p = strchr(p, '\n');
		if (p)
			p++;
	}
	return false;
}

bool actor_has_pid(struct actor *a, pid_t pid)
{
	char line[16];

	snprintf(line, sizeof(line), "%d", pid);
	return actor_has_line(a, line);
}
