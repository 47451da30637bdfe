// SPDX-License-Identifier: GPL-2.0
/* Descriptors that one actor passes to another, see message.h */

#include <sys/socket.h>
#include <sys/uio.h>

#include "message.h"

static __s64 do_send_fd(struct actor *a)
{
	int fd = a->arg[1];
	union {
		char buf[CMSG_SPACE(sizeof(fd))];
		struct cmsghdr align;
	} control = {};
	char data = '.';
	struct iovec io = { .iov_base = &data, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &io,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	return result(sendmsg(a->arg[0], &msg, 0)) == 1 ? 0 : -EIO;
}

__s64 actor_send_fd(struct actor *a, int sock, int fd)
{
	return actor_call(a, do_send_fd, sock, fd, 0, 0);
}

static __s64 do_recv_fd(struct actor *a)
{
	int fd;
	union {
		char buf[CMSG_SPACE(sizeof(fd))];
		struct cmsghdr align;
	} control = {};
	char data;
	struct iovec io = { .iov_base = &data, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &io,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *cmsg;

	if (recvmsg(a->arg[0], &msg, MSG_CMSG_CLOEXEC) < 0)
		return -errno;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (!cmsg || cmsg->cmsg_len != CMSG_LEN(sizeof(fd)))
		return -EIO;
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

__s64 actor_recv_fd(struct actor *a, int sock)
{
	return actor_call(a, do_recv_fd, sock, 0, 0, 0);
}

__s64 pass_fd(const int sock[2], struct actor *from, struct actor *to, int fd)
{
	__s64 err = actor_send_fd(from, sock[0], fd);

	return err ?: actor_recv_fd(to, sock[1]);
}
