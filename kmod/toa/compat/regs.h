/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arguments of a probed function, from its registers: the C calling
 * convention of the kernel. toa_selftest() proves it on the running kernel.
 */
#ifndef TOA_REGS_H
#define TOA_REGS_H

#include <linux/ptrace.h>

/* Argument n, from 0 to 3. */
static inline unsigned long toa_arg(const struct pt_regs *regs, int n)
{
#if defined(CONFIG_X86_64)
	switch (n) {
	case 0:
		return regs->di;
	case 1:
		return regs->si;
	case 2:
		return regs->dx;
	default:
		return regs->cx;
	}
#elif defined(CONFIG_ARM64)
	return regs->regs[n];
#else
#error "toa: this architecture is not supported (x86_64 and aarch64 are)"
#endif
}

#define toa_arg_ptr(regs, n)	((void *)toa_arg(regs, n))

#endif
