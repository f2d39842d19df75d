// SPDX-License-Identifier: GPL-2.0
/* getsockopt(IPPROTO_IP, 4096) of DPVS and 1348 of Aliyun's vtoa, on sockets of both families. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "guest.h"

#define DPVS	4096
#define VTOA	1348
#define NOTHING	"nothing"

/* What an option of the client makes a socket say to each question, and to the second one asked with too little room. */
static const struct question {
	const char *name;
	int listener, len;		/* family; length of the option, 0: none */
	const char *dpvs, *vtoa;
	unsigned int size;		/* of vtoa's answer */
} questions[] = {
	{ "v4-client4", 4, 8, NOTHING, "203.0.113.77:4321", 16 },
	{ "v4-client6", 4, 20, "[2001:db8::77]:4321", "[2001:db8::77]:4321", 28 },
	{ "dual-client4", 6, 8, NOTHING, "203.0.113.77:4321", 28 },
	{ "dual-client6", 6, 20, NOTHING, "[2001:db8::77]:4321", 28 },
	{ "v4-none", 4, 0, NOTHING, NOTHING, 0 },
};

static const unsigned char client4[16] = { [10] = 0xff, 0xff, 203, 0, 113, 77 };
static const unsigned char client6[16] = { 0x20, 1, 0xd, 0xb8, [15] = 0x77 };

static void ask_dpvs(int fd, char *text)
{
	unsigned char answer[64];
	socklen_t size = sizeof(answer);

	strcpy(text, NOTHING);
	if (!getsockopt(fd, IPPROTO_IP, DPVS, answer, &size) && size == 18)
		endpoint_text(answer, answer[16] << 8 | answer[17], text);
}

/* -1: the answer has another length than `want`, or stands where it has too little room. */
static int ask_vtoa(int fd, char *text, unsigned int want)
{
	struct sockaddr_storage answer;
	socklen_t size = sizeof(answer);
	unsigned char little[12] = { 0x55 };

	strcpy(text, NOTHING);
	memset(&answer, 0, sizeof(answer));
	if (!getsockopt(fd, IPPROTO_IP, VTOA, &answer, &size))
		sockaddr_text(&answer, text);
	else
		size = 0;
	if (size != want)
		return -1;
	size = sizeof(little);
	return !getsockopt(fd, IPPROTO_IP, VTOA, little, &size) || little[0] != 0x55 ? -1 : 0;
}

static int ask(const struct question *q)
{
	char seen[ENDPOINT_TEXT], dpvs[ENDPOINT_TEXT], vtoa[ENDPOINT_TEXT], name[40];
	unsigned char option[40];
	struct spec spec = { .place = q->len ? PLACE_ACK : PLACE_NONE, .option = option };
	unsigned short port;
	struct client c;
	int listener = listener_open(q->listener, 0, &port), fd, bad;

	snprintf(name, sizeof(name), "sockopt-%s", q->name);
	if (listener < 0)
		return report(name, "unsupported", "no listener: %s", strerror(errno));
	if (q->len)
		spec.option_len = option_build(option, 254, q->len, q->len == 20 ? client6 : client4, 4321);
	fd = connect_one(listener, port, &c, &spec, seen);
	if (fd < 0)
		return report(name, "fail", "no connection");
	ask_dpvs(fd, dpvs);
	bad = ask_vtoa(fd, vtoa, q->size);
	client_reset(&c);
	close(fd);
	close(listener);
	return report(name, bad || strcmp(dpvs, q->dpvs) || strcmp(vtoa, q->vtoa) ? "fail" : "pass", "4096 said %s, 1348 said %s", dpvs, vtoa);
}

int sockopt(void)
{
	unsigned int i;
	int failed = 0;

	for (i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		failed |= ask(&questions[i]);
	return failed;
}
