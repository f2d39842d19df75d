// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <string.h>
#include "../include/toa_text.h"
#include "../lib/json.h"
#include "../lib/kinds.h"
#include "sender.h"

const char sender_usage[] =
	"usage: toa-bpf sender check|attach|status|stats|detach [options]\n"
	"  attach  --devices NAME,... --services FILE|- | --any  [--kinds LIST] [--in-syn] [--no-mss] [--clsact] [--dry-run]\n"
	"  stats   [--prometheus [--output FILE]]\n"
	"  detach  [--dry-run]\n"
	"  all:    [--pin /sys/fs/bpf/toa_sender] [--json]\n";

static const char *const commands[SENDER_COMMANDS] = { "check", "attach", "status", "stats", "detach" };

#define IN(command) (1u << (command))
#define ALL (IN(SENDER_COMMANDS) - 1)

static const struct word {
	const char *name;
	unsigned int commands;
	int value;		/* 1: a value follows, a const char * at place; 0: an int at place becomes 1 */
	size_t place;
} words[] = {
	{ "--pin", ALL, 1, offsetof(struct sender_options, pin) },
	{ "--json", ALL, 0, offsetof(struct sender_options, verbose) },
	{ "--kinds", IN(SENDER_ATTACH), 1, offsetof(struct sender_options, kinds) },
	{ "--devices", IN(SENDER_ATTACH), 1, offsetof(struct sender_options, devices) },
	{ "--services", IN(SENDER_ATTACH), 1, offsetof(struct sender_options, services) },
	{ "--any", IN(SENDER_ATTACH), 0, offsetof(struct sender_options, any) },
	{ "--in-syn", IN(SENDER_ATTACH), 0, offsetof(struct sender_options, in_syn) },
	{ "--no-mss", IN(SENDER_ATTACH), 0, offsetof(struct sender_options, no_mss) },
	{ "--clsact", IN(SENDER_ATTACH), 0, offsetof(struct sender_options, clsact) },
	{ "--dry-run", IN(SENDER_ATTACH) | IN(SENDER_DETACH), 0, offsetof(struct sender_options, dry_run) },
	{ "--prometheus", IN(SENDER_STATS), 0, offsetof(struct sender_options, prometheus) },
	{ "--output", IN(SENDER_STATS), 1, offsetof(struct sender_options, output) },
};

static const struct word *find_word(const char *name, enum sender_command command)
{
	unsigned int i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].name, name) && words[i].commands & IN(command))
			return &words[i];
	return NULL;
}

int sender_options(int argc, char **argv, struct sender_options *o)
{
	const struct word *word;
	unsigned int seen = 0;
	int i;

	memset(o, 0, sizeof(*o));
	o->pin = "/sys/fs/bpf/toa_sender";
	o->kinds = "default";
	for (i = 0; argc > 1 && i < SENDER_COMMANDS && strcmp(argv[1], commands[i]); i++)
		;
	if (argc < 2 || i == SENDER_COMMANDS)
		return -1;
	o->command = i;
	for (i = 2; i < argc; i++) {
		word = find_word(argv[i], o->command);
		if (!word || seen & 1u << (word - words))
			return -1;
		seen |= 1u << (word - words);
		if (!word->value)
			*(int *)((char *)o + word->place) = 1;
		else if (i + 1 == argc || !*argv[i + 1])
			return -1;
		else
			*(const char **)((char *)o + word->place) = argv[++i];
	}
	if (o->command == SENDER_ATTACH && (!o->devices || !o->services == !o->any))
		return -1;
	return o->output && !o->prometheus ? -1 : 0;
}

/* The first rule of each family is what is sent. */
static void send_first(struct sender_config *config, unsigned int kind, unsigned int rule)
{
	unsigned int len = rule & ~TOA_RULE_SYN;

	if (len == 20) {
		if (!config->kind6)
			config->kind6 = kind;
		return;
	}
	if (config->kind4)
		return;
	config->kind4 = kind;
	config->len4 = len;
	if (rule & TOA_RULE_SYN)
		config->flags |= SENDER_IN_SYN;
}

static void take_out(struct sender_config *config, const unsigned char *formats)
{
	int kind;

	for (kind = 0; kind < 256; kind++)
		config->formats[kind] |= (formats[kind] | formats[kind] >> TOA_SYN_SHIFT) & ((1 << TOA_SYN_SHIFT) - 1);
}

/* One word of a list that kinds_parse has accepted. */
static void read_word(struct toa_text word, struct sender_config *config)
{
	static const struct toa_preset presets[] = TOA_PRESETS;
	struct toa_text rest = word, left = toa_text_cut(&rest, ':'), length;
	unsigned int i, kind = 0, len = 0;
	const unsigned char *rule;

	if (rest.at < rest.end) {
		rest.at++;
		length = toa_text_cut(&rest, '@');
		toa_text_number(left, 254, &kind);
		toa_text_number(length, TOA_MAX_OPTIONS, &len);
		send_first(config, kind, rest.at < rest.end ? len | TOA_RULE_SYN : len);
		return;
	}
	for (i = 0; i < sizeof(presets) / sizeof(presets[0]); i++)
		for (rule = presets[i].rules; toa_text_is(word, presets[i].name) && rule[0]; rule += 2)
			send_first(config, rule[0], rule[1]);
}

int sender_kinds(const char *list, struct sender_config *config)
{
	static const struct toa_preset presets[] = TOA_PRESETS;
	struct toa_text rest = { list, list + strlen(list) };
	unsigned char formats[256];
	unsigned int i;

	if (kinds_parse(list, formats))
		return -1;
	take_out(config, formats);
	for (i = 0; i < sizeof(presets) / sizeof(presets[0]); i++)
		if (!kinds_parse(presets[i].name, formats))
			take_out(config, formats);
	while (rest.at < rest.end) {
		read_word(toa_text_cut(&rest, ','), config);
		rest.at += rest.at < rest.end;
	}
	return 0;
}
