// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer of the parsers that read settings: include/toa_text.h as the loader and the module use it, and the command
 * lines of both programs. scripts/test-fuzz builds it with sanitizers and the sources that it needs:
 *	fuzz allow|kinds|options|settings INPUTS [SEED]
 * Lists are compared with a second parser that uses libc; every input has memory of exactly its length.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/kinds.h"
#include "../loader/allow.h"
#include "../loader/options.h"
#include "../probe/settings.h"

#define LONGEST 400

static unsigned long long state = 88172645463325252ULL;
static unsigned long taken;

static unsigned int next(unsigned int below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

static void die(const char *what, const char *bytes, size_t size)
{
	printf("FAILED: %s: ", what);
	for (; size--; bytes++)
		printf(*bytes >= ' ' && *bytes < 127 ? "%c" : "\\x%02x", (unsigned char)*bytes);
	putchar('\n');
	exit(1);
}

static const char *const pieces_allow[] = {
	"10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/32", "192.0.2.1", "fe80::1", "::ffff:10.0.0.0/104", "1:2:3:4:5:6:7:8", "1::8/0",
	"::", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "10.0.0.0/33", "2001:db8::/129", "256.1.1.1", "1.2.3", "::1.2.3.4", "1.2.3.4.5",
	"# text", "#", "\n", "\n", "\n", " ", "\t", "\r", "\r\n", ",", "/", "/32", ":", "::", ".", "0", "00", "+1", "-1", "%eth0",
	"4294967304", "99999999999999999999", "any", "none",
};
static const char *const pieces_kinds[] = {
	"default", "huawei", "dpvs", "lvs", "goedge", "tencent", "ucloud", "aliyun-cdn", "254:8", "253:20", "28:7", "200:8", "8:8", "255:8",
	"254:9", "254:4294967304", "4294967550:8", "254:08", "0254:8", "254:", ":8", "254", "+254:8", "254: 8", ",", ",", ",", ",,", " ", "\n",
	":", "h", "8",
};

/* Pieces one after the other, then some bytes changed, put in or taken out. */
static size_t make(const char *const *pieces, unsigned int count, char *out)
{
	unsigned int parts = 1 + next(10), changes = next(3) ? 0 : 1 + next(4);
	size_t size = 0, at;

	while (parts--) {
		const char *piece = pieces[next(count)];

		memcpy(out + size, piece, strlen(piece));
		size += strlen(piece);
	}
	for (; changes-- && size; ) {
		at = next(size);
		switch (next(3)) {
		case 0:
			out[at] = next(4) ? 32 + next(96) : next(256);
			break;
		case 1:
			memmove(out + at + 1, out + at, size - at);
			out[at] = "0123456789abcdef.:/#, \n"[next(23)];
			size++;
			break;
		default:
			memmove(out + at, out + at + 1, size - at - 1);
			size--;
		}
	}
	return size;
}

/* 1 a prefix, -1 none. text is one line without comment and blanks around. */
static int reference_prefix(const char *text, struct toa_prefix *out)
{
	char copy[LONGEST], *slash;
	int full = 128, bits, i;

	memset(out, 0, sizeof(*out));
	strcpy(copy, text);
	slash = strchr(copy, '/');
	if (slash)
		*slash++ = 0;
	if (inet_pton(AF_INET, copy, out->addr + 12) == 1) {
		out->addr[10] = out->addr[11] = 255;
		full = 32;
	} else if (inet_pton(AF_INET6, copy, out->addr) != 1) {
		return -1;
	}
	bits = full;
	if (slash) {
		if (strspn(slash, "0123456789") != strlen(slash) || !*slash || strlen(slash) > 3 || (*slash == '0' && slash[1]))
			return -1;
		bits = atoi(slash);
	}
	if (bits > full)
		return -1;
	out->prefixlen = 128 - full + bits;
	for (i = 0; i < 128; i++)
		if (i >= (int)out->prefixlen)
			out->addr[i / 8] &= 0xff ^ 0x80 >> i % 8;
	return 1;
}

/* All prefixes of the text in order; -1 when it is to be refused. */
static int reference_allow(const char *bytes, size_t size, struct toa_prefix *out)
{
	char line[LONGEST];
	size_t at = 0, end, begin, last;
	int count = 0;

	for (; at < size; at = end + 1) {
		for (end = at; end < size && bytes[end] != '\n'; end++)
			if ((bytes[end] >= 0 && bytes[end] < 32 && bytes[end] != '\t') || bytes[end] == 127)
				return -1;
		memcpy(line, bytes + at, end - at);
		line[end - at] = 0;
		line[strcspn(line, "#")] = 0;
		begin = strspn(line, " \t");
		for (last = strlen(line); last > begin && strchr(" \t", line[last - 1]); last--)
			line[last - 1] = 0;
		if (line[begin] && reference_prefix(line + begin, &out[count++]) < 0)
			return -1;
	}
	return count ? count : -1;
}

static int order(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct toa_prefix));
}

static void try_allow(const char *bytes, size_t size)
{
	struct toa_prefix want[64];
	struct allow got;
	int count = reference_allow(bytes, size, want), result = allow_parse(bytes, size, &got), i, kept = 0;

	if ((result < 0) != (count < 0))
		die(result < 0 ? "refused, and libc takes it" : "taken, and libc refuses it", bytes, size);
	if (count > 0) {
		taken++;
		qsort(want, count, sizeof(*want), order);
		for (i = 0; i < count; i++)
			if (!kept || order(&want[kept - 1], &want[i]))
				want[kept++] = want[i];
		if (kept != got.count || memcmp(want, got.prefixes, kept * sizeof(*want)))
			die("read as other networks", bytes, size);
	}
	allow_free(&got);
}

