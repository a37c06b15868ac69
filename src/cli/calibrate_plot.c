/* calibrate_plot.c - error against threshold, and where each strategy stops. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/calibrate.h"

#include "base/mem.h"
#include "report/figure.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 240 };
static const double width = 6.6, height = 4.4, left = 0.75, right = 6.45, bottom = 0.55,
                    top = 2.95, pitch = 0.155;

struct axis {
    struct hs_summary *summary;
    const struct hs_target *target;
    double unit, zero; /* position = scale * unit */
    struct hs_range x, y;
};

struct mark {
    const char *label;
    double x, y, at; /* at: where its label stands, inches from the left */
};

static int by_x(const void *a, const void *b)
{
    double x = ((const struct mark *)a)->x, y = ((const struct mark *)b)->x;
    return x < y ? -1 : x > y;
}

static double inches(const struct axis *a, double x)
{
    return left + (right - left) * log(x / a->x.lo) / log(a->x.hi / a->x.lo);
}

/* Labels stand above their points, in order and a pitch apart, as near as can be: neighbours
 * that would overlap become a group about their middle (pool adjacent violators), kept within
 * the frame. */
static void spread(const struct axis *a, struct mark *m, size_t n)
{
    size_t first[HS_CALIBRATE_MOST + 1], groups = 0;
    double start[HS_CALIBRATE_MOST]; /* of each group, had it no width */
    qsort(m, n, sizeof *m, by_x);
    for (size_t i = 0; i < n; i++) {
        first[groups] = i, start[groups] = inches(a, m[i].x) - pitch * (double)i;
        for (groups++; groups > 1 && start[groups - 1] < start[groups - 2]; groups--) {
            double left_size = (double)(first[groups - 1] - first[groups - 2]),
                   size = (double)(i + 1 - first[groups - 1]);
            start[groups - 2] =
                (start[groups - 2] * left_size + start[groups - 1] * size) / (left_size + size);
        }
    }
    first[groups] = n;
    for (size_t g = 0; g < groups; g++)
        for (size_t i = first[g]; i < first[g + 1]; i++) {
            double most = right - pitch * (double)(n - 1);
            m[i].at = fmin(fmax(start[g], left), fmax(most, left)) + pitch * (double)i;
        }
}

/* 1, 2, 5 a decade, all digits where there is little more than one. */
static void tics(const struct axis *a, struct hs_figure *f)
{
    static const double few[] = {1, 2, 5}, many[] = {1, 1.5, 2, 3, 4, 5, 6, 8};
    bool narrow = a->x.hi / a->x.lo<30, wide = a->x.hi / a->x.lo> 1e4;
    const char *comma = "";
    if (wide) {
        hs_text_add(&f->gp, "set xtics enhanced format decade\n");
        return;
    }
    hs_text_add(&f->gp, "unset mxtics; set format x number; set xtics noenhanced (");
    for (double unit = pow(10, floor(log10(a->x.lo))); unit <= a->x.hi; unit *= 10)
        for (size_t k = 0; k < (narrow ? 8 : 3); k++) {
            double x = unit * (narrow ? many[k] : few[k]);
            if (x < a->x.lo || x > a->x.hi) continue;
            hs_text_add(&f->gp, "%s%.3g", comma, x);
            comma = ", ";
        }
    hs_text_add(&f->gp, ")\n");
}

static size_t gather(const struct hs_calibrate_ask *ask, struct axis *a,
                     const struct hs_fit *fit, const double *error, double power,
                     struct mark *m)
{
    size_t n = 0;
    for (size_t k = 0; k < ask->strategies; k++) {
        if (!(error[k] > 0) || !(fit[k].scale > 0)) continue;
        m[n] = (struct mark){.label = ask->strategy[k].label,
                             .x = fit[k].scale * a->unit,
                             .y = error[k] / power};
        hs_range_add(&a->x, m[n].x);
        hs_range_add(&a->y, m[n].y);
        n++;
    }
    return n;
}

/* From half the smallest choice to twice the largest. */
static enum hs_status curve(struct axis *a, struct hs_figure *f, struct hs_err *e)
{
    a->x.lo /= 2, a->x.hi *= 2;
    hs_figure_block(f, "position, relative squared error, clipping, rounding");
    for (int i = 0; i < POINTS; i++) {
        struct hs_loss l;
        double x = a->x.lo * pow(a->x.hi / a->x.lo, (double)i / (POINTS - 1));
        struct hs_fit at = {.scale = x / a->unit, .zero = a->zero};
        HS_TRY(hs_calib_loss(a->summary, a->target, &at, &l, e));
        double row[] = {x, l.squared / l.power, l.clipping > 0 ? l.clipping / l.power : NAN,
                        l.rounding > 0 ? l.rounding / l.power : NAN};
        hs_figure_numbers(f, row, 4);
        hs_range_add(&a->y, row[1]);
    }
    return HS_OK;
}

