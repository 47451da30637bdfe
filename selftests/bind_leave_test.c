// SPDX-License-Identifier: GPL-2.0
/* bind_ns(2) leads out of no container. */

#include <sys/mman.h>

#include "kselftest_harness.h"
#include "actor.h"
#include "bind.h"
#include "file.h"
#include "inject.h"
#include "leave_fixture.h"
#include "ns.h"
#include "proc_view.h"
#include "world.h"

TEST_F(leave, bind_to_the_parent_is_enoent)
{
	EXPECT_EQ(-ENOENT, actor_bind(self->a, self->world_id, 0));
	EXPECT_EQ(-ENOENT, actor_bind(self->a, self->world_id, CLONE_NEWUTS));
	EXPECT_EQ(self->a_id, container_id(main_actor, self->a));
}

TEST_F(leave, bind_to_a_sibling_is_enoent)
{
	EXPECT_EQ(-ENOENT, actor_bind(self->a, self->b_id, 0));
	EXPECT_EQ(self->a_id, container_id(main_actor, self->a));
}

TEST_F(leave, bind_to_the_root_is_enoent)
{
	EXPECT_EQ(-ENOENT, actor_bind(self->a, ROOT_CONTAINER_ID, 0));
	EXPECT_EQ(self->a_id, container_id(main_actor, self->a));
}

TEST_F(leave, bind_down_is_for_good)
{
	struct actor *c = spawn(main_actor);

	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, actor_bind(c, self->a_id, 0));
	EXPECT_EQ(-ENOENT, actor_bind(c, self->world_id, 0));
	EXPECT_EQ(-ENOENT, actor_bind(c, self->b_id, 0));
	EXPECT_EQ(self->a_id, container_id(main_actor, c));
}

TEST_F(leave, tracing_one_outside_opens_no_way)
{
	/* a may trace b for all that its pid namespace shows; no more. */
	EXPECT_EQ(-EACCES, actor_open(self->a, O_RDONLY,
				      "/proc/%d/container/id", self->b->pid));
	EXPECT_EQ(-ENOENT, actor_bind(self->a, self->b_id, 0));
}

TEST_F(leave, traced_process_cannot_be_bound_to_the_tracers)
{
	struct bind_ns_args *args;
	struct traced t = {};
	__s64 ret;

	/* At the same address in the tracee, as it is forked off */
	args = mmap(NULL, sizeof(*args), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, args);
	self->a = spawn_unshared(main_actor, CLONE_NEWUTS);
	ASSERT_NE(NULL, self->a);
	self->a_id = container_id(main_actor, self->a);
	ASSERT_EQ(0, trace(self->a, &t));

	args->id = self->world_id;
	ret = inject(t.pid, __NR_bind_ns, (uintptr_t)args, sizeof(*args));
	if (ret == -EOPNOTSUPP) {
		untrace(&t);
		SKIP(return, "no PTRACE_SET_SYSCALL_INFO");
	}
	EXPECT_EQ(-ENOENT, ret);
	args->id = self->b_id;
	EXPECT_EQ(-ENOENT, inject(t.pid, __NR_bind_ns, (uintptr_t)args,
				  sizeof(*args)));
	/* It does work where it may. */
	args->id = self->a_id;
	EXPECT_EQ(0, inject(t.pid, __NR_bind_ns, (uintptr_t)args,
			    sizeof(*args)));
	EXPECT_EQ(self->a_id, actor_number(main_actor, "/proc/%d/container/id",
					   t.pid));
	untrace(&t);
}

TEST_HARNESS_MAIN
