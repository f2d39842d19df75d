/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Maps that several programs of the receiver use. The loader makes all maps by
 * name: keep loader/maps.c the same.
 */
#ifndef TOA_MAPS_H
#define TOA_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
#include "../include/toa_abi.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct toa_config);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, TOA_C_MAX);
	__type(key, __u32);
	__type(value, __u64);
} stats SEC(".maps");

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
	__type(value, struct toa_scratch);
} walks SEC(".maps");

struct toa_refusals {
	struct toa_refused peer[TOA_REFUSED];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct toa_refusals);
} refused SEC(".maps");

static __always_inline void count(__u32 what)
{
	__u64 *n = bpf_map_lookup_elem(&stats, &what);

	if (n)
		(*n)++;
}

static __always_inline int is_v4(const __u8 *remote)
{
	const __u32 *r = (const __u32 *)remote;

	return !r[0] && !r[1] && r[2] == bpf_htonl(0xffff);
}

#endif
