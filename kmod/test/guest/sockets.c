// SPDX-License-Identifier: GPL-2.0
/* Options of a socket that change how its connection begins or what is asked of it. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "guest.h"

#ifndef TCP_ULP
#define TCP_ULP 31
#endif
#define SOL_TLS_ 282

/* TCP_DEFER_ACCEPT: the option in a bare ACK that the kernel drops, then bare data. */
int defer(void)
{
	char want[ENDPOINT_TEXT], seen[ENDPOINT_TEXT] = "nothing";
	unsigned char option[40], mss[4] = { 2, 4, 5, 0x78 };
	int seconds = 30, len, got, fd, listener;
	struct sockaddr_storage peer;
	struct segment answer;
	unsigned short port;
	struct client c;

	listener = listener_big(&port);
	setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds));
	len = option_of(77, 254, option, want);
	begin(&c, port);
	client_send(&c, TCP_SYN_, mss, 4, NULL, 0);
	do {
		got = client_receive(&c, &answer);
	} while (got > 0 && !(answer.flags & TCP_SYN_));
	c.seq++;
	c.ack = answer.seq + 1;
	client_send(&c, TCP_ACK_, option, len, NULL, 0);
	usleep(100000);
	client_send(&c, TCP_ACK_ | TCP_PSH, NULL, 0, "x", 1);
	fd = listener_accept(listener, &peer, 5000);
	if (fd >= 0)
		sockaddr_text(&peer, seen);
	client_reset(&c);	/* no orphan stays behind */
	close(fd);
	close(listener);
	return report("defer-bare-ack", strcmp(seen, want) ? "fail" : "pass", "accept said %s", seen);
}

/* Fast Open without a cookie (net.ipv4.tcp_fastopen has 0x200): option and data in the SYN. */
int fastopen(void)
{
	char want[ENDPOINT_TEXT], seen[ENDPOINT_TEXT] = "nothing", again[ENDPOINT_TEXT] = "nothing";
	unsigned char option[40];
	int queue = 16, len, fd, listener;
	struct sockaddr_storage peer;
	unsigned short port;
	struct client c;
	FILE *file = fopen("/proc/sys/net/ipv4/tcp_fastopen", "we");

	if (!file)
		return report("fastopen-syn", "unsupported", "the kernel has no Fast Open");
	fputs("1539\n", file);
	fclose(file);
	listener = listener_big(&port);
	if (setsockopt(listener, IPPROTO_TCP, TCP_FASTOPEN, &queue, sizeof(queue)))
		return report("fastopen-syn", "unsupported", "TCP_FASTOPEN: %s", strerror(errno));
	len = option_of(78, 254, option, want);
	begin(&c, port);
	client_send(&c, TCP_SYN_, option, len, "x", 1);
	fd = listener_accept(listener, &peer, 3000);
	if (fd >= 0) {
		sockaddr_text(&peer, seen);
		peer_text(fd, again);
	}
	client_reset(&c);
	close(fd);
	close(listener);
	return report("fastopen-syn", strcmp(seen, want) || strcmp(again, want) ? "fail" : "pass", "accept said %s, getpeername %s", seen, again);
}

static int ktls_end(const struct client *c, int fd, const char *what)
{
	int error = errno;

	client_reset(c);
	close(fd);
	return report("ktls", "unsupported", "%s: %s", what, strerror(error));
}

/* kTLS on a socket whose client's bytes other receivers leave in sk_user_data. */
int ktls(void)
{
	static const unsigned char kinds[] = { 254, 253, 252, 200 };
	char want[ENDPOINT_TEXT], seen[ENDPOINT_TEXT], buffer[16];
	unsigned char option[40], info[40];
	struct spec spec = { .place = PLACE_ACK, .option = option };
	unsigned short port;
	struct client c;
	int listener = listener_big(&port), fd;
	unsigned int i;

	for (i = 0; i < sizeof(kinds); i++) {
		spec.option_len = option_of(i + 1, kinds[i], option, want);
		fd = connect_one(listener, port, &c, &spec, seen);
		if (fd < 0)
			return report("ktls", "fail", "no connection");
		if (setsockopt(fd, IPPROTO_TCP, TCP_ULP, "tls", 3))
			return ktls_end(&c, fd, "TCP_ULP");
		memset(info, 'k', sizeof(info));
		info[0] = 3;	/* TLS 1.2, AES-GCM-128 */
		info[1] = 3;
		info[2] = 51;
		info[3] = 0;
		if (setsockopt(fd, SOL_TLS_, 2, info, sizeof(info)))
			return ktls_end(&c, fd, "TLS_RX");
		client_send(&c, TCP_ACK_ | TCP_PSH, NULL, 0, "not a record of TLS", 19);
		c.seq += 19;
		usleep(50000);
		if (recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT) >= 0)
			return report("ktls", "fail", "garbage was decrypted");
		client_reset(&c);
		close(fd);
	}
	close(listener);
	return report("ktls", "pass", "received with keys set, kinds 254 253 252 200");
}

/* A socket that is disconnected and connected elsewhere has a new peer. */
int reuse(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char want[ENDPOINT_TEXT], seen[ENDPOINT_TEXT], real[ENDPOINT_TEXT];
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	unsigned char option[40];
	struct spec spec = { .place = PLACE_ACK, .option = option };
	unsigned short port, other;
	struct client c;
	int listener = listener_big(&port), second = listener_big(&other), fd;

	spec.option_len = option_of(5, 254, option, want);
	fd = connect_one(listener, port, &c, &spec, seen);
	close(listener);
	if (fd < 0 || connect(fd, &none, sizeof(none)))
		return report("reuse", "fail", "no disconnect: %s", strerror(errno));
	to.sin_port = htons(other);
	if (connect(fd, (void *)&to, sizeof(to)))
		return report("reuse", "unsupported", "connect: %s", strerror(errno));
	sockaddr_text((void *)&to, real);
	peer_text(fd, seen);
	close(fd);
	close(second);
	return report("reuse", strcmp(seen, real) ? "fail" : "pass", "connected to %s, getpeername said %s", real, seen);
}
