// SPDX-License-Identifier: GPL-2.0
/*
 * Looks at a service's own accepted socket: finds the connection in
 * /proc/net/tcp, the process that holds its inode, and asks the socket itself
 * (pidfd_getfd, kernel 5.6) who its peer is. That is what the service sees.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "probe.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

/* Hexadecimal words of /proc/net/tcp are in host order, four bytes each. */
static void words(const unsigned char *address, int count, char *out)
{
	unsigned int word, i;

	for (i = 0; i < (unsigned int)count; i++) {
		memcpy(&word, address + 4 * i, 4);
		sprintf(out + 8 * i, "%08X", word);
	}
}

/* Inode of the connection's socket; 0: not accepted, -1: no such connection. */
static long find_inode(const char *file_name, const char *remote, unsigned short lport, unsigned short rport)
{
	char line[512], local[64], peer[64];
	unsigned int lp, rp;
	long inode, found = -1;
	FILE *file = fopen(file_name, "re");

	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " %*d: %63[0-9A-F]:%x %63[0-9A-F]:%x %*x %*s %*s %*s %*d %*d %ld", local, &lp, peer, &rp, &inode) == 5 &&
		    lp == lport && rp == rport && !strcmp(peer, remote))
			found = inode;
	fclose(file);
	return found;
}

static long connection_inode(const struct client *c)
{
	char remote[64];
	long inode = -1;

	if (c->family == 4) {
		words(c->tun->peer4 + 12, 1, remote);
		inode = find_inode("/proc/net/tcp", remote, c->dport, c->sport);
	}
	if (inode < 0) {
		words(c->family == 4 ? c->tun->peer4 : c->tun->peer6, 4, remote);
		inode = find_inode("/proc/net/tcp6", remote, c->dport, c->sport);
	}
	return inode;
}

static int peer_of(int pid, int number, struct sockaddr_storage *peer)
{
	socklen_t size = sizeof(*peer);
	int pidfd = syscall(SYS_pidfd_open, pid, 0), fd, result;

	if (pidfd < 0)
		return -1;
	fd = syscall(SYS_pidfd_getfd, pidfd, number, 0);
	close(pidfd);
	if (fd < 0)
		return -1;
	result = getpeername(fd, (void *)peer, &size);
	close(fd);
	return result;
}

/* The number of a process' descriptor that is this socket, -1. */
static int descriptor_of(int pid, const char *wanted)
{
	char path[64], target[64];
	struct dirent *entry;
	int number = -1;
	ssize_t n;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	folder = opendir(path);
	if (!folder)
		return -1;
	while (number < 0 && (entry = readdir(folder))) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%.16s", pid, entry->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		if (n <= 0)
			continue;
		target[n] = 0;
		if (!strcmp(target, wanted))
			number = atoi(entry->d_name);
	}
	closedir(folder);
	return number;
}

static void process_name(int pid, char *out, size_t size)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file = fopen(path, "re");
	if (file && fgets(out, size, file))
		out[strcspn(out, "\n")] = 0;
	if (file)
		fclose(file);
}

enum seen inspect(const struct client *c, struct sockaddr_storage *peer, char *process, size_t size)
{
	enum seen result = SEEN_CANNOT;
	struct dirent *entry;
	char wanted[64];
	int number, pid;
	long inode = connection_inode(c);
	DIR *proc;

	if (inode <= 0)
		return SEEN_NOT_YET;
	snprintf(wanted, sizeof(wanted), "socket:[%ld]", inode);
	proc = opendir("/proc");
	if (!proc)
		return SEEN_CANNOT;
	while (result != SEEN_OK && (entry = readdir(proc))) {
		pid = atoi(entry->d_name);
		number = pid > 0 ? descriptor_of(pid, wanted) : -1;
		if (number < 0)
			continue;
		process_name(pid, process, size);
		if (!peer_of(pid, number, peer))
			result = SEEN_OK;
	}
	closedir(proc);
	return result;
}
