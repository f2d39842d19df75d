/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the sender's eBPF programs and toa-bpf share: the layout of the pinned
 * maps. Raise SENDER_ABI when something here changes.
 */
#ifndef TOA_SENDER_ABI_H
#define TOA_SENDER_ABI_H

#define SENDER_ABI		1

#define SENDER_IN_SYN		1	/* the option goes into the SYN too */
#define SENDER_NO_MSS		2	/* the MSS in the server's SYN-ACK stays */

#define SENDER_MAX_FLOWS	262144
#define SENDER_MAX_SERVICES	16384
#define SENDER_MAX_DEVICES	64

/* Map `config`, one element. */
struct sender_config {
	unsigned int abi;
	unsigned char flags;		/* SENDER_* */
	unsigned char kind4, len4;	/* 8: with port; 7: without, padded by a NOP */
	unsigned char kind6;		/* its length is 20 */
	unsigned long long build;	/* hash of the programs that are attached */
	unsigned char formats[256];	/* by kind: which layouts of a client's own are taken out */
};

/* Key of `services`: a port (0: any) and a prefix of the server's address, IPv4 as v4-mapped. */
struct sender_service {
	unsigned int prefixlen;		/* 16 + bits of the address */
	unsigned short port;		/* network order */
	unsigned char addr[16];
};

#define SENDER_ALL_PORTS	1	/* value at port 0: every port is a service */
#define SENDER_SOME_PORTS	2	/* value at port 0: ask again with the port */

/* A connection on its way to a server, after translation; network order. */
struct sender_flow {
	unsigned int saddr[4], daddr[4];
	unsigned short sport, dport;
};

/* Map `stats`, per CPU. */
#define SENDER_COUNTERS(X) \
	X(connections,		"SYNs to services") \
	X(options_sent,		"segments that got the option") \
	X(skipped_no_room,	"segments without: the TCP header has no room for it") \
	X(skipped_mtu,		"segments without: the packet would be longer than the MTU") \
	X(skipped_long,		"segments without: offloaded, or longer than 2 KiB") \
	X(skipped_no_conntrack,	"segments without: conntrack does not know the connection") \
	X(skipped_not_translated, "segments without: the server sees the client already") \
	X(skipped_family,	"segments without: these kinds have none for the client's family") \
	X(forged,		"segments whose client had written an option of its own: taken out") \
	X(fast_open,		"SYNs whose TCP Fast Open was taken out: data in a SYN leaves no place for the option") \
	X(mss_lowered,		"SYN-ACKs of servers whose MSS was lowered to leave room") \
	X(dropped_fragment,	"packets dropped: a fragment could hide an option") \
	X(dropped_malformed,	"packets dropped: a TCP header that cannot be read") \
	X(dropped_failed,	"packets dropped: the kernel refused a change half-way")

enum sender_counter {
#define SENDER_COUNTER_ENUM(name, help) SENDER_C_##name,
	SENDER_COUNTERS(SENDER_COUNTER_ENUM)
#undef SENDER_COUNTER_ENUM
	SENDER_C_MAX
};

#endif
