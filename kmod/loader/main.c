// SPDX-License-Identifier: GPL-2.0
/* toa-bpf: see kmod/README.md for commands, JSON and exit codes. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include "../lib/json.h"
#include "../sender/sender.h"
#include "receiver.h"
#include "report.h"

static int changed(int (*change)(const struct options *, struct outcome *), const struct options *o)
{
	struct outcome outcome;

	memset(&outcome, 0, sizeof(outcome));
	if (change(o, &outcome)) {
		toa_print_error();
		return 3;
	}
	report_outcome(&outcome, o->command != COMMAND_DETACH);
	return 0;
}

static int run(const struct options *o)
{
	switch (o->command) {
	case COMMAND_CHECK:
		return report_check(o);
	case COMMAND_STATUS:
		return report_status(o);
	case COMMAND_STATS:
		return report_stats(o);
	case COMMAND_VERSION:
		return report_version();
	case COMMAND_ATTACH:
		return changed(receiver_attach, o);
	case COMMAND_ALLOW:
		return changed(receiver_allow, o);
	case COMMAND_DETACH:
		return changed(receiver_detach, o);
	case COMMANDS:
		break;
	}
	return 2;
}

int main(int argc, char **argv)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct options o;

	setrlimit(RLIMIT_MEMLOCK, &unlimited);	/* kernels before 5.11 count maps */
	if (argc > 1 && !strcmp(argv[1], "sender"))
		return sender_main(argc - 1, argv + 1);
	if (options_parse(argc, argv, &o)) {
		fputs(options_usage, stderr);
		return 2;
	}
	return run(&o);
}
