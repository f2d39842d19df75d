// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../include/toa_text.h"
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "allow.h"
#include "maps.h"

#define ALLOW_REMEDY "Write one prefix a line, as 10.0.0.0/8 or 2001:db8::/32; toa-bpf allow --any removes the list"

/* Longer than the longest list that is accepted, with room for comments. */
#define ALLOW_BYTES (16 << 20)

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct toa_prefix));
}

static int covers(const struct toa_prefix *prefix, const unsigned char *address)
{
	unsigned int bit;

	for (bit = 0; bit < prefix->prefixlen; bit++)
		if ((prefix->addr[bit / 8] ^ address[bit / 8]) & 0x80 >> bit % 8)
			return 0;
	return 1;
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

int allow_parse(const char *bytes, size_t size, struct allow *allow)
{
	struct toa_text rest = { bytes, bytes + size }, line;
	struct toa_prefix prefix;
	int number = 0, more;

	memset(allow, 0, sizeof(*allow));
	while ((more = toa_text_line(&rest, &line))) {
		int length = line.end - line.at > 200 ? 200 : line.end - line.at;

		number++;
		if (more < 0)
			return toa_fail("bad_allow", ALLOW_REMEDY, "line %d has a control character (a carriage return, a NUL byte)", number);
		if (line.at == line.end)
			continue;
		if (toa_text_prefix(line, &prefix))
			return toa_fail("bad_allow", ALLOW_REMEDY, "line %d: '%.*s' is not an IPv4 or IPv6 prefix", number, length, line.at);
		if (add(allow, &prefix))
			return toa_fail("bad_allow", ALLOW_REMEDY, "line %d: more than %d prefixes", number, TOA_MAX_PREFIXES);
	}
	if (!allow->count)
		return toa_fail("bad_allow", ALLOW_REMEDY, "the list has no prefix: it would refuse every balancer");
	sort(allow);
	return 0;
}

/* All of a file, to be freed; NULL with toa_error. */
static char *read_all(FILE *file, const char *path, size_t *size)
{
	char *bytes = NULL, *more;
	size_t room = 0;

	*size = 0;
	do {
		room = room ? room * 2 : 4096;
		more = room > ALLOW_BYTES ? NULL : realloc(bytes, room);
		if (!more) {
			toa_fail("bad_allow", ALLOW_REMEDY, "%s is larger than %d bytes", path, ALLOW_BYTES / 2);
			free(bytes);
			return NULL;
		}
		bytes = more;
		*size += fread(bytes + *size, 1, room - *size, file);
	} while (*size == room);
	if (!ferror(file))
		return bytes;
	toa_fail_errno("bad_allow", "Give a file that can be read", "%s", path);
	free(bytes);
	return NULL;
}

int allow_read(const char *path, struct allow *allow)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *bytes;
	size_t size;
	int result;

	memset(allow, 0, sizeof(*allow));
	if (!file)
		return toa_fail_errno("bad_allow", "Give a file that can be read", "%s", path);
	bytes = read_all(file, path, &size);
	if (file != stdin)
		fclose(file);
	if (!bytes)
		return -1;
	result = allow_parse(bytes, size, allow);
	free(bytes);
	if (result)
		allow_free(allow);
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
		return toa_fail_errno("no_permission", "Run as root with CAP_SYS_ADMIN", "cannot read the allow-list");
	for (more = bpf_map_next(inner, NULL, &next); !more; more = bpf_map_next(inner, &key, &next)) {
		key = next;
		if (add(allow, &key))
			break;
	}
	close(inner);
	sort(allow);
	return 0;
}

/* ::ffff:0:0/96 is all of IPv4; 2000::/3 all of IPv6 that is routed. */
int allow_is_open(const struct allow *allow)
{
	static const unsigned char v4[16] = { [10] = 0xff, [11] = 0xff }, v6[16] = { 0x20 };
	int i;

	for (i = 0; i < allow->count; i++) {
		const struct toa_prefix *p = &allow->prefixes[i];

		if ((p->prefixlen <= 96 && covers(p, v4)) || (p->prefixlen <= 3 && covers(p, v6)))
			return 1;
	}
	return allow->any;
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
			return toa_fail_errno("attach_failed", "Run toa-bpf check", "cannot remove the allow-list");
		return 0;
	}
	inner = maps_allow_list();
	for (i = 0; inner >= 0 && !result && i < allow->count; i++)
		result = bpf_map_set(inner, &allow->prefixes[i], &one);
	if (inner < 0 || result || bpf_map_set(map, &zero, &inner))
		result = toa_fail_errno("attach_failed", "Run toa-bpf check", "cannot store the allow-list");
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
