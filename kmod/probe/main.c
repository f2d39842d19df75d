// SPDX-License-Identifier: GPL-2.0
/* toa-probe: see kmod/README.md for commands, JSON and exit codes. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "../lib/json.h"
#include "settings.h"

/* Goes into another network namespace: that of a service in a container. */
static int enter(const char *netns)
{
	int fd, failed;

	if (!netns)
		return 0;
	fd = open(netns, O_RDONLY | O_CLOEXEC);
	failed = fd < 0 || setns(fd, CLONE_NEWNET);
	if (fd >= 0)
		close(fd);
	if (failed)
		return toa_fail("no_netns", "Give --netns /proc/PID/ns/net of a process that runs", "cannot enter %s: %s", netns, strerror(errno));
	return 0;
}

static int run(const struct settings *s)
{
	if (enter(s->netns))
		return -1;
	switch (s->command) {
	case COMMAND_PORT:
		return cases_port(s);
	case COMMAND_LISTENERS:
		return listeners_show(s);
	case COMMAND_WATCH:
		return watch_show(s);
	default:
		return cases_self(s);
	}
}

int main(int argc, char **argv)
{
	struct settings s;
	int result;

	if (settings_parse(argc, argv, &s)) {
		fputs(settings_usage, stderr);
		return 2;
	}
	result = run(&s);
	if (result < 0) {
		toa_print_error();
		return 3;
	}
	return result;
}
