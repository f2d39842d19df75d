// SPDX-License-Identifier: GPL-2.0
/*
 * TOA receiver: accept() and getpeername() answer with the client that the
 * balancer in front names in a TCP option. See kmod/README.md.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include "toa.h"

static char *kinds = "default";
module_param(kinds, charp, 0444);
MODULE_PARM_DESC(kinds, "presets or KIND:LEN pairs, with commas (later: /proc/net/toa_kinds)");

static char *allow = "any";
module_param(allow, charp, 0444);
MODULE_PARM_DESC(allow, "networks of the balancers, any, or none until /proc/net/toa_allow is written");

static unsigned int max_clients = 1 << 20;
module_param(max_clients, uint, 0444);
MODULE_PARM_DESC(max_clients, "sockets whose client is kept at a time, 96 bytes each");

static unsigned int hash_bits = 14;
module_param(hash_bits, uint, 0444);
MODULE_PARM_DESC(hash_bits, "the table has 2^hash_bits buckets (8 to 22)");

static unsigned int syn_entries = 16384;
module_param(syn_entries, uint, 0444);
MODULE_PARM_DESC(syn_entries, "SYNs whose client is kept at a time");

static unsigned int syn_seconds = 180;
module_param(syn_seconds, uint, 0444);
MODULE_PARM_DESC(syn_seconds, "seconds for which a SYN's client is kept");

static unsigned int mptcp_entries = 16384;
module_param(mptcp_entries, uint, 0444);
MODULE_PARM_DESC(mptcp_entries, "MPTCP connections whose client is kept");

static unsigned int maxactive = 2048;
module_param(maxactive, uint, 0444);
MODULE_PARM_DESC(maxactive, "calls of one probed function at a time (see missed in /proc/net/toa)");

static unsigned int defer_accept = 1;
module_param(defer_accept, uint, 0444);
MODULE_PARM_DESC(defer_accept, "read bare ACKs for TCP_DEFER_ACCEPT listeners");

static int __init toa_check_parameters(void)
{
	if (hash_bits < 8 || hash_bits > 22 || !max_clients ||
	    max_clients > 1 << 26 || syn_entries < 16 ||
	    syn_entries > 1 << 22 || mptcp_entries < 16 ||
	    mptcp_entries > 1 << 22 || syn_seconds < 1 ||
	    syn_seconds > 3600 || maxactive < 64 || maxactive > 1 << 20) {
		pr_err("toa: refused: a parameter is out of range (modinfo toa)\n");
		return -EINVAL;
	}
	return 0;
}

/* A line has no room for lines: commas stand between the networks. */
static int __init toa_allow_parameter(void)
{
	size_t len = strlen(allow), i;
	char *list = kmalloc(len + 1, GFP_KERNEL);
	struct toa_text text = { list, list + len + 1 };
	int error;

	if (!list)
		return -ENOMEM;
	for (i = 0; i < len; i++)
		list[i] = allow[i] == ',' ? '\n' : allow[i];
	list[len] = '\n';
	error = toa_allow_set(text);
	kfree(list);
	return error;
}

static int __init toa_settings(void)
{
	struct toa_text words = { kinds, kinds + strlen(kinds) };
	int error = toa_allow_parameter();

	if (error) {
		pr_err("toa: refused: parameter allow (%d)\n", error);
		return error;
	}
	error = toa_rules_set(words);
	if (error)
		pr_err("toa: refused: parameter kinds (%d)\n", error);
	return error;
}

static int __init toa_start(void)
{
	int error = toa_proc_init();

	if (error)
		return error;
	error = toa_hooks_init(maxactive, defer_accept);
	if (error)
		toa_proc_exit();
	return error;
}

static int __init toa_memory(void)
{
	int error = toa_stats_init();

	if (error)
		return error;
	error = toa_table_init(hash_bits, max_clients);
	if (error)
		goto stats;
	error = toa_receive_init(syn_entries, syn_seconds);
	if (error)
		goto table;
	error = toa_names_init(mptcp_entries);
	if (!error)
		return 0;
	toa_receive_exit();
table:
	toa_table_exit();
stats:
	toa_stats_exit();
	return error;
}

static void toa_release(void)
{
	toa_names_exit();
	toa_receive_exit();
	toa_table_exit();
	toa_stats_exit();
}

static void toa_forget_settings(void)
{
	toa_rules_exit();
	toa_allow_exit();
	toa_slot_exit();
}

static int __init toa_init(void)
{
	int error = toa_check_parameters();

	if (!error)
		error = toa_selftest();
	if (error)
		return error;
	error = toa_memory();
	if (error)
		return error;
	error = toa_settings();
	if (!error)
		error = toa_start();
	if (error) {
		toa_forget_settings();
		toa_release();
		return error;
	}
	toa_sockopt_init();
	if (toa_allow_count() < 0)
		pr_warn("toa: no allow-list: any peer can choose the address that services see\n");
	pr_info("toa: %s ready\n", TOA_MODULE_VERSION);
	return 0;
}

/* Hooks first: after them nobody looks at the rest. */
static void __exit toa_exit(void)
{
	toa_hooks_exit();
	toa_sockopt_exit();
	toa_proc_exit();
	toa_forget_settings();
	toa_release();
	pr_info("toa: gone\n");
}

module_init(toa_init);
module_exit(toa_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("TOA receiver: the client's address behind a layer-4 balancer");
MODULE_AUTHOR("toa-play");
MODULE_VERSION(TOA_MODULE_VERSION);
