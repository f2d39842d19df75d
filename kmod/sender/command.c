// SPDX-License-Identifier: GPL-2.0
/* attach and detach: decide by comparing what is there with what is wanted, then do it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "../loader/host.h"
#include "device.h"
#include "maps.h"
#include "sender.h"
#include "services.h"

/* One command's hold of a sender. */
struct state {
	const struct sender_options *options;
	int maps[SMAPS], reused, lock;
	struct sender_config config;
	struct services services;
	struct devices wanted, there;
};

static int open_state(struct state *s, const struct sender_options *o)
{
	memset(s, 0, sizeof(*s));
	s->options = o;
	s->lock = open(o->pin, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->lock >= 0)
		flock(s->lock, LOCK_EX);
	s->reused = !sender_maps_open(o->pin, s->maps);
	devices_pinned(o->pin, &s->there);
	return 0;
}

static void close_state(struct state *s)
{
	sender_maps_close(s->maps);
	services_free(&s->services);
	if (s->lock >= 0)
		close(s->lock);
}

static int is_wanted(const struct state *s, unsigned int ifindex)
{
	int i;

	for (i = 0; i < s->wanted.count; i++)
		if (s->wanted.list[i].ifindex == ifindex)
			return 1;
	return 0;
}

/* Are exactly the wanted devices there, both ways each? */
static int is_complete(const struct state *s)
{
	int i;

	if (s->there.count != s->wanted.count)
		return 0;
	for (i = 0; i < s->there.count; i++)
		if (!is_wanted(s, s->there.list[i].ifindex) || !s->there.list[i].via[SENDER_OUT] || !s->there.list[i].via[SENDER_IN])
			return 0;
	return 1;
}

static const char *plan(const struct state *s)
{
	struct sender_config now;
	struct services services;
	__u32 zero = 0;
	int same;

	if (!s->reused)
		return "attached";
	if (bpf_map_get(s->maps[SMAP_CONFIG], &zero, &now) || now.build != s->config.build || !is_complete(s))
		return "replaced";
	if (services_current(s->maps[SMAP_SERVICES], &services))
		return "configured";
	same = services_equal(&services, &s->services) && !memcmp(&now, &s->config, sizeof(now));
	services_free(&services);
	return same ? "unchanged" : "configured";
}

static int store(const struct state *s)
{
	__u32 zero = 0;

	if (services_store(s->maps[SMAP_SERVICES], &s->services))
		return -1;
	if (bpf_map_set(s->maps[SMAP_CONFIG], &zero, &s->config))
		return toa_fail_errno("attach_failed", "Run toa-bpf sender check", "cannot write the configuration");
	return 0;
}

static int attach_devices(struct state *s, const int *progs)
{
	int i;

	for (i = 0; i < s->wanted.count; i++) {
		struct device *d = &s->wanted.list[i];

		if (bpf_map_set(s->maps[SMAP_DEVICES], &d->ifindex, &d->before) ||
		    device_attach(s->options->pin, d, progs, s->options->clsact))
			return -1;
	}
	for (i = 0; i < s->there.count; i++)
		if (!is_wanted(s, s->there.list[i].ifindex)) {
			device_detach(s->options->pin, &s->there.list[i]);
			bpf_map_delete(s->maps[SMAP_DEVICES], &s->there.list[i].ifindex);
		}
	return 0;
}

/* After a first attach that failed half-way nothing stays; an older sender stays as it is. */
static void roll_back(struct state *s)
{
	int i;

	if (s->reused)
		return;
	for (i = 0; i < s->wanted.count; i++)
		device_detach(s->options->pin, &s->wanted.list[i]);
	sender_maps_unpin(s->options->pin);
	rmdir(s->options->pin);
}

static int carry_out(struct state *s, const char *action)
{
	int progs[SENDER_PROGS] = { -1, -1 }, i, result = -1;

	if (!strcmp(action, "configured"))
		return store(s);
	if (host_pin_folder(s->options->pin))
		return -1;
	if ((!s->reused && sender_maps_create(s->maps)) || sender_load(s->maps, progs) || store(s) ||
	    attach_devices(s, progs) || (!s->reused && sender_maps_pin(s->options->pin, s->maps)))
		roll_back(s);
	else
		result = 0;
	for (i = 0; i < SENDER_PROGS; i++)
		if (progs[i] >= 0)
			close(progs[i]);
	return result;
}

static void report(const char *action, const struct state *s)
{
	int first = 1;

	putchar('{');
	json_bool(&first, "ok", 1);
	json_bool(&first, "changed", strcmp(action, "unchanged") != 0);
	json_field(&first, "action", action);
	json_number(&first, "devices", s->wanted.count);
	json_number(&first, "services", s->services.count);
	printf("}\n");
}

static int read_wanted(struct state *s)
{
	const struct sender_options *o = s->options;

	s->config.abi = SENDER_ABI;
	s->config.build = sender_build();
	s->config.flags = (o->in_syn ? SENDER_IN_SYN : 0) | (o->no_mss ? SENDER_NO_MSS : 0);
	return sender_kinds(o->kinds, &s->config) || devices_named(o->devices, &s->wanted) ||
	       (o->any ? services_any(&s->services) : services_read(o->services, &s->services));
}

int sender_attach(const struct sender_options *o)
{
	static struct state s;
	const char *action;
	int failed;

	open_state(&s, o);
	failed = read_wanted(&s);
	if (!failed) {
		action = plan(&s);
		if (!o->dry_run && strcmp(action, "unchanged"))
			failed = carry_out(&s, action);
	}
	if (failed)
		toa_print_error();
	else
		report(action, &s);
	close_state(&s);
	return failed ? 3 : 0;
}

int sender_detach(const struct sender_options *o)
{
	static struct state s;
	const char *action = access(o->pin, F_OK) ? "unchanged" : "detached";
	int i, failed = 0;

	open_state(&s, o);
	if (!o->dry_run && !strcmp(action, "detached")) {
		for (i = 0; i < s.there.count; i++)
			device_detach(o->pin, &s.there.list[i]);
		sender_maps_unpin(o->pin);
		if (rmdir(o->pin))
			failed = toa_fail_errno("attach_failed", "Look for files that are not the sender's", "cannot remove %s", o->pin);
	}
	if (failed)
		toa_print_error();
	else
		report(action, &s);
	close_state(&s);
	return failed ? 3 : 0;
}

int sender_main(int argc, char **argv)
{
	static int (*const run[SENDER_COMMANDS])(const struct sender_options *) = {
		[SENDER_CHECK] = sender_check, [SENDER_ATTACH] = sender_attach, [SENDER_STATUS] = sender_status,
		[SENDER_STATS] = sender_stats, [SENDER_DETACH] = sender_detach,
	};
	struct sender_options o;

	if (sender_options(argc, argv, &o)) {
		fputs(sender_usage, stderr);
		return 2;
	}
	return run[o.command](&o);
}
