// SPDX-License-Identifier: GPL-2.0
/*
 * toa-bpf hooks: the programs that run for a cgroup, whoever attached them and however far above: ours, a receiver of the
 * machine around a container, or somebody else's that rewrites the same answers.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "hooks.h"
#include "host.h"
#include "receiver.h"

#define MOST_PROGRAMS 64	/* the kernel's own limit for one hook of a cgroup */

static void print_program(unsigned int id, unsigned int ours)
{
	struct bpf_prog_info info;
	int first = 1, fd = bpf_prog_by_id(id);

	memset(&info, 0, sizeof(info));
	if (fd >= 0) {
		bpf_info(fd, &info, sizeof(info));
		close(fd);
	}
	putchar('{');
	json_number(&first, "id", id);
	json_field(&first, "name", info.name);
	json_bool(&first, "ours", id == ours);
	putchar('}');
}

static int print_hook(int *comma, const struct options *options, int cgroup, int prog)
{
	unsigned int ids[MOST_PROGRAMS], count = MOST_PROGRAMS, i;
	struct link_state ours = { 0 };
	int first = 1, fd;

	if (bpf_prog_effective(cgroup, toa_progs[prog].attach, ids, &count))
		return errno == EINVAL ? 0 : -1;	/* a kernel without the hook has no programs there */
	fd = receiver_link(options->pin, prog, &ours);
	if (fd >= 0)
		close(fd);
	printf((*comma)++ ? ",{" : "{");
	json_field(&first, "hook", toa_progs[prog].name);
	json_key(&first, "programs");
	putchar('[');
	for (i = 0; i < count && i < MOST_PROGRAMS; i++) {
		if (i)
			putchar(',');
		print_program(ids[i], ours.prog_id);
	}
	printf("]}");
	return 0;
}

int hooks_show(const struct options *options)
{
	struct host_cgroup cgroup;
	int fd = host_cgroup_open(options->cgroup, &cgroup), first = 0, comma = 0, i, failed = 0;

	if (fd < 0) {
		toa_print_error();
		return 3;
	}
	printf("{\"hooks\":[");
	for (i = PROG_SOCKOPS; i <= PROG_PEER6 && !failed; i++)
		failed = print_hook(&comma, options, fd, i);
	putchar(']');
	close(fd);
	json_bool(&first, "ok", !failed);
	json_field(&first, "cgroup", cgroup.path);
	json_number(&first, "cgroup_id", cgroup.id);
	if (failed)
		json_field(&first, "message", strerror(errno));
	printf("}\n");
	return failed ? 3 : 0;
}
