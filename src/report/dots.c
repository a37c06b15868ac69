/* dots.c - strategies and orders compared: a row each, a panel for each network and format. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/dots.h"
#include "report/tables.h"

#include <math.h>
#include <string.h>

enum { COLUMNS = 3 };
#define GAP 0.28 /* inches between panels */
static const char *const by_chance = "random";

static bool strategies_vary(const struct hs_view *v)
{
    return hs_view_varies(v, HS_ROLE_BIT(STRATEGY));
}

const char *hs_dots_row(const struct hs_dots *d, const struct hs_entry *n)
{
    if (strategies_vary(d->v)) return n->strategy;
    if (d->orders) return n->random_order ? by_chance : n->order;
    return hs_view_label(d->v, n->trial[0], HS_ROLE_BIT(FORMAT));
}

static const char *panel_of(const struct hs_dots *d, const struct hs_entry *n)
{
    if (strategies_vary(d->v) || d->orders) return d->v->group[n->group].title;
    return hs_view_label(d->v, n->trial[0], HS_ROLE_BIT(NETWORK));
}

/* Orders are series where the rows are strategies. */
static const char *series_of(const struct hs_dots *d, const struct hs_entry *n)
{
    return d->orders && strategies_vary(d->v) ? n->order : "";
}

static bool drawn(const struct hs_dots *d, const struct hs_entry *n)
{
    return d->orders || !strcmp(n->order, d->only);
}

/* Index of a name in a list that takes up to `most`; SIZE_MAX where it is full. */
static size_t place(const char **list, size_t *n, size_t most, const char *name)
{
    for (size_t i = 0; i < *n; i++)
        if (!strcmp(list[i], name)) return i;
    if (*n == most) return SIZE_MAX;
    list[*n] = name;
    return (*n)++;
}

static double scale(const struct hs_dots *d)
{
    return hs_tables_metric(d->v, d->metric).show == HS_SHOW_PERCENT ? 100 : 1;
}

struct hs_value hs_dots_value(const struct hs_dots *d, const struct hs_entry *n)
{
    if (d->metric != SIZE_MAX) {
        struct hs_value x = n->metric[d->metric];
        double by = scale(d);
        return (struct hs_value){by * x.x, by * x.lo, by * x.hi};
    }
    return (struct hs_value){-10 * log10(n->relative.x), -10 * log10(n->relative.hi),
                             -10 * log10(n->relative.lo)};
}

static void survey(struct hs_dots *d)
{
    const struct hs_view *v = d->v;
    d->only = v->entry[0].order;
    for (size_t i = v->entries; i-- > 0;)
        if (!v->entry[i].random_order) d->only = v->entry[i].order;
    for (size_t i = 0; i < v->entries; i++) {
        if (!drawn(d, &v->entry[i])) continue;
        place(d->panel, &d->panels, HS_DOTS_PANELS, panel_of(d, &v->entry[i]));
        place(d->row, &d->rows, HS_DOTS_ROWS, hs_dots_row(d, &v->entry[i]));
        if (!v->entry[i].random_order)
            place(d->name, &d->series, HS_STYLES, series_of(d, &v->entry[i]));
    }
}

bool hs_dots_in_panel(const struct hs_dots *d, const struct hs_entry *n, size_t panel)
{
    return drawn(d, n) && !strcmp(panel_of(d, n), d->panel[panel]);
}

static double unquantized(const struct hs_dots *d, size_t panel)
{
    for (size_t i = 0; i < d->v->entries && d->metric != SIZE_MAX; i++)
        if (hs_dots_in_panel(d, &d->v->entry[i], panel))
            return scale(d) * d->v->trial[d->v->entry[i].trial[0]].unquantized[d->metric];
    return NAN;
}

static struct hs_range extent(const struct hs_dots *d, size_t panel)
{
    struct hs_range r = {INFINITY, -INFINITY};
    for (size_t i = 0; i < d->v->entries; i++) {
        if (!hs_dots_in_panel(d, &d->v->entry[i], panel)) continue;
        struct hs_value x = hs_dots_value(d, &d->v->entry[i]);
        hs_range_add(&r, x.x), hs_range_add(&r, x.lo), hs_range_add(&r, x.hi);
    }
    if (r.lo <= r.hi) hs_range_add(&r, unquantized(d, panel));
    if (!(r.lo <= r.hi)) r = (struct hs_range){0, 1};
    double spread = r.hi - r.lo, size = fmax(fabs(r.lo), fabs(r.hi));
    double pad = spread > 1e-9 * size && spread > 1e-30 ? 0.07 * spread
                 : size > 1e-20                         ? 0.05 * size
                                                        : 1;
    return (struct hs_range){r.lo - pad, r.hi + pad};
}

