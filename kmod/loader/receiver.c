// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/kinds.h"
#include "../lib/sysbpf.h"
#include "host.h"
#include "listeners.h"
#include "memory.h"
#include "session.h"

static int links_complete(const struct session *s)
{
	int i;

	for (i = 0; i < PROGS; i++)
		if (session_wants(s, i) != (s->links[i] >= 0) && !(i == PROG_NAT64 && session_wants(s, i)))
			return 0;
	return 1;
}

static int load_programs(struct session *s, struct outcome *outcome)
{
	int i;

	for (i = 0; i < PROGS; i++) {
		if (i != PROG_LISTENERS && !session_wants(s, i))
			continue;
		s->progs[i] = object_load(i, s->maps);
		if (s->progs[i] >= 0)
			continue;
		if (!toa_progs[i].optional || i == PROG_DEFERRED)
			return -1;
		if (i == PROG_LISTENERS)
			outcome->no_listeners = 1;
		else
			outcome->no_nat64 = 1;
	}
	return 0;
}

static int store_config(const struct session *s)
{
	__u32 zero = 0;

	if (bpf_map_set(s->maps[MAP_CONFIG], &zero, &s->config))
		return toa_fail_errno("attach_failed", "Run toa-bpf check", "cannot write the configuration");
	return 0;
}

static int attach_all(struct session *s)
{
	int i;

	if (store_config(s))
		return -1;
	for (i = 0; i < PROGS; i++) {
		if (i == PROG_LISTENERS)
			continue;
		if (!session_wants(s, i))
			session_detach(s, i);
		else if (s->progs[i] >= 0 && session_attach(s, i))
			return -1;
	}
	return s->reused ? 0 : maps_pin(s->options->pin, s->maps);
}

static void mark_listeners(struct session *s, struct outcome *outcome)
{
	long long before = bpf_percpu_sum(s->maps[MAP_STATS], TOA_C_listeners_marked);

	if (s->progs[PROG_LISTENERS] < 0 ||
	    listeners_mark(s->progs[PROG_LISTENERS], !strcmp(s->options->cgroup, "auto"))) {
		outcome->no_listeners = 1;
		return;
	}
	outcome->marked = bpf_percpu_sum(s->maps[MAP_STATS], TOA_C_listeners_marked) - before;
}

/* The list to have in the end: the one asked for, else what is there. */
static int choose_allow(struct session *s, struct outcome *outcome, int *differs)
{
	struct allow current = { .any = 1 };
	const struct options *o = s->options;

	*differs = 0;
	if (s->reused && allow_current(s->maps[MAP_ALLOW], &current))
		return -1;
	if (!o->allow_file && !o->any) {
		outcome->allow = current;
		return 0;
	}
	if (o->any)
		outcome->allow.any = 1;
	else if (allow_read(o->allow_file, &outcome->allow))
		return -1;
	*differs = !allow_equal(&current, &outcome->allow);
	allow_free(&current);
	return 0;
}

/* Decides the action by comparing what is there with what is wanted. */
static const char *plan(struct session *s, int allow_differs)
{
	struct toa_config now;
	__u32 zero = 0;
	int i, any = 0;

	for (i = 0; i < PROGS; i++)
		any |= s->links[i] >= 0;
	if (!any)
		return "attached";
	if (!s->reused || !links_complete(s) || bpf_map_get(s->maps[MAP_CONFIG], &zero, &now) ||
	    now.build != s->config.build)
		return "replaced";
	if (memcmp(now.formats, s->config.formats, sizeof(now.formats)) || allow_differs)
		return "configured";
	return "unchanged";
}

static int create_maps(void *maps)
{
	return maps_create(maps);
}

static int carry_out(struct session *s, struct outcome *outcome, int allow_differs)
{
	if (!strcmp(outcome->action, "configured")) {
		if (allow_differs && allow_store(s->maps[MAP_ALLOW], &outcome->allow))
			return -1;
		return store_config(s);
	}
	if (host_pin_folder(s->options->pin) || (!s->reused && memory_uncharged(create_maps, s->maps)))
		return -1;
	if (load_programs(s, outcome))
		goto undo;
	if ((allow_differs || !s->reused) && allow_store(s->maps[MAP_ALLOW], &outcome->allow))
		goto undo;
	if (attach_all(s))
		goto undo;
	mark_listeners(s, outcome);
	return 0;
undo:
	session_roll_back(s);
	return -1;
}

int receiver_attach(const struct options *options, struct outcome *outcome)
{
	struct session s;
	int differs, result = -1;

	if (session_open(&s, options))
		goto out;
	s.config.abi = TOA_ABI;
	s.config.build = object_build();
	s.config.flags = options->deferred ? TOA_FLAG_DEFERRED : 0;
	if (kinds_parse(options->kinds, s.config.formats) || choose_allow(&s, outcome, &differs))
		goto out;
	kinds_print(s.config.formats, outcome->kinds, sizeof(outcome->kinds));
	outcome->action = plan(&s, differs);
	result = 0;
	if (!options->dry_run && strcmp(outcome->action, "unchanged"))
		result = carry_out(&s, outcome, differs);
out:
	session_close(&s);
	return result;
}

int receiver_allow(const struct options *options, struct outcome *outcome)
{
	struct session s;
	int differs, result = -1;
	__u32 zero = 0;

	if (session_open(&s, options))
		goto out;
	if (!s.reused) {
		toa_fail("not_attached", "Run toa-bpf attach first", "no receiver is pinned in %s", options->pin);
		goto out;
	}
	bpf_map_get(s.maps[MAP_CONFIG], &zero, &s.config);
	kinds_print(s.config.formats, outcome->kinds, sizeof(outcome->kinds));
	if (choose_allow(&s, outcome, &differs))
		goto out;
	outcome->action = differs ? "configured" : "unchanged";
	result = differs && !options->dry_run ? allow_store(s.maps[MAP_ALLOW], &outcome->allow) : 0;
out:
	session_close(&s);
	return result;
}

int receiver_detach(const struct options *options, struct outcome *outcome)
{
	struct session s;
	int i, result = -1;

	outcome->allow.any = 1;
	outcome->action = access(options->pin, F_OK) ? "unchanged" : "detached";
	if (!strcmp(outcome->action, "unchanged"))
		return 0;
	if (session_open(&s, options))
		goto out;
	result = 0;
	if (options->dry_run)
		goto out;
	for (i = 0; i < PROGS; i++)
		session_detach(&s, i);
	maps_unpin(options->pin);
	if (rmdir(options->pin))
		result = toa_fail_errno("attach_failed", "Look for files that are not the receiver's", "cannot remove %s", options->pin);
out:
	session_close(&s);
	return result;
}
