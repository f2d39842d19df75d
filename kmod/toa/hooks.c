// SPDX-License-Identifier: GPL-2.0
/*
 * Sets the probes, takes them away, and tries those for IPv6 again when ipv6
 * is loaded. Only register_kprobe() and register_kretprobe() are asked of the
 * kernel, which all versions export.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include "hooks.h"
#include "toa.h"

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
	if (hook->on || (hook == &toa_hooks[TOA_HOOK_DEFER] &&
			 !toa_want_defer))
		return false;
	if (hook->need == TOA_OLD_SYN || hook->need == TOA_OLD_SYN6)
		return !toa_hooks[TOA_HOOK_SYN].on;
	return true;
}

static void toa_hooks_remove(void)
{
	int i;

	for (i = TOA_HOOKS - 1; i >= 0; i--)
		toa_hook_remove(&toa_hooks[i]);
}

/* ipv6 has come, and stays: its own sockets hold it. */
static void toa_hooks_retry(struct work_struct *work)
{
	unsigned int i;

	mutex_lock(&toa_hooks_lock);
	for (i = 0; i < TOA_HOOKS; i++) {
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

	for (i = 0; i < TOA_HOOKS; i++) {
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
	for (i = 0; i < TOA_HOOKS; i++) {
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
