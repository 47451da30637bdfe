// SPDX-License-Identifier: GPL-2.0
/* container.stat, see stat.h */

#include "file.h"
#include "stat.h"

static const char * const stat_keys[NR_KEYS] = {
	"usage_usec", "user_usec", "system_usec", "nr_procs", "nr_threads",
	"forks", "minor_faults", "major_faults", "rss_bytes", "max_rss_bytes",
	"read_bytes", "write_bytes",
};

int read_stats(const char *path, struct stats *s)
{
	__s64 ret = actor_read(main_actor, "%s", path);
	char *line = main_actor->buf, *end;
	int i;

	memset(s, 0, sizeof(*s));
	if (ret < 0)
		return ret;
	for (i = 0; i < NR_KEYS; i++) {
		size_t len = strlen(stat_keys[i]);

		if (strncmp(line, stat_keys[i], len) || line[len] != ' ' ||
		    strspn(line + len + 1, "0123456789") == 0)
			return -EBADMSG;
		s->v[i] = strtoll(line + len + 1, &end, 10);
		if (*end != '\n')
			return -EBADMSG;
		line = end + 1;
	}
	return *line ? -EBADMSG : 0;
}

__s64 stat_of(const char *path, enum stat_key key)
{
	struct stats s;
	int err = read_stats(path, &s);

	return err ?: s.v[key];
}
