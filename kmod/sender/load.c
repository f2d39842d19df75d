// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "../loader/elf.h"
#include "../loader/host.h"
#include "../loader/kernel_btf.h"
#include "load.h"
#include "maps.h"

#define CONNTRACK	"nf_conntrack"
#define KERNEL_REMEDY	"Use kernel 5.18 or newer, or the module toa_send"

EMBED(toa_object_sender, "toa_sender.bpf.o");

const char *const sender_directions[SENDER_PROGS] = { "egress", "ingress" };
static const char *const sections[SENDER_PROGS] = { "tc/egress", "tc/ingress" };

/* What the programs refer to, found in the running kernel. */
struct conntrack {
	const int *map_fds;
	unsigned int lookup, release;	/* ids of the kernel's functions */
	int module;			/* descriptor of the module's BTF; -1: they are the kernel's own */
	long address, port, family;	/* bytes from struct nf_conn to the original source's */
};

/* A path of members, each in the structure before it. Bytes, -1: one is not there. */
static long path_offset(const struct kernel_btf *module, const struct kernel_btf *vmlinux, const char *last)
{
	static const char *const steps[][2] = {
		{ "nf_conn", "tuplehash" }, { "nf_conntrack_tuple_hash", "tuple" }, { "nf_conntrack_tuple", "src" },
	};
	long sum = 0, bits;
	unsigned int i;

	for (i = 0; i <= 3; i++) {
		const char *structure = i < 3 ? steps[i][0] : "nf_conntrack_man", *member = i < 3 ? steps[i][1] : last;

		bits = module->data ? kernel_btf_offset(module, structure, member) : -1;
		if (bits < 0)
			bits = kernel_btf_offset(vmlinux, structure, member);
		if (bits < 0 || bits % 8)
			return -1;
		sum += bits / 8;
	}
	return sum;
}

static int find_functions(const struct kernel_btf *vmlinux, struct kernel_btf *module, struct conntrack *ct)
{
	const struct kernel_btf *where = vmlinux;

	if (!kernel_btf_find(vmlinux, BTF_KIND_FUNC, "bpf_skb_ct_lookup", NULL)) {
		if (kernel_btf_open(module, CONNTRACK, vmlinux))
			return toa_fail(access("/sys/module/" CONNTRACK, F_OK) ? "no_conntrack" : "no_btf",
					access("/sys/module/" CONNTRACK, F_OK) ? "modprobe " CONNTRACK " (a NAT rule loads it too)" :
										  "Use a kernel with CONFIG_DEBUG_INFO_BTF_MODULES",
					"the kernel does not describe conntrack (/sys/kernel/btf/" CONNTRACK ")");
		ct->module = bpf_btf_by_name(CONNTRACK);
		where = module;
	}
	ct->lookup = kernel_btf_find(where, BTF_KIND_FUNC, "bpf_skb_ct_lookup", NULL);
	ct->release = kernel_btf_find(where, BTF_KIND_FUNC, "bpf_ct_release", NULL);
	if (!ct->lookup || !ct->release || (where == module && ct->module < 0))
		return toa_fail("kernel_too_old", KERNEL_REMEDY, "conntrack of kernel %s has no functions for programs", host_kernel());
	return 0;
}

static int find_conntrack(struct conntrack *ct)
{
	struct kernel_btf vmlinux, module;
	int result;

	memset(&module, 0, sizeof(module));
	if (!host_kernel_at_least(5, 18))
		return toa_fail("kernel_too_old", KERNEL_REMEDY, "kernel %s is older than 5.18", host_kernel());
	if (kernel_btf_open(&vmlinux, "vmlinux", NULL))
		return toa_fail("no_btf", "Use a kernel with CONFIG_DEBUG_INFO_BTF", "this kernel has no /sys/kernel/btf/vmlinux");
	result = find_functions(&vmlinux, &module, ct);
	if (!result) {
		ct->address = path_offset(&module, &vmlinux, "u3");
		ct->port = path_offset(&module, &vmlinux, "u");
		ct->family = path_offset(&module, &vmlinux, "l3num");
		if (ct->address < 0 || ct->port < 0 || ct->family < 0)
			result = toa_fail("no_btf", "Report this kernel", "the kernel's BTF does not describe struct nf_conn");
	}
	kernel_btf_close(&module);
	kernel_btf_close(&vmlinux);
	return result;
}

static int call(struct bpf_insn *insn, unsigned int function, const struct conntrack *ct)
{
	insn->src_reg = BPF_PSEUDO_KFUNC_CALL;
	insn->imm = function;
	insn->off = ct->module >= 0 ? 1 : 0;	/* place in fd_array */
	return 0;
}

/* A number in place of an address: the upper half is zero, as clang left it. */
static int number(struct bpf_insn *insn, long value)
{
	insn->imm = value;
	return 0;
}

static int resolve(struct bpf_insn *insn, const char *symbol, void *context)
{
	const struct conntrack *ct = context;
	int map = sender_map_index(symbol);

	if (map >= 0) {
		insn->src_reg = BPF_PSEUDO_MAP_FD;
		insn->imm = ct->map_fds[map];
		return 0;
	}
	if (!strcmp(symbol, "bpf_skb_ct_lookup"))
		return call(insn, ct->lookup, ct);
	if (!strcmp(symbol, "bpf_ct_release"))
		return call(insn, ct->release, ct);
	if (!strcmp(symbol, "toa_ct_address"))
		return number(insn, ct->address);
	if (!strcmp(symbol, "toa_ct_port"))
		return number(insn, ct->port);
	if (!strcmp(symbol, "toa_ct_family"))
		return number(insn, ct->family);
	return toa_fail("load_failed", "This is a fault of the build", "the object refers to '%s', which is unknown", symbol);
}

static int load_one(int which, struct conntrack *ct)
{
	int fd_array[2] = { 0, ct->module }, fd;
	struct bpf_insn *insns;
	union bpf_attr attr;
	struct elf elf;

	memset(&attr, 0, sizeof(attr));
	elf_open(&elf, toa_object_sender);
	insns = elf_program(&elf, sections[which], &attr.insn_cnt, resolve, ct);
	if (!insns)
		return -1;
	attr.prog_type = BPF_PROG_TYPE_SCHED_CLS;
	attr.insns = (__u64)(unsigned long)insns;
	attr.license = (__u64)(unsigned long)"GPL";
	if (ct->module >= 0)
		attr.fd_array = (__u64)(unsigned long)fd_array;
	snprintf(attr.prog_name, sizeof(attr.prog_name), "toa_%s", sender_directions[which]);
	fd = elf_load(sender_directions[which], &attr);
	free(insns);
	return fd;
}

unsigned long long sender_build(void)
{
	return elf_hash(ELF_HASH, toa_object_sender, toa_object_sender_end);
}

int sender_load(const int *map_fds, int *progs)
{
	struct conntrack ct = { .map_fds = map_fds, .module = -1 };
	int i, result;

	for (i = 0; i < SENDER_PROGS; i++)
		progs[i] = -1;
	result = find_conntrack(&ct);
	for (i = 0; i < SENDER_PROGS && !result; i++) {
		progs[i] = load_one(i, &ct);
		result = progs[i] < 0 ? -1 : 0;
	}
	if (ct.module >= 0)
		close(ct.module);
	return result;
}
