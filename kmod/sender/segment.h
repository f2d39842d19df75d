/* SPDX-License-Identifier: GPL-2.0 */
/* A TCP segment on its way out, as parsed; and what is counted. */
#ifndef TOA_SENDER_SEGMENT_H
#define TOA_SENDER_SEGMENT_H

#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#define ETH_HEADER	14
#define ETH_P_IP	0x0800
#define ETH_P_IPV6	0x86dd
#define IPPROTO_TCP	6
#define IP4_HEADER	20
#define IP6_HEADER	40
#define TCP_HEADER	20

enum sender_counter {
	SENT_SYN,		/* connections seen */
	SENT_OPTION,		/* segments that got the option */
	SKIP_NO_ROOM,		/* the TCP header has no room for it */
	SKIP_MTU,		/* the packet would be longer than the MTU */
	SKIP_LONG,		/* offloaded segment, or more data than MAX_MOVED */
	SKIP_NO_CONNTRACK,	/* conntrack does not know the connection */
	SKIP_NOT_TRANSLATED,	/* the server sees the client already */
	SKIP_FAILED,		/* a helper refused */
	STRIPPED,		/* segments with an option that the client forged */
	SENDER_COUNTERS
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SENDER_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} sender_stats SEC(".maps");

static __always_inline void count(__u32 what)
{
	__u64 *n = bpf_map_lookup_elem(&sender_stats, &what);

	if (n)
		(*n)++;
}

struct flow {
	__u32 saddr[4], daddr[4];
	__u16 sport, dport;
};

/* One segment as parsed. */
struct segment {
	struct flow flow;
	__u32 l4;		/* offset of the TCP header */
	__u32 seq, header, tail;	/* tail: bytes behind the fixed TCP header */
	__u32 total;		/* IP total or payload length as in the header */
	__u8 flags, six;
};

static __always_inline int parse_ip(struct __sk_buff *skb, struct segment *s)
{
	__u8 ip[IP6_HEADER];

	if (skb->protocol == bpf_htons(ETH_P_IP)) {
		if (bpf_skb_load_bytes(skb, ETH_HEADER, ip, IP4_HEADER))
			return -1;
		/* without IP options, not a fragment */
		if (ip[0] != 0x45 || ip[9] != IPPROTO_TCP || (ip[6] & 0x3f) || ip[7])
			return -1;
		s->l4 = ETH_HEADER + IP4_HEADER;
		s->total = ip[2] << 8 | ip[3];
		s->tail = s->total - IP4_HEADER;
		__builtin_memcpy(s->flow.saddr, ip + 12, 4);
		__builtin_memcpy(s->flow.daddr, ip + 16, 4);
		return s->total < IP4_HEADER + TCP_HEADER ? -1 : 0;
	}
	if (skb->protocol != bpf_htons(ETH_P_IPV6) || bpf_skb_load_bytes(skb, ETH_HEADER, ip, IP6_HEADER))
		return -1;
	if (ip[6] != IPPROTO_TCP)
		return -1;
	s->six = 1;
	s->l4 = ETH_HEADER + IP6_HEADER;
	s->total = ip[4] << 8 | ip[5];
	s->tail = s->total;
	__builtin_memcpy(s->flow.saddr, ip + 8, 16);
	__builtin_memcpy(s->flow.daddr, ip + 24, 16);
	return s->total < TCP_HEADER ? -1 : 0;
}

static __always_inline int parse(struct __sk_buff *skb, struct segment *s)
{
	__u8 tcp[TCP_HEADER];

	if (parse_ip(skb, s) || bpf_skb_load_bytes(skb, s->l4, tcp, TCP_HEADER))
		return -1;
	__builtin_memcpy(&s->flow.sport, tcp, 2);
	__builtin_memcpy(&s->flow.dport, tcp + 2, 2);
	__builtin_memcpy(&s->seq, tcp + 4, 4);
	s->seq = bpf_ntohl(s->seq);
	s->header = (tcp[12] >> 4) * 4;
	s->flags = tcp[13];
	s->tail -= TCP_HEADER;
	return s->header < TCP_HEADER || s->header - TCP_HEADER > s->tail ? -1 : 0;
}

#endif
