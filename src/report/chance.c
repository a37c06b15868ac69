/* chance.c - random orders in the figures of strategies and orders: points beside one another, outlines where they are many. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/dots.h"
#include "report/swarm.h"
#include "report/violin.h"

#include <math.h>
#include <string.h>

enum { SWARM = 200 }; /* more points than these only cover one another */

/* The random orders of a row, ascending. */
static size_t chances(const struct hs_dots *d, size_t panel, size_t row, double *x)
{
    size_t n = 0;
    for (size_t i = 0; i < d->v->entries; i++) {
        const struct hs_entry *me = &d->v->entry[i];
        if (!me->random_order || !hs_dots_in_panel(d, me, panel) || strcmp(hs_dots_row(d, me), d->row[row])) continue;
        x[n] = hs_dots_value(d, me).x;
        n += isfinite(x[n]) != 0;
    }
    hs_swarm_sort(x, n);
    return n;
}

enum hs_status hs_dots_cloud(const struct hs_dots *d, struct hs_figure *f, size_t panel, struct hs_range r, struct hs_err *e)
{
    size_t most = d->v->entries;
    double *block = hs_alloc(3 * most + 1, sizeof *block), *x = block, *at = block + most,
           *offset = at + most;
    if (!block) return HS_OUT_OF_MEMORY(e);
    for (size_t row = 0; row < d->rows; row++) {
        size_t n = chances(d, panel, row, x);
        for (size_t i = 0; i < n; i++) at[i] = (x[i] - r.lo) / (r.hi - r.lo) * d->width;
        if (n <= SWARM) hs_swarm_spread(at, n, 0.42 * d->pitch, offset);
        for (size_t i = 0; i < n && n <= SWARM; i++)
            hs_figure_numbers(f, (double[]){(double)row + offset[i] / d->pitch, x[i]}, 2);
    }
    hs_free(block);
    return HS_OK;
}

enum hs_status hs_dots_violins(const struct hs_dots *d, struct hs_figure *f, size_t panel, struct hs_err *e)
{
    double at[HS_VIOLIN_POINTS], density[HS_VIOLIN_POINTS], median[HS_DOTS_ROWS], *x = hs_alloc(d->v->entries + 1, sizeof *x);
    size_t drawn_rows = 0, block = 0;
    if (!x) return HS_OUT_OF_MEMORY(e);
    for (size_t row = 0; row < d->rows; row++) {
        median[row] = hs_violin(x, chances(d, panel, row, x), at, density);
        if (!isfinite(median[row])) continue;
        if (!drawn_rows++)
            block = hs_figure_block(f, "outline of many random orders: row, value");
        else
            hs_text_add(&f->dat, "\n");
        for (size_t k = 0; k < 2 * (size_t)HS_VIOLIN_POINTS; k++) {
            size_t i = k < HS_VIOLIN_POINTS ? k : 2 * (size_t)HS_VIOLIN_POINTS - 1 - k;
            double side = k < HS_VIOLIN_POINTS ? 0.42 : -0.42;
            hs_figure_numbers(f, (double[]){(double)row + side * density[i], at[i]}, 2);
        }
    }
    hs_free(x);
    if (!drawn_rows) return HS_OK;
    hs_text_add(&f->gp, "dat index %zu using 2:1 with filledcurves closed fillcolor rgb faint fillstyle solid 1 noborder notitle, "
                      "\\\n     ", block);
    block = hs_figure_block(f, "their medians: row, value");
    for (size_t row = 0; row < d->rows; row++)
        if (isfinite(median[row])) hs_figure_numbers(f, (double[]){(double)row, median[row]}, 2);
    hs_text_add(&f->gp, "dat index %zu using 2:($1-0.42):(0):(0.84) with vectors nohead linecolor rgb cloud linewidth 1 notitle, "
                      "\\\n     ", block);
    return HS_OK;
}