/* What is taken consists of known words only, and says the same when it is printed and read again. */
static void try_kinds(char *text, size_t size)
{
	static const char *const names[] = { "default", "huawei", "dpvs", "lvs", "goedge", "tencent", "ucloud", "aliyun-cdn" };
	unsigned char formats[256], again[256];
	char printed[4096], copy[LONGEST], *rest = copy, *word;
	unsigned int i, known;
	int kind, len, used;

	if (strlen(text) != size || kinds_parse(text, formats))
		return;
	taken++;
	kinds_print(formats, printed, sizeof(printed));
	if (kinds_parse(printed, again) || memcmp(formats, again, sizeof(formats)))
		die("does not survive being printed", text, size);
	strcpy(copy, text);
	while ((word = strsep(&rest, ","))) {
		for (i = known = 0; i < sizeof(names) / sizeof(names[0]); i++)
			known |= !strcmp(word, names[i]);
		if (!known && (sscanf(word, "%3d:%2d%n", &kind, &len, &used) != 2 || word[used] || strspn(word, "0123456789:") != strlen(word) ||
			       kind > 254 || (len != 7 && len != 8 && len != 20) || *word == '0'))
			die("took a word that is none", text, size);
	}
}

static int build_line(const char *const *words, unsigned int count, char **argv)
{
	int argc = 1 + next(9), i;

	argv[0] = "fuzz";
	for (i = 1; i < argc; i++) {
		const char *word = words[next(count)];

		argv[i] = strdup(word);
		if (!next(6) && *argv[i])
			argv[i][next(strlen(argv[i]))] = 1 + next(255);
	}
	argv[argc] = NULL;
	return argc;
}

static void try_options(void)
{
	static const char *const words[] = {
		"check", "attach", "allow", "status", "stats", "detach", "version", "hooks", "check attach", "", "attach", "allow",
		"--kinds", "--allow", "--file", "--any", "--no-nat64", "--deferred", "--dry-run", "--prometheus", "--output", "--pin",
		"--cgroup", "--json", "-v", "-", "/x", "--", "--any", "--vendor",
	};
	char *argv[16];
	struct options o;
	int argc = build_line(words, sizeof(words) / sizeof(words[0]), argv), i;

	if (!options_parse(argc, argv, &o)) {
		static const char *const names[] = { "check", "attach", "allow", "status", "stats", "detach", "version", "hooks" };

		taken++;
		if (strcmp(argv[1], names[o.command]) || (o.any && o.allow_file) || !*o.pin || !*o.kinds)
			die("another command than was said", argv[1], strlen(argv[1]));
	}
	for (i = 1; i < argc; i++)
		free(argv[i]);
}

static void try_settings(void)
{
	static const char *const words[] = {
		"self", "port", "listeners", "watch", "--seconds", "--connections", "--netns", "--port", "--address", "--family", "--kind", "--timeout", "--place", "--client4", "--client6", "--http", "--tls",
		"--only", "--pin", "--kinds", "--json", "80", "65535", "65536", "0", "-1", "4", "6", "5", "254", "ack", "syn", "none", "nowhere",
		"192.0.2.1:80", "192.0.2.1", "[2001:db8::1]:80", "2001:db8::1", "[]:80", "]:80", ":80", "[:80", "/x", "-", "", "4294967376",
		"port", "--port", "80", "port", "self",
	};
	char *argv[16];
	struct settings s;
	int argc = build_line(words, sizeof(words) / sizeof(words[0]), argv), i;

	if (!settings_parse(argc, argv, &s)) {
		static const char *const names[] = { "self", "port", "listeners", "watch" };

		taken++;
		if (strcmp(argv[1], names[s.command]) || s.seconds < 0 || s.connections < 0 || s.port < 0 || s.port > 65535 || s.timeout < 1 || s.kind < 0 || s.kind > 254 ||
		    s.place < PLACE_NONE || s.place > PLACE_DATA)
			die("took what it must not", argv[1], strlen(argv[1]));
	}
	for (i = 1; i < argc; i++)
		free(argv[i]);
}

static void try_list(int is_allow)
{
	char bytes[LONGEST];
	size_t size = is_allow ? make(pieces_allow, sizeof(pieces_allow) / sizeof(pieces_allow[0]), bytes) :
				 make(pieces_kinds, sizeof(pieces_kinds) / sizeof(pieces_kinds[0]), bytes);
	char *exact = malloc(is_allow ? size : size + 1);	/* one byte too far is seen */

	memcpy(exact, bytes, size);
	if (is_allow) {
		try_allow(exact, size);
	} else {
		exact[size] = 0;
		try_kinds(exact, size);
	}
	free(exact);
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	unsigned long inputs = argc > 2 ? strtoul(argv[2], NULL, 0) : 0, i;

	if (argc > 3)
		state ^= strtoull(argv[3], NULL, 0) * 0x9e3779b97f4a7c15ULL;
	for (i = 0; i < inputs; i++) {
		if (!strcmp(what, "allow") || !strcmp(what, "kinds"))
			try_list(*what == 'a');
		else if (!strcmp(what, "options"))
			try_options();
		else if (!strcmp(what, "settings"))
			try_settings();
		else
			return 2;
	}
	printf("inputs %lu taken %lu\n", inputs, taken);
	/* some of both, else the fuzzer does not fuzz */
	if (!inputs || taken == inputs || (inputs >= 10000 && !taken)) {
		puts("FAILED");
		return 1;
	}
	puts("passed");
	return 0;
}
