/* SPDX-License-Identifier: GPL-2.0 */
/* What the cases in this folder share. Each prints its result with report() and returns 1 when it failed. */
#ifndef TOA_GUEST_H
#define TOA_GUEST_H

#include "../../probe/probe.h"

#define MANY 65536

/* Prints "@case NAME pass|fail|unsupported DETAIL"; returns 1 for fail, else 0. */
int report(const char *name, const char *status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* connect.c: connections through the TUN device, each with a client of its own, so that a mix-up shows */
int link_open(void);
unsigned int option_of(unsigned int n, int kind, unsigned char *option, char *text);
void begin(struct client *c, unsigned short port);
int listener_big(unsigned short *port);
int connect_one(int listener, unsigned short port, struct client *c, const struct spec *spec, char *seen);

/* many.c */
int churn(int count);
struct shown {
	int before, after;
};
int hold(int count, const char *name, const struct shown *shown, char **command);

/* sockets.c */
int defer(void);
int fastopen(void);
int ktls(void);
int reuse(void);

/* sockopt.c */
int sockopt(void);

/* noise.c */
int garbage(int count);
int flood(int count);

#endif
