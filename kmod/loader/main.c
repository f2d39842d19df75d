// SPDX-License-Identifier: GPL-2.0
/* toa-bpf: see kmod/README.md for commands, JSON and exit codes. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include "../lib/json.h"
#include "receiver.h"
#include "report.h"

static const char usage[] =
	"usage: toa-bpf check|attach|allow|status|stats|detach|version [options]\n"
	"  attach  [--kinds LIST] [--allow FILE|-] [--any] [--no-nat64] [--deferred] [--dry-run]\n"
	"  allow   --file FILE|- | --any  [--dry-run]\n"
	"  stats   [--prometheus [--output FILE]]\n"
	"  detach  [--dry-run]\n"
	"  all:    [--pin /sys/fs/bpf/toa] [--cgroup auto|PATH] [--json]\n";

/* Options with a value and those without. 0, or -1 for one that is unknown. */
static int parse(int argc, char **argv, struct options *o)
{
	int i;

	for (i = 2; i < argc; i++) {
		const char *name = argv[i];
		const char **value = !strcmp(name, "--pin") ? &o->pin :
			!strcmp(name, "--cgroup") ? &o->cgroup :
			!strcmp(name, "--kinds") ? &o->kinds :
			!strcmp(name, "--output") ? &o->output :
			!strcmp(name, "--allow") || !strcmp(name, "--file") ? &o->allow_file : NULL;
		int *flag = !strcmp(name, "--any") ? &o->any :
			!strcmp(name, "--no-nat64") ? &o->no_nat64 :
			!strcmp(name, "--deferred") ? &o->deferred :
			!strcmp(name, "--dry-run") ? &o->dry_run :
			!strcmp(name, "--prometheus") ? &o->prometheus :
			!strcmp(name, "-v") || !strcmp(name, "--json") ? &o->verbose : NULL;

		if (value && i + 1 < argc)
			*value = argv[++i];
		else if (flag)
			*flag = 1;
		else
			return -1;
	}
	return 0;
}

static int is_one_of(const char *word, const char *list)
{
	const char *at = strstr(list, word);

	return at && *word && (at == list || at[-1] == ' ') && (at[strlen(word)] == ' ' || !at[strlen(word)]);
}

int main(int argc, char **argv)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct options o = { .pin = "/sys/fs/bpf/toa", .cgroup = "auto", .kinds = "default" };
	struct outcome outcome;
	const char *command = argc > 1 ? argv[1] : "";
	int result;

	memset(&outcome, 0, sizeof(outcome));
	if (!is_one_of(command, "check attach allow status stats detach version") || parse(argc, argv, &o) ||
	    (!strcmp(command, "allow") && !o.any == !o.allow_file) || (o.output && !o.prometheus)) {
		fputs(usage, stderr);
		return 2;
	}
	setrlimit(RLIMIT_MEMLOCK, &unlimited);	/* kernels before 5.11 count maps */
	if (!strcmp(command, "check"))
		return report_check(&o);
	if (!strcmp(command, "status"))
		return report_status(&o);
	if (!strcmp(command, "stats"))
		return report_stats(&o);
	if (!strcmp(command, "version"))
		return report_version();
	if (!strcmp(command, "attach"))
		result = receiver_attach(&o, &outcome);
	else if (!strcmp(command, "allow"))
		result = receiver_allow(&o, &outcome);
	else
		result = receiver_detach(&o, &outcome);
	if (result) {
		toa_print_error();
		return 3;
	}
	report_outcome(&outcome, strcmp(command, "detach") != 0);
	return 0;
}
