/* paper_nf4.c - NF4 from its construction beside the list that is in use, and AF4. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/literature.h"

#include "format/format.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

/* -ppf(linspace(offset, 1/2, 8)), 0 shared, ppf(linspace(offset, 1/2, 9)), over the largest. */
static void construct(double offset, double *out)
{
    size_t n = 0;
    double top = gsl_cdf_ugaussian_Pinv(offset);
    for (int i = 0; i < 7; i++)
        out[n++] = -gsl_cdf_ugaussian_Pinv(offset + (0.5 - offset) * i / 7) / top;
    out[n++] = 0;
    for (int i = 7; i >= 0; i--)
        out[n++] = gsl_cdf_ugaussian_Pinv(offset + (0.5 - offset) * i / 8) / top;
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {
        {"code", true},         {"published", true},        {"computed", true},
        {"difference", true},   {"computed_929_960", true}, {"difference_929_960", true},
        {"af4_published", true}};
    const struct hs_format *nf4 = hs_format_find("nf4", e), *af4 = hs_format_find("af4", e);
    double literal[16], exact[16];
    (void)ask;
    if (!nf4 || !af4) return e->status;
    struct hs_table *t = hs_answer_table(
        a, "nf4",
        "NormalFloat by quantiles from offset .9677083, and from 929/960; AF4 for blocks "
        "of 64 as its paper lists it",
        HS_COLUMNS(column));
    construct(.9677083, literal);
    construct(929. / 960, exact);
    for (size_t i = 0; i < 16; i++) {
        hs_table_number(t, "%.0f", (double)i);
        hs_table_number(t, "%.9f", nf4->value[i]);
        hs_table_number(t, "%.9f", literal[i]);
        hs_table_number(t, "%.1e", literal[i] - (double)nf4->value[i]);
        hs_table_number(t, "%.9f", exact[i]);
        hs_table_number(t, "%.1e", exact[i] - (double)nf4->value[i]);
        hs_table_number(t, "%.8f", af4->value[i]);
    }
    return HS_OK;
}

const struct hs_table_type hs_table_paper_nf4 = {
    .name = "nf4",
    .summary = "the NormalFloat construction beside the list in use",
    .cite =
        "Dettmers et al. 2023, arXiv:2305.14314, appendix E; Yoshida 2023, arXiv:2306.06965",
    .kind = HS_PAPER,
    .run = run,
};
