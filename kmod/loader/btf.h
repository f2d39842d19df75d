/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOA_BTF_H
#define TOA_BTF_H

#include <linux/types.h>

/*
 * Id of the kernel's bpf_iter_tcp in its BTF. Also checks that skc_state lies
 * where bpf/toa_listeners.bpf.c expects it. -1 with toa_error `no_btf`.
 */
int btf_iter_target(__u32 *id);

/* Loads the types of the socket storage: key int (1), value of `size` bytes (2). */
int btf_storage_types(__u32 size);

#endif
