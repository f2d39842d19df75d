// SPDX-License-Identifier: GPL-2.0
/*
 * Clients that are asked for by getsockopt(IPPROTO_IP):
 *
 *	4096	DPVS: of an IPv4 socket whose client has an IPv6 address (NAT64);
 *		{ in6_addr, be16 port }, 18 bytes
 *	1348	Aliyun's vtoa: of any socket; a socket address, as getpeername()
 *		says it, but an IPv6 client of an IPv4 socket as sockaddr_in6
 */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/uaccess.h>
#include "toa.h"

#ifdef TOA_HAVE_NF_SOCKOPT

#define TOA_DPVS_OPTION	4096
#define TOA_DPVS_SIZE	18
#define TOA_VTOA_OPTION	1348

static bool toa_dpvs_on, toa_vtoa_on;

static int toa_answer(void __user *user, int *len, const void *answer,
		      unsigned int size)
{
	if (*len < (int)size)
		return -EINVAL;
	if (copy_to_user(user, answer, size))
		return -EFAULT;
	*len = size;
	return 0;
}

static int toa_dpvs_get(struct sock *sk, int option, void __user *user,
			int *len)
{
	struct toa_peer peer;
	u8 answer[TOA_DPVS_SIZE];
	int error;

	if (sk->sk_family != AF_INET || !toa_table_get(sk, NULL, 0, &peer) ||
	    peer.family != 6)
		return -ENOPROTOOPT;
	memcpy(answer, peer.addr, 16);
	memcpy(answer + 16, &peer.port, 2);
	error = toa_answer(user, len, answer, sizeof(answer));
	if (!error)
		toa_count(peer.probe ? TOA_M_probe_shown : TOA_M_shown_nat64);
	return error;
}

static int toa_vtoa_get(struct sock *sk, int option, void __user *user,
			int *len)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct toa_peer peer;
	int error;

	if (!toa_table_get(sk, NULL, 0, &peer))
		return -ENOPROTOOPT;
	if (sk->sk_family == AF_INET && peer.family == 4) {
		memcpy(&four.sin_addr, peer.addr + 12, 4);
		four.sin_port = (__force __be16)peer.port;
		error = toa_answer(user, len, &four, sizeof(four));
	} else {
		memcpy(&six.sin6_addr, peer.addr, 16);
		six.sin6_port = (__force __be16)peer.port;
		error = toa_answer(user, len, &six, sizeof(six));
	}
	if (!error)
		toa_count(peer.probe ? TOA_M_probe_shown : TOA_M_shown_vtoa);
	return error;
}

static struct nf_sockopt_ops toa_dpvs_ops = {
	.pf = PF_INET,
	.get_optmin = TOA_DPVS_OPTION,
	.get_optmax = TOA_DPVS_OPTION + 1,
	.get = toa_dpvs_get,
	.owner = THIS_MODULE,
};

static struct nf_sockopt_ops toa_vtoa_ops = {
	.pf = PF_INET,
	.get_optmin = TOA_VTOA_OPTION,
	.get_optmax = TOA_VTOA_OPTION + 1,
	.get = toa_vtoa_get,
	.owner = THIS_MODULE,
};

static bool toa_sockopt_add(struct nf_sockopt_ops *ops)
{
	int error = nf_register_sockopt(ops);

	if (error)
		pr_warn("toa: getsockopt %d is taken by another module (%d)\n",
			ops->get_optmin, error);
	return !error;
}

void toa_sockopt_init(void)
{
	toa_dpvs_on = toa_sockopt_add(&toa_dpvs_ops);
	toa_vtoa_on = toa_sockopt_add(&toa_vtoa_ops);
}

void toa_sockopt_exit(void)
{
	if (toa_dpvs_on)
		nf_unregister_sockopt(&toa_dpvs_ops);
	if (toa_vtoa_on)
		nf_unregister_sockopt(&toa_vtoa_ops);
}

#else

void toa_sockopt_init(void)
{
}

void toa_sockopt_exit(void)
{
}

#endif
