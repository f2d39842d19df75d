// SPDX-License-Identifier: GPL-2.0
/*
 * Who was refused: counters by reason, and a handful of the last peers. Only
 * peers that completed a handshake come here: nobody is named by a packet alone.
 */
#include <linux/jiffies.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include "toa.h"

static DEFINE_SPINLOCK(toa_refused_lock);	/* interrupts off */
static struct toa_refused_peer {
	u8 addr[16];
	enum toa_module_counter why;
	unsigned long count;		/* 0: free */
	unsigned long last;		/* jiffies */
} toa_refused_peers[TOA_REFUSED];

/* Its own place, a free one, or that of the peer seen longest ago. */
static struct toa_refused_peer *toa_refused_place(const u8 *remote,
						  enum toa_module_counter why)
{
	struct toa_refused_peer *best = &toa_refused_peers[0], *peer;
	int i;

	for (i = 0; i < TOA_REFUSED; i++) {
		peer = &toa_refused_peers[i];
		if (!peer->count)
			return peer;
		if (peer->why == why && !memcmp(peer->addr, remote, 16))
			return peer;
		if (time_before(peer->last, best->last))
			best = peer;
	}
	return best;
}

/* Counts an option that is refused, and keeps its peer. */
void toa_refuse(const u8 *remote, enum toa_module_counter why, bool probe)
{
	struct toa_refused_peer *peer;
	unsigned long flags;

	if (probe) {
		toa_count(TOA_M_probe_refused);
		return;
	}
	toa_count(why);
	spin_lock_irqsave(&toa_refused_lock, flags);
	peer = toa_refused_place(remote, why);
	if (peer->why != why || memcmp(peer->addr, remote, 16)) {
		memcpy(peer->addr, remote, 16);
		peer->why = why;
		peer->count = 0;
	}
	peer->count++;
	peer->last = jiffies;
	spin_unlock_irqrestore(&toa_refused_lock, flags);
}

static void toa_refused_line(struct seq_file *out,
			     const struct toa_refused_peer *peer)
{
	seq_puts(out, "refused_peer ");
	if (toa_is_mapped(peer->addr))
		seq_printf(out, "%pI4", peer->addr + 12);
	else
		seq_printf(out, "%pI6c", peer->addr);
	seq_printf(out, " %s %lu %lu\n", toa_counter_names[peer->why],
		   peer->count, (jiffies - peer->last) / HZ);
}

/* One line a peer: address, reason (a counter), count, seconds since the last. */
void toa_refused_show(struct seq_file *out)
{
	struct toa_refused_peer peer;
	unsigned long flags;
	int i;

	for (i = 0; i < TOA_REFUSED; i++) {
		spin_lock_irqsave(&toa_refused_lock, flags);
		peer = toa_refused_peers[i];
		spin_unlock_irqrestore(&toa_refused_lock, flags);
		if (peer.count)
			toa_refused_line(out, &peer);
	}
}
