/* SPDX-License-Identifier: GPL-2.0 */
/* What the commands print. All return the exit code. */
#ifndef TOA_REPORT_H
#define TOA_REPORT_H

#include "receiver.h"

int report_check(const struct options *options);
int report_status(const struct options *options);
int report_stats(const struct options *options);
int report_version(void);
void report_outcome(const struct outcome *outcome, int attached);

#endif
