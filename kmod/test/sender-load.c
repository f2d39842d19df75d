// SPDX-License-Identifier: GPL-2.0
// Load for the sender's figures (scripts/bench-sender), one thread, epoll, up to 64 connections at a time:
//   sender-load server PORT                     for ever
//   sender-load connect ADDRESS PORT N BYTES    N connections, each with a body of 1 to BYTES random bytes: JSON
//   sender-load stream ADDRESS PORT MS          one connection that sends for MS milliseconds: JSON
// A body begins with its length (0: a stream, to its end). The server answers with the hash of what came, and with whom it
// saw; the client compares both. Connections end by a reset, so that no port waits.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MANY 64
#define BUFFER 65536

struct answer {
	uint64_t hash, bytes;
	struct in6_addr peer;
	uint16_t port;
};

struct connection {
	int fd;
	uint32_t length, sent;
	uint64_t hash;
	uint32_t want; // server: bytes to come; UINT32_MAX: as many as come
	uint64_t got;
	uint32_t head;
	unsigned char header[4];
	unsigned char *body;
};

static void die(const char *what)
{
	perror(what);
	exit(3);
}

static uint64_t fnv(uint64_t hash, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ bytes[i]) * 1099511628211u;
	return hash;
}
#define FNV 14695981039346656037u

static uint64_t random_state = 88172645463325252u;
static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	return random_state ^= random_state << 17;
}

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void name(int fd, int (*ask)(int, struct sockaddr *, socklen_t *), struct answer *into)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	if (ask(fd, (struct sockaddr *)&address, &size))
		return;
	if (address.ss_family == AF_INET6) {
		into->peer = ((struct sockaddr_in6 *)&address)->sin6_addr;
		into->port = ((struct sockaddr_in6 *)&address)->sin6_port;
		return;
	}
	memset(&into->peer, 0, sizeof(into->peer));
	into->peer.s6_addr[10] = into->peer.s6_addr[11] = 0xff;
	memcpy(&into->peer.s6_addr[12], &((struct sockaddr_in *)&address)->sin_addr, 4);
	into->port = ((struct sockaddr_in *)&address)->sin_port;
}

static void watch(int epoll, int how, struct connection *c, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = c };
	if (epoll_ctl(epoll, how, c->fd, &event))
		die("epoll_ctl");
}

static void end(struct connection *c)
{
	close(c->fd);
	free(c->body);
	free(c);
}

// Reads what is there; true when the body is whole.
static int take(struct connection *c)
{
	static unsigned char bytes[BUFFER];
	for (;;) {
		ssize_t n;
		if (c->head < 4) {
			n = read(c->fd, c->header + c->head, 4 - c->head);
			if (n > 0 && (c->head += n) == 4) {
				memcpy(&c->want, c->header, 4);
				if (!c->want)
					c->want = UINT32_MAX;
			}
		} else {
			n = read(c->fd, bytes, sizeof(bytes));
			if (n > 0) {
				// a stream is counted, not hashed: it measures the way
				if (c->want != UINT32_MAX)
					c->hash = fnv(c->hash, bytes, n);
				c->got += n;
			}
		}
		if (n == 0)
			return c->want == UINT32_MAX ? 1 : -1;
		if (n < 0)
			return errno == EAGAIN ? 0 : -1;
		if (c->head == 4 && c->got >= c->want)
			return 1;
	}
}

static _Noreturn void serve(int port)
{
	int zero = 0, one = 1, listener = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0);
	struct sockaddr_in6 here = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&here, sizeof(here)) || listen(listener, 4096))
		die("listen");
	struct connection self = { .fd = listener };
	watch(epoll, EPOLL_CTL_ADD, &self, EPOLLIN);
	for (;;) {
		struct epoll_event events[MANY];
		int n = epoll_wait(epoll, events, MANY, -1);
		for (int i = 0; i < n; i++) {
			struct connection *c = events[i].data.ptr;
			int fd;
			if (c != &self) {
				int whole = take(c);
				if (whole > 0) {
					struct answer answer = { .hash = c->hash, .bytes = c->got };
					name(c->fd, getpeername, &answer);
					if (write(c->fd, &answer, sizeof(answer)) != sizeof(answer))
						whole = -1;
					c->want = UINT32_MAX; // until the client ends it
					if (c->header[0] | c->header[1] | c->header[2] | c->header[3])
						continue;
				}
				if (whole)
					end(c);
				continue;
			}
			while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
				struct connection *new = calloc(1, sizeof(*new));
				new->fd = fd;
				new->hash = FNV;
				watch(epoll, EPOLL_CTL_ADD, new, EPOLLIN);
			}
		}
	}
}

static struct addrinfo *resolve(const char *address, const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST }, *found;
	if (getaddrinfo(address, port, &hints, &found))
		die(address);
	return found;
}

