/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one parser of settings that are text: numbers, addresses, networks, the
 * allow-list, option kinds. gnu89, without a library call, so that the loader,
 * the kernel module and the fuzzer (kmod/test/fuzz_text.c) run the same code.
 *
 * These texts decide who may say which address a client has. What is not
 * understood to its last byte is refused: there is no default, no cutting off
 * and no passing over. Text is a pair of pointers, so that a NUL byte is a byte
 * like another, and is refused like another.
 */
#ifndef TOA_TEXT_H
#define TOA_TEXT_H

#include "toa_abi.h"

#define TOA_TEXT_CODE	static __attribute__((unused))

struct toa_text {
	const char *at, *end;
};

/* A decimal number from 0 to max (below 10^9): digits only, no leading zero. */
TOA_TEXT_CODE int toa_text_number(struct toa_text t, unsigned int max,
				  unsigned int *out)
{
	unsigned int value = 0;

	if (t.at == t.end || t.end - t.at > 9 ||
	    (*t.at == '0' && t.end - t.at > 1))
		return -1;
	for (; t.at < t.end; t.at++) {
		if (*t.at < '0' || *t.at > '9')
			return -1;
		value = value * 10 + (*t.at - '0');
	}
	if (value > max)
		return -1;
	*out = value;
	return 0;
}

/* Takes what stands before the first mark off t; all of it when there is none. */
TOA_TEXT_CODE struct toa_text toa_text_cut(struct toa_text *t, char mark)
{
	struct toa_text part = *t;

	while (t->at < t->end && *t->at != mark)
		t->at++;
	part.end = t->at;
	return part;
}

/* Four numbers with dots between. */
TOA_TEXT_CODE int toa_text_v4(struct toa_text t, unsigned char *out)
{
	unsigned int value;
	int i;

	for (i = 0; i < 4; i++) {
		if (toa_text_number(toa_text_cut(&t, '.'), 255, &value))
			return -1;
		out[i] = value;
		if ((t.at < t.end) != (i < 3))
			return -1;
		t.at += i < 3;
	}
	return 0;
}

/* One to four hexadecimal digits into two bytes. */
TOA_TEXT_CODE int toa_text_group(struct toa_text t, unsigned char *out)
{
	unsigned int value = 0, c;

	if (t.at == t.end || t.end - t.at > 4)
		return -1;
	for (; t.at < t.end; t.at++) {
		c = *t.at;
		if (c >= '0' && c <= '9')
			c -= '0';
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			c = (c | 32) - 'a' + 10;
		else
			return -1;
		value = value << 4 | c;
	}
	out[0] = value >> 8;
	out[1] = value;
	return 0;
}

/* RFC 4291, 2.2: groups, one "::" for at least one of zeros, IPv4 at the end. */
TOA_TEXT_CODE int toa_text_v6(struct toa_text t, unsigned char *out)
{
	unsigned char got[16];
	int used = 0, gap = -1, i;
	struct toa_text part;

	if (t.end - t.at >= 2 && t.at[0] == ':' && t.at[1] == ':') {
		gap = 0;
		t.at += 2;
	}
	while (t.at < t.end) {
		part = toa_text_cut(&t, ':');
		if (used <= 12 && t.at == t.end && !toa_text_v4(part, got + used)) {
			used += 4;
			break;
		}
		if (used > 14 || toa_text_group(part, got + used))
			return -1;
		used += 2;
		if (t.at == t.end)
			break;
		if (++t.at == t.end)
			return -1;	/* a colon alone at the end */
		if (*t.at != ':')
			continue;
		if (gap >= 0)
			return -1;
		gap = used;
		t.at++;
	}
	if (gap < 0 ? used != 16 : used > 14)
		return -1;
	for (i = 0; i < 16; i++)
		out[i] = 0;
	for (i = 0; i < used; i++)
		out[gap >= 0 && i >= gap ? i + 16 - used : i] = got[i];
	return 0;
}

/* An address into 16 bytes, IPv4 as v4-mapped. Returns 4 or 6, or -1. */
TOA_TEXT_CODE int toa_text_address(struct toa_text t, unsigned char *out)
{
	int i;

	if (!toa_text_v4(t, out + 12)) {
		for (i = 0; i < 12; i++)
			out[i] = i < 10 ? 0 : 0xff;
		return 4;
	}
	return toa_text_v6(t, out) ? -1 : 6;
}

