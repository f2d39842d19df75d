// SPDX-License-Identifier: GPL-2.0
/*
 * The allow-list: networks whose packets may name a client. Prefixes become
 * sorted, disjoint ranges; a look-up is a binary search. A list is never
 * changed, only replaced, so that there is no moment with half of it.
 */
#include <linux/kernel.h>
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

static unsigned int toa_count_lines(struct toa_text text)
{
	unsigned int lines = 1;

	for (; text.at < text.end; text.at++)
		lines += *text.at == '\n';
	return min_t(unsigned int, lines, TOA_MAX_PREFIXES);
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

static void toa_allow_add(struct toa_allow *list, const struct toa_prefix *p)
{
	struct toa_range *range = &list->range[list->prefixes];
	unsigned int i;

	list->prefix[list->prefixes++] = *p;
	for (i = 0; i < 16; i++) {
		int bits = (int)p->prefixlen - (int)i * 8;
		u8 mask = bits >= 8 ? 0xff : bits <= 0 ? 0 : 0xff << (8 - bits);

		range->first[i] = p->addr[i];
		range->last[i] = p->addr[i] | (u8)~mask;
	}
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

static int toa_allow_parse(struct toa_allow *list, struct toa_text text)
{
	struct toa_prefix prefix;
	struct toa_text line;
	int more;

	while ((more = toa_text_line(&text, &line)) > 0) {
		if (line.at == line.end)
			continue;
		if (list->prefixes >= TOA_MAX_PREFIXES)
			return -ENOSPC;
		if (toa_text_prefix(line, &prefix)) {
			pr_err("toa: allow: '%.*s' is no network\n",
			       min_t(int, line.end - line.at, 64), line.at);
			return -EINVAL;
		}
		toa_allow_add(list, &prefix);
	}
	if (more < 0)
		pr_err("toa: allow: a line has a control character\n");
	return more;
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
 * Replaces the list: networks, one a line, or the line "any" (no list:
 * everybody), or "none". The last line ends too: of a text that was cut off,
 * the last network is another than was meant. On an error the old list stays.
 * May sleep.
 */
int toa_allow_set(struct toa_text text)
{
	bool none = toa_text_is(text, "none\n");
	struct toa_allow *list;
	int error = 0;

	if (text.at == text.end || text.end[-1] != '\n')
		return -EINVAL;
	if (toa_text_is(text, "any\n")) {
		toa_allow_replace(NULL);
		return 0;
	}
	list = toa_allow_new(toa_count_lines(text));
	if (!list)
		return -ENOMEM;
	if (!none && (toa_allow_parse(list, text) || !list->prefixes))
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
