/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOA_MEMORY_H
#define TOA_MEMORY_H

/*
 * Runs work(argument) in the root of the memory cgroups, where there is one to
 * be entered, else where we are. What the kernel allocates for a map is charged
 * to the cgroup in which the map was made, which also stays in memory as long
 * as the map: that would be the cgroup of an administrator's session. At the
 * root nothing is charged, which is a fifth of a connection's cost.
 * Returns what work returned; memory and descriptors are shared with it.
 */
int memory_uncharged(int (*work)(void *argument), void *argument);

#endif
