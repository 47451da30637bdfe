// SPDX-License-Identifier: GPL-2.0
/* What /proc shows of containers, see proc_view.h */

#include "file.h"
#include "ns.h"
#include "proc_view.h"

__s64 container_id(struct actor *viewer, struct actor *a)
{
	return actor_number(viewer, "/proc/%d/container/id", a->pid);
}

const char *container_path(struct actor *viewer, struct actor *a)
{
	return actor_value(viewer, "/proc/%d/container/path", a->pid);
}

__s64 container_init(struct actor *viewer, struct actor *a)
{
	return actor_number(viewer, "/proc/%d/container/init", a->pid);
}

const char *container_status(struct actor *viewer, struct actor *a,
			     const char *key)
{
	size_t len = strlen(key);
	char *p, *end;
	__s64 ret;

	ret = actor_read(viewer, "/proc/%d/container/status", a->pid);
	if (ret < 0) {
		snprintf(viewer->buf, ACTOR_BUF, "errno %d", (int)-ret);
		return viewer->buf;
	}
	for (p = viewer->buf; p && *p; p = end) {
		end = strchr(p, '\n');
		if (end)
			*end++ = '\0';
		if (!strncmp(p, key, len) && p[len] == ':' &&
		    p[len + 1] == '\t')
			return p + len + 2;
	}
	return "no such key";
}

__s64 container_children(struct actor *viewer, struct actor *a)
{
	__s64 ret = actor_read(viewer, "/proc/%d/container/children", a->pid);
	__s64 lines = 0;
	const char *p;

	if (ret < 0)
		return ret;
	for (p = viewer->buf; *p; p++)
		lines += *p == '\n';
	return lines;
}

__s64 actor_ppid(struct actor *viewer, struct actor *a)
{
	__s64 ret = actor_read(viewer, "/proc/%d/status", a->pid);
	const char *line;
	int ppid;

	if (ret < 0)
		return ret;
	line = strstr(viewer->buf, "\nPPid:");
	return line && sscanf(line, " PPid: %d", &ppid) == 1 ? ppid : -EBADMSG;
}

void snapshot(struct actor *a, struct snapshot *s)
{
	int i;

	memset(s, 0, sizeof(*s));
	s->container = container_id(main_actor, a);
	for (i = 0; i < NR_NS; i++)
		s->ns[i] = ns_id(main_actor, a, ns_kinds[i].name);
	s->pid_for_children = ns_id(main_actor, a, "pid_for_children");
	s->time_for_children = ns_id(main_actor, a, "time_for_children");
}

static int parse_row(char *line, struct row *r)
{
	char *field[4 + NR_NS], *end;
	int i;

	for (i = 0; i < 4 + NR_NS; i++) {
		line += strspn(line, " \t");
		field[i] = line;
		line += strcspn(line, " \t");
		if (!*line)
			return -EBADMSG;
		*line++ = '\0';
	}
	line += strspn(line, " \t");
	if (*line != '/' || strlen(line) >= sizeof(r->path))
		return -EBADMSG;
	memcpy(r->path, line, strlen(line) + 1);

	r->id = strtoull(field[0], &end, 10);
	if (*end)
		return -EBADMSG;
	r->init = strtol(field[1], &end, 10);
	if (*end)
		return -EBADMSG;
	r->procs = strtol(field[2], &end, 10);
	if (*end)
		return -EBADMSG;
	snprintf(r->state, sizeof(r->state), "%s", field[3]);
	for (i = 0; i < NR_NS; i++)
		snprintf(r->ns[i], sizeof(r->ns[i]), "%s", field[4 + i]);
	return 0;
}

int parse_table(char *text, struct table *t)
{
	char *line = text, *end, *p;
	size_t len = 0;

	t->n = 0;
	end = strchr(line, '\n');
	if (!end)
		return -EBADMSG;
	*end = '\0';
	/* However many blanks there are for the eye */
	for (p = strtok(line, " \t"); p; p = strtok(NULL, " \t"))
		len += snprintf(t->header + len, sizeof(t->header) - len,
				"%s%s", len ? " " : "", p);

	for (line = end + 1; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end || t->n == MAX_ROWS)
			return -EBADMSG;
		*end = '\0';
		if (parse_row(line, &t->row[t->n]))
			return -EBADMSG;
		t->n++;
	}
	return t->n;
}

int read_table(struct actor *viewer, struct table *t)
{
	__s64 ret = actor_read(viewer, "/proc/containers");

	t->n = 0;
	return ret < 0 ? ret : parse_table(viewer->buf, t);
}

struct row *find_path(struct table *t, const char *path)
{
	int i;

	for (i = 0; i < t->n; i++)
		if (!strcmp(t->row[i].path, path))
			return &t->row[i];
	return NULL;
}

struct row *find_id(struct table *t, __u64 id)
{
	int i;

	for (i = 0; i < t->n; i++)
		if (t->row[i].id == id)
			return &t->row[i];
	return NULL;
}

bool table_in_order(const struct table *t)
{
	int i, j;

	if (!t->n || strcmp(t->row[0].path, "/"))
		return false;
	for (i = 1; i < t->n; i++) {
		const char *path = t->row[i].path;
		size_t len = strrchr(path, '/') - path;
		bool parent = false;

		/* The parent of /a is / */
		if (!len)
			len = 1;
		for (j = 0; j < i; j++) {
			const struct row *r = &t->row[j];

			if (r->id == t->row[i].id || !strcmp(r->path, path))
				return false;
			if (strlen(r->path) == len &&
			    !strncmp(r->path, path, len))
				parent = true;
		}
		if (!parent)
			return false;
	}
	return true;
}

const char *container_state(struct actor *viewer, __u64 id)
{
	static struct table t;
	struct row *row;

	if (read_table(viewer, &t) < 0)
		return "no table";
	row = find_id(&t, id);
	return row ? row->state : "gone";
}
