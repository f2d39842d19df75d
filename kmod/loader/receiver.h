/* SPDX-License-Identifier: GPL-2.0 */
/* Attach, replace, configure, detach. */
#ifndef TOA_RECEIVER_H
#define TOA_RECEIVER_H

#include "allow.h"
#include "maps.h"
#include "object.h"
#include "options.h"

struct outcome {
	const char *action;	/* attached replaced configured unchanged detached */
	char kinds[4096];
	struct allow allow;
	long long marked;	/* listeners told to save SYNs */
	int no_listeners, no_nat64;
};

/* One link as it is pinned; ids 0 when it is absent or dead. */
struct link_state {
	unsigned int link_id, prog_id;
	unsigned long long cgroup_id;
};

/* All return 0, or -1 with toa_error. */
int receiver_attach(const struct options *options, struct outcome *outcome);
int receiver_allow(const struct options *options, struct outcome *outcome);
int receiver_detach(const struct options *options, struct outcome *outcome);

/* State of the pinned link of a program; returns an open descriptor or -1. */
int receiver_link(const char *pin, int prog, struct link_state *state);

#endif
