// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "device.h"
#include "tc.h"

/* linux/bpf.h since 6.6 */
#define TCX_INGRESS	46
#define TCX_EGRESS	47
#define ETH_HEADER	14

static const char *const ways[] = { "tcx", "clsact" };
static const __u32 tcx_types[SENDER_PROGS] = { TCX_EGRESS, TCX_INGRESS };

static void pin_path(char *path, const char *pin, int way, int direction, unsigned int ifindex)
{
	snprintf(path, 4096, "%s/%s_%s_%u", pin, ways[way], sender_directions[direction], ifindex);
}

/* Bytes of the frame's own header: Ethernet, or none (tunnels, PPP, WireGuard). */
static unsigned int frame_header(const char *name)
{
	struct ifreq request;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), failed;

	memset(&request, 0, sizeof(request));
	strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	failed = fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request);
	if (fd >= 0)
		close(fd);
	if (failed || request.ifr_hwaddr.sa_family == ARPHRD_ETHER || request.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK)
		return ETH_HEADER;
	return 0;
}

int devices_named(const char *names, struct devices *devices)
{
	char copy[SENDER_MAX_DEVICES * IF_NAMESIZE], *rest = copy, *name;
	struct device *d;

	memset(devices, 0, sizeof(*devices));
	if (strlen(names) >= sizeof(copy))
		return toa_fail("bad_device", "Name fewer devices", "more than %d devices", SENDER_MAX_DEVICES);
	strcpy(copy, names);
	while ((name = strsep(&rest, ","))) {
		d = &devices->list[devices->count];
		if (devices->count == SENDER_MAX_DEVICES || !*name || strlen(name) >= IF_NAMESIZE || !(d->ifindex = if_nametoindex(name)))
			return toa_fail("bad_device", "Name the interfaces towards the servers, as `ip link` shows them, with commas between",
					"there is no network device '%.40s'", name);
		strcpy(d->name, name);
		d->before = frame_header(name);
		devices->count++;
	}
	return 0;
}

static struct device *device_of(struct devices *devices, unsigned int ifindex)
{
	int i;

	for (i = 0; i < devices->count; i++)
		if (devices->list[i].ifindex == ifindex)
			return &devices->list[i];
	if (devices->count == SENDER_MAX_DEVICES)
		return NULL;
	devices->list[devices->count].ifindex = ifindex;
	if (!if_indextoname(ifindex, devices->list[devices->count].name))
		devices->list[devices->count].name[0] = 0;
	return &devices->list[devices->count++];
}

void devices_pinned(const char *pin, struct devices *devices)
{
	DIR *folder = opendir(pin);
	struct dirent *entry;
	unsigned int ifindex;
	int way, direction;
	struct device *d;
	char form[32];

	memset(devices, 0, sizeof(*devices));
	while (folder && (entry = readdir(folder)))
		for (way = 0; way < 2; way++)
			for (direction = 0; direction < SENDER_PROGS; direction++) {
				snprintf(form, sizeof(form), "%s_%s_%%u", ways[way], sender_directions[direction]);
				if (sscanf(entry->d_name, form, &ifindex) == 1 && (d = device_of(devices, ifindex)))
					d->via[direction] = ways[way];
			}
	if (folder)
		closedir(folder);
}

/* A pinned TCX link takes the program in place of its own. 0; -1: there is none, or its device is gone. */
static int swap(const char *path, int prog)
{
	int link = bpf_get_pinned(path), result;

	if (link < 0)
		return -1;
	result = bpf_link_swap(link, prog);
	close(link);
	if (result)
		unlink(path);
	return result;
}

static int attach_tcx(const char *path, unsigned int ifindex, int direction, int prog)
{
	int link, result, saved;

	if (!swap(path, prog))
		return 0;
	link = bpf_link_make(prog, ifindex, tcx_types[direction]);
	if (link < 0)
		return -1;
	result = bpf_pin(link, path);
	saved = errno;
	close(link);
	errno = saved;
	return result;
}

static int attach_clsact(const char *path, unsigned int ifindex, int direction, int prog)
{
	if (tc_attach(ifindex, direction, prog))
		return -1;
	unlink(path);
	return bpf_pin(prog, path);
}

int device_attach(const char *pin, struct device *d, const int *progs, int clsact)
{
	char path[4096];
	int i, failed;

	for (i = 0; i < SENDER_PROGS; i++) {
		pin_path(path, pin, 0, i, d->ifindex);
		failed = clsact || attach_tcx(path, d->ifindex, i, progs[i]);
		d->via[i] = ways[0];
		if (failed && (clsact || errno == EINVAL)) {	/* no TCX before 6.6 */
			pin_path(path, pin, 1, i, d->ifindex);
			failed = attach_clsact(path, d->ifindex, i, progs[i]);
			d->via[i] = ways[1];
		}
		if (failed)
			return toa_fail_errno("attach_failed", "Look at what hangs there: tc filter show dev DEVICE egress",
					"cannot attach to %s, %s", d->name, sender_directions[i]);
	}
	return 0;
}

void device_detach(const char *pin, const struct device *d)
{
	char path[4096];
	int i, link, clsact = 0;

	for (i = 0; i < SENDER_PROGS; i++) {
		pin_path(path, pin, 0, i, d->ifindex);
		link = bpf_get_pinned(path);
		if (link >= 0) {
			bpf_link_detach_(link);
			close(link);
		}
		unlink(path);
		pin_path(path, pin, 1, i, d->ifindex);
		clsact |= !unlink(path);
	}
	if (clsact)
		tc_detach(d->ifindex);
}
