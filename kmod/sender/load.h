/* SPDX-License-Identifier: GPL-2.0 */
/* Loads the sender's two programs: what they need of the running kernel's conntrack comes from its BTF. */
#ifndef TOA_SENDER_LOAD_H
#define TOA_SENDER_LOAD_H

enum { SENDER_OUT, SENDER_IN, SENDER_PROGS };	/* towards the servers, from them */

extern const char *const sender_directions[SENDER_PROGS];	/* "egress", "ingress" */

/* Hash of the embedded object: which programs these are. */
unsigned long long sender_build(void);

/*
 * Loads both programs into progs. -1 with toa_error kernel_too_old,
 * no_conntrack, no_btf or load_failed.
 */
int sender_load(const int *map_fds, int *progs);

#endif
