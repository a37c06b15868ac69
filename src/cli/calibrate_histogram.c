/* calibrate_histogram.c - how a tensor's values are spread, and below them the levels that each strategy lays over them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/calibrate.h"

#include "base/mem.h"
#include "report/figure.h"

#include <math.h>
#include <stdio.h>

enum { BINS = 160, LEVELS = 64, ROWS = 32, NAME = 26 }; /* more levels than these only cover one another: a bar */
static const double width = 6.6, right = 6.0, bottom = 0.5, high = 1.7, pitch = 0.165;

struct row {
    const char *label;
    const struct hs_fit *fit;
    double clipped; /* share of the values */
};

struct histogram {
    const struct hs_calibrate_ask *ask;
    const struct hs_format *format;
    struct hs_summary *s;
    struct hs_facts facts;
    struct hs_range x; /* of the axis */
    struct row row[ROWS];
    size_t rows;
    bool more;
    double value[LEVELS]; /* what codes mean before the scale, ascending; its ends alone where there are more */
    size_t values, count;
};

static void codes(struct histogram *h)
{
    const struct hs_format *f = h->format;
    int qmin, qmax;
    hs_grid_codes(f, h->ask->restricted, &qmin, &qmax);
    h->count = f->kind == HS_INTEGER ? (size_t)(qmax - qmin + 1) : hs_format_count(f);
    h->values = h->count <= LEVELS ? h->count : 2;
    if (h->count <= LEVELS && f->kind != HS_INTEGER) {
        hs_format_values(f, h->value);
        return;
    }
    for (size_t i = 0; i < h->values && f->kind == HS_INTEGER; i++)
        h->value[i] = h->count <= LEVELS ? qmin + (double)i : i ? qmax : qmin;
    if (f->kind != HS_INTEGER) {
        h->value[0] = f->kind == HS_CODEBOOK ? f->value[0] : -f->max;
        h->value[1] = f->kind == HS_CODEBOOK ? f->value[f->values - 1] : f->max;
    }
}

static double level(const struct histogram *h, const struct hs_fit *f, size_t i) { return f->scale * (h->value[i] - f->zero); }

static enum hs_status rows(struct histogram *h, const struct hs_fit *fit, const double *error, struct hs_err *e)
{
    const struct hs_target t = {.format = h->format, .symmetric = h->ask->symmetric, .restricted = h->ask->restricted};
    for (size_t k = 0; k < h->ask->strategies; k++) {
        struct hs_loss l;
        if (!(error[k] >= 0) || !(fit[k].scale > 0)) continue;
        if (h->rows == ROWS) {
            h->more = true;
            break;
        }
        HS_TRY(hs_calib_loss(h->s, &t, &fit[k], &l, e));
        h->row[h->rows++] = (struct row){h->ask->strategy[k].label, &fit[k], l.clipped / (double)h->facts.count};
    }
    return HS_OK;
}

/* Share of the values in each bin; a bin without any has no bar. Returns the extreme shares. */
static struct hs_range bars(const struct histogram *h, struct hs_figure *f)
{
    double edge[BINS + 1], step = (h->facts.hi - h->facts.lo) / BINS;
    struct hs_mass below[BINS + 1];
    struct hs_range shares = {INFINITY, -INFINITY};
    for (size_t i = 0; i <= BINS; i++) edge[i] = h->facts.lo + step * (double)i;
    edge[BINS] = nextafter(h->facts.hi, INFINITY); /* the largest value belongs to the last bin */
    hs_summary_below_all(h->s, edge, BINS + 1, below);
    hs_figure_block(f, "middle of the bin, share of the values");
    for (size_t i = 0; i < BINS; i++) {
        double share = (below[i + 1].count - below[i].count) / (double)h->facts.count;
        if (!(share > 0)) continue;
        hs_range_add(&shares, share);
        hs_figure_numbers(f, (double[]){edge[i] + 0.5 * step, share}, 2);
    }
    return shares;
}

/* Two blocks: row, lowest and highest level; row, level. */
static void grids(const struct histogram *h, struct hs_figure *f)
{
    hs_figure_block(f, "row, lowest level, highest level");
    for (size_t i = 0; i < h->rows; i++)
        hs_figure_numbers(
            f, (double[]){(double)i, level(h, h->row[i].fit, 0), level(h, h->row[i].fit, h->values - 1)}, 3);
    hs_figure_block(f, "row, level");
    for (size_t i = 0; i < h->rows; i++)
        for (size_t k = 0; k < h->values; k++) hs_figure_numbers(f, (double[]){(double)i, level(h, h->row[i].fit, k)}, 2);
}

static void axis(const struct histogram *h, struct hs_figure *f, bool below)
{
    hs_text_add(&f->gp, "set xrange [%.9g:%.9g]\n", h->x.lo, h->x.hi);
    if (below)
        hs_text_add(&f->gp, "set format x number; set xtics %.9g scale 0.4; set xlabel \"value\" offset 0,0.4\n",
                    hs_range_tick(h->x, 8));
    else
        hs_text_add(&f->gp, "set format x ''; set xtics %.9g scale 0.4; unset xlabel\n", hs_range_tick(h->x, 8));
}

