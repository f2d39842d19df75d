/* SPDX-License-Identifier: GPL-2.0 */
/* The bpf() system call, one function a command. All return -1 with errno. */
#ifndef TOA_SYSBPF_H
#define TOA_SYSBPF_H

#include <linux/bpf.h>

struct bpf_map_shape {
	const char *name;
	__u32 type, key_size, value_size, max_entries, flags;
	int inner_fd;		/* of a map of maps, else 0 */
	int btf_fd;		/* of socket storage, else 0 */
	__u32 btf_key, btf_value;
};

int bpf_map_create_(const struct bpf_map_shape *shape);
int bpf_map_get(int fd, const void *key, void *value);
/* How many values a per-CPU map gives for a key: one for each possible CPU; -1. */
int bpf_cpus(void);
/* Sum of a counter (__u64) of a per-CPU array over all CPUs. */
long long bpf_percpu_sum(int fd, __u32 key);
int bpf_map_set(int fd, const void *key, const void *value);
int bpf_map_delete(int fd, const void *key);
/* Key after `key` (NULL: the first). */
int bpf_map_next(int fd, const void *key, void *next);
int bpf_map_by_id(__u32 id);
int bpf_pin(int fd, const char *path);
int bpf_get_pinned(const char *path);
int bpf_info(int fd, void *info, __u32 size);
/* BTF of a loaded module by its name. */
int bpf_btf_by_name(const char *name);
int bpf_btf_load(const void *data, __u32 size);
int bpf_prog_load_(union bpf_attr *attr);
int bpf_link_make(int prog, int target, __u32 type);
int bpf_link_swap(int link, int prog);
int bpf_link_detach_(int link);
int bpf_iter_make(int link);
/* Programs that run for a cgroup, those of the cgroups above it too. *count: room for ids, then how many there are. */
int bpf_prog_effective(int cgroup, __u32 type, __u32 *ids, __u32 *count);
int bpf_prog_by_id(__u32 id);
/* ns per run and runs are counted while the descriptor is open (5.8+). */
int bpf_stats_on(void);

#endif