/* "10.0.0.0/8", "2001:db8::/32", or an address alone. Host bits are cleared. */
TOA_TEXT_CODE int toa_text_prefix(struct toa_text t, struct toa_prefix *out)
{
	struct toa_text address = toa_text_cut(&t, '/');
	int family = toa_text_address(address, out->addr);
	unsigned int full = family == 4 ? 32 : 128, len = full, bit;

	if (family < 0)
		return -1;
	if (t.at < t.end) {
		t.at++;
		if (toa_text_number(t, full, &len))
			return -1;
	}
	out->prefixlen = 128 - full + len;
	for (bit = out->prefixlen; bit < 128; bit++)
		out->addr[bit / 8] &= ~(0x80 >> bit % 8);
	return 0;
}

TOA_TEXT_CODE int toa_text_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * The next line of a list without its comment and the blanks around it: 1, an
 * empty line too; 0 at the end; -1 for one with a control character (a carriage
 * return, a NUL byte). A line has one item: blanks inside are the caller's to
 * refuse, as everything that is no item.
 */
TOA_TEXT_CODE int toa_text_line(struct toa_text *rest, struct toa_text *line)
{
	struct toa_text all;
	const char *c;

	if (rest->at == rest->end)
		return 0;
	all = toa_text_cut(rest, '\n');
	rest->at += rest->at < rest->end;
	*line = all;
	for (c = all.at; c < all.end; c++)
		if (((unsigned char)*c < ' ' && *c != '\t') || *c == 127)
			return -1;
	*line = toa_text_cut(&all, '#');
	while (line->at < line->end && toa_text_blank(*line->at))
		line->at++;
	while (line->at < line->end && toa_text_blank(line->end[-1]))
		line->end--;
	return 1;
}

/* True when t is this word. */
TOA_TEXT_CODE int toa_text_is(struct toa_text t, const char *word)
{
	while (t.at < t.end && *word && *t.at == *word) {
		t.at++;
		word++;
	}
	return t.at == t.end && !*word;
}

/* Kinds that TCP itself uses (RFC 9293, 7323, 2018, 5925, 7413, 8684). */
TOA_TEXT_CODE int toa_text_is_tcps(unsigned int kind)
{
	return kind < 9 || kind == 19 || kind == 29 || kind == 30 ||
	       kind == 34 || kind > 254;
}

/* A preset's name, KIND:LEN or KIND:LEN@syn, added to formats[256]. */
TOA_TEXT_CODE int toa_text_kind(struct toa_text t, unsigned char *formats)
{
	static const struct toa_preset presets[] = TOA_PRESETS;
	struct toa_text left = toa_text_cut(&t, ':');
	const unsigned char *rule;
	unsigned int i, kind, len;
	struct toa_text length;

	if (t.at < t.end) {
		t.at++;
		length = toa_text_cut(&t, '@');
		if (toa_text_number(left, 254, &kind) ||
		    toa_text_number(length, TOA_MAX_OPTIONS, &len) ||
		    (t.at < t.end && !toa_text_is(t, "@syn")) ||
		    toa_text_is_tcps(kind) || !toa_format(len))
			return -1;
		formats[kind] |= toa_rule(t.at < t.end ? len | TOA_RULE_SYN : len);
		return 0;
	}
	for (i = 0; i < sizeof(presets) / sizeof(presets[0]); i++) {
		if (!toa_text_is(left, presets[i].name))
			continue;
		for (rule = presets[i].rules; rule[0]; rule += 2)
			formats[rule[0]] |= toa_rule(rule[1]);
		return 0;
	}
	return -1;
}

/*
 * A list of kinds with commas between into formats[256]. Returns 0; or -1, and
 * the word that is none in *bad (empty when nothing stands between two commas).
 */
TOA_TEXT_CODE int toa_text_kinds(struct toa_text t, unsigned char *formats,
				 struct toa_text *bad)
{
	int i;

	for (i = 0; i < 256; i++)
		formats[i] = 0;
	for (;;) {
		*bad = toa_text_cut(&t, ',');
		if (toa_text_kind(*bad, formats))
			return -1;
		if (t.at == t.end)
			return 0;
		t.at++;
	}
}

#endif
