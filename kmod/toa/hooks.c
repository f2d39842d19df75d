// SPDX-License-Identifier: GPL-2.0
/*
 * The probes. Only register_kprobe() and register_kretprobe() are asked of the
 * kernel, which all versions export; of the probed functions only the places
 * of arguments count, and those have not moved since 2.6.32.
 *
 * An entry handler always returns 0: 2.6.32 leaks the instance otherwise.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/notifier.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <linux/if_ether.h>
#include "compat/regs.h"
#include "toa.h"

struct toa_child_data {
	struct sk_buff *skb;
};

struct toa_name_data {
	struct socket *sock;
	struct sockaddr *name;
	int peer;
};

/* Functions for IPv6 call those for IPv4 with IPv4 packets: once is enough. */
static bool toa_is_v4(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IP);
}

static int toa_child_entry(struct kretprobe_instance *instance,
			   struct pt_regs *regs)
{
	struct toa_child_data *data = (void *)instance->data;

	data->skb = toa_arg_ptr(regs, 1);
	return 0;
}

static int toa_child4_return(struct kretprobe_instance *instance,
			     struct pt_regs *regs)
{
	struct toa_child_data *data = (void *)instance->data;
	struct sock *child = (void *)regs_return_value(regs);

	if (child)
		toa_on_child(child, data->skb);
	return 0;
}

static int toa_child6_return(struct kretprobe_instance *instance,
			     struct pt_regs *regs)
{
	struct toa_child_data *data = (void *)instance->data;
	struct sock *child = (void *)regs_return_value(regs);

	if (child && !toa_is_v4(data->skb))
		toa_on_child(child, data->skb);
	return 0;
}

static int toa_name_entry(struct kretprobe_instance *instance,
			  struct pt_regs *regs)
{
	struct toa_name_data *data = (void *)instance->data;

	data->sock = toa_arg_ptr(regs, 0);
	data->name = toa_arg_ptr(regs, 1);
	data->peer = (int)toa_arg(regs, TOA_GETNAME_PEER);
	return 0;
}

/* accept() asks with peer = 2, getpeername() with 1. */
static int toa_name_return(struct kretprobe_instance *instance,
			   struct pt_regs *regs)
{
	struct toa_name_data *data = (void *)instance->data;

	if (data->peer && (int)regs_return_value(regs) >= 0 && data->sock->sk)
		toa_on_getname(data->sock->sk, data->name);
	return 0;
}

/* tcp_conn_request(rsk_ops, af_ops, sk, skb): both families and MPTCP. */
static int toa_syn_any(struct kprobe *probe, struct pt_regs *regs)
{
	toa_on_syn(toa_arg_ptr(regs, 2), toa_arg_ptr(regs, 3));
	return 0;
}

/* tcp_v4_conn_request(sk, skb) */
static int toa_syn4(struct kprobe *probe, struct pt_regs *regs)
{
	toa_on_syn(toa_arg_ptr(regs, 0), toa_arg_ptr(regs, 1));
	return 0;
}

static int toa_syn6(struct kprobe *probe, struct pt_regs *regs)
{
	if (!toa_is_v4(toa_arg_ptr(regs, 1)))
		toa_on_syn(toa_arg_ptr(regs, 0), toa_arg_ptr(regs, 1));
	return 0;
}

/* tcp_check_req(sk, skb, req, ...) */
static int toa_bare_ack(struct kprobe *probe, struct pt_regs *regs)
{
	toa_on_bare_ack(toa_arg_ptr(regs, 0), toa_arg_ptr(regs, 1));
	return 0;
}

/* tcp_v4_destroy_sock(sk) */
static int toa_destroy(struct kprobe *probe, struct pt_regs *regs)
{
	toa_on_destroy(toa_arg_ptr(regs, 0));
	return 0;
}

enum toa_need {
	TOA_MUST,	/* without it the module is refused */
	TOA_V6,		/* tried again when ipv6 is loaded */
	TOA_MAY,
	TOA_OLD_SYN,	/* only where tcp_conn_request() does not exist */
	TOA_OLD_SYN6,	/* the same, of the module ipv6 */
};

struct toa_hook {
	const char *symbol;
	enum toa_need need;
	kprobe_pre_handler_t pre;
	kretprobe_handler_t entry, ret;
	size_t size;
	bool on;
	int error;
	union {
		struct kprobe kprobe;
		struct kretprobe kretprobe;
	} u;
};

/* In order: what frees and what answers is there before what keeps. */
static struct toa_hook toa_hooks[] = {
	{ "tcp_v4_destroy_sock", TOA_MUST, .pre = toa_destroy },
	{ "inet_getname", TOA_MUST, .entry = toa_name_entry,
	  .ret = toa_name_return, .size = sizeof(struct toa_name_data) },
	{ "inet6_getname", TOA_V6, .entry = toa_name_entry,
	  .ret = toa_name_return, .size = sizeof(struct toa_name_data) },
	{ "tcp_conn_request", TOA_MAY, .pre = toa_syn_any },
	{ "tcp_v4_conn_request", TOA_OLD_SYN, .pre = toa_syn4 },
	{ "tcp_v6_conn_request", TOA_OLD_SYN6, .pre = toa_syn6 },
	{ "tcp_check_req", TOA_MAY, .pre = toa_bare_ack },
	{ "tcp_v4_syn_recv_sock", TOA_MUST, .entry = toa_child_entry,
	  .ret = toa_child4_return, .size = sizeof(struct toa_child_data) },
	{ "tcp_v6_syn_recv_sock", TOA_V6, .entry = toa_child_entry,
	  .ret = toa_child6_return, .size = sizeof(struct toa_child_data) },
};