static struct connection *dial(int epoll, const struct addrinfo *to, uint32_t most)
{
	struct linger reset = { 1, 0 };
	struct connection *c = calloc(1, sizeof(*c));
	c->fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	uint32_t body = 1 + next_random() % most;
	c->length = 4 + body;
	c->body = malloc(c->length + 8);
	memcpy(c->body, &body, 4);
	for (uint32_t i = 4; i < c->length; i += 8) {
		uint64_t word = next_random();
		memcpy(c->body + i, &word, 8);
	}
	c->hash = fnv(FNV, c->body + 4, body);
	if (connect(c->fd, to->ai_addr, to->ai_addrlen) && errno != EINPROGRESS)
		die("connect");
	watch(epoll, EPOLL_CTL_ADD, c, EPOLLOUT);
	return c;
}

struct tally {
	uint64_t done, failed, corrupt, client, other;
};

// One step of a connection; true when it has ended.
static int step(int epoll, struct connection *c, struct tally *tally)
{
	if (c->sent < c->length) {
		ssize_t n = write(c->fd, c->body + c->sent, c->length - c->sent);
		if (n < 0 && errno != EAGAIN)
			return tally->failed++, 1;
		if (n > 0 && (c->sent += n) == c->length)
			watch(epoll, EPOLL_CTL_MOD, c, EPOLLIN);
		return 0;
	}
	struct answer answer, own = { 0 };
	ssize_t n = read(c->fd, &answer, sizeof(answer));
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n != sizeof(answer))
		return tally->failed++, 1;
	name(c->fd, getsockname, &own);
	tally->done++;
	if (answer.hash != c->hash || answer.bytes != c->length - 4)
		tally->corrupt++;
	if (answer.port == own.port && !memcmp(&answer.peer, &own.peer, sizeof(own.peer)))
		tally->client++;
	else
		tally->other++;
	return 1;
}

static int connect_all(const struct addrinfo *to, uint64_t all, uint32_t most)
{
	int epoll = epoll_create1(0);
	uint64_t started = 0, ended = 0, bytes = 0;
	struct tally tally = { 0 };
	double begun = seconds();
	while (ended < all) {
		struct epoll_event events[MANY];
		for (; started < all && started - ended < MANY; started++)
			bytes += dial(epoll, to, most)->length;
		int n = epoll_wait(epoll, events, MANY, 60000);
		if (n <= 0)
			die("nothing happens");
		for (int i = 0; i < n; i++) {
			if (!step(epoll, events[i].data.ptr, &tally))
				continue;
			end(events[i].data.ptr);
			ended++;
		}
	}
	printf("{\"connections\":%llu,\"failed\":%llu,\"corrupt\":%llu,\"client\":%llu,\"other\":%llu,\"bytes\":%llu,\"seconds\":%.3f}\n",
	       (unsigned long long)tally.done, (unsigned long long)tally.failed, (unsigned long long)tally.corrupt,
	       (unsigned long long)tally.client, (unsigned long long)tally.other, (unsigned long long)bytes, seconds() - begun);
	return tally.failed || tally.corrupt;
}

static int stream(const struct addrinfo *to, double ms)
{
	static unsigned char bytes[BUFFER];
	int fd = socket(to->ai_family, SOCK_STREAM, 0);
	uint64_t sent = 0;
	struct answer answer;
	if (connect(fd, to->ai_addr, to->ai_addrlen) || write(fd, "\0\0\0", 4) != 4)
		die("connect");
	double begun = seconds();
	while (seconds() - begun < ms / 1000) {
		ssize_t n = write(fd, bytes, sizeof(bytes));
		if (n < 0)
			die("write");
		sent += n;
	}
	shutdown(fd, SHUT_WR);
	if (read(fd, &answer, sizeof(answer)) != sizeof(answer))
		die("answer");
	printf("{\"bytes\":%llu,\"arrived\":%llu,\"seconds\":%.3f}\n", (unsigned long long)sent,
	       (unsigned long long)answer.bytes, seconds() - begun);
	return answer.bytes != sent;
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	if (argc == 3 && !strcmp(argv[1], "server"))
		serve(atoi(argv[2]));
	if (argc == 6 && !strcmp(argv[1], "connect"))
		return connect_all(resolve(argv[2], argv[3]), strtoull(argv[4], NULL, 10), strtoul(argv[5], NULL, 10));
	if (argc == 5 && !strcmp(argv[1], "stream"))
		return stream(resolve(argv[2], argv[3]), atof(argv[4]));
	fprintf(stderr, "usage: sender-load server PORT | connect ADDRESS PORT N BYTES | stream ADDRESS PORT MS\n");
	return 2;
}
