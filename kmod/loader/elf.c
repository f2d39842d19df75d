// SPDX-License-Identifier: GPL-2.0
/* A loader for exactly our objects: no subprogram, no global data, no CO-RE relocation. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "elf.h"

#define BUILD_FAULT "This is a fault of the build"

unsigned long long elf_hash(unsigned long long hash, const unsigned char *begin, const unsigned char *end)
{
	for (; begin < end; begin++)
		hash = (hash ^ *begin) * 0x100000001b3ULL;
	return hash;
}

void elf_open(struct elf *elf, const unsigned char *base)
{
	const Elf64_Ehdr *header = (const void *)base;

	elf->base = base;
	elf->sections = (const void *)(base + header->e_shoff);
	elf->count = header->e_shnum;
	elf->names = (const char *)base + elf->sections[header->e_shstrndx].sh_offset;
}

static int find_section(const struct elf *elf, const char *name)
{
	int i;

	for (i = 1; i < elf->count; i++)
		if (!strcmp(elf->names + elf->sections[i].sh_name, name))
			return i;
	return toa_fail("load_failed", BUILD_FAULT, "no section %s in the object", name);
}

static const Elf64_Shdr *relocations_of(const struct elf *elf, int section)
{
	int s;

	for (s = 1; s < elf->count; s++)
		if (elf->sections[s].sh_type == SHT_REL && (int)elf->sections[s].sh_info == section)
			return &elf->sections[s];
	return NULL;
}

struct bpf_insn *elf_program(const struct elf *elf, const char *section, unsigned int *count,
			     int (*resolve)(struct bpf_insn *insn, const char *symbol, void *context), void *context)
{
	int index = find_section(elf, section);
	const Elf64_Shdr *header, *rel, *symtab;
	const Elf64_Sym *symbols;
	struct bpf_insn *insns;
	const char *names;
	unsigned long i;

	if (index < 0)
		return NULL;
	header = &elf->sections[index];
	insns = malloc(header->sh_size);
	if (!insns) {
		toa_fail("load_failed", "Free some memory", "out of memory");
		return NULL;
	}
	memcpy(insns, elf->base + header->sh_offset, header->sh_size);
	*count = header->sh_size / sizeof(*insns);
	rel = relocations_of(elf, index);
	if (!rel)
		return insns;
	symtab = &elf->sections[rel->sh_link];
	symbols = (const void *)(elf->base + symtab->sh_offset);
	names = (const char *)elf->base + elf->sections[symtab->sh_link].sh_offset;
	for (i = 0; i < rel->sh_size / sizeof(Elf64_Rel); i++) {
		const Elf64_Rel *r = (const Elf64_Rel *)(elf->base + rel->sh_offset) + i;

		if (!resolve(insns + r->r_offset / sizeof(*insns), names + symbols[ELF64_R_SYM(r->r_info)].st_name, context))
			continue;
		free(insns);
		return NULL;
	}
	return insns;
}

static char verifier_log[1 << 20];

int elf_load(const char *name, union bpf_attr *attr)
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
	toa_fail("load_failed", "Run toa-bpf check, and report this kernel with the message",
		 "the kernel refused the program %s: %s: %s", name, strerror(saved), tail);
	toa_error.number = saved;
	return -1;
}
