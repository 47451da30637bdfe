// SPDX-License-Identifier: GPL-2.0
/* Files of containerfs are read as files are. */

#include "kselftest_harness.h"
#include "containerfs.h"
#include "read_tests.h"

FIXTURE_VARIANT_ADD(entry, id) {
	.path = CHILDREN "/unnamed1/" FILE_PREFIX "id",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, init) {
	.path = CHILDREN "/unnamed1/" FILE_PREFIX "init",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, kind) {
	.path = CHILDREN "/unnamed1/" FILE_PREFIX "kind",
	.mode = 0644,
};

FIXTURE_VARIANT_ADD(entry, procs) {
	.path = CHILDREN "/unnamed1/" FILE_PREFIX "procs",
	.mode = 0644,
};

FIXTURE_VARIANT_ADD(entry, ns) {
	.path = CHILDREN "/unnamed1/" FILE_PREFIX "ns",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, status) {
	.path = CHILDREN "/unnamed1/" FILE_PREFIX "status",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, events) {
	.path = CHILDREN "/unnamed1/" FILE_PREFIX "events",
	.mode = 0444,
};

FIXTURE_VARIANT_ADD(entry, freeze) {
	.path = CHILDREN "/unnamed1/" FILE_PREFIX "freeze",
	.mode = 0644,
};

TEST_HARNESS_MAIN
