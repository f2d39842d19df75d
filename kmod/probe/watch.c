// SPDX-License-Identifier: GPL-2.0
/*
 * toa-probe watch: which TCP options the connections to a port bring, and from whom, as the packets show it before any
 * receiver looks. Reads copies (AF_PACKET) of packets to the port and changes nothing.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "../lib/json.h"
#include "watch.h"

#define MOST		4096	/* connections that are kept */
#define SNAP		256

static struct brought all[MOST];
static int used, over;
static long long udp;

/* Kinds that TCP itself uses; toa_text.h has the same list. */
static int of_tcp(int kind)
{
	return kind < 9 || kind == 19 || kind == 29 || kind == 30 || kind == 34 || kind == 255;
}

static void keep(struct brought *s, const unsigned char *option, int len, enum place place)
{
	int i;

	for (i = 0; i < KINDS && s->kinds[i]; i++)
		if (s->kinds[i] == option[0] && s->lens[i] == len) {
			s->places[i] |= 1 << place;
			return;
		}
	if (i == KINDS)
		return;
	s->kinds[i] = option[0];
	s->lens[i] = len;
	s->places[i] = 1 << place;
}

static void walk(struct brought *s, const unsigned char *at, const unsigned char *end, enum place place)
{
	int len;

	while (at < end && *at) {
		if (*at == 1) {
			at++;
			continue;
		}
		len = end - at > 1 ? at[1] : 0;
		if (len < 2 || len > end - at)
			return;
		s->mptcp |= *at == 30;
		if (!of_tcp(*at))
			keep(s, at, len, place);
		at += len;
	}
}

static struct brought *find(const unsigned char *peer, unsigned short port, int make)
{
	int i;

	for (i = used - 1; i >= 0; i--)
		if (all[i].port == port && !memcmp(all[i].peer, peer, 16))
			return &all[i];
	if (!make || used == MOST)
		return NULL;
	memcpy(all[used].peer, peer, 16);
	all[used].port = port;
	return &all[used++];
}

/* One TCP segment to the port: the SYN begins a connection, its first data ends what is of interest. */
static void segment(const unsigned char *peer, const unsigned char *tcp, int size, int data)
{
	int header = size >= 20 ? (tcp[12] >> 4) * 4 : 0, syn = tcp[13] & TCP_SYN_;
	struct brought *s;

	if (header < 20 || header > size)
		return;
	s = find(peer, tcp[0] << 8 | tcp[1], syn && !(tcp[13] & TCP_ACK_));
	if (!s || s->over)
		return;
	data -= header;
	walk(s, tcp + 20, tcp + header, syn ? PLACE_SYN : data > 0 ? PLACE_DATA : PLACE_ACK);
	s->over = data > 0 || tcp[13] & (TCP_FIN | TCP_RST);
	over += s->over;
}

static void packet(const unsigned char *ip, int size, int port)
{
	unsigned char peer[16] = { [10] = 0xff, [11] = 0xff };
	int header, protocol, total;

	if (size < 28)
		return;
	if (*ip >> 4 == 4) {
		header = (*ip & 15) * 4;
		protocol = ip[9];
		total = ip[2] << 8 | ip[3];
		memcpy(peer + 12, ip + 12, 4);
	} else {
		header = 40;
		protocol = ip[6];
		total = 40 + (ip[4] << 8 | ip[5]);
		memcpy(peer, ip + 8, 16);
	}
	if (size < header + 8 || (ip[header + 2] << 8 | ip[header + 3]) != port)
		return;
	if (protocol == 17)
		udp++;
	else if (protocol == 6 && size >= header + 20)
		segment(peer, ip + header, size - header, total - header);
}

/* Lets the kernel pass over whatever does not go to the port: TCP or UDP, IPv4 without fragments, IPv6. */
static int filter(int fd, int port)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 8, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 17, 0, 10),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 8, 0),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
		BPF_JUMP(BPF_JMP | BPF_JA, 4, 0, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 17, 0, 2),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 42),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, SNAP),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

int watch_show(const struct settings *s)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ALL));
	long long begin = now_ms(), end = begin + 1000LL * s->seconds;
	struct pollfd ready = { fd, POLLIN, 0 };
	static unsigned char data[SNAP];
	struct sockaddr_ll from;
	socklen_t size;
	ssize_t n;

	if (fd < 0 || filter(fd, s->port))
		return toa_fail("no_packets", "Run as root; the kernel needs CONFIG_PACKET", "cannot watch packets: %s", strerror(errno));
	while (over < s->connections && now_ms() < end) {
		if (poll(&ready, 1, end - now_ms()) <= 0)
			continue;
		size = sizeof(from);
		n = recvfrom(fd, data, sizeof(data), 0, (void *)&from, &size);
		/* what the host sends to itself is seen going out and coming in */
		if (n > 0 && from.sll_pkttype != PACKET_OUTGOING)
			packet(data, n, s->port);
	}
	close(fd);
	watch_print(all, used, udp, now_ms() - begin);
	return 0;
}
