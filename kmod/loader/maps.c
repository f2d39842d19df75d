// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "../include/toa_abi.h"
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "btf.h"
#include "maps.h"

/* The same as in bpf/. */
static const struct bpf_map_shape shapes[MAPS] = {
	[MAP_CONFIG] = { .name = "config", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4,
			 .value_size = sizeof(struct toa_config), .max_entries = 1 },
	[MAP_STATS] = { .name = "stats", .type = BPF_MAP_TYPE_PERCPU_ARRAY, .key_size = 4,
			.value_size = 8, .max_entries = TOA_C_MAX },
	[MAP_PEERS] = { .name = "peers", .type = BPF_MAP_TYPE_SK_STORAGE, .key_size = 4,
			.value_size = sizeof(struct toa_peer), .flags = BPF_F_NO_PREALLOC },
	[MAP_MPTCP] = { .name = "mptcp", .type = BPF_MAP_TYPE_LRU_HASH, .key_size = sizeof(struct toa_tuple),
			.value_size = sizeof(struct toa_peer), .max_entries = TOA_MAX_MPTCP },
	[MAP_DEFERRED] = { .name = "deferred", .type = BPF_MAP_TYPE_LRU_HASH, .key_size = sizeof(struct toa_tuple),
			   .value_size = sizeof(struct toa_deferred), .max_entries = TOA_MAX_DEFERRED },
	[MAP_WALKS] = { .name = "walks", .type = BPF_MAP_TYPE_PERCPU_ARRAY, .key_size = 4,
			.value_size = sizeof(struct toa_scratch), .max_entries = 1 },
	[MAP_PROBE] = { .name = "probe", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4,
			.value_size = sizeof(struct toa_probe_slot), .max_entries = 1 },
	[MAP_ALLOW] = { .name = "allow", .type = BPF_MAP_TYPE_ARRAY_OF_MAPS, .key_size = 4,
			.value_size = 4, .max_entries = 1 },
	[MAP_REFUSED] = { .name = "refused", .type = BPF_MAP_TYPE_PERCPU_ARRAY, .key_size = 4,
			  .value_size = TOA_REFUSED * sizeof(struct toa_refused), .max_entries = 1 },
};

static const struct bpf_map_shape allow_shape = {
	.name = "prefixes", .type = BPF_MAP_TYPE_LPM_TRIE, .key_size = sizeof(struct toa_prefix),
	.value_size = 4, .max_entries = TOA_MAX_PREFIXES, .flags = BPF_F_NO_PREALLOC,
};

int maps_index(const char *name)
{
	int i;

	for (i = 0; i < MAPS; i++)
		if (!strcmp(shapes[i].name, name))
			return i;
	return -1;
}

const char *maps_name(int index)
{
	return shapes[index].name;
}

int maps_allow_list(void)
{
	return bpf_map_create_(&allow_shape);
}

static int create(int index)
{
	struct bpf_map_shape shape = shapes[index];
	int fd, extra = 0;

	if (index == MAP_PEERS) {
		extra = btf_storage_types(shape.value_size);
		shape.btf_fd = extra;
		shape.btf_key = 1;
		shape.btf_value = 2;
	}
	if (index == MAP_ALLOW) {
		extra = maps_allow_list();
		shape.inner_fd = extra;
	}
	if (extra < 0)
		return -1;
	fd = bpf_map_create_(&shape);
	if (extra) {
		int saved = errno;

		close(extra);
		errno = saved;
	}
	return fd;
}

void maps_close(int *fds)
{
	int i;

	for (i = 0; i < MAPS; i++)
		if (fds[i] > 0)
			close(fds[i]);
	memset(fds, 0, MAPS * sizeof(*fds));
}

int maps_create(int *fds)
{
	int i;

	memset(fds, 0, MAPS * sizeof(*fds));
	for (i = 0; i < MAPS; i++) {
		fds[i] = create(i);
		if (fds[i] >= 0)
			continue;
		toa_fail_errno(errno == EPERM ? "no_permission" : "load_failed",
			 errno == EPERM ? "Run as root (CAP_BPF, CAP_NET_ADMIN and CAP_SYS_ADMIN), outside a container that forbids bpf()" :
					  "Run toa-bpf check",
			 "cannot create the map %s", shapes[i].name);
		maps_close(fds);
		return -1;
	}
	return 0;
}

static void path_of(char *path, const char *pin, int index)
{
	snprintf(path, 4096, "%s/%s", pin, shapes[index].name);
}

int maps_open(const char *pin, int *fds)
{
	struct toa_config config;
	struct bpf_map_info info;
	char path[4096];
	__u32 zero = 0;
	int i;

	memset(fds, 0, MAPS * sizeof(*fds));
	for (i = 0; i < MAPS; i++) {
		path_of(path, pin, i);
		fds[i] = bpf_get_pinned(path);
		if (fds[i] < 0 || bpf_info(fds[i], &info, sizeof(info)) || info.type != shapes[i].type ||
		    info.key_size != shapes[i].key_size || info.value_size != shapes[i].value_size ||
		    info.max_entries != shapes[i].max_entries)
			break;
	}
	if (i == MAPS && !bpf_map_get(fds[MAP_CONFIG], &zero, &config) && config.abi == TOA_ABI)
		return 0;
	maps_close(fds);
	return -1;
}

int maps_pin(const char *pin, const int *fds)
{
	char path[4096];
	int i;

	for (i = 0; i < MAPS; i++) {
		path_of(path, pin, i);
		unlink(path);
		if (bpf_pin(fds[i], path))
			return toa_fail_errno("attach_failed", "Make sure that the folder lies in a bpf file system", "cannot pin %s", path);
	}
	return 0;
}

void maps_unpin(const char *pin)
{
	char path[4096];
	int i;

	for (i = 0; i < MAPS; i++) {
		path_of(path, pin, i);
		unlink(path);
	}
}
