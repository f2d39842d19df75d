// SPDX-License-Identifier: GPL-2.0
/*
 * Which (kind, length) pairs are TOA options. Replaced as a whole: readers see
 * the old rules or the new ones.
 */
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include "toa.h"

struct toa_rules {
	u8 formats[256];
};

static DEFINE_MUTEX(toa_rules_lock);	/* writers */
static struct toa_rules __rcu *toa_rules;

/* Replaces the rules; on an error the old ones stay. May sleep. */
int toa_rules_set(struct toa_text text)
{
	struct toa_rules *rules = kzalloc(sizeof(*rules), GFP_KERNEL), *old;
	struct toa_text bad;

	if (!rules)
		return -ENOMEM;
	text.end -= text.at < text.end && text.end[-1] == '\n';
	if (toa_text_kinds(text, rules->formats, &bad)) {
		pr_err("toa: kinds: '%.*s' is no preset and no KIND:LEN\n",
		       min_t(int, bad.end - bad.at, 64), bad.at);
		kfree(rules);
		return -EINVAL;
	}
	mutex_lock(&toa_rules_lock);
	old = rcu_dereference_protected(toa_rules,
					lockdep_is_held(&toa_rules_lock));
	rcu_assign_pointer(toa_rules, rules);
	mutex_unlock(&toa_rules_lock);
	synchronize_rcu();
	kfree(old);
	return 0;
}

void toa_rules_exit(void)
{
	kfree(rcu_dereference_protected(toa_rules, 1));
}

void toa_rules_walk(struct toa_walk *walk, bool syn, bool v6)
{
	rcu_read_lock();
	toa_walk_options(walk, rcu_dereference(toa_rules)->formats,
			 syn ? TOA_SYN_SHIFT : 0, v6);
	rcu_read_unlock();
}

void toa_rules_show(struct seq_file *out)
{
	static const struct { u8 format, len; } lengths[] = {
		{ TOA_FMT_V4_NOPORT, 7 }, { TOA_FMT_V4, 8 }, { TOA_FMT_V6, 20 },
	};
	const struct toa_rules *rules;
	unsigned int kind, i;
	const char *comma = "";

	rcu_read_lock();
	rules = rcu_dereference(toa_rules);
	for (kind = 0; kind < 256; kind++) {
		for (i = 0; i < ARRAY_SIZE(lengths); i++) {
			if (rules->formats[kind] & lengths[i].format) {
				seq_printf(out, "%s%u:%u", comma, kind,
					   lengths[i].len);
				comma = ",";
			}
			if (rules->formats[kind] >> TOA_SYN_SHIFT &
			    lengths[i].format) {
				seq_printf(out, "%s%u:%u@syn", comma, kind,
					   lengths[i].len);
				comma = ",";
			}
		}
	}
	rcu_read_unlock();
	seq_puts(out, "\n");
}