static void script(const struct axis *a, struct hs_figure *f, const struct mark *m, size_t n,
                   const char *what)
{
    const char *const names[] = {"squared error", "clipping", "rounding"};
    double lo = pow(10, floor(log10(a->y.lo)) - 1),
           hi = fmin(pow(10, ceil(log10(a->y.hi))), 10);
    hs_figure_frame(f, left, right, bottom, top);
    hs_text_add(&f->gp, "set logscale xy; set xrange [%.9g:%.9g]; set yrange [%.3g:%.3g]\n",
                a->x.lo, a->x.hi, lo, hi);
    hs_text_add(&f->gp, "set ytics enhanced format decade\n");
    tics(a, f);
    hs_text_add(&f->gp, "set xlabel \"%s\"; set ylabel \"squared error / power\"\n", what);
    hs_text_add(&f->gp, "set key at graph 0.99, graph 0.03 bottom right\n");
    for (size_t i = 0; i < n; i++) {
        double across = (m[i].at - left) / (right - left);
        hs_text_add(&f->gp,
                    "set arrow %zu from graph %.4f, graph 1.02 to first %.9g, first %.9g "
                    "nohead linewidth 0.4 "
                    "linecolor rgb cloud\nset label %zu ",
                    i + 1, across, m[i].x, m[i].y, i + 1);
        hs_figure_name(&f->gp, m[i].label, 26, false);
        hs_text_add(
            &f->gp,
            " at graph %.4f, graph 1.035 left rotate by 90 noenhanced textcolor rgb ink\n",
            across);
    }
    hs_text_add(&f->gp, "plot ");
    for (int k = 0; k < 3; k++)
        hs_text_add(&f->gp, "dat index 0 using 1:%d with lines linestyle %d title \"%s\", ",
                    k + 2, k + 1, names[k]);
    hs_text_add(&f->gp, "dat index 1 using 1:2 with points pointtype 7 pointsize 0.55 "
                        "linecolor rgb ink title \"choices\"\n");
}

const char *hs_calibrate_figure_name(struct hs_arena *arena, const char *tensor, const char *format, const char *ending,
                                     size_t number)
{
    char *s = hs_arena_text(arena, "%s-%s%s", tensor + (tensor[0] == '/'), format, ending);
    bool changed = s && strlen(s) > 100;
    if (changed) s[100] = '\0';
    for (char *c = s; c && *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
            changed |= *c != '/', *c = '_';
    return s && changed ? hs_arena_text(arena, "%s-%zu", s, number)
                        : s; /* two names must not become one */
}

enum hs_status hs_calibrate_draw(const struct hs_calibrate_ask *ask, const char *tensor,
                                 const struct hs_format *format, struct hs_summary *s,
                                 const struct hs_fit *best, const struct hs_fit *fit,
                                 const double *error, struct hs_err *e)
{
    struct hs_calibrate_plot *p = ask->plot;
    struct hs_target t = {
        .format = format, .symmetric = ask->symmetric, .restricted = ask->restricted};
    struct axis a = {.summary = s,
                     .target = &t,
                     .zero = best->zero,
                     .x = {INFINITY, -INFINITY},
                     .y = {INFINITY, -INFINITY}};
    struct mark m[HS_CALIBRATE_MOST];
    struct hs_facts facts;
    int qmin, qmax;
    HS_TRY(hs_summary_facts(s, &facts, e));
    bool affine = format->kind == HS_INTEGER && !ask->symmetric;
    hs_grid_codes(format, ask->restricted, &qmin, &qmax);
    a.unit = affine ? qmax - qmin : format->kind == HS_INTEGER ? qmax : format->max;
    size_t n = gather(ask, &a, fit, error, facts.sum_squares, m);
    if (!n) return HS_OK; /* nothing but zeros: no error to draw */
    if (p->figures->n == HS_FIGURES) return p->left_out++, HS_OK;
    const char *name = hs_calibrate_figure_name(p->arena, tensor, format->name, "", p->figures->n);
    const char *caption = hs_arena_text(
        p->arena, "%s as %s: squared error as the %s moves, and what each strategy chooses",
        tensor, format->name, affine ? "width of the range" : "threshold");
    if (!name || !caption) return HS_OUT_OF_MEMORY(e);
    struct hs_figure *f = hs_figure_begin(p->figures, name, caption, width, height);
    HS_TRY(curve(&a, f, e));
    spread(&a, m, n);
    hs_figure_block(f, "position, relative squared error of each strategy");
    for (size_t i = 0; i < n; i++) hs_figure_numbers(f, (double[]){m[i].x, m[i].y}, 2);
    script(&a, f, m, n, affine ? "width of the range" : "clipping threshold");
    return hs_figure_end(f, e);
}
