// SPDX-License-Identifier: GPL-2.0
/* The three-way handshake, with the option in the SYN, the ACK or the data. */
#include <string.h>
#include "probe.h"

/* RFC 8684, 3.1: MP_CAPABLE, version 1; 4 bytes in the SYN, 20 in the ACK. */
#define MPTCP_KIND	30
#define MPTCP_KEY_AT	4
static const unsigned char mptcp_syn[4] = { MPTCP_KIND, 4, 0x01, 0x01 };
static const unsigned char mptcp_key[8] = { 't', 'o', 'a', 'p', 'r', 'o', 'b', 'e' };
static const unsigned char mss[4] = { 2, 4, 0x05, 0x78 };

/* MP_CAPABLE of the SYN-ACK, which holds the server's key; NULL: not MPTCP. */
static const unsigned char *server_capable(const struct segment *s)
{
	unsigned int i = 0;

	while (i + 1 < s->options_len && s->options[i]) {
		if (s->options[i] == 1) {
			i++;
			continue;
		}
		if (s->options[i + 1] < 2 || i + s->options[i + 1] > s->options_len)
			return NULL;
		if (s->options[i] == MPTCP_KIND && s->options[i + 1] >= 12)
			return s->options + i;
		i += s->options[i + 1];
	}
	return NULL;
}

static unsigned int ack_options(const struct spec *spec, const struct segment *answer, unsigned char *out)
{
	const unsigned char *capable = spec->mptcp ? server_capable(answer) : NULL;
	unsigned int n = 0;

	if (spec->place == PLACE_ACK || spec->place == PLACE_DATA) {
		memcpy(out, spec->option, spec->option_len);
		n = spec->option_len;
	}
	if (capable) {
		out[n++] = MPTCP_KIND;
		out[n++] = 20;
		out[n++] = 0x01;
		out[n++] = 0x01;
		memcpy(out + n, mptcp_key, 8);
		memcpy(out + n + 8, capable + MPTCP_KEY_AT, 8);
		n += 16;
	}
	return n;
}

static unsigned int syn_options(const struct spec *spec, unsigned char *out)
{
	unsigned int n = 0;

	if (spec->place == PLACE_SYN) {
		memcpy(out, spec->option, spec->option_len);
		n = spec->option_len;
	}
	memcpy(out + n, mss, sizeof(mss));
	n += sizeof(mss);
	if (spec->mptcp) {
		memcpy(out + n, mptcp_syn, sizeof(mptcp_syn));
		n += sizeof(mptcp_syn);
	}
	return n;
}

enum hands client_handshake(struct client *c, const struct spec *spec)
{
	unsigned char options[40];
	struct segment answer;
	const void *payload = spec->payload;
	unsigned int length = spec->payload_len;
	int got;

	if (client_send(c, TCP_SYN_, options, syn_options(spec, options), NULL, 0))
		return HANDS_SILENT;
	do {
		got = client_receive(c, &answer);
	} while (got > 0 && !(answer.flags & (TCP_SYN_ | TCP_RST)));
	if (!got)
		return HANDS_SILENT;
	if (got < 0 || answer.flags & TCP_RST)
		return HANDS_REFUSED;
	c->seq++;
	c->ack = answer.seq + 1;
	if (spec->place == PLACE_DATA && !payload) {
		payload = "x";
		length = 1;
	}
	/* a lost ACK: the first data completes the handshake */
	if (spec->place != PLACE_DATA && client_send(c, TCP_ACK_, options, ack_options(spec, &answer, options), NULL, 0))
		return HANDS_SILENT;
	if (payload) {
		unsigned int n = spec->place == PLACE_SYN || spec->mptcp ? 0 : ack_options(spec, &answer, options);

		if (client_send(c, TCP_ACK_ | TCP_PSH, options, n, payload, length))
			return HANDS_SILENT;
		c->seq += length;
	}
	return HANDS_OK;
}

void client_reset(const struct client *c)
{
	client_send(c, TCP_RST | TCP_ACK_, NULL, 0, NULL, 0);
}

size_t client_read(struct client *c, char *out, size_t size, int (*enough)(char *data, size_t used))
{
	struct segment s;
	size_t used = 0, n;

	out[0] = 0;
	while (used < size - 1 && !enough(out, used) && client_receive(c, &s) > 0) {
		if (s.flags & TCP_RST)
			break;
		if (s.seq == c->ack) {
			n = s.data_len < size - 1 - used ? s.data_len : size - 1 - used;
			memcpy(out + used, s.data, n);
			out[used += n] = 0;
			c->ack += s.data_len + !!(s.flags & TCP_FIN);
		}
		if (s.data_len || s.flags & TCP_FIN)
			client_send(c, TCP_ACK_, NULL, 0, NULL, 0);
		if (s.flags & TCP_FIN)
			break;
	}
	return used;
}

unsigned int option_build(unsigned char *out, int kind, int len, const unsigned char *address, unsigned short port)
{
	out[0] = kind;
	out[1] = len;
	if (len == 7) {
		out[2] = 1;
		memcpy(out + 3, address + 12, 4);
		return 7;
	}
	out[2] = port >> 8;
	out[3] = port;
	if (len == 8)
		memcpy(out + 4, address + 12, 4);
	else
		memcpy(out + 4, address, 16);
	return len;
}
