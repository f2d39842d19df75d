// SPDX-License-Identifier: GPL-2.0
/* toa-probe self: handshakes, and what short-lived listeners of our own then say about their peer. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "run.h"
#include "settings.h"

#define SILENT_TIMEOUT	100	/* ms */

static void try_listener(struct run *run, const struct test *t, struct verdict *v)
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
	spec.option_len = run_option(run, t, option, v);
	run_client(&c, run, t->family, port);
	/* a TUN device loses nothing: who was silent once is not waited for at length again */
	if (run->silent & 1u << t->family && c.timeout > SILENT_TIMEOUT)
		c.timeout = SILENT_TIMEOUT;
	hands = client_handshake(&c, &spec);
	if (hands != HANDS_OK) {
		run->silent |= 1u << t->family;
		v->result = run_silence(hands, drops);
	} else {
		fd = listener_accept(listener, &accepted, c.timeout);
		if (fd < 0) {
			v->result = "not_accepted";
		} else {
			sockaddr_text(&accepted, v->accepted);
			peer_text(fd, v->peer);
			v->result = run_judge(&c, v, t->len != 7);
			close(fd);
		}
		client_reset(&c);
	}
	close(listener);
	v->ms = now_ms() - begin;
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

static void self_case(struct run *run, const struct test *kind_of, enum place place, int len)
{
	struct test t = *kind_of;
	struct verdict v;

	memset(&v, 0, sizeof(v));
	v.recorded = -1;
	t.place = place;
	t.len = place == PLACE_NONE ? 0 : len;
	t.kind = place == PLACE_NONE ? 0 : run_kind(run, len, place);
	v.expected = t.kind && (t.family == 4 || len == 20) ? "shown" : "balancer";
	if (place != PLACE_NONE && !t.kind)	/* a client's own: nobody vouches for it there */
		t.kind = run_kind(run, len, place == PLACE_SYN ? PLACE_ACK : PLACE_SYN);
	snprintf(t.name, sizeof(t.name), "%s-%s", t.listener, t.family == 6 && len == 8 ? "short" : settings_place(place));
	if (!is_wanted(run->settings->only, t.name) || (place != PLACE_NONE && !t.kind))
		return;
	if (t.family == 6 && !run->tun.has6)
		v.result = "unsupported";
	else
		try_listener(run, &t, &v);
	run_print(run, &t, &v);
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
		len = kinds_of[i].family == 6 ? 20 : run_kind(&run, 8, PLACE_ACK) || run_kind(&run, 8, PLACE_SYN) ? 8 : 7;
		for (place = PLACE_NONE; place <= PLACE_DATA; place++)
			if (!kinds_of[i].mptcp_client || place == PLACE_ACK || place == PLACE_NONE)
				self_case(&run, &kinds_of[i], place, len);
		if (kinds_of[i].family == 6)	/* IPv4 on IPv6: no balancer sends it */
			self_case(&run, &kinds_of[i], PLACE_ACK, 8);
	}
	return run_close(&run);
}
