// SPDX-License-Identifier: GPL-2.0
/*
 * eBPF receiver, kernel 5.10 and newer. Only contexts of the UAPI are used,
 * so that one object serves every kernel and architecture.
 *
 *  - sockops reads the option when a connection is established, from the
 *    packet that completed the handshake, else from the saved SYN, and keeps
 *    the client in the socket's own storage, which goes when the socket goes;
 *  - cgroup/getpeername4 and 6 change what accept() and getpeername() return;
 *  - cgroup/getsockopt answers DPVS's question for an IPv6 client behind NAT64.
 *
 * Nothing here runs for a packet once the connection is established, but for
 * the program at the end, which is attached by choice only.
 */
#include <linux/types.h>
#include "toa_maps.h"
#include <bpf/bpf_endian.h>

#define IPPROTO_IP		0
#define IPPROTO_TCP		6
#define IPPROTO_MPTCP		262
#define TCP_SAVE_SYN		27
#define TCP_HEADER		TOA_MAX_START
#define TCP_LONGEST		(TCP_HEADER + TOA_MAX_OPTIONS)
#define TCP_KNOWN		0x17	/* FIN, SYN, RST, ACK */
#define TCP_ACK_ONLY		0x10
#define AF_INET			2
#define DPVS_NAT64_OPTION	4096	/* level IPPROTO_IP: in6_addr, be16 port */
#define DPVS_NAT64_SIZE		18
#define SOCKOPT_PAGE		4096

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct toa_peer);
} peers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, TOA_MAX_MPTCP);
	__type(key, struct toa_tuple);
	__type(value, struct toa_peer);
} mptcp SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, TOA_MAX_DEFERRED);
	__type(key, struct toa_tuple);
	__type(value, struct toa_deferred);
} deferred SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct toa_walk);
} walks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct toa_probe_slot);
} probe SEC(".maps");

struct allow_list {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, TOA_MAX_PREFIXES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, sizeof(struct toa_prefix));
	__uint(value_size, sizeof(__u32));
};

/* One slot: replacing the list is one store. An empty slot accepts all. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct allow_list);
} allow SEC(".maps");

/* Two v4-mapped or IPv6 addresses are the same. */
static __always_inline int same(const __u8 *a, const __u8 *b)
{
	const __u64 *x = (const __u64 *)a, *y = (const __u64 *)b;

	return x[0] == y[0] && x[1] == y[1];
}

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

/* The probe's own connection, while its time lasts. */
static __always_inline int from_probe(const struct toa_tuple *t)
{
	__u32 zero = 0;
	struct toa_probe_slot *slot = bpf_map_lookup_elem(&probe, &zero);

	if (!slot || !slot->until)
		return 0;
	if (!same(t->remote, slot->peer4) && !same(t->remote, slot->peer6))
		return 0;
	return bpf_ktime_get_ns() < slot->until;
}

static __always_inline int is_probe_client(const __u8 *addr)
{
	const __u32 *a = (const __u32 *)addr;

	if (!a[0] && !a[1])
		return a[2] == bpf_htonl(0xffff) &&
		       a[3] == bpf_htonl(0xc00002fe);
	return a[0] == bpf_htonl(0x20010db8) && a[1] == bpf_htonl(0x746f6100) &&
	       !a[2] && a[3] == bpf_htonl(0xfe);
}

