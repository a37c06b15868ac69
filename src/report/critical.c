/* critical.c - the critical-difference diagram: average ranks on a line, bars over those that are not told apart. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/figure.h"
#include "report/ranking.h"

#include <math.h>

/* Inches; y is 0 on the axis of a panel and falls downward. */
static const double ABOVE = 0.6, BAR = 0.09, ROW = 0.17;
enum { PANELS = 6 };

/* The axis, in inches: names need most of the width. */
static double from(double width) { return 0.355 * width; }
static double to(double width) { return 0.645 * width; }

static double bars(const struct hs_ranking *r) { return 0.1 + BAR * (double)r->bars; }
static size_t lines(const struct hs_ranking *r) { return (r->levels + 1) / 2; }
static double below(const struct hs_ranking *r) { return bars(r) + 0.1 + ROW * (double)lines(r); }
static double inch(const struct hs_figure *f, const struct hs_ranking *r)
{
    return ((double)r->levels - 1) / (to(f->width) - from(f->width));
}

/* The better half is named on the left, the best nearest to the axis; the rest on the right, the worst nearest. */
static bool left(const struct hs_ranking *r, size_t i) { return i < lines(r); }
static double height(const struct hs_ranking *r, size_t i)
{
    return -bars(r) - 0.06 - ROW * (double)(left(r, i) ? i : r->levels - 1 - i);
}

static void axis(struct hs_figure *f, const struct hs_ranking *r)
{
    double most = (double)r->levels, step = hs_range_tick((struct hs_range){1, most}, f->width > 5 ? 8 : 5);
    step = step < 1 ? 1 : step;
    hs_text_add(&f->gp, "set arrow 1 from 1,0 to %.9g,0 nohead linecolor rgb ink linewidth 0.8\n", most);
    size_t tag = 2;
    for (double at = 1; at <= most; at = at == 1 && step > 1 ? step : at + step, tag++)
        hs_text_add(&f->gp,
                    "set arrow %zu from %.9g,0 to %.9g,0.05 nohead linecolor rgb ink linewidth 0.8\n"
                    "set label %zu '%.0f' at %.9g,0.13 center textcolor rgb ink\n",
                    tag, at, at, tag, at, at);
}

static void ruler(struct hs_figure *f, const struct hs_ranking *r)
{
    double end = 1 + fmin(r->cd, (double)r->levels - 1);
    hs_text_add(&f->gp,
                "set arrow 90 from 1,0.3 to %.9g,0.3 heads size screen 0.006,90 linecolor rgb ink linewidth 0.8\n"
                "set label 90 '%s %.2f%s' at %.9g,0.3 left offset 0.7,0 textcolor rgb ink\n",
                end, f->width > 5 ? "critical difference" : "CD", r->cd, end < 1 + r->cd && f->width > 5 ? ", more than there is" : "",
                end);
}

static void names(struct hs_figure *f, const struct hs_view *v, const struct hs_ranking *r)
{
    size_t cut = (size_t)((from(f->width) - 0.25) / 0.067);
    for (size_t i = 0; i < r->levels; i++) {
        hs_text_add(&f->gp, "set label %zu ", 100 + i);
        hs_figure_name(&f->gp, v->factor[r->factor].shown[r->level[i]], cut, false);
        hs_text_add(&f->gp, " at %.9g,%.9g %s textcolor rgb ink noenhanced\n",
                    left(r, i) ? 1 - 0.14 * inch(f, r) : (double)r->levels + 0.14 * inch(f, r), height(r, i),
                    left(r, i) ? "right" : "left");
    }
}

/* A line from each rank down and out to its name, then the bars. */
static size_t data(struct hs_figure *f, const struct hs_ranking *r)
{
    size_t first = hs_figure_block(f, "average rank, height; a line for each level: down, then out to its name");
    for (size_t i = 0; i < r->levels; i++) {
        double x = r->rank[i].x, y = height(r, i);
        double out = left(r, i) ? 1 - 0.08 * inch(f, r) : (double)r->levels + 0.08 * inch(f, r);
        hs_figure_numbers(f, (double[]){x, 0}, 2), hs_figure_numbers(f, (double[]){x, y}, 2);
        hs_figure_numbers(f, (double[]){out, y}, 2);
        hs_text_put(&f->dat, "\n", 1);
    }
    hs_figure_block(f, "not told apart: rank of the best of a set, height, how far it reaches");
    hs_figure_numbers(f, (double[]){NAN, NAN, NAN}, 3);
    for (size_t b = 0; b < r->bars; b++) {
        double more = 0.02 * inch(f, r), lo = r->rank[r->bar[b][0]].x - more, hi = r->rank[r->bar[b][1]].x + more;
        hs_figure_numbers(f, (double[]){lo, -0.08 - BAR * (double)b, hi - lo}, 3);
    }
    return first;
}

static void panel(struct hs_figure *f, const struct hs_view *v, const struct hs_ranking *r, double top)
{
    double p = isfinite(r->test.f_p) ? r->test.f_p : r->test.p;
    const char *title = hs_arena_text(v->arena, p < 1e-4 ? "%s, %zu blocks, p < 0.0001" : "%s, %zu blocks, p = %.2g",
                                      v->factor[r->factor].heading, r->blocks, p); /* the ranks table has all digits */
    double deep = below(r);
    hs_figure_frame(f, 0.1, f->width - 0.1, top - ABOVE - deep, top);
    hs_text_add(&f->gp, "set xrange [%.9g:%.9g]; set yrange [%.9g:%.9g]\n", 1 - (from(f->width) - 0.1) * inch(f, r),
                (double)r->levels + (f->width - 0.1 - to(f->width)) * inch(f, r), -deep, ABOVE);
    hs_text_add(&f->gp, "set label 98 ");
    hs_figure_name(&f->gp, title ? title : "", (size_t)(f->width / 0.07), false);
    hs_text_add(&f->gp, " at graph 0,1 offset 0,-0.6 left noenhanced textcolor rgb ink\n");
    axis(f, r), ruler(f, r), names(f, v, r);
    size_t at = data(f, r);
    hs_text_add(&f->gp,
                "plot dat index %zu using 1:2 with lines linecolor rgb ink linewidth 0.8 notitle, \\\n"
                "     dat index %zu using 1:2:3:(0) with vectors nohead linecolor rgb \"#0072B2\" linewidth 4 notitle\n"
                "unset label; unset arrow\n",
                at, at + 1);
}

enum hs_status hs_figure_ranks(const struct hs_view *v, struct hs_figures *all, struct hs_err *e)
{
    double high = 0.05, top;
    size_t n = v->rankings < PANELS ? v->rankings : PANELS;
    if (!n) return HS_OK;
    for (size_t i = 0; i < n; i++) high += ABOVE + below(&v->ranking[i]) + 0.1;
    struct hs_figure *f =
        hs_figure_begin(all, "ranks",
                        "Average ranks by output error, 1 is best, over blocks of trials that agree in all else; levels under "
                        "one bar are not told apart (Nemenyi's test at 5 %; p: Iman and Davenport's).",
                        hs_figure_across(v), high);
    if (!f) return HS_OK;
    hs_text_add(&f->gp, "unset key; unset border; unset xtics; unset ytics; unset xlabel; unset ylabel\n");
    top = high - 0.02;
    for (size_t i = 0; i < n; i++) {
        panel(f, v, &v->ranking[i], top);
        top -= ABOVE + below(&v->ranking[i]) + 0.1;
    }
    return hs_figure_end(f, e);
}
