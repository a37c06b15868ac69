/* front.c - mixed precision: what each assignment of formats costs and what it leaves of error, predicted beside measured. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/figure.h"

#include "propagate/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PANELS = 4, SERIES = 6, ROWS = 512 }; /* style 7 has no hollow partner */
#define HEIGHT 2.3 /* of a panel's plot */
#define LEFT 0.62
#define APART 0.05 /* inches between searches that propose the same */
static const int hollow[SERIES] = {6, 4, 8, 12, 10, 14}; /* of the style's own kind, 1 .. SERIES */

struct point {
    double share, error, lo, hi, predicted;
};
/* One panel: the table of a trial. */
struct front {
    const struct hs_trace_table *t;
    const char *title;
    size_t search, share, predicted, error; /* columns */
    struct hs_range across, up;
};

static size_t column(const struct hs_trace_table *t, const char *name)
{
    size_t c = 0;
    while (c < t->columns && strcmp(t->column[c].name, name)) c++;
    return c;
}

static struct point point(const struct front *f, size_t row)
{
    const struct hs_trace_cell *c = &f->t->cell[row * f->t->columns];
    return (struct point){100 * c[f->share].x, c[f->error].x, c[f->error].lo, c[f->error].hi, c[f->predicted].x};
}

static const char *name_of(const struct front *f, size_t row) { return f->t->cell[row * f->t->columns + f->search].text; }

/* Only what is above 0 has a place on the axis. */
static double above(double x) { return x > 0 && x < 1e200 ? x : NAN; }

static bool gather(struct front *f)
{
    const struct hs_trace_table *t = f->t;
    f->search = column(t, "search"), f->share = column(t, "share");
    f->predicted = column(t, "predicted"), f->error = column(t, "error");
    if (f->search == t->columns || f->share == t->columns || f->predicted == t->columns || f->error == t->columns) return false;
    f->across = f->up = (struct hs_range){INFINITY, -INFINITY};
    for (size_t r = 0; r < t->rows; r++) {
        struct point p = point(f, r);
        if (!isfinite(above(p.error))) continue;
        hs_range_add(&f->across, p.share);
        hs_range_add(&f->up, p.error), hs_range_add(&f->up, above(p.lo)), hs_range_add(&f->up, above(p.hi));
        if (strcmp(name_of(f, r), "uniform")) hs_range_add(&f->up, above(p.predicted));
    }
    return f->across.lo <= f->across.hi;
}

static size_t name_series(const struct front *f, size_t n, const char **name)
{
    size_t series = 0;
    for (size_t p = 0; p < n; p++)
        for (size_t r = 0; r < f[p].t->rows && series < SERIES; r++) {
            size_t k = 0;
            while (k < series && strcmp(name[k], name_of(&f[p], r))) k++;
            if (k == series && strcmp(name_of(&f[p], r), "uniform")) name[series++] = name_of(&f[p], r);
        }
    return series;
}

/* Columns: cost in per cent of float32, error, its interval, prediction; moved sideways by `by`. */
static size_t series_block(const struct front *f, struct hs_figure *to, const char *name, double by)
{
    size_t index = hs_figure_block(to, name);
    hs_figure_numbers(to, (double[]){NAN, NAN, NAN, NAN, NAN}, 5); /* a block must not be empty */
    for (size_t r = 0; r < f->t->rows; r++) {
        struct point p = point(f, r);
        if (strcmp(name_of(f, r), name)) continue;
        double error = above(p.error);
        bool sure = isfinite(above(p.lo)) && isfinite(above(p.hi));
        hs_figure_numbers(to, (double[]){p.share + by, error, sure ? p.lo : error, sure ? p.hi : error, above(p.predicted)}, 5);
    }
    return index;
}

static int cheaper(const void *pa, const void *pb)
{
    const struct point *a = pa, *b = pb;
    if (a->share != b->share) return a->share < b->share ? -1 : 1;
    return (a->error > b->error) - (a->error < b->error);
}

/* The measured front: what nothing that costs no more beats. A step from each to the next. */
static size_t front_block(const struct front *f, struct hs_figure *to)
{
    struct point list[ROWS];
    size_t n = 0, index = hs_figure_block(to, "measured front");
    for (size_t r = 0; r < f->t->rows && n < ROWS; r++)
        if (isfinite(above(point(f, r).error))) list[n++] = point(f, r);
    qsort(list, n, sizeof *list, cheaper);
    double least = INFINITY;
    for (size_t i = 0; i < n; i++) {
        if (!(list[i].error < least)) continue;
        least = list[i].error;
        hs_figure_numbers(to, (double[]){list[i].share, least}, 2);
    }
    return index;
}

