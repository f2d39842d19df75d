// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "load.h"
#include "tc.h"

/* Ours among other filters: a priority after those of network plug-ins, which begin at 1. */
#define PRIORITY	0x70a
#define HANDLE		0x70a

struct request {
	struct nlmsghdr header;
	struct tcmsg tc;
	char attributes[256];
};

static unsigned int parent_of(int direction)
{
	return TC_H_MAKE(TC_H_CLSACT, direction == SENDER_OUT ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS);
}

static void begin(struct request *r, int type, int flags, unsigned int ifindex)
{
	memset(r, 0, sizeof(*r));
	r->header.nlmsg_len = NLMSG_LENGTH(sizeof(r->tc));
	r->header.nlmsg_type = type;
	r->header.nlmsg_flags = NLM_F_REQUEST | flags;
	r->tc.tcm_family = AF_UNSPEC;
	r->tc.tcm_ifindex = ifindex;
}

static void about_filter(struct request *r, int direction)
{
	r->tc.tcm_parent = parent_of(direction);
	r->tc.tcm_handle = HANDLE;
	r->tc.tcm_info = TC_H_MAKE(PRIORITY << 16, htons(ETH_P_ALL));
}

static struct rtattr *put(struct request *r, int type, const void *data, int size)
{
	struct rtattr *attribute = (struct rtattr *)((char *)r + NLMSG_ALIGN(r->header.nlmsg_len));

	attribute->rta_type = type;
	attribute->rta_len = RTA_LENGTH(size);
	if (size)
		memcpy(RTA_DATA(attribute), data, size);
	r->header.nlmsg_len = NLMSG_ALIGN(r->header.nlmsg_len) + RTA_ALIGN(attribute->rta_len);
	return attribute;
}

static int open_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

/* Sends, and waits for the kernel's word. 0, or -1 with errno. */
static int ask(struct request *r)
{
	char answer[4096];
	const struct nlmsghdr *header = (const void *)answer;
	const struct nlmsgerr *error = NLMSG_DATA(header);
	int fd = open_netlink(), saved = 0;
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	r->header.nlmsg_flags |= NLM_F_ACK;
	if (send(fd, r, r->header.nlmsg_len, 0) >= 0)
		n = recv(fd, answer, sizeof(answer), 0);
	saved = errno;
	close(fd);
	if (n < (ssize_t)NLMSG_LENGTH(sizeof(*error)) || header->nlmsg_type != NLMSG_ERROR) {
		errno = n < 0 ? saved : EPROTO;
		return -1;
	}
	errno = -error->error;
	return error->error ? -1 : 0;
}

int tc_attach(unsigned int ifindex, int direction, int prog)
{
	unsigned int fd = prog, flags = TCA_BPF_FLAG_ACT_DIRECT;
	struct rtattr *options;
	struct request r;

	begin(&r, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, ifindex);
	r.tc.tcm_parent = TC_H_CLSACT;
	r.tc.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
	put(&r, TCA_KIND, "clsact", 7);
	if (ask(&r) && errno != EEXIST)
		return -1;
	begin(&r, RTM_NEWTFILTER, NLM_F_CREATE, ifindex);
	about_filter(&r, direction);
	put(&r, TCA_KIND, "bpf", 4);
	options = put(&r, TCA_OPTIONS, NULL, 0);
	put(&r, TCA_BPF_FD, &fd, sizeof(fd));
	put(&r, TCA_BPF_NAME, "toa_sender", 11);
	put(&r, TCA_BPF_FLAGS, &flags, sizeof(flags));
	options->rta_len = (char *)&r + NLMSG_ALIGN(r.header.nlmsg_len) - (char *)options;
	return ask(&r);
}

/* Does any filter hang in a direction? -1: unknown. */
static int has_filters(unsigned int ifindex, int direction)
{
	char answer[16384];
	const struct nlmsghdr *header;
	struct request r;
	int fd = open_netlink(), found = -1;
	ssize_t n;

	if (fd < 0)
		return -1;
	begin(&r, RTM_GETTFILTER, NLM_F_DUMP, ifindex);
	r.tc.tcm_parent = parent_of(direction);
	if (send(fd, &r, r.header.nlmsg_len, 0) >= 0) {
		n = recv(fd, answer, sizeof(answer), 0);
		header = (const void *)answer;
		if (n > 0 && NLMSG_OK(header, (size_t)n) && header->nlmsg_type != NLMSG_ERROR)
			found = header->nlmsg_type != NLMSG_DONE;
	}
	close(fd);
	return found;
}

void tc_detach(unsigned int ifindex)
{
	struct request r;
	int direction;

	for (direction = 0; direction < SENDER_PROGS; direction++) {
		begin(&r, RTM_DELTFILTER, 0, ifindex);
		about_filter(&r, direction);
		ask(&r);
	}
	if (has_filters(ifindex, SENDER_OUT) || has_filters(ifindex, SENDER_IN))
		return;
	begin(&r, RTM_DELQDISC, 0, ifindex);
	r.tc.tcm_parent = TC_H_CLSACT;
	r.tc.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
	ask(&r);
}
