/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOA_CASES_H
#define TOA_CASES_H

#include "probe.h"

struct settings {
	const char *pin, *kinds, *only, *address, *http, *tls;
	int is_port, port, family, kind, timeout;
	enum place place;
	unsigned char client4[16], client6[16];
	unsigned short port4, port6;
};

/* Both print their JSON; 0 as it should be, 1 not, -1 with toa_error. */
int cases_self(const struct settings *settings);
int cases_port(const struct settings *settings);

#endif
