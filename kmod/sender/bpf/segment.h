/* SPDX-License-Identifier: GPL-2.0 */
/* A TCP segment as parsed; and what is counted. */
#ifndef TOA_SENDER_SEGMENT_H
#define TOA_SENDER_SEGMENT_H

#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
#include "../../include/toa_sender_abi.h"

#define ETH_HEADER	14
#define ETH_TYPE	12
#define VLAN_TAG	4
#define ETH_P_IP	0x0800
#define ETH_P_IPV6	0x86dd
#define ETH_P_8021Q	0x8100
#define ETH_P_8021AD	0x88a8
#define IPPROTO_TCP	6
#define IP4_HEADER	20
#define IP6_HEADER	40
#define TCP_HEADER	20
#define TCP_FIN		0x01
#define TCP_SYN		0x02
#define TCP_RST		0x04
#define TCP_ACK		0x10

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SENDER_C_MAX);
	__type(key, __u32);
	__type(value, __u64);
} stats SEC(".maps");

/* Bytes before the IP header, by interface; an interface that is not there has Ethernet. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SENDER_MAX_DEVICES);
	__type(key, __u32);
	__type(value, __u32);
} devices SEC(".maps");

static __always_inline void count(__u32 what)
{
	__u64 *n = bpf_map_lookup_elem(&stats, &what);

	if (n)
		(*n)++;
}

/* What a packet turned out to be. */
enum parsed {
	PARSED_OTHER,		/* not TCP: nothing of ours */
	PARSED_SEGMENT,
	PARSED_FRAGMENT,	/* a piece of TCP, or of what may be TCP */
	PARSED_MALFORMED,
};

struct segment {
	struct sender_flow flow;
	__u32 l3, l4;		/* offsets of the IP and of the TCP header */
	__u32 seq, header, tail;	/* tail: bytes after the fixed TCP header */
	__u32 total;		/* IP total or payload length as in the header */
	__u8 flags, six;
};

/* Offset and protocol of the IP header, past VLAN tags that stand in the frame. */
static __always_inline int find_ip(struct __sk_buff *skb, struct segment *s, __u16 *protocol)
{
	__u32 ifindex = skb->ifindex, *before;
	int i;

	before = bpf_map_lookup_elem(&devices, &ifindex);
	s->l3 = before ? *before : ETH_HEADER;
	*protocol = skb->protocol;
	for (i = 0; i < 2; i++) {
		if (*protocol != bpf_htons(ETH_P_8021Q) && *protocol != bpf_htons(ETH_P_8021AD))
			return 0;
		if (bpf_skb_load_bytes(skb, s->l3 + 2, protocol, 2))
			return -1;
		s->l3 += VLAN_TAG;
	}
	return 0;
}

static __always_inline enum parsed parse_ip4(struct __sk_buff *skb, struct segment *s)
{
	__u8 ip[IP4_HEADER];
	__u32 header;

	if (bpf_skb_load_bytes(skb, s->l3, ip, IP4_HEADER) || ip[9] != IPPROTO_TCP)
		return PARSED_OTHER;
	header = (ip[0] & 15) * 4;
	s->l4 = s->l3 + header;
	s->total = ip[2] << 8 | ip[3];
	s->tail = s->total - header;
	__builtin_memcpy(s->flow.saddr, ip + 12, 4);
	__builtin_memcpy(s->flow.daddr, ip + 16, 4);
	if ((ip[6] & 0x3f) || ip[7])	/* more fragments, or an offset */
		return PARSED_FRAGMENT;
	return header < IP4_HEADER || s->total < header + TCP_HEADER ? PARSED_MALFORMED : PARSED_SEGMENT;
}

/* Extension headers that TCP may stand behind (RFC 8200, RFC 4302). */
static __always_inline int is_extension(__u8 next)
{
	return next == 0 || next == 43 || next == 60 || next == 51;
}

static __always_inline enum parsed parse_ip6(struct __sk_buff *skb, struct segment *s)
{
	__u8 ip[IP6_HEADER], extension[2], next;
	int i;

	if (bpf_skb_load_bytes(skb, s->l3, ip, IP6_HEADER))
		return PARSED_OTHER;
	s->six = 1;
	s->l4 = s->l3 + IP6_HEADER;
	s->total = ip[4] << 8 | ip[5];
	__builtin_memcpy(s->flow.saddr, ip + 8, 16);
	__builtin_memcpy(s->flow.daddr, ip + 24, 16);
	next = ip[6];
	for (i = 0; i < 6 && is_extension(next); i++) {
		if (bpf_skb_load_bytes(skb, s->l4, extension, 2))
			return PARSED_MALFORMED;
		s->l4 += next == 51 ? (extension[1] + 2) * 4 : (extension[1] + 1) * 8;
		next = extension[0];
	}
	if (is_extension(next))
		return PARSED_MALFORMED;
	if (next == 44) {
		if (bpf_skb_load_bytes(skb, s->l4, extension, 2))
			return PARSED_MALFORMED;
		return extension[0] == IPPROTO_TCP || extension[0] == 44 || is_extension(extension[0]) ? PARSED_FRAGMENT : PARSED_OTHER;
	}
	if (next != IPPROTO_TCP)
		return PARSED_OTHER;
	s->tail = s->l3 + IP6_HEADER + s->total - s->l4;
	return s->l3 + IP6_HEADER + s->total < s->l4 + TCP_HEADER ? PARSED_MALFORMED : PARSED_SEGMENT;
}

static __always_inline enum parsed parse(struct __sk_buff *skb, struct segment *s)
{
	enum parsed parsed;
	__u8 tcp[TCP_HEADER];
	__u16 protocol;

	if (find_ip(skb, s, &protocol))
		return PARSED_OTHER;
	if (protocol == bpf_htons(ETH_P_IP))
		parsed = parse_ip4(skb, s);
	else if (protocol == bpf_htons(ETH_P_IPV6))
		parsed = parse_ip6(skb, s);
	else
		return PARSED_OTHER;
	if (parsed != PARSED_SEGMENT)
		return parsed;
	if (bpf_skb_load_bytes(skb, s->l4, tcp, TCP_HEADER))
		return PARSED_MALFORMED;
	__builtin_memcpy(&s->flow.sport, tcp, 2);
	__builtin_memcpy(&s->flow.dport, tcp + 2, 2);
	__builtin_memcpy(&s->seq, tcp + 4, 4);
	s->seq = bpf_ntohl(s->seq);
	s->header = (tcp[12] >> 4) * 4;
	s->flags = tcp[13];
	s->tail -= TCP_HEADER;
	return s->header < TCP_HEADER || s->header - TCP_HEADER > s->tail ? PARSED_MALFORMED : PARSED_SEGMENT;
}

#endif
