// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "../include/toa_abi.h"
#include "../lib/json.h"
#include "../lib/kinds.h"
#include "../lib/sysbpf.h"
#include "run.h"
#include "settings.h"

void run_client(struct client *c, const struct run *run, int family, unsigned short port)
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

const char *run_judge(const struct client *c, const struct verdict *v, int has_port)
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

unsigned int run_option(const struct run *run, const struct test *t, unsigned char *option, struct verdict *v)
{
	const struct settings *s = run->settings;
	int six = t->len == 20;

	if (t->place == PLACE_NONE)
		return 0;
	endpoint_text(six ? s->client6 : s->client4, six ? s->port6 : s->port4, v->sent);
	return option_build(option, t->kind, t->len, six ? s->client6 : s->client4, six ? s->port6 : s->port4);
}

const char *run_silence(enum hands hands, long long drops)
{
	if (hands == HANDS_REFUSED)
		return "firewall";
	return rp_filter_drops() > drops ? "rp_filter" : "firewall";
}

int run_kind(const struct run *run, int len, enum place place)
{
	int kind, shift = place == PLACE_SYN ? TOA_SYN_SHIFT : 0;

	for (kind = 255; kind > 0; kind--)
		if (run->formats[kind] >> shift & toa_format(len))
			return kind;
	return 0;
}

/* What only a case against a service has. */
static void print_service(int *first, const struct verdict *v)
{
	if (v->process[0])
		json_field(first, "process", v->process);
	if (v->seen_by)
		json_field(first, "seen_by", v->seen_by);
	if (v->recorded >= 0)
		json_bool(first, "recorded", v->recorded);
	if (v->http_names) {
		json_number(first, "http_status", v->http_status);
		json_field(first, "http_names", v->http_names);
	}
	if (v->tls)
		json_field(first, "tls", v->tls);
	if (v->tls_alert)
		json_number(first, "tls_alert", v->tls_alert);
}

void run_print(struct run *run, const struct test *t, const struct verdict *v)
{
	int first = 1, ok = !strcmp(v->result, v->expected) || !strcmp(v->result, "unsupported");

	printf(run->count++ ? ",{" : "{");
	json_field(&first, "name", t->name);
	json_field(&first, "listener", t->listener);
	json_number(&first, "family", t->family);
	json_field(&first, "place", settings_place(t->place));
	json_number(&first, "kind", t->kind);
	json_number(&first, "len", t->len);
	json_field(&first, "sent", v->sent);
	json_field(&first, "accept", v->accepted);
	json_field(&first, "getpeername", v->peer);
	print_service(&first, v);
	json_field(&first, "result", v->result);
	json_field(&first, "expected", v->expected);
	json_bool(&first, "ok", ok);
	json_number(&first, "ms", v->ms);
	putchar('}');
	run->failed += !ok;
	run->expected += !strcmp(v->expected, "shown") && strcmp(v->result, "unsupported");
	run->shown += !strcmp(v->result, "shown");
}

/* What the kernel module is told to read, when it is there. */
static void module_formats(unsigned char *formats)
{
	unsigned char read[256];
	char line[4096];
	FILE *file = fopen("/proc/net/toa_kinds", "re");

	if (!file)
		return;
	if (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = 0;
		if (!kinds_parse(line, read))
			memcpy(formats, read, sizeof(read));
	}
	fclose(file);
}

int run_open(struct run *run, const struct settings *s)
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
	if (!s->kinds)
		module_formats(run->formats);
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

int run_close(struct run *run)
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
