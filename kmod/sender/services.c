// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../include/toa_text.h"
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "maps.h"
#include "services.h"

#define REMEDY "Write one service per line: 10.0.2.0/24, 10.0.2.8:80, 2001:db8::/64 or [2001:db8::8]:80"
#define PORT_BITS	16
#define MAX_SERVICES	4096
#define MAX_BYTES	(1 << 20)

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct sender_service));
}

static int add(struct services *s, const struct toa_prefix *prefix, unsigned int port)
{
	struct sender_service *more;

	if (s->count >= MAX_SERVICES)
		return -1;
	if (s->count % 64 == 0) {
		more = realloc(s->list, (s->count + 64) * sizeof(*more));
		if (!more)
			return -1;
		s->list = more;
	}
	more = &s->list[s->count++];
	memset(more, 0, sizeof(*more));
	more->prefixlen = PORT_BITS + prefix->prefixlen;
	more->port = htons(port);
	memcpy(more->addr, prefix->addr, sizeof(more->addr));
	return 0;
}

static void sort(struct services *s)
{
	int i, kept = 0;

	if (!s->count)
		return;
	qsort(s->list, s->count, sizeof(*s->list), compare);
	for (i = 0; i < s->count; i++)
		if (!kept || compare(&s->list[kept - 1], &s->list[i]))
			s->list[kept++] = s->list[i];
	s->count = kept;
}

/* The port after a colon; port 0 is none that a server can have. */
static int parse_port(struct toa_text t, unsigned int *port)
{
	return toa_text_number(t, 65535, port) || !*port ? -1 : 0;
}

/* PREFIX, V4:PORT or [V6]:PORT */
static int parse_service(struct toa_text t, struct toa_prefix *prefix, unsigned int *port)
{
	struct toa_text left = t, rest = t;

	*port = 0;
	if (t.at < t.end && *t.at == '[') {
		rest.at++;
		left = toa_text_cut(&rest, ']');
		if (rest.end - rest.at < 2 || rest.at[1] != ':')
			return -1;
		rest.at += 2;
		return parse_port(rest, port) || toa_text_prefix(left, prefix);
	}
	left = toa_text_cut(&rest, ':');
	if (rest.at == rest.end || memchr(rest.at + 1, ':', rest.end - rest.at - 1))
		return toa_text_prefix(t, prefix);
	rest.at++;
	return parse_port(rest, port) || toa_text_prefix(left, prefix);
}

static int parse(const char *bytes, size_t size, struct services *services)
{
	struct toa_text rest = { bytes, bytes + size }, line;
	struct toa_prefix prefix;
	unsigned int port;
	int number = 0, more;

	while ((more = toa_text_line(&rest, &line))) {
		int length = line.end - line.at > 200 ? 200 : line.end - line.at;

		number++;
		if (more < 0)
			return toa_fail("bad_services", REMEDY, "line %d has a control character (a carriage return, a NUL byte)", number);
		if (line.at == line.end)
			continue;
		if (parse_service(line, &prefix, &port))
			return toa_fail("bad_services", REMEDY, "line %d: '%.*s' is no service", number, length, line.at);
		if (add(services, &prefix, port))
			return toa_fail("bad_services", REMEDY, "line %d: more than %d services", number, MAX_SERVICES);
	}
	if (!services->count)
		return toa_fail("bad_services", REMEDY, "the list has no service: nothing would be sent");
	sort(services);
	return 0;
}

int services_read(const char *path, struct services *services)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *bytes = malloc(MAX_BYTES + 1);
	size_t size;
	int result;

	memset(services, 0, sizeof(*services));
	if (!file || !bytes) {
		result = toa_fail_errno("bad_services", "Give a file that can be read", "%s", path);
		goto out;
	}
	size = fread(bytes, 1, MAX_BYTES + 1, file);
	if (ferror(file))
		result = toa_fail_errno("bad_services", "Give a file that can be read", "%s", path);
	else if (size > MAX_BYTES)
		result = toa_fail("bad_services", REMEDY, "%s is larger than %d bytes", path, MAX_BYTES);
	else
		result = parse(bytes, size, services);
