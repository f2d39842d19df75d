// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include "../lib/json.h"
#include "watch.h"

/* One line of a peer: its options by kind, length and place, with how many connections had them. */
static void print_options(const struct brought *all, int used, const struct brought *of)
{
	unsigned char done[256] = { 0 };
	char places[16];
	int i, j, k, l, count, first, comma = 0, where;

	for (i = of - all; i < used; i++)
		for (k = 0; k < KINDS && all[i].kinds[k]; k++) {
			if (memcmp(all[i].peer, of->peer, 16) || done[all[i].kinds[k]]++)
				continue;
			for (j = i, count = where = 0; j < used; j++)
				for (l = 0; l < KINDS && all[j].kinds[l]; l++)
					if (all[j].kinds[l] == all[i].kinds[k] && !memcmp(all[j].peer, of->peer, 16)) {
						count++;
						where |= all[j].places[l];
					}
			first = 1;
			printf(comma++ ? ",{" : "{");
			json_number(&first, "kind", all[i].kinds[k]);
			json_number(&first, "len", all[i].lens[k]);
			snprintf(places, sizeof(places), "%s%s%s", where & 1 << PLACE_SYN ? " syn" : "",
				 where & 1 << PLACE_ACK ? " ack" : "", where & 1 << PLACE_DATA ? " data" : "");
			json_field(&first, "places", places + 1);
			json_number(&first, "connections", count);
			putchar('}');
		}
}

static void print_peer(const struct brought *all, int used, int at)
{
	int i, count = 0, bare = 0, first = 1;
	char text[ENDPOINT_TEXT];

	for (i = at; i < used; i++)
		if (!memcmp(all[i].peer, all[at].peer, 16)) {
			count++;
			bare += !all[i].kinds[0];
		}
	endpoint_text(all[at].peer, 0, text);
	*strrchr(text, ':') = 0;
	json_field(&first, "address", text);
	json_number(&first, "connections", count);
	json_number(&first, "without", bare);
	json_key(&first, "options");
	putchar('[');
	print_options(all, used, &all[at]);
	putchar(']');
}

static int is_first(const struct brought *all, int at)
{
	int i;

	for (i = 0; i < at; i++)
		if (!memcmp(all[i].peer, all[at].peer, 16))
			return 0;
	return 1;
}

void watch_print(const struct brought *all, int used, long long udp, long long ms)
{
	int i, first = 0, mptcp = 0, peers = 0;

	printf("{\"peers\":[");
	for (i = 0; i < used; i++) {
		mptcp += all[i].mptcp;
		if (!is_first(all, i))
			continue;
		printf(peers++ ? ",{" : "{");
		print_peer(all, used, i);
		putchar('}');
	}
	putchar(']');
	json_bool(&first, "ok", 1);
	json_number(&first, "connections", used);
	json_number(&first, "mptcp", mptcp);
	json_number(&first, "udp", udp);
	json_number(&first, "ms", ms);
	printf("}\n");
}
