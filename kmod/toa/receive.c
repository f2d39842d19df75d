// SPDX-License-Identifier: GPL-2.0
/*
 * What happens at each hook. All of it runs inside a probe: preemption (or
 * interrupts) off, never sleeps, and changes no packet and no socket.
 */
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/tcp.h>
#include "toa.h"

static struct toa_tuples *toa_syns;	/* from a SYN or a bare ACK */
static struct toa_tuples *toa_msks;	/* of MPTCP subflows */

int toa_receive_init(unsigned int syn_entries, unsigned int syn_seconds,
		     unsigned int mptcp_entries)
{
	toa_syns = toa_tuples_new(syn_entries, syn_seconds);
	toa_msks = toa_tuples_new(mptcp_entries, 0);
	if (toa_syns && toa_msks)
		return 0;
	toa_receive_exit();
	return -ENOMEM;
}

void toa_receive_exit(void)
{
	toa_tuples_free(toa_syns);
	toa_tuples_free(toa_msks);
}

/* The addresses of a packet as a key. */
static void toa_read_key(struct toa_key *key, const struct sk_buff *skb,
			 const struct net *net)
{
	const struct tcphdr *tcp = tcp_hdr(skb);

	memset(key, 0, sizeof(*key));
	if (skb->protocol == htons(ETH_P_IP)) {
		toa_map_v4(key->remote, ip_hdr(skb)->saddr);
		toa_map_v4(key->local, ip_hdr(skb)->daddr);
	} else {
		memcpy(key->remote, &ipv6_hdr(skb)->saddr, 16);
		memcpy(key->local, &ipv6_hdr(skb)->daddr, 16);
	}
	key->remote_port = tcp->source;
	key->local_port = tcp->dest;
	key->net = net;
}

static bool toa_is_v4(const u8 *address)
{
	return toa_zero(address, 10) && address[10] == 0xff &&
	       address[11] == 0xff;
}

/* TCP has seen to it that header and options are linear (tcp_v4_rcv). */
static void toa_read(struct toa_packet *packet, const struct sk_buff *skb,
		     const struct net *net)
{
	const struct tcphdr *tcp = tcp_hdr(skb);
	int len = tcp->doff * 4 - (int)sizeof(*tcp);
	struct toa_walk *walk = &packet->walk;

	toa_read_key(&packet->key, skb, net);
	if (len < 0)
		len = 0;
	memcpy(walk->opt, tcp + 1, len);
	walk->opt[len] = 0;	/* the walk may look one byte ahead */
	walk->len = len;
	memset(&walk->peer, 0, sizeof(walk->peer));
	toa_rules_walk(walk, tcp->syn, !toa_is_v4(packet->key.remote));
}

/* True when the sender of the packet may name this client; counts. */
static bool toa_may_name(const struct toa_packet *packet)
{
	const u8 *remote = packet->key.remote;

	if (toa_is_probe_client(packet->walk.peer.addr)) {
		bool open = toa_slot_open(remote);

		toa_count(open ? TOA_M_probe_accepted : TOA_M_probe_address);
		return open;
	}
	if (toa_allowed(remote))
		return true;
	toa_count(TOA_M_not_allowed);
	return false;
}

/* Keeps what a packet says for the socket that is still to come. */
static bool toa_keep(struct toa_packet *packet, int place)
{
	if (place == TOA_PLACE_SYN && packet->walk.verdict == TOA_NO_OPTION &&
	    packet->walk.elsewhere) {
		/* nobody: what is only here is counted when the handshake ends */
		packet->walk.peer.family = 0;
		toa_tuples_put(toa_syns, &packet->key, &packet->walk.peer);
		return true;
	}
	if (packet->walk.verdict != TOA_FOUND) {
		if (packet->walk.verdict != TOA_NO_OPTION)
			toa_count(packet->walk.verdict);
		return false;
	}
	if (!toa_may_name(packet))
		return false;
	packet->walk.peer.place = place;
	if (toa_tuples_put(toa_syns, &packet->key, &packet->walk.peer))
		toa_count(TOA_M_syn_evicted);
	return true;
}

