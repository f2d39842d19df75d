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

/* Has the whole answer come? One without a length ends with its connection. RFC 9110: a text; bytes 0 of another become spaces. */
static int is_complete(char *answer, size_t used)
{
	const char *body, *length, *coding;
	char *zero;

	while ((zero = memchr(answer, 0, used)))
		*zero = ' ';
	body = strstr(answer, "\r\n\r\n");
	if (!body)
		return 0;
	length = header(answer, "Content-Length:");
	if (length)
		return strlen(body + 4) >= strtoul(length, NULL, 10);
	coding = header(answer, "Transfer-Encoding:");
	return coding && strstr(body + 2, "\r\n0\r\n");
}

void http_receive(struct client *c, char *answer)
{
	is_complete(answer, client_read(c, answer, HTTP_ANSWER, is_complete));
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
