// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer and unit tests of include/toa_option.h, in user space:
 *	cc -g -fsanitize=address,undefined fuzz_option.c -o fuzz && ./fuzz [INPUTS [SEED]]
 * Each input is walked and compared with a second parser written differently.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../include/toa_option.h"

static unsigned long long state;
static unsigned int shift, v6;	/* of the packet that is walked */

static unsigned int next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 11;
}

/* The same rules with pointers, for comparison. Returns verdict; peer in out. */
static unsigned int reference(const unsigned char *p, unsigned int n, const unsigned char *formats, struct toa_peer *out)
{
	const unsigned char *end = p + (n > 40 ? 40 : n), *a;
	struct toa_walk one;

	while (p < end && *p) {
		if (*p == 1) {
			p++;
			continue;
		}
		if (end - p < 2 || p[1] < 2 || p[1] > end - p)
			return TOA_MALFORMED;
		if (*p != 30 && (toa_format(p[1]) & (formats[*p] >> shift)))
			break;
		p += p[1];
	}
	if (p >= end || !*p)
		return TOA_NO_OPTION;
	memset(&one, 0, sizeof(one));
	if (v6 && p[1] != 20)
		return TOA_BAD_FAMILY;
	toa_take(&one, p, toa_format(p[1]));
	*out = one.peer;
	a = one.peer.addr;
	if (one.verdict == TOA_FOUND && (!memcmp(a, "\0\0\0\0\0\0\0\0\0\0\377\377\0", 13) || a[0] == 0xff))
		abort();
	return one.verdict;
}

static void fill(struct toa_walk *w)
{
	static const unsigned char kinds[] = { 0, 1, 2, 3, 4, 5, 8, 28, 30, 200, 253, 254 };
	static const unsigned char lens[] = { 0, 1, 2, 3, 4, 7, 8, 10, 20, 40, 255 };
	unsigned int i, style = next() % 4;

	for (i = 0; i < sizeof(w->opt); i++)
		w->opt[i] = next();
	w->len = next() % 4 ? next() % 41 : next();
	for (i = 0; style && i < 40;) {
		w->opt[i] = kinds[next() % sizeof(kinds)];
		w->opt[i + 1] = lens[next() % sizeof(lens)];
		i += style == 1 || w->opt[i + 1] < 2 ? 1 + next() % 12 : w->opt[i + 1];
	}
}

/* The same options behind a TCP header must give the same. Ends past len are not walked. */
static int differs_behind_header(const struct toa_walk *w, const struct toa_walk *done, const unsigned char *formats)
{
	struct toa_walk other;

	memset(&other, 0, sizeof(other));
	memcpy(other.opt + TOA_MAX_START, w->opt, sizeof(w->opt) - TOA_MAX_START);
	other.len = w->len > ~0u - TOA_MAX_START ? ~0u : w->len + TOA_MAX_START;
	toa_walk_from(&other, formats, TOA_MAX_START, shift, v6);
	return other.verdict != done->verdict || other.mptcp != done->mptcp || memcmp(&other.peer, &done->peer, sizeof(other.peer));
}

static int fuzz(unsigned long inputs)
{
	unsigned long i, seen[TOA_VERDICTS] = { 0 };
	unsigned char formats[256] = { [28] = 4 << 4 | 4, [200] = 1, [253] = 3 | 1 << 4, [254] = 3 | 2 << 4 };
	struct toa_walk *w = malloc(sizeof(*w)), before;
	struct toa_peer peer;
	unsigned int want;

	for (i = 0; i < inputs; i++) {
		memset(w, 0, sizeof(*w));
		fill(w);
		shift = next() % 3 ? 0 : TOA_SYN_SHIFT;
		v6 = next() % 2;
		want = reference(w->opt, w->len, formats, &peer);
		before = *w;
		toa_walk_options(w, formats, shift, v6);
		if (differs_behind_header(&before, w, formats)) {
			printf("input %lu: behind a header it differs\n", i);
			return 1;
		}
		if (w->verdict != want || (want == TOA_FOUND && memcmp(&peer, &w->peer, sizeof(peer)))) {
			printf("input %lu: verdict %u, reference %u\n", i, w->verdict, want);
			return 1;
		}
		seen[want]++;
	}
	free(w);
	printf("inputs %lu found %lu none %lu malformed %lu address %lu port %lu version %lu family %lu\n", inputs, seen[0], seen[1], seen[2],
	       seen[3], seen[4], seen[5], seen[6]);
	/* an input of each kind, else the fuzzer does not fuzz */
	for (i = 0; inputs > 100000 && i < TOA_VERDICTS; i++)
		if (!seen[i])
			return 1;
	return 0;
}

