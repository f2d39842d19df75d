// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "kernel_btf.h"

/* Bytes that follow a type's fixed part; -1: a kind of type unknown here. */
static long extra_size(const struct btf_type *type)
{
	unsigned int vlen = BTF_INFO_VLEN(type->info);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case 14: /* VAR */
	case 17: /* DECL_TAG */
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return vlen * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return vlen * sizeof(struct btf_enum);
	case BTF_KIND_FUNC_PROTO:
		return vlen * sizeof(struct btf_param);
	case 15: /* DATASEC */
	case 19: /* ENUM64 */
		return vlen * 12;
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case 16: /* FLOAT */
	case 18: /* TYPE_TAG */
		return 0;
	}
	return -1;
}

static unsigned char *read_all(const char *name, size_t *size)
{
	char path[256];
	size_t room = 0;
	unsigned char *data = NULL, *more;
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/btf/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	*size = 0;
	if (fd < 0)
		return NULL;
	do {
		*size += n;
		if (*size == room) {
			more = realloc(data, room += 8 << 20);
			if (!more)
				break;
			data = more;
		}
		n = read(fd, data + *size, room - *size);
	} while (n > 0);
	close(fd);
	return data;
}

/* A type's own begin after the one at p; NULL at the end, or at a kind unknown here. */
static const struct btf_type *after(const struct kernel_btf *btf, const struct btf_type *type)
{
	const unsigned char *end = btf->data + btf->header->hdr_len + btf->header->type_off + btf->header->type_len;
	long extra = extra_size(type);
	const unsigned char *next = (const unsigned char *)(type + 1) + extra;

	return extra < 0 || next >= end ? NULL : (const void *)next;
}

static const struct btf_type *first(const struct kernel_btf *btf)
{
	const struct btf_header *h = btf->header;

	return h->type_len ? (const void *)(btf->data + h->hdr_len + h->type_off) : NULL;
}

/* Offsets of names in a module's BTF go on where the kernel's end. */
static const char *name_of(const struct kernel_btf *btf, unsigned int offset)
{
	unsigned int base = btf->base ? btf->base->header->str_len : 0;

	if (offset < base)
		return btf->base->strings + offset;
	return offset - base < btf->header->str_len ? btf->strings + (offset - base) : "";
}

int kernel_btf_open(struct kernel_btf *btf, const char *name, const struct kernel_btf *base)
{
	const struct btf_type *type;
	const struct btf_header *h;
	size_t size;

	memset(btf, 0, sizeof(*btf));
	btf->data = read_all(name, &size);
	if (!btf->data)
		return -1;
	h = btf->header = (const void *)btf->data;
	if (size < sizeof(*h) || h->magic != BTF_MAGIC || h->hdr_len + (size_t)h->type_off + h->type_len > size ||
	    h->hdr_len + (size_t)h->str_off + h->str_len > size) {
		kernel_btf_close(btf);
		errno = EINVAL;
		return -1;
	}
	btf->base = base;
	btf->strings = (const char *)btf->data + h->hdr_len + h->str_off;
	btf->first_id = btf->next_id = base ? base->next_id : 1;
	for (type = first(btf); type; type = after(btf, type))
		btf->next_id++;
	return 0;
}

void kernel_btf_close(struct kernel_btf *btf)
{
	free(btf->data);
	btf->data = NULL;
}

unsigned int kernel_btf_find(const struct kernel_btf *btf, unsigned int kind, const char *name, const struct btf_type **found)
{
	const struct btf_type *type;
	unsigned int id = btf->first_id;

	for (type = first(btf); type; type = after(btf, type), id++) {
		if (BTF_INFO_KIND(type->info) != kind || strcmp(name_of(btf, type->name_off), name))
			continue;
		if (found)
			*found = type;
		return id;
	}
	return 0;
}

long kernel_btf_offset(const struct kernel_btf *btf, const char *structure, const char *member)
{
	const struct btf_type *type;
	const struct btf_member *m;
	unsigned int i;

	if (!kernel_btf_find(btf, BTF_KIND_STRUCT, structure, &type))
		return -1;
	m = (const void *)(type + 1);
	for (i = 0; i < BTF_INFO_VLEN(type->info); i++)
		if (!strcmp(name_of(btf, m[i].name_off), member))
			return BTF_INFO_KFLAG(type->info) ? BTF_MEMBER_BIT_OFFSET(m[i].offset) : m[i].offset;
	return -1;
}
