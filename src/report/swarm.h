/* swarm.h - a beeswarm: the cloud that random orders make. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_SWARM_H
#define HS_REPORT_SWARM_H
#include <stddef.h>

void hs_swarm_sort(double *x, size_t n);
/* Offsets across the axis for points at ascending places along it: each as near to 0 as the points before it leave room,
 * within +-room. Inches. */
void hs_swarm_spread(const double *at, size_t n, double room, double *offset);

#endif