/* A SYN at a listener. One without a client ends what was kept before. */
void toa_on_syn(const struct sock *listener, const struct sk_buff *skb)
{
	struct toa_packet packet;

	toa_read(&packet, skb, sock_net(listener));
	if (toa_keep(&packet, TOA_PLACE_SYN))
		toa_count(TOA_M_syn_kept);
	else
		toa_tuples_remove(toa_syns, &packet.key);
}

/*
 * A packet for a half-open connection. With TCP_DEFER_ACCEPT the kernel drops
 * the bare ACK and makes the socket from the data that follows, which may come
 * without the option.
 */
void toa_on_bare_ack(const struct sock *listener, const struct sk_buff *skb)
{
	const struct tcphdr *tcp = tcp_hdr(skb);
	struct toa_packet packet;

	if (listener->sk_state != TCP_LISTEN || tcp->syn || !tcp->ack ||
	    !inet_csk(listener)->icsk_accept_queue.rskq_defer_accept ||
	    tcp->doff * 4 == sizeof(*tcp))
		return;
	toa_read(&packet, skb, sock_net(listener));
	if (packet.walk.verdict == TOA_FOUND &&
	    toa_keep(&packet, TOA_PLACE_ACK))
		toa_count(TOA_M_deferred_kept);
}

/* An MPTCP parent is asked by what it knows: its peer and its own port. */
static void toa_msk_key(struct toa_key *key, const struct toa_key *from)
{
	*key = *from;
	memset(key->local, 0, sizeof(key->local));
}

/* From the packet itself, else from the SYN. False: no client. */
static bool toa_decide(struct toa_packet *packet, const struct sk_buff *skb)
{
	struct toa_walk *walk = &packet->walk;

	if (walk->verdict == TOA_NO_OPTION &&
	    toa_tuples_get(toa_syns, &packet->key, &walk->peer)) {
		if (!walk->peer.family) {
			toa_count(TOA_M_syn_only_refused);
			return false;
		}
		walk->verdict = TOA_FOUND;
		return true;
	}
	if (walk->verdict != TOA_FOUND) {
		toa_count(walk->verdict);
		return false;
	}
	walk->peer.place = tcp_hdr(skb)->syn ? TOA_PLACE_SYN : TOA_PLACE_ACK;
	return toa_may_name(packet);
}

/*
 * A socket that came out of a handshake. On a lost race (since 4.4) it is
 * already destroyed, in TCP_CLOSE: an entry for it would never go.
 */
void toa_on_child(const struct sock *child, const struct sk_buff *skb)
{
	struct toa_packet packet;
	struct toa_key msk;
	unsigned int mptcp;

	if (child->sk_state == TCP_CLOSE) {
		toa_count(TOA_M_closed_child);
		return;
	}
	toa_read(&packet, skb, sock_net(child));
	mptcp = packet.walk.mptcp;
	toa_msk_key(&msk, &packet.key);
	if (!toa_decide(&packet, skb)) {
		if (mptcp)
			toa_tuples_remove(toa_msks, &msk);
		toa_table_remove(child);
		return;
	}
	toa_count(packet.walk.peer.place == TOA_PLACE_SYN ?
		  TOA_M_accepted_syn : TOA_M_accepted_ack);
	toa_table_put(child, &packet.key, &packet.walk.peer);
	if (mptcp) {
		toa_tuples_put(toa_msks, &msk, &packet.walk.peer);
		toa_count(TOA_M_mptcp_subflow);
	}
}

void toa_on_destroy(const struct sock *sk)
{
	if (toa_table_remove(sk))
		toa_count(TOA_M_freed);
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
	return toa_tuples_get(toa_msks, key, peer);
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
		toa_count(TOA_M_shown_v6);
	} else if (peer.family == 4) {
		memcpy(&four->sin_addr, peer.addr + 12, 4);
		if (peer.port)
			four->sin_port = (__force __be16)peer.port;
		toa_count(TOA_M_shown_v4);
	}
}
