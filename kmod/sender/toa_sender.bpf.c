// SPDX-License-Identifier: GPL-2.0
/*
 * eBPF sender for a NAT balancer: tc egress, on the interface towards the
 * servers, kernel 5.18 and newer. nftables, iptables and IPVS NAT (with
 * net.ipv4.vs.conntrack=1) look the same here: conntrack knows the client.
 *
 * The option goes first into every segment that acknowledges the server's SYN
 * and carries the client's first byte or nothing (sequence number ISN + 1), so
 * that a lost ACK costs nothing; with SENDER_IN_SYN into the SYN too. Options
 * of the same kinds that the client sent get a kind that nobody
 * reads (255).
 *
 * The segment grows at its tail and everything behind the TCP header moves.
 * Growing at the front (bpf_skb_adjust_room) would leave csum_start behind and
 * break packets whose checksum the device has yet to fill in.
 */
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
#define TCP_CHECKSUM	16
#define MAX_MOVED	2048	/* options and data of one segment */
#define SENDER_IN_SYN	1
#define NO_KIND		255	/* not assigned: receivers skip it */

/* Map `sender_config`; a kind of 0 means 254. */
struct sender_config {
	__u8 kind4, kind6, flags, pad;
};

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

struct flow {
	__u32 saddr[4], daddr[4];
	__u16 sport, dport;
};

struct sender_scratch {
	__u8 moved[MAX_MOVED + 64];
	__u8 before[64], after[64];	/* the options */
	volatile __u32 off, found;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 262144);
	__type(key, struct flow);
	__type(value, __u32);
} sender_flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SENDER_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} sender_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sender_config);
} sender_config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sender_scratch);
} sender_scratch SEC(".maps");

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

/* One segment as parsed. */
struct segment {
	struct flow flow;
	__u32 l4;		/* offset of the TCP header */
	__u32 seq, header, tail;	/* tail: bytes behind the fixed TCP header */
	__u32 total;		/* IP total or payload length as in the header */
	__u8 flags, six;
};

static __always_inline void count(__u32 what)
{
	__u64 *n = bpf_map_lookup_elem(&sender_stats, &what);

	if (n)
		(*n)++;
}

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

/* Does this segment take the option? SYNs are remembered by their number. */
static __always_inline int wants_option(const struct segment *s, const struct sender_config *cfg)
{
	__u32 *isn, seq = s->seq;

	if ((s->flags & 0x12) == 0x02) {
		bpf_map_update_elem(&sender_flows, &s->flow, &seq, BPF_ANY);
		count(SENT_SYN);
		return cfg->flags & SENDER_IN_SYN;
	}
	isn = bpf_map_lookup_elem(&sender_flows, &s->flow);
	if (!isn || !(s->flags & 0x10) || (s->flags & 0x04))
		return 0;
	if (seq == *isn + 1)
		return 1;
	if ((__s32)(seq - *isn - 1) > 0)
		bpf_map_delete_elem(&sender_flows, &s->flow);
	return 0;
}

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

/* Renames options of our kinds in w->after. 1 when there was one. */
static __always_inline int strip(struct sender_scratch *w, __u32 len, __u8 kind4, __u8 kind6)
{
	__u32 i, off, size, kind;

	w->off = 0;
	w->found = 0;
	for (i = 0; i < 40; i++) {
		off = w->off;
		if (off >= len)
			break;
		off &= 63;
		kind = w->before[off];
		if (kind == 0)
			break;
		if (kind == 1) {
			w->off = off + 1;
			continue;
		}
		size = w->before[(off + 1) & 63];
		if (size < 2 || off + size > len)
			break;
		if ((kind == kind4 || kind == kind6) && (size == 8 || size == 20 || size == 7)) {
			w->found = 1;
			w->after[off] = NO_KIND;
		}
		w->off = off + size;
	}
	return w->found;
}

/* Removes what the client forged: 0, or -1 when a helper refused. */
static __always_inline int clean(struct __sk_buff *skb, struct segment *s, struct sender_scratch *w, __u8 kind4, __u8 kind6)
{
	__u32 n = s->header - TCP_HEADER;
	__s64 diff;

	if (!n)
		return 0;
	n = ((n - 1) & 63) + 1;
	if (n > 40)
		return -1;
	__builtin_memset(w->before, 0, 40);
	if (bpf_skb_load_bytes(skb, s->l4 + TCP_HEADER, w->before, n))
		return -1;
	__builtin_memcpy(w->after, w->before, 40);
	if (!strip(w, n, kind4, kind6))
		return 0;
	diff = bpf_csum_diff((__be32 *)w->before, 40, (__be32 *)w->after, 40, 0);
	if (bpf_skb_store_bytes(skb, s->l4 + TCP_HEADER, w->after, n, 0) ||
	    bpf_l4_csum_replace(skb, s->l4 + TCP_CHECKSUM, 0, diff, 0))
		return -1;
	count(STRIPPED);
	return 0;
}

