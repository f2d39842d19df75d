// SPDX-License-Identifier: GPL-2.0
/* TOA_HAVE_PROC_OPS: /proc files have operations of their own (5.6). */
#include <linux/fs.h>
#include <linux/proc_fs.h>

static const struct proc_ops toa_probe_ops = { .proc_open = NULL };

struct proc_dir_entry *toa_probe(struct proc_dir_entry *folder);
struct proc_dir_entry *toa_probe(struct proc_dir_entry *folder)
{
	return proc_create("toa", 0444, folder, &toa_probe_ops);
}
