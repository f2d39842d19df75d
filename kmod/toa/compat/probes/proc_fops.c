// SPDX-License-Identifier: GPL-2.0
/* TOA_HAVE_PROC_FOPS: /proc files take file_operations. */
#include <linux/fs.h>
#include <linux/proc_fs.h>

static const struct file_operations toa_probe_fops = { .llseek = NULL };

struct proc_dir_entry *toa_probe(struct proc_dir_entry *folder);
struct proc_dir_entry *toa_probe(struct proc_dir_entry *folder)
{
	return proc_create("toa", 0444, folder, &toa_probe_fops);
}
