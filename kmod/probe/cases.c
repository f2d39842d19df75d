// SPDX-License-Identifier: GPL-2.0
/* The cases: handshakes, and what the listener then says about its peer. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "../include/toa_option.h"
#include "../lib/json.h"
#include "../lib/kinds.h"
#include "../lib/sysbpf.h"
#include "../include/toa_abi.h"
#include "cases.h"
#include "http.h"

struct test {
	char name[40];
	const char *listener;
	int listener_family, mptcp;	/* of the listener */
	int family, mptcp_client;	/* of the client */
	enum place place;
	int kind, len;
};

struct verdict {
	const char *result, *expected;
	char sent[ENDPOINT_TEXT], accepted[ENDPOINT_TEXT], peer[ENDPOINT_TEXT], process[32];
	int ms, http_status;
	const char *http_names;	/* client, peer, nobody; NULL: not asked */
};

struct run {
	const struct settings *settings;
	struct tun tun;
	unsigned char formats[256];
	int pinned, count, expected, shown, failed;
};

static const char *const places[] = { "none", "ack", "syn", "data" };

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void client_init(struct client *c, const struct run *run, int family, unsigned short port)
{
	static unsigned int serial;
	unsigned int random = (now_ms() * 2654435761u) ^ (getpid() * 40503u) ^ (++serial * 2246822519u);

	memset(c, 0, sizeof(*c));
	c->tun = &run->tun;
	c->family = family;
	c->sport = 20000 + random % 40000;
	c->dport = port;
	c->seq = c->start = random >> 1;
	c->timeout = run->settings->timeout;
	memcpy(c->to, family == 4 ? run->tun.host4 : run->tun.host6, 16);
}

/* Compares what accept and getpeername said with the client and the peer. */
static const char *judge(const struct client *c, const struct verdict *v, int has_port)
{
	char peer[ENDPOINT_TEXT], portless[ENDPOINT_TEXT];

	endpoint_text(c->family == 4 ? c->tun->peer4 : c->tun->peer6, c->sport, peer);
	if (strcmp(v->accepted, v->peer))
		return "disagree";
	if (!strcmp(v->accepted, peer))
		return "balancer";
	if (!strcmp(v->accepted, v->sent))
		return "shown";
	/* an option without port keeps the peer's */
	snprintf(portless, sizeof(portless), "%.*s:%u", (int)(strrchr(v->sent, ':') - v->sent), v->sent, c->sport);
	return !has_port && !strcmp(v->accepted, portless) ? "shown" : "wrong";
}

static unsigned int make_option(const struct run *run, const struct test *t, unsigned char *option, struct verdict *v)
{
	const struct settings *s = run->settings;
	int six = t->len == 20;

	if (t->place == PLACE_NONE)
		return 0;
	endpoint_text(six ? s->client6 : s->client4, six ? s->port6 : s->port4, v->sent);
	return option_build(option, t->kind, t->len, six ? s->client6 : s->client4, six ? s->port6 : s->port4);
}

static const char *why_silent(enum hands hands, long long drops)
{
	if (hands == HANDS_REFUSED)
		return "firewall";
	return rp_filter_drops() > drops ? "rp_filter" : "firewall";
}

static void ask_socket(int fd, const struct sockaddr_storage *accepted, struct verdict *v)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);

	sockaddr_text(accepted, v->accepted);
	if (getpeername(fd, (void *)&peer, &size))
		strcpy(v->peer, strerror(errno));
	else
		sockaddr_text(&peer, v->peer);
}

static void run_test(struct run *run, const struct test *t, struct verdict *v)
{
	unsigned char option[20];
	struct spec spec = { .place = t->place, .option = option, .mptcp = t->mptcp_client };
	struct sockaddr_storage accepted;
	long long begin = now_ms(), drops = rp_filter_drops();
	unsigned short port;
	struct client c;
	enum hands hands;
	int fd, listener = listener_open(t->listener_family, t->mptcp, &port);

	if (listener < 0) {
		v->result = "unsupported";
		return;
	}
	spec.option_len = make_option(run, t, option, v);
	client_init(&c, run, t->family, port);
	hands = client_handshake(&c, &spec);
	if (hands != HANDS_OK) {
		v->result = why_silent(hands, drops);
	} else if ((fd = listener_accept(listener, &accepted, c.timeout)) < 0) {
		v->result = "not_accepted";
	} else {
		ask_socket(fd, &accepted, v);
		v->result = judge(&c, v, t->len != 7);
		close(fd);
	}
	if (hands == HANDS_OK)
		client_reset(&c);
	close(listener);
	v->ms = now_ms() - begin;
}

