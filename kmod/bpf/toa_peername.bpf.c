// SPDX-License-Identifier: GPL-2.0
/*
 * cgroup/getpeername4 and 6 change what accept() and getpeername() return;
 * cgroup/getsockopt answers DPVS's question for an IPv6 client behind NAT64.
 */
#include <linux/types.h>
#include "toa_maps.h"
#include <bpf/bpf_endian.h>

#define IPPROTO_IP		0
#define IPPROTO_MPTCP		262
#define DPVS_NAT64_OPTION	4096	/* level IPPROTO_IP: in6_addr, be16 port */
#define DPVS_NAT64_SIZE		18
#define SOCKOPT_PAGE		4096

SEC("cgroup/getpeername4")
int toa_getpeername4(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	struct toa_peer *peer;

	if (!sk)
		return 1;
	peer = bpf_sk_storage_get(&peers, sk, 0, 0);
	if (!peer && ctx->protocol == IPPROTO_MPTCP) {
		struct toa_tuple t = {};
		__u32 *r = (__u32 *)t.remote;

		r[2] = bpf_htonl(0xffff);
		r[3] = ctx->user_ip4;
		t.remote_port = ctx->user_port;
		t.local_port = bpf_htons(sk->src_port);
		peer = bpf_map_lookup_elem(&mptcp, &t);
	}
	if (!peer || peer->family != 4)
		return 1;
	ctx->user_ip4 = ((__u32 *)peer->addr)[3];
	if (peer->port)
		ctx->user_port = peer->port;
	count(peer->probe ? TOA_C_probe_shown : TOA_C_shown_v4);
	return 1;
}

SEC("cgroup/getpeername6")
int toa_getpeername6(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	struct toa_peer *peer;
	__u32 *a;

	if (!sk)
		return 1;
	peer = bpf_sk_storage_get(&peers, sk, 0, 0);
	if (!peer && ctx->protocol == IPPROTO_MPTCP) {
		struct toa_tuple t = {};
		__u32 *r = (__u32 *)t.remote;
		volatile __u32 a0 = ctx->user_ip6[0];
		volatile __u32 a1 = ctx->user_ip6[1];
		volatile __u32 a2 = ctx->user_ip6[2];
		volatile __u32 a3 = ctx->user_ip6[3];

		r[0] = a0;
		r[1] = a1;
		r[2] = a2;
		r[3] = a3;
		t.remote_port = ctx->user_port;
		t.local_port = bpf_htons(sk->src_port);
		peer = bpf_map_lookup_elem(&mptcp, &t);
	}
	if (!peer)
		return 1;
	a = (__u32 *)peer->addr;
	ctx->user_ip6[0] = a[0];
	ctx->user_ip6[1] = a[1];
	ctx->user_ip6[2] = a[2];
	ctx->user_ip6[3] = a[3];
	if (peer->port)
		ctx->user_port = peer->port;
	count(peer->probe ? TOA_C_probe_shown : TOA_C_shown_v6);
	return 1;
}

SEC("cgroup/getsockopt")
int toa_getsockopt(struct bpf_sockopt *ctx)
{
	__u8 *out = ctx->optval, *end = ctx->optval_end;
	struct bpf_sock *sk;
	struct toa_peer *peer;

	if (ctx->level != IPPROTO_IP || ctx->optname != DPVS_NAT64_OPTION) {
		/*
		 * The kernel hands us one page; without this, kernels before
		 * 5.16 fail larger answers (iptables' rules) with EFAULT.
		 */
		if (ctx->optlen > SOCKOPT_PAGE)
			ctx->optlen = 0;
		return 1;
	}
	sk = ctx->sk;
	if (!sk)
		return 1;
	peer = bpf_sk_storage_get(&peers, sk, 0, 0);
	if (!peer || peer->family != 6 || out + DPVS_NAT64_SIZE > end)
		return 1;
	__builtin_memcpy(out, peer->addr, 16);
	out[16] = ((__u8 *)&peer->port)[0];
	out[17] = ((__u8 *)&peer->port)[1];
	ctx->optlen = DPVS_NAT64_SIZE;
	barrier();	/* one store of both would be refused */
	ctx->retval = 0;
	count(peer->probe ? TOA_C_probe_shown : TOA_C_shown_nat64);
	return 1;
}

char _license[] SEC("license") = "GPL";
