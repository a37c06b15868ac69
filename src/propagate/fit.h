/* fit.h - fits the parts of one quantizer: summaries in, scales and zero-points out. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_FIT_H
#define HS_PROPAGATE_FIT_H
#include "propagate/lab.h"

/* Whose site it is: "fc1", "input1". */
struct hs_site_name {
    const char *layer, *site;
};
/* A site without scales yet: format, convention, codes and parts set; dynamic where the side has no static scales. */
enum hs_status hs_site_open(const struct hs_spec *, const struct hs_side *, bool is_weight, struct hs_parts,
                            const struct hs_site_name *, struct hs_site **, struct hs_err *);
/* Part i from its summary. report: adds its error and its optimum to the row. */
enum hs_status hs_site_fit(struct hs_site *, const struct hs_side *, bool is_weight, size_t part, struct hs_summary *,
                           bool report, struct hs_err *);
/* Part i from its extremes alone: for strategies that need no more. */
enum hs_status hs_site_fit_extremes(struct hs_site *, const struct hs_side *, bool is_weight, size_t part, double lo,
                                    double hi, struct hs_err *);
/* After the last part: the grid's digest is added to the key. */
void hs_site_finish(struct hs_site *, const struct hs_side *);

#endif
