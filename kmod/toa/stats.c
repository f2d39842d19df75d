// SPDX-License-Identifier: GPL-2.0
/*
 * Counters: a line of cache of its own for each CPU; atomic, because a softirq
 * may count in the middle of a count.
 */
#include <linux/slab.h>
#include <linux/smp.h>
#include "toa.h"

struct toa_cpu_stats {
	atomic_long_t counter[TOA_M_MAX];
} ____cacheline_aligned_in_smp;

static struct toa_cpu_stats *toa_stats;

#define TOA_NAME(name, help) #name,
const char *const toa_counter_names[TOA_M_MAX] = {
	TOA_COUNTERS(TOA_NAME)
	TOA_MODULE_COUNTERS(TOA_NAME)
};

int toa_stats_init(void)
{
	toa_stats = kcalloc(nr_cpu_ids, sizeof(*toa_stats), GFP_KERNEL);
	return toa_stats ? 0 : -ENOMEM;
}

void toa_stats_exit(void)
{
	kfree(toa_stats);
}

void toa_count(enum toa_module_counter what)
{
	atomic_long_inc(&toa_stats[raw_smp_processor_id()].counter[what]);
}

unsigned long toa_counted(enum toa_module_counter what)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		sum += atomic_long_read(&toa_stats[cpu].counter[what]);
	return sum;
}
