/* SPDX-License-Identifier: GPL-2.0 */
/* Which client a segment comes from: conntrack knows. */
#ifndef TOA_SENDER_CLIENT_H
#define TOA_SENDER_CLIENT_H

#include "segment.h"

struct nf_conn;
struct bpf_ct_opts {
	__s32 netns_id, error;
	__u8 l4proto, dir, reserved[2];
};

extern struct nf_conn *bpf_skb_ct_lookup(struct __sk_buff *skb, struct bpf_sock_tuple *tuple, __u32 tuple_size,
					 struct bpf_ct_opts *opts, __u32 opts_size) __ksym;
extern void bpf_ct_release(struct nf_conn *ct) __ksym;

/*
 * Offsets in struct nf_conn, which the loader takes from the kernel's BTF and
 * writes into the program: the original source's address and port, and the
 * family of the original direction.
 */
extern const char toa_ct_address, toa_ct_port, toa_ct_family;
#define CT(type, ct, member)	(*(type *)((char *)(ct) + (unsigned long)&toa_ct_##member))

static __always_inline int differs(const __u32 *a, const __u32 *b)
{
	return a[0] != b[0] || a[1] != b[1] || a[2] != b[2] || a[3] != b[3];
}

/* The client of the connection, into address and port. 0 when it is known; else counts why not. */
static __always_inline int find_client(struct __sk_buff *skb, const struct segment *s, __u32 *address, __u16 *port)
{
	struct bpf_ct_opts opts = { .netns_id = BPF_F_CURRENT_NETNS, .l4proto = IPPROTO_TCP };
	struct bpf_sock_tuple tuple = {};
	struct nf_conn *ct;
	__u16 family;

	if (s->six) {
		__builtin_memcpy(tuple.ipv6.saddr, s->flow.daddr, 16);
		__builtin_memcpy(tuple.ipv6.daddr, s->flow.saddr, 16);
		tuple.ipv6.sport = s->flow.dport;
		tuple.ipv6.dport = s->flow.sport;
		ct = bpf_skb_ct_lookup(skb, &tuple, sizeof(tuple.ipv6), &opts, sizeof(opts));
	} else {
		tuple.ipv4.saddr = s->flow.daddr[0];
		tuple.ipv4.daddr = s->flow.saddr[0];
		tuple.ipv4.sport = s->flow.dport;
		tuple.ipv4.dport = s->flow.sport;
		ct = bpf_skb_ct_lookup(skb, &tuple, sizeof(tuple.ipv4), &opts, sizeof(opts));
	}
	if (!ct) {
		count(SENDER_C_skipped_no_conntrack);
		return -1;
	}
	address[0] = CT(__u32, ct, address);
	address[1] = *(&CT(__u32, ct, address) + 1);
	address[2] = *(&CT(__u32, ct, address) + 2);
	address[3] = *(&CT(__u32, ct, address) + 3);
	*port = CT(__u16, ct, port);
	family = CT(__u16, ct, family);
	bpf_ct_release(ct);
	if (family != (s->six ? 10 : 2)) {
		count(SENDER_C_skipped_family);
		return -1;
	}
	if (*port != s->flow.sport || differs(address, s->flow.saddr))
		return 0;
	count(SENDER_C_skipped_not_translated);
	return -1;
}

#endif
