// SPDX-License-Identifier: GPL-2.0
/* A caller of bind_ns(2) that gets into a frozen container stops. */

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "enter.h"

static __s64 bind_to(struct actor *a, __u64 id)
{
	return actor_bind(a, id, 0);
}

static const struct way_in way = {
	.enter = bind_to,
	.enter_and_count = do_bind_and_count,
};

#include "enter_frozen_tests.h"

TEST_HARNESS_MAIN