/* What the cloud is called; NULL where there is none. */
static const char *clouds(const struct hs_dots *d)
{
    for (size_t i = 0; d->orders && i < d->v->entries; i++)
        if (d->v->entry[i].random_order) return "random orders";
    return NULL;
}

/* Series need names where they are orders within a row. */
static bool named(const struct hs_dots *d) { return d->orders && strategies_vary(d->v); }

/* One block of named points for each series; columns y x lo hi. Returns the first block. */
static size_t points(const struct hs_dots *d, struct hs_figure *f, size_t panel)
{
    double apart = d->series > 1 ? fmin(0.7 / (double)d->series, 0.16) : 0;
    size_t first = f->blocks;
    for (size_t s = 0; s < d->series; s++) {
        hs_figure_block(f, *d->name[s] ? d->name[s] : "row, value, from, to");
        double none[4] = {NAN, NAN, NAN, NAN};
        hs_figure_numbers(f, none, 4); /* a block must not be empty */
        for (size_t i = 0; i < d->v->entries; i++) {
            const struct hs_entry *n = &d->v->entry[i];
            if (n->random_order || !hs_dots_in_panel(d, n, panel) ||
                strcmp(series_of(d, n), d->name[s]))
                continue;
            const char *name = hs_dots_row(d, n);
            size_t row = 0;
            while (row < d->rows && strcmp(d->row[row], name)) row++;
            if (row == d->rows) continue;
            struct hs_value x = hs_dots_value(d, n);
            bool sure = isfinite(x.lo) && isfinite(x.hi);
            double y = (double)row + apart * ((double)s - 0.5 * (double)(d->series - 1));
            hs_figure_numbers(f, (double[]){y, x.x, sure ? x.lo : x.x, sure ? x.hi : x.x}, 4);
        }
    }
    return first;
}

static size_t label_cut(const struct hs_dots *d) { return d->v->about->narrow ? 20 : 34; }
static double legend_left(const struct hs_dots *d) { return d->v->about->narrow ? 0.05 : d->left; }

static void axes(const struct hs_dots *d, struct hs_figure *f, size_t panel, struct hs_range r)
{
    double reference = unquantized(d, panel);
    hs_figure_title(f, d->panel[panel], d->width, false);
    hs_text_add(
        &f->gp, "set xrange [%.9g:%.9g]; set xtics %.9g\nset yrange [%.1f:-0.5]\nset ytics (",
        r.lo, r.hi, hs_range_tick(r, fmax(3, floor(d->width / 0.4))), (double)d->rows - 0.5);
    for (size_t i = 0; i < d->rows; i++) {
        if (i) hs_text_add(&f->gp, ", ");
        hs_figure_tic(&f->gp,
                      panel % d->columns ? ""
                      : *d->row[i]       ? d->row[i]
                                         : "all",
                      label_cut(d), false);
        hs_text_add(&f->gp, " %zu", i);
    }
    hs_text_add(&f->gp, ")\n");
    if (isfinite(reference))
        hs_text_add(&f->gp,
                    "set arrow 99 from %.9g,graph 0 to %.9g,graph 1 nohead linecolor rgb cloud "
                    "dashtype (6,4) back\n",
                    reference, reference);
}

static enum hs_status panel(const struct hs_dots *d, struct hs_figure *f, size_t p, double bottom,
                            struct hs_err *e)
{
    double left = d->left + (double)(p % d->columns) * (d->width + GAP);
    struct hs_range r = extent(d, p);
    hs_figure_frame(f, left, left + d->width, bottom, bottom + d->pitch * (double)d->rows);
    if (p == 0 && named(d))
        hs_figure_legend(f, &(struct hs_legend){d->name, d->series, clouds(d), false}, f->width,
                         legend_left(d), f->height - 0.04);
    axes(d, f, p, r);
    hs_text_add(&f->gp, "plot ");
    HS_TRY(hs_dots_violins(d, f, p, e));
    size_t grey = hs_figure_block(f, "random orders: row, value");
    hs_figure_numbers(f, (double[]){NAN, NAN}, 2);
    HS_TRY(hs_dots_cloud(d, f, p, r, e));
    size_t first = points(d, f, p);
    hs_text_add(&f->gp, "dat index %zu using 2:1 with points linestyle 8 notitle", grey);
    for (size_t s = 0; s < d->series; s++)
        hs_text_add(&f->gp,
                    ", \\\n     dat index %zu using 2:1:3:4 with xerrorbars linestyle %zu "
                    "dashtype 1 linewidth 1.1 notitle",
                    first + s, s + 1);
    hs_text_add(&f->gp, "\nunset label; unset arrow\n");
    return HS_OK;
}

