/* SPDX-License-Identifier: GPL-2.0 */
/* Allocations that fail, by fault injection */
#ifndef __SELFTESTS_CONTAINER_FAULT_H__
#define __SELFTESTS_CONTAINER_FAULT_H__

#include "actor.h"

/* Have them fail: 0, or a negative errno where they cannot be had fail */
int faults_begin(void);
void faults_end(void);
/*
 * Have @fn called with an allocation failing, by /proc/thread-self/fail-nth:
 * its result, or INJECTED if it succeeded in spite of the failure.
 */
#define INJECTED 1000000
#define MAX_NTH 2000
__s64 actor_fail_nth(struct actor *a, int nth, actor_fn fn, __s64 a0, __s64 a1);
/* For it: make most namespaces, by unshare() or for a child that exits */
__s64 do_unshare_most(struct actor *a);
__s64 do_clone_most(struct actor *a);

#endif /* __SELFTESTS_CONTAINER_FAULT_H__ */
