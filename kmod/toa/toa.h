/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the module share. README: kmod/README.md, "The module". */
#ifndef TOA_MODULE_H
#define TOA_MODULE_H

#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <net/sock.h>
#include "compat/compat.h"
#include "toa_text.h"

#define TOA_MODULE_VERSION	"1.0.0"
#define TOA_PROTO_MPTCP		262	/* IPPROTO_MPTCP, since 5.6 */

/* Counters beside those that eBPF has too; one name a line of /proc/net/toa. */
#define TOA_MODULE_COUNTERS(X) \
	X(table_full,		"clients dropped: max_clients are kept already") \
	X(replaced,		"sockets whose older client was replaced") \
	X(closed_child,		"sockets that were closed before they were ours") \
	X(freed,		"clients freed with their socket") \
	X(foreign_name,		"answers left alone: the socket has another peer now") \
	X(syn_kept,		"clients kept from a SYN until its handshake ends") \
	X(deferred_kept,	"clients kept from a bare ACK (TCP_DEFER_ACCEPT)") \
	X(syn_evicted,		"kept SYNs that made room for newer ones")

enum toa_module_counter {
#define TOA_MODULE_ENUM(name, help) TOA_M_##name,
	TOA_COUNTERS(TOA_MODULE_ENUM)
	TOA_MODULE_COUNTERS(TOA_MODULE_ENUM)
#undef TOA_MODULE_ENUM
	TOA_M_MAX
};

/* One connection as its packets name it; addresses v4-mapped, all zeroed. */
struct toa_key {
	u8 remote[16];
	u8 local[16];		/* zero where only the ports are known */
	__be16 remote_port;
	__be16 local_port;
	u32 pad;
	const void *net;	/* compared, never followed */
};

/* A packet of a handshake, read. */
struct toa_packet {
	struct toa_key key;
	struct toa_walk walk;
	bool probe;		/* from the probe, while it runs */
};

/* stats.c */
int toa_stats_init(void);
void toa_stats_exit(void);
void toa_count(enum toa_module_counter what);
unsigned long toa_counted(enum toa_module_counter what);
extern const char *const toa_counter_names[TOA_M_MAX];

/* rules.c: which kinds and lengths are TOA options */
int toa_rules_set(struct toa_text text);
void toa_rules_exit(void);
void toa_rules_walk(struct toa_walk *walk, bool syn, bool v6);
void toa_rules_show(struct seq_file *out);

/* allow.c: who may say which client it has */
int toa_allow_set(struct toa_text text);
void toa_allow_exit(void);
bool toa_allowed(const u8 *remote);
void toa_allow_show(struct seq_file *out);
int toa_allow_count(void);		/* prefixes, or -1: everybody */

/* refused.c: the last peers whose option was refused */
void toa_refuse(const u8 *remote, enum toa_module_counter why, bool probe);
void toa_refused_show(struct seq_file *out);

/* slot.c: the reserved addresses of the probe */
int toa_slot_set(struct toa_text text);
void toa_slot_exit(void);
bool toa_slot_open(const u8 *remote);
bool toa_is_probe_client(const u8 *client);
void toa_slot_show(struct seq_file *out);

/* address.c */
void toa_map_v4(u8 *out, __be32 address);
bool toa_is_mapped(const u8 *address);

/* table.c: the client of each socket */
int toa_table_init(unsigned int bits, unsigned int max);
void toa_table_exit(void);
void toa_table_put(const struct sock *sk, const struct toa_key *key,
		   const struct toa_peer *peer);
bool toa_table_get(const struct sock *sk, const u8 *remote, __be16 port,
		   struct toa_peer *peer);
bool toa_table_remove(const struct sock *sk);
unsigned int toa_table_used(void);
unsigned int toa_table_max(void);

/* tuples.c: bounded caches of clients by the connection's addresses */
struct toa_tuples;
struct toa_tuples *toa_tuples_new(unsigned int entries, unsigned int seconds);
void toa_tuples_free(struct toa_tuples *cache);
bool toa_tuples_put(struct toa_tuples *cache, const struct toa_key *key,
		    const struct toa_peer *peer);
bool toa_tuples_get(struct toa_tuples *cache, const struct toa_key *key,
		    struct toa_peer *peer);
void toa_tuples_remove(struct toa_tuples *cache, const struct toa_key *key);

/* receive.c: what a hook does */
int toa_receive_init(unsigned int syn_entries, unsigned int syn_seconds);
void toa_receive_exit(void);
void toa_on_syn(const struct sock *listener, const struct sk_buff *skb);
void toa_on_bare_ack(const struct sock *listener, const struct sk_buff *skb);
void toa_on_child(const struct sock *child, const struct sk_buff *skb);
void toa_on_destroy(const struct sock *sk);

/* names.c: what is answered */
int toa_names_init(unsigned int mptcp_entries);
void toa_names_exit(void);
void toa_parent_put(const struct toa_key *subflow, const struct toa_peer *peer);
void toa_parent_remove(const struct toa_key *subflow);
void toa_on_getname(const struct sock *sk, struct sockaddr *name);

/* hooks.c */
int toa_hooks_init(unsigned int maxactive, bool defer);
void toa_hooks_exit(void);
void toa_hooks_show(struct seq_file *out);

/* selftest.c */
int toa_selftest(void);
long toa_selftest_target(long a, long b, long c, long d);

/* sockopt.c: clients that are asked for by getsockopt() */
void toa_sockopt_init(void);
void toa_sockopt_exit(void);

/* proc.c */
int toa_proc_init(void);
void toa_proc_exit(void);

#endif
