// SPDX-License-Identifier: GPL-2.0
/*
 * The TUN interface. It is not persistent: interface, addresses and routes go
 * with the descriptor, also when the process is killed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include "../lib/json.h"
#include "probe.h"

#define TUN_REMEDY "Load the module (modprobe tun), or make the device: mknod /dev/net/tun c 10 200"

struct in6_ifreq_ {	/* struct in6_ifreq of linux/ipv6.h, which clashes with netinet/in.h */
	struct in6_addr address;
	unsigned int prefix;
	int index;
};

/* Does a route of the main table that is not a default route cover it? */
static int routed4(unsigned int address)
{
	char line[256];
	unsigned int to, mask;
	int covered = 0;
	FILE *file = fopen("/proc/net/route", "re");

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%*s %x %*s %*s %*s %*s %*s %x", &to, &mask) == 2 && mask && (htonl(address) & mask) == to)
			covered = 1;
	fclose(file);
	return covered;
}

/* An IPv6 prefix of our own (RFC 4193, random) that no route begins alike. */
static int routed6(const unsigned char *prefix)
{
	char line[512], want[17];
	int i, covered = 0;
	FILE *file = fopen("/proc/net/ipv6_route", "re");

	for (i = 0; i < 8; i++)
		sprintf(want + 2 * i, "%02x", prefix[i]);
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		covered |= !strncmp(line, want, 16);
	fclose(file);
	return covered;
}

/* A /30 of 198.18.0.0/15 (RFC 2544: never on the internet) that is free. */
static int choose4(struct tun *tun, unsigned int seed)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	unsigned int i, base, host, peer;

	for (i = 0; i < 4096; i++) {
		base = 0xc6120000 + ((seed + i * 7919) % 32768) * 4;
		if (routed4(base + 1) || routed4(base + 2))
			continue;
		host = htonl(base + 1);
		peer = htonl(base + 2);
		memcpy(tun->host4, mapped, 12);
		memcpy(tun->peer4, mapped, 12);
		memcpy(tun->host4 + 12, &host, 4);
		memcpy(tun->peer4 + 12, &peer, 4);
		return 0;
	}
	return toa_fail("no_address", "Free a part of 198.18.0.0/15, the network for tests", "every part of 198.18.0.0/15 is routed here");
}

static void choose6(struct tun *tun, unsigned int seed)
{
	static const unsigned char head[4] = { 0xfd, 0x74, 0x6f, 0x61 };

	do {
		seed = seed * 1103515245 + 12345;
		memset(tun->host6, 0, 16);
		memcpy(tun->host6, head, 4);
		memcpy(tun->host6 + 4, &seed, 4);
	} while (routed6(tun->host6));
	memcpy(tun->peer6, tun->host6, 16);
	tun->host6[15] = 1;
	tun->peer6[15] = 2;
}

static int set4(int s, struct ifreq *r, int request, unsigned int address)
{
	struct sockaddr_in *in = (void *)&r->ifr_addr;

	memset(in, 0, sizeof(*in));
	in->sin_family = AF_INET;
	in->sin_addr.s_addr = address;
	return ioctl(s, request, r);
}

static int add4(struct tun *tun, struct ifreq *r)
{
	unsigned int host;
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), result;

	memcpy(&host, tun->host4 + 12, 4);
	result = s < 0 || set4(s, r, SIOCSIFADDR, host) || set4(s, r, SIOCSIFNETMASK, htonl(0xfffffffc)) ||
		 ioctl(s, SIOCGIFFLAGS, r);
	r->ifr_flags |= IFF_UP | IFF_RUNNING;
	result = result || ioctl(s, SIOCSIFFLAGS, r);
	if (s >= 0)
		close(s);
	return result ? -1 : 0;
}

static int add6(struct tun *tun)
{
	struct in6_ifreq_ r6;
	int s = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0), result;

	if (s < 0)
		return -1;
	memset(&r6, 0, sizeof(r6));
	memcpy(&r6.address, tun->host6, 16);
	r6.prefix = 64;
	r6.index = if_nametoindex(tun->name);
	result = ioctl(s, SIOCSIFADDR, &r6);
	close(s);
	return result;
}

/* The kernel takes an address up in a work queue: until then it is tentative (flag 0x40) and drops what comes for it. */
static int tentative6(const struct tun *tun)
{
	char line[128], name[IFNAMSIZ];
	unsigned int flags;
	int tentative = 0;
	FILE *file = fopen("/proc/net/if_inet6", "re");

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%*s %*x %*x %*x %x %15s", &flags, name) == 2 && !strcmp(name, tun->name))
			tentative |= flags & 0x40;
	fclose(file);
	return tentative;
}

static void wait6(const struct tun *tun)
{
	struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };
	int i;

	for (i = 0; i < 1500 && tentative6(tun); i++)
		nanosleep(&pause, NULL);
}

int tun_open(struct tun *tun)
{
	unsigned int seed = getpid() * 2654435761u;
	struct ifreq r;

	memset(tun, 0, sizeof(*tun));
	memset(&r, 0, sizeof(r));
	tun->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (tun->fd < 0 && errno == EACCES)
		return toa_fail_errno("no_permission", "Run as root", "/dev/net/tun");
	if (tun->fd < 0)
		return toa_fail_errno("no_tun", TUN_REMEDY, "/dev/net/tun");
	if (choose4(tun, seed))
		return -1;
	choose6(tun, seed);
	strcpy(r.ifr_name, "toaprobe%d");
	r.ifr_flags = IFF_TUN | IFF_NO_PI;
	if (ioctl(tun->fd, TUNSETIFF, &r))
		return toa_fail_errno(errno == EPERM ? "no_permission" : "no_tun", errno == EPERM ? "Run as root (CAP_NET_ADMIN)" : TUN_REMEDY,
				"cannot make a TUN interface");
	strcpy(tun->name, r.ifr_name);
	if (add4(tun, &r))
		return toa_fail_errno("tun_failed", "Look at the message", "cannot set up %s", tun->name);
	tun->has6 = !add6(tun);
	if (tun->has6)
		wait6(tun);
	return 0;
}
