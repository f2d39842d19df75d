/* SPDX-License-Identifier: GPL-2.0 */
/* BPF objects inside this binary: their sections, relocations, and loading of what stands in them. */
#ifndef TOA_ELF_H
#define TOA_ELF_H

#include <elf.h>
#include <linux/bpf.h>

/* Global, since aarch64's linker has one GOT entry for all local labels of a section. */
#define EMBED(symbol, file) \
	__asm__(".section .rodata\n.globl " #symbol ", " #symbol "_end\n.balign 8\n" #symbol ":\n.incbin \"" file "\"\n" \
		#symbol "_end:\n.byte 0\n.previous\n"); \
	extern const unsigned char symbol[], symbol##_end[]

struct elf {
	const unsigned char *base;
	const Elf64_Shdr *sections;
	const char *names;
	int count;
};

void elf_open(struct elf *elf, const unsigned char *base);

/*
 * A copy of a section's instructions, to be freed; their number in *count. Each
 * relocation goes through `resolve` with its instruction and the symbol's name;
 * what it refuses ends the copy. NULL with toa_error.
 */
struct bpf_insn *elf_program(const struct elf *elf, const char *section, unsigned int *count,
			     int (*resolve)(struct bpf_insn *insn, const char *symbol, void *context), void *context);

/* Loads a program; at a failure again with a log, of which the last lines are kept. -1 with toa_error load_failed. */
int elf_load(const char *name, union bpf_attr *attr);

/* FNV-1a over bytes; begins with ELF_HASH. */
#define ELF_HASH 0xcbf29ce484222325ULL
unsigned long long elf_hash(unsigned long long hash, const unsigned char *begin, const unsigned char *end);

#endif
