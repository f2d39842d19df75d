/* SPDX-License-Identifier: GPL-2.0 */
/* The last peers whose option was refused. */
#ifndef TOA_REFUSED_H
#define TOA_REFUSED_H

/*
 * Prints them as a JSON field `refused`, those seen last first:
 * [{"address":"10.9.0.7","reason":"not_allowed","count":5,"seconds_ago":12}]; reason is the name of a counter.
 */
void refused_print(int *first, int map);

#endif
