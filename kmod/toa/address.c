// SPDX-License-Identifier: GPL-2.0
/* Addresses as 16 bytes; IPv4 is v4-mapped. */
#include <linux/string.h>
#include "toa.h"

void toa_map_v4(u8 *out, __be32 address)
{
	memset(out, 0, 10);
	out[10] = 0xff;
	out[11] = 0xff;
	memcpy(out + 12, &address, 4);
}

bool toa_is_mapped(const u8 *address)
{
	return toa_zero(address, 10) && address[10] == 0xff &&
	       address[11] == 0xff;
}
