// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "sysbpf.h"

#define MAX_CPUS 8192

#ifndef __NR_bpf
#error "no bpf() on this architecture"
#endif

static int sys_bpf(int command, union bpf_attr *attr)
{
	return syscall(__NR_bpf, command, attr, sizeof(*attr));
}

static __u64 ptr(const void *p)
{
	return (__u64)(unsigned long)p;
}

int bpf_map_create_(const struct bpf_map_shape *shape)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = shape->type;
	attr.key_size = shape->key_size;
	attr.value_size = shape->value_size;
	attr.max_entries = shape->max_entries;
	attr.map_flags = shape->flags;
	if (shape->inner_fd)
		attr.inner_map_fd = shape->inner_fd;
	if (shape->btf_fd) {
		attr.btf_fd = shape->btf_fd;
		attr.btf_key_type_id = shape->btf_key;
		attr.btf_value_type_id = shape->btf_value;
	}
	strcpy(attr.map_name, "toa_");
	strncat(attr.map_name, shape->name, sizeof(attr.map_name) - 5);
	return sys_bpf(BPF_MAP_CREATE, &attr);
}

static int element(int command, int fd, const void *key, const void *value)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = ptr(key);
	attr.value = ptr(value);
	return sys_bpf(command, &attr);
}

int bpf_map_get(int fd, const void *key, void *value)
{
	return element(BPF_MAP_LOOKUP_ELEM, fd, key, value);
}

int bpf_cpus(void)
{
	int first, last = 0;
	char text[256] = "";
	FILE *file = fopen("/sys/devices/system/cpu/possible", "re");

	if (file) {
		if (!fgets(text, sizeof(text), file))
			text[0] = 0;
		fclose(file);
	}
	/* "0-7" or "0" */
	if (sscanf(text, "%d-%d", &first, &last) < 1 || last < 0 || last >= MAX_CPUS)
		return -1;
	return last + 1;
}

long long bpf_percpu_sum(int fd, __u32 key)
{
	static __u64 values[MAX_CPUS];
	long long sum = 0;
	int cpus = bpf_cpus(), i;

	if (cpus < 0 || bpf_map_get(fd, &key, values))
		return -1;
	for (i = 0; i < cpus; i++)
		sum += values[i];
	return sum;
}

int bpf_map_set(int fd, const void *key, const void *value)
{
	return element(BPF_MAP_UPDATE_ELEM, fd, key, value);
}

int bpf_map_delete(int fd, const void *key)
{
	return element(BPF_MAP_DELETE_ELEM, fd, key, NULL);
}

int bpf_map_next(int fd, const void *key, void *next)
{
	return element(BPF_MAP_GET_NEXT_KEY, fd, key, next);
}

int bpf_map_by_id(__u32 id)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_id = id;
	return sys_bpf(BPF_MAP_GET_FD_BY_ID, &attr);
}

int bpf_pin(int fd, const char *path)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.bpf_fd = fd;
	attr.pathname = ptr(path);
	return sys_bpf(BPF_OBJ_PIN, &attr);
}

int bpf_get_pinned(const char *path)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.pathname = ptr(path);
	return sys_bpf(BPF_OBJ_GET, &attr);
}

int bpf_info(int fd, void *info, __u32 size)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	memset(info, 0, size);
	attr.info.bpf_fd = fd;
	attr.info.info_len = size;
	attr.info.info = ptr(info);
	return sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr);
}

int bpf_btf_load(const void *data, __u32 size)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf = ptr(data);
	attr.btf_size = size;
	return sys_bpf(BPF_BTF_LOAD, &attr);
}

int bpf_btf_by_name(const char *name)
{
	struct bpf_btf_info info;
	union bpf_attr attr;
	char found[64];
	__u32 id = 0;
	int fd;

	for (;;) {
		memset(&attr, 0, sizeof(attr));
		attr.start_id = id;
		if (sys_bpf(BPF_BTF_GET_NEXT_ID, &attr))
			return -1;
		id = attr.next_id;
		memset(&attr, 0, sizeof(attr));
		attr.btf_id = id;
		fd = sys_bpf(BPF_BTF_GET_FD_BY_ID, &attr);
		if (fd < 0)
			continue;
		memset(&info, 0, sizeof(info));
		info.name = ptr(found);
		info.name_len = sizeof(found);
		memset(&attr, 0, sizeof(attr));
		attr.info.bpf_fd = fd;
		attr.info.info_len = sizeof(info);
		attr.info.info = ptr(&info);
		if (!sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) && info.kernel_btf && !strcmp(found, name))
			return fd;
		close(fd);
	}
}

int bpf_prog_load_(union bpf_attr *attr)
{
	return sys_bpf(BPF_PROG_LOAD, attr);
}

int bpf_link_make(int prog, int target, __u32 type)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = prog;
	attr.link_create.target_fd = target;
	attr.link_create.attach_type = type;
	return sys_bpf(BPF_LINK_CREATE, &attr);
}

int bpf_link_swap(int link, int prog)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.link_update.link_fd = link;
	attr.link_update.new_prog_fd = prog;
	return sys_bpf(BPF_LINK_UPDATE, &attr);
}

int bpf_link_detach_(int link)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.link_detach.link_fd = link;
	return sys_bpf(BPF_LINK_DETACH, &attr);
}

int bpf_iter_make(int link)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.iter_create.link_fd = link;
	return sys_bpf(BPF_ITER_CREATE, &attr);
}

int bpf_stats_on(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.enable_stats.type = BPF_STATS_RUN_TIME;
	return sys_bpf(BPF_ENABLE_STATS, &attr);
}

int bpf_prog_effective(int cgroup, __u32 type, __u32 *ids, __u32 *count)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.query.target_fd = cgroup;
	attr.query.attach_type = type;
	attr.query.query_flags = BPF_F_QUERY_EFFECTIVE;
	attr.query.prog_ids = ptr(ids);
	attr.query.prog_cnt = *count;
	if (sys_bpf(BPF_PROG_QUERY, &attr))
		return -1;
	*count = attr.query.prog_cnt;
	return 0;
}

int bpf_prog_by_id(__u32 id)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_id = id;
	return sys_bpf(BPF_PROG_GET_FD_BY_ID, &attr);
}
