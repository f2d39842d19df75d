/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOA_STATS_H
#define TOA_STATS_H

#include "../include/toa_abi.h"

/* Names and meanings, in the order of the map. */
extern const struct counter { const char *name, *help; } counters[TOA_C_MAX];

#endif
