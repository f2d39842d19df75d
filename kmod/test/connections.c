// SPDX-License-Identifier: GPL-2.0
/*
 * connections END COUNT [--place ack|syn|data|none|fastopen] [--options HEX|random] [--listener v4|dual4|v6]
 *	[--spread 0|1] [--defer 0|1]
 *
 * COUNT connections through a TUN device against a listener of this process,
 * each with a TOA option (its own client) or with the bytes given, ended in
 * one of these ways:
 *
 *	rst	the client resets after accept()
 *	close	the server closes first
 *	fin	the client closes first
 *	abort	reset by the client before accept()
 *	orphan	the listener closes with children in its queue
 *	flood	SYNs only, of addresses that never answer
 *	hold	stay open until standard input ends
 *
 * fastopen: the option in a SYN with data (RFC 7413; net.ipv4.tcp_fastopen is
 * to have 0x602). --defer 1: the listener has TCP_DEFER_ACCEPT, and data
 * without an option follows the handshake.
 *
 * One line of JSON: connections, how many accept() showed as the client and
 * as the peer, nanoseconds and CPU nanoseconds per connection: both ends, and
 * the kernel's work for both, which happens within the writes to the TUN device.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../probe/probe.h"

#define QUEUE 64	/* children that wait when an orphan's listener closes */

struct plan {
	const char *end, *listener;
	enum place place;
	int count, spread, given, defer, fastopen;
	int random;
	unsigned char bytes[40];
};

struct tally {
	int made, failed, client, peer, other;
	char last[ENDPOINT_TEXT];	/* what accept() showed last */
};

static long long now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int family(const struct plan *p)
{
	return !strcmp(p->listener, "v6") ? 6 : 4;
}

static int listen_now(const struct plan *p, unsigned short *port)
{
	int fd = listener_open(strcmp(p->listener, "v4") ? 6 : 4, 0, port);

	if (fd >= 0 && p->defer)
		setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &(int){ 5 }, sizeof(int));
	if (fd >= 0) {
		fcntl(fd, F_SETFL, O_NONBLOCK);
		listen(fd, 4096);
	}
	return fd;
}

/* The next 4-tuple: a port of ours, and another peer when they run out. */
static void client_next(struct client *c, struct tun *tun, const struct plan *p, int i, unsigned short port)
{
	unsigned int address = htonl(0xc6140000 + 10 + (i / 60000) % 60000);

	if (p->spread && family(p) == 4)
		memcpy(tun->peer4 + 12, &address, 4);
	memset(c, 0, sizeof(*c));
	c->tun = tun;
	c->family = family(p);
	c->sport = 2000 + i % 60000;
	c->dport = port;
	c->start = c->seq = i * 2654435761u;
	/* noise is often dropped by the kernel itself; a write to the TUN device returns when the packet has been received */
	c->timeout = p->random ? 2 : 1000;
	memcpy(c->to, c->family == 4 ? tun->host4 : tun->host6, 16);
}

/* An option that names client i: 11.x.y.z, or 2001:db8:1::x. */
static unsigned int option_for(const struct plan *p, int i, unsigned char *option, unsigned char *address)
{
	memset(address, 0, 16);
	address[10] = address[11] = 0xff;
	address[12] = 11;
	if (family(p) == 6) {
		memset(address, 0, 16);
		memcpy(address, "\x20\x01\x0d\xb8\0\1", 6);
	}
	address[13] = i >> 16;
	address[14] = i >> 8;
	address[15] = i;
	if (p->random) {
		static unsigned int state = 2463534242u;
		int k;

		for (k = 0; k < p->given; k++) {
			state ^= state << 13;
			state ^= state >> 17;
			state ^= state << 5;
			option[k] = state >> 8;
		}
		return p->given;
	}
	if (p->given) {
		memcpy(option, p->bytes, p->given);
		return p->given;
	}
	return option_build(option, 254, family(p) == 6 ? 20 : 8, address, 1000 + i % 60000);
}

static void judge(const struct plan *p, struct tally *t, const struct client *c, const struct sockaddr_storage *seen, int i,
		  const unsigned char *address)
{
	char text[ENDPOINT_TEXT], client[ENDPOINT_TEXT], peer[ENDPOINT_TEXT];

	sockaddr_text(seen, text);
	strcpy(t->last, text);
	endpoint_text(address, 1000 + i % 60000, client);
	endpoint_text(c->family == 4 ? c->tun->peer4 : c->tun->peer6, c->sport, peer);
	if (!p->given && !strcmp(text, client))
		t->client++;
	else if (!strcmp(text, peer))
		t->peer++;
	else
		t->other++;
}

/* FIN of one side, answered by the other. */
static void fin(struct client *c, int fd, int client_first)
{
	struct segment s;

	if (client_first)
		client_send(c, TCP_FIN | TCP_ACK_, NULL, 0, NULL, 0);
	close(fd);
	while (client_receive(c, &s) > 0 && !(s.flags & TCP_FIN))
		;
	c->ack = s.seq + s.data_len + 1;
	if (client_first)
		c->seq++;
	client_send(c, client_first ? TCP_ACK_ : TCP_FIN | TCP_ACK_, NULL, 0, NULL, 0);
}