static void panel(const struct front *f, struct hs_figure *to, const char *const *name, size_t series, double left, double bottom,
                  double width)
{
    double pad = fmax(0.06 * (f->across.hi - f->across.lo), 0.02 * f->across.hi), lo = fmax(0, f->across.lo - pad),
           hi = f->across.hi + pad, apart = APART * (hi - lo) / width;
    size_t steps = front_block(f, to), uniform = series_block(f, to, "uniform", 0), first = to->blocks;
    for (size_t k = 0; k < series; k++)
        series_block(f, to, name[k], apart * ((double)k - 0.5 * (double)(series - 1)));
    hs_figure_frame(to, left, left + width, bottom, bottom + HEIGHT);
    hs_figure_title(to, f->title, width, false);
    hs_figure_log_axis(to, f->up);
    hs_text_add(&to->gp, "set xrange [%.9g:%.9g]; set xtics %.9g\n", lo, hi,
                hs_range_tick((struct hs_range){lo, hi}, fmax(3, floor(width / 0.45))));
    hs_text_add(&to->gp, "set xlabel \"cost, %% of float32\" offset 0,0.4\n");
    hs_text_add(&to->gp, "plot dat index %zu using 1:2 with steps linecolor rgb faint linewidth 3 notitle", steps);
    hs_text_add(&to->gp, ", \\\n     dat index %zu using 1:2 with linespoints linecolor rgb cloud linewidth 0.8 dashtype (3,3) "
                         "pointtype 2 pointsize 0.6 notitle", uniform);
    for (size_t k = 0; k < series; k++) {
        hs_text_add(&to->gp, ", \\\n     dat index %zu using 1:2:(0):($5-$2) with vectors nohead linestyle %zu linewidth 0.6 dashtype 1 notitle",
                    first + k, k + 1);
        hs_text_add(&to->gp, ", \\\n     dat index %zu using 1:5 with points linestyle %zu pointtype %d linewidth 0.8 notitle",
                    first + k, k + 1, hollow[k]);
        hs_text_add(&to->gp, ", \\\n     dat index %zu using 1:2:3:4 with yerrorbars linestyle %zu dashtype 1 linewidth 0.8 notitle",
                    first + k, k + 1);
    }
    hs_text_add(&to->gp, "\nunset label; unset title\n");
}

/* Beside the searches' samples: what is filled, what is not, and the two lines. */
static void signs(struct hs_figure *f, bool narrow, double x, double y)
{
    hs_text_add(&f->gp,
                "set label 90 'filled: measured, hollow: predicted%s' "
                "at screen %.4f,%.4f left noenhanced textcolor rgb ink\n",
                narrow ? "" : "; \xc3\x97: one format for all; grey steps: the measured front", x / f->width, y / f->height);
}

static enum hs_status draw(const struct hs_view *v, struct hs_figures *all, const struct front *panels, size_t n, bool more,
                           struct hs_err *e)
{
    const char *name[SERIES];
    size_t series = name_series(panels, n, name), across = n > 1 && !v->about->narrow ? 2 : 1, down = (n + across - 1) / across;
    const struct hs_legend legend = {name, series, NULL, false};
    double all_across = hs_figure_across(v), above_plots = hs_figure_legend(NULL, &legend, all_across, LEFT, 0) + 0.24, block = HEIGHT + 0.72,
           width = across > 1 ? (all_across - 0.1 - 2 * LEFT) / 2 : fmin(4.5, all_across - 0.1 - LEFT);
    const char *caption = hs_arena_text(
        v->arena,
        "One format for each layer: cost, and the output's relative squared error. Filled: measured on the evaluation data, with "
        "95 %% intervals; hollow: what the search's model predicted from the calibration data. Searches stand beside one another "
        "where they cost the same. Crosses: one format for all layers. Grey steps: the measured Pareto front.%s",
        more ? " More trials than fit: the rest is in the tables." : "");
    if (!caption) return HS_OUT_OF_MEMORY(e);
    struct hs_figure *f = hs_figure_begin(all, "budget", caption, all_across, (double)down * block + above_plots);
    if (!f) return HS_OK;
    for (size_t p = 0; p < n; p++) {
        if (p == 0) hs_figure_legend(f, &legend, all_across, LEFT, f->height - 0.04), signs(f, v->about->narrow, LEFT, f->height - above_plots + 0.1);
        double left = LEFT + (double)(p % across) * (width + LEFT),
               bottom = 0.45 + (double)(down - 1 - p / across) * block;
        if (p % across == 0) hs_figure_upright(f, "relative output error", 0.1, bottom + 0.5 * HEIGHT);
        panel(&panels[p], f, name, series, left, bottom, width);
    }
    return hs_figure_end(f, e);
}

static const struct hs_trace_table *table_of(const struct hs_view *v, const struct hs_group *g)
{
    for (size_t i = 0; i < g->entries; i++) {
        const struct hs_trace_table *t = hs_trace_find(&v->trial[v->entry[g->entry[i]].trial[0]].record->trace, "budget");
        if (t) return t;
    }
    return NULL;
}

/* A panel for each network and format; the table of the entry with the least error stands for it. */
enum hs_status hs_figure_budget(const struct hs_view *v, struct hs_figures *all, struct hs_err *e)
{
    struct front panels[PANELS];
    size_t n = 0;
    bool more = false;
    for (size_t g = 0; g < v->groups; g++) {
        struct front one = {.t = table_of(v, &v->group[g]), .title = v->group[g].title};
        if (!one.t || !gather(&one)) continue;
        if (n < PANELS) panels[n++] = one;
        else more = true;
    }
    return n ? draw(v, all, panels, n, more, e) : HS_OK;
}
