/* SPDX-License-Identifier: GPL-2.0 */
/* Descriptors that one actor passes to another */
#ifndef __SELFTESTS_CONTAINER_MESSAGE_H__
#define __SELFTESTS_CONTAINER_MESSAGE_H__

#include "actor.h"

__s64 actor_send_fd(struct actor *a, int sock, int fd);
__s64 actor_recv_fd(struct actor *a, int sock);
/* Both, with a socket pair: the descriptor that @to gets, or -errno */
__s64 pass_fd(const int sock[2], struct actor *from, struct actor *to, int fd);

#endif /* __SELFTESTS_CONTAINER_MESSAGE_H__ */
