// SPDX-License-Identifier: GPL-2.0
/*
 * toa-probe listeners: the sockets of all processes that listen on a port, in whichever network namespace, asked themselves
 * (pidfd_getfd, kernel 5.6): where they are bound, and what decides over the option that a connection brings.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <netinet/tcp.h>
#include "../lib/json.h"
#include "settings.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#define PROTOCOL_MPTCP	262

struct search {
	int port, count, hidden;	/* hidden: sockets that cannot be asked */
};

static int option_of(int fd, int level, int name)
{
	int value = 0;
	socklen_t size = sizeof(value);

	return getsockopt(fd, level, name, &value, &size) ? -1 : value;
}

static int port_of(const struct sockaddr_storage *address)
{
	if (address->ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)address)->sin_port);
	return address->ss_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)address)->sin6_port) : 0;
}

static void print_process(int *first, int pid)
{
	char path[64], name[32] = "";
	struct stat st;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file = fopen(path, "re");
	if (file && fgets(name, sizeof(name), file))
		name[strcspn(name, "\n")] = 0;
	if (file)
		fclose(file);
	json_number(first, "pid", pid);
	json_field(first, "process", name);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	json_number(first, "netns", stat(path, &st) ? 0 : (long long)st.st_ino);
}

static void print_listener(struct search *s, int pid, int fd, const struct sockaddr_storage *address, ino_t inode)
{
	int first = 1, protocol = option_of(fd, SOL_SOCKET, SO_PROTOCOL);
	char text[ENDPOINT_TEXT];

	sockaddr_text(address, text);
	printf(s->count++ ? ",{" : "{");
	print_process(&first, pid);
	json_field(&first, "address", text);
	json_number(&first, "family", address->ss_family == AF_INET ? 4 : 6);
	json_field(&first, "protocol", protocol == PROTOCOL_MPTCP ? "mptcp" : "tcp");
	json_number(&first, "defer_accept", option_of(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT));
	json_number(&first, "save_syn", option_of(fd, IPPROTO_TCP, TCP_SAVE_SYN));
	json_bool(&first, "v6only", address->ss_family == AF_INET6 && option_of(fd, IPPROTO_IPV6, IPV6_V6ONLY) == 1);
	json_number(&first, "inode", inode);
	putchar('}');
}

static void ask(struct search *s, int pid, int pidfd, int number, ino_t inode)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	int fd = syscall(SYS_pidfd_getfd, pidfd, number, 0);

	if (fd < 0) {
		s->hidden++;
		return;
	}
	if (option_of(fd, SOL_SOCKET, SO_ACCEPTCONN) == 1 && !getsockname(fd, (void *)&address, &size) &&
	    port_of(&address) == s->port)
		print_listener(s, pid, fd, &address, inode);
	close(fd);
}

static void look_into(struct search *s, int pid)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0);
	char path[64], target[64];
	struct dirent *entry;
	ino_t inode;
	ssize_t n;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	folder = pidfd < 0 ? NULL : opendir(path);
	while (folder && (entry = readdir(folder))) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%.16s", pid, entry->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		if (n <= 0)
			continue;
		target[n] = 0;
		if (strncmp(target, "socket:[", 8))
			continue;
		inode = strtoul(target + 8, NULL, 10);
		ask(s, pid, pidfd, atoi(entry->d_name), inode);
	}
	if (folder)
		closedir(folder);
	if (pidfd >= 0)
		close(pidfd);
}

int listeners_show(const struct settings *settings)
{
	struct search s = { .port = settings->port };
	int first = 0, probe = syscall(SYS_pidfd_open, getpid(), 0);
	struct dirent *entry;
	DIR *proc;

	if (probe < 0)
		return toa_fail("no_pidfd", "A kernel from 5.6 on is needed to ask other processes' sockets", "pidfd_open: %s", strerror(errno));
	close(probe);
	proc = opendir("/proc");
	if (!proc)
		return toa_fail("no_proc", "Mount /proc", "/proc: %s", strerror(errno));
	printf("{\"listeners\":[");
	while ((entry = readdir(proc)))
		if (atoi(entry->d_name) > 0)
			look_into(&s, atoi(entry->d_name));
	closedir(proc);
	putchar(']');
	json_bool(&first, "ok", 1);
	json_number(&first, "hidden", s.hidden);
	printf("}\n");
	return 0;
}
