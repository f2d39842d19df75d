/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one parser of TOA options. gnu89, without any include and without a
 * library call, so that the eBPF receiver, the kernel module, user space and
 * the fuzzer all run the same code.
 *
 * A rule is a (kind, length) pair. The length alone says how the option is
 * laid out, because no vendor uses one length for two layouts:
 *
 *	 8	kind, len, be16 port, be32 address		TOA_FMT_V4
 *	20	kind, len, be16 port, u8 address[16]		TOA_FMT_V6
 *	 7	kind, len, u8 version = 1, be32 address		TOA_FMT_V4_NOPORT
 */
#ifndef TOA_OPTION_H
#define TOA_OPTION_H

#ifndef TOA_INLINE
#define TOA_INLINE static inline __attribute__((always_inline, unused))
#endif

#define TOA_FMT_V4		1
#define TOA_FMT_V6		2
#define TOA_FMT_V4_NOPORT	4

/*
 * Where an option is believed is part of a rule: what a sender does not write
 * itself into each SYN, a client has written. Layouts in the SYN stand in the
 * upper half of a mask.
 */
#define TOA_SYN_SHIFT		4
#define TOA_RULE_SYN		128	/* beside a length: in the SYN, and only there */

#define TOA_MAX_OPTIONS		40	/* bytes: 15 * 4 - 20, RFC 9293 */
#define TOA_MAX_START		20	/* bytes before the options: a TCP header */
#define TOA_KIND_MPTCP		30	/* RFC 8684 */

/* What a walk came to. The order is part of the ABI: counters use it. */
enum toa_verdict {
	TOA_FOUND = 0,
	TOA_NO_OPTION,		/* well formed, and none of our kinds */
	TOA_MALFORMED,		/* a length below 2 or past the end */
	TOA_BAD_ADDRESS,	/* not an address that a client can have */
	TOA_BAD_PORT,		/* port 0 */
	TOA_BAD_VERSION,	/* layout 7 with a version that is not 1 */
	TOA_BAD_FAMILY,		/* a layout for IPv4 on an IPv6 connection */
	TOA_VERDICTS
};

/* A client as the option gives it; 24 bytes, no padding. */
struct toa_peer {
	unsigned char addr[16];	/* IPv4 is v4-mapped: ::ffff:a.b.c.d */
	unsigned short port;	/* network order; 0: the option has none */
	unsigned char family;	/* 4 or 6 */
	unsigned char place;	/* TOA_PLACE_*: filled by the receiver */
	unsigned char kind;
	unsigned char probe;	/* a connection of the probe: filled by the receiver */
	unsigned char why;	/* of an option that was refused: the module's cache */
	unsigned char pad;
};

/*
 * State of a walk. It lives in memory that the eBPF verifier does not track
 * (a map value): an offset in a register would make each of the forty turns a
 * new state and run into the limit of a million instructions, and each value
 * of shift and v6 that it knows would have the forty turns looked at again.
 * The buffer is longer than the options so that a masked offset plus the
 * longest option never leaves it.
 */
struct toa_walk {
	unsigned char opt[96];
	volatile unsigned int off;
	volatile unsigned int len;	/* end of the options in opt */
	volatile unsigned int verdict;
	volatile unsigned int mptcp;	/* a kind 30 option was seen */
	volatile unsigned int elsewhere; /* an option that counts in another place only */
	volatile unsigned int shift;	/* as the walk was asked */
	volatile unsigned int v6;
	struct toa_peer peer;
};

/* One named set of rules; rules are kind, length pairs ended by 0, 0. See TOA_RULE_SYN. */
struct toa_preset {
	const char *name;
	unsigned char rules[10];
};

/*
 * Table of presets for user space and the module (eBPF gets its result): what a
 * vendor's balancer writes itself, over whatever the client sent. LVS and old
 * DPVS write the SYN too, but only where there is room, so it is not believed.
 */
#define TOA_PRESETS { \
	{ "default",	{ 254, 8, 254, 20, 253, 20, 200, 8 } }, \
	{ "huawei",	{ 254, 8 } }, \
	{ "dpvs",	{ 254, 8, 254, 20 } }, \
	{ "lvs",	{ 254, 8, 253, 20 } }, \
	{ "goedge",	{ 254, 8, 254, 20 } }, \
	{ "tencent",	{ 200, 8, 253, 20 } }, \
	{ "ucloud",	{ 200, 8, 254, 8, 253, 8 } }, \
	{ "aliyun-cdn",	{ 28, 7 | TOA_RULE_SYN } }, \
}

/* The layout that belongs to an option length, 0 when there is none. */
TOA_INLINE unsigned int toa_format(unsigned int len)
{
	if (len == 8)
		return TOA_FMT_V4;
	if (len == 20)
		return TOA_FMT_V6;
	if (len == 7)
		return TOA_FMT_V4_NOPORT;
	return 0;
}

/* What a rule of a preset adds to the mask of its kind. */
TOA_INLINE unsigned int toa_rule(unsigned int len)
{
	if (len & TOA_RULE_SYN)
		return toa_format(len & ~TOA_RULE_SYN) << TOA_SYN_SHIFT;
	return toa_format(len);
}

/*
 * True when no host on the internet can be a client with this IPv4 address:
 * 0/8, 127/8, 224/4 (multicast), 240/4 (reserved, broadcast). Loopback is
 * among them because "allow 127.0.0.1" is what a forged option aims at.
 */
