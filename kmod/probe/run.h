/* SPDX-License-Identifier: GPL-2.0 */
/* A run of the probe: its interface, its rules, and the cases as they are printed. */
#ifndef TOA_RUN_H
#define TOA_RUN_H

#include "cases.h"

struct test {
	char name[40];
	const char *listener;
	int listener_family, mptcp;	/* of the listener */
	int family, mptcp_client;	/* of the client */
	enum place place;
	int kind, len;
};

struct verdict {
	const char *result, *expected;
	char sent[ENDPOINT_TEXT], accepted[ENDPOINT_TEXT], peer[ENDPOINT_TEXT], process[32];
	const char *seen_by;	/* socket: the service's own; answer: what it said; NULL: nobody was asked */
	int recorded;		/* the receiver counted the connection; -1 unknown */
	int ms, http_status, tls_alert;
	const char *http_names;	/* client, peer, nobody; NULL: not asked */
	const char *tls;	/* server_hello, alert, none; NULL: not asked */
};

struct run {
	const struct settings *settings;
	struct tun tun;
	unsigned char formats[256];
	int pinned, count, expected, shown, failed;
	unsigned int silent;	/* bit by family: a handshake was not answered */
};

/* Opens the interface and the receiver's probe slot, and begins the JSON. -1 with toa_error. */
int run_open(struct run *run, const struct settings *settings);

/* Ends the JSON and takes all away; 0 when every case was as it should be, else 1. */
int run_close(struct run *run);

/* The kind to use for a layout in a place: the highest that is believed there; 0 none. */
int run_kind(const struct run *run, int len, enum place place);

void run_client(struct client *c, const struct run *run, int family, unsigned short port);

/* Builds the option of a case and writes its client to v->sent; the length. */
unsigned int run_option(const struct run *run, const struct test *t, unsigned char *option, struct verdict *v);

/* Result of what accept and getpeername said. */
const char *run_judge(const struct client *c, const struct verdict *v, int has_port);

/* Result of a handshake that nobody answered; drops: rp_filter_drops() before it. */
const char *run_silence(enum hands hands, long long drops);

void run_print(struct run *run, const struct test *t, const struct verdict *v);

#endif
