// SPDX-License-Identifier: GPL-2.0
/* Just enough BTF: find a function and a member, and describe one map. */
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "btf.h"

#define VMLINUX_BTF	"/sys/kernel/btf/vmlinux"
#define SKC_STATE_BITS	(18 * 8)
#define BTF_REMEDY	"Restart services that were running before, or use a kernel with CONFIG_DEBUG_INFO_BTF"

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

static int state_is_in_place(const struct btf_type *type, const char *strings)
{
	const struct btf_member *m = (const void *)(type + 1);
	unsigned int i;

	for (i = 0; i < BTF_INFO_VLEN(type->info); i++) {
		unsigned int bits = BTF_INFO_KFLAG(type->info) ? BTF_MEMBER_BIT_OFFSET(m[i].offset) : m[i].offset;

		if (!strcmp(strings + m[i].name_off, "skc_state"))
			return bits == SKC_STATE_BITS;
	}
	return 0;
}

/* Walks all types. Returns the id of bpf_iter_tcp, 0 if anything is missing. */
static __u32 search(const unsigned char *data, size_t size)
{
	const struct btf_header *h = (const void *)data;
	const unsigned char *p, *end;
	const char *strings;
	__u32 id = 1, found = 0;
	int placed = 0;

	if (size < sizeof(*h) || h->magic != BTF_MAGIC)
		return 0;
	p = data + h->hdr_len + h->type_off;
	end = p + h->type_len;
	strings = (const char *)data + h->hdr_len + h->str_off;
	for (; p < end; id++) {
		const struct btf_type *type = (const void *)p;
		long extra = extra_size(type);
		int kind = BTF_INFO_KIND(type->info);

		if (extra < 0)
			break;
		if (kind == BTF_KIND_FUNC && !strcmp(strings + type->name_off, "bpf_iter_tcp"))
			found = id;
		if (kind == BTF_KIND_STRUCT && !strcmp(strings + type->name_off, "sock_common"))
			placed = state_is_in_place(type, strings);
		p += sizeof(*type) + extra;
	}
	return placed ? found : 0;
}

int btf_iter_target(__u32 *id)
{
	size_t size = 0, room = 0;
	unsigned char *data = NULL;
	ssize_t n = 0;
	int fd = open(VMLINUX_BTF, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return toa_fail("no_btf", BTF_REMEDY, "this kernel has no %s", VMLINUX_BTF);
	do {
		size += n;
		if (size == room) {
			unsigned char *more = realloc(data, room += 8 << 20);

			if (!more)
				break;
			data = more;
		}
		n = read(fd, data + size, room - size);
	} while (n > 0);
	close(fd);
	*id = data ? search(data, size) : 0;
	free(data);
	errno = 0;
	return *id ? 0 : toa_fail("no_btf", BTF_REMEDY, "the kernel's BTF does not describe the TCP iterator");
}

int btf_storage_types(__u32 size)
{
	static const char strings[] = "\0int\0toa_peer";
	struct {
		struct btf_header header;
		struct btf_type integer;
		__u32 integer_info;
		struct btf_type value;
		char strings[sizeof(strings)];
	} __attribute__((packed)) btf;

	memset(&btf, 0, sizeof(btf));
	btf.header.magic = BTF_MAGIC;
	btf.header.version = BTF_VERSION;
	btf.header.hdr_len = sizeof(btf.header);
	btf.header.type_len = sizeof(btf.integer) + sizeof(btf.integer_info) + sizeof(btf.value);
	btf.header.str_off = btf.header.type_len;
	btf.header.str_len = sizeof(strings);
	btf.integer.name_off = 1;
	btf.integer.info = BTF_KIND_INT << 24;
	btf.integer.size = 4;
	btf.integer_info = BTF_INT_SIGNED << 24 | 32;
	btf.value.name_off = 5;
	btf.value.info = BTF_KIND_STRUCT << 24;
	btf.value.size = size;
	memcpy(btf.strings, strings, sizeof(strings));
	return bpf_btf_load(&btf, sizeof(btf));
}
