/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOA_LISTENERS_H
#define TOA_LISTENERS_H

/*
 * Runs the iterator `prog` in this network namespace and, with `all`, in every
 * other one that a process of this cgroup namespace lives in (containers).
 * Returns 0, or -1 with errno.
 */
int listeners_mark(int prog, int all);

#endif
