/* SPDX-License-Identifier: GPL-2.0 */
/* Whose programs decide what services of a cgroup see. */
#ifndef TOA_HOOKS_H
#define TOA_HOOKS_H

#include "options.h"

/* Prints, for each hook of the receiver, the programs that run there for --cgroup; 0, or 3 with the error printed. */
int hooks_show(const struct options *options);

#endif
