/* SPDX-License-Identifier: GPL-2.0 */
/* The command line. */
#ifndef TOA_OPTIONS_H
#define TOA_OPTIONS_H

enum command {
	COMMAND_CHECK, COMMAND_ATTACH, COMMAND_ALLOW, COMMAND_STATUS, COMMAND_STATS, COMMAND_DETACH, COMMAND_VERSION,
	COMMAND_HOOKS,
	COMMANDS
};

struct options {
	enum command command;
	const char *pin, *cgroup, *kinds, *allow_file, *output, *vendor;
	int any, no_nat64, deferred, dry_run, prometheus, verbose;
};

extern const char options_usage[];

/*
 * Reads argv into o, which begins with the defaults. -1 for a word that the command does not take, a word that comes
 * twice, an empty value, or two that exclude each other.
 */
int options_parse(int argc, char **argv, struct options *o);

#endif
