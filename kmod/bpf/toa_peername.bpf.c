// SPDX-License-Identifier: GPL-2.0
/*
 * cgroup/getpeername4 and 6 change what accept() and getpeername() return;
 * cgroup/getsockopt answers DPVS's question for an IPv6 client behind NAT64,
 * and that of Aliyun's vtoa for any client.
 */
#include <linux/types.h>
#include "toa_maps.h"
#include <bpf/bpf_endian.h>

#define IPPROTO_IP		0
#define IPPROTO_MPTCP		262
#define DPVS_NAT64_OPTION	4096	/* level IPPROTO_IP: in6_addr, be16 port */
#define DPVS_NAT64_SIZE		18
#define VTOA_OPTION		1348	/* level IPPROTO_IP: a socket address */
#define SOCKOPT_PAGE		4096
#define AF_INET			2
#define AF_INET6		10

/* struct sockaddr_in and sockaddr_in6, which clash with the kernel's other headers */
struct sockaddr_v4 {
	__u16 family;
	__be16 port;
	__u8 addr[4], zero[8];
};

struct sockaddr_v6 {
	__u16 family;
	__be16 port;
	__u32 flow;
	__u8 addr[16];
	__u32 scope;
};

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

/* An IPv4 socket whose client has an IPv6 address. Length of the answer; 0: none. */
static __always_inline __u32 answer_dpvs(struct bpf_sockopt *ctx,
					 const struct toa_peer *peer)
{
	__u8 *out = ctx->optval, *end = ctx->optval_end;

	if (ctx->sk->family != AF_INET || peer->family != 6 ||
	    out + DPVS_NAT64_SIZE > end)
		return 0;
	__builtin_memcpy(out, peer->addr, 16);
	out[16] = ((__u8 *)&peer->port)[0];
	out[17] = ((__u8 *)&peer->port)[1];
	return DPVS_NAT64_SIZE;
}

/* What getpeername() says, and of an IPv4 socket with an IPv6 client the IPv6 address too. */
static __always_inline __u32 answer_vtoa(struct bpf_sockopt *ctx,
					 const struct toa_peer *peer)
{
	__u8 *out = ctx->optval, *end = ctx->optval_end;
	struct sockaddr_v4 four = { .family = AF_INET, .port = peer->port };
	struct sockaddr_v6 six = { .family = AF_INET6, .port = peer->port };

	if (ctx->sk->family == AF_INET && peer->family == 4) {
		if (out + sizeof(four) > end)
			return 0;
		__builtin_memcpy(four.addr, peer->addr + 12, 4);
		__builtin_memcpy(out, &four, sizeof(four));
		return sizeof(four);
	}
	if (out + sizeof(six) > end)
		return 0;
	__builtin_memcpy(six.addr, peer->addr, 16);
	__builtin_memcpy(out, &six, sizeof(six));
	return sizeof(six);
}

/*
 * Not ours to answer. With a length of 0 the kernel leaves the caller's buffer
 * alone: it hands us one page, and before 5.16 larger answers (iptables' rules)
 * fail with EFAULT otherwise, and a call that failed has its buffer zeroed.
 */
static __always_inline int leave_alone(struct bpf_sockopt *ctx)
{
	volatile __s32 failed = ctx->retval;
	volatile __s32 size = ctx->optlen;

	if (failed || size > SOCKOPT_PAGE)
		ctx->optlen = 0;
	return 1;
}

SEC("cgroup/getsockopt")
int toa_getsockopt(struct bpf_sockopt *ctx)
{
	__u32 option = ctx->optname, size, shown = TOA_C_shown_nat64;
	struct bpf_sock *sk;
	struct toa_peer *peer;

	if (ctx->level != IPPROTO_IP ||
	    (option != DPVS_NAT64_OPTION && option != VTOA_OPTION))
		return leave_alone(ctx);
	sk = ctx->sk;
	if (!sk)
		return leave_alone(ctx);
	peer = bpf_sk_storage_get(&peers, sk, 0, 0);
	if (!peer)
		return leave_alone(ctx);
	if (option == DPVS_NAT64_OPTION) {
		size = answer_dpvs(ctx, peer);
	} else {
		size = answer_vtoa(ctx, peer);
		shown = TOA_C_shown_vtoa;
	}
	if (!size)
		return leave_alone(ctx);
	ctx->optlen = size;
	barrier();	/* one store of both would be refused */
	ctx->retval = 0;
	count(peer->probe ? TOA_C_probe_shown : shown);
	return 1;
}

char _license[] SEC("license") = "GPL";
