/* SPDX-License-Identifier: GPL-2.0 */
/* Containers that come and go, beside some that stay */
#ifndef __SELFTESTS_CONTAINER_CHURN_H__
#define __SELFTESTS_CONTAINER_CHURN_H__

#include "actor.h"

#define NR_STABLE 20
#define NR_CHURNS 3

/* Containers that are there all the time, to be found each time: 0 or -errno */
int make_stable(pid_t *pid, __u64 *id);
/* NR_CHURNS processes that have containers come and go @n times: 0 or -errno */
int start_churns(pid_t *pid, int n);
/* Reap without waiting: how many of those forked last are still there? */
int count_running(pid_t *pid, int n);
void reap_all(pid_t *pid, int n);

#endif /* __SELFTESTS_CONTAINER_CHURN_H__ */
