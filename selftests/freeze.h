/* SPDX-License-Identifier: GPL-2.0 */
/* container.freeze */
#ifndef __SELFTESTS_CONTAINER_FREEZE_H__
#define __SELFTESTS_CONTAINER_FREEZE_H__

#include "actor.h"

/* Write to it, wait for the end of it: 0 or a negative errno */
int freeze_child(const char *name);
int thaw_child(const char *name);
/* Do all stand still that count as @a does, being members of /name or below? */
bool all_stand_still(struct actor *a, const char *name);

#endif /* __SELFTESTS_CONTAINER_FREEZE_H__ */
