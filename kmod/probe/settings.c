// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include "../include/toa_abi.h"
#include "../lib/number.h"
#include "settings.h"

#define LONGEST_TIMEOUT (60 * 1000)	/* ms; the receiver's slot for the probe is open for a minute */

const char settings_usage[] =
	"usage: toa-probe self [--kinds LIST] [--only NAME,...] [options]\n"
	"       toa-probe port --port N [--address A] [--family 4|6] [--place ack|syn|data|none] [--kind K] [--http /PATH | --tls NAME] [options]\n"
	"       toa-probe listeners --port N\n"
	"       toa-probe watch --port N [--seconds S] [--connections C]\n"
	"  port, watch: [--netns FILE]\n"
	"  self, port: [--client4 ADDR:PORT] [--client6 [ADDR]:PORT] [--pin /sys/fs/bpf/toa] [--timeout MS] [--json]\n";

/* ADDR:PORT or [ADDR]:PORT into a client of the given family; port 0 is one that receivers must refuse. */
static int parse_endpoint(const char *text, int family, unsigned char *address, unsigned short *port)
{
	struct toa_text name = { text, strrchr(text, ':') };
	unsigned char got[16];
	int number;

	if (!name.end || number_parse(name.end + 1, 0, 65535, &number))
		return -1;
	if (family == 6) {
		if (name.end - name.at < 2 || *name.at != '[' || name.end[-1] != ']')
			return -1;
		name.at++;
		name.end--;
	}
	if (toa_text_address(name, got) != family)
		return -1;
	memcpy(address, got, sizeof(got));
	*port = number;
	return 0;
}

const char *settings_place(enum place place)
{
	static const char *const names[] = { "none", "ack", "syn", "data" };

	return names[place];
}

static int parse_place(const char *text, enum place *place)
{
	int i;

	for (i = PLACE_NONE; i <= PLACE_DATA; i++)
		if (!strcmp(text, settings_place(i))) {
			*place = i;
			return 0;
		}
	return -1;
}

/* The service's address decides the family, and must not contradict it. */
static int parse_address(struct settings *s)
{
	unsigned char unused[16];
	struct toa_text text = { s->address, s->address };
	int family;

	if (!s->address)
		return 0;
	text.end += strlen(s->address);
	family = toa_text_address(text, unused);
	if (family < 0 || (s->family && s->family != family))
		return -1;
	s->family = family;
	return 0;
}

static int is_path(const char *value)
{
	return *value == '/' && !strpbrk(value, " \r\n") && strlen(value) < 512;
}

/* Values that are checked where they are used (kinds, address) or are names. */
static const char **plain_place(struct settings *s, const char *name)
{
	return !strcmp(name, "--kinds") ? &s->kinds :
		!strcmp(name, "--only") ? &s->only :
		!strcmp(name, "--pin") ? &s->pin :
		!strcmp(name, "--address") ? &s->address :
		!strcmp(name, "--http") ? &s->http :
		!strcmp(name, "--netns") ? &s->netns :
		!strcmp(name, "--tls") ? &s->tls : NULL;
}

static int parse_one(struct settings *s, const char *name, const char *value)
{
	const char **plain = plain_place(s, name);

	if (plain) {
		*plain = value;
		return *value && (plain != &s->http || is_path(value)) && (plain != &s->tls || strlen(value) <= 200) ? 0 : -1;
	}
	if (!strcmp(name, "--port"))
		return number_parse(value, 1, 65535, &s->port);
	if (!strcmp(name, "--family"))
		return !number_parse(value, 4, 6, &s->family) && s->family != 5 ? 0 : -1;
	if (!strcmp(name, "--kind"))
		return number_parse(value, 1, 254, &s->kind);
	if (!strcmp(name, "--seconds"))
		return number_parse(value, 1, 600, &s->seconds);
	if (!strcmp(name, "--connections"))
		return number_parse(value, 1, 100000, &s->connections);
	if (!strcmp(name, "--timeout"))
		return number_parse(value, 1, LONGEST_TIMEOUT, &s->timeout);
	if (!strcmp(name, "--place"))
		return parse_place(value, &s->place);
	if (!strcmp(name, "--client4"))
		return parse_endpoint(value, 4, s->client4, &s->port4);
	if (!strcmp(name, "--client6"))
		return parse_endpoint(value, 6, s->client6, &s->port6);
	return -1;
}

/* True when a word before argv[i] is the same: only one of them could count. */
static int is_repeated(char **argv, int i)
{
	int j;

	for (j = 2; j < i; j += strcmp(argv[j], "--json") ? 2 : 1)
		if (!strcmp(argv[j], argv[i]))
			return 1;
	return 0;
}

/* Which commands take a word: bits by enum probe_command; 0 for none that there is. */
static unsigned int takers(const char *name)
{
	static const struct { const char *name; unsigned int commands; } words[] = {
		{ "--port", 1u << COMMAND_PORT | 1u << COMMAND_LISTENERS | 1u << COMMAND_WATCH },
		{ "--netns", 1u << COMMAND_PORT | 1u << COMMAND_WATCH },
		{ "--seconds", 1u << COMMAND_WATCH },
		{ "--connections", 1u << COMMAND_WATCH },
	};
	unsigned int i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].name, name))
			return words[i].commands;
	return 1u << COMMAND_SELF | 1u << COMMAND_PORT;
}

static int parse_command(const char *word, enum probe_command *command)
{
	static const char *const names[PROBE_COMMANDS] = { "self", "port", "listeners", "watch" };
	int i;

	for (i = 0; i < PROBE_COMMANDS; i++)
		if (!strcmp(word, names[i])) {
			*command = i;
			return 0;
		}
	return -1;
}

int settings_parse(int argc, char **argv, struct settings *s)
{
	static const struct settings defaults = {
		.pin = "/sys/fs/bpf/toa", .timeout = 2000, .place = PLACE_ACK, .port4 = 4321, .port6 = 4321,
		.client4 = TOA_PROBE_CLIENT4, .client6 = TOA_PROBE_CLIENT6, .seconds = 10, .connections = 20,
	};
	int i;

	*s = defaults;
	if (argc < 2 || parse_command(argv[1], &s->command))
		return -1;
	for (i = 2; i < argc; i++) {
		if (is_repeated(argv, i))
			return -1;
		if (!strcmp(argv[i], "--json"))
			continue;
		if (i + 1 >= argc || !(takers(argv[i]) & 1u << s->command) || parse_one(s, argv[i], argv[i + 1]))
			return -1;
		i++;
	}
	if (parse_address(s))
		return -1;
	return (s->http && s->tls) || (s->command != COMMAND_SELF) != !!s->port ? -1 : 0;
}
