// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/kinds.h"
#include "../lib/sysbpf.h"
#include "host.h"
#include "listeners.h"
#include "receiver.h"

struct session {
	const struct options *options;
	struct host_cgroup cgroup;
	int cgroup_fd, lock;
	int maps[MAPS], reused;
	int progs[PROGS];
	int links[PROGS], made[PROGS];
	struct toa_config config;
};

static void link_path(char *path, const char *pin, int prog)
{
	snprintf(path, 4096, "%s/link_%s", pin, toa_progs[prog].name);
}

int receiver_link(const char *pin, int prog, struct link_state *state)
{
	struct bpf_link_info info;
	char path[4096];
	int fd;

	memset(state, 0, sizeof(*state));
	link_path(path, pin, prog);
	fd = bpf_get_pinned(path);
	if (fd < 0 || bpf_info(fd, &info, sizeof(info)))
		return fd;
	state->link_id = info.id;
	state->prog_id = info.prog_id;
	state->cgroup_id = info.cgroup.cgroup_id;
	return fd;
}

long long receiver_counter(int stats_map, unsigned int counter)
{
	static __u64 values[8192];
	long long sum = 0;
	int first, last = 0, i;
	char text[256] = "";
	FILE *file = fopen("/sys/devices/system/cpu/possible", "re");

	if (file) {
		if (!fgets(text, sizeof(text), file))
			text[0] = 0;
		fclose(file);
	}
	/* "0-7" or "0": the kernel gives a value for each possible CPU */
	if (sscanf(text, "%d-%d", &first, &last) < 1 || last >= 8192)
		return -1;
	if (bpf_map_get(stats_map, &counter, values))
		return -1;
	for (i = 0; i <= last; i++)
		sum += values[i];
	return sum;
}

static int wants(const struct session *s, int prog)
{
	return prog != PROG_LISTENERS && !(prog == PROG_NAT64 && s->options->no_nat64) &&
	       !(prog == PROG_DEFERRED && !s->options->deferred);
}

/* Opens what is pinned. A link of another cgroup means a shared bpffs. */
static int open_links(struct session *s)
{
	struct link_state state;
	int i;

	for (i = 0; i < PROGS; i++) {
		s->links[i] = receiver_link(s->options->pin, i, &state);
		if (s->links[i] < 0)
			continue;
		if (state.cgroup_id && state.cgroup_id != s->cgroup.id) {
			errno = 0;
			return toa_fail("pin_foreign", "Give each host a bpf file system of its own, or another --pin",
					"%s holds the receiver of another cgroup (%llu, ours is %llu)", s->options->pin,
					state.cgroup_id, s->cgroup.id);
		}
		if (!state.cgroup_id) {	/* its cgroup is gone: a dead link */
			close(s->links[i]);
			s->links[i] = -1;
		}
	}
	return 0;
}

static void session_close(struct session *s)
{
	int i;

	maps_close(s->maps);
	for (i = 0; i < PROGS; i++) {
		if (s->progs[i] >= 0)
			close(s->progs[i]);
		if (s->links[i] >= 0)
			close(s->links[i]);
	}
	if (s->cgroup_fd >= 0)
		close(s->cgroup_fd);
	if (s->lock >= 0)
		close(s->lock);
}

static int session_open(struct session *s, const struct options *options)
{
	int i;

	memset(s, 0, sizeof(*s));
	s->options = options;
	s->lock = -1;
	for (i = 0; i < PROGS; i++)
		s->progs[i] = s->links[i] = -1;
	s->cgroup_fd = host_cgroup_open(options->cgroup, &s->cgroup);
	if (s->cgroup_fd < 0)
		return -1;
	s->lock = open(options->pin, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->lock >= 0)
		flock(s->lock, LOCK_EX);
	if (open_links(s))
		return -1;
	s->reused = !maps_open(options->pin, s->maps);
	return 0;
}

static int links_complete(const struct session *s)
{
	int i;

	for (i = 0; i < PROGS; i++)
		if (wants(s, i) != (s->links[i] >= 0) && !(i == PROG_NAT64 && wants(s, i)))
			return 0;
	return 1;
}

