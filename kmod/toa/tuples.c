// SPDX-License-Identifier: GPL-2.0
/*
 * Clients by the addresses of a connection, for a while or until there is no
 * room: of a SYN until its handshake ends, of an MPTCP subflow for its parent.
 * A fixed block of sets of four; a full set gives up its oldest. A flood costs
 * no memory and evicts others' entries at worst (the option in the final ACK
 * still counts then).
 */
#include <linux/types.h>
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "toa.h"

#define TOA_WAYS	4

struct toa_way {
	struct toa_key key;
	struct toa_peer peer;
	unsigned long stamp;	/* jiffies, | 1; 0: free */
};

struct toa_set {
	spinlock_t lock;	/* the ways; interrupts off */
	struct toa_way way[TOA_WAYS];
};

struct toa_tuples {
	struct toa_set *sets;
	unsigned int mask, seconds;
	u32 seed;
	int ever;	/* something was put: until then nothing is looked up */
};

/* entries is rounded up to a power of two; seconds 0: without end. */
struct toa_tuples *toa_tuples_new(unsigned int entries, unsigned int seconds)
{
	struct toa_tuples *cache = kzalloc(sizeof(*cache), GFP_KERNEL);
	unsigned int sets = 1, i;

	if (!cache)
		return NULL;
	while (sets * TOA_WAYS < entries)
		sets *= 2;
	cache->sets = vmalloc(sets * sizeof(*cache->sets));
	if (!cache->sets) {
		kfree(cache);
		return NULL;
	}
	memset(cache->sets, 0, sets * sizeof(*cache->sets));
	for (i = 0; i < sets; i++)
		spin_lock_init(&cache->sets[i].lock);
	cache->mask = sets - 1;
	cache->seconds = seconds;
	get_random_bytes(&cache->seed, sizeof(cache->seed));
	return cache;
}

void toa_tuples_free(struct toa_tuples *cache)
{
	if (!cache)
		return;
	vfree(cache->sets);
	kfree(cache);
}

static struct toa_set *toa_set_of(struct toa_tuples *cache,
				  const struct toa_key *key)
{
	u32 hash = jhash2((const u32 *)key, sizeof(*key) / 4, cache->seed);

	return &cache->sets[hash & cache->mask];
}

static bool toa_way_is(const struct toa_tuples *cache,
		       const struct toa_way *way, const struct toa_key *key)
{
	if (!way->stamp || memcmp(&way->key, key, sizeof(*key)))
		return false;
	return !cache->seconds ||
	       time_before(jiffies, way->stamp + cache->seconds * HZ);
}

/* The way to use for a key: its own, a free one, or the oldest. */
static struct toa_way *toa_way_for(struct toa_set *set,
				   const struct toa_key *key)
{
	struct toa_way *best = &set->way[0];
	int i;

	for (i = 0; i < TOA_WAYS; i++)
		if (set->way[i].stamp &&
		    !memcmp(&set->way[i].key, key, sizeof(*key)))
			return &set->way[i];
	for (i = 0; i < TOA_WAYS; i++) {
		if (!set->way[i].stamp)
			return &set->way[i];
		if (time_before(set->way[i].stamp, best->stamp))
			best = &set->way[i];
	}
	return best;
}

/* Returns true when an older entry had to go. */
bool toa_tuples_put(struct toa_tuples *cache, const struct toa_key *key,
		    const struct toa_peer *peer)
{
	struct toa_set *set = toa_set_of(cache, key);
	struct toa_way *way;
	unsigned long flags;
	bool evicted;

	if (!TOA_ONCE(cache->ever))
		TOA_ONCE(cache->ever) = 1;
	spin_lock_irqsave(&set->lock, flags);
	way = toa_way_for(set, key);
	evicted = way->stamp && memcmp(&way->key, key, sizeof(*key)) &&
		  toa_way_is(cache, way, &way->key);
	way->key = *key;
	way->peer = *peer;
	way->stamp = jiffies | 1;
	spin_unlock_irqrestore(&set->lock, flags);
	return evicted;
}

bool toa_tuples_get(struct toa_tuples *cache, const struct toa_key *key,
		    struct toa_peer *peer)
{
	struct toa_set *set;
	unsigned long flags;
	bool found = false;
	int i;

	if (!TOA_ONCE(cache->ever))
		return false;
	set = toa_set_of(cache, key);
	spin_lock_irqsave(&set->lock, flags);
	for (i = 0; i < TOA_WAYS && !found; i++) {
		found = toa_way_is(cache, &set->way[i], key);
		if (found)
			*peer = set->way[i].peer;
	}
	spin_unlock_irqrestore(&set->lock, flags);
	return found;
}

void toa_tuples_remove(struct toa_tuples *cache, const struct toa_key *key)
{
	struct toa_set *set;
	unsigned long flags;
	int i;

	if (!TOA_ONCE(cache->ever))
		return;
	set = toa_set_of(cache, key);
	spin_lock_irqsave(&set->lock, flags);
	for (i = 0; i < TOA_WAYS; i++)
		if (set->way[i].stamp &&
		    !memcmp(&set->way[i].key, key, sizeof(*key)))
			set->way[i].stamp = 0;
	spin_unlock_irqrestore(&set->lock, flags);
}