static void measures(struct hs_dots *d)
{
    double widest = 0.2, columns;
    d->columns = d->v->about->narrow ? 1 : d->panels == 4 ? 2 : d->panels < COLUMNS ? d->panels : COLUMNS;
    columns = (double)d->columns;
    for (size_t i = 0; i < d->rows; i++)
        widest = fmax(widest, hs_figure_text_width(d->row[i], label_cut(d)));
    d->left = widest + 0.15;
    d->width = (hs_figure_across(d->v) - d->left - 0.15 - GAP * (columns - 1)) / columns;
    d->pitch = clouds(d)       ? named(d) ? 0.5 : 0.34
               : d->series > 1 ? fmax(0.24, 0.11 * (double)d->series + 0.1)
                               : 0.22;
}

static const char *label(const struct hs_dots *d)
{
    if (d->metric == SIZE_MAX) return "output SQNR (dB)";
    return hs_tables_metric(d->v, d->metric).heading;
}

static enum hs_status draw(struct hs_dots *d, struct hs_figures *all, const char *name,
                           const char *caption, struct hs_err *e)
{
    double legend, block, width = hs_figure_across(d->v);
    measures(d);
    size_t down = (d->panels + d->columns - 1) / d->columns;
    block = d->pitch * (double)d->rows + 0.72;
    legend =
        named(d)
            ? hs_figure_legend(NULL, &(struct hs_legend){d->name, d->series, clouds(d), false},
                               width, legend_left(d), 0)
            : 0;
    struct hs_figure *f =
        hs_figure_begin(all, name, caption, width, block * (double)down + legend + 0.08);
    if (!f || !name || !caption) return f ? HS_OUT_OF_MEMORY(e) : HS_OK;
    hs_text_add(&f->gp, "unset key; set border 1; set grid xtics ytics linetype 1 linewidth "
                        "0.5 linecolor rgb faint dashtype solid\n"
                        "set tics scale 0.4; set ytics scale 0\n");
    for (size_t p = 0; p < d->panels; p++) {
        if (p + d->columns < d->panels) {
            hs_text_add(&f->gp, "unset xlabel\n");
        } else {
            hs_text_add(&f->gp, "set xlabel ");
            hs_figure_name(&f->gp, label(d), 60, false);
            hs_text_add(&f->gp, " offset 0,0.4 noenhanced textcolor rgb ink\n");
        }
        HS_TRY(panel(d, f, p, 0.52 + block * (double)(down - 1 - p / d->columns), e));
    }
    return hs_figure_end(f, e);
}

static const char *sentence(const struct hs_dots *d, const char *what)
{
    const char *names = hs_view_title(d->v, HS_ROLE_BIT(STRATEGY));
    bool cut = d->rows == HS_DOTS_ROWS || d->panels == HS_DOTS_PANELS, order = !d->orders && *d->only;
    bool draws = hs_view_varies(d->v, HS_ROLE_BIT(DRAW));
    if (!names) return NULL;
    return hs_arena_text(d->v->arena, "%s%s%s%s%s%s%s%s%s%s", what, *names ? " Rows: " : "",
                         names, *names ? "." : "", order ? " Order: " : "",
                         order ? d->only : "", order ? "." : "",
                         clouds(d) ? " Grey: random orders, one point each; outlined where there are twenty." : "",
                         draws ? " Means over calibration draws." : "",
                         cut ? " More than the figure holds: the rest is in the tables." : "");
}

enum hs_status hs_figure_strategies(const struct hs_view *v, struct hs_figures *all,
                                    struct hs_err *e)
{
    if (!strategies_vary(v) && !hs_view_varies(v, HS_ROLE_BIT(FORMAT))) return HS_OK;
    struct hs_dots d = {.v = v, .metric = SIZE_MAX};
    size_t task = hs_view_task(v);
    survey(&d);
    HS_TRY(draw(&d, all, "strategies",
                sentence(&d, "Output SQNR with 95 % intervals over samples; further right is "
                             "better; each panel has its own range."),
                e));
    if (task == SIZE_MAX) return HS_OK;
    struct hs_dots t = {.v = v, .metric = task};
    survey(&t);
    const char *what = hs_arena_text(
        v->arena, "The task's own figure (%s) with 95 %% intervals; dashed: the float network.",
        v->metric[task]);
    return draw(&t, all, "strategies-task", what ? sentence(&t, what) : NULL, e);
}

enum hs_status hs_figure_orders(const struct hs_view *v, struct hs_figures *all,
                                struct hs_err *e)
{
    if (!hs_view_varies(v, HS_ROLE_BIT(ORDER))) return HS_OK;
    struct hs_dots d = {.v = v, .metric = SIZE_MAX, .orders = true};
    survey(&d);
    return draw(&d, all, "orders",
                sentence(&d, "Output SQNR by the order in which layers were quantized; further "
                             "right is better; bars: 95 % "
                             "intervals over samples."),
                e);
}
