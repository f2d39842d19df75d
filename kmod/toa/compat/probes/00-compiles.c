// SPDX-License-Identifier: GPL-2.0
/* Must compile: proves that the headers, the compiler and its flags work. */
#include <linux/module.h>
#include <linux/kprobes.h>
#include <net/tcp.h>

int toa_probe(struct kretprobe *probe);
int toa_probe(struct kretprobe *probe)
{
	return register_kretprobe(probe);
}
