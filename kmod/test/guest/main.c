// SPDX-License-Identifier: GPL-2.0
/*
 * What toa-probe does not try: run inside a booted test kernel by
 * scripts/test-kernels, linked with probe/ and lib/.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../../lib/json.h"
#include "guest.h"

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int count = argc > 2 ? atoi(argv[2]) : 1000;

	if (count < 1 || count > 1000000)
		return 2;
	if (link_open()) {
		toa_print_error();
		return 3;
	}
	if (!strcmp(what, "churn"))
		return churn(count);
	if (!strcmp(what, "hold") && argc > 6 && count <= MANY) {
		const struct shown shown = { atoi(argv[4]), atoi(argv[5]) };

		return hold(count, argv[3], &shown, argv + 6);
	}
	if (!strcmp(what, "defer"))
		return defer();
	if (!strcmp(what, "fastopen"))
		return fastopen();
	if (!strcmp(what, "ktls"))
		return ktls();
	if (!strcmp(what, "sockopt"))
		return sockopt();
	if (!strcmp(what, "reuse"))
		return reuse();
	if (!strcmp(what, "garbage"))
		return garbage(count);
	if (!strcmp(what, "flood"))
		return flood(count);
	fputs("usage: guest churn N | hold N NAME SHOWN-BEFORE SHOWN-AFTER COMMAND... | defer | fastopen | ktls | sockopt | reuse | garbage N | flood N\n", stderr);
	return 2;
}
