// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "session.h"

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

int session_wants(const struct session *s, int prog)
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

void session_close(struct session *s)
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

int session_open(struct session *s, const struct options *options)
{
	int i;

	memset(s, 0, sizeof(*s));
	s->options = options;
	s->lock = -1;
	for (i = 0; i < PROGS; i++)
		s->progs[i] = s->links[i] = -1;
	s->cgroup_fd = -1;
	if (options->command == COMMAND_ATTACH && host_refuse_old())
		return -1;
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

int session_attach(struct session *s, int prog)
{
	char path[4096];

	if (s->links[prog] >= 0 && !bpf_link_swap(s->links[prog], s->progs[prog]))
		return 0;
	if (s->links[prog] >= 0)
		close(s->links[prog]);
	s->links[prog] = bpf_link_make(s->progs[prog], s->cgroup_fd, toa_progs[prog].attach);
	if (s->links[prog] < 0)
		return toa_fail_errno(errno == EPERM ? "cgroup_busy" : "attach_failed",
				errno == EPERM ? "Find the other program with: bpftool cgroup tree" : "Run toa-bpf check",
				"cannot attach %s to the cgroup", toa_progs[prog].name);
	s->made[prog] = 1;
	link_path(path, s->options->pin, prog);
	unlink(path);
	if (bpf_pin(s->links[prog], path))
		return toa_fail_errno("attach_failed", "Make sure that --pin lies in a bpf file system", "cannot pin %s", path);
	return 0;
}

void session_detach(struct session *s, int prog)
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

void session_roll_back(struct session *s)
{
	int i, kept = 0;

	for (i = 0; i < PROGS; i++) {
		if (s->made[i])
			session_detach(s, i);
		kept |= s->links[i] >= 0;
	}
	if (kept)
		return;
	maps_unpin(s->options->pin);
	rmdir(s->options->pin);
}