static int load_programs(struct session *s, struct outcome *outcome)
{
	int i;

	for (i = 0; i < PROGS; i++) {
		if (i != PROG_LISTENERS && !wants(s, i))
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

static int attach_one(struct session *s, int prog)
{
	char path[4096];

	if (s->links[prog] >= 0 && !bpf_link_swap(s->links[prog], s->progs[prog]))
		return 0;
	if (s->links[prog] >= 0)
		close(s->links[prog]);
	s->links[prog] = bpf_link_make(s->progs[prog], s->cgroup_fd, toa_progs[prog].attach);
	if (s->links[prog] < 0)
		return toa_fail(errno == EPERM ? "cgroup_busy" : "attach_failed",
				errno == EPERM ? "Find the other program with: bpftool cgroup tree" : "Run toa-bpf check",
				"cannot attach %s to the cgroup: %s", toa_progs[prog].name, strerror(errno));
	s->made[prog] = 1;
	link_path(path, s->options->pin, prog);
	unlink(path);
	if (bpf_pin(s->links[prog], path))
		return toa_fail("attach_failed", "Make sure that --pin lies in a bpf file system", "cannot pin %s: %s", path,
				strerror(errno));
	return 0;
}

static void remove_link(struct session *s, int prog)
{
	char path[4096];

	if (s->links[prog] >= 0) {
		bpf_link_detach_(s->links[prog]);
		close(s->links[prog]);
		s->links[prog] = -1;
	}
	link_path(path, s->options->pin, prog);
	unlink(path);
}

/* Undoes a first attach that failed half-way; leaves older links alone. */
static void roll_back(struct session *s)
{
	int i, kept = 0;

	for (i = 0; i < PROGS; i++) {
		if (s->made[i])
			remove_link(s, i);
		kept |= s->links[i] >= 0;
	}
	if (kept)
		return;
	maps_unpin(s->options->pin);
	rmdir(s->options->pin);
}

static int attach_all(struct session *s)
{
	__u32 zero = 0;
	int i;

	if (bpf_map_set(s->maps[MAP_CONFIG], &zero, &s->config))
		return toa_fail("attach_failed", "Run toa-bpf check", "cannot write the configuration: %s", strerror(errno));
	for (i = 0; i < PROGS; i++) {
		if (i == PROG_LISTENERS)
			continue;
		if (!wants(s, i))
			remove_link(s, i);
		else if (s->progs[i] >= 0 && attach_one(s, i))
			return -1;
	}
	return s->reused ? 0 : maps_pin(s->options->pin, s->maps);
}

static void mark_listeners(struct session *s, struct outcome *outcome)
{
	long long before = receiver_counter(s->maps[MAP_STATS], TOA_C_listeners_marked);

	if (s->progs[PROG_LISTENERS] < 0 ||
	    listeners_mark(s->progs[PROG_LISTENERS], !strcmp(s->options->cgroup, "auto"))) {
		outcome->no_listeners = 1;
		return;
	}
	outcome->marked = receiver_counter(s->maps[MAP_STATS], TOA_C_listeners_marked) - before;
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

static int carry_out(struct session *s, struct outcome *outcome, int allow_differs)
{
	__u32 zero = 0;

	if (!strcmp(outcome->action, "configured")) {
		if (allow_differs && allow_store(s->maps[MAP_ALLOW], &outcome->allow))
			return -1;
		return bpf_map_set(s->maps[MAP_CONFIG], &zero, &s->config) ?
			toa_fail("attach_failed", "Run toa-bpf check", "cannot write the configuration: %s", strerror(errno)) : 0;
	}
	if (host_pin_folder(s->options->pin) || (!s->reused && maps_create(s->maps)))
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
	roll_back(s);
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
		errno = 0;
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
		remove_link(&s, i);
	maps_unpin(options->pin);
	if (rmdir(options->pin))
		result = toa_fail("attach_failed", "Look for files that are not the receiver's", "cannot remove %s: %s", options->pin,
				  strerror(errno));
out:
	session_close(&s);
	return result;
}
