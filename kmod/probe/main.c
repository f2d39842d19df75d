// SPDX-License-Identifier: GPL-2.0
/* toa-probe: see kmod/README.md for commands, JSON and exit codes. */
#include <stdio.h>
#include "../lib/json.h"
#include "settings.h"

int main(int argc, char **argv)
{
	struct settings s;
	int result;

	if (settings_parse(argc, argv, &s)) {
		fputs(settings_usage, stderr);
		return 2;
	}
	result = s.is_port ? cases_port(&s) : cases_self(&s);
	if (result < 0) {
		toa_print_error();
		return 3;
	}
	return result;
}
