// SPDX-License-Identifier: GPL-2.0
/*
 * The allow-list: networks whose packets may name a client. Prefixes become
 * sorted, disjoint ranges; a look-up is a binary search. A list is never
 * changed, only replaced, so that there is no moment with half of it.
 */
#include <linux/mutex.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "toa.h"

struct toa_range {
	u8 first[16], last[16];
};

struct toa_allow {
	unsigned int prefixes, ranges;
	struct toa_prefix *prefix;	/* as given */
	struct toa_range *range;	/* sorted, disjoint */
};

static DEFINE_MUTEX(toa_allow_lock);	/* writers */
static struct toa_allow __rcu *toa_allow;	/* NULL: everybody */

static void toa_allow_free(struct toa_allow *list)
{
	if (!list)
		return;
	vfree(list->prefix);
	vfree(list->range);
	vfree(list);
}

static unsigned int toa_count_words(const char *text)
{
	unsigned int words = 0;
	bool inside = false;

	for (; *text; text++) {
		bool blank = *text == ' ' || *text == '\t' || *text == '\n' ||
			     *text == ',' || *text == '\r';

		words += !blank && !inside;
		inside = !blank;
	}
	return words;
}

static struct toa_allow *toa_allow_new(unsigned int size)
{
	struct toa_allow *list = vmalloc(sizeof(*list));

	if (!list)
		return NULL;
	memset(list, 0, sizeof(*list));
	list->prefix = vmalloc((size + 1) * sizeof(*list->prefix));
	list->range = vmalloc((size + 1) * sizeof(*list->range));
	if (list->prefix && list->range)
		return list;
	toa_allow_free(list);
	return NULL;
}

/* "10.0.0.0/8", "2001:db8::/32" or an address alone. */
static int toa_allow_add(struct toa_allow *list, char *word)
{
	struct toa_prefix *prefix = &list->prefix[list->prefixes];
	struct toa_range *range = &list->range[list->prefixes];
	char *slash = strchr(word, '/');
	unsigned int len, i;
	bool v4;

	if (slash)
		*slash++ = 0;
	if (toa_parse_address(word, prefix->addr, &v4))
		return -EINVAL;
	len = v4 ? 32 : 128;
	if (slash && toa_parse_number(slash, len, &len))
		return -EINVAL;
	prefix->prefixlen = v4 ? len + 96 : len;
	for (i = 0; i < 16; i++) {
		int bits = (int)prefix->prefixlen - (int)i * 8;
		u8 mask = bits >= 8 ? 0xff : bits <= 0 ? 0 : 0xff << (8 - bits);

		prefix->addr[i] &= mask;
		range->first[i] = prefix->addr[i];
		range->last[i] = prefix->addr[i] | (u8)~mask;
	}
	list->prefixes++;
	return 0;
}

static int toa_range_order(const void *a, const void *b)
{
	return memcmp(a, b, 16);
}

static void toa_allow_merge(struct toa_allow *list)
{
	struct toa_range *range = list->range, *into = range;
	unsigned int i;

	list->ranges = list->prefixes ? 1 : 0;
	sort(range, list->prefixes, sizeof(*range), toa_range_order, NULL);
	for (i = 1; i < list->prefixes; i++) {
		if (memcmp(range[i].first, into->last, 16) > 0) {
			*++into = range[i];
			list->ranges++;
		} else if (memcmp(range[i].last, into->last, 16) > 0) {
			memcpy(into->last, range[i].last, 16);
		}
	}
}

static int toa_allow_parse(struct toa_allow *list, char *text)
{
	char *line, *word;

	while ((line = strsep(&text, "\n"))) {
		char *rest = strsep(&line, "#");

		while ((word = strsep(&rest, ", \t\r"))) {
			if (!*word || !strcmp(word, "none"))
				continue;
			if (list->prefixes >= TOA_MAX_PREFIXES)
				return -ENOSPC;
			if (toa_allow_add(list, word)) {
				pr_err("toa: allow: '%s' is no network\n", word);
				return -EINVAL;
			}
		}
	}
	return 0;
}

static void toa_allow_replace(struct toa_allow *list)
{
	struct toa_allow *old;

	mutex_lock(&toa_allow_lock);
	old = rcu_dereference_protected(toa_allow,
					lockdep_is_held(&toa_allow_lock));
	rcu_assign_pointer(toa_allow, list);
	mutex_unlock(&toa_allow_lock);
	synchronize_rcu();
	toa_allow_free(old);
}

/*
 * Replaces the list: networks, or "any" (no list: everybody), or "none". On an
 * error the old list stays. text is used up. May sleep.
 */
int toa_allow_set(char *text)
{
	bool none = !!strstr(text, "none");
	struct toa_allow *list;
	int error;

	if (!strcmp(toa_trim(text), "any")) {
		toa_allow_replace(NULL);
		return 0;
	}
	list = toa_allow_new(toa_count_words(text));
	if (!list)
		return -ENOMEM;
	error = toa_allow_parse(list, text);
	if (!error && !list->prefixes && !none)
		error = -EINVAL;
	if (error) {
		toa_allow_free(list);
		return error;
	}
	toa_allow_merge(list);
	toa_allow_replace(list);
	return 0;
}

void toa_allow_exit(void)
{
	toa_allow_free(rcu_dereference_protected(toa_allow, 1));
}

static bool toa_allow_find(const struct toa_allow *list, const u8 *remote)
{
	unsigned int low = 0, high = list->ranges, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (memcmp(list->range[middle].last, remote, 16) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->ranges &&
	       memcmp(list->range[low].first, remote, 16) <= 0;
}

/* True when packets from remote (v4-mapped) may name a client. */
bool toa_allowed(const u8 *remote)
{
	const struct toa_allow *list;
	bool found;

	rcu_read_lock();
	list = rcu_dereference(toa_allow);
	found = !list || toa_allow_find(list, remote);
	rcu_read_unlock();
	return found;
}

int toa_allow_count(void)
{
	const struct toa_allow *list;
	int count;

	rcu_read_lock();
	list = rcu_dereference(toa_allow);
	count = list ? (int)list->prefixes : -1;
	rcu_read_unlock();
	return count;
}

static void toa_prefix_show(struct seq_file *out, const struct toa_prefix *p)
{
	if (p->prefixlen >= 96 && toa_zero(p->addr, 10) && p->addr[10] == 0xff)
		seq_printf(out, "%u.%u.%u.%u/%u\n", p->addr[12], p->addr[13],
			   p->addr[14], p->addr[15], p->prefixlen - 96);
	else
		seq_printf(out, "%pI6c/%u\n", p->addr, p->prefixlen);
}

/* The list as it may be written back. */
void toa_allow_show(struct seq_file *out)
{
	const struct toa_allow *list;
	unsigned int i;

	mutex_lock(&toa_allow_lock);
	list = rcu_dereference_protected(toa_allow,
					 lockdep_is_held(&toa_allow_lock));
	if (!list)
		seq_puts(out, "any\n");
	else if (!list->prefixes)
		seq_puts(out, "none\n");
	for (i = 0; list && i < list->prefixes; i++)
		toa_prefix_show(out, &list->prefix[i]);
	mutex_unlock(&toa_allow_lock);
}
