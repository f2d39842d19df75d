/* SPDX-License-Identifier: GPL-2.0 */
/* The probed functions: handlers.c says what is done there, hooks.c sees to it. */
#ifndef TOA_HOOKS_H
#define TOA_HOOKS_H

#include <linux/kprobes.h>

enum toa_need {
	TOA_MUST,	/* without it the module is refused */
	TOA_V6,		/* tried again when ipv6 is loaded */
	TOA_MAY,
	TOA_OLD_SYN,	/* only where tcp_conn_request() does not exist */
	TOA_OLD_SYN6,	/* the same, of the module ipv6 */
};

struct toa_hook {
	const char *symbol;
	enum toa_need need;
	kprobe_pre_handler_t pre;
	kretprobe_handler_t entry, ret;
	size_t size;
	bool on;
	int error;
	union {
		struct kprobe kprobe;
		struct kretprobe kretprobe;
	} u;
};

/* In order: what frees and what answers is there before what keeps. */
enum {
	TOA_HOOK_DESTROY,
	TOA_HOOK_NAME4,
	TOA_HOOK_NAME6,
	TOA_HOOK_SYN,
	TOA_HOOK_SYN4,
	TOA_HOOK_SYN6,
	TOA_HOOK_DEFER,
	TOA_HOOK_CHILD4,
	TOA_HOOK_CHILD6,
	TOA_HOOKS
};

extern struct toa_hook toa_hooks[TOA_HOOKS];

#endif
