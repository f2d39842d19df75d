// SPDX-License-Identifier: GPL-2.0
/* toa-bpf check: loads each program once, attaches nothing, leaves nothing. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "../lib/json.h"
#include "../lib/sysbpf.h"
#include "host.h"
#include "report.h"

struct finding {
	const char *code, *remedy;
	char message[1536];
};

struct findings {
	struct finding list[12];
	int count;
};

static void add(struct findings *f, const char *code, const char *message, const char *remedy)
{
	struct finding *new;

	if (f->count == 12)
		return;
	new = &f->list[f->count++];
	new->code = code;
	new->remedy = remedy;
	snprintf(new->message, sizeof(new->message), "%s", message);
}

static void print(int *first, const char *key, const struct findings *f)
{
	int i, inner;

	json_key(first, key);
	putchar('[');
	for (i = 0; i < f->count; i++) {
		inner = 1;
		printf(i ? ",{" : "{");
		json_field(&inner, "code", f->list[i].code);
		json_field(&inner, "message", f->list[i].message);
		json_field(&inner, "remedy", f->list[i].remedy);
		putchar('}');
	}
	putchar(']');
}

/* An old kernel is the reason for whatever else is missing, and nothing else helps: it stands alone. */
static void blame_kernel(struct findings *missing, struct findings *warnings)
{
	host_fail_old();
	missing->count = warnings->count = 0;
	add(missing, toa_error.code, toa_error.message, toa_error.remedy);
}

/* What a kernel said of a program: that it takes it, and how many instructions its verifier followed (5.16 and newer). */
struct verdict {
	int able;
	unsigned int followed;
};

static struct verdict verdict_of(int fd)
{
	struct bpf_prog_info info = { 0 };

	bpf_info(fd, &info, sizeof(info));
	close(fd);
	return (struct verdict){ 1, info.verified_insns };
}

/* Which programs this kernel takes; what it refuses becomes a finding. Returns how many that are needed it refused. */
static int try_programs(struct verdict *verdicts, struct findings *missing, struct findings *warnings)
{
	static const char *const code[PROGS] = { "no_sockops", "no_getpeername", "no_getpeername", "no_nat64",
						 "no_deferred", "no_listener_iterator" };
	static const char remedy[] = "Use kernel 5.10 or newer, or the module (toa_strategy: module)";
	int maps[MAPS], i, fd, refused = 0;

	if (maps_create(maps)) {
		add(missing, host_has_caps() ? "no_bpf_syscall" : "no_permission", toa_error.message, toa_error.remedy);
		return 1;
	}
	for (i = 0; i < PROGS; i++) {
		fd = object_load(i, maps);
		if (fd >= 0) {
			verdicts[i] = verdict_of(fd);
		} else if (toa_progs[i].optional) {
			add(warnings, strcmp(toa_error.code, "no_btf") ? code[i] : "no_btf", toa_error.message, toa_error.remedy);
		} else {
			add(missing, code[i], toa_error.message, remedy);
			refused++;
		}
	}
	maps_close(maps);
	return refused;
}

static void look_around(const struct options *o, struct host_cgroup *cgroup, struct findings *missing,
			struct findings *warnings)
{
	int fd = host_cgroup_open(o->cgroup, cgroup);

	if (fd < 0)
		add(missing, toa_error.code, toa_error.message, toa_error.remedy);
	else
		close(fd);
	if (!host_is_bpffs(o->pin) && (access("/sys/fs/bpf", F_OK) || !host_has_caps()))
		add(missing, "no_bpffs", "no bpf file system is mounted and none can be", "mount -t bpf bpf /sys/fs/bpf");
	if (!host_has_caps())
		add(missing, "no_permission", "CAP_NET_ADMIN and CAP_SYS_ADMIN are needed", "Run as root");
	if (host_net_cls_in_use() && !host_kernel_at_least(5, 15))
		add(warnings, "net_cls_in_use", "cgroup v1's net_cls or net_prio hides sockets from cgroup v2 before 5.15",
		    "Stop using net_cls and net_prio, or use a newer kernel");
}

static void print_verdicts(int *first, const struct verdict *verdicts)
{
	int i, inner = 1;

	json_key(first, "features");
	putchar('{');
	json_bool(&inner, "sockops", verdicts[PROG_SOCKOPS].able);
	json_bool(&inner, "getpeername", verdicts[PROG_PEER4].able && verdicts[PROG_PEER6].able);
	json_bool(&inner, "nat64", verdicts[PROG_NAT64].able);
	json_bool(&inner, "deferred", verdicts[PROG_DEFERRED].able);
	json_bool(&inner, "listeners", verdicts[PROG_LISTENERS].able);
	putchar('}');
	inner = 1;
	json_key(first, "verified");
	putchar('{');
	for (i = 0; i < PROGS; i++)
		if (verdicts[i].followed)
			json_number(&inner, toa_progs[i].name, verdicts[i].followed);
	putchar('}');
}

int report_check(const struct options *options)
{
	static struct findings missing, warnings;
	struct host_cgroup cgroup;
	struct verdict verdicts[PROGS] = { { 0 } };
	int first = 1, inner = 1;

	look_around(options, &cgroup, &missing, &warnings);
	if (host_refuse_old() ||
	    (host_has_caps() && try_programs(verdicts, &missing, &warnings) && !host_kernel_at_least(5, 10)))
		blame_kernel(&missing, &warnings);
	putchar('{');
	json_bool(&first, "ok", !missing.count);
	json_field(&first, "receiver", "ebpf");
	json_field(&first, "kernel", host_kernel());
	print(&first, "missing", &missing);
	print(&first, "warnings", &warnings);
	json_key(&first, "cgroup");
	putchar('{');
	json_field(&inner, "path", cgroup.path);
	json_bool(&inner, "mounted", cgroup.mounted);
	putchar('}');
	inner = 1;
	json_key(&first, "bpffs");
	putchar('{');
	json_field(&inner, "path", "/sys/fs/bpf");
	json_bool(&inner, "mounted", host_is_bpffs("/sys/fs/bpf"));
	putchar('}');
	json_bool(&first, "btf", !access("/sys/kernel/btf/vmlinux", R_OK));
	json_field(&first, "lockdown", host_lockdown());
	json_bool(&first, "caps", host_has_caps());
	print_verdicts(&first, verdicts);
	printf("}\n");
	return missing.count ? 1 : 0;
}
