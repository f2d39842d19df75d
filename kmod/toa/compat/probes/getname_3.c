// SPDX-License-Identifier: GPL-2.0
/* TOA_HAVE_GETNAME_3: getname returns the length (4.17, RHEL 8's 4.18). */
#include <linux/net.h>
#include <linux/netdevice.h>
#include <net/sock.h>
#include <net/inet_common.h>

static int toa_probe_getname(struct socket *sock, struct sockaddr *name, int peer)
{
	return inet_getname(sock, name, peer);
}

int (*toa_probe)(struct socket *sock, struct sockaddr *name, int peer) = toa_probe_getname;
