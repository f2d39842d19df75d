// SPDX-License-Identifier: GPL-2.0
/* The receiver's programs: where they stand in this binary, and how they are loaded. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/json.h"
#include "btf.h"
#include "elf.h"
#include "maps.h"
#include "object.h"

EMBED(toa_object_sockops, "toa_sockops.bpf.o");
EMBED(toa_object_peername, "toa_peername.bpf.o");
EMBED(toa_object_ingress, "toa_ingress.bpf.o");
EMBED(toa_object_listeners, "toa_listeners.bpf.o");

static const struct { const unsigned char *begin, *end; } objects[PROGS] = {
	[PROG_SOCKOPS] = { toa_object_sockops, toa_object_sockops_end },
	[PROG_PEER4] = { toa_object_peername, toa_object_peername_end },
	[PROG_PEER6] = { toa_object_peername, toa_object_peername_end },
	[PROG_NAT64] = { toa_object_peername, toa_object_peername_end },
	[PROG_DEFERRED] = { toa_object_ingress, toa_object_ingress_end },
	[PROG_LISTENERS] = { toa_object_listeners, toa_object_listeners_end },
};

const struct toa_prog toa_progs[PROGS] = {
	{ "sockops", "sockops", BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS, 0 },
	{ "getpeername4", "cgroup/getpeername4", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_GETPEERNAME, 0 },
	{ "getpeername6", "cgroup/getpeername6", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET6_GETPEERNAME, 0 },
	{ "nat64", "cgroup/getsockopt", BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_GETSOCKOPT, 1 },
	{ "deferred", "cgroup_skb/ingress", BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_INGRESS, 1 },
	{ "listeners", "iter/tcp", BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, 1 },
};

unsigned long long object_build(void)
{
	unsigned long long hash = ELF_HASH;
	int i;

	for (i = 0; i < PROGS; i++)
		hash = elf_hash(hash, objects[i].begin, objects[i].end);
	return hash;
}

/* Puts map descriptors where the program refers to maps by name. */
static int put_map(struct bpf_insn *insn, const char *symbol, void *map_fds)
{
	int map = maps_index(symbol);

	if (map < 0)
		return toa_fail("load_failed", "This is a fault of the build", "the object refers to '%s', which is no map", symbol);
	insn->src_reg = BPF_PSEUDO_MAP_FD;
	insn->imm = ((const int *)map_fds)[map];
	return 0;
}

int object_load(int index, const int *map_fds)
{
	const struct toa_prog *prog = &toa_progs[index];
	struct bpf_insn *insns;
	union bpf_attr attr;
	struct elf elf;
	int fd = -1;

	memset(&attr, 0, sizeof(attr));
	elf_open(&elf, objects[index].begin);
	insns = elf_program(&elf, prog->section, &attr.insn_cnt, put_map, (void *)map_fds);
	if (!insns)
		return -1;
	attr.prog_type = prog->type;
	attr.expected_attach_type = prog->attach;
	attr.insns = (__u64)(unsigned long)insns;
	attr.license = (__u64)(unsigned long)"GPL";
	snprintf(attr.prog_name, sizeof(attr.prog_name), "toa_%.11s", prog->name);
	if (index != PROG_LISTENERS || !btf_iter_target(&attr.attach_btf_id))
		fd = elf_load(prog->name, &attr);
	free(insns);
	return fd;
}
