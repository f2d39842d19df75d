// SPDX-License-Identifier: GPL-2.0
/* A request to a real service, and whom its answer names. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "http.h"

void http_request(const char *path, char *out, size_t size)
{
	snprintf(out, size, "GET %s HTTP/1.1\r\nHost: toa-probe\r\nUser-Agent: toa-probe\r\nAccept: */*\r\n\r\n", path);
}

/* Value of a header, NULL when there is none before the body. */
static const char *header(const char *answer, const char *name)
{
	const char *end = strstr(answer, "\r\n\r\n"), *at;

	for (at = strstr(answer, "\r\n"); at && end && at < end; at = strstr(at + 2, "\r\n"))
		if (!strncasecmp(at + 2, name, strlen(name)))
			return at + 2 + strlen(name);
	return NULL;
}

/* Has the whole answer come? One without a length ends with its connection. */
static int is_complete(const char *answer)
{
	const char *body = strstr(answer, "\r\n\r\n"), *length, *coding;

	if (!body)
		return 0;
	length = header(answer, "Content-Length:");
	if (length)
		return strlen(body + 4) >= strtoul(length, NULL, 10);
	coding = header(answer, "Transfer-Encoding:");
	return coding && strstr(body + 2, "\r\n0\r\n");
}

/* RFC 9110: a text answer; bytes 0 of another become spaces. */
static size_t append(char *answer, size_t used, const struct segment *s)
{
	size_t room = HTTP_ANSWER - 1 - used, n = s->data_len < room ? s->data_len : room, i;

	for (i = 0; i < n; i++)
		answer[used + i] = s->data[i] ? s->data[i] : ' ';
	answer[used + n] = 0;
	return used + n;
}

void http_receive(struct client *c, char *answer)
{
	struct segment s;
	size_t used = 0;

	answer[0] = 0;
	while (!is_complete(answer) && used < HTTP_ANSWER - 1 && client_receive(c, &s) > 0) {
		if (s.flags & TCP_RST)
			return;
		if (s.seq == c->ack) {
			used = append(answer, used, &s);
			c->ack += s.data_len + !!(s.flags & TCP_FIN);
		}
		if (s.data_len || s.flags & TCP_FIN)
			client_send(c, TCP_ACK_, NULL, 0, NULL, 0);
		if (s.flags & TCP_FIN)
			return;
	}
}

int http_status(const char *answer)
{
	int status = 0;

	return sscanf(answer, "HTTP/1.%*d %d", &status) == 1 ? status : 0;
}

int http_names(const char *answer, const char *address)
{
	size_t length = strlen(address);
	const char *at = answer;

	while (length && (at = strstr(at, address))) {
		/* not the middle of a longer address or number */
		if ((at == answer || !isxdigit((unsigned char)at[-1])) && !isxdigit((unsigned char)at[length]))
			return 1;
		at++;
	}
	return 0;
}
