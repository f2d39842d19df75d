/* SPDX-License-Identifier: GPL-2.0 */
/* Who may say which client it has: the balancers that are listed, and the probe. */
#ifndef TOA_ALLOW_H
#define TOA_ALLOW_H

#include "toa_maps.h"
#include <bpf/bpf_endian.h>

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

/* Why the other end may not say who its client is; 0: it may. */
static __always_inline __u32 forbidden(const struct toa_tuple *t,
				       const struct toa_peer *peer)
{
	struct toa_prefix key;
	__u32 zero = 0;
	void *list;

	if (is_probe_client(peer->addr))
		return peer->probe ? 0 : TOA_C_probe_address;
	list = bpf_map_lookup_elem(&allow, &zero);
	if (!list)
		return 0;
	key.prefixlen = 128;
	__builtin_memcpy(key.addr, t->remote, sizeof(key.addr));
	return bpf_map_lookup_elem(list, &key) ? 0 : TOA_C_not_allowed;
}

#endif
