/* SPDX-License-Identifier: GPL-2.0 */
/* A network device and the programs on it, pinned below the sender's folder by the device's number. */
#ifndef TOA_SENDER_DEVICE_H
#define TOA_SENDER_DEVICE_H

#include <net/if.h>
#include "load.h"
#include "../include/toa_sender_abi.h"

struct device {
	char name[IF_NAMESIZE];
	unsigned int ifindex;
	unsigned int before;		/* bytes before the IP header */
	const char *via[SENDER_PROGS];	/* "tcx", "clsact", or NULL: nothing is there */
};

struct devices {
	int count;
	struct device list[SENDER_MAX_DEVICES];
};

/* Reads "eth1,eth2". -1 with toa_error bad_device. */
int devices_named(const char *names, struct devices *devices);

/* Those that have something pinned. A device that is gone has no name. */
void devices_pinned(const char *pin, struct devices *devices);

/*
 * Puts both programs on a device: into the pinned links that are there (no
 * segment passes between without), else new. clsact: not by TCX even where the
 * kernel has it. -1 with toa_error attach_failed.
 */
int device_attach(const char *pin, struct device *device, const int *progs, int clsact);
void device_detach(const char *pin, const struct device *device);

#endif
