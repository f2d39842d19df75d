// SPDX-License-Identifier: GPL-2.0
/*
 * What happens at the hooks of a handshake, and at a socket's end. All of it
 * runs inside a probe: preemption (or interrupts) off, never sleeps, and
 * changes no packet and no socket.
 */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/tcp.h>
#include "toa.h"

#define TOA_DOUBTS	1024	/* handshakes that begin with a refused option */

static struct toa_tuples *toa_syns;	/* from a SYN or a bare ACK */
static struct toa_tuples *toa_doubts;	/* the same, refused: why, for the end */

int toa_receive_init(unsigned int syn_entries, unsigned int syn_seconds)
{
	toa_syns = toa_tuples_new(syn_entries, syn_seconds);
	toa_doubts = toa_tuples_new(TOA_DOUBTS, syn_seconds);
	if (toa_syns && toa_doubts)
		return 0;
	toa_receive_exit();
	return -ENOMEM;
}

void toa_receive_exit(void)
{
	toa_tuples_free(toa_syns);
	toa_tuples_free(toa_doubts);
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
	toa_rules_walk(walk, tcp->syn, !toa_is_mapped(packet->key.remote));
	packet->probe = toa_slot_open(packet->key.remote);
}

/* Why the client that was found may not count; 0: it may. */
static unsigned int toa_forbidden(const struct toa_packet *packet)
{
	if (toa_is_probe_client(packet->walk.peer.addr))
		return packet->probe ? 0 : TOA_M_probe_address;
	return toa_allowed(packet->key.remote) ? 0 : TOA_M_not_allowed;
}

/* 0: a client; TOA_NO_OPTION; or the counter of why its option is refused. */
static unsigned int toa_outcome(const struct toa_packet *packet, bool syn)
{
	const struct toa_walk *walk = &packet->walk;

	if (walk->verdict == TOA_FOUND)
		return toa_forbidden(packet);
	if (walk->verdict == TOA_NO_OPTION && syn && walk->elsewhere)
		return TOA_M_syn_only_refused;
	return walk->verdict;
}

/*
 * Keeps what a packet says for the socket that is still to come. What is
 * refused is kept too, elsewhere and in a small place: it is counted when the
 * handshake ends, since anybody's address can stand in a SYN, and a flood of it
 * takes no room from clients.
 */
static bool toa_keep(struct toa_packet *packet, int place)
{
	unsigned int why = toa_outcome(packet, place == TOA_PLACE_SYN);
	struct toa_peer *peer = &packet->walk.peer;

	peer->place = place;
	peer->why = why;
	if (!why) {
		toa_tuples_remove(toa_doubts, &packet->key);
		if (toa_tuples_put(toa_syns, &packet->key, peer))
			toa_count(TOA_M_syn_evicted);
		return true;
	}
	if (place == TOA_PLACE_SYN)
		toa_tuples_remove(toa_syns, &packet->key);
	if (why == TOA_NO_OPTION)
		toa_tuples_remove(toa_doubts, &packet->key);
	else
		toa_tuples_put(toa_doubts, &packet->key, peer);
	return false;
}

/* A SYN at a listener. One without a client ends what was kept before. */
void toa_on_syn(const struct sock *listener, const struct sk_buff *skb)
{
	struct toa_packet packet;

	toa_read(&packet, skb, sock_net(listener));
	if (toa_keep(&packet, TOA_PLACE_SYN) && !packet.probe)
		toa_count(TOA_M_syn_kept);
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
	    toa_keep(&packet, TOA_PLACE_ACK) && !packet.probe)
		toa_count(TOA_M_deferred_kept);
}

/* From the packet itself, else from the SYN. False: no client; counts why. */
static bool toa_decide(struct toa_packet *packet, const struct sk_buff *skb)
{
	bool syn = tcp_hdr(skb)->syn;
	struct toa_peer *peer = &packet->walk.peer;
	unsigned int why;

	if (packet->walk.verdict == TOA_NO_OPTION &&
	    toa_tuples_get(toa_syns, &packet->key, peer))
		return true;
	why = toa_outcome(packet, syn);
	peer->place = syn ? TOA_PLACE_SYN : TOA_PLACE_ACK;
	if (why == TOA_NO_OPTION &&
	    toa_tuples_get(toa_doubts, &packet->key, peer))
		why = peer->why;
	if (!why)
		return true;
	if (why != TOA_NO_OPTION)
		toa_refuse(packet->key.remote, why, packet->probe);
	else if (!packet->probe)
		toa_count(TOA_M_no_option);
	return false;
}

/* Counts and keeps the client of a socket. */
static void toa_take_client(struct toa_packet *packet, const struct sock *child)
{
	struct toa_peer *peer = &packet->walk.peer;

	peer->probe = packet->probe;
	toa_count(peer->probe ? TOA_M_probe_accepted :
		  peer->place == TOA_PLACE_SYN ? TOA_M_accepted_syn :
						 TOA_M_accepted_ack);
	toa_table_put(child, &packet->key, peer);
}

/*
 * A socket that came out of a handshake. On a lost race (since 4.4) it is
 * already destroyed, in TCP_CLOSE: an entry for it would never go.
 */
void toa_on_child(const struct sock *child, const struct sk_buff *skb)
{
	struct toa_packet packet;
	unsigned int mptcp;

	if (child->sk_state == TCP_CLOSE) {
		toa_count(TOA_M_closed_child);
		return;
	}
	toa_read(&packet, skb, sock_net(child));
	mptcp = packet.walk.mptcp;
	if (packet.probe)
		toa_count(TOA_M_probe_connections);
	if (!toa_decide(&packet, skb)) {
		if (mptcp)
			toa_parent_remove(&packet.key);
		toa_table_remove(child);
		return;
	}
	toa_take_client(&packet, child);
	if (mptcp)
		toa_parent_put(&packet.key, &packet.walk.peer);
}

void toa_on_destroy(const struct sock *sk)
{
	if (toa_table_remove(sk))
		toa_count(TOA_M_freed);
}
