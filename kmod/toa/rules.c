// SPDX-License-Identifier: GPL-2.0
/*
 * Which (kind, length) pairs are TOA options. Replaced as a whole: readers see
 * the old rules or the new ones.
 */
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "toa.h"

struct toa_rules {
	u8 formats[256];
};

static const struct toa_preset toa_presets[] = TOA_PRESETS;
static DEFINE_MUTEX(toa_rules_lock);	/* writers */
static struct toa_rules __rcu *toa_rules;

/* Kinds of TCP itself (RFC 9293, 7323, 2018, 5925, 7413, 8684). */
static bool toa_kind_is_tcps(unsigned int kind)
{
	return kind < 9 || kind == 19 || kind == 29 || kind == 30 ||
	       kind == 34 || kind > 254;
}

static int toa_rules_add_preset(struct toa_rules *rules, const char *name)
{
	const unsigned char *rule;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(toa_presets); i++) {
		if (strcmp(toa_presets[i].name, name))
			continue;
		for (rule = toa_presets[i].rules; rule[0]; rule += 2)
			rules->formats[rule[0]] |= toa_format(rule[1]);
		return 0;
	}
	return -EINVAL;
}

static int toa_rules_add_pair(struct toa_rules *rules, char *text)
{
	char *colon = strchr(text, ':');
	unsigned int kind, len;

	if (!colon)
		return -EINVAL;
	*colon = 0;
	if (toa_parse_number(text, 255, &kind) ||
	    toa_parse_number(colon + 1, 255, &len) ||
	    toa_kind_is_tcps(kind) || !toa_format(len))
		return -EINVAL;
	rules->formats[kind] |= toa_format(len);
	return 0;
}

static int toa_rules_parse(struct toa_rules *rules, char *text)
{
	int words = 0, error;
	char *word;

	while ((word = strsep(&text, ", \t\n"))) {
		if (!*word)
			continue;
		words++;
		if (*word >= '0' && *word <= '9')
			error = toa_rules_add_pair(rules, word);
		else
			error = toa_rules_add_preset(rules, word);
		if (error) {
			pr_err("toa: kinds: '%s' is no preset and no KIND:LEN\n",
			       word);
			return error;
		}
	}
	return words ? 0 : -EINVAL;
}

/* Replaces the rules; on an error the old ones stay. May sleep. */
int toa_rules_set(const char *text)
{
	struct toa_rules *rules = kzalloc(sizeof(*rules), GFP_KERNEL), *old;
	char *copy = kstrdup(text, GFP_KERNEL);
	int error = rules && copy ? toa_rules_parse(rules, copy) : -ENOMEM;

	kfree(copy);
	if (error) {
		kfree(rules);
		return error;
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

void toa_rules_walk(struct toa_walk *walk)
{
	rcu_read_lock();
	toa_walk_options(walk, rcu_dereference(toa_rules)->formats);
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
			if (!(rules->formats[kind] & lengths[i].format))
				continue;
			seq_printf(out, "%s%u:%u", comma, kind, lengths[i].len);
			comma = ",";
		}
	}
	rcu_read_unlock();
	seq_puts(out, "\n");
}
