/* interval.h - inside report: the bootstrap intervals of many relative errors. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_INTERVAL_H
#define HS_REPORT_INTERVAL_H
#include "report/view.h"

/* One interval to find; whose samples they are does not change while it waits. */
struct hs_wanted {
    const double *squared, *reference;
    size_t samples;
    const uint32_t *cluster;
    struct hs_value *out;
};

/* Sets w[i].out of n, none of which has more than `most` samples; by all cores, the same bits with any number. */
enum hs_status hs_view_intervals(const struct hs_view *v, const struct hs_wanted *w, size_t n, size_t most,
                                 struct hs_err *e);

#endif