/* New lengths in the IP header and in TCP's pseudo header and data offset. */
static __always_inline int fix_headers(struct __sk_buff *skb, const struct segment *s, const __u8 *option, __u32 size)
{
	__u16 old_len = bpf_htons(s->total), new_len = bpf_htons(s->total + size);
	__u32 tcp_len = s->tail + TCP_HEADER;
	__u16 old_pseudo, new_pseudo, old_word, new_word;
	__u8 word[2];
	__u32 none = 0;
	__s64 diff;

	old_pseudo = bpf_htons(tcp_len);
	new_pseudo = bpf_htons(tcp_len + size);
	if (bpf_skb_load_bytes(skb, s->l4 + 12, word, 2))
		return -1;
	__builtin_memcpy(&old_word, word, 2);
	word[0] += size / 4 << 4;
	__builtin_memcpy(&new_word, word, 2);
	diff = bpf_csum_diff(&none, 0, (__be32 *)option, size, 0);
	if (bpf_skb_store_bytes(skb, s->l4 + 12, word, 2, 0) ||
	    bpf_l4_csum_replace(skb, s->l4 + TCP_CHECKSUM, 0, diff, 0) ||
	    bpf_l4_csum_replace(skb, s->l4 + TCP_CHECKSUM, old_word, new_word, 2) ||
	    bpf_l4_csum_replace(skb, s->l4 + TCP_CHECKSUM, old_pseudo, new_pseudo, BPF_F_PSEUDO_HDR | 2))
		return -1;
	if (s->six)
		return bpf_skb_store_bytes(skb, ETH_HEADER + 4, &new_len, 2, 0);
	return bpf_skb_store_bytes(skb, ETH_HEADER + 2, &new_len, 2, 0) ||
	       bpf_l3_csum_replace(skb, ETH_HEADER + 10, old_len, new_len, 2);
}

/* Counts and returns true when the option does not fit this segment. */
static __always_inline int no_space(struct __sk_buff *skb, const struct segment *s, __u32 size)
{
	__u32 mtu = 0;

	if (s->header + size > 60)
		count(SKIP_NO_ROOM);
	else if (skb->gso_segs > 1 || s->tail > MAX_MOVED)
		count(SKIP_LONG);
	else if (bpf_check_mtu(skb, 0, &mtu, size, 0))
		count(SKIP_MTU);
	else
		return 0;
	return 1;
}

/*
 * Grows the segment at its tail and moves what is behind the fixed header.
 * From the first change on a failure must drop the packet.
 */
static __always_inline int insert(struct __sk_buff *skb, const struct segment *s, struct sender_scratch *w,
				  const __u8 *option, __u32 size)
{
	__u32 tail = s->tail, end = s->l4 + TCP_HEADER + tail;

	/* the frame may be padded: what counts is IP's length */
	if (bpf_skb_change_tail(skb, end + size, 0))
		return -1;
	if (tail) {
		tail = ((tail - 1) & (MAX_MOVED - 1)) + 1;
		if (bpf_skb_load_bytes(skb, s->l4 + TCP_HEADER, w->moved, tail) ||
		    bpf_skb_store_bytes(skb, s->l4 + TCP_HEADER + size, w->moved, tail, 0))
			return -1;
	}
	if (bpf_skb_store_bytes(skb, s->l4 + TCP_HEADER, option, size, 0))
		return -1;
	return fix_headers(skb, s, option, size);
}

SEC("tc")
int toa_sender(struct __sk_buff *skb)
{
	struct sender_config *cfg;
	struct sender_scratch *w;
	struct segment s = {};
	__u32 address[4], zero = 0;
	__u8 option[20] = {};
	__u8 kind4, kind6;
	__u16 port;
	int failed;

	cfg = bpf_map_lookup_elem(&sender_config, &zero);
	w = bpf_map_lookup_elem(&sender_scratch, &zero);
	if (!cfg || !w || parse(skb, &s))
		return TC_ACT_OK;
	kind4 = cfg->kind4 ? cfg->kind4 : 254;
	kind6 = cfg->kind6 ? cfg->kind6 : 254;
	if (!wants_option(&s, cfg)) {
		/* a client's own option in the SYN must not reach the server */
		if ((s.flags & 0x12) == 0x02 && clean(skb, &s, w, kind4, kind6))
			return TC_ACT_SHOT;
		return TC_ACT_OK;
	}
	if (find_client(skb, &s, address, &port))
		return TC_ACT_OK;
	if (clean(skb, &s, w, kind4, kind6))
		return TC_ACT_SHOT;
	if (no_space(skb, &s, s.six ? 20 : 8))
		return TC_ACT_OK;
	option[0] = s.six ? kind6 : kind4;
	option[1] = s.six ? 20 : 8;
	__builtin_memcpy(option + 2, &port, 2);
	__builtin_memcpy(option + 4, address, 16);
	if (s.six)
		failed = insert(skb, &s, w, option, 20);
	else
		failed = insert(skb, &s, w, option, 8);
	count(failed ? SKIP_FAILED : SENT_OPTION);
	return failed ? TC_ACT_SHOT : TC_ACT_OK;
}

char _license[] SEC("license") = "GPL";
