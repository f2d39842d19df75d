/* SPDX-License-Identifier: GPL-2.0 */
/* One command's hold of a receiver: its cgroup, maps, programs and pinned links. */
#ifndef TOA_SESSION_H
#define TOA_SESSION_H

#include "host.h"
#include "receiver.h"

struct session {
	const struct options *options;
	struct host_cgroup cgroup;
	int cgroup_fd, lock;
	int maps[MAPS], reused;	/* reused: those that were pinned */
	int progs[PROGS];
	int links[PROGS], made[PROGS];	/* made: by this session */
	struct toa_config config;
};

/* Opens what is pinned, and keeps other commands out. -1 with toa_error. */
int session_open(struct session *s, const struct options *options);
void session_close(struct session *s);

/* Is this program to be attached, by the options? */
int session_wants(const struct session *s, int prog);

/* Attaches a loaded program, or swaps it into the link that is there. -1 with toa_error. */
int session_attach(struct session *s, int prog);
void session_detach(struct session *s, int prog);

/* Undoes a first attach that failed half-way; leaves older links alone. */
void session_roll_back(struct session *s);

#endif
