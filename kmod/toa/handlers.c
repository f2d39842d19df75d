// SPDX-License-Identifier: GPL-2.0
/*
 * What the probes do: they pick arguments and results out of registers and
 * hand them to receive.c. Of the probed functions only the places of arguments
 * count, and those have not moved since 2.6.32.
 *
 * An entry handler always returns 0: 2.6.32 leaks the instance otherwise.
 */
#include <linux/if_ether.h>
#include <linux/net.h>
#include "compat/regs.h"
#include "hooks.h"
#include "toa.h"

struct toa_child_data {
	struct sk_buff *skb;
};

struct toa_name_data {
	struct socket *sock;
	struct sockaddr *name;
	int peer;
};

/* Functions for IPv6 call those for IPv4 with IPv4 packets: once is enough. */
static bool toa_is_v4(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IP);
}

static int toa_child_entry(struct kretprobe_instance *instance,
			   struct pt_regs *regs)
{
	struct toa_child_data *data = (void *)instance->data;

	data->skb = toa_arg_ptr(regs, 1);
	return 0;
}

static int toa_child4_return(struct kretprobe_instance *instance,
			     struct pt_regs *regs)
{
	struct toa_child_data *data = (void *)instance->data;
	struct sock *child = (void *)regs_return_value(regs);

	if (child)
		toa_on_child(child, data->skb);
	return 0;
}

static int toa_child6_return(struct kretprobe_instance *instance,
			     struct pt_regs *regs)
{
	struct toa_child_data *data = (void *)instance->data;
	struct sock *child = (void *)regs_return_value(regs);

	if (child && !toa_is_v4(data->skb))
		toa_on_child(child, data->skb);
	return 0;
}

static int toa_name_entry(struct kretprobe_instance *instance,
			  struct pt_regs *regs)
{
	struct toa_name_data *data = (void *)instance->data;

	data->sock = toa_arg_ptr(regs, 0);
	data->name = toa_arg_ptr(regs, 1);
	data->peer = (int)toa_arg(regs, TOA_GETNAME_PEER);
	return 0;
}

/* accept() asks with peer = 2, getpeername() with 1. */
static int toa_name_return(struct kretprobe_instance *instance,
			   struct pt_regs *regs)
{
	struct toa_name_data *data = (void *)instance->data;

	if (data->peer && (int)regs_return_value(regs) >= 0 && data->sock->sk)
		toa_on_getname(data->sock->sk, data->name);
	return 0;
}

/* tcp_conn_request(rsk_ops, af_ops, sk, skb): both families and MPTCP. */
static int toa_syn_any(struct kprobe *probe, struct pt_regs *regs)
{
	toa_on_syn(toa_arg_ptr(regs, 2), toa_arg_ptr(regs, 3));
	return 0;
}

/* tcp_v4_conn_request(sk, skb) */
static int toa_syn4(struct kprobe *probe, struct pt_regs *regs)
{
	toa_on_syn(toa_arg_ptr(regs, 0), toa_arg_ptr(regs, 1));
	return 0;
}

static int toa_syn6(struct kprobe *probe, struct pt_regs *regs)
{
	if (!toa_is_v4(toa_arg_ptr(regs, 1)))
		toa_on_syn(toa_arg_ptr(regs, 0), toa_arg_ptr(regs, 1));
	return 0;
}

/* tcp_check_req(sk, skb, req, ...) */
static int toa_bare_ack(struct kprobe *probe, struct pt_regs *regs)
{
	toa_on_bare_ack(toa_arg_ptr(regs, 0), toa_arg_ptr(regs, 1));
	return 0;
}

/* tcp_v4_destroy_sock(sk) */
static int toa_destroy(struct kprobe *probe, struct pt_regs *regs)
{
	toa_on_destroy(toa_arg_ptr(regs, 0));
	return 0;
}

struct toa_hook toa_hooks[TOA_HOOKS] = {
	[TOA_HOOK_DESTROY] = {
		"tcp_v4_destroy_sock", TOA_MUST, .pre = toa_destroy,
	},
	[TOA_HOOK_NAME4] = {
		"inet_getname", TOA_MUST, .entry = toa_name_entry,
		.ret = toa_name_return, .size = sizeof(struct toa_name_data),
	},
	[TOA_HOOK_NAME6] = {
		"inet6_getname", TOA_V6, .entry = toa_name_entry,
		.ret = toa_name_return, .size = sizeof(struct toa_name_data),
	},
	[TOA_HOOK_SYN] = {
		"tcp_conn_request", TOA_MAY, .pre = toa_syn_any,
	},
	[TOA_HOOK_SYN4] = {
		"tcp_v4_conn_request", TOA_OLD_SYN, .pre = toa_syn4,
	},
	[TOA_HOOK_SYN6] = {
		"tcp_v6_conn_request", TOA_OLD_SYN6, .pre = toa_syn6,
	},
	[TOA_HOOK_DEFER] = {
		"tcp_check_req", TOA_MAY, .pre = toa_bare_ack,
	},
	[TOA_HOOK_CHILD4] = {
		"tcp_v4_syn_recv_sock", TOA_MUST, .entry = toa_child_entry,
		.ret = toa_child4_return, .size = sizeof(struct toa_child_data),
	},
	[TOA_HOOK_CHILD6] = {
		"tcp_v6_syn_recv_sock", TOA_V6, .entry = toa_child_entry,
		.ret = toa_child6_return, .size = sizeof(struct toa_child_data),
	},
};
