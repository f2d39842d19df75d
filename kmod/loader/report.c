// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/kinds.h"
#include "../lib/sysbpf.h"
#include "host.h"
#include "refused.h"
#include "report.h"

static void print_item(int *first, const char *code, const char *message)
{
	int inner = 1;

	printf(*first ? "{" : ",{");
	*first = 0;
	json_field(&inner, "code", code);
	json_field(&inner, "message", message);
	putchar('}');
}

static void print_build(int *first, unsigned long long build)
{
	char text[20];

	snprintf(text, sizeof(text), "%016llx", build);
	json_field(first, "build", text);
}

static void print_allow(int *first, const struct allow *allow)
{
	char text[64];
	int i;

	json_key(first, "allow");
	if (allow->any) {
		printf("null");
		return;
	}
	putchar('[');
	for (i = 0; i < allow->count; i++) {
		if (i)
			putchar(',');
		allow_format(&allow->prefixes[i], text);
		json_string(text);
	}
	putchar(']');
}

void report_outcome(const struct outcome *o, int attached)
{
	int first = 1, warning = 1;

	putchar('{');
	json_bool(&first, "ok", 1);
	json_bool(&first, "changed", strcmp(o->action, "unchanged") != 0);
	json_field(&first, "action", o->action);
	json_field(&first, "kinds", o->kinds);
	json_key(&first, "allow");
	if (o->allow.any)
		printf("null");
	else
		printf("%d", o->allow.count);
	json_number(&first, "listeners_marked", o->marked);
	json_key(&first, "warnings");
	putchar('[');
	if (attached && allow_is_open(&o->allow))
		print_item(&warning, o->allow.any ? "no_allow_list" : "open_allow_list",
			   "every peer may say which address its client has: give the balancers' networks");
	if (o->no_listeners)
		print_item(&warning, "no_listener_iterator",
			   "services that were running give the client from the final ACK only, until they restart");
	if (o->no_nat64)
		print_item(&warning, "no_nat64", "the kernel lacks cgroup/getsockopt: NAT64 clients are not answered");
	printf("]}\n");
}

static int print_programs(int *first, const struct options *options, unsigned long long *cgroup_id)
{
	struct link_state state;
	int i, inner, fd, required = 0, comma = 0;

	json_key(first, "programs");
	putchar('[');
	for (i = 0; i < PROGS; i++) {
		fd = receiver_link(options->pin, i, &state);
		if (fd < 0)
			continue;
		close(fd);
		*cgroup_id = state.cgroup_id;
		required += !toa_progs[i].optional && state.cgroup_id;
		inner = 1;
		printf(comma++ ? ",{" : "{");
		json_field(&inner, "name", toa_progs[i].name);
		json_number(&inner, "prog_id", state.prog_id);
		json_number(&inner, "link_id", state.link_id);
		putchar('}');
	}
	putchar(']');
	return required == 3;
}

static int is_probe_active(int map)
{
	struct toa_probe_slot slot;
	struct timespec now;
	__u32 zero = 0;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return !bpf_map_get(map, &zero, &slot) && slot.until > now.tv_sec * 1000000000ULL + now.tv_nsec;
}

int report_status(const struct options *options)
{
	unsigned long long cgroup_id = 0;
	struct toa_config config;
	struct allow allow;
	char kinds[4096];
	int maps[MAPS], first = 1, complete;
	__u32 zero = 0;

	if (maps_open(options->pin, maps) || bpf_map_get(maps[MAP_CONFIG], &zero, &config)) {
		printf("{\"ok\":true,\"attached\":false}\n");
		return 1;
	}
	if (allow_current(maps[MAP_ALLOW], &allow)) {
		toa_print_error();
		return 3;
	}
	kinds_print(config.formats, kinds, sizeof(kinds));
	putchar('{');
	json_bool(&first, "ok", 1);
	complete = print_programs(&first, options, &cgroup_id);
	json_bool(&first, "attached", cgroup_id != 0);
	json_bool(&first, "complete", complete);
	json_number(&first, "abi", config.abi);
	print_build(&first, config.build);
	json_bool(&first, "current", config.build == object_build());
	json_field(&first, "kinds", kinds);
	print_allow(&first, &allow);
	json_number(&first, "cgroup_id", cgroup_id);
	json_bool(&first, "probe_active", is_probe_active(maps[MAP_PROBE]));
	refused_print(&first, maps[MAP_REFUSED]);
	printf("}\n");
	return cgroup_id ? 0 : 1;
}

int report_version(void)
{
	int first = 1;

	putchar('{');
	json_bool(&first, "ok", 1);
	json_number(&first, "abi", TOA_ABI);
	print_build(&first, object_build());
	printf("}\n");
	return 0;
}
