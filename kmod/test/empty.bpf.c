// SPDX-License-Identifier: GPL-2.0
/* Programs that do nothing: what the kernel's statistics say of them is the cost of the statistics. */
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("sockops")
int empty_sockops(struct bpf_sock_ops *s)
{
	return 1;
}

SEC("cgroup/getpeername4")
int empty_peername(struct bpf_sock_addr *ctx)
{
	return 1;
}

char _license[] SEC("license") = "GPL";
