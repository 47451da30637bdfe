/* SPDX-License-Identifier: GPL-2.0 */
/* What all files of the container tests share; see README.rst */
#ifndef __SELFTESTS_CONTAINER_CONTAINER_TEST_H__
#define __SELFTESTS_CONTAINER_CONTAINER_TEST_H__

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/sched.h>
#include <linux/types.h>

#include "kselftest.h"

#ifndef __NR_clone3
#define __NR_clone3 435
#endif

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* What nsproxy holds: making one of these makes a container. */
#define CLONE_NSPROXY (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | \
		       CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP | \
		       CLONE_NEWTIME)

#define ROOT_CONTAINER_ID 9
#define MAX_LEVELS 32
#define MAX_NAME 255
/* The longest path, with what is said behind it once it is deleted */
#define MAX_PATH (MAX_LEVELS * (MAX_NAME + 1) + 16)

/* An unprivileged user, and another one */
#define UID_USER 1000
#define UID_OTHER (UID_USER + 1)

/* For a child that does next to nothing */
#define STACK_SIZE 65536

/* Much longer than anything takes, however slow the guest */
#define WAIT_MS 30000

static inline __s64 result(__s64 ret)
{
	return ret < 0 ? -errno : ret;
}

#endif /* __SELFTESTS_CONTAINER_CONTAINER_TEST_H__ */
