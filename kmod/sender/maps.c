// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "../include/toa_sender_abi.h"
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "maps.h"

#define SCRATCH_BYTES	(2048 + 64 + 64 + 64 + 16)	/* struct sender_scratch in bpf/rewrite.h */

/* The same as in bpf/. */
static const struct bpf_map_shape shapes[SMAPS] = {
	[SMAP_CONFIG] = { .name = "config", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4,
			  .value_size = sizeof(struct sender_config), .max_entries = 1 },
	[SMAP_STATS] = { .name = "stats", .type = BPF_MAP_TYPE_PERCPU_ARRAY, .key_size = 4, .value_size = 8,
			 .max_entries = SENDER_C_MAX },
	[SMAP_DEVICES] = { .name = "devices", .type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 4,
			   .max_entries = SENDER_MAX_DEVICES },
	[SMAP_SERVICES] = { .name = "services", .type = BPF_MAP_TYPE_ARRAY_OF_MAPS, .key_size = 4, .value_size = 4,
			    .max_entries = 1 },
	[SMAP_FLOWS] = { .name = "flows", .type = BPF_MAP_TYPE_LRU_HASH, .key_size = sizeof(struct sender_flow), .value_size = 4,
			 .max_entries = SENDER_MAX_FLOWS },
	[SMAP_SCRATCH] = { .name = "scratch", .type = BPF_MAP_TYPE_PERCPU_ARRAY, .key_size = 4, .value_size = SCRATCH_BYTES,
			   .max_entries = 1 },
};

static const struct bpf_map_shape list_shape = {
	.name = "servers", .type = BPF_MAP_TYPE_LPM_TRIE, .key_size = sizeof(struct sender_service), .value_size = 4,
	.max_entries = SENDER_MAX_SERVICES, .flags = BPF_F_NO_PREALLOC,
};

int sender_map_index(const char *name)
{
	int i;

	for (i = 0; i < SMAPS; i++)
		if (!strcmp(shapes[i].name, name))
			return i;
	return -1;
}

int sender_service_list(void)
{
	return bpf_map_create_(&list_shape);
}

static int create(int index)
{
	struct bpf_map_shape shape = shapes[index];
	int fd, saved;

	if (index == SMAP_SERVICES) {
		shape.inner_fd = sender_service_list();
		if (shape.inner_fd < 0)
			return -1;
	}
	fd = bpf_map_create_(&shape);
	saved = errno;
	if (shape.inner_fd)
		close(shape.inner_fd);
	errno = saved;
	return fd;
}

void sender_maps_close(int *fds)
{
	int i;

	for (i = 0; i < SMAPS; i++)
		if (fds[i] > 0)
			close(fds[i]);
	memset(fds, 0, SMAPS * sizeof(*fds));
}

int sender_maps_create(int *fds)
{
	int i;

	memset(fds, 0, SMAPS * sizeof(*fds));
	for (i = 0; i < SMAPS; i++) {
		fds[i] = create(i);
		if (fds[i] >= 0)
			continue;
		toa_fail_errno(errno == EPERM ? "no_permission" : "load_failed",
			 errno == EPERM ? "Run as root, outside a container that forbids bpf()" : "Run toa-bpf sender check",
			 "cannot create the map %s", shapes[i].name);
		sender_maps_close(fds);
		return -1;
	}
	return 0;
}

static void path_of(char *path, const char *pin, int index)
{
	snprintf(path, 4096, "%s/%s", pin, shapes[index].name);
}

int sender_maps_open(const char *pin, int *fds)
{
	struct sender_config config;
	struct bpf_map_info info;
	char path[4096];
	__u32 zero = 0;
	int i;

	memset(fds, 0, SMAPS * sizeof(*fds));
	for (i = 0; i < SMAPS; i++) {
		path_of(path, pin, i);
		fds[i] = bpf_get_pinned(path);
		if (fds[i] < 0 || bpf_info(fds[i], &info, sizeof(info)) || info.type != shapes[i].type ||
		    info.key_size != shapes[i].key_size || info.value_size != shapes[i].value_size ||
		    info.max_entries != shapes[i].max_entries)
			break;
	}
	if (i == SMAPS && !bpf_map_get(fds[SMAP_CONFIG], &zero, &config) && config.abi == SENDER_ABI)
		return 0;
	sender_maps_close(fds);
	return -1;
}

int sender_maps_pin(const char *pin, const int *fds)
{
	char path[4096];
	int i;

	for (i = 0; i < SMAPS; i++) {
		path_of(path, pin, i);
		unlink(path);
		if (bpf_pin(fds[i], path))
			return toa_fail_errno("attach_failed", "Make sure that the folder lies in a bpf file system", "cannot pin %s", path);
	}
	return 0;
}

void sender_maps_unpin(const char *pin)
{
	char path[4096];
	int i;

	for (i = 0; i < SMAPS; i++) {
		path_of(path, pin, i);
		unlink(path);
	}
}
