// SPDX-License-Identifier: GPL-2.0
/* TOA_HAVE_NF_SOCKOPT: netfilter offers getsockopt to modules, as we use it. */
#include <linux/module.h>
#include <linux/netfilter.h>

#ifndef CONFIG_NETFILTER
#error "no netfilter"
#endif

static int toa_probe_get(struct sock *sk, int option, void __user *user, int *len)
{
	return 0;
}

struct nf_sockopt_ops toa_probe_ops = {
	.pf = PF_INET,
	.get_optmin = 4096,
	.get_optmax = 4097,
	.get = toa_probe_get,
	.owner = THIS_MODULE,
};

int (*toa_probe)(struct nf_sockopt_ops *ops) = nf_register_sockopt;
