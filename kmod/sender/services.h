/* SPDX-License-Identifier: GPL-2.0 */
/* The servers and ports that get the option: read from text, put into the map in one step, read back. */
#ifndef TOA_SENDER_SERVICES_LIST_H
#define TOA_SENDER_SERVICES_LIST_H

#include "../include/toa_sender_abi.h"

struct services {
	int count;
	struct sender_service *list;	/* sorted, without doubles; prefixlen counts the port's 16 bits */
};

/*
 * Reads a file ("-": stdin), one service per line: 10.0.2.0/24, 10.0.2.8:80,
 * 2001:db8::/64, [2001:db8::8]:80; "#" begins a comment. -1 with toa_error
 * bad_services; the caller frees in either case.
 */
int services_read(const char *path, struct services *services);

/* Every address and port. */
int services_any(struct services *services);

/* What the map holds now. -1 with toa_error. */
int services_current(int map, struct services *services);
int services_equal(const struct services *a, const struct services *b);

/* Replaces the list in the map. -1 with toa_error. */
int services_store(int map, const struct services *services);

/* As text, into out (at least 80 bytes). */
void services_format(const struct sender_service *service, char *out);
void services_free(struct services *services);

#endif
