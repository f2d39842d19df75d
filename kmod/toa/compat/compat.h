/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that differs between kernels. toa_config.h is made by configure.sh from
 * what compiles; macros are their own test. No version number is looked at:
 * distributions mix old and new interfaces.
 */
#ifndef TOA_COMPAT_H
#define TOA_COMPAT_H

#include "toa_config.h"
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/fs.h>
#include <linux/rcupdate.h>
#include <net/inet_sock.h>

#if !defined(CONFIG_KPROBES) || !defined(CONFIG_KRETPROBES)
#error "toa: this kernel has no kretprobes (CONFIG_KPROBES, CONFIG_KRETPROBES)"
#endif
#if defined(CONFIG_PREEMPT_RT) || defined(CONFIG_PREEMPT_RT_FULL)
#error "toa: PREEMPT_RT kernels are not supported: probes may not take locks"
#endif
#ifndef CONFIG_PROC_FS
#error "toa: this kernel has no /proc (CONFIG_PROC_FS)"
#endif

/* Of two shapes of one interface exactly one must have compiled. */
#if defined(TOA_HAVE_GETNAME_3) == defined(TOA_HAVE_GETNAME_4)
#error "toa: inet_getname() has a shape that is not known; see toa_config.h.log"
#endif
#if defined(TOA_HAVE_PROC_OPS) == defined(TOA_HAVE_PROC_FOPS)
#error "toa: /proc files have a shape that is not known; see toa_config.h.log"
#endif
#if defined(TOA_HAVE_INET_SPORT) == defined(TOA_HAVE_INET_PLAIN_SPORT)
#error "toa: inet_sock has a shape that is not known; see toa_config.h.log"
#endif

#ifndef __rcu
#define __rcu
#endif
#ifndef rcu_dereference_protected
#define rcu_dereference_protected(p, c) (p)
#endif
#ifndef pr_warn
#define pr_warn pr_warning
#endif

/* A load that the compiler neither repeats nor splits. */
#define TOA_ONCE(x) (*(volatile typeof(x) *)&(x))

#ifdef TOA_HAVE_PROC_OPS
#define TOA_PROC_FILE(name, open_fn, read_fn, write_fn, release_fn) \
static const struct proc_ops name = { \
	.proc_open = open_fn, \
	.proc_read = read_fn, \
	.proc_write = write_fn, \
	.proc_lseek = seq_lseek, \
	.proc_release = release_fn, \
}
#else
#define TOA_PROC_FILE(name, open_fn, read_fn, write_fn, release_fn) \
static const struct file_operations name = { \
	.owner = THIS_MODULE, \
	.open = open_fn, \
	.read = read_fn, \
	.write = write_fn, \
	.llseek = seq_lseek, \
	.release = release_fn, \
}
#endif

/* inet_getname(sock, uaddr, peer), before that (sock, uaddr, len, peer). */
#ifdef TOA_HAVE_GETNAME_3
#define TOA_GETNAME_PEER 2
#else
#define TOA_GETNAME_PEER 3
#endif

static inline __be16 toa_local_port(const struct sock *sk)
{
#ifdef TOA_HAVE_INET_SPORT
	return inet_sk(sk)->inet_sport;
#else
	return inet_sk(sk)->sport;
#endif
}

#endif