static int one(const struct plan *p, struct tally *t, struct tun *tun, int listener, unsigned short port, int i)
{
	unsigned char option[40], address[16];
	struct spec spec = { .place = p->place, .option = option };
	struct sockaddr_storage seen;
	struct client c;
	int fd;

	client_next(&c, tun, p, i, port);
	spec.option_len = option_for(p, i, option, address);
	if (p->fastopen ? client_send(&c, TCP_SYN_, option, spec.option_len, "x", 1) : client_handshake(&c, &spec) != HANDS_OK)
		return -1;
	if (p->defer && p->place != PLACE_DATA)
		client_send(&c, TCP_ACK_ | TCP_PSH, NULL, 0, "x", 1);
	if (!strcmp(p->end, "orphan"))
		return 0;
	if (!strcmp(p->end, "abort"))
		client_reset(&c);
	fd = listener_accept(listener, &seen, c.timeout);
	if (fd < 0)
		return -1;
	if (strcmp(p->end, "abort"))
		judge(p, t, &c, &seen, i, address);
	if (!strcmp(p->end, "rst"))
		client_reset(&c);
	if (!strcmp(p->end, "hold"))
		return 0;
	if (!strcmp(p->end, "close") || !strcmp(p->end, "fin"))
		fin(&c, fd, !strcmp(p->end, "fin"));
	else
		close(fd);
	return 0;
}

/* SYNs of addresses that the TUN device covers and nobody answers. */
static void flood(const struct plan *p, struct tun *tun, unsigned short port)
{
	unsigned char option[40], address[16], drain[4096];
	struct client c;
	int i;

	for (i = 0; i < p->count; i++) {
		client_next(&c, tun, p, i, port);
		memcpy(tun->peer4 + 12, &(unsigned int){ htonl(0xc6150000 + i % 65000) }, 4);
		client_send(&c, TCP_SYN_, option, p->place == PLACE_SYN ? option_for(p, i, option, address) : 0, NULL, 0);
		while (read(tun->fd, drain, sizeof(drain)) > 0)
			;
	}
}

static void run(const struct plan *p, struct tally *t, struct tun *tun)
{
	unsigned short port;
	int i, listener = listen_now(p, &port);

	if (!strcmp(p->end, "flood")) {
		flood(p, tun, port);
		t->made = p->count;
		/* a real client gets through, by a cookie when the queue is full */
		t->failed = one(&(struct plan){ .end = "rst", .listener = p->listener, .place = PLACE_ACK, .spread = 1 }, t, tun,
				listener, port, 1) != 0;
	}
	for (i = 0; strcmp(p->end, "flood") && i < p->count; i++) {
		if (one(p, t, tun, listener, port, i))
			t->failed++;
		else
			t->made++;
		if (!strcmp(p->end, "orphan") && i % QUEUE == QUEUE - 1) {
			close(listener);
			listener = listen_now(p, &port);
		}
	}
	close(listener);
}

static int parse(int argc, char **argv, struct plan *p)
{
	static const char *const places[] = { "none", "ack", "syn", "data" };
	int i, k;

	if (argc < 3 || !strstr(" rst close fin abort orphan flood hold ", argv[1]))
		return -1;
	*p = (struct plan){ .end = argv[1], .count = atoi(argv[2]), .place = PLACE_ACK, .listener = "v4", .spread = 1 };
	for (i = 3; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--listener"))
			p->listener = argv[i + 1];
		else if (!strcmp(argv[i], "--spread"))
			p->spread = atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "--options") && !strcmp(argv[i + 1], "random"))
			p->random = p->given = 36;	/* what the SYN has room for beside its own */
		else if (!strcmp(argv[i], "--options"))
			for (k = 0; k < 40 && sscanf(argv[i + 1] + 2 * k, "%2hhx", &p->bytes[k]) == 1; k++)
				p->given = k + 1;
		else if (!strcmp(argv[i], "--defer"))
			p->defer = atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "--place") && !strcmp(argv[i + 1], "fastopen"))
			p->fastopen = 1;
		else if (!strcmp(argv[i], "--place"))
			for (k = 0; k < 4; k++)
				p->place = strcmp(places[k], argv[i + 1]) ? p->place : (enum place)k;
		else
			return -1;
	}
	return i == argc ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct tally t = { 0 };
	struct plan p;
	struct tun tun;
	long long begin, cpu;
	char route[96];

	if (parse(argc, argv, &p)) {
		fprintf(stderr, "usage: connections rst|close|fin|abort|orphan|flood|hold COUNT [--place P] [--options HEX|random] [--listener L]\n");
		return 2;
	}
	if (tun_open(&tun)) {
		toa_print_error();
		return 3;
	}
	snprintf(route, sizeof(route), "ip route replace 198.20.0.0/15 dev %s", tun.name);
	if (p.spread && system(route))
		return 3;
	begin = now_ns(CLOCK_MONOTONIC);
	cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	run(&p, &t, &tun);
	printf("{\"end\":\"%s\",\"made\":%d,\"failed\":%d,\"client\":%d,\"peer\":%d,\"other\":%d,\"last\":\"%s\",\"ns\":%lld,\"cpu_ns\":%lld}\n", p.end, t.made, t.failed,
	       t.client, t.peer, t.other, t.last, (now_ns(CLOCK_MONOTONIC) - begin) / (p.count ? p.count : 1),
	       (now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (p.count ? p.count : 1));
	fflush(stdout);
	while (!strcmp(p.end, "hold") && read(0, route, sizeof(route)) > 0)
		;
	return t.failed != 0;
}
