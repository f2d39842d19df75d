// SPDX-License-Identifier: GPL-2.0
/* iter/tcp walks one network namespace: that of the process that opens it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../lib/sysbpf.h"
#include "listeners.h"

#define MAX_NAMESPACES 4096

static int run_once(int link)
{
	char buffer[256];
	int iter = bpf_iter_make(link);
	ssize_t n;

	if (iter < 0)
		return -1;
	do {
		n = read(iter, buffer, sizeof(buffer));
	} while (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)));
	close(iter);
	return n < 0 ? -1 : 0;
}

/* Is the process within our cgroup namespace? Else its path begins with /.. */
static int is_ours(const char *pid)
{
	char path[64], line[512];
	int ours = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.16s/cgroup", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, "0::", 3))
			ours = strncmp(line + 3, "/..", 3) != 0;
	fclose(file);
	return ours;
}

static int add_namespace(ino_t *seen, int *count, ino_t inode)
{
	int i;

	for (i = 0; i < *count; i++)
		if (seen[i] == inode)
			return 0;
	if (*count == MAX_NAMESPACES)
		return 0;
	seen[(*count)++] = inode;
	return 1;
}

static void run_others(int link, int own)
{
	static ino_t seen[MAX_NAMESPACES];
	int count = 0, fd;
	struct dirent *entry;
	struct stat st;
	char path[64];
	DIR *proc = opendir("/proc");

	if (!proc)
		return;
	if (!fstat(own, &st))
		add_namespace(seen, &count, st.st_ino);
	while ((entry = readdir(proc))) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' || !is_ours(entry->d_name))
			continue;
		snprintf(path, sizeof(path), "/proc/%.16s/ns/net", entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (!fstat(fd, &st) && add_namespace(seen, &count, st.st_ino) && !setns(fd, CLONE_NEWNET)) {
			run_once(link);
			if (setns(own, CLONE_NEWNET))
				_exit(3);
		}
		close(fd);
	}
	closedir(proc);
}

int listeners_mark(int prog, int all)
{
	int own, result;
	int link = bpf_link_make(prog, 0, BPF_TRACE_ITER);

	if (link < 0)
		return -1;
	result = run_once(link);
	own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (all && own >= 0)
		run_others(link, own);
	if (own >= 0)
		close(own);
	close(link);
	return result;
}
