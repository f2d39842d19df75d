// SPDX-License-Identifier: GPL-2.0
/*
 * sockops: reads the option when a connection is established, from the packet
 * that completed the handshake, else from the saved SYN, and keeps the client
 * in the socket's own storage, which goes when the socket goes.
 *
 * The receiver needs kernel 5.10. Its programs use contexts of the UAPI only,
 * so that one object of each serves every kernel and architecture.
 */
#include <linux/types.h>
#include "toa_refused.h"

#define IPPROTO_TCP		6
#define TCP_SAVE_SYN		27
#define TCP_HEADER		TOA_MAX_START
#define TCP_LONGEST		(TCP_HEADER + TOA_MAX_OPTIONS)
#define AF_INET			2

/*
 * The other end and our port, as the socket has them. Each field is read into
 * a local of its own: merged loads make the verifier say "dereference of
 * modified ctx ptr".
 */
static __always_inline void socket_tuple(struct bpf_sock_ops *s,
					 struct toa_tuple *t)
{
	__u32 *r = (__u32 *)t->remote;
	volatile __u32 family = s->family;

	if (family == AF_INET) {
		r[0] = 0;
		r[1] = 0;
		r[2] = bpf_htonl(0xffff);
		r[3] = s->remote_ip4;
	} else {
		volatile __u32 a = s->remote_ip6[0];
		volatile __u32 b = s->remote_ip6[1];
		volatile __u32 c = s->remote_ip6[2];
		volatile __u32 d = s->remote_ip6[3];

		r[0] = a;
		r[1] = b;
		r[2] = c;
		r[3] = d;
	}
	/* remote_port is a network order port in the upper half of a __u32 */
	t->remote_port = bpf_htons(bpf_ntohl(s->remote_port));
	t->local_port = bpf_htons(s->local_port);
}

/*
 * Copies the options of the packet that completed the handshake to where they
 * stand in a header; 0 when it has none. A header is a multiple of four bytes,
 * and skb_data_end is the end of it.
 */
static __always_inline int load_ack(struct bpf_sock_ops *s, struct toa_walk *w)
{
	__u8 *data = (__u8 *)(long)s->skb_data;
	__u8 *end = (__u8 *)(long)s->skb_data_end;
	__u32 *to = (__u32 *)w->opt, len, i;

	if (data + TCP_HEADER > end)
		return 0;
	len = (data[12] >> 4) * 4;
	if (len <= TCP_HEADER)
		return 0;
#pragma unroll
	for (i = TCP_HEADER / 4; i < TCP_LONGEST / 4; i++) {
		if (data + i * 4 + 4 > end)
			break;
		to[i] = *(__u32 *)(data + i * 4);
	}
	w->len = len;
	return 1;
}

/* The same of the saved SYN; 0 when the listener saved none. */
static __always_inline int load_syn(struct bpf_sock_ops *s, struct toa_walk *w)
{
	__u32 len;
	int got;

	got = bpf_getsockopt(s, IPPROTO_TCP, TCP_BPF_SYN, w->opt, TCP_LONGEST);
	if (got < TCP_HEADER)
		return 0;
	len = (w->opt[12] >> 4) * 4;
	if (len <= TCP_HEADER || len > got)
		return 0;
	w->len = len;
	return 1;
}

/* Keeps the client with the socket, and for a subflow by its addresses. */
static __always_inline void keep(struct bpf_sock *sk, struct toa_walk *w,
				 const struct toa_tuple *t)
{
	struct toa_peer *peer;

	peer = bpf_sk_storage_get(&peers, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!peer) {
		count(TOA_C_no_memory);
		return;
	}
	*peer = w->peer;
	count(w->peer.probe ? TOA_C_probe_accepted :
	      w->peer.place == TOA_PLACE_SYN ? TOA_C_accepted_syn :
					       TOA_C_accepted_ack);
	if (!w->mptcp)
		return;
	if (!bpf_map_update_elem(&mptcp, t, &w->peer, BPF_ANY) && !w->peer.probe)
		count(TOA_C_mptcp_subflow);
}

/* What a bare ACK of this handshake said, when the kernel dropped it. The entry goes in any case. */
static __always_inline void take_deferred(struct bpf_sock_ops *s,
					  struct toa_walk *w,
					  const struct toa_tuple *t)
{
	struct toa_deferred *early = bpf_map_lookup_elem(&deferred, t);
	__u8 *data = (__u8 *)(long)s->skb_data;
	__u8 *end = (__u8 *)(long)s->skb_data_end;

	if (!early)
		return;
	if (w->verdict == TOA_NO_OPTION && data + TCP_HEADER <= end &&
	    *(__u32 *)(data + 8) == early->ack) {
		w->peer = early->peer;
		w->verdict = TOA_FOUND;
	}
	bpf_map_delete_elem(&deferred, t);
}

