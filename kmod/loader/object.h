/* SPDX-License-Identifier: GPL-2.0 */
/* The BPF objects inside this binary, and their programs. */
#ifndef TOA_OBJECT_H
#define TOA_OBJECT_H

#include <linux/bpf.h>

enum { PROG_SOCKOPS, PROG_PEER4, PROG_PEER6, PROG_NAT64, PROG_DEFERRED, PROG_LISTENERS, PROGS };

struct toa_prog {
	const char *name;	/* in JSON, and of the pinned link */
	const char *section;	/* in the object */
	__u32 type, attach;
	int optional;
};

extern const struct toa_prog toa_progs[PROGS];

/* Hash of the embedded objects: which programs these are. */
unsigned long long object_build(void);

/*
 * Loads one program. map_fds: descriptors in the order of maps.h. Returns its
 * descriptor, or -1 with toa_error `load_failed` or `no_btf`.
 */
int object_load(int prog, const int *map_fds);

#endif
