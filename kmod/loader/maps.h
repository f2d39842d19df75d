/* SPDX-License-Identifier: GPL-2.0 */
/* The receiver's maps: made, pinned, used again. */
#ifndef TOA_MAPS_H
#define TOA_MAPS_H

enum { MAP_CONFIG, MAP_STATS, MAP_PEERS, MAP_MPTCP, MAP_DEFERRED, MAP_WALKS, MAP_PROBE, MAP_ALLOW, MAP_REFUSED, MAPS };

/* Index of a map by its name in the BPF objects, -1. */
int maps_index(const char *name);
const char *maps_name(int index);

/* Makes all maps anew. -1 with toa_error. */
int maps_create(int *fds);

/* Opens all pinned maps; -1 when one is absent or another shape or ABI. */
int maps_open(const char *pin, int *fds);

/* Pins all, in place of what is pinned there. -1 with toa_error. */
int maps_pin(const char *pin, const int *fds);
void maps_unpin(const char *pin);
void maps_close(int *fds);

/* A new empty inner map of `allow`. */
int maps_allow_list(void);

#endif