/* True when the other end may say who its client is. Counts a refusal. */
static __always_inline int allowed(const struct toa_tuple *t,
				   const struct toa_peer *peer)
{
	struct toa_prefix key;
	__u32 zero = 0;
	void *list;

	if (is_probe_client(peer->addr)) {
		if (from_probe(t)) {
			count(TOA_C_probe_accepted);
			return 1;
		}
		count(TOA_C_probe_address);
		return 0;
	}
	list = bpf_map_lookup_elem(&allow, &zero);
	if (!list)
		return 1;
	key.prefixlen = 128;
	__builtin_memcpy(key.addr, t->remote, sizeof(key.addr));
	if (bpf_map_lookup_elem(list, &key))
		return 1;
	count(TOA_C_not_allowed);
	return 0;
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
	count(w->peer.place == TOA_PLACE_SYN ? TOA_C_accepted_syn :
					       TOA_C_accepted_ack);
	if (!w->mptcp)
		return;
	if (!bpf_map_update_elem(&mptcp, t, &w->peer, BPF_ANY))
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

static __always_inline void established(struct bpf_sock_ops *s)
{
	struct bpf_sock *sk = s->sk;
	struct toa_tuple tuple = {};
	struct toa_config *cfg;
	struct toa_walk *w;
	__u32 zero = 0, subflow = 0;

	cfg = bpf_map_lookup_elem(&config, &zero);
	w = bpf_map_lookup_elem(&walks, &zero);
	if (!sk || !cfg || !w)
		return;
	socket_tuple(s, &tuple);
	w->verdict = TOA_NO_OPTION;
	w->peer.place = TOA_PLACE_ACK;
	if (load_ack(s, w)) {
		toa_walk_from(w, cfg->formats, TCP_HEADER);
		subflow = w->mptcp;
	}
	if (cfg->flags & TOA_FLAG_DEFERRED)
		take_deferred(s, w, &tuple);
	if (w->verdict == TOA_NO_OPTION && load_syn(s, w)) {
		w->peer.place = TOA_PLACE_SYN;
		toa_walk_from(w, cfg->formats, TCP_HEADER);
	}
	w->mptcp = subflow;
	/* a tuple that is used again must not show the client before */
	if (subflow)
		bpf_map_delete_elem(&mptcp, &tuple);
	if (w->verdict != TOA_FOUND) {
		count(w->verdict < TOA_VERDICTS ? w->verdict : TOA_MALFORMED);
		return;
	}
	if (allowed(&tuple, &w->peer))
		keep(sk, w, &tuple);
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
	count(TOA_C_shown_v4);
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
	count(TOA_C_shown_v6);
	return 1;
}

SEC("cgroup/getsockopt")
int toa_getsockopt(struct bpf_sockopt *ctx)
{
	__u8 *out = ctx->optval, *end = ctx->optval_end;
	struct bpf_sock *sk;
	struct toa_peer *peer;

	if (ctx->level != IPPROTO_IP || ctx->optname != DPVS_NAT64_OPTION) {
		/*
		 * The kernel hands us one page; without this, kernels before
		 * 5.16 fail larger answers (iptables' rules) with EFAULT.
		 */
		if (ctx->optlen > SOCKOPT_PAGE)
			ctx->optlen = 0;
		return 1;
	}
	sk = ctx->sk;
	if (!sk)
		return 1;
	peer = bpf_sk_storage_get(&peers, sk, 0, 0);
	if (!peer || peer->family != 6 || out + DPVS_NAT64_SIZE > end)
		return 1;
	__builtin_memcpy(out, peer->addr, 16);
	out[16] = ((__u8 *)&peer->port)[0];
	out[17] = ((__u8 *)&peer->port)[1];
	ctx->optlen = DPVS_NAT64_SIZE;
	barrier();	/* one store of both would be refused */
	ctx->retval = 0;
	count(TOA_C_shown_nat64);
	return 1;
}

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
	len = (len - TCP_HEADER) & 63;
	if (!len || len > TOA_MAX_OPTIONS)
		return 0;
	return !bpf_skb_load_bytes(skb, off + TCP_HEADER, w->opt + TCP_HEADER, len);
}

/*
 * By choice (attach --deferred), since it runs for each packet that comes in:
 * the bare ACK of a listener with TCP_DEFER_ACCEPT, which the kernel drops
 * before any other program runs. Looks at packets for listeners only.
 */
SEC("cgroup_skb/ingress")
int toa_ingress(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;
	struct toa_deferred early = {};
	struct toa_tuple tuple = {};
	struct toa_config *cfg;
	struct toa_walk *w;
	__u32 zero = 0;

	if (!sk || sk->state != BPF_TCP_LISTEN)
		return 1;
	cfg = bpf_map_lookup_elem(&config, &zero);
	w = bpf_map_lookup_elem(&walks, &zero);
	if (!cfg || !w || !load_packet(skb, w, &tuple))
		return 1;
	toa_walk_from(w, cfg->formats, TCP_HEADER);
	if (w->verdict != TOA_FOUND)
		return 1;
	w->peer.place = TOA_PLACE_ACK;
	early.ack = *(__u32 *)(w->opt + 8);
	early.peer = w->peer;
	bpf_map_update_elem(&deferred, &tuple, &early, BPF_ANY);
	return 1;
}

char _license[] SEC("license") = "GPL";
