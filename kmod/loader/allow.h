/* SPDX-License-Identifier: GPL-2.0 */
/* The allow-list: read from text, put into the map in one step, read back. */
#ifndef TOA_ALLOW_H
#define TOA_ALLOW_H

#include <stddef.h>
#include "../include/toa_abi.h"

struct allow {
	int any;		/* no list: every peer is accepted */
	int count;
	struct toa_prefix *prefixes;	/* sorted, without doubles */
};

/* Reads text: one prefix a line, "#" begins a comment. -1 with toa_error bad_allow; the caller frees in either case. */
int allow_parse(const char *bytes, size_t size, struct allow *allow);

/* Reads a file ("-": stdin). -1 with toa_error bad_allow. */
int allow_read(const char *path, struct allow *allow);

/* What the map holds now. -1 with toa_error. */
int allow_current(int map, struct allow *allow);

/* True when every host of a family may say who its client is: no list, 0.0.0.0/0, ::/0, or as wide. */
int allow_is_open(const struct allow *allow);
int allow_equal(const struct allow *a, const struct allow *b);

/* Replaces the list in the map. -1 with toa_error. */
int allow_store(int map, const struct allow *allow);

/* 10.0.0.0/8, 2001:db8::/32 into out (at least 64 bytes). */
void allow_format(const struct toa_prefix *prefix, char *out);
void allow_free(struct allow *allow);

#endif
