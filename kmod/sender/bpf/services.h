/* SPDX-License-Identifier: GPL-2.0 */
/* Which servers and ports get the option: a map of prefixes. */
#ifndef TOA_SENDER_SERVICES_H
#define TOA_SENDER_SERVICES_H

#include "segment.h"

struct service_list {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, SENDER_MAX_SERVICES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, sizeof(struct sender_service));
	__uint(value_size, sizeof(__u32));
};

/* One slot: replacing the list is one store. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct service_list);
} services SEC(".maps");

/*
 * Is a server's address and port a service? A piece, whose port is unknown, is
 * one when any port of the address is.
 */
static __always_inline int is_service(const struct segment *s, const __u32 *address, __u16 port, int piece)
{
	struct sender_service key = { .prefixlen = 16 + 128 };
	__u32 zero = 0, *ports;
	void *list;

	list = bpf_map_lookup_elem(&services, &zero);
	if (!list)
		return 0;
	if (s->six) {
		__builtin_memcpy(key.addr, address, 16);
	} else {
		key.addr[10] = 0xff;
		key.addr[11] = 0xff;
		__builtin_memcpy(key.addr + 12, address, 4);
	}
	ports = bpf_map_lookup_elem(list, &key);
	if (!ports)
		return 0;
	if (piece || *ports == SENDER_ALL_PORTS)
		return 1;
	key.port = port;
	return bpf_map_lookup_elem(list, &key) != 0;
}

#endif
