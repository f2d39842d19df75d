// SPDX-License-Identifier: GPL-2.0
/* TOA_HAVE_GETNAME_4: getname has a pointer to the length. */
#include <linux/net.h>
#include <linux/netdevice.h>
#include <net/sock.h>
#include <net/inet_common.h>

static int toa_probe_getname(struct socket *sock, struct sockaddr *name,
			     int *len, int peer)
{
	return inet_getname(sock, name, len, peer);
}

int (*toa_probe)(struct socket *sock, struct sockaddr *name, int *len,
		 int peer) = toa_probe_getname;
