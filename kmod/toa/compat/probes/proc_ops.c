// SPDX-License-Identifier: GPL-2.0
/* TOA_HAVE_PROC_OPS: /proc files have operations of their own (5.6). */
#include <linux/proc_fs.h>

const struct proc_ops toa_probe = { .proc_open = NULL };
