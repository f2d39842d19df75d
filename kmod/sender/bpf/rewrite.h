/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changes a segment's options: takes a client's own out, puts ours in, lowers
 * the MSS. A segment grows at its tail and everything after the fixed TCP header
 * moves: growing at the front (bpf_skb_adjust_room) would leave csum_start
 * behind and break packets whose checksum the device has yet to fill in.
 */
#ifndef TOA_SENDER_REWRITE_H
#define TOA_SENDER_REWRITE_H

#include "segment.h"
#include "../../include/toa_option.h"

#define TCP_CHECKSUM	16
#define MAX_MOVED	2048	/* options and data of one segment */
#define KIND_END	0
#define KIND_NOP	1
#define KIND_MSS	2
#define KIND_FAST_OPEN	34	/* RFC 7413; its experimental form is 254 with a magic */
#define KIND_NOBODY	255	/* not assigned: receivers skip it */
#define FAST_OPEN_MAGIC	0xf989
#define TIMESTAMP	bpf_htonl(0x0101080a)	/* NOP NOP, and the option that stands alone in most segments */

struct sender_scratch {
	__u8 moved[MAX_MOVED + 64];
	__u8 before[64], after[64];	/* the options */
	volatile __u32 off, found, opened, mss;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sender_scratch);
} scratch SEC(".maps");

/* What a walk does with the option at `off`. */
static __always_inline void look(struct sender_scratch *w, const struct sender_config *cfg, __u32 kind, __u32 off, __u32 size, int syn)
{
	__u32 magic = w->before[(off + 2) & 63] << 8 | w->before[(off + 3) & 63], layouts = toa_format(size);

	if (syn && (kind == KIND_FAST_OPEN || (kind == 254 && size >= 4 && magic == FAST_OPEN_MAGIC))) {
		w->opened = 1;
		w->after[off] = KIND_NOBODY;
	} else if (layouts && (cfg->formats[kind & 255] & layouts)) {
		w->found = 1;
		w->after[off] = KIND_NOBODY;
	} else if (kind == KIND_MSS && size == 4) {
		w->mss = off + 2;
	}
}

/*
 * Walks the options in w->before; those of our kinds, and Fast Open in a SYN,
 * get a kind in w->after that nobody reads. The offset lives in map memory, so
 * that the verifier forgets its range. It ends where a kernel's own walk ends.
 */
static __always_inline void walk(struct sender_scratch *w, const struct sender_config *cfg, __u32 len, int syn)
{
	__u32 i, off, size, kind;

	w->off = 0;
	w->found = 0;
	w->opened = 0;
	w->mss = 0;
	for (i = 0; i < 40; i++) {
		off = w->off;
		if (off >= len)
			break;
		off &= 63;
		kind = w->before[off];
		if (kind == KIND_END)
			break;
		if (kind == KIND_NOP) {
			w->off = off + 1;
			continue;
		}
		size = w->before[(off + 1) & 63];
		if (size < 2 || off + size > len)
			break;
		look(w, cfg, kind, off, size, syn);
		w->off = off + size;
	}
}

/* The options of a segment into w->before and w->after; how many bytes, 0: none, or a helper refused. */
static __always_inline __u32 load_options(struct __sk_buff *skb, const struct segment *s, struct sender_scratch *w)
{
	__u32 n = s->header - TCP_HEADER;

	if (!n)
		return 0;
	n = ((n - 1) & 63) + 1;
	if (n > 40)
		return 0;
	__builtin_memset(w->before, 0, 40);
	if (bpf_skb_load_bytes(skb, s->l4 + TCP_HEADER, w->before, n))
		return 0;
	__builtin_memcpy(w->after, w->before, 40);
	return n;
}

/* Writes w->after into the segment. -1 when a helper refused. */
static __always_inline int store_options(struct __sk_buff *skb, const struct segment *s, struct sender_scratch *w, __u32 n)
{
	__s64 diff = bpf_csum_diff((__be32 *)w->before, 40, (__be32 *)w->after, 40, 0);

	n = ((n - 1) & 63) + 1;
	if (n > 40)
		return -1;
	return bpf_skb_store_bytes(skb, s->l4 + TCP_HEADER, w->after, n, 0) ||
	       bpf_l4_csum_replace(skb, s->l4 + TCP_CHECKSUM, 0, diff, 0) ? -1 : 0;
}

/* Takes out what the client wrote of our kinds, in whatever segment: 0, or -1 when the packet must not go. */
static __always_inline int clean(struct __sk_buff *skb, const struct segment *s, struct sender_scratch *w,
				 const struct sender_config *cfg)
{
	int syn = s->flags & TCP_SYN;
	__u32 n;

	if (s->header == TCP_HEADER)
		return 0;
	n = load_options(skb, s, w);
	if (!n)
		return -1;
	if (n == 12 && *(__u32 *)w->before == TIMESTAMP)
		return 0;
	walk(w, cfg, n, syn);
	if (!w->found && !w->opened)
		return 0;
	if (w->found)
		count(SENDER_C_forged);
	if (w->opened)
		count(SENDER_C_fast_open);
	return store_options(skb, s, w, n);
}

/* Leaves room in the client's segments: the MSS in the server's SYN-ACK is lowered by `size` bytes. */
static __always_inline void lower_mss(struct __sk_buff *skb, const struct segment *s, struct sender_scratch *w,
				      const struct sender_config *cfg, __u32 size)
{
	__u32 n = load_options(skb, s, w), at, mss;

	if (!n)
		return;
	walk(w, cfg, n, 0);
	__builtin_memcpy(w->after, w->before, 40);	/* only the MSS is changed here */
	at = w->mss & 63;
	mss = w->before[at] << 8 | w->before[(at + 1) & 63];
	if (!at || mss < 88 + size)
		return;
	mss -= size;
	w->after[at] = mss >> 8;
	w->after[(at + 1) & 63] = mss;
	if (!store_options(skb, s, w, n))
		count(SENDER_C_mss_lowered);
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
		return bpf_skb_store_bytes(skb, s->l3 + 4, &new_len, 2, 0);
	return bpf_skb_store_bytes(skb, s->l3 + 2, &new_len, 2, 0) ||
	       bpf_l3_csum_replace(skb, s->l3 + 10, old_len, new_len, 2);
}

/* Counts and returns true when the option does not fit this segment. */
static __always_inline int no_space(struct __sk_buff *skb, const struct segment *s, __u32 size)
{
	__u32 mtu = 0;

	if (s->header + size > 60)
		count(SENDER_C_skipped_no_room);
	else if (skb->gso_segs > 1 || s->tail > MAX_MOVED)
		count(SENDER_C_skipped_long);
	else if (bpf_check_mtu(skb, 0, &mtu, size, 0))
		count(SENDER_C_skipped_mtu);
	else
		return 0;
	return 1;
}

/*
 * Grows the segment at its tail and moves what is after the fixed header.
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

#endif
