/* SPDX-License-Identifier: GPL-2.0 */
/* container.stat */
#ifndef __SELFTESTS_CONTAINER_STAT_H__
#define __SELFTESTS_CONTAINER_STAT_H__

#include "actor.h"

/* In the order of the lines */
enum stat_key {
	USAGE, USER, SYSTEM, PROCS, THREADS, FORKS, MINOR_FAULTS, MAJOR_FAULTS,
	RSS, MAX_RSS, READ_BYTES, WRITE_BYTES, NR_KEYS
};

struct stats {
	__s64 v[NR_KEYS];
};

/* 0 or a negative errno; -EBADMSG if it is not just these keys in order */
int read_stats(const char *path, struct stats *s);
/* One of them, or a negative errno */
__s64 stat_of(const char *path, enum stat_key key);

#endif /* __SELFTESTS_CONTAINER_STAT_H__ */
