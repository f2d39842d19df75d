// SPDX-License-Identifier: GPL-2.0
/*
 * What toa-probe does not try: run inside a booted test kernel by
 * scripts/test-kernels, linked with probe/ and lib/. One line a case on
 * stdout: "NAME pass|fail|unsupported DETAIL".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../include/toa_option.h"
#include "../lib/json.h"
#include "../probe/probe.h"

#ifndef TCP_ULP
#define TCP_ULP 31
#endif
#define SOL_TLS_ 282
#define MANY 65536

static struct tun tun;
static unsigned int serial;

static int report(const char *name, const char *status, const char *format, ...)
{
	va_list args;

	printf("@case %s %s ", name, status);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	return strcmp(status, "fail") ? 0 : 1;
}

/* Each connection has its own client, so that a mix-up shows. */
static void client_of(unsigned int n, unsigned char *address, unsigned short *port)
{
	memset(address, 0, 16);
	address[10] = address[11] = 0xff;
	address[12] = 203;
	address[13] = n >> 16;
	address[14] = n >> 8;
	address[15] = n;
	*port = 1024 + n % 60000;
}

static unsigned int option_of(unsigned int n, int kind, unsigned char *option, char *text)
{
	unsigned char address[16];
	unsigned short port;

	client_of(n, address, &port);
	endpoint_text(address, port, text);
	return option_build(option, kind, 8, address, port);
}

static void begin(struct client *c, unsigned short port)
{
	memset(c, 0, sizeof(*c));
	c->tun = &tun;
	c->family = 4;
	c->sport = 1025 + serial++ % 60000;
	c->dport = port;
	c->seq = c->start = serial * 2654435761u >> 1;
	c->timeout = 5000;
	memcpy(c->to, tun.host4, 16);
}

static int listener_big(unsigned short *port)
{
	int fd = listener_open(4, 0, port);

	if (fd >= 0)
		listen(fd, 4096);
	return fd;
}

/* A connection with an option; -1: none. What accept said in `seen`. */
static int connect_one(int listener, unsigned short port, struct client *c, const struct spec *spec, char *seen)
{
	struct sockaddr_storage peer;
	int fd;

	begin(c, port);
	if (client_handshake(c, spec) != HANDS_OK || (fd = listener_accept(listener, &peer, c->timeout)) < 0)
		return -1;
	sockaddr_text(&peer, seen);
	return fd;
}

static void peer_text(int fd, char *text)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);

	if (getpeername(fd, (void *)&peer, &size))
		strcpy(text, strerror(errno));
	else
		sockaddr_text(&peer, text);
}

/* N short connections, each with its own client. */
static int churn(int count)
{
	char want[ENDPOINT_TEXT], seen[ENDPOINT_TEXT], again[ENDPOINT_TEXT];
	int i, fd, wrong = 0, none = 0, listener;
	struct linger hard = { 1, 0 };
	unsigned char option[40];
	struct spec spec = { .place = PLACE_ACK, .option = option };
	unsigned short port;
	struct client c;

	listener = listener_big(&port);
	for (i = 0; i < count; i++) {
		spec.option_len = option_of(i + 1, 254, option, want);
		fd = connect_one(listener, port, &c, &spec, seen);
		if (fd < 0) {
			none++;
			continue;
		}
		peer_text(fd, again);
		wrong += strcmp(seen, want) || strcmp(again, want);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		close(fd);
	}
	close(listener);
	return report("churn", wrong || none > count / 1000 ? "fail" : "pass", "%d connections, %d wrong, %d not made", count, wrong, none);
}

static int run(char **command)
{
	pid_t pid = fork();
	int status = -1;

	if (!pid) {
		execvp(command[0], command);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

/* Holds N connections, runs a command (rmmod, insmod...) and asks them again. */
static int hold(const char *name, int count, char **command)
{
	static int fds[MANY];
	char want[ENDPOINT_TEXT], seen[ENDPOINT_TEXT];
	struct rlimit files = { MANY + 64, MANY + 64 };
	int i, before = 0, after = 0, dead = 0, status, listener;
	unsigned char option[40];
	struct spec spec = { .place = PLACE_ACK, .option = option };
	unsigned short port;
	struct client c;

	setrlimit(RLIMIT_NOFILE, &files);
	listener = listener_big(&port);
	for (i = 0; i < count; i++) {
		spec.option_len = option_of(i + 1, 254, option, want);
		fds[i] = connect_one(listener, port, &c, &spec, seen);
		before += fds[i] >= 0 && !strcmp(seen, want);
	}
	status = run(command);
	for (i = 0; i < count; i++) {
		if (fds[i] < 0)
			continue;
		option_of(i + 1, 254, option, want);
		peer_text(fds[i], seen);
		after += !strcmp(seen, want);
		dead += !strchr(seen, ':');
		close(fds[i]);
	}
	close(listener);
	return report(name, status || dead ? "fail" : "pass", "%d held, %d showed the client before, %d after, command said %d", count, before,
		      after, status);
}

/* TCP_DEFER_ACCEPT: the option in a bare ACK that the kernel drops, then bare data. */
static int defer(void)
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
static int fastopen(void)
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
static int ktls(void)
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

/* DPVS's question on an IPv4 socket with an IPv6 client. */
static int nat64(void)
{
	unsigned char option[40], address[16] = { 0x20, 1, 0xd, 0xb8, [15] = 0x77 }, answer[32];
	struct spec spec = { .place = PLACE_ACK, .option = option };
	char seen[ENDPOINT_TEXT], text[ENDPOINT_TEXT] = "nothing";
	socklen_t size = sizeof(answer);
	unsigned short port;
	struct client c;
	int listener = listener_big(&port), fd, bad;

	spec.option_len = option_build(option, 254, 20, address, 4321);
	fd = connect_one(listener, port, &c, &spec, seen);
	if (fd < 0)
		return report("nat64", "fail", "no connection");
	bad = getsockopt(fd, IPPROTO_IP, 4096, answer, &size);
	if (!bad)
		endpoint_text(answer, answer[16] << 8 | answer[17], text);
	client_reset(&c);
	close(fd);
	close(listener);
	if (bad)
		return report("nat64", "fail", "getsockopt: %s", strerror(errno));
	return report("nat64", size == 18 && !strcmp(text, "[2001:db8::77]:4321") ? "pass" : "fail", "getsockopt said %s", text);
}

/* A socket that is disconnected and connected elsewhere has a new peer. */
static int reuse(void)
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
static int garbage(int count)
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
static int flood(int count)
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

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int count = argc > 2 ? atoi(argv[2]) : 1000;

	if (count < 1 || count > 1000000)
		return 2;
	if (tun_open(&tun)) {
		toa_print_error();
		return 3;
	}
	if (!strcmp(what, "churn"))
		return churn(count);
	if (!strcmp(what, "hold") && argc > 4 && count <= MANY)
		return hold(argv[3], count, argv + 4);
	if (!strcmp(what, "defer"))
		return defer();
	if (!strcmp(what, "fastopen"))
		return fastopen();
	if (!strcmp(what, "ktls"))
		return ktls();
	if (!strcmp(what, "nat64"))
		return nat64();
	if (!strcmp(what, "reuse"))
		return reuse();
	if (!strcmp(what, "garbage"))
		return garbage(count);
	if (!strcmp(what, "flood"))
		return flood(count);
	fputs("usage: guest churn N | hold N NAME COMMAND... | defer | fastopen | ktls | nat64 | reuse | garbage N | flood N\n", stderr);
	return 2;
}
