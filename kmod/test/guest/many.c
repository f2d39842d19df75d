// SPDX-License-Identifier: GPL-2.0
/* Many connections at a time or one after the other. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "guest.h"

/* N short connections, each with its own client. */
int churn(int count)
{
	char want[ENDPOINT_TEXT], seen[ENDPOINT_TEXT], again[ENDPOINT_TEXT];
	int i, fd, wrong = 0, none = 0, listener;
	struct linger hard = { 1, 0 };
	unsigned char option[40];
	struct spec spec = { .place = PLACE_ACK, .option = option };
	unsigned short port;
	struct client c;

	listener = listener_big(&port);
	for (i = 0; i < count; i++) {
		spec.option_len = option_of(i + 1, 254, option, want);
		fd = connect_one(listener, port, &c, &spec, seen);
		if (fd < 0) {
			none++;
			continue;
		}
		peer_text(fd, again);
		wrong += strcmp(seen, want) || strcmp(again, want);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		close(fd);
	}
	close(listener);
	return report("churn", wrong || none > count / 1000 ? "fail" : "pass", "%d connections, %d wrong, %d not made", count, wrong, none);
}

static int run(char **command)
{
	pid_t pid = fork();
	int status = -1;

	if (!pid) {
		execvp(command[0], command);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

/*
 * Holds N connections, runs a command (rmmod, insmod...) and asks them again. So many of them must have shown their client
 * before and after it.
 */
int hold(int count, const char *name, const struct shown *shown, char **command)
{
	static int fds[MANY];
	char want[ENDPOINT_TEXT], seen[ENDPOINT_TEXT];
	struct rlimit files = { MANY + 64, MANY + 64 };
	int i, before = 0, after = 0, dead = 0, status, bad, listener;
	unsigned char option[40];
	struct spec spec = { .place = PLACE_ACK, .option = option };
	unsigned short port;
	struct client c;

	setrlimit(RLIMIT_NOFILE, &files);
	listener = listener_big(&port);
	for (i = 0; i < count; i++) {
		spec.option_len = option_of(i + 1, 254, option, want);
		fds[i] = connect_one(listener, port, &c, &spec, seen);
		before += fds[i] >= 0 && !strcmp(seen, want);
	}
	status = run(command);
	for (i = 0; i < count; i++) {
		if (fds[i] < 0)
			continue;
		option_of(i + 1, 254, option, want);
		peer_text(fds[i], seen);
		after += !strcmp(seen, want);
		dead += !strchr(seen, ':');
		close(fds[i]);
	}
	close(listener);
	bad = status || dead || before != shown->before || after != shown->after;
	return report(name, bad ? "fail" : "pass", "%d held, %d showed the client before, %d after, command said %d", count, before, after,
		      status);
}
