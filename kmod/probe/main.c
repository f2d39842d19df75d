// SPDX-License-Identifier: GPL-2.0
/* toa-probe: see kmod/README.md for commands, JSON and exit codes. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../include/toa_abi.h"
#include "../lib/json.h"
#include "run.h"

static const char usage[] =
	"usage: toa-probe self [--kinds LIST] [--only NAME,...] [options]\n"
	"       toa-probe port --port N [--address A] [--family 4|6] [--place ack|syn|data|none] [--kind K] [--http /PATH | --tls NAME] [options]\n"
	"  options: [--client4 ADDR:PORT] [--client6 [ADDR]:PORT] [--pin /sys/fs/bpf/toa] [--timeout MS] [--json]\n";

/* ADDR:PORT or [ADDR]:PORT into a client of the given family. */
static int parse_endpoint(const char *text, int family, unsigned char *address, unsigned short *port)
{
	char copy[128], *colon, *begin = copy;

	snprintf(copy, sizeof(copy), "%s", text);
	colon = strrchr(copy, ':');
	if (!colon)
		return -1;
	*colon = 0;
	*port = atoi(colon + 1);
	if (family == 6 && *begin == '[' && colon > copy && colon[-1] == ']') {
		begin++;
		colon[-1] = 0;
	}
	memset(address, 0, 16);
	if (family == 6)
		return inet_pton(AF_INET6, begin, address) == 1 ? 0 : -1;
	address[10] = address[11] = 0xff;
	return inet_pton(AF_INET, begin, address + 12) == 1 ? 0 : -1;
}

static int parse_place(const char *text, enum place *place)
{
	int i;

	for (i = PLACE_NONE; i <= PLACE_DATA; i++)
		if (!strcmp(text, run_place(i))) {
			*place = i;
			return 0;
		}
	return -1;
}

static int parse_one(struct settings *s, const char *name, const char *value)
{
	if (!strcmp(name, "--kinds"))
		s->kinds = value;
	else if (!strcmp(name, "--only"))
		s->only = value;
	else if (!strcmp(name, "--pin"))
		s->pin = value;
	else if (!strcmp(name, "--address"))
		s->address = value;
	else if (!strcmp(name, "--http"))
		return *(s->http = value) == '/' && !strpbrk(value, " \r\n") && strlen(value) < 512 ? 0 : -1;
	else if (!strcmp(name, "--tls"))
		return *(s->tls = value) && strlen(value) <= 200 ? 0 : -1;
	else if (!strcmp(name, "--port"))
		return (s->port = atoi(value)) ? 0 : -1;
	else if (!strcmp(name, "--family"))
		return (s->family = atoi(value)) == 4 || s->family == 6 ? 0 : -1;
	else if (!strcmp(name, "--kind"))
		return (s->kind = atoi(value)) > 0 ? 0 : -1;
	else if (!strcmp(name, "--timeout"))
		return (s->timeout = atoi(value)) > 0 ? 0 : -1;
	else if (!strcmp(name, "--place"))
		return parse_place(value, &s->place);
	else if (!strcmp(name, "--client4"))
		return parse_endpoint(value, 4, s->client4, &s->port4);
	else if (!strcmp(name, "--client6"))
		return parse_endpoint(value, 6, s->client6, &s->port6);
	else
		return -1;
	return 0;
}

int main(int argc, char **argv)
{
	static const unsigned char reserved4[16] = TOA_PROBE_CLIENT4, reserved6[16] = TOA_PROBE_CLIENT6;
	struct settings s = { .pin = "/sys/fs/bpf/toa", .timeout = 2000, .place = PLACE_ACK, .port4 = 4321, .port6 = 4321 };
	int i, bad = argc < 2 || (strcmp(argv[1], "self") && strcmp(argv[1], "port")), result;

	memcpy(s.client4, reserved4, 16);
	memcpy(s.client6, reserved6, 16);
	for (i = 2; !bad && i < argc; i++) {
		if (!strcmp(argv[i], "--json"))
			continue;
		bad = i + 1 >= argc || parse_one(&s, argv[i], argv[i + 1]);
		s.other_client |= !strncmp(argv[i], "--client", 8);
		i++;
	}
	if (bad || (s.http && s.tls) || (!strcmp(argv[1], "port") && !s.port)) {
		fputs(usage, stderr);
		return 2;
	}
	if (strcmp(argv[1], "self"))
		result = cases_port(&s);
	else
		result = cases_self(&s);
	if (result < 0) {
		toa_print_error();
		return 3;
	}
	return result;
}
