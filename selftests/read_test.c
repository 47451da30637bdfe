// SPDX-License-Identifier: GPL-2.0
/* Files of containers in /proc are read as files are. */

#include "kselftest_harness.h"
#include "read_tests.h"

FIXTURE_VARIANT_ADD(entry, containers) {
	.path = "/proc/containers",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_id) {
	.path = "/proc/%d/container/id",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_path) {
	.path = "/proc/%d/container/path",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_init) {
	.path = "/proc/%d/container/init",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_status) {
	.path = "/proc/%d/container/status",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_procs) {
	.path = "/proc/%d/container/procs",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_ns) {
	.path = "/proc/%d/container/ns",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, proc_children) {
	.path = "/proc/%d/container/children",
	.mode = 0444,
};

TEST_HARNESS_MAIN
