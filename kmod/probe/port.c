// SPDX-License-Identifier: GPL-2.0
/* toa-probe port: a handshake with a service of this host, and which client its own socket, or its answer, then names. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "http.h"
#include "run.h"
#include "tls.h"

#define TRIES_HIDDEN	5	/* a socket is not in its process yet for a moment of accept() */

/* Waits for the service to accept, and asks its socket. */
static void ask_socket(struct client *c, struct verdict *v, int has_port)
{
	struct sockaddr_storage peer;
	long long end = now_ms() + c->timeout;
	int hidden = 0;
	enum seen seen;

	do {
		seen = inspect(c, &peer, v->process, sizeof(v->process));
		hidden += seen == SEEN_CANNOT;
	} while (seen != SEEN_OK && hidden < TRIES_HIDDEN && now_ms() < end && !usleep(20000));
	if (seen != SEEN_OK) {
		v->result = hidden ? "not_seen" : "not_accepted";
		return;
	}
	v->seen_by = "socket";
	sockaddr_text(&peer, v->peer);
	strcpy(v->accepted, v->peer);
	v->result = run_judge(c, v, has_port);
}

/* The address of "ADDRESS:PORT" or "[ADDRESS]:PORT". */
static void address_of(const char *endpoint, char *out)
{
	strcpy(out, endpoint + (*endpoint == '['));
	*strrchr(out, ':') = 0;
	out[strcspn(out, "]")] = 0;
}

/* Reads the answer and looks whom it names. Where the socket could not be asked, the answer decides. */
static void ask_http(struct client *c, struct verdict *v)
{
	static char answer[HTTP_ANSWER];
	char client[ENDPOINT_TEXT] = "", peer[ENDPOINT_TEXT], text[ENDPOINT_TEXT];

	http_receive(c, answer);
	v->http_status = http_status(answer);
	if (*v->sent)
		address_of(v->sent, client);
	endpoint_text(c->family == 4 ? c->tun->peer4 : c->tun->peer6, c->sport, text);
	address_of(text, peer);
	v->http_names = http_names(answer, client) ? "client" : http_names(answer, peer) ? "peer" : "nobody";
	if (v->seen_by || !v->http_status)
		return;
	v->result = *v->http_names == 'c' ? "shown" : *v->http_names == 'p' ? "balancer" : "not_seen";
	if (*v->http_names != 'n')
		v->seen_by = "answer";
}

static void ask_service(const struct settings *s, struct client *c, struct verdict *v, int has_port)
{
	/* who has sent a ServerHello has accepted, and keeps the connection */
	if (s->tls)
		v->tls = tls_answer(c, &v->tls_alert);
	ask_socket(c, v, has_port);
	if (s->http)
		ask_http(c, v);
	else if (!v->seen_by && s->tls && strcmp(v->tls, "none"))
		v->result = "not_seen";
}

/* What the first data segment says, by the settings. */
static void choose_payload(const struct settings *s, struct spec *spec, char *buffer, size_t size)
{
	if (s->http) {
		http_request(s->http, buffer, size);
		spec->payload_len = strlen(buffer);
	} else if (s->tls) {
		spec->payload_len = tls_hello(s->tls, (unsigned char *)buffer);
	}
	if (spec->payload_len)
		spec->payload = buffer;
}

static void choose_kind(const struct settings *s, const struct run *run, struct test *t)
{
	t->len = t->family == 6 ? 20 : 8;
	t->kind = s->kind ? s->kind : run_kind(run, t->len, t->place);
	if (t->kind || t->family == 6)
		return;
	t->len = 7;
	t->kind = run_kind(run, t->len, t->place);
}

int cases_port(const struct settings *s)
{
	struct test t = { .name = "port", .listener = "service", .family = s->family ? s->family : 4, .place = s->place };
	struct verdict v = { .expected = s->place == PLACE_NONE ? "balancer" : "shown", .recorded = -1 };
	long long begin = now_ms(), drops = rp_filter_drops(), counted;
	unsigned char option[20];
	struct spec spec = { .place = s->place, .option = option };
	char payload[1024];
	struct client c;
	enum hands hands;
	struct run run;

	if (run_open(&run, s))
		return -1;
	choose_kind(s, &run, &t);
	spec.option_len = run_option(&run, &t, option, &v);
	choose_payload(s, &spec, payload, sizeof(payload));
	run_client(&c, &run, t.family, s->port);
	if (s->address && inet_pton(AF_INET6, s->address, c.to) != 1)
		inet_pton(AF_INET, s->address, c.to + 12);
	counted = spec.option_len ? slot_recorded(s->pin) : -1;
	hands = client_handshake(&c, &spec);
	if (hands == HANDS_OK) {
		ask_service(s, &c, &v, t.len != 7);
		client_reset(&c);
		if (counted >= 0)
			v.recorded = slot_recorded(s->pin) > counted;
	} else {
		v.result = hands == HANDS_REFUSED ? "no_answer" : run_silence(hands, drops);
	}
	v.ms = now_ms() - begin;
	run_print(&run, &t, &v);
	return run_close(&run);
}
