/* SPDX-License-Identifier: GPL-2.0 */
/* The command line. */
#ifndef TOA_PROBE_SETTINGS_H
#define TOA_PROBE_SETTINGS_H

#include "cases.h"

/* Name of a place, as in the names of cases. */
const char *settings_place(enum place place);

extern const char settings_usage[];

/* Reads argv into s, which begins with the defaults. -1 for whatever is not understood, or comes twice. */
int settings_parse(int argc, char **argv, struct settings *s);

#endif
