/* SPDX-License-Identifier: GPL-2.0 */
/* Which client a segment comes from: conntrack knows. */
#ifndef TOA_SENDER_CLIENT_H
#define TOA_SENDER_CLIENT_H

#include "segment.h"

/* What is read of the kernel's structures; offsets come from its BTF. */
#define CORE __attribute__((preserve_access_index))
union nf_inet_addr {
	__u32 all[4];
} CORE;
union nf_conntrack_man_proto {
	__u16 all;
} CORE;
struct nf_conntrack_man {
	union nf_inet_addr u3;
	union nf_conntrack_man_proto u;
} CORE;
struct nf_conntrack_tuple {
	struct nf_conntrack_man src;
} CORE;
struct nf_conntrack_tuple_hash {
	struct nf_conntrack_tuple tuple;
} CORE;
struct nf_conn {
	struct nf_conntrack_tuple_hash tuplehash[2];
} CORE;
struct bpf_ct_opts {
	__s32 netns_id, error;
	__u8 l4proto, dir, reserved[2];
};

extern struct nf_conn *bpf_skb_ct_lookup(struct __sk_buff *skb, struct bpf_sock_tuple *tuple, __u32 tuple_size,
					 struct bpf_ct_opts *opts, __u32 opts_size) __ksym;
extern void bpf_ct_release(struct nf_conn *ct) __ksym;

/* The client of the connection, into address and port. 0 when it is known. */
static __always_inline int find_client(struct __sk_buff *skb, const struct segment *s, __u32 *address, __u16 *port)
{
	struct bpf_ct_opts opts = { .netns_id = BPF_F_CURRENT_NETNS, .l4proto = IPPROTO_TCP };
	struct bpf_sock_tuple tuple = {};
	struct nf_conn *ct;

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
		count(SKIP_NO_CONNTRACK);
		return -1;
	}
	address[0] = ct->tuplehash[0].tuple.src.u3.all[0];
	address[1] = ct->tuplehash[0].tuple.src.u3.all[1];
	address[2] = ct->tuplehash[0].tuple.src.u3.all[2];
	address[3] = ct->tuplehash[0].tuple.src.u3.all[3];
	*port = ct->tuplehash[0].tuple.src.u.all;
	bpf_ct_release(ct);
	if (address[0] != s->flow.saddr[0] || *port != s->flow.sport)
		return 0;
	if (s->six && (address[1] != s->flow.saddr[1] || address[2] != s->flow.saddr[2] || address[3] != s->flow.saddr[3]))
		return 0;
	count(SKIP_NOT_TRANSLATED);
	return -1;
}

#endif
