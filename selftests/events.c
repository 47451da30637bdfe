// SPDX-License-Identifier: GPL-2.0
/* container.events, see events.h */

#include <poll.h>

#include "containerfs.h"
#include "events.h"
#include "file.h"

int wait_events(const char *path, const char *line)
{
	struct pollfd fd = { .events = POLLPRI };
	__s64 ret;

	fd.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd.fd < 0)
		return -errno;
	for (;;) {
		ret = actor_read_fd(main_actor, fd.fd);
		if (ret < 0)
			break;
		ret = 0;
		if (actor_has_line(main_actor, line))
			break;
		ret = -ETIMEDOUT;
		if (poll(&fd, 1, WAIT_MS) <= 0)
			break;
	}
	close(fd.fd);
	return ret;
}

int wait_child_events(const char *name, const char *line)
{
	char path[ACTOR_STR];

	snprintf(path, sizeof(path), CHILDREN "/%s/container.events", name);
	return wait_events(path, line);
}

int wait_end(int events)
{
	struct pollfd fd = { .fd = events, .events = POLLPRI };
	char text[128];

	while (pread(events, text, sizeof(text), 0) >= 0)
		if (poll(&fd, 1, WAIT_MS) <= 0)
			return -ETIMEDOUT;
	return errno == ENODEV ? 0 : -errno;
}
