/* SPDX-License-Identifier: GPL-2.0 */
/* Lists of option kinds: "huawei,253:20" <-> mask of layouts by kind. */
#ifndef TOA_KINDS_H
#define TOA_KINDS_H

/* Fills formats[256]; -1 with toa_error bad_kinds. */
int kinds_parse(const char *list, unsigned char *formats);

/* The rules as KIND:LEN,... in order of kind into out (never cut off at 4096). */
void kinds_print(const unsigned char *formats, char *out, unsigned int size);

#endif
