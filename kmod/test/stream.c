// SPDX-License-Identifier: GPL-2.0
/* stream MILLISECONDS: one TCP connection over loopback, as fast as it goes. One line of JSON: bytes per second. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char buffer[256 * 1024];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	double length = argc > 1 ? atoi(argv[1]) / 1e3 : 1, begin;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(a);
	int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), server;
	unsigned long long bytes = 0;
	pid_t sender;
	ssize_t n;

	if (bind(listener, (void *)&a, sizeof(a)) || listen(listener, 1) || getsockname(listener, (void *)&a, &size) ||
	    connect(client, (void *)&a, sizeof(a)))
		return 1;
	server = accept(listener, (void *)&a, &size);
	sender = fork();
	if (!sender) {
		close(server);
		for (begin = now(); now() - begin < length;)
			if (write(client, buffer, sizeof(buffer)) < 0)
				_exit(1);
		_exit(0);
	}
	close(client);
	begin = now();
	while ((n = read(server, buffer, sizeof(buffer))) > 0)
		bytes += n;
	printf("{\"bytes_per_second\":%.0f}\n", bytes / (now() - begin));
	waitpid(sender, NULL, 0);
	return 0;
}
