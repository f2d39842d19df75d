// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include "../include/toa_text.h"
#include "json.h"
#include "kinds.h"

#define KINDS_REMEDY \
	"Use presets (default huawei dpvs lvs goedge tencent ucloud aliyun-cdn) or KIND:LEN (LEN 7, 8 or 20; KIND:LEN@syn in the SYN), with commas between"

int kinds_parse(const char *list, unsigned char *formats)
{
	struct toa_text bad, text = { list, list + strlen(list) };

	if (!toa_text_kinds(text, formats, &bad))
		return 0;
	if (bad.at == bad.end)
		return toa_fail("bad_kinds", KINDS_REMEDY, *list ? "nothing stands between two commas" : "the list is empty");
	return toa_fail("bad_kinds", KINDS_REMEDY, "'%.*s' is no preset, and no kind and length of a TOA option",
			bad.end - bad.at > 200 ? 200 : (int)(bad.end - bad.at), bad.at);
}

void kinds_print(const unsigned char *formats, char *out, unsigned int size)
{
	static const struct { unsigned char format, len; } lengths[] = {
		{ TOA_FMT_V4_NOPORT, 7 }, { TOA_FMT_V4, 8 }, { TOA_FMT_V6, 20 },
	};
	unsigned int kind, i, place, used = 0;

	out[0] = 0;
	for (kind = 0; kind < 256; kind++)
		for (i = 0; i < 3; i++)
			for (place = 0; place <= TOA_SYN_SHIFT; place += TOA_SYN_SHIFT)
				if ((formats[kind] >> place & lengths[i].format) && used + 16 < size)
					used += sprintf(out + used, "%s%u:%u%s", used ? "," : "", kind, lengths[i].len, place ? "@syn" : "");
}
