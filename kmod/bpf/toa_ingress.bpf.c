// SPDX-License-Identifier: GPL-2.0
/*
 * By choice (attach --deferred), since it runs for each packet that comes in:
 * the bare ACK of a listener with TCP_DEFER_ACCEPT, which the kernel drops
 * before any other program runs. Looks at packets for listeners only.
 */
#include <linux/types.h>
#include "toa_maps.h"
#include <bpf/bpf_endian.h>

#define IPPROTO_TCP	6
#define TCP_HEADER	TOA_MAX_START
#define TCP_KNOWN	0x17	/* FIN, SYN, RST, ACK */
#define TCP_ACK_ONLY	0x10

/* Address and ports of a packet; its TCP header comes into w. 0: not for us. */
static __always_inline int load_packet(struct __sk_buff *skb,
				       struct toa_walk *w, struct toa_tuple *t)
{
	__u32 *r = (__u32 *)t->remote, off, len;
	__u8 ip[40];

	if (bpf_skb_load_bytes(skb, 0, ip, sizeof(ip)))
		return 0;
	if (ip[0] >> 4 == 4 && ip[9] == IPPROTO_TCP) {
		off = (ip[0] & 15) * 4;
		r[0] = 0;
		r[1] = 0;
		r[2] = bpf_htonl(0xffff);
		__builtin_memcpy(&r[3], ip + 12, 4);
	} else if (ip[0] >> 4 == 6 && ip[6] == IPPROTO_TCP) {
		off = 40;
		__builtin_memcpy(r, ip + 8, 16);
	} else {
		return 0;
	}
	if (bpf_skb_load_bytes(skb, off, w->opt, TCP_HEADER))
		return 0;
	t->remote_port = *(__u16 *)w->opt;
	t->local_port = *(__u16 *)(w->opt + 2);
	len = (w->opt[12] >> 4) * 4;
	if ((w->opt[13] & TCP_KNOWN) != TCP_ACK_ONLY || len <= TCP_HEADER)
		return 0;
	w->len = len;
	/* 1 to 64 by arithmetic: of a comparison with 0 the verifier of 6.1 learns nothing */
	len = ((len - TCP_HEADER - 1) & 63) + 1;
	barrier_var(len);
	if (len > TOA_MAX_OPTIONS)
		return 0;
	return !bpf_skb_load_bytes(skb, off + TCP_HEADER, w->opt + TCP_HEADER, len);
}

SEC("cgroup_skb/ingress")
int toa_ingress(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;
	struct toa_deferred early = {};
	struct toa_scratch *scratch;
	struct toa_config *cfg;
	struct toa_tuple *t;
	struct toa_walk *w;
	__u32 zero = 0;

	if (!sk || sk->state != BPF_TCP_LISTEN)
		return 1;
	cfg = bpf_map_lookup_elem(&config, &zero);
	scratch = bpf_map_lookup_elem(&walks, &zero);
	if (!cfg || !scratch)
		return 1;
	w = &scratch->walk;
	t = &scratch->tuple;
	if (!load_packet(skb, w, t))
		return 1;
	toa_walk_from(w, cfg->formats, TCP_HEADER, 0, !is_v4(t->remote));
	if (w->verdict != TOA_FOUND)
		return 1;
	w->peer.place = TOA_PLACE_ACK;
	early.ack = *(__u32 *)(w->opt + 8);
	early.peer = w->peer;
	bpf_map_update_elem(&deferred, t, &early, BPF_ANY);
	return 1;
}

char _license[] SEC("license") = "GPL";
