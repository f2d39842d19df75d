// SPDX-License-Identifier: GPL-2.0
/* Addresses as text and as 16 bytes; IPv4 is v4-mapped. */
#include <linux/inet.h>
#include <linux/string.h>
#include "toa.h"

void toa_map_v4(u8 *out, __be32 address)
{
	memset(out, 0, 10);
	out[10] = 0xff;
	out[11] = 0xff;
	memcpy(out + 12, &address, 4);
}

/* Returns 0, or -EINVAL when text is no address. */
int toa_parse_address(const char *text, u8 *out, bool *v4)
{
	const char *end;
	__be32 address;

	*v4 = in4_pton(text, -1, (u8 *)&address, -1, &end) == 1 && !*end;
	if (*v4) {
		toa_map_v4(out, address);
		return 0;
	}
	if (in6_pton(text, -1, out, -1, &end) == 1 && !*end)
		return 0;
	return -EINVAL;
}

/* A decimal number up to max; -EINVAL for anything else. */
int toa_parse_number(const char *text, unsigned int max, unsigned int *out)
{
	unsigned int value = 0;
	int digits;

	for (digits = 0; *text; text++, digits++) {
		if (*text < '0' || *text > '9' || digits > 8)
			return -EINVAL;
		value = value * 10 + (*text - '0');
	}
	if (!digits || value > max)
		return -EINVAL;
	*out = value;
	return 0;
}

/* The text without blanks around it; cut in place. */
char *toa_trim(char *text)
{
	size_t len;

	while (*text == ' ' || *text == '\t' || *text == '\n')
		text++;
	len = strlen(text);
	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t' ||
		       text[len - 1] == '\n' || text[len - 1] == '\r'))
		text[--len] = 0;
	return text;
}
