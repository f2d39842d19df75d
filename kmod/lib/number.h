/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOA_NUMBER_H
#define TOA_NUMBER_H

#include <string.h>
#include "../include/toa_text.h"

/* A decimal number from min to max and nothing else into out; -1, and out as it was. */
TOA_TEXT_CODE int number_parse(const char *text, unsigned int min, unsigned int max, int *out)
{
	struct toa_text all = { text, text + strlen(text) };
	unsigned int value;

	if (toa_text_number(all, max, &value) || value < min)
		return -1;
	*out = value;
	return 0;
}

#endif
