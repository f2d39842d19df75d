// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <string.h>
#include "options.h"

const char options_usage[] =
	"usage: toa-bpf check|attach|allow|status|stats|detach|version|hooks [options]\n"
	"       toa-bpf sender ...   the balancer's side\n"
	"  attach  [--kinds LIST] [--allow FILE|- | --any] [--no-nat64] [--deferred] [--dry-run]\n"
	"  allow   --file FILE|- | --any  [--dry-run]\n"
	"  stats   [--prometheus [--vendor LIST] [--output FILE]]\n"
	"  detach  [--dry-run]\n"
	"  all:    [--pin /sys/fs/bpf/toa] [--cgroup auto|PATH] [--json]\n";

static const char *const names[COMMANDS] = {
	[COMMAND_CHECK] = "check",
	[COMMAND_ATTACH] = "attach",
	[COMMAND_ALLOW] = "allow",
	[COMMAND_STATUS] = "status",
	[COMMAND_STATS] = "stats",
	[COMMAND_DETACH] = "detach",
	[COMMAND_VERSION] = "version",
	[COMMAND_HOOKS] = "hooks",
};

#define IN(command) (1u << (command))
#define ALL (IN(COMMANDS) - 1)

/* Each word once; which commands take it; where its value goes, or the flag that it sets. */
static const struct word {
	const char *name;
	unsigned int commands;
	int value;		/* 1: a value follows, a const char * at place; 0: an int at place becomes 1 */
	size_t place;
} words[] = {
	{ "--pin", ALL, 1, offsetof(struct options, pin) },
	{ "--cgroup", ALL, 1, offsetof(struct options, cgroup) },
	{ "--json", ALL, 0, offsetof(struct options, verbose) },
	{ "-v", ALL, 0, offsetof(struct options, verbose) },
	{ "--kinds", IN(COMMAND_ATTACH), 1, offsetof(struct options, kinds) },
	{ "--allow", IN(COMMAND_ATTACH), 1, offsetof(struct options, allow_file) },
	{ "--file", IN(COMMAND_ALLOW), 1, offsetof(struct options, allow_file) },
	{ "--any", IN(COMMAND_ATTACH) | IN(COMMAND_ALLOW), 0, offsetof(struct options, any) },
	{ "--no-nat64", IN(COMMAND_ATTACH), 0, offsetof(struct options, no_nat64) },
	{ "--deferred", IN(COMMAND_ATTACH), 0, offsetof(struct options, deferred) },
	{ "--dry-run", IN(COMMAND_ATTACH) | IN(COMMAND_ALLOW) | IN(COMMAND_DETACH), 0, offsetof(struct options, dry_run) },
	{ "--prometheus", IN(COMMAND_STATS), 0, offsetof(struct options, prometheus) },
	{ "--output", IN(COMMAND_STATS), 1, offsetof(struct options, output) },
	{ "--vendor", IN(COMMAND_STATS), 1, offsetof(struct options, vendor) },
};

static int find_word(const char *name, enum command command)
{
	unsigned int i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].name, name))
			return words[i].commands & IN(command) ? (int)i : -1;
	return -1;
}

static int find_command(const char *name)
{
	int i;

	for (i = 0; i < COMMANDS; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

int options_parse(int argc, char **argv, struct options *o)
{
	unsigned int seen = 0;
	int i, word, command = argc > 1 ? find_command(argv[1]) : -1;

	memset(o, 0, sizeof(*o));
	o->pin = "/sys/fs/bpf/toa";
	o->cgroup = "auto";
	o->kinds = "default";
	if (command < 0)
		return -1;
	o->command = command;
	for (i = 2; i < argc; i++) {
		word = find_word(argv[i], command);
		if (word < 0 || seen & 1u << word)
			return -1;
		seen |= 1u << word;
		if (!words[word].value) {
			*(int *)((char *)o + words[word].place) = 1;
			continue;
		}
		if (i + 1 == argc || !*argv[i + 1])
			return -1;
		*(const char **)((char *)o + words[word].place) = argv[++i];
	}
	if (o->any && o->allow_file)
		return -1;
	if (o->command == COMMAND_ALLOW && !o->any && !o->allow_file)
		return -1;
	return (o->output || o->vendor) && !o->prometheus ? -1 : 0;
}
