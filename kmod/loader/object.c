// SPDX-License-Identifier: GPL-2.0
/*
 * A loader for exactly our objects: programs that call no subprogram, use no
 * global data and need no CO-RE relocation, so that the only relocations are
 * references to maps. build-kmod checks that (toa-bpf fails loudly if not).
 */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "btf.h"
#include "maps.h"
#include "object.h"

/* Global, since aarch64's linker has one GOT entry for all local labels of a section. */
#define EMBED(symbol, file) \
	__asm__(".section .rodata\n.globl " #symbol ", " #symbol "_end\n.balign 8\n" #symbol ":\n.incbin \"" file "\"\n" \
		#symbol "_end:\n.byte 0\n.previous\n"); \
	extern const unsigned char symbol[], symbol##_end[]

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

/* FNV-1a */
unsigned long long object_build(void)
{
	unsigned long long hash = 0xcbf29ce484222325ULL;
	const unsigned char *p;
	int i;

	for (i = 0; i < PROGS; i++)
		for (p = objects[i].begin; p < objects[i].end; p++)
			hash = (hash ^ *p) * 0x100000001b3ULL;
	return hash;
}

struct elf {
	const unsigned char *base;
	const Elf64_Shdr *sections;
	const char *names;
	int count;
};

static void elf_open(struct elf *elf, const unsigned char *base)
{
	const Elf64_Ehdr *header = (const void *)base;

	elf->base = base;
	elf->sections = (const void *)(base + header->e_shoff);
	elf->count = header->e_shnum;
	elf->names = (const char *)base + elf->sections[header->e_shstrndx].sh_offset;
}

static int elf_section(const struct elf *elf, const char *name)
{
	int i;

	for (i = 1; i < elf->count; i++)
		if (!strcmp(elf->names + elf->sections[i].sh_name, name))
			return i;
	return -1;
}

/* Puts map descriptors where the program refers to maps by name. */
static int relocate(const struct elf *elf, int section, struct bpf_insn *insns, const int *map_fds)
{
	const Elf64_Shdr *rel = NULL, *symtab;
	const Elf64_Sym *symbols;
	const char *names;
	unsigned long i;
	int s, map;

	for (s = 1; s < elf->count; s++)
		if (elf->sections[s].sh_type == SHT_REL && (int)elf->sections[s].sh_info == section)
			rel = &elf->sections[s];
	if (!rel)
		return 0;
	symtab = &elf->sections[rel->sh_link];
	symbols = (const void *)(elf->base + symtab->sh_offset);
	names = (const char *)elf->base + elf->sections[symtab->sh_link].sh_offset;
	for (i = 0; i < rel->sh_size / sizeof(Elf64_Rel); i++) {
		const Elf64_Rel *r = (const Elf64_Rel *)(elf->base + rel->sh_offset) + i;
		const char *name = names + symbols[ELF64_R_SYM(r->r_info)].st_name;

		map = maps_index(name);
		if (map < 0)
			return toa_fail("load_failed", "This is a fault of the build", "the object refers to '%s', which is no map", name);
		insns[r->r_offset / sizeof(*insns)].src_reg = BPF_PSEUDO_MAP_FD;
		insns[r->r_offset / sizeof(*insns)].imm = map_fds[map];
	}
	return 0;
}

static char verifier_log[1 << 20];

/* Loads; at a failure again with a log, of which the last lines are kept. */
static int load(const struct toa_prog *prog, union bpf_attr *attr)
{
	const char *tail;
	int fd = bpf_prog_load_(attr), saved = errno;
	size_t length;

	if (fd >= 0)
		return fd;
	verifier_log[0] = 0;
	attr->log_level = 1;
	attr->log_buf = (__u64)(unsigned long)verifier_log;
	attr->log_size = sizeof(verifier_log);
	fd = bpf_prog_load_(attr);
	if (fd >= 0)
		return fd;
	length = strlen(verifier_log);
	tail = length > 600 ? verifier_log + length - 600 : verifier_log;
	errno = saved;
	return toa_fail("load_failed", "Run toa-bpf check, and report this kernel with the message",
			"the kernel refused the program %s: %s: %s", prog->name, strerror(saved), tail);
}

int object_load(int index, const int *map_fds)
{
	const struct toa_prog *prog = &toa_progs[index];
	const Elf64_Shdr *header;
	struct bpf_insn *insns;
	union bpf_attr attr;
	struct elf elf;
	int section, fd = -1;

	memset(&attr, 0, sizeof(attr));
	elf_open(&elf, objects[index].begin);
	section = elf_section(&elf, prog->section);
	if (section < 0)
		return toa_fail("load_failed", "This is a fault of the build", "no section %s in the object", prog->section);
	header = &elf.sections[section];
	insns = malloc(header->sh_size);
	if (!insns)
		return toa_fail("load_failed", "Free some memory", "out of memory");
	memcpy(insns, elf.base + header->sh_offset, header->sh_size);
	attr.prog_type = prog->type;
	attr.expected_attach_type = prog->attach;
	attr.insns = (__u64)(unsigned long)insns;
	attr.insn_cnt = header->sh_size / sizeof(*insns);
	attr.license = (__u64)(unsigned long)"GPL";
	snprintf(attr.prog_name, sizeof(attr.prog_name), "toa_%.11s", prog->name);
	if (!relocate(&elf, section, insns, map_fds) &&
	    (index != PROG_LISTENERS || !btf_iter_target(&attr.attach_btf_id)))
		fd = load(prog, &attr);
	free(insns);
	return fd;
}
