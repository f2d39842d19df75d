/* SPDX-License-Identifier: GPL-2.0 */
/* toa-bpf sender: the balancer's side. Commands, JSON and exit codes: kmod/README.md. */
#ifndef TOA_SENDER_H
#define TOA_SENDER_H

#include "../include/toa_sender_abi.h"

/* toa-bpf sender COMMAND ...: argv[0] is "sender". Returns the exit code. */
int sender_main(int argc, char **argv);

enum sender_command { SENDER_CHECK, SENDER_ATTACH, SENDER_STATUS, SENDER_STATS, SENDER_DETACH, SENDER_COMMANDS };

struct sender_options {
	enum sender_command command;
	const char *pin, *kinds, *devices, *services, *output;
	int in_syn, no_mss, any, clsact, dry_run, prometheus, verbose;
};

extern const char sender_usage[];

/* Reads argv into o, which begins with the defaults. -1 for what is not understood. */
int sender_options(int argc, char **argv, struct sender_options *o);

/*
 * Which kinds are sent (the first of each family in the list) and which are
 * taken out of a client's segments (all that any preset knows, and those of the
 * list). -1 with toa_error bad_kinds.
 */
int sender_kinds(const char *list, struct sender_config *config);

/* All return the exit code. */
int sender_check(const struct sender_options *o);
int sender_attach(const struct sender_options *o);
int sender_detach(const struct sender_options *o);
int sender_status(const struct sender_options *o);
int sender_stats(const struct sender_options *o);

#endif
