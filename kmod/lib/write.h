/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOA_WRITE_H
#define TOA_WRITE_H

#include <stdio.h>

/*
 * Writes a file under a name that collectors pass over, then renames it: nobody
 * reads half of it. -1 with toa_error write_failed.
 */
int write_beside(const char *path, void (*print)(FILE *out, const void *context), const void *context);

#endif
