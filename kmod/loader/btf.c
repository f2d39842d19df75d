// SPDX-License-Identifier: GPL-2.0
/* BTF that the receiver needs: the kernel's TCP iterator, and the description of one map. */
#include <linux/btf.h>
#include <string.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "btf.h"
#include "kernel_btf.h"

#define VMLINUX_BTF	"/sys/kernel/btf/vmlinux"
#define SKC_STATE_BITS	(18 * 8)
#define BTF_REMEDY	"Restart services that were running before, or use a kernel with CONFIG_DEBUG_INFO_BTF"

int btf_iter_target(__u32 *id)
{
	struct kernel_btf vmlinux;
	int placed;

	if (kernel_btf_open(&vmlinux, "vmlinux", NULL))
		return toa_fail("no_btf", BTF_REMEDY, "this kernel has no " VMLINUX_BTF);
	*id = kernel_btf_find(&vmlinux, BTF_KIND_FUNC, "bpf_iter_tcp", NULL);
	placed = kernel_btf_offset(&vmlinux, "sock_common", "skc_state") == SKC_STATE_BITS;
	kernel_btf_close(&vmlinux);
	return *id && placed ? 0 : toa_fail("no_btf", BTF_REMEDY, "the kernel's BTF does not describe the TCP iterator");
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
