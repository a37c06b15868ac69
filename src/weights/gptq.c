/* gptq.c - rounds a column at a time, and lets the others make up for it where the inputs allow. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "weights/columns.h"

static const struct hs_knob knobs[] = {HS_COLUMNS_KNOB_ROWS, {0}};

static enum hs_status round_weights(const struct hs_weights_problem *p, float *out, const double *knob, struct hs_err *e)
{
    size_t n = p->columns, all = p->rows * n;
    double *w = hs_alloc(all, sizeof *w);
    if (!w) return HS_OUT_OF_MEMORY(e);
    for (size_t g = 0; g < p->groups && !e->status; g++) {
        struct hs_columns c;
        for (size_t i = 0; i < all; i++) w[i] = p->w[g * all + i];
        if (hs_columns_open(&c, p->moments + g * n * n, n, knob, e)) break;
        hs_columns_round(&c, p->grid, (size_t)knob[HS_COLUMNS_BLOCK], w, p->rows, g * all, NULL,
                         out + g * all, e);
        hs_columns_close(&c);
    }
    hs_free(w);
    return e->status;
}

const struct hs_weights_type hs_weights_gptq = {
    .name = "gptq", .summary = "column by column, each error taken up by the columns to come", .version = 1,
    .cite = "Frantar et al. 2022, arXiv:2210.17323", .needs = HS_WEIGHTS_MOMENTS,
    .keeps = HS_WEIGHTS_KEEPS_DIAGONAL | HS_WEIGHTS_KEEPS_SCALE, .knob = knobs, .round = round_weights,
};
