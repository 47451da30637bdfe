// SPDX-License-Identifier: GPL-2.0
/* container.freeze, see freeze.h */

#include "containerfs.h"
#include "events.h"
#include "file.h"
#include "freeze.h"
#include "rest.h"

static int set_frozen(const char *name, const char *value, const char *line)
{
	__s64 ret = write_child(name, "freeze", value);

	return ret < 0 ? ret : wait_child_events(name, line);
}

int freeze_child(const char *name)
{
	return set_frozen(name, "1", "frozen 1");
}

int thaw_child(const char *name)
{
	return set_frozen(name, "0", "frozen 0");
}

/* For each line of what the main process has read, until one is not so */
static bool each_line(bool (*fn)(struct actor *a, const char *of,
				 const char *line, __s64 before),
		      struct actor *a, const char *of, __s64 before)
{
	char *list = strdup(main_actor->buf), *line, *next;
	bool ok = list;

	for (line = ok ? strtok_r(list, "\n", &next) : NULL; line && ok;
	     line = strtok_r(NULL, "\n", &next))
		ok = fn(a, of, line, before);
	free(list);
	return ok;
}

static bool task_stands_still(struct actor *a, const char *pid,
			      const char *tid, __s64 before)
{
	int err = wait_task_blocked(a, atoi(pid), atoi(tid), &before);

	return !err || err == -ENOENT || err == -ESRCH;
}

static bool process_stands_still(struct actor *a, const char *dir,
				 const char *pid, __s64 before)
{
	(void)dir;
	/* A zombie has stopped for good. */
	return actor_list(main_actor, "/proc/%s/task", pid) < 0 ||
	       each_line(task_stands_still, a, pid, before);
}

static bool container_stands_still(struct actor *a, const char *parent,
				   const char *name, __s64 before)
{
	char dir[ACTOR_STR];
	__s64 ret;

	snprintf(dir, sizeof(dir), "%s/%s", parent, name);
	ret = actor_read(main_actor, "%s/container.procs", dir);
	/* Its last member was on its way out, and has got there. */
	if (ret == -ENOENT || ret == -ENODEV)
		return true;
	if (ret < 0 || !each_line(process_stands_still, a, dir, before))
		return false;
	ret = actor_children(main_actor, "%s", dir);
	if (ret == -ENOENT || ret == -ENODEV)
		return true;
	return ret >= 0 && each_line(container_stands_still, a, dir, before);
}

bool all_stand_still(struct actor *a, const char *name)
{
	return container_stands_still(a, CHILDREN, name, counter(a));
}