out:
	if (file && file != stdin)
		fclose(file);
	free(bytes);
	return result;
}

int services_any(struct services *services)
{
	struct toa_prefix all;

	memset(services, 0, sizeof(*services));
	memset(&all, 0, sizeof(all));
	return add(services, &all, 0);
}

/* Does a prefix of all ports hold this service's whole prefix? */
static int is_covered(const struct services *s, const struct sender_service *service)
{
	const struct sender_service *other;
	unsigned int bit;
	int i;

	for (i = 0; i < s->count; i++) {
		other = &s->list[i];
		if (other->port || other->prefixlen > service->prefixlen)
			continue;
		for (bit = 0; bit < other->prefixlen - PORT_BITS; bit++)
			if ((other->addr[bit / 8] ^ service->addr[bit / 8]) & 0x80 >> bit % 8)
				break;
		if (bit == other->prefixlen - PORT_BITS)
			return 1;
	}
	return 0;
}

int services_store(int map, const struct services *s)
{
	int list = sender_service_list(), i, result = 0;
	__u32 zero = 0, value;

	if (list < 0)
		return toa_fail_errno("attach_failed", "Free some memory", "cannot make a list of services");
	for (i = 0; i < s->count && !result; i++) {
		struct sender_service at_zero = s->list[i];

		/* at port 0 stands whether every port of the address is one, or some */
		at_zero.port = 0;
		value = is_covered(s, &at_zero) ? SENDER_ALL_PORTS : SENDER_SOME_PORTS;
		result = bpf_map_set(list, &at_zero, &value);
		value = SENDER_ALL_PORTS;
		if (s->list[i].port && !result)
			result = bpf_map_set(list, &s->list[i], &value);
	}
	if (!result)
		result = bpf_map_set(map, &zero, &list);
	if (result)
		toa_fail_errno("attach_failed", "Free some memory", "cannot store the services");
	close(list);
	return result;
}

int services_current(int map, struct services *services)
{
	struct sender_service key, next, *from = NULL;
	struct toa_prefix prefix;
	__u32 zero = 0, id, value;
	int list;

	memset(services, 0, sizeof(*services));
	if (bpf_map_get(map, &zero, &id))
		return 0;
	list = bpf_map_by_id(id);
	if (list < 0)
		return toa_fail_errno("attach_failed", "Run as root", "cannot read the services");
	while (!bpf_map_next(list, from, &next)) {
		key = next;
		from = &key;
		if (bpf_map_get(list, &key, &value) || (!key.port && value == SENDER_SOME_PORTS))
			continue;
		prefix.prefixlen = key.prefixlen - PORT_BITS;
		memcpy(prefix.addr, key.addr, sizeof(prefix.addr));
		add(services, &prefix, ntohs(key.port));
	}
	close(list);
	sort(services);
	return 0;
}

int services_equal(const struct services *a, const struct services *b)
{
	return a->count == b->count && (!a->count || !memcmp(a->list, b->list, a->count * sizeof(*a->list)));
}

void services_format(const struct sender_service *service, char *out)
{
	static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
	int len = service->prefixlen - PORT_BITS, four = len >= 96 && !memcmp(service->addr, mapped, 12);
	char text[INET6_ADDRSTRLEN];

	inet_ntop(four ? AF_INET : AF_INET6, service->addr + (four ? 12 : 0), text, sizeof(text));
	if (!service->port)
		sprintf(out, "%s/%d", text, four ? len - 96 : len);
	else if (four)
		sprintf(out, "%s/%d:%d", text, len - 96, ntohs(service->port));
	else
		sprintf(out, "[%s/%d]:%d", text, len, ntohs(service->port));
}

void services_free(struct services *services)
{
	free(services->list);
	memset(services, 0, sizeof(*services));
}
