// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "refused.h"
#include "stats.h"

static int is_same(const struct toa_refused *a, const struct toa_refused *b)
{
	return a->why == b->why && !memcmp(a->addr, b->addr, sizeof(a->addr));
}

static int later(const void *a, const void *b)
{
	const struct toa_refused *x = a, *y = b;

	return x->last < y->last ? 1 : x->last > y->last ? -1 : 0;
}

/*
 * Two looks: an entry that changed its peer between them was being written, and is left out. Returns the table, of
 * *count entries, to be freed.
 */
static struct toa_refused *look(int map, int *count)
{
	int cpus = bpf_cpus(), all = cpus * TOA_REFUSED, i;
	struct toa_refused *seen = cpus > 0 ? calloc(all, 2 * sizeof(*seen)) : NULL;
	__u32 zero = 0;

	*count = 0;
	if (!seen || bpf_map_get(map, &zero, seen) || bpf_map_get(map, &zero, seen + all)) {
		free(seen);
		return NULL;
	}
	for (i = 0; i < all; i++)
		if (seen[i].count && seen[all + i].count && seen[all + i].why < TOA_C_MAX && is_same(&seen[i], &seen[all + i]))
			seen[(*count)++] = seen[all + i];
	return seen;
}

/* Each CPU keeps its own: one entry of each peer and reason, with what all have counted. */
static int merge(struct toa_refused *seen, int count)
{
	int i, j, kept = 0;

	for (i = 0; i < count; i++) {
		for (j = 0; j < kept && !is_same(&seen[j], &seen[i]); j++)
			;
		if (j == kept) {
			seen[kept++] = seen[i];
			continue;
		}
		seen[j].count += seen[i].count;
		if (seen[i].last > seen[j].last)
			seen[j].last = seen[i].last;
	}
	qsort(seen, kept, sizeof(*seen), later);
	return kept < TOA_REFUSED ? kept : TOA_REFUSED;
}

static void print_one(const struct toa_refused *r, unsigned long long now)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	int v4 = !memcmp(r->addr, mapped, sizeof(mapped)), first = 1;
	char address[INET6_ADDRSTRLEN];

	inet_ntop(v4 ? AF_INET : AF_INET6, r->addr + (v4 ? 12 : 0), address, sizeof(address));
	putchar('{');
	json_field(&first, "address", address);
	json_field(&first, "reason", counters[r->why].name);
	json_number(&first, "count", r->count);
	json_number(&first, "seconds_ago", now > r->last ? (now - r->last) / 1000000000 : 0);
	putchar('}');
}

void refused_print(int *first, int map)
{
	struct timespec now;
	struct toa_refused *seen;
	int count, i;

	clock_gettime(CLOCK_MONOTONIC, &now);
	seen = look(map, &count);
	count = merge(seen, count);
	json_key(first, "refused");
	putchar('[');
	for (i = 0; i < count; i++) {
		if (i)
			putchar(',');
		print_one(&seen[i], now.tv_sec * 1000000000ULL + now.tv_nsec);
	}
	putchar(']');
	free(seen);
}
