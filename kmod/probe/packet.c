// SPDX-License-Identifier: GPL-2.0
/* IP and TCP by hand: what a client says, and what it hears. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "probe.h"

#define IP4_HEADER	20
#define IP6_HEADER	40
#define TCP_HEADER	20
#define PROTO_ICMP	1
#define PROTO_TCP	6
#define PROTO_ICMP6	58

static void put16(unsigned char *p, unsigned int v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static void put32(unsigned char *p, unsigned int v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static unsigned int get16(const unsigned char *p)
{
	return p[0] << 8 | p[1];
}

static unsigned int get32(const unsigned char *p)
{
	return (unsigned int)get16(p) << 16 | get16(p + 2);
}

/* One's complement sum (RFC 1071), to go on with. */
static unsigned int sum(const unsigned char *p, unsigned int len, unsigned int start)
{
	unsigned int i;

	for (i = 0; i + 1 < len; i += 2)
		start += get16(p + i);
	if (len & 1)
		start += p[len - 1] << 8;
	return start;
}

static unsigned int fold(unsigned int s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return ~s & 0xffff;
}

static unsigned int build4(unsigned char *p, const struct client *c, unsigned int len)
{
	memset(p, 0, IP4_HEADER);
	p[0] = 0x45;
	put16(p + 2, IP4_HEADER + len);
	p[6] = 0x40;	/* do not fragment */
	p[8] = 64;
	p[9] = PROTO_TCP;
	memcpy(p + 12, c->tun->peer4 + 12, 4);
	memcpy(p + 16, c->to + 12, 4);
	put16(p + 10, fold(sum(p, IP4_HEADER, 0)));
	return sum(p + 12, 8, PROTO_TCP + len);
}

static unsigned int build6(unsigned char *p, const struct client *c, unsigned int len)
{
	memset(p, 0, IP6_HEADER);
	p[0] = 0x60;
	put16(p + 4, len);
	p[6] = PROTO_TCP;
	p[7] = 64;
	memcpy(p + 8, c->tun->peer6, 16);
	memcpy(p + 24, c->to, 16);
	return sum(p + 8, 32, PROTO_TCP + len);
}

int client_send(const struct client *c, unsigned char flags, const unsigned char *options, unsigned int options_len,
		const void *data, unsigned int data_len)
{
	unsigned char packet[2048];
	unsigned int ip = c->family == 4 ? IP4_HEADER : IP6_HEADER, padded = (options_len + 3) & ~3u, len, pseudo;
	unsigned char *tcp = packet + ip;

	if (padded > 40 || data_len > 1024) {
		errno = EMSGSIZE;
		return -1;
	}
	len = TCP_HEADER + padded + data_len;
	memset(tcp, 0, TCP_HEADER);
	put16(tcp, c->sport);
	put16(tcp + 2, c->dport);
	put32(tcp + 4, c->seq);
	put32(tcp + 8, flags & TCP_ACK_ ? c->ack : 0);
	tcp[12] = (TCP_HEADER + padded) / 4 << 4;
	tcp[13] = flags;
	put16(tcp + 14, 65535);
	if (options_len)
		memcpy(tcp + TCP_HEADER, options, options_len);
	memset(tcp + TCP_HEADER + options_len, 1, padded - options_len);
	if (data_len)
		memcpy(tcp + TCP_HEADER + padded, data, data_len);
	pseudo = c->family == 4 ? build4(packet, c, len) : build6(packet, c, len);
	put16(tcp + 16, fold(sum(tcp, len, pseudo)));
	return write(c->tun->fd, packet, ip + len) == (ssize_t)(ip + len) ? 0 : -1;
}

/* 1: a segment for the client; -1: ICMP says unreachable; 0: something else. */
static int read_packet(const struct client *c, const unsigned char *p, unsigned int n, struct segment *s)
{
	unsigned int ip, proto, header;
	const unsigned char *tcp;

	if (n < IP4_HEADER || p[0] >> 4 != c->family)
		return 0;
	ip = c->family == 4 ? (p[0] & 15) * 4 : IP6_HEADER;
	proto = c->family == 4 ? p[9] : p[6];
	if (n >= ip + 1 && ((proto == PROTO_ICMP && p[ip] == 3) || (proto == PROTO_ICMP6 && p[ip] == 1)))
		return -1;
	if (proto != PROTO_TCP || n < ip + TCP_HEADER)
		return 0;
	tcp = p + ip;
	header = (tcp[12] >> 4) * 4;
	if (get16(tcp) != c->dport || get16(tcp + 2) != c->sport || header < TCP_HEADER || n < ip + header)
		return 0;
	s->seq = get32(tcp + 4);
	s->ack = get32(tcp + 8);
	s->flags = tcp[13];
	s->options_len = header - TCP_HEADER;
	memcpy(s->options, tcp + TCP_HEADER, s->options_len);
	s->data_len = n - ip - header;
	s->data = tcp + header;
	return 1;
}

long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int client_receive(const struct client *c, struct segment *segment)
{
	static unsigned char packet[65536];
	long long end = now_ms() + c->timeout, left;
	struct pollfd wait = { .fd = c->tun->fd, .events = POLLIN };
	int kind;
	ssize_t n;

	while ((left = end - now_ms()) > 0 && poll(&wait, 1, left) > 0) {
		n = read(c->tun->fd, packet, sizeof(packet));
		kind = n > 0 ? read_packet(c, packet, n, segment) : 0;
		if (kind)
			return kind;
	}
	return 0;
}
