/* tally.h - the histograms of other toolkits, bin for bin, rebuilt from a summary.
 *
 * A bin is the set of floats that the toolkit's own arithmetic sends there, an interval; so its
 * count follows from the summary: exactly where that is exact. The toolkit is shown all values
 * as one batch. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_TALLY_H
#define HS_CALIB_TALLY_H
#include "calib/calib.h"

struct hs_tally {
    double *count; /* bins */
    double *edge;  /* bins + 1; float32 values */
    size_t bins;
    double total; /* of the counts: less than the data where the toolkit drops values */
};
void hs_tally_free(struct hs_tally *);

/* numpy.histogram of float32: edges are float32(lo + i (hi - lo) / bins), a bin holds [edge,
 * next edge), the last one also its upper edge. magnitude: of |x|. */
enum hs_status hs_tally_numpy(struct hs_tally *, const struct hs_summary *, bool magnitude,
                              double lo, double hi, size_t bins, struct hs_err *);
/* torch.histc of float32 on the CPU (1.13): bin (x - lo) bins / (hi - lo), all in float32,
 * truncated; x = hi goes to the last bin; what lies outside [lo, hi] is dropped. */
enum hs_status hs_tally_torch(struct hs_tally *, const struct hs_summary *, bool magnitude,
                              double lo, double hi, size_t bins, struct hs_err *);
/* numpy.searchsorted(cumsum(count / total), share): the first bin whose cumulated share reaches
 * it. */
size_t hs_tally_quantile(const struct hs_tally *, double share);

#endif
