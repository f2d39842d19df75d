// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../include/toa_option.h"
#include "json.h"
#include "kinds.h"

static const struct toa_preset presets[] = TOA_PRESETS;

#define KINDS_REMEDY \
	"Use presets (default huawei dpvs lvs goedge tencent ucloud aliyun-cdn) or KIND:LEN with LEN 7, 8 or 20"

static int add_preset(const char *name, unsigned char *formats)
{
	unsigned int i;
	const unsigned char *r;

	for (i = 0; i < sizeof(presets) / sizeof(presets[0]); i++) {
		if (strcmp(presets[i].name, name))
			continue;
		for (r = presets[i].rules; r[0]; r += 2)
			formats[r[0]] |= toa_format(r[1]);
		return 0;
	}
	errno = 0;
	return toa_fail("bad_kinds", KINDS_REMEDY, "no preset is called '%s'", name);
}

/* Kinds that TCP itself uses (RFC 9293, 7323, 2018, 5925, 7413, 8684). */
static int is_tcp_own(long kind)
{
	return kind < 9 || kind == 19 || kind == 29 || kind == 30 || kind == 34;
}

static int add_rule(const char *rule, unsigned char *formats)
{
	char *end;
	long kind = strtol(rule, &end, 10), len;

	if (*end == ':') {
		len = strtol(end + 1, &end, 10);
		if (!*end && kind < 255 && !is_tcp_own(kind) && toa_format(len)) {
			formats[kind] |= toa_format(len);
			return 0;
		}
	}
	errno = 0;
	return toa_fail("bad_kinds", KINDS_REMEDY, "'%s' is not a kind and length of a TOA option", rule);
}

int kinds_parse(const char *list, unsigned char *formats)
{
	char copy[1024], *word, *rest = copy;
	int words = 0;

	memset(formats, 0, 256);
	errno = 0;
	if (strlen(list) >= sizeof(copy))
		return toa_fail("bad_kinds", KINDS_REMEDY, "the list is too long");
	strcpy(copy, list);
	while ((word = strsep(&rest, ", "))) {
		if (!*word)
			continue;
		words++;
		if (*word >= '0' && *word <= '9' ? add_rule(word, formats) : add_preset(word, formats))
			return -1;
	}
	return words ? 0 : toa_fail("bad_kinds", KINDS_REMEDY, "the list is empty");
}

void kinds_print(const unsigned char *formats, char *out, unsigned int size)
{
	static const struct { unsigned char format, len; } lengths[] = {
		{ TOA_FMT_V4_NOPORT, 7 }, { TOA_FMT_V4, 8 }, { TOA_FMT_V6, 20 },
	};
	unsigned int kind, i, used = 0;

	out[0] = 0;
	for (kind = 0; kind < 256; kind++)
		for (i = 0; i < 3; i++)
			if ((formats[kind] & lengths[i].format) && used + 10 < size)
				used += sprintf(out + used, "%s%u:%u", used ? "," : "", kind, lengths[i].len);
}
