// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's reserved clients (toa_abi.h). They are taken only from the
 * probe's own addresses and only while it runs; from anybody else they are
 * refused, so that they prove something when they are seen.
 */
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "toa.h"

#define TOA_SLOT_MAX_SECONDS	600

struct toa_slot {
	unsigned long until;	/* jiffies */
	u8 peer4[16], peer6[16];
};

static const u8 toa_client4[16] = TOA_PROBE_CLIENT4;
static const u8 toa_client6[16] = TOA_PROBE_CLIENT6;
static DEFINE_MUTEX(toa_slot_lock);	/* writers */
static struct toa_slot __rcu *toa_slot;

bool toa_is_probe_client(const u8 *client)
{
	return !memcmp(client, toa_client4, 16) ||
	       !memcmp(client, toa_client6, 16);
}

static bool toa_slot_live(const struct toa_slot *slot)
{
	return slot && time_before(jiffies, slot->until);
}

/* True for packets of a probe that runs now. */
bool toa_slot_open(const u8 *remote)
{
	const struct toa_slot *slot;
	bool found;

	rcu_read_lock();
	slot = rcu_dereference(toa_slot);
	found = toa_slot_live(slot) && (!memcmp(remote, slot->peer4, 16) ||
					!memcmp(remote, slot->peer6, 16));
	rcu_read_unlock();
	return found;
}

static int toa_slot_parse(struct toa_slot *slot, struct toa_text text)
{
	struct toa_text four = toa_text_cut(&text, ' '), six;
	unsigned int seconds;

	text.at += text.at < text.end;
	six = toa_text_cut(&text, ' ');
	text.at += text.at < text.end;
	if (toa_text_address(four, slot->peer4) != 4 ||
	    toa_text_address(six, slot->peer6) != 6 ||
	    toa_text_number(text, TOA_SLOT_MAX_SECONDS, &seconds))
		return -EINVAL;
	slot->until = jiffies + seconds * HZ;
	return 0;
}

/* "IPV4 IPV6 SECONDS" opens the slot, "off" closes it. May sleep. */
int toa_slot_set(struct toa_text text)
{
	struct toa_slot *slot = NULL, *old;

	text.end -= text.at < text.end && text.end[-1] == '\n';
	if (!toa_text_is(text, "off")) {
		slot = kzalloc(sizeof(*slot), GFP_KERNEL);
		if (!slot)
			return -ENOMEM;
		if (toa_slot_parse(slot, text)) {
			kfree(slot);
			return -EINVAL;
		}
	}
	mutex_lock(&toa_slot_lock);
	old = rcu_dereference_protected(toa_slot,
					lockdep_is_held(&toa_slot_lock));
	rcu_assign_pointer(toa_slot, slot);
	mutex_unlock(&toa_slot_lock);
	synchronize_rcu();
	kfree(old);
	return 0;
}

void toa_slot_exit(void)
{
	kfree(rcu_dereference_protected(toa_slot, 1));
}

void toa_slot_show(struct seq_file *out)
{
	rcu_read_lock();
	seq_puts(out, toa_slot_live(rcu_dereference(toa_slot)) ?
		 "open\n" : "off\n");
	rcu_read_unlock();
}
