/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Worlds: where a test takes place
 *
 * world_create() puts the main process into a container of its own, of which
 * it is the init: what it sees in /proc/containers is what the test made, even
 * if other tests run at the same time. It has a mount namespace.
 *
 * A test includes kselftest_harness.h before this, and has for each fixture
 *
 *	FIXTURE(view) {
 *		struct actor *a;
 *	};
 *
 *	FIXTURE_WORLD(view)
 *	{
 *		self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
 *		ASSERT_NE(NULL, self->a);
 *	}
 */
#ifndef __SELFTESTS_CONTAINER_WORLD_H__
#define __SELFTESTS_CONTAINER_WORLD_H__

#include "container_test.h"

/* 0 or a negative errno; -ENOENT: no containers; -EPERM: no privilege */
int world_create(void);
void world_destroy(void);
/* A child of the main process that dies in world_destroy() at the latest */
pid_t world_fork(void);

/*
 * What a file of the library adds to each world. It says so in a constructor,
 * so the programs that are linked with that file have it.
 */
struct world_part {
	const char *name;
	int (*begin)(void);	/* 0 or a negative errno */
	void (*end)(void);	/* while all processes are still there */
	void (*settle)(void);	/* let go of all that is kept for later */
	struct world_part *next;
};

void world_add(struct world_part *part);
void world_settle(void);

#ifdef __KSELFTEST_HARNESS_H
/* A test takes a fraction of a second, but guests are slow. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 120

/* Is there a world? If not, the test is skipped or has failed. */
static inline bool setup_world(struct __test_metadata *_metadata)
{
	int err = world_create();

	if (err == -ENOENT)
		SKIP(return false, "no containers in this kernel");
	if (err == -EPERM)
		SKIP(return false, "not privileged to unshare");
	EXPECT_EQ(0, err);
	return !err;
}

/* As FIXTURE_SETUP(), in a world; for a fixture with a teardown of its own */
#define FIXTURE_WORLD_SETUP(fixture_name)				\
	static void fixture_name##_in_world(				\
		struct __test_metadata *_metadata,			\
		struct _test_data_##fixture_name *self,			\
		const struct _fixture_variant_##fixture_name *variant);	\
	FIXTURE_SETUP(fixture_name)					\
	{								\
		if (setup_world(_metadata))				\
			fixture_name##_in_world(_metadata, self,	\
						variant);		\
	}								\
	static void fixture_name##_in_world(				\
		__maybe_unused struct __test_metadata *_metadata,	\
		__maybe_unused struct _test_data_##fixture_name *self,	\
		__maybe_unused						\
		const struct _fixture_variant_##fixture_name *variant)

/* The same, with a teardown that ends the world */
#define FIXTURE_WORLD(fixture_name)					\
	FIXTURE_TEARDOWN(fixture_name)					\
	{								\
		world_destroy();					\
	}								\
	FIXTURE_WORLD_SETUP(fixture_name)
#endif

#endif /* __SELFTESTS_CONTAINER_WORLD_H__ */