TOA_INLINE int toa_bad_v4(const unsigned char *a)
{
	return a[0] == 0 || a[0] == 127 || a[0] >= 224;
}

/* True when all of a's first n bytes are zero. */
TOA_INLINE int toa_zero(const unsigned char *a, int n)
{
	unsigned char any = 0;
	int i;

	for (i = 0; i < n; i++)
		any |= a[i];
	return !any;
}

/* The same for IPv6: ::/96 (with :: and ::1), ff00::/8, fe80::/10. */
TOA_INLINE int toa_bad_v6(const unsigned char *a)
{
	if (toa_zero(a, 10)) {
		if (a[10] == 0xff && a[11] == 0xff)
			return toa_bad_v4(a + 12);
		if (a[10] == 0 && a[11] == 0)
			return 1;
	}
	return a[0] == 0xff || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80);
}

/* Reads an IPv4 address at p into the peer, as v4-mapped. */
TOA_INLINE void toa_put_v4(struct toa_peer *peer, const unsigned char *p)
{
	int i;

	for (i = 0; i < 10; i++)
		peer->addr[i] = 0;
	peer->addr[10] = 0xff;
	peer->addr[11] = 0xff;
	for (i = 0; i < 4; i++)
		peer->addr[12 + i] = p[i];
	peer->family = 4;
}

/* Takes the option at p (its length already checked) into w. */
TOA_INLINE void toa_take(struct toa_walk *w, const unsigned char *p,
			 unsigned int fmt)
{
	struct toa_peer *peer = &w->peer;
	int i, bad;

	peer->kind = p[0];
	peer->port = 0;
	if (fmt == TOA_FMT_V4_NOPORT) {
		if (p[2] != 1) {
			w->verdict = TOA_BAD_VERSION;
			return;
		}
		toa_put_v4(peer, p + 3);
		w->verdict = toa_bad_v4(p + 3) ? TOA_BAD_ADDRESS : TOA_FOUND;
		return;
	}
	((unsigned char *)&peer->port)[0] = p[2];
	((unsigned char *)&peer->port)[1] = p[3];
	if (fmt == TOA_FMT_V4) {
		toa_put_v4(peer, p + 4);
		bad = toa_bad_v4(p + 4);
	} else {
		for (i = 0; i < 16; i++)
			peer->addr[i] = p[4 + i];
		peer->family = 6;
		if (toa_zero(p + 4, 10) && p[14] == 0xff && p[15] == 0xff)
			peer->family = 4;
		bad = toa_bad_v6(p + 4);
	}
	if (bad)
		w->verdict = TOA_BAD_ADDRESS;
	else
		w->verdict = peer->port ? TOA_FOUND : TOA_BAD_PORT;
}

/*
 * Walks the options that begin at w->opt[start] and end at w->opt[w->len);
 * start is at most TOA_MAX_START: a whole TCP header may stand in the buffer.
 * formats[kind] is the mask of layouts accepted for a kind; shift says where the
 * packet stands: 0, or TOA_SYN_SHIFT for a SYN. v6: a connection over IPv6, whose
 * balancers have IPv6 clients: an option with IPv4 is not theirs. The first TOA
 * option of the packet counts, also when it is refused: one that a client
 * forged comes after the balancer's. The walk goes on to the end only to see
 * whether the packet belongs to an MPTCP subflow.
 * Result in w->verdict, w->peer, w->mptcp.
 */
TOA_INLINE void toa_walk_from(struct toa_walk *w, const unsigned char *formats,
			      unsigned int start, unsigned int shift,
			      unsigned int v6)
{
	unsigned int off, kind, len, fmt, mask;
	int i;

	w->off = start;
	w->shift = shift;
	w->v6 = v6;
	w->mptcp = 0;
	w->elsewhere = 0;
	w->verdict = TOA_NO_OPTION;
	if (w->len > start + TOA_MAX_OPTIONS)
		w->len = start + TOA_MAX_OPTIONS;
	for (i = 0; i < TOA_MAX_OPTIONS; i++) {
		off = w->off;
		if (off >= w->len)
			return;
		off &= 63;
		kind = w->opt[off];
		if (kind == 0)
			return;
		if (kind == 1) {
			w->off = off + 1;
			continue;
		}
		len = w->opt[off + 1];
		if (len < 2 || off + len > w->len) {
			if (w->verdict == TOA_NO_OPTION)
				w->verdict = TOA_MALFORMED;
			return;
		}
		mask = formats[kind];
		fmt = toa_format(len) & (mask >> (w->shift & 7));
		if (kind == TOA_KIND_MPTCP)
			w->mptcp = 1;
		else if (fmt && w->verdict == TOA_NO_OPTION) {
			if (w->v6 && fmt != TOA_FMT_V6)
				w->verdict = TOA_BAD_FAMILY;
			else
				toa_take(w, w->opt + off, fmt);
		} else if (toa_format(len) & (mask | mask >> TOA_SYN_SHIFT))
			w->elsewhere = 1;
		w->off = off + len;
	}
}

/* The same for options that stand at the beginning of the buffer. */
TOA_INLINE void toa_walk_options(struct toa_walk *w,
				 const unsigned char *formats,
				 unsigned int shift, unsigned int v6)
{
	toa_walk_from(w, formats, 0, shift, v6);
}

#endif