static void print_case(struct run *run, const struct test *t, const struct verdict *v)
{
	int first = 1, ok = !strcmp(v->result, v->expected) || !strcmp(v->result, "unsupported");

	printf(run->count++ ? ",{" : "{");
	json_field(&first, "name", t->name);
	json_field(&first, "listener", t->listener);
	json_number(&first, "family", t->family);
	json_field(&first, "place", places[t->place]);
	json_number(&first, "kind", t->kind);
	json_number(&first, "len", t->len);
	json_field(&first, "sent", v->sent);
	json_field(&first, "accept", v->accepted);
	json_field(&first, "getpeername", v->peer);
	if (v->process[0])
		json_field(&first, "process", v->process);
	if (v->http_names) {
		json_number(&first, "http_status", v->http_status);
		json_field(&first, "http_names", v->http_names);
	}
	json_field(&first, "result", v->result);
	json_field(&first, "expected", v->expected);
	json_bool(&first, "ok", ok);
	json_number(&first, "ms", v->ms);
	putchar('}');
	run->failed += !ok;
	run->expected += !strcmp(v->expected, "shown") && strcmp(v->result, "unsupported");
	run->shown += !strcmp(v->result, "shown");
}

static int run_open(struct run *run, const struct settings *s)
{
	struct toa_config config;
	char path[4096];
	__u32 zero = 0;
	int fd;

	memset(run, 0, sizeof(*run));
	run->settings = s;
	if (tun_open(&run->tun))
		return -1;
	run->pinned = !slot_open(s->pin, &run->tun, 60);
	if (kinds_parse(s->kinds ? s->kinds : "default", run->formats))
		return -1;
	snprintf(path, sizeof(path), "%s/config", s->pin);
	fd = s->kinds ? -1 : bpf_get_pinned(path);
	if (fd >= 0) {	/* without a wish: what the receiver is told to read */
		if (!bpf_map_get(fd, &zero, &config))
			memcpy(run->formats, config.formats, sizeof(run->formats));
		close(fd);
	}
	printf("{\"cases\":[");
	return 0;
}

static int run_close(struct run *run)
{
	int first = 0;

	if (run->pinned)
		slot_close(run->settings->pin);
	putchar(']');
	json_bool(&first, "ok", !run->failed && run->count);
	json_number(&first, "shown", run->shown);
	json_number(&first, "expected", run->expected);
	json_bool(&first, "receiver_pin", run->pinned);
	json_field(&first, "interface", run->tun.name);
	printf("}\n");
	close(run->tun.fd);
	return run->failed || !run->count;
}

static int is_wanted(const char *only, const char *name)
{
	const char *at = only;
	size_t length = strlen(name);

	while (at && (at = strstr(at, name))) {
		if ((at == only || at[-1] == ',') && (at[length] == ',' || !at[length]))
			return 1;
		at++;
	}
	return !only;
}

/* The kind to use for a layout: the highest that is configured; 0 none. */
static int kind_for(const struct run *run, int len)
{
	int kind;

	for (kind = 255; kind > 0; kind--)
		if (run->formats[kind] & toa_format(len))
			return kind;
	return 0;
}

static void self_case(struct run *run, const struct test *kind_of, enum place place, int len)
{
	struct test t = *kind_of;
	struct verdict v;

	memset(&v, 0, sizeof(v));
	t.place = place;
	t.len = place == PLACE_NONE ? 0 : len;
	t.kind = place == PLACE_NONE ? 0 : kind_for(run, len);
	snprintf(t.name, sizeof(t.name), "%s-%s", t.listener, places[place]);
	if (!is_wanted(run->settings->only, t.name) || (place != PLACE_NONE && !t.kind))
		return;
	v.expected = place == PLACE_NONE ? "balancer" : "shown";
	if (t.family == 6 && !run->tun.has6)
		v.result = "unsupported";
	else
		run_test(run, &t, &v);
	print_case(run, &t, &v);
}

