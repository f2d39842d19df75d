/* SPDX-License-Identifier: GPL-2.0 */
/* The types that the running kernel and its modules describe (BTF): ids by name, offsets of members. */
#ifndef TOA_KERNEL_BTF_H
#define TOA_KERNEL_BTF_H

#include <linux/btf.h>
#include <stddef.h>

struct kernel_btf {
	const struct kernel_btf *base;	/* of a module: the kernel's */
	unsigned char *data;
	const struct btf_header *header;
	const char *strings;
	unsigned int first_id, next_id;	/* ids of its own types, from first to before next */
};

/*
 * Reads /sys/kernel/btf/NAME; base is NULL for "vmlinux", else the opened
 * vmlinux. -1 with errno (ENOENT: there is none), 0 after which
 * kernel_btf_close frees it.
 */
int kernel_btf_open(struct kernel_btf *btf, const char *name, const struct kernel_btf *base);
void kernel_btf_close(struct kernel_btf *btf);

/* Id of a type (BTF_KIND_*) by name among its own types; 0: there is none. The type in *type unless NULL. */
unsigned int kernel_btf_find(const struct kernel_btf *btf, unsigned int kind, const char *name, const struct btf_type **type);

/* Bits from the begin of a structure to a member; -1: no such structure or member. */
long kernel_btf_offset(const struct kernel_btf *btf, const char *structure, const char *member);

#endif
