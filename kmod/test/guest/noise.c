// SPDX-License-Identifier: GPL-2.0
/* What only somebody hostile sends. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "guest.h"

/* Forty bytes: noise, or (odd n) a chain of well-formed options of unknown kinds with a TOA option somewhere. */
static void noise(int n, unsigned char *option)
{
	unsigned int i, len;

	for (i = 0; i < 40; i++)
		option[i] = rand() >> 7;
	/* begin near a TOA option */
	option[0] = n & 2 ? 254 : 253;
	option[1] = n % 41;
	if (!(n & 1))
		return;
	for (i = 0; i + 1 < 40; i += len) {
		len = 2 + option[i] % 19;
		if (i + len > 40)
			len = 40 - i;
		option[i + 1] = len;
		option[i] = len == 8 || len == 20 ? 254 : 64 + option[i] % 180;
	}
	if (i < 40)
		option[i] = 1;
}

/* The kernel itself may drop such a packet; accept and getpeername must agree on the others. */
int garbage(int count)
{
	unsigned char option[40];
	struct spec spec = { .place = PLACE_ACK, .option = option, .option_len = 40 };
	char seen[ENDPOINT_TEXT], again[ENDPOINT_TEXT];
	struct sockaddr_storage peer;
	int listener, i, fd, disagree = 0, made = 0;
	unsigned short port;
	struct client c;

	listener = listener_big(&port);
	srand(1);
	for (i = 0; i < count; i++) {
		noise(i, option);
		begin(&c, port);
		if (client_handshake(&c, &spec) != HANDS_OK || (fd = listener_accept(listener, &peer, 50)) < 0)
			continue;
		made++;
		sockaddr_text(&peer, seen);
		peer_text(fd, again);
		disagree += strcmp(seen, again) != 0;
		close(fd);
		client_reset(&c);
	}
	close(listener);
	return report("garbage", disagree || !made ? "fail" : "pass", "%d packets, %d connections, accept and getpeername disagree %d times",
		      count, made, disagree);
}

/* SYNs with options to a listener that nobody serves: tables stay bounded. */
int flood(int count)
{
	unsigned char option[40];
	char text[ENDPOINT_TEXT];
	unsigned short port;
	struct client c;
	int listener = listener_big(&port), i, len;

	for (i = 0; i < count; i++) {
		len = option_of(i, 254, option, text);
		begin(&c, port);
		client_send(&c, TCP_SYN_, option, len, NULL, 0);
	}
	close(listener);
	return report("syn-flood", "pass", "%d SYNs", count);
}