int cases_self(const struct settings *s)
{
	static const struct test kinds_of[] = {
		{ .listener = "v4", .listener_family = 4, .family = 4 },
		{ .listener = "dual4", .listener_family = 6, .family = 4 },
		{ .listener = "v6", .listener_family = 6, .family = 6 },
		{ .listener = "mptcp4", .listener_family = 4, .mptcp = 1, .family = 4 },
		{ .listener = "mptcpdual4", .listener_family = 6, .mptcp = 1, .family = 4 },
		{ .listener = "mptcp6", .listener_family = 6, .mptcp = 1, .family = 6 },
		{ .listener = "mptcpclient4", .listener_family = 4, .mptcp = 1, .family = 4, .mptcp_client = 1 },
	};
	struct run run;
	unsigned int i;
	int len, place;

	if (run_open(&run, s))
		return -1;
	for (i = 0; i < sizeof(kinds_of) / sizeof(kinds_of[0]); i++) {
		len = kinds_of[i].family == 6 ? 20 : kind_for(&run, 8) ? 8 : 7;
		for (place = PLACE_NONE; place <= PLACE_DATA; place++)
			if (!kinds_of[i].mptcp_client || place == PLACE_ACK || place == PLACE_NONE)
				self_case(&run, &kinds_of[i], place, len);
	}
	return run_close(&run);
}

/* Waits for the service to accept, and asks its socket. */
static void ask_service(struct client *c, struct verdict *v, int has_port)
{
	struct sockaddr_storage peer;
	long long end = now_ms() + c->timeout;
	enum seen seen;

	while ((seen = inspect(c, &peer, v->process, sizeof(v->process))) == SEEN_NOT_YET && now_ms() < end)
		usleep(20000);
	if (seen != SEEN_OK) {
		v->result = seen == SEEN_NOT_YET ? "not_accepted" : "not_seen";
		return;
	}
	sockaddr_text(&peer, v->peer);
	strcpy(v->accepted, v->peer);
	v->result = judge(c, v, has_port);
}

/* The address of "ADDRESS:PORT" or "[ADDRESS]:PORT". */
static void address_of(const char *endpoint, char *out)
{
	strcpy(out, endpoint + (*endpoint == '['));
	*strrchr(out, ':') = 0;
	out[strcspn(out, "]")] = 0;
}

/*
 * Reads the answer and looks whom it names. Where the socket could not be
 * asked, the answer decides.
 */
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
	if (!strcmp(v->result, "not_accepted") || !strcmp(v->result, "not_seen")) {
		if (!v->http_status)
			return;
		v->result = *v->http_names == 'c' ? "shown" : *v->http_names == 'p' ? "balancer" : "not_seen";
	}
}

int cases_port(const struct settings *s)
{
	struct test t = { .name = "port", .listener = "service", .family = s->family ? s->family : 4, .place = s->place };
	struct spec spec = { .place = s->place };
	struct verdict v = { .expected = s->place == PLACE_NONE ? "balancer" : "shown" };
	long long begin = now_ms(), drops = rp_filter_drops();
	unsigned char option[20];
	char request[1024];
	struct client c;
	enum hands hands;
	struct run run;

	if (run_open(&run, s))
		return -1;
	t.len = t.family == 6 ? 20 : 8;
	t.kind = s->kind ? s->kind : kind_for(&run, t.len);
	if (!t.kind && t.family == 4)
		t.kind = kind_for(&run, t.len = 7);
	spec.option = option;
	spec.option_len = make_option(&run, &t, option, &v);
	client_init(&c, &run, t.family, s->port);
	if (s->address && inet_pton(AF_INET6, s->address, c.to) != 1)
		inet_pton(AF_INET, s->address, c.to + 12);
	if (s->http) {
		http_request(s->http, request, sizeof(request));
		spec.payload = request;
	}
	hands = client_handshake(&c, &spec);
	if (hands == HANDS_OK) {
		ask_service(&c, &v, t.len != 7);
		if (s->http)
			ask_http(&c, &v);
		client_reset(&c);
	} else {
		v.result = hands == HANDS_REFUSED ? "no_answer" : why_silent(hands, drops);
	}
	v.ms = now_ms() - begin;
	print_case(&run, &t, &v);
	return run_close(&run);
}
