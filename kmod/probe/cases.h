/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOA_CASES_H
#define TOA_CASES_H

#include "probe.h"

enum probe_command { COMMAND_SELF, COMMAND_PORT, COMMAND_LISTENERS, COMMAND_WATCH, PROBE_COMMANDS };

struct settings {
	enum probe_command command;
	const char *pin, *kinds, *only, *address, *http, *tls, *netns;
	int port, family, kind, timeout;
	int seconds, connections;	/* of watch */
	enum place place;
	unsigned char client4[16], client6[16];
	unsigned short port4, port6;
};

/* Both print their JSON; 0 as it should be, 1 not, -1 with toa_error. */
int cases_self(const struct settings *settings);
int cases_port(const struct settings *settings);

/* Who listens on the port, and how; what comes to it. 0, or -1 with toa_error. */
int listeners_show(const struct settings *settings);
int watch_show(const struct settings *settings);

#endif
