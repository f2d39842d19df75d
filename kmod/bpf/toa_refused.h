/* SPDX-License-Identifier: GPL-2.0 */
/* Who was refused: counters by reason, and a handful of the last peers. */
#ifndef TOA_REFUSED_H
#define TOA_REFUSED_H

#include "toa_allow.h"

/* The place of a peer and reason: its own, else that of the one seen longest ago. */
static __always_inline __u32 refused_place(const struct toa_refusals *all,
					   const __u8 *addr, __u32 why)
{
	__u64 oldest = ~0ULL;
	__u32 i, place = 0;

	for (i = 0; i < TOA_REFUSED; i++) {
		const struct toa_refused *r = &all->peer[i];

		if (r->count && r->why == why && same(r->addr, addr))
			return i;
		if (r->last < oldest) {
			oldest = r->last;
			place = i;
		}
	}
	return place;
}

/*
 * Counts an option that is refused, and keeps its peer. Only peers that
 * completed a handshake come here: nobody is named by a packet alone.
 */
static __always_inline void refuse(const struct toa_tuple *t, __u32 why,
				   int probe)
{
	struct toa_refusals *all;
	struct toa_refused *r;
	__u32 zero = 0;

	if (probe) {
		count(TOA_C_probe_refused);
		return;
	}
	count(why);
	all = bpf_map_lookup_elem(&refused, &zero);
	if (!all)
		return;
	r = &all->peer[refused_place(all, t->remote, why) % TOA_REFUSED];
	if (!r->count || r->why != why || !same(r->addr, t->remote)) {
		r->count = 0;
		barrier();
		__builtin_memcpy(r->addr, t->remote, sizeof(r->addr));
		r->why = why;
		barrier();
	}
	r->last = bpf_ktime_get_ns();
	r->count++;
}

#endif
