// SPDX-License-Identifier: GPL-2.0
/* The first flight of TLS, by which a service shows that it has taken the connection. */
#include <string.h>
#include "tls.h"

#define RECORD_ALERT		21
#define RECORD_HANDSHAKE	22
#define SERVER_HELLO		2
#define NAME_MAX_		200

/* What every server of the last fifteen years finds something in: AES-GCM, ChaCha20, AES-CBC; 0x00ff: no renegotiation. */
static const unsigned char suites[] = { 0x13, 0x01, 0x13, 0x02, 0x13, 0x03, 0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x2c, 0xc0, 0x30, 0xcc, 0xa8,
					0xcc, 0xa9, 0xc0, 0x13, 0xc0, 0x14, 0x00, 0x9c, 0x00, 0x9d, 0x00, 0x2f, 0x00, 0x35, 0x00, 0xff };

/* Extensions: type, length, content. */
static const unsigned char extensions[] = {
	0x00, 0x0a, 0, 8, 0, 6, 0x00, 0x1d, 0x00, 0x17, 0x00, 0x18,	/* supported_groups: x25519, secp256r1, secp384r1 */
	0x00, 0x0b, 0, 2, 1, 0,						/* ec_point_formats: uncompressed */
	0x00, 0x0d, 0, 18, 0, 16, 0x04, 0x03, 0x05, 0x03, 0x08, 0x04, 0x08, 0x05, 0x08, 0x06, 0x08, 0x07, 0x04, 0x01, 0x05, 0x01,
	0x00, 0x2b, 0, 5, 4, 0x03, 0x04, 0x03, 0x03,			/* supported_versions: 1.3, 1.2 */
	0x00, 0x2d, 0, 2, 1, 1,						/* psk_key_exchange_modes: with (EC)DHE */
	0x00, 0x33, 0, 38, 0, 36, 0x00, 0x1d, 0, 32,			/* key_share: x25519, the key follows */
};

static unsigned int put16(unsigned char *out, unsigned int value)
{
	out[0] = value >> 8;
	out[1] = value;
	return 2;
}

/* Bytes that look random, and are the same in each probe: nothing is kept secret by them. */
static unsigned int put_noise(unsigned char *out, unsigned int length)
{
	unsigned int i, state = 0x746f61;

	for (i = 0; i < length; i++) {
		state = state * 1103515245 + 12345;
		out[i] = state >> 16;
	}
	return length;
}

/* server_name, RFC 6066. */
static unsigned int put_name(unsigned char *out, const char *name)
{
	unsigned int length = strlen(name), n = put16(out, 0);

	n += put16(out + n, length + 5);
	n += put16(out + n, length + 3);
	out[n++] = 0;
	n += put16(out + n, length);
	memcpy(out + n, name, length);
	return n + length;
}

unsigned int tls_hello(const char *name, unsigned char *out)
{
	unsigned int n = 9, at;

	if (strlen(name) > NAME_MAX_)
		return 0;
	n += put16(out + n, 0x0303);
	n += put_noise(out + n, 32);
	out[n++] = 0;	/* no session */
	n += put16(out + n, sizeof(suites));
	memcpy(out + n, suites, sizeof(suites));
	n += sizeof(suites);
	out[n++] = 1;	/* compression: none */
	out[n++] = 0;
	at = n;
	n += 2;
	if (strcmp(name, "-"))
		n += put_name(out + n, name);
	memcpy(out + n, extensions, sizeof(extensions));
	n += sizeof(extensions);
	n += put_noise(out + n, 32);
	put16(out + at, n - at - 2);
	out[0] = RECORD_HANDSHAKE;
	put16(out + 1, 0x0301);
	put16(out + 3, n - 5);
	out[5] = 1;	/* ClientHello */
	out[6] = 0;
	put16(out + 7, n - 9);
	return n;
}

/* A record's header and the first bytes of what it holds. */
static int has_record(char *data, size_t used)
{
	(void)data;
	return used >= 7;
}

const char *tls_answer(struct client *c, int *alert)
{
	unsigned char answer[4096];
	size_t used = client_read(c, (char *)answer, sizeof(answer), has_record);

	if (used >= 7 && answer[0] == RECORD_HANDSHAKE && answer[1] == 3 && answer[5] == SERVER_HELLO)
		return "server_hello";
	if (used < 7 || answer[0] != RECORD_ALERT || answer[1] != 3)
		return "none";
	*alert = answer[6];
	return "alert";
}
