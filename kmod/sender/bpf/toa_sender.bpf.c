// SPDX-License-Identifier: GPL-2.0
/*
 * eBPF sender for a balancer: tc on the interface towards the servers, kernel
 * 5.18 and newer. nftables, iptables, IPVS NAT (with net.ipv4.vs.conntrack=1)
 * and a proxy with transparent sources look the same here: conntrack knows the
 * client.
 *
 * On the way out the option goes first into every segment that acknowledges the
 * server's SYN and carries the client's first byte or nothing (sequence number
 * ISN + 1), so that a lost ACK costs nothing; with SENDER_IN_SYN into the SYN
 * too. What a client wrote of these kinds itself gets a kind that nobody reads
 * (255), in every segment, whether ours fits or not: where it does not, the
 * server sees the balancer, and never an address that a client chose. So what
 * cannot be read to its last option (fragments, broken headers) does not pass.
 *
 * On the way in the MSS in a server's SYN-ACK is lowered, which leaves room in
 * the client's first segment.
 */
#include "client.h"
#include "rewrite.h"
#include "services.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, SENDER_MAX_FLOWS);
	__type(key, struct sender_flow);
	__type(value, __u32);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sender_config);
} config SEC(".maps");

/* Does this segment take the option? SYNs are remembered by their number. */
static __always_inline int wants_option(const struct segment *s, const struct sender_config *cfg)
{
	__u32 *isn, seq = s->seq;

	if ((s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
		bpf_map_update_elem(&flows, &s->flow, &seq, BPF_ANY);
		count(SENDER_C_connections);
		return cfg->flags & SENDER_IN_SYN;
	}
	isn = bpf_map_lookup_elem(&flows, &s->flow);
	if (!isn || !(s->flags & TCP_ACK) || (s->flags & TCP_RST))
		return 0;
	if (seq == *isn + 1)
		return 1;
	if ((__s32)(seq - *isn - 1) > 0)
		bpf_map_delete_elem(&flows, &s->flow);
	return 0;
}

static __always_inline int add_option(struct __sk_buff *skb, const struct segment *s, struct sender_scratch *w,
				      const struct sender_config *cfg)
{
	__u8 option[20] = {};
	__u32 address[4];
	__u16 port;
	int failed;

	if (!(s->six ? cfg->kind6 : cfg->kind4)) {
		count(SENDER_C_skipped_family);
		return TC_ACT_OK;
	}
	if (find_client(skb, s, address, &port) || no_space(skb, s, s->six ? 20 : 8))
		return TC_ACT_OK;
	option[0] = s->six ? cfg->kind6 : cfg->kind4;
	option[1] = s->six ? 20 : cfg->len4;
	if (!s->six && cfg->len4 == 7) {
		option[2] = 1;	/* version */
		__builtin_memcpy(option + 3, address, 4);
		option[7] = KIND_NOP;
	} else {
		__builtin_memcpy(option + 2, &port, 2);
		__builtin_memcpy(option + 4, address, 16);
	}
	if (s->six)
		failed = insert(skb, s, w, option, 20);
	else
		failed = insert(skb, s, w, option, 8);
	count(failed ? SENDER_C_dropped_failed : SENDER_C_options_sent);
	return failed ? TC_ACT_SHOT : TC_ACT_OK;
}

SEC("tc/egress")
int toa_sender(struct __sk_buff *skb)
{
	struct sender_config *cfg;
	struct sender_scratch *w;
	struct segment s = {};
	enum parsed parsed;
	__u32 zero = 0;

	parsed = parse(skb, &s);
	if (parsed == PARSED_OTHER || !is_service(&s, s.flow.daddr, s.flow.dport, parsed != PARSED_SEGMENT))
		return TC_ACT_OK;
	if (parsed != PARSED_SEGMENT) {
		count(parsed == PARSED_FRAGMENT ? SENDER_C_dropped_fragment : SENDER_C_dropped_malformed);
		return TC_ACT_SHOT;
	}
	cfg = bpf_map_lookup_elem(&config, &zero);
	w = bpf_map_lookup_elem(&scratch, &zero);
	if (!cfg || !w)
		return TC_ACT_OK;
	if (clean(skb, &s, w, cfg)) {
		count(SENDER_C_dropped_failed);
		return TC_ACT_SHOT;
	}
	return wants_option(&s, cfg) ? add_option(skb, &s, w, cfg) : TC_ACT_OK;
}

SEC("tc/ingress")
int toa_sender_in(struct __sk_buff *skb)
{
	struct sender_config *cfg;
	struct sender_scratch *w;
	struct segment s = {};
	__u32 zero = 0;

	if (parse(skb, &s) != PARSED_SEGMENT || (s.flags & (TCP_SYN | TCP_ACK)) != (TCP_SYN | TCP_ACK))
		return TC_ACT_OK;
	cfg = bpf_map_lookup_elem(&config, &zero);
	w = bpf_map_lookup_elem(&scratch, &zero);
	if (!cfg || !w || cfg->flags & SENDER_NO_MSS || !is_service(&s, s.flow.saddr, s.flow.sport, 0))
		return TC_ACT_OK;
	lower_mss(skb, &s, w, cfg, s.six ? 20 : 8);
	return TC_ACT_OK;
}

char _license[] SEC("license") = "GPL";