static void script(const struct histogram *h, struct hs_figure *f, double left, struct hs_range shares)
{
    double grid_top = bottom + pitch * (double)h->rows, step = (h->facts.hi - h->facts.lo) / BINS;
    hs_figure_frame(f, left, right, grid_top + 0.1, grid_top + 0.1 + high);
    axis(h, f, false);
    hs_figure_upright(f, "share of the values", left - 0.6, grid_top + 0.1 + 0.5 * high);
    hs_text_add(&f->gp,
                "unset key; set style fill solid 1 noborder; set clip two\n"
                "set logscale y; set yrange [%.3g:%.3g]; set ytics enhanced format decade\n"
                "set boxwidth %.9g absolute\n"
                "plot dat index 0 using 1:2 with boxes fillcolor rgb cloud notitle\n"
                "unset logscale y; unset label\n",
                shares.lo / 2, pow(10, ceil(log10(shares.hi))), step);
    hs_figure_frame(f, left, right, bottom, grid_top);
    axis(h, f, true);
    hs_text_add(&f->gp, "set border 1; set yrange [%.1f:-0.5]; set format y number; set ytics scale 0 (", (double)h->rows - 0.5);
    for (size_t i = 0; i < h->rows; i++) {
        hs_text_add(&f->gp, i ? ", " : "");
        hs_figure_tic(&f->gp, h->row[i].label, NAME, false);
        hs_text_add(&f->gp, " %zu", i);
    }
    hs_text_add(&f->gp, ")\n");
    for (size_t i = 0; i < h->rows; i++) {
        char text[32];
        snprintf(text, sizeof text, "%.2f %%", 100 * h->row[i].clipped);
        hs_text_add(&f->gp, "set label %zu ", i + 1);
        hs_figure_name(&f->gp, text, NAME, false);
        hs_text_add(&f->gp, " at graph 1.01, first %zu left noenhanced textcolor rgb ink\n", i);
    }
    hs_text_add(&f->gp, "set label %zu 'clipped' at graph 1.01, first -1 left noenhanced textcolor rgb ink\n", h->rows + 1);
    hs_text_add(&f->gp, "plot dat index 1 using (0.5*($2+$3)):1:(0.5*($3-$2)):(0.3) with boxxyerror fillcolor rgb \"#9CC6E0\" notitle");
    if (h->count <= LEVELS)
        hs_text_add(&f->gp, ", \\\n     dat index 2 using 2:($1-0.3):(0):(0.6) with vectors nohead linecolor rgb \"#0072B2\" linewidth "
                            "0.8 notitle");
    hs_text_add(&f->gp, "\n");
}

static enum hs_status draw(struct histogram *h, const char *name, const char *caption, struct hs_err *e)
{
    double left = 0.8;
    for (size_t i = 0; i < h->rows; i++) left = fmax(left, 0.15 + hs_figure_text_width(h->row[i].label, NAME));
    struct hs_figure *f = hs_figure_begin(h->ask->histogram->figures, name, caption, width,
                                          bottom + pitch * (double)h->rows + high + 0.25);
    struct hs_range shares = bars(h, f);
    grids(h, f);
    script(h, f, left, shares);
    return hs_figure_end(f, e);
}

enum hs_status hs_calibrate_histogram(const struct hs_calibrate_ask *ask, const char *tensor, const struct hs_format *format,
                                      struct hs_summary *s, const struct hs_fit *fit, const double *error, struct hs_err *e)
{
    struct hs_calibrate_plot *p = ask->histogram;
    struct histogram h = {.ask = ask, .format = format, .s = s};
    HS_TRY(hs_summary_facts(s, &h.facts, e));
    HS_TRY(rows(&h, fit, error, e));
    if (!h.rows || !(h.facts.lo < h.facts.hi)) return HS_OK; /* nothing is spread */
    if (p->figures->n == HS_FIGURES) return p->left_out++, HS_OK;
    codes(&h);
    double pad = 0.03 * (h.facts.hi - h.facts.lo);
    h.x = (struct hs_range){h.facts.lo - pad, h.facts.hi + pad};
    const char *name = hs_calibrate_figure_name(p->arena, tensor, format->name, "-values", p->figures->n);
    const char *caption = hs_arena_text(
        p->arena,
        "%s as %s: how the values are spread (%d bins), and what each strategy lays over them: %s; clipped: the share of the values "
        "beyond its ends.%s",
        tensor, format->name, BINS, h.count <= LEVELS ? "a stroke for each level" : "its range",
        h.more ? " More strategies than fit." : "");
    if (!name || !caption) return HS_OUT_OF_MEMORY(e);
    return draw(&h, name, caption, e);
}
