// SPDX-License-Identifier: GPL-2.0
/* peer PORT: a web server that answers each request with the address that accept() gave, one connection after the other. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void answer(int connection, const struct sockaddr_in6 *peer)
{
	char request[2048], name[INET6_ADDRSTRLEN], text[128];
	const char *shown = name;
	int length;

	inet_ntop(AF_INET6, &peer->sin6_addr, name, sizeof(name));
	if (!strncmp(name, "::ffff:", 7))
		shown += 7;
	if (read(connection, request, sizeof(request)) <= 0)
		return;
	length = snprintf(text, sizeof(text), "HTTP/1.0 200 OK\r\n\r\n%s\n", shown);
	if (write(connection, text, length) != length)
		perror("write");
}

int main(int argc, char **argv)
{
	struct sockaddr_in6 own = { .sin6_family = AF_INET6 }, peer;
	int listener = socket(AF_INET6, SOCK_STREAM, 0), connection;
	socklen_t size;

	own.sin6_port = htons(argc > 1 ? atoi(argv[1]) : 80);
	if (bind(listener, (void *)&own, sizeof(own)) || listen(listener, 64)) {
		perror("listen");
		return 1;
	}
	for (;;) {
		size = sizeof(peer);
		connection = accept(listener, (void *)&peer, &size);
		if (connection < 0)
			continue;
		answer(connection, &peer);
		close(connection);
	}
}
