// SPDX-License-Identifier: GPL-2.0
/* toa-bpf stats: what the programs counted, as JSON or for node_exporter. */
#include <stdio.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "../lib/write.h"
#include "refused.h"
#include "report.h"
#include "stats.h"

#define TOA_COUNTER_NAME(name, help) { #name, help },
const struct counter counters[TOA_C_MAX] = {
	TOA_COUNTERS(TOA_COUNTER_NAME)
};

static void print_metrics(FILE *out, const void *context)
{
	const int *maps = context;
	int i;

	for (i = 0; i < TOA_C_MAX; i++)
		fprintf(out, "# HELP toa_%s_total %s\n# TYPE toa_%s_total counter\ntoa_%s_total{receiver=\"ebpf\"} %lld\n",
			counters[i].name, counters[i].help, counters[i].name, counters[i].name, bpf_percpu_sum(maps[MAP_STATS], i));
}

static void print_counters(const int *maps)
{
	int i, first = 1, outer = 0;

	printf("{\"ok\":true,\"counters\":{");
	for (i = 0; i < TOA_C_MAX; i++)
		json_number(&first, counters[i].name, bpf_percpu_sum(maps[MAP_STATS], i));
	putchar('}');
	refused_print(&outer, maps[MAP_REFUSED]);
	printf("}\n");
}

int report_stats(const struct options *options)
{
	int maps[MAPS], failed = 0;

	if (maps_open(options->pin, maps)) {
		if (!options->prometheus || options->output)
			printf("{\"ok\":true,\"attached\":false}\n");
		return 1;
	}
	if (options->output)
		failed = write_beside(options->output, print_metrics, maps);
	else if (options->prometheus)
		print_metrics(stdout, maps);
	else
		print_counters(maps);
	maps_close(maps);
	if (failed) {
		toa_print_error();
		return 3;
	}
	if (options->output)
		printf("{\"ok\":true,\"written\":true}\n");
	return 0;
}
