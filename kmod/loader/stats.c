// SPDX-License-Identifier: GPL-2.0
/* toa-bpf stats: what the programs counted, as JSON or for node_exporter. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "refused.h"
#include "report.h"
#include "stats.h"

#define TOA_COUNTER_NAME(name, help) { #name, help },
const struct counter counters[TOA_C_MAX] = {
	TOA_COUNTERS(TOA_COUNTER_NAME)
};

static void print_metrics(FILE *out, int stats_map)
{
	int i;

	for (i = 0; i < TOA_C_MAX; i++)
		fprintf(out, "# HELP toa_%s_total %s\n# TYPE toa_%s_total counter\ntoa_%s_total{receiver=\"ebpf\"} %lld\n",
			counters[i].name, counters[i].help, counters[i].name, counters[i].name, bpf_percpu_sum(stats_map, i));
}

/* Under a name that collectors pass over, then renamed: nobody reads half of it. */
static int write_metrics(const char *path, int stats_map)
{
	char beside[4096];
	FILE *out;

	if ((size_t)snprintf(beside, sizeof(beside), "%s.%d", path, (int)getpid()) >= sizeof(beside))
		return toa_fail("write_failed", "Give a shorter path", "the path is too long");
	out = fopen(beside, "we");
	if (!out)
		return toa_fail("write_failed", "Make the folder, or give another", "cannot write %s: %s", beside, strerror(errno));
	print_metrics(out, stats_map);
	if (ferror(out) | fclose(out) || rename(beside, path)) {
		toa_fail("write_failed", "Free some space, or give another folder", "cannot write %s: %s", path, strerror(errno));
		unlink(beside);
		return -1;
	}
	return 0;
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
		failed = write_metrics(options->output, maps[MAP_STATS]);
	else if (options->prometheus)
		print_metrics(stdout, maps[MAP_STATS]);
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
