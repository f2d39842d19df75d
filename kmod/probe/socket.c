// SPDX-License-Identifier: GPL-2.0
/* Our own listeners, addresses as text, and the receiver's probe slot. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "../include/toa_abi.h"
#include "../lib/sysbpf.h"
#include "probe.h"

#define PROTO_MPTCP 262

int listener_open(int family, int mptcp, unsigned short *port)
{
	struct sockaddr_in6 any6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in any4 = { .sin_family = AF_INET };
	struct sockaddr_storage bound;
	socklen_t size = sizeof(bound);
	int fd, off = 0;

	fd = socket(family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, mptcp ? PROTO_MPTCP : 0);
	if (fd < 0)
		return -1;
	if (family == 6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(fd, family == 4 ? (void *)&any4 : (void *)&any6, family == 4 ? sizeof(any4) : sizeof(any6)) ||
	    listen(fd, 4) || getsockname(fd, (void *)&bound, &size)) {
		close(fd);
		return -1;
	}
	*port = ntohs(family == 4 ? ((struct sockaddr_in *)&bound)->sin_port : ((struct sockaddr_in6 *)&bound)->sin6_port);
	return fd;
}

int listener_accept(int fd, struct sockaddr_storage *peer, int timeout)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	socklen_t size = sizeof(*peer);

	if (poll(&wait, 1, timeout) <= 0)
		return -1;
	return accept4(fd, (void *)peer, &size, SOCK_CLOEXEC);
}

void endpoint_text(const unsigned char *address, unsigned short port, char *out)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	char text[INET6_ADDRSTRLEN];

	if (!memcmp(address, mapped, 12)) {
		inet_ntop(AF_INET, address + 12, text, sizeof(text));
		snprintf(out, ENDPOINT_TEXT, "%s:%u", text, port);
	} else {
		inet_ntop(AF_INET6, address, text, sizeof(text));
		snprintf(out, ENDPOINT_TEXT, "[%s]:%u", text, port);
	}
}

void sockaddr_text(const struct sockaddr_storage *address, char *out)
{
	const struct sockaddr_in *in = (const void *)address;
	const struct sockaddr_in6 *in6 = (const void *)address;
	unsigned char mapped[16] = { [10] = 0xff, [11] = 0xff };

	if (address->ss_family == AF_INET6) {
		endpoint_text(in6->sin6_addr.s6_addr, ntohs(in6->sin6_port), out);
		return;
	}
	memcpy(mapped + 12, &in->sin_addr, 4);
	endpoint_text(mapped, ntohs(in->sin_port), out);
}

void peer_text(int fd, char *out)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);

	if (getpeername(fd, (void *)&peer, &size))
		strcpy(out, strerror(errno));
	else
		sockaddr_text(&peer, out);
}

static int slot_write(const char *pin, const struct toa_probe_slot *slot)
{
	char path[4096];
	__u32 zero = 0;
	int fd, result;

	snprintf(path, sizeof(path), "%s/probe", pin);
	fd = bpf_get_pinned(path);
	if (fd < 0)
		return -1;
	result = bpf_map_set(fd, &zero, slot);
	close(fd);
	return result;
}

/* The kernel module's slot: /proc/net/toa_probe takes "IPV4 IPV6 SECONDS", or "off". */
static int module_slot(const struct tun *tun, int seconds)
{
	char four[INET_ADDRSTRLEN], six[INET6_ADDRSTRLEN];
	FILE *file = fopen("/proc/net/toa_probe", "we");

	if (!file)
		return -1;
	inet_ntop(AF_INET, tun->peer4 + 12, four, sizeof(four));
	inet_ntop(AF_INET6, tun->peer6, six, sizeof(six));
	fprintf(file, "%s %s %d\n", four, six, seconds);
	return fclose(file);
}

static void module_slot_close(void)
{
	FILE *file = fopen("/proc/net/toa_probe", "we");

	if (!file)
		return;
	fputs("off\n", file);
	fclose(file);
}

int slot_open(const char *pin, const struct tun *tun, int seconds)
{
	struct toa_probe_slot slot;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	slot.until = (now.tv_sec + seconds) * 1000000000ULL;
	memcpy(slot.peer4, tun->peer4, 16);
	memcpy(slot.peer6, tun->peer6, 16);
	/* both receivers may be there while one takes over from the other */
	return module_slot(tun, seconds) & slot_write(pin, &slot);
}

void slot_close(const char *pin)
{
	struct toa_probe_slot slot;

	memset(&slot, 0, sizeof(slot));
	slot_write(pin, &slot);
	module_slot_close();
}

/* The module's counter, "probe_accepted N" in /proc/net/toa. */
static long long module_recorded(void)
{
	long long count = -1;
	char line[256];
	FILE *file = fopen("/proc/net/toa", "re");

	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file))
		sscanf(line, "probe_accepted %lld", &count);
	fclose(file);
	return count;
}

long long slot_recorded(const char *pin)
{
	long long ebpf = -1, module = module_recorded();
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/stats", pin);
	fd = bpf_get_pinned(path);
	if (fd >= 0) {
		ebpf = bpf_percpu_sum(fd, TOA_C_probe_accepted);
		close(fd);
	}
	if (ebpf < 0)
		return module;
	return module < 0 ? ebpf : ebpf + module;
}

/* /proc/net/netstat: a line of names, then a line of values. */
long long rp_filter_drops(void)
{
	char names[8192], values[8192], *name, *value, *n, *v;
	long long result = 0;
	FILE *file = fopen("/proc/net/netstat", "re");

	if (!file)
		return 0;
	while (fgets(names, sizeof(names), file) && fgets(values, sizeof(values), file)) {
		name = strtok_r(names, "\n ", &n);
		value = strtok_r(values, "\n ", &v);
		while (name && value) {
			if (!strcmp(name, "IPReversePathFilter"))
				sscanf(value, "%lld", &result);
			name = strtok_r(NULL, "\n ", &n);
			value = strtok_r(NULL, "\n ", &v);
		}
	}
	fclose(file);
	return result;
}
