/* SPDX-License-Identifier: GPL-2.0 */
/* What the host offers: cgroup v2, bpffs, kernel, permissions. */
#ifndef TOA_HOST_H
#define TOA_HOST_H

struct host_cgroup {
	char path[4096];
	int mounted;		/* 0: found through a mount of our own, gone already */
	unsigned long long id;
};

/*
 * Opens the cgroup to attach to. "auto": the root of this process' cgroup
 * namespace, from a mount whose root that is, else from a short mount of our
 * own. Returns a descriptor, or -1 with toa_error `no_cgroup2`.
 */
int host_cgroup_open(const char *wanted, struct host_cgroup *cgroup);

/* Is `path` (or the nearest parent that exists) in a bpf file system? */
int host_is_bpffs(const char *path);

/* Makes the folder for the pins, mounting bpffs at /sys/fs/bpf if need be. */
int host_pin_folder(const char *pin);

/* 1 with CAP_NET_ADMIN and CAP_SYS_ADMIN in effect. */
int host_has_caps(void);

/* "none", "integrity", "confidentiality" or "unknown". */
const char *host_lockdown(void);

/* The running kernel's release, and whether it is at least major.minor. */
const char *host_kernel(void);
int host_kernel_at_least(int major, int minor);

/*
 * -1 with toa_error kernel_too_old where no receiver can ever be attached: sockops came with 4.13, and distributions that
 * brought the rest back to older kernels (4.18 of EL 8) are newer than that.
 */
int host_refuse_old(void);
int host_fail_old(void);	/* the same error, without a look */

/* cgroup v1's net_cls or net_prio in use, which hides sockets from v2 before 5.15. */
int host_net_cls_in_use(void);

#endif
