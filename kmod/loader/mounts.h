/* SPDX-License-Identifier: GPL-2.0 */
/* What is mounted in our namespace. */
#ifndef TOA_MOUNTS_H
#define TOA_MOUNTS_H

/*
 * Looks at one mount: its line of /proc/self/mountinfo, the folder of its file
 * system that it shows, and where. Not 0: the search is over.
 */
typedef int mounts_look(const char *line, const char *root, const char *where, void *found);

/* Shows `look` the mounts in turn, until it has found one; then 1, else 0. */
int mounts_find(mounts_look *look, void *found);

#endif