static __always_inline int is_syn(struct bpf_sock_ops *s)
{
	__u8 *data = (__u8 *)(long)s->skb_data;
	__u8 *end = (__u8 *)(long)s->skb_data_end;

	return data + TCP_HEADER <= end && (data[13] & 2);
}

/* Keeps the client that was found, or counts why there is none. */
static __always_inline void settle(struct bpf_sock *sk, struct toa_scratch *x)
{
	const struct toa_tuple *t = &x->tuple;
	struct toa_walk *w = &x->walk;
	__u32 why = w->verdict;

	if (x->own)
		count(TOA_C_probe_connections);
	if (why >= TOA_VERDICTS)
		why = TOA_MALFORMED;
	if (why == TOA_NO_OPTION && w->elsewhere &&
	    w->peer.place == TOA_PLACE_SYN)
		why = TOA_C_syn_only_refused;
	if (why == TOA_NO_OPTION) {
		if (!x->own)
			count(TOA_C_no_option);
		return;
	}
	if (why == TOA_FOUND) {
		w->peer.probe = x->own;
		why = forbidden(t, &w->peer);
	}
	if (why)
		refuse(t, why, x->own);
	else
		keep(sk, w, t);
}

static __always_inline void established(struct bpf_sock_ops *s)
{
	struct bpf_sock *sk = s->sk;
	struct toa_config *cfg;
	struct toa_scratch *x;
	struct toa_tuple *t;
	struct toa_walk *w;
	__u32 zero = 0;

	cfg = bpf_map_lookup_elem(&config, &zero);
	x = bpf_map_lookup_elem(&walks, &zero);
	if (!sk || !cfg || !x)
		return;
	w = &x->walk;
	t = &x->tuple;
	socket_tuple(s, t);
	w->verdict = TOA_NO_OPTION;
	w->elsewhere = 0;
	w->peer.place = TOA_PLACE_ACK;
	x->own = from_probe(t);
	x->subflow = 0;
	if (load_ack(s, w)) {
		w->shift = 0;
		/* Fast Open: the SYN is what establishes it */
		if (is_syn(s)) {
			w->peer.place = TOA_PLACE_SYN;
			w->shift = TOA_SYN_SHIFT;
		}
		toa_walk_from(w, cfg->formats, TCP_HEADER, w->shift, !is_v4(t->remote));
		x->subflow = w->mptcp;
	}
	if (cfg->flags & TOA_FLAG_DEFERRED)
		take_deferred(s, w, t);
	if (w->verdict == TOA_NO_OPTION && load_syn(s, w)) {
		w->peer.place = TOA_PLACE_SYN;
		toa_walk_from(w, cfg->formats, TCP_HEADER, TOA_SYN_SHIFT, !is_v4(t->remote));
	}
	w->mptcp = x->subflow;
	/* a tuple that is used again must not show the client before */
	if (x->subflow)
		bpf_map_delete_elem(&mptcp, t);
	settle(sk, x);
}

/* A new listener saves its SYNs, unless its owner has chosen already. */
static __always_inline void listening(struct bpf_sock_ops *s)
{
	int on = 0;

	if (!bpf_getsockopt(s, IPPROTO_TCP, TCP_SAVE_SYN, &on, sizeof(on)) && on)
		return;
	on = 1;
	if (!bpf_setsockopt(s, IPPROTO_TCP, TCP_SAVE_SYN, &on, sizeof(on)))
		count(TOA_C_listeners_marked);
}

/*
 * A socket that was accepted, taken apart by connect(AF_UNSPEC) and connects
 * anew keeps its storage: its new peer must not be shown as the old client.
 */
static __always_inline void connecting(struct bpf_sock_ops *s)
{
	struct bpf_sock *sk = s->sk;

	if (sk)
		bpf_sk_storage_delete(&peers, sk);
}

SEC("sockops")
int toa_sockops(struct bpf_sock_ops *s)
{
	if (s->op == BPF_SOCK_OPS_TCP_LISTEN_CB)
		listening(s);
	else if (s->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
		established(s);
	else if (s->op == BPF_SOCK_OPS_TCP_CONNECT_CB)
		connecting(s);
	return 1;
}

char _license[] SEC("license") = "GPL";
