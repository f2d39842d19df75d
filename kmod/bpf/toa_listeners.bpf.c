// SPDX-License-Identifier: GPL-2.0
/*
 * iter/tcp: tells listeners that were open before the receiver came to save
 * their SYNs. An object of its own, since kernels before about 5.17 have no
 * bpf_setsockopt here: the loader goes on without it.
 */
#include <linux/types.h>
#include "toa_maps.h"

#define IPPROTO_TCP	6
#define TCP_SAVE_SYN	27
#define TCP_LISTEN	10

/*
 * The two structures are the kernel's; only what is read is named. The loader
 * checks in the kernel's BTF that skc_state is where it is here, and skips
 * this program when it is not.
 */
struct sock_common {
	__u8 before[18];
	volatile unsigned char skc_state;
};

struct bpf_iter__tcp {
	__u64 meta;
	__u64 sk_common;
	__u32 uid;
};

SEC("iter/tcp")
int toa_listeners(struct bpf_iter__tcp *ctx)
{
	struct sock_common *sk = (void *)ctx->sk_common;
	void *tp;
	int on = 0;

	if (!sk || sk->skc_state != TCP_LISTEN)
		return 0;
	tp = bpf_skc_to_tcp_sock(sk);
	if (!tp)
		return 0;
	if (!bpf_getsockopt(tp, IPPROTO_TCP, TCP_SAVE_SYN, &on, sizeof(on)) && on)
		return 0;
	on = 1;
	if (!bpf_setsockopt(tp, IPPROTO_TCP, TCP_SAVE_SYN, &on, sizeof(on)))
		count(TOA_C_listeners_marked);
	return 0;
}

char _license[] SEC("license") = "GPL";
