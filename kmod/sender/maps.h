/* SPDX-License-Identifier: GPL-2.0 */
/* The sender's maps: made, pinned, used again. */
#ifndef TOA_SENDER_MAPS_H
#define TOA_SENDER_MAPS_H

enum { SMAP_CONFIG, SMAP_STATS, SMAP_DEVICES, SMAP_SERVICES, SMAP_FLOWS, SMAP_SCRATCH, SMAPS };

/* Index of a map by its name in the BPF object, -1. */
int sender_map_index(const char *name);

/* Makes all anew; opens those that are pinned (-1: one is absent, or of another shape or ABI); pins all. -1 with toa_error. */
int sender_maps_create(int *fds);
int sender_maps_open(const char *pin, int *fds);
int sender_maps_pin(const char *pin, const int *fds);
void sender_maps_unpin(const char *pin);
void sender_maps_close(int *fds);

/* A new empty list of services. */
int sender_service_list(void);

#endif
