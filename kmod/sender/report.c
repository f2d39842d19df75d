// SPDX-License-Identifier: GPL-2.0
/* check, status, stats: what is there, and whether it could be. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "../lib/write.h"
#include "../loader/host.h"
#include "device.h"
#include "maps.h"
#include "sender.h"
#include "services.h"

int sender_check(const struct sender_options *o)
{
	int maps[SMAPS], progs[SENDER_PROGS] = { -1, -1 }, first = 1, i, failed;

	(void)o;
	failed = host_has_caps() ? 0 : toa_fail("no_permission", "Run as root", "CAP_NET_ADMIN and CAP_SYS_ADMIN are needed");
	memset(maps, 0, sizeof(maps));
	failed = failed || sender_maps_create(maps) || sender_load(maps, progs);
	for (i = 0; i < SENDER_PROGS; i++)
		if (progs[i] >= 0)
			close(progs[i]);
	sender_maps_close(maps);
	if (failed) {
		toa_print_error();
		return 1;
	}
	putchar('{');
	json_bool(&first, "ok", 1);
	json_field(&first, "sender", "ebpf");
	json_field(&first, "kernel", host_kernel());
	printf("}\n");
	return 0;
}

static void print_devices(int *first, const struct devices *devices, int *complete)
{
	int i, inner;

	json_key(first, "devices");
	putchar('[');
	for (i = 0; i < devices->count; i++) {
		const struct device *d = &devices->list[i];

		inner = 1;
		printf(i ? ",{" : "{");
		json_field(&inner, "name", d->name);
		json_number(&inner, "ifindex", d->ifindex);
		json_field(&inner, "egress", d->via[SENDER_OUT] ? d->via[SENDER_OUT] : "");
		json_field(&inner, "ingress", d->via[SENDER_IN] ? d->via[SENDER_IN] : "");
		putchar('}');
		*complete &= *d->name && d->via[SENDER_OUT] && d->via[SENDER_IN];
	}
	putchar(']');
}

static void print_services(int *first, const struct services *services)
{
	char text[80];
	int i;

	json_key(first, "services");
	putchar('[');
	for (i = 0; i < services->count; i++) {
		services_format(&services->list[i], text);
		if (i)
			putchar(',');
		json_string(text);
	}
	putchar(']');
}

static void print_config(int *first, const struct sender_config *config)
{
	char text[32];

	snprintf(text, sizeof(text), "%016llx", config->build);
	json_field(first, "build", text);
	json_bool(first, "current", config->build == sender_build());
	json_number(first, "abi", config->abi);
	snprintf(text, sizeof(text), config->kind4 ? "%d:%d" : "", config->kind4, config->len4);
	json_field(first, "ipv4", text);
	snprintf(text, sizeof(text), config->kind6 ? "%d:20" : "", config->kind6);
	json_field(first, "ipv6", text);
	json_bool(first, "in_syn", config->flags & SENDER_IN_SYN);
	json_bool(first, "mss", !(config->flags & SENDER_NO_MSS));
}

int sender_status(const struct sender_options *o)
{
	static struct devices devices;
	struct sender_config config;
	struct services services;
	int maps[SMAPS], first = 1, complete = 1;
	__u32 zero = 0;

	if (sender_maps_open(o->pin, maps) || bpf_map_get(maps[SMAP_CONFIG], &zero, &config)) {
		printf("{\"ok\":true,\"attached\":false}\n");
		return 1;
	}
	if (services_current(maps[SMAP_SERVICES], &services)) {
		toa_print_error();
		return 3;
	}
	devices_pinned(o->pin, &devices);
	putchar('{');
	json_bool(&first, "ok", 1);
	json_bool(&first, "attached", devices.count > 0);
	print_devices(&first, &devices, &complete);
	json_bool(&first, "complete", complete);
	print_config(&first, &config);
	print_services(&first, &services);
	printf("}\n");
	services_free(&services);
	sender_maps_close(maps);
	return devices.count ? 0 : 1;
}

static const struct { const char *name, *help; } counters[] = {
#define SENDER_COUNTER_NAME(name, help) { #name, help },
	SENDER_COUNTERS(SENDER_COUNTER_NAME)
};

static void print_metrics(FILE *out, const void *stats_map)
{
	int i;

	for (i = 0; i < SENDER_C_MAX; i++)
		fprintf(out, "# HELP toa_sender_%s_total %s\n# TYPE toa_sender_%s_total counter\ntoa_sender_%s_total %lld\n",
			counters[i].name, counters[i].help, counters[i].name, counters[i].name,
			bpf_percpu_sum(*(const int *)stats_map, i));
}

static void print_counters(int stats_map)
{
	int i, first = 1;

	printf("{\"ok\":true,\"counters\":{");
	for (i = 0; i < SENDER_C_MAX; i++)
		json_number(&first, counters[i].name, bpf_percpu_sum(stats_map, i));
	printf("}}\n");
}

int sender_stats(const struct sender_options *o)
{
	int maps[SMAPS], failed = 0;

	if (sender_maps_open(o->pin, maps)) {
		if (!o->prometheus || o->output)
			printf("{\"ok\":true,\"attached\":false}\n");
		return 1;
	}
	if (o->output)
		failed = write_beside(o->output, print_metrics, &maps[SMAP_STATS]);
	else if (o->prometheus)
		print_metrics(stdout, &maps[SMAP_STATS]);
	else
		print_counters(maps[SMAP_STATS]);
	sender_maps_close(maps);
	if (failed) {
		toa_print_error();
		return 3;
	}
	if (o->output)
		printf("{\"ok\":true,\"written\":true}\n");
	return 0;
}