static int failures;

/* Walks hex text; expects a verdict and, when found, "family port last-byte". */
static void check(const char *name, const char *hex, unsigned int verdict, int family, unsigned int last, int mptcp)
{
	unsigned char formats[256] = { [28] = 4 << 4 | 4, [200] = 1, [253] = 2, [254] = 3 };
	struct toa_walk w;
	unsigned int byte;

	memset(&w, 0, sizeof(w));
	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		w.opt[w.len++] = byte;
	toa_walk_options(&w, formats, shift, v6);
	if (w.verdict == verdict && (int)w.mptcp == mptcp &&
	    (verdict != TOA_FOUND || (w.peer.family == family && w.peer.addr[15] == last)))
		return;
	printf("%s: verdict %u family %u last %u mptcp %u\n", name, w.verdict, w.peer.family, w.peer.addr[15], w.mptcp);
	failures++;
}

int main(int argc, char **argv)
{
	check("v4", "fe0810e1cb00714d", TOA_FOUND, 4, 0x4d, 0);
	check("v4 after timestamps", "0101080a0000000100000002fe0810e1cb00714d", TOA_FOUND, 4, 0x4d, 0);
	check("v6", "fd1410e120010db8000000000000000000000077", TOA_FOUND, 6, 0x77, 0);
	check("v6 that holds v4", "fe1410e100000000000000000000ffffcb00714d", TOA_FOUND, 4, 0x4d, 0);
	check("cdn", "1c0701cb00714d", TOA_FOUND, 4, 0x4d, 0);
	check("cdn version 2", "1c0702cb00714d", TOA_BAD_VERSION, 0, 0, 0);
	check("first of two counts", "fe0810e1cb007101fe0810e1cb007102", TOA_FOUND, 4, 1, 0);
	check("first is refused, second forged", "fe0810e100000000fe0810e1cb007102", TOA_BAD_ADDRESS, 0, 0, 0);
	check("mptcp behind it", "fe0810e1cb00714d1e0400ff", TOA_FOUND, 4, 0x4d, 1);
	check("length of another vendor", "c81410e120010db8000000000000000000000077", TOA_NO_OPTION, 0, 0, 0);
	check("loopback", "fe0810e17f000001", TOA_BAD_ADDRESS, 0, 0, 0);
	check("multicast", "fe0810e1e0000001", TOA_BAD_ADDRESS, 0, 0, 0);
	check("broadcast", "fe0810e1ffffffff", TOA_BAD_ADDRESS, 0, 0, 0);
	check("v6 loopback", "fe1410e100000000000000000000000000000001", TOA_BAD_ADDRESS, 0, 0, 0);
	check("v6 multicast", "fe1410e1ff020000000000000000000000000001", TOA_BAD_ADDRESS, 0, 0, 0);
	check("port 0", "fe080000cb00714d", TOA_BAD_PORT, 0, 0, 0);
	check("cut off", "fe0810e1cb0071", TOA_MALFORMED, 0, 0, 0);
	check("length 0", "fe00", TOA_MALFORMED, 0, 0, 0);
	check("kind without length", "01fe", TOA_MALFORMED, 0, 0, 0);
	check("end of options first", "00fe0810e1cb00714d", TOA_NO_OPTION, 0, 0, 0);
	check("nothing", "", TOA_NO_OPTION, 0, 0, 0);
	shift = TOA_SYN_SHIFT;
	check("in the SYN, where only cdn counts", "fe0810e1cb00714d", TOA_NO_OPTION, 0, 0, 0);
	check("cdn in the SYN", "1c0701cb00714d", TOA_FOUND, 4, 0x4d, 0);
	shift = 0;
	v6 = 1;
	check("v4 on v6", "fe0810e1cb00714d", TOA_BAD_FAMILY, 0, 0, 0);
	check("v4 on v6, v6 behind it", "fe0810e1cb00714dfe1410e120010db8000000000000000000000077", TOA_BAD_FAMILY, 0, 0, 0);
	check("v6 on v6", "fe1410e120010db8000000000000000000000077", TOA_FOUND, 6, 0x77, 0);
	v6 = 0;
	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 88172645463325252ULL;
	shift = v6 = 0;
	failures += fuzz(argc > 1 ? strtoul(argv[1], NULL, 0) : 200000);
	puts(failures ? "FAILED" : "passed");
	return failures != 0;
}
