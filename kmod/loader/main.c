// SPDX-License-Identifier: GPL-2.0
/* toa-bpf: see kmod/README.md for commands, JSON and exit codes. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include "../lib/json.h"
#include "../sender/sender.h"
#include "hooks.h"
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

static int do_attach(const struct options *o)
{
	return changed(receiver_attach, o);
}

static int do_allow(const struct options *o)
{
	return changed(receiver_allow, o);
}

static int do_detach(const struct options *o)
{
	return changed(receiver_detach, o);
}

static int do_version(const struct options *o)
{
	(void)o;
	return report_version();
}

static int (*const commands[COMMANDS])(const struct options *o) = {
	[COMMAND_CHECK] = report_check,
	[COMMAND_ATTACH] = do_attach,
	[COMMAND_ALLOW] = do_allow,
	[COMMAND_STATUS] = report_status,
	[COMMAND_STATS] = report_stats,
	[COMMAND_DETACH] = do_detach,
	[COMMAND_VERSION] = do_version,
	[COMMAND_HOOKS] = hooks_show,
};

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
	return commands[o.command](&o);
}
