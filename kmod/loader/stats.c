// SPDX-License-Identifier: GPL-2.0
/* toa-bpf stats: what the programs counted, as JSON or for node_exporter. */
#include <stdio.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/kinds.h"
#include "../lib/sysbpf.h"
#include "../lib/write.h"
#include "refused.h"
#include "report.h"
#include "stats.h"

#define TOA_COUNTER_NAME(name, help) { #name, help },
const struct counter counters[TOA_C_MAX] = {
	TOA_COUNTERS(TOA_COUNTER_NAME)
};

/* What is told of a receiver; without maps there is none. */
struct told {
	const struct options *options;
	const int *maps;
	struct toa_config config;
	int up;
};

/* All programs that a receiver must have are attached. */
static int is_up(const char *pin)
{
	struct link_state state;
	int i, fd, up = 1;

	for (i = 0; i < PROGS; i++) {
		fd = receiver_link(pin, i, &state);
		if (fd >= 0)
			close(fd);
		up &= toa_progs[i].optional || (fd >= 0 && state.cgroup_id);
	}
	return up;
}

static void print_metrics(FILE *out, const void *context)
{
	const struct told *told = context;
	const char *vendor = told->options->vendor;
	char kinds[4096] = "";
	int i;

	if (!vendor && told->maps)
		kinds_print(told->config.formats, kinds, sizeof(kinds));
	fprintf(out, "# HELP toa_receiver_up 1 while services can see their clients.\n# TYPE toa_receiver_up gauge\n"
		"toa_receiver_up{receiver=\"ebpf\",build=\"%016llx\",vendor=\"%s\"} %d\n",
		told->maps ? told->config.build : object_build(), vendor ? vendor : kinds, told->up);
	for (i = 0; told->maps && i < TOA_C_MAX; i++)
		fprintf(out, "# HELP toa_%s_total %s\n# TYPE toa_%s_total counter\ntoa_%s_total{receiver=\"ebpf\"} %lld\n",
			counters[i].name, counters[i].help, counters[i].name, counters[i].name, bpf_percpu_sum(told->maps[MAP_STATS], i));
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

/* For node_exporter: where there is no receiver, just that. A vendor stands in a label, so it has to be one. */
static int prometheus(const struct told *told)
{
	unsigned char formats[256];
	int first = 1;

	if (told->options->vendor && kinds_parse(told->options->vendor, formats))
		return -1;
	if (!told->options->output) {
		print_metrics(stdout, told);
		return 0;
	}
	if (write_beside(told->options->output, print_metrics, told))
		return -1;
	putchar('{');
	json_bool(&first, "ok", 1);
	json_bool(&first, "written", 1);
	json_bool(&first, "attached", !!told->maps);
	printf("}\n");
	return 0;
}

int report_stats(const struct options *options)
{
	struct told told = { .options = options };
	int maps[MAPS], failed = 0;
	__u32 zero = 0;

	if (!maps_open(options->pin, maps)) {
		told.maps = maps;
		told.up = !bpf_map_get(maps[MAP_CONFIG], &zero, &told.config) && is_up(options->pin);
	}
	if (options->prometheus)
		failed = prometheus(&told);
	else if (told.maps)
		print_counters(maps);
	else
		printf("{\"ok\":true,\"attached\":false}\n");
	if (told.maps)
		maps_close(maps);
	if (failed) {
		toa_print_error();
		return 3;
	}
	return told.maps ? 0 : 1;
}
