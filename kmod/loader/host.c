// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "../lib/json.h"
#include "host.h"
#include "mounts.h"

#define CGROUP_REMEDY \
	"Mount cgroup v2 (mount -t cgroup2 none /sys/fs/cgroup/unified), or boot with systemd.unified_cgroup_hierarchy=1"
#define BPFFS		"/sys/fs/bpf"
#define CAP_NET_ADMIN	12
#define CAP_SYS_ADMIN	21

static int is_type(const char *path, long magic)
{
	struct statfs fs;

	return !statfs(path, &fs) && (long)fs.f_type == magic;
}

/* A cgroup2 mount that shows the namespace's own root: root field is "/". */
static int is_our_cgroup2(const char *line, const char *root, const char *where, void *found)
{
	struct host_cgroup *cgroup = found;

	/* something may be mounted over it */
	if (!strstr(line, " - cgroup2 ") || strcmp(root, "/") || !is_type(where, CGROUP2_SUPER_MAGIC))
		return 0;
	snprintf(cgroup->path, sizeof(cgroup->path), "%s", where);
	return 1;
}

/* Opens the root through a mount that is gone when this returns. */
static int open_unmounted(void)
{
	char folder[] = "/tmp/.toa-cgroup-XXXXXX";
	int fd = -1, saved;

	if (!mkdtemp(folder))
		return -1;
	if (!mount("none", folder, "cgroup2", 0, NULL)) {
		fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		umount2(folder, MNT_DETACH);
	}
	saved = errno;
	rmdir(folder);
	errno = saved;
	return fd;
}

int host_cgroup_open(const char *wanted, struct host_cgroup *cgroup)
{
	struct stat st;
	int fd;

	memset(cgroup, 0, sizeof(*cgroup));
	if (strlen(wanted) >= sizeof(cgroup->path))
		return toa_fail("no_cgroup2", "Name a folder in a cgroup v2 file system, or auto", "the cgroup's path is too long");
	if (strcmp(wanted, "auto")) {
		snprintf(cgroup->path, sizeof(cgroup->path), "%s", wanted);
		cgroup->mounted = is_type(wanted, CGROUP2_SUPER_MAGIC);
		if (!cgroup->mounted)
			return toa_fail("no_cgroup2", "Name a folder in a cgroup v2 file system, or auto", "%s is not in cgroup v2", wanted);
	} else {
		cgroup->mounted = mounts_find(is_our_cgroup2, cgroup);
	}
	fd = cgroup->mounted ? open(cgroup->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : open_unmounted();
	if (fd < 0 || fstat(fd, &st)) {
		if (errno == EPERM)
			return toa_fail_errno("no_permission", "Run as root", "cannot reach cgroup v2");
		return toa_fail_errno("no_cgroup2", CGROUP_REMEDY, "no cgroup v2 here");
	}
	cgroup->id = st.st_ino;
	return fd;
}

int host_is_bpffs(const char *path)
{
	char copy[4096], *slash;

	snprintf(copy, sizeof(copy), "%s", path);
	while (access(copy, F_OK) && (slash = strrchr(copy, '/')) && slash != copy)
		*slash = 0;
	return is_type(copy, BPF_FS_MAGIC);
}

int host_pin_folder(const char *pin)
{
	if (!host_is_bpffs(pin) && !strncmp(pin, BPFFS "/", strlen(BPFFS) + 1))
		mount("bpf", BPFFS, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700");
	if (!host_is_bpffs(pin))
		return toa_fail("no_bpffs", "mount -t bpf bpf /sys/fs/bpf", "%s does not lie in a bpf file system", pin);
	if (mkdir(pin, 0700) && errno != EEXIST)
		return toa_fail_errno("no_bpffs", "Give --pin a folder in a bpf file system", "cannot make %s", pin);
	return 0;
}

int host_has_caps(void)
{
	unsigned long long effective = 0;
	char line[128];
	FILE *file = fopen("/proc/self/status", "re");

	if (!file)
		return geteuid() == 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "CapEff: %llx", &effective) == 1)
			break;
	fclose(file);
	return (effective >> CAP_NET_ADMIN & 1) && (effective >> CAP_SYS_ADMIN & 1);
}

const char *host_lockdown(void)
{
	static char line[128];
	char *begin, *end;
	FILE *file = fopen("/sys/kernel/security/lockdown", "re");

	if (!file)
		return errno == ENOENT ? "none" : "unknown";
	begin = fgets(line, sizeof(line), file) ? strchr(line, '[') : NULL;
	fclose(file);
	end = begin ? strchr(begin, ']') : NULL;
	if (!end)
		return "unknown";
	*end = 0;
	return begin + 1;
}

const char *host_kernel(void)
{
	static struct utsname name;

	uname(&name);
	return name.release;
}

int host_kernel_at_least(int major, int minor)
{
	int a = 0, b = 0;

	if (sscanf(host_kernel(), "%d.%d", &a, &b) != 2)
		return 0;
	return a > major || (a == major && b >= minor);
}

int host_fail_old(void)
{
	return toa_fail("kernel_too_old", "Use kernel 5.10 or newer, or the module (toa_strategy: module)",
			"kernel %s is older than 5.10, which the eBPF receiver needs", host_kernel());
}

int host_refuse_old(void)
{
	return host_kernel_at_least(4, 13) ? 0 : host_fail_old();
}

int host_net_cls_in_use(void)
{
	char name[64];
	int groups, hierarchy, used = 0;
	char line[256];
	FILE *file = fopen("/proc/cgroups", "re");

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%63s %d %d", name, &hierarchy, &groups) == 3 &&
		    (!strcmp(name, "net_cls") || !strcmp(name, "net_prio")))
			used |= hierarchy && groups > 1;
	fclose(file);
	return used;
}
