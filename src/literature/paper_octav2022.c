/* paper_octav2022.c - OCTAV's Newton recursion, step by step. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/literature.h"
#include "literature/octav.h"

#include <math.h>

double hs_octav_step(const struct hs_density *d, int bits, double s)
{
    struct hs_moments out = d->beyond(s);
    double noise = pow(4, -bits) / 3, tail = 2 * out.mass;
    return 2 * out.first / (noise * (1 - tail) + tail);
}

double hs_octav_start(const struct hs_density *d) { return 2 * d->beyond(0).first; }

double hs_octav_fixed_point(const struct hs_density *d, int bits)
{
    double s = hs_octav_start(d);
    for (int i = 0; i < 1000; i++) {
        double next = hs_octav_step(d, bits, s);
        if (fabs(next - s) <= 1e-15 * s) break;
        s = next;
    }
    return s;
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {{"step", true},
                                              {"gauss_4", true},
                                              {"gauss_8", true},
                                              {"laplace_4", true},
                                              {"laplace_8", true}};
    static const struct {
        const struct hs_density *d;
        int bits;
    } run_of[] = {{&hs_density_gauss, 4},
                  {&hs_density_gauss, 8},
                  {&hs_density_laplace, 4},
                  {&hs_density_laplace, 8}};
    struct hs_table *t =
        hs_answer_table(a, "octav2022",
                        "The threshold after each step, unit variance, for 4 and 8 bits; the "
                        "last row is the fixed point",
                        HS_COLUMNS(column));
    double s[4];
    (void)ask, (void)e;
    for (int k = 0; k < 4; k++) s[k] = hs_octav_start(run_of[k].d);
    for (int i = 0; i <= 20; i++) {
        hs_table_number(t, "%.0f", i);
        for (int k = 0; k < 4; k++) {
            hs_table_number(t, "%.6f",
                            i < 20 ? s[k] : hs_octav_fixed_point(run_of[k].d, run_of[k].bits));
            s[k] = hs_octav_step(run_of[k].d, run_of[k].bits, s[k]);
        }
    }
    return HS_OK;
}

const struct hs_table_type hs_table_paper_octav2022 = {
    .name = "octav2022",
    .summary = "OCTAV's recursion for the clipping threshold, step by step",
    .cite = "Sakr et al. 2022, arXiv:2206.06501, equation 6",
    .kind = HS_PAPER,
    .run = run,
};
