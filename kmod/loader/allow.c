// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "allow.h"
#include "maps.h"

#define ALLOW_REMEDY "Write one prefix a line, as 10.0.0.0/8 or 2001:db8::/32; toa-bpf allow --any removes the list"

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct toa_prefix));
}

/* Clears the bits behind the prefix, so that equal networks compare equal. */
static void mask(struct toa_prefix *prefix)
{
	unsigned int bit;

	for (bit = prefix->prefixlen; bit < 128; bit++)
		prefix->addr[bit / 8] &= ~(0x80 >> bit % 8);
}

static int parse_prefix(char *text, struct toa_prefix *prefix)
{
	char *slash = strchr(text, '/'), *end = NULL;
	unsigned int base = 96, full = 32;
	unsigned long bits;

	if (slash)
		*slash = 0;
	memset(prefix, 0, sizeof(*prefix));
	if (inet_pton(AF_INET, text, prefix->addr + 12) == 1) {
		prefix->addr[10] = prefix->addr[11] = 0xff;
	} else if (inet_pton(AF_INET6, text, prefix->addr) == 1) {
		base = 0;
		full = 128;
	} else {
		return -1;
	}
	bits = slash ? strtoul(slash + 1, &end, 10) : full;
	if (bits > full || (slash && (!slash[1] || *end)))
		return -1;
	prefix->prefixlen = base + bits;
	mask(prefix);
	return 0;
}

static int add(struct allow *allow, const struct toa_prefix *prefix)
{
	struct toa_prefix *more;

	if (allow->count >= TOA_MAX_PREFIXES)
		return -1;
	if (allow->count % 64 == 0) {
		more = realloc(allow->prefixes, (allow->count + 64) * sizeof(*more));
		if (!more)
			return -1;
		allow->prefixes = more;
	}
	allow->prefixes[allow->count++] = *prefix;
	return 0;
}

static void sort(struct allow *allow)
{
	int i, kept = 0;

	if (!allow->count)
		return;
	qsort(allow->prefixes, allow->count, sizeof(*allow->prefixes), compare);
	for (i = 0; i < allow->count; i++)
		if (!kept || compare(&allow->prefixes[kept - 1], &allow->prefixes[i]))
			allow->prefixes[kept++] = allow->prefixes[i];
	allow->count = kept;
}

int allow_read(const char *path, struct allow *allow)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	struct toa_prefix prefix;
	char line[256], word[256];
	int number = 0, result = 0;

	memset(allow, 0, sizeof(*allow));
	if (!file)
		return toa_fail("bad_allow", "Give a file that can be read", "%s: %s", path, strerror(errno));
	errno = 0;
	while (!result && fgets(line, sizeof(line), file)) {
		number++;
		line[strcspn(line, "#\n")] = 0;
		if (sscanf(line, "%255s", word) != 1)
			continue;
		if (parse_prefix(word, &prefix))
			result = toa_fail("bad_allow", ALLOW_REMEDY, "line %d: '%s' is not an IPv4 or IPv6 prefix", number, word);
		else if (add(allow, &prefix))
			result = toa_fail("bad_allow", ALLOW_REMEDY, "line %d: more than %d prefixes", number, TOA_MAX_PREFIXES);
	}
	if (file != stdin)
		fclose(file);
	if (!result && !allow->count)
		result = toa_fail("bad_allow", ALLOW_REMEDY, "the list has no prefix: it would refuse every balancer");
	sort(allow);
	return result;
}

int allow_current(int map, struct allow *allow)
{
	struct toa_prefix key, next;
	__u32 zero = 0, id;
	int inner, more;

	memset(allow, 0, sizeof(*allow));
	if (bpf_map_get(map, &zero, &id)) {
		allow->any = 1;
		return 0;
	}
	inner = bpf_map_by_id(id);
	if (inner < 0)
		return toa_fail("no_permission", "Run as root with CAP_SYS_ADMIN", "cannot read the allow-list: %s", strerror(errno));
	for (more = bpf_map_next(inner, NULL, &next); !more; more = bpf_map_next(inner, &key, &next)) {
		key = next;
		if (add(allow, &key))
			break;
	}
	close(inner);
	sort(allow);
	return 0;
}

int allow_equal(const struct allow *a, const struct allow *b)
{
	if (a->any || b->any)
		return a->any == b->any;
	return a->count == b->count && (!a->count || !memcmp(a->prefixes, b->prefixes, a->count * sizeof(*a->prefixes)));
}

int allow_store(int map, const struct allow *allow)
{
	__u32 zero = 0, one = 1;
	int inner, i, result = 0;

	if (allow->any) {
		if (bpf_map_delete(map, &zero) && errno != ENOENT)
			return toa_fail("attach_failed", "Run toa-bpf check", "cannot remove the allow-list: %s", strerror(errno));
		return 0;
	}
	inner = maps_allow_list();
	for (i = 0; inner >= 0 && !result && i < allow->count; i++)
		result = bpf_map_set(inner, &allow->prefixes[i], &one);
	if (inner < 0 || result || bpf_map_set(map, &zero, &inner))
		result = toa_fail("attach_failed", "Run toa-bpf check", "cannot store the allow-list: %s", strerror(errno));
	if (inner >= 0)
		close(inner);
	return result;
}

void allow_format(const struct toa_prefix *prefix, char *out)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	int v4 = prefix->prefixlen >= 96 && !memcmp(prefix->addr, mapped, 12);

	inet_ntop(v4 ? AF_INET : AF_INET6, prefix->addr + (v4 ? 12 : 0), out, 46);
	sprintf(out + strlen(out), "/%u", prefix->prefixlen - (v4 ? 96 : 0));
}

void allow_free(struct allow *allow)
{
	free(allow->prefixes);
	memset(allow, 0, sizeof(*allow));
}
