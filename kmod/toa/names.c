// SPDX-License-Identifier: GPL-2.0
/*
 * What accept() and getpeername() are answered. Runs inside a probe, as
 * receive.c does.
 */
#include <linux/in.h>
#include <linux/in6.h>
#include <net/sock.h>
#include "toa.h"

static struct toa_tuples *toa_parents;	/* clients of MPTCP subflows */

int toa_names_init(unsigned int mptcp_entries)
{
	toa_parents = toa_tuples_new(mptcp_entries, 0);
	return toa_parents ? 0 : -ENOMEM;
}

void toa_names_exit(void)
{
	toa_tuples_free(toa_parents);
}

/* An MPTCP parent is asked by what it knows: its peer and its own port. */
static void toa_parent_key(struct toa_key *key, const struct toa_key *subflow)
{
	*key = *subflow;
	memset(key->local, 0, sizeof(key->local));
}

void toa_parent_put(const struct toa_key *subflow, const struct toa_peer *peer)
{
	struct toa_key key;

	toa_parent_key(&key, subflow);
	toa_tuples_put(toa_parents, &key, peer);
	if (!peer->probe)
		toa_count(TOA_M_mptcp_subflow);
}

void toa_parent_remove(const struct toa_key *subflow)
{
	struct toa_key key;

	toa_parent_key(&key, subflow);
	toa_tuples_remove(toa_parents, &key);
}

/* What getname answered, as a key; false when it is no internet address. */
static bool toa_name_key(struct toa_key *key, const struct sockaddr *name)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)name;
	const struct sockaddr_in *four = (const struct sockaddr_in *)name;

	memset(key, 0, sizeof(*key));
	if (name->sa_family == AF_INET) {
		toa_map_v4(key->remote, four->sin_addr.s_addr);
		key->remote_port = four->sin_port;
		return true;
	}
	memcpy(key->remote, &six->sin6_addr, 16);
	key->remote_port = six->sin6_port;
	return name->sa_family == AF_INET6;
}

static bool toa_client_of(const struct sock *sk, struct toa_key *key,
			  struct toa_peer *peer)
{
	if (toa_table_get(sk, key->remote, key->remote_port, peer))
		return true;
	if (sk->sk_protocol != TOA_PROTO_MPTCP)
		return false;
	key->local_port = toa_local_port(sk);
	key->net = sock_net(sk);
	return toa_tuples_get(toa_parents, key, peer);
}

/* Puts the client into an answer of accept() or getpeername(). */
void toa_on_getname(const struct sock *sk, struct sockaddr *name)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)name;
	struct sockaddr_in *four = (struct sockaddr_in *)name;
	struct toa_peer peer;
	struct toa_key key;

	if (!toa_name_key(&key, name) || !toa_client_of(sk, &key, &peer))
		return;
	if (name->sa_family == AF_INET6) {
		memcpy(&six->sin6_addr, peer.addr, 16);
		if (peer.port)
			six->sin6_port = (__force __be16)peer.port;
		toa_count(peer.probe ? TOA_M_probe_shown : TOA_M_shown_v6);
	} else if (peer.family == 4) {
		memcpy(&four->sin_addr, peer.addr + 12, 4);
		if (peer.port)
			four->sin_port = (__force __be16)peer.port;
		toa_count(peer.probe ? TOA_M_probe_shown : TOA_M_shown_v4);
	}
}
