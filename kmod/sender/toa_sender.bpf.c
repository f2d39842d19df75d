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
 */
#include "client.h"
#include "rewrite.h"

#define SENDER_IN_SYN	1

/* Map `sender_config`; a kind of 0 means 254. */
struct sender_config {
	__u8 kind4, kind6, flags, pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 262144);
	__type(key, struct flow);
	__type(value, __u32);
} sender_flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sender_config);
} sender_config SEC(".maps");

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
