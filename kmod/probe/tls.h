/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOA_TLS_H
#define TOA_TLS_H

#include "probe.h"

#define TLS_HELLO_MAX	512	/* bytes of a ClientHello */

/*
 * Writes a ClientHello for TLS 1.2 and 1.3 (RFC 5246, RFC 8446) that names a
 * server ("-": none). Nobody can finish this handshake: the key is no key of
 * ours. Returns its length; 0: the name is too long.
 */
unsigned int tls_hello(const char *name, unsigned char *out);

/*
 * What the service answered: "server_hello", "alert" (its description, RFC 8446 section 6, in *alert), or "none".
 * A service that has sent its ServerHello waits for us with the connection open.
 */
const char *tls_answer(struct client *c, int *alert);

#endif