#define TOA_SYN_ANY	(&toa_hooks[3])
#define TOA_DEFER	(&toa_hooks[6])

static DEFINE_MUTEX(toa_hooks_lock);
static unsigned int toa_maxactive;
static bool toa_want_defer;

/* A failed attempt may leave an address behind: begin afresh each time. */
static int toa_hook_add(struct toa_hook *hook)
{
	memset(&hook->u, 0, sizeof(hook->u));
	if (hook->pre) {
		hook->u.kprobe.symbol_name = hook->symbol;
		hook->u.kprobe.pre_handler = hook->pre;
		hook->error = register_kprobe(&hook->u.kprobe);
	} else {
		hook->u.kretprobe.kp.symbol_name = hook->symbol;
		hook->u.kretprobe.entry_handler = hook->entry;
		hook->u.kretprobe.handler = hook->ret;
		hook->u.kretprobe.data_size = hook->size;
		hook->u.kretprobe.maxactive = toa_maxactive;
		hook->error = register_kretprobe(&hook->u.kretprobe);
	}
	hook->on = !hook->error;
	return hook->error;
}

static void toa_hook_remove(struct toa_hook *hook)
{
	if (!hook->on)
		return;
	if (hook->pre)
		unregister_kprobe(&hook->u.kprobe);
	else
		unregister_kretprobe(&hook->u.kretprobe);
	hook->on = false;
}

static bool toa_hook_wanted(const struct toa_hook *hook)
{
	if (hook->on || (hook == TOA_DEFER && !toa_want_defer))
		return false;
	if (hook->need == TOA_OLD_SYN || hook->need == TOA_OLD_SYN6)
		return !TOA_SYN_ANY->on;
	return true;
}

static void toa_hooks_remove(void)
{
	int i;

	for (i = ARRAY_SIZE(toa_hooks) - 1; i >= 0; i--)
		toa_hook_remove(&toa_hooks[i]);
}

/* ipv6 has come: what it brings can be probed now. */
static void toa_hooks_retry(struct work_struct *work)
{
	unsigned int i;

	mutex_lock(&toa_hooks_lock);
	for (i = 0; i < ARRAY_SIZE(toa_hooks); i++) {
		struct toa_hook *hook = &toa_hooks[i];

		if (hook->need != TOA_V6 && hook->need != TOA_OLD_SYN6)
			continue;
		if (toa_hook_wanted(hook) && !toa_hook_add(hook))
			pr_info("toa: %s is probed now\n", hook->symbol);
	}
	mutex_unlock(&toa_hooks_lock);
}

static DECLARE_WORK(toa_retry, toa_hooks_retry);

static int toa_module_event(struct notifier_block *block, unsigned long state,
			    void *data)
{
	const struct module *module = data;

	if (state == MODULE_STATE_LIVE && !strcmp(module->name, "ipv6"))
		schedule_work(&toa_retry);
	return NOTIFY_DONE;
}

static struct notifier_block toa_modules = {
	.notifier_call = toa_module_event,
};

static int toa_hooks_add(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(toa_hooks); i++) {
		struct toa_hook *hook = &toa_hooks[i];

		if (!toa_hook_wanted(hook) || !toa_hook_add(hook))
			continue;
		if (hook->need == TOA_MUST) {
			pr_err("toa: refused: %s cannot be probed (%d)\n",
			       hook->symbol, hook->error);
			return hook->error;
		}
	}
	return 0;
}

int toa_hooks_init(unsigned int maxactive, bool defer)
{
	int error;

	toa_maxactive = maxactive;
	toa_want_defer = defer;
	mutex_lock(&toa_hooks_lock);
	error = toa_hooks_add();
	if (error)
		toa_hooks_remove();
	mutex_unlock(&toa_hooks_lock);
	if (error)
		return error;
	error = register_module_notifier(&toa_modules);
	if (error)
		toa_hooks_remove();
	else
		schedule_work(&toa_retry);	/* ipv6 may have come meanwhile */
	return error;
}

void toa_hooks_exit(void)
{
	unregister_module_notifier(&toa_modules);
	cancel_work_sync(&toa_retry);
	toa_hooks_remove();
}

static unsigned long toa_hook_missed(const struct toa_hook *hook)
{
	if (!hook->on)
		return 0;
	return hook->pre ? hook->u.kprobe.nmissed :
	       hook->u.kretprobe.nmissed + hook->u.kretprobe.kp.nmissed;
}

/* One line a hook: symbol, "on" or why not, calls that were missed. */
void toa_hooks_show(struct seq_file *out)
{
	unsigned int i;

	mutex_lock(&toa_hooks_lock);
	for (i = 0; i < ARRAY_SIZE(toa_hooks); i++) {
		const struct toa_hook *hook = &toa_hooks[i];

		if (hook->on)
			seq_printf(out, "hook %s on missed %lu\n", hook->symbol,
				   toa_hook_missed(hook));
		else if (toa_hook_wanted(hook))
			seq_printf(out, "hook %s absent %d\n", hook->symbol,
				   hook->error);
		else
			seq_printf(out, "hook %s unused\n", hook->symbol);
	}
	mutex_unlock(&toa_hooks_lock);
}
