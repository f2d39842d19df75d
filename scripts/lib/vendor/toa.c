// SPDX-License-Identifier: GPL-2.0
/*
 * A stand-in for another vendor's module: its name, and what it does to services. Every accept() and getpeername() on IPv4
 * says 203.0.113.66. With stuck=1 it cannot be unloaded.
 */
#include <linux/in.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/socket.h>

static int stuck;
module_param(stuck, int, 0444);

static int keep(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	/* inet_getname(sock, uaddr, peer) */
	*(struct sockaddr_in **)ri->data = regs->dx ? (struct sockaddr_in *)regs->si : NULL;
	return 0;
}

static int change(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct sockaddr_in *address = *(struct sockaddr_in **)ri->data;

	if (address && address->sin_family == AF_INET)
		address->sin_addr.s_addr = htonl(0xcb007142);
	return 0;
}

static struct kretprobe probe = {
	.handler = change, .entry_handler = keep, .data_size = sizeof(void *), .maxactive = 64,
	.kp.symbol_name = "inet_getname",
};

static int __init begin(void)
{
	if (stuck)
		__module_get(THIS_MODULE);
	return register_kretprobe(&probe);
}

static void __exit end(void)
{
	unregister_kretprobe(&probe);
}

module_init(begin);
module_exit(end);
MODULE_LICENSE("GPL");
MODULE_VERSION("9.9");
