// SPDX-License-Identifier: GPL-2.0
/*
 * The client of each socket. An own table, because sk_user_data belongs to
 * others (kTLS reads a pointer from it). An entry lives from the handshake to
 * tcp_v4_destroy_sock(), through which all TCP sockets of both families end.
 *
 * Locking: one spinlock a bucket, always with interrupts off, since probes run
 * in process, softirq and (breakpoint) interrupt context. Nothing else is
 * locked inside, and the allocator is called outside.
 *
 * sk is a name, never followed. An entry also knows the packet's source: an
 * answer is changed only when the kernel's own answer is that source. So a
 * socket that was disconnected and connected elsewhere, or, should one ever
 * escape the destroy hook, a new socket at the same place in memory, does not
 * show an old client.
 */
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>
#include "toa.h"

struct toa_client {
	struct hlist_node node;
	const struct sock *sk;
	u8 remote[16];
	__be16 remote_port;
	struct toa_peer peer;
};

struct toa_bucket {
	spinlock_t lock;	/* the list; interrupts off */
	struct hlist_head head;
};

static struct toa_bucket *toa_buckets;
static struct kmem_cache *toa_cache;
static unsigned int toa_bits, toa_max;
static atomic_t toa_used = ATOMIC_INIT(0);

/* A constructor keeps the cache from being merged: leaks show in slabinfo. */
static void toa_client_born(void *client)
{
	memset(client, 0, sizeof(struct toa_client));
}

int toa_table_init(unsigned int bits, unsigned int max)
{
	unsigned int i;

	toa_bits = bits;
	toa_max = max;
	toa_cache = kmem_cache_create("toa_client", sizeof(struct toa_client),
				      0, 0, toa_client_born);
	if (!toa_cache)
		return -ENOMEM;
	toa_buckets = vmalloc((1UL << bits) * sizeof(*toa_buckets));
	if (!toa_buckets) {
		kmem_cache_destroy(toa_cache);
		return -ENOMEM;
	}
	for (i = 0; i < 1U << bits; i++) {
		spin_lock_init(&toa_buckets[i].lock);
		INIT_HLIST_HEAD(&toa_buckets[i].head);
	}
	return 0;
}

/* After all hooks are gone: nobody else looks any more. */
void toa_table_exit(void)
{
	struct hlist_node *at, *next;
	unsigned int i;

	for (i = 0; i < 1U << toa_bits; i++) {
		hlist_for_each_safe(at, next, &toa_buckets[i].head) {
			hlist_del(at);
			kmem_cache_free(toa_cache, hlist_entry(at, struct toa_client, node));
		}
	}
	vfree(toa_buckets);
	kmem_cache_destroy(toa_cache);
}

static struct toa_bucket *toa_bucket_of(const struct sock *sk)
{
	return &toa_buckets[hash_ptr((void *)sk, toa_bits)];
}

/* With the bucket's lock held. */
static struct toa_client *toa_find(struct toa_bucket *bucket,
				   const struct sock *sk)
{
	struct hlist_node *at;

	hlist_for_each(at, &bucket->head) {
		struct toa_client *client = hlist_entry(at, struct toa_client, node);

		if (client->sk == sk)
			return client;
	}
	return NULL;
}

static void toa_fill(struct toa_client *client, const struct toa_key *key,
		     const struct toa_peer *peer)
{
	memcpy(client->remote, key->remote, sizeof(client->remote));
	client->remote_port = key->remote_port;
	client->peer = *peer;
}

/* Keeps a socket's client; what was there for it is replaced. */
void toa_table_put(const struct sock *sk, const struct toa_key *key,
		   const struct toa_peer *peer)
{
	struct toa_bucket *bucket = toa_bucket_of(sk);
	struct toa_client *fresh, *old;
	unsigned long flags;

	if (atomic_inc_return(&toa_used) > (int)toa_max) {
		atomic_dec(&toa_used);
		toa_table_remove(sk);
		toa_count(TOA_M_table_full);
		return;
	}
	fresh = kmem_cache_alloc(toa_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!fresh) {
		atomic_dec(&toa_used);
		toa_table_remove(sk);
		toa_count(TOA_M_no_memory);
		return;
	}
	fresh->sk = sk;
	toa_fill(fresh, key, peer);
	spin_lock_irqsave(&bucket->lock, flags);
	old = toa_find(bucket, sk);
	if (old)
		hlist_del(&old->node);
	hlist_add_head(&fresh->node, &bucket->head);
	spin_unlock_irqrestore(&bucket->lock, flags);
	if (old) {
		kmem_cache_free(toa_cache, old);
		atomic_dec(&toa_used);
		toa_count(TOA_M_replaced);
	}
}

/*
 * The client of a socket whose peer is remote, port by the kernel's own
 * account; remote NULL: do not compare.
 */
bool toa_table_get(const struct sock *sk, const u8 *remote, __be16 port,
		   struct toa_peer *peer)
{
	struct toa_bucket *bucket = toa_bucket_of(sk);
	bool found = false, foreign = false;
	struct toa_client *client;
	unsigned long flags;

	if (!TOA_ONCE(bucket->head.first))
		return false;
	spin_lock_irqsave(&bucket->lock, flags);
	client = toa_find(bucket, sk);
	if (client) {
		found = !remote || (client->remote_port == port &&
				    !memcmp(client->remote, remote, 16));
		foreign = !found;
		*peer = client->peer;
	}
	spin_unlock_irqrestore(&bucket->lock, flags);
	if (foreign)
		toa_count(TOA_M_foreign_name);
	return found;
}

bool toa_table_remove(const struct sock *sk)
{
	struct toa_bucket *bucket = toa_bucket_of(sk);
	struct toa_client *client;
	unsigned long flags;

	if (!TOA_ONCE(bucket->head.first))
		return false;
	spin_lock_irqsave(&bucket->lock, flags);
	client = toa_find(bucket, sk);
	if (client)
		hlist_del(&client->node);
	spin_unlock_irqrestore(&bucket->lock, flags);
	if (!client)
		return false;
	kmem_cache_free(toa_cache, client);
	atomic_dec(&toa_used);
	return true;
}

unsigned int toa_table_used(void)
{
	return atomic_read(&toa_used);
}

unsigned int toa_table_max(void)
{
	return toa_max;
}
