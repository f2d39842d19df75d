// SPDX-License-Identifier: GPL-2.0
/*
 * DPVS's NAT64 question: getsockopt(IPPROTO_IP, 4096) on an IPv4 socket whose
 * client has an IPv6 address answers { in6_addr, be16 port }, 18 bytes.
 */
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/uaccess.h>
#include "toa.h"

#ifdef TOA_HAVE_NF_SOCKOPT

#define TOA_NAT64_OPTION	4096
#define TOA_NAT64_SIZE		18

static bool toa_nat64_on;

static int toa_nat64_get(struct sock *sk, int option, void __user *user,
			 int *len)
{
	struct toa_peer peer;
	u8 answer[TOA_NAT64_SIZE];

	if (!toa_table_get(sk, NULL, 0, &peer) || peer.family != 6)
		return -ENOPROTOOPT;
	if (*len < TOA_NAT64_SIZE)
		return -EINVAL;
	memcpy(answer, peer.addr, 16);
	memcpy(answer + 16, &peer.port, 2);
	if (copy_to_user(user, answer, sizeof(answer)))
		return -EFAULT;
	*len = TOA_NAT64_SIZE;
	toa_count(peer.probe ? TOA_M_probe_shown : TOA_M_shown_nat64);
	return 0;
}

static struct nf_sockopt_ops toa_nat64_ops = {
	.pf = PF_INET,
	.get_optmin = TOA_NAT64_OPTION,
	.get_optmax = TOA_NAT64_OPTION + 1,
	.get = toa_nat64_get,
	.owner = THIS_MODULE,
};

void toa_nat64_init(void)
{
	int error = nf_register_sockopt(&toa_nat64_ops);

	toa_nat64_on = !error;
	if (error)
		pr_warn("toa: NAT64 getsockopt is taken by another module (%d)\n",
			error);
}

void toa_nat64_exit(void)
{
	if (toa_nat64_on)
		nf_unregister_sockopt(&toa_nat64_ops);
}

#else

void toa_nat64_init(void)
{
}

void toa_nat64_exit(void)
{
}

#endif
