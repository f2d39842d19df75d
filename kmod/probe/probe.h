/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of toa-probe share. */
#ifndef TOA_PROBE_H
#define TOA_PROBE_H

#include <netinet/in.h>
#include <stddef.h>

enum place { PLACE_NONE, PLACE_ACK, PLACE_SYN, PLACE_DATA };

/* The TUN interface, and the two ends of its networks. */
struct tun {
	int fd;
	char name[16];
	unsigned char host4[16], peer4[16];	/* v4-mapped */
	unsigned char host6[16], peer6[16];
	int has6;		/* IPv6 is on */
};

/* Opens it and gives it addresses that no route covers. -1 with toa_error. */
int tun_open(struct tun *tun);

/* A TCP client of our own, at the other end of the TUN device. */
struct client {
	const struct tun *tun;
	int family;		/* 4 or 6 */
	unsigned short sport, dport;
	unsigned int seq, ack;	/* next to send, next expected */
	unsigned int start;	/* our first sequence number */
	int timeout;		/* ms for each answer */
	unsigned char to[16];	/* destination, v4-mapped or IPv6 */
};

#define TCP_FIN 1
#define TCP_SYN_ 2
#define TCP_RST 4
#define TCP_PSH 8
#define TCP_ACK_ 16

struct segment {
	unsigned int seq, ack;
	unsigned char flags, options[40], options_len;
	unsigned short data_len;
	const unsigned char *data;	/* until the next client_receive */
};

/* Sends one segment with options (padded to 4) and data. -1 with errno. */
int client_send(const struct client *c, unsigned char flags, const unsigned char *options, unsigned int options_len,
		const void *data, unsigned int data_len);

/* CLOCK_MONOTONIC in milliseconds. */
long long now_ms(void);

/* Next segment for this client; 0 when none came in time; -1 for ICMP's refusal. */
int client_receive(const struct client *c, struct segment *segment);

struct spec {
	enum place place;
	const unsigned char *option;
	unsigned int option_len;
	int mptcp;		/* a real MPTCP client */
	const void *payload;	/* of the first data segment; NULL: none but for PLACE_DATA */
	unsigned int payload_len;
};

enum hands { HANDS_OK, HANDS_SILENT, HANDS_REFUSED };

/* The three-way handshake, with the option where spec says. */
enum hands client_handshake(struct client *c, const struct spec *spec);
void client_reset(const struct client *c);

/*
 * Reads what the server sends into out (size bytes, always with a 0 behind it) and acknowledges it, until `enough` says so,
 * the server ends the connection, or nothing comes for the client's timeout. Returns the number of bytes.
 */
size_t client_read(struct client *c, char *out, size_t size, int (*enough)(char *data, size_t used));

/* Listeners of our own; the port the kernel chose in *port. -1 with errno. */
int listener_open(int family, int mptcp, unsigned short *port);

/* accept() within timeout ms; -1. */
int listener_accept(int fd, struct sockaddr_storage *peer, int timeout);

/* Address and port as text, v4-mapped as IPv4: 192.0.2.254:1, [2001:db8::1]:1 */
#define ENDPOINT_TEXT 64
void endpoint_text(const unsigned char *address, unsigned short port, char *out);
void sockaddr_text(const struct sockaddr_storage *address, char *out);

/* What getpeername() says of a socket: ENDPOINT_TEXT of an address, or of its error. */
void peer_text(int fd, char *out);

/* Builds a TOA option of kind and length; returns its length. */
unsigned int option_build(unsigned char *out, int kind, int len, const unsigned char *address, unsigned short port);

/* The reserved addresses are allowed for this long, in the pinned map. */
int slot_open(const char *pin, const struct tun *tun, int seconds);
void slot_close(const char *pin);

/*
 * The service's socket of the connection: its peer as the service sees it. SEEN_NOT_YET: the kernel has the connection, and
 * nobody accepted it. SEEN_CANNOT: it was accepted, and its socket cannot be asked (kernel before 5.6, a process that
 * another PID namespace hides, or one that has closed it).
 */
enum seen { SEEN_OK, SEEN_NOT_YET, SEEN_CANNOT };
enum seen inspect(const struct client *c, struct sockaddr_storage *peer, char *process, size_t size);

/* Connections of the probe that the receivers took a client from, so far; -1: nobody counts. */
long long slot_recorded(const char *pin);

/* TcpExt IPReversePathFilter, 0 when unknown. */
long long rp_filter_drops(void);

#endif
