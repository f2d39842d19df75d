// SPDX-License-Identifier: GPL-2.0
/*
 * Probes a function of our own before any of the kernel's: probes that are
 * switched off (/sys/kernel/debug/kprobes/enabled) register without a word and
 * never fire, and wrong registers would read memory at random.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include "compat/regs.h"
#include "toa.h"

#define TOA_RESULT	0x746f61L

static int toa_entered, toa_left;

/* Global and called through a pointer: the compiler keeps all arguments. */
noinline long toa_selftest_target(long a, long b, long c, long d)
{
	barrier();
	return TOA_RESULT + a + b + c + d;
}

static int toa_selftest_entry(struct kretprobe_instance *instance,
			      struct pt_regs *regs)
{
	toa_entered = toa_arg(regs, 0) == 11 && toa_arg(regs, 1) == 22 &&
		      toa_arg(regs, 2) == 33 && toa_arg(regs, 3) == 44 ? 1 : -1;
	return 0;
}

static int toa_selftest_return(struct kretprobe_instance *instance,
			       struct pt_regs *regs)
{
	toa_left = regs_return_value(regs) == TOA_RESULT + 110 ? 1 : -1;
	return 0;
}

static struct kretprobe toa_selftest_probe = {
	.entry_handler = toa_selftest_entry,
	.handler = toa_selftest_return,
	.maxactive = 4,
};

/* 0, or -EOPNOTSUPP with the reason in the log. */
int toa_selftest(void)
{
	long (*volatile target)(long, long, long, long) = toa_selftest_target;
	int error;

	toa_selftest_probe.kp.addr = (kprobe_opcode_t *)target;
	error = register_kretprobe(&toa_selftest_probe);
	if (error) {
		/* not fatal: some kernels probe no code of modules that load */
		pr_warn("toa: own function cannot be probed (%d)\n", error);
		return 0;
	}
	target(11, 22, 33, 44);
	unregister_kretprobe(&toa_selftest_probe);
	if (toa_entered > 0 && toa_left > 0)
		return 0;
	if (!toa_entered && !toa_left)
		pr_err("toa: refused: kprobes are off; echo 1 >/sys/kernel/debug/kprobes/enabled\n");
	else
		pr_err("toa: refused: probes see wrong arguments (%d) or results (%d)\n",
		       toa_entered, toa_left);
	return -EOPNOTSUPP;
}
