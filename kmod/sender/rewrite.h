/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Takes a client's own options out of a segment, and puts ours in. The segment
 * grows at its tail and everything behind the TCP header moves: growing at the
 * front (bpf_skb_adjust_room) would leave csum_start behind and break packets
 * whose checksum the device has yet to fill in.
 */
#ifndef TOA_SENDER_REWRITE_H
#define TOA_SENDER_REWRITE_H

#include "segment.h"

#define TCP_CHECKSUM	16
#define MAX_MOVED	2048	/* options and data of one segment */
#define NO_KIND		255	/* not assigned: receivers skip it */

struct sender_scratch {
	__u8 moved[MAX_MOVED + 64];
	__u8 before[64], after[64];	/* the options */
	volatile __u32 off, found;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sender_scratch);
} sender_scratch SEC(".maps");

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

#endif
