/* SPDX-License-Identifier: GPL-2.0 */
/* What connections to a port brought. */
#ifndef TOA_PROBE_WATCH_H
#define TOA_PROBE_WATCH_H

#include "settings.h"

#define KINDS		4	/* options of one connection */

struct brought {
	unsigned char peer[16];		/* v4-mapped or IPv6 */
	unsigned short port;
	unsigned char over, mptcp;	/* over: the first data was seen */
	unsigned char kinds[KINDS], lens[KINDS], places[KINDS];	/* places: bits by enum place */
};

/* Prints them as JSON, by peer. ms: how long was watched; udp: datagrams to the port. */
void watch_print(const struct brought *all, int used, long long udp, long long ms);

#endif
