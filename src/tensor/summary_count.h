/* summary_count.h - inside tensor/: the fast counters of a histogram (hs_hist.wide, .narrow), emptied into its octaves. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_SUMMARY_COUNT_H
#define HS_SUMMARY_COUNT_H
#include "tensor/summary_hist.h"

void hs_count_clear(struct hs_hist *, uint32_t octave); /* when it is first met */
/* The bits of at most HS_BLOCK values of octaves that were met. repeated: neighbours are often equal. */
void hs_count_add(struct hs_hist *, const uint32_t *u, size_t n, bool repeated);
void hs_count_pour(const struct hs_hist *from, uint32_t octave, struct hs_octave *to); /* adds what is pending there */

#endif
