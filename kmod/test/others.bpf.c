// SPDX-License-Identifier: GPL-2.0
/* Somebody else's programs on the same cgroup: they count how often they run. */
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} others SEC(".maps");

static __always_inline void ran(__u32 which)
{
	__u64 *n = bpf_map_lookup_elem(&others, &which);

	if (n)
		__sync_fetch_and_add(n, 1);
}

SEC("sockops")
int before_sockops(struct bpf_sock_ops *s)
{
	if (s->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
		ran(0);
	return 1;
}

SEC("cgroup/getpeername4")
int before_peername(struct bpf_sock_addr *ctx)
{
	ran(1);
	return 1;
}

SEC("sockops")
int after_sockops(struct bpf_sock_ops *s)
{
	if (s->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
		ran(2);
	return 1;
}

SEC("cgroup/getpeername4")
int after_peername(struct bpf_sock_addr *ctx)
{
	ran(3);
	return 1;
}

char _license[] SEC("license") = "GPL";
