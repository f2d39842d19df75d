// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/toa		state and counters, one "name value" a line
 * /proc/net/toa_allow		the allow-list
 * /proc/net/toa_kinds		which options are read
 * /proc/net/toa_probe		the probe's slot
 *
 * The last three are root's. What is written is gathered until close and then
 * takes effect as a whole, or not at all; the state has a line "refused" then.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>
#include "toa.h"

#define TOA_WRITE_MAX	(1024 * 1024)

enum toa_file { TOA_ALLOW, TOA_KINDS, TOA_PROBE, TOA_FILES };

static const struct {
	const char *name;
	void (*show)(struct seq_file *out);
	int (*set)(struct toa_text text);
} toa_files[TOA_FILES] = {
	{ "toa_allow", toa_allow_show, toa_allow_set },
	{ "toa_kinds", toa_rules_show, toa_rules_set },
	{ "toa_probe", toa_slot_show, toa_slot_set },
};

/* What the last write to each file came to: 0 or an error. */
static int toa_last[TOA_FILES];

struct toa_writer {
	size_t len, size;
	char *text;
	int error;
};

static int toa_show(struct seq_file *out, void *unused)
{
	int allow = toa_allow_count(), i;

	seq_printf(out, "version %s\nabi %d\n", TOA_MODULE_VERSION, TOA_ABI);
	seq_puts(out, "kinds ");
	toa_rules_show(out);
	if (allow < 0)
		seq_puts(out, "allow any\n");
	else
		seq_printf(out, "allow %d\n", allow);
	seq_puts(out, "probe ");
	toa_slot_show(out);
	for (i = 0; i < TOA_FILES; i++)
		if (toa_last[i])
			seq_printf(out, "refused %s %d\n", toa_files[i].name,
				   toa_last[i]);
	seq_printf(out, "clients %u\nmax_clients %u\n", toa_table_used(),
		   toa_table_max());
	toa_hooks_show(out);
	toa_refused_show(out);
	for (i = 0; i < TOA_M_MAX; i++)
		seq_printf(out, "%s %lu\n", toa_counter_names[i],
			   toa_counted(i));
	return 0;
}

static int toa_open(struct inode *inode, struct file *file)
{
	return single_open(file, toa_show, NULL);
}

TOA_PROC_FILE(toa_state_file, toa_open, seq_read, NULL, single_release);

static int toa_writer_open(struct file *file)
{
	struct toa_writer *writer;

	if (file->f_mode & FMODE_READ)
		return -EINVAL;
	writer = kzalloc(sizeof(*writer), GFP_KERNEL);
	if (!writer)
		return -ENOMEM;
	file->private_data = writer;
	return 0;
}

static int toa_writer_grow(struct toa_writer *writer, size_t size)
{
	char *text;

	if (size <= writer->size)
		return 0;
	if (size > TOA_WRITE_MAX)
		return -EFBIG;
	size = max_t(size_t, size * 2, 4096);
	text = vmalloc(size);
	if (!text)
		return -ENOMEM;
	if (writer->len)
		memcpy(text, writer->text, writer->len);
	vfree(writer->text);
	writer->text = text;
	writer->size = size;
	return 0;
}

static ssize_t toa_write(struct file *file, const char __user *from,
			 size_t len, loff_t *offset)
{
	struct toa_writer *writer = file->private_data;
	int error = len > TOA_WRITE_MAX ? -EFBIG :
		    toa_writer_grow(writer, writer->len + len + 1);

	if (!error && copy_from_user(writer->text + writer->len, from, len))
		error = -EFAULT;
	if (error) {
		writer->error = error;
		return error;
	}
	writer->len += len;
	*offset += len;
	return len;
}

static void toa_writer_close(struct toa_writer *writer, enum toa_file which)
{
	if (!writer->error && writer->len) {
		struct toa_text text = { writer->text, writer->text + writer->len };

		writer->error = toa_files[which].set(text);
	}
	if (writer->len || writer->error)
		toa_last[which] = writer->error;
	vfree(writer->text);
	kfree(writer);
}

/* Three files with the same operations but for which of them they are. */
#define TOA_WRITTEN(which) \
static int which##_show(struct seq_file *out, void *unused) \
{ \
	toa_files[which].show(out); \
	return 0; \
} \
static int which##_open(struct inode *inode, struct file *file) \
{ \
	if (file->f_mode & FMODE_WRITE) \
		return toa_writer_open(file); \
	return single_open(file, which##_show, NULL); \
} \
static int which##_release(struct inode *inode, struct file *file) \
{ \
	if (!(file->f_mode & FMODE_WRITE)) \
		return single_release(inode, file); \
	toa_writer_close(file->private_data, which); \
	return 0; \
} \
TOA_PROC_FILE(which##_file, which##_open, seq_read, toa_write, which##_release)

TOA_WRITTEN(TOA_ALLOW);
TOA_WRITTEN(TOA_KINDS);
TOA_WRITTEN(TOA_PROBE);

int toa_proc_init(void)
{
	struct proc_dir_entry *folder = init_net.proc_net;

	if (proc_create("toa", 0444, folder, &toa_state_file) &&
	    proc_create("toa_allow", 0600, folder, &TOA_ALLOW_file) &&
	    proc_create("toa_kinds", 0600, folder, &TOA_KINDS_file) &&
	    proc_create("toa_probe", 0600, folder, &TOA_PROBE_file))
		return 0;
	toa_proc_exit();
	return -ENOMEM;
}

/* Waits for readers and writers. */
void toa_proc_exit(void)
{
	int i;

	for (i = 0; i < TOA_FILES; i++)
		remove_proc_entry(toa_files[i].name, init_net.proc_net);
	remove_proc_entry("toa", init_net.proc_net);
}
