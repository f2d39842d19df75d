// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "../../include/toa_option.h"
#include "guest.h"

static struct tun tun;
static unsigned int serial;

/* Opens the TUN device that all connections go through; -1: toa_print_error() says why not. */
int link_open(void)
{
	return tun_open(&tun);
}

int report(const char *name, const char *status, const char *format, ...)
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

unsigned int option_of(unsigned int n, int kind, unsigned char *option, char *text)
{
	unsigned char address[16];
	unsigned short port;

	client_of(n, address, &port);
	endpoint_text(address, port, text);
	return option_build(option, kind, 8, address, port);
}

void begin(struct client *c, unsigned short port)
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

int listener_big(unsigned short *port)
{
	int fd = listener_open(4, 0, port);

	if (fd >= 0)
		listen(fd, 4096);
	return fd;
}

/* A connection with an option; -1: none. What accept said in `seen`. */
int connect_one(int listener, unsigned short port, struct client *c, const struct spec *spec, char *seen)
{
	struct sockaddr_storage peer;
	int fd;

	begin(c, port);
	if (client_handshake(c, spec) != HANDS_OK || (fd = listener_accept(listener, &peer, c->timeout)) < 0)
		return -1;
	sockaddr_text(&peer, seen);
	return fd;
}
