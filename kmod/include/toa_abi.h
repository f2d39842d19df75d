/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the eBPF programs, the loader and the probe share: the layout of the
 * pinned maps. Raise TOA_ABI when a structure here or struct toa_peer changes;
 * the loader then starts with fresh maps instead of reusing the pinned ones.
 */
#ifndef TOA_ABI_H
#define TOA_ABI_H

#include "toa_option.h"

#define TOA_ABI			3

#define TOA_PLACE_ACK		1	/* the packet that completed the handshake */
#define TOA_PLACE_SYN		2	/* the saved SYN */

#define TOA_MAX_PREFIXES	16384
#define TOA_MAX_MPTCP		65536
#define TOA_MAX_DEFERRED	8192
#define TOA_REFUSED		16	/* the last refused peers that are kept */

/* Reserved for the probe (RFC 5737, RFC 3849): 192.0.2.254, 2001:db8:746f:6100::fe */
#define TOA_PROBE_CLIENT4 { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, \
	192, 0, 2, 254 }
#define TOA_PROBE_CLIENT6 { 0x20, 0x01, 0x0d, 0xb8, 0x74, 0x6f, 0x61, 0, \
	0, 0, 0, 0, 0, 0, 0, 0xfe }

#define TOA_FLAG_DEFERRED	1	/* bare ACKs are read too: map `deferred` is filled */

/* Map `config`, one element. */
struct toa_config {
	unsigned int abi;
	unsigned int flags;		/* TOA_FLAG_* */
	unsigned long long build;	/* hash of the programs that are attached */
	unsigned char formats[256];	/* by kind: mask of TOA_FMT_*, those in SYNs << TOA_SYN_SHIFT */
};

/* Map `probe`, one element; addresses v4-mapped. until: CLOCK_MONOTONIC ns. */
struct toa_probe_slot {
	unsigned long long until;
	unsigned char peer4[16];
	unsigned char peer6[16];
};

/* Key of the allow-list: a prefix of the peer, IPv4 as v4-mapped (96 + n). */
struct toa_prefix {
	unsigned int prefixlen;
	unsigned char addr[16];
};

/* Key of `mptcp`: the first subflow as its msk will name it. Network order. */
struct toa_tuple {
	unsigned char remote[16];
	unsigned short remote_port;
	unsigned short local_port;
};

/*
 * Map `walks`, one element per CPU: what a program works on. It is in a map for
 * the reason that struct toa_walk gives: the verifier takes what it reads here
 * for any value, and looks once at what follows.
 */
struct toa_scratch {
	struct toa_walk walk;
	struct toa_tuple tuple;
	volatile unsigned int own;	/* a connection of the probe */
	volatile unsigned int subflow;	/* its handshake said MPTCP */
};

/*
 * Value of `deferred`: what a bare ACK said that the kernel drops. ack binds it
 * to the handshake: nobody who has not seen the SYN-ACK knows the number.
 */
struct toa_deferred {
	unsigned int ack;	/* network order */
	struct toa_peer peer;
};

/*
 * Map `stats`, per CPU. One name a line, in order; counters 0 to
 * TOA_VERDICTS - 1 belong to the packet that completed the handshake.
 */
#define TOA_COUNTERS(X) \
	X(accepted_ack,		"clients taken from the packet that completed the handshake") \
	X(no_option,		"connections without an option, in that packet and in the SYN") \
	X(malformed,		"options dropped: a length below 2 or past the end") \
	X(bad_address,		"options dropped: not an address of a client") \
	X(bad_port,		"options dropped: port 0") \
	X(bad_version,		"options dropped: unknown version of the layout without port") \
	X(bad_family,		"options dropped: a layout for IPv4 on an IPv6 connection") \
	X(accepted_syn,		"clients taken from the saved SYN") \
	X(not_allowed,		"options dropped: the peer is not in the allow-list") \
	X(probe_address,	"options dropped: the probe's reserved address from elsewhere") \
	X(probe_accepted,	"clients taken from connections of the probe") \
	X(no_memory,		"options dropped: no memory for the socket's storage") \
	X(mptcp_subflow,	"clients of MPTCP connections kept by address and port") \
	X(shown_v4,		"answers of accept and getpeername with the client, IPv4") \
	X(shown_v6,		"answers of accept and getpeername with the client, IPv6") \
	X(shown_nat64,		"answers to the NAT64 getsockopt") \
	X(listeners_marked,	"listeners that were told to save SYNs") \
	X(syn_only_refused,	"options dropped: only in the SYN, where these vendors vouch for none") \
	X(probe_connections,	"connections of the probe, which count nowhere else") \
	X(probe_refused,	"options dropped that were the probe's own forgeries") \
	X(probe_shown,		"answers of accept and getpeername to the probe") \
	X(shown_vtoa,		"answers to the getsockopt of Aliyun's vtoa")

enum toa_counter {
#define TOA_COUNTER_ENUM(name, help) TOA_C_##name,
	TOA_COUNTERS(TOA_COUNTER_ENUM)
#undef TOA_COUNTER_ENUM
	TOA_C_MAX
};

/*
 * A peer whose option was refused, and why. Map `refused`, one element per CPU,
 * TOA_REFUSED of these: the one that was seen longest ago makes room. count is
 * 0 while the rest is written.
 */
struct toa_refused {
	unsigned long long last;	/* CLOCK_MONOTONIC ns */
	unsigned long long count;
	unsigned char addr[16];		/* v4-mapped or IPv6 */
	unsigned int why;		/* enum toa_counter */
	unsigned int pad;
};

#endif
