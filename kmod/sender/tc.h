/* SPDX-License-Identifier: GPL-2.0 */
/* tc filters of a device by netlink, where the kernel has no TCX links (before 6.6): clsact and a bpf filter of ours. */
#ifndef TOA_SENDER_TC_H
#define TOA_SENDER_TC_H

/* Puts a program into a direction (SENDER_OUT, SENDER_IN), in place of ours that is there. 0, or -1 with errno. */
int tc_attach(unsigned int ifindex, int direction, int prog);

/* Takes ours away; and the clsact, when nothing else hangs there. */
void tc_detach(unsigned int ifindex);

#endif
