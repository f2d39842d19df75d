/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOA_HTTP_H
#define TOA_HTTP_H

#include "probe.h"

#define HTTP_ANSWER 65536	/* bytes of an answer that are looked at, with the final 0 */

/* Writes a GET request for path. */
void http_request(const char *path, char *out, size_t size);

/* Reads an answer (HTTP_ANSWER bytes) to its end, or until nothing comes for the client's timeout. */
void http_receive(struct client *c, char *answer);

/* Status of an answer; 0 when it is none. */
int http_status(const char *answer);

/* Does the answer name this address, as a word of its own? */
int http_names(const char *answer, const char *address);

#endif
