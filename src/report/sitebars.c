/* sitebars.c - clipping and rounding at each quantizer, stacked: a row a strategy. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STRATEGIES = 6, KINDS = 3 };

/* Rows are what was done to that kind of site: its strategy, or the trial's label where more
 * than calibrations varies. */
struct bars {
    const struct hs_view *v;
    size_t group, kinds, layers;
    const char *kind[KINDS];
    size_t rows[KINDS];
    const struct hs_entry *row[KINDS][STRATEGIES];
    const char *label[KINDS][STRATEGIES];
    const char **layer; /* names, in execution order of the first row's trial */
    bool more;
};

static const struct hs_trace *trace(const struct bars *b, const struct hs_entry *n)
{
    return &b->v->trial[n->trial[0]].record->trace;
}

/* Products of two activations have "input" and "input1": one kind. */
static bool of_kind(const struct hs_site_row *s, const char *kind)
{
    return !strncmp(s->site, kind, strlen(kind));
}

static bool only_calibrations_vary(const struct hs_view *v)
{
    for (size_t f = 0; f < v->factors; f++)
        if (v->factor[f].varies && v->factor[f].role == HS_ROLE_STRATEGY &&
            strncmp(v->factor[f].name, "calibration.", 12))
            return false;
    return true;
}

/* NULL: the entry measured no site of that kind. */
static const char *label(const struct bars *b, const struct hs_entry *n, const char *kind)
{
    const struct hs_trace *x = trace(b, n);
    for (size_t i = 0; i < x->sites; i++)
        if (of_kind(&x->site[i], kind) && isfinite(x->site[i].squared))
            return only_calibrations_vary(b->v) ? x->site[i].strategy : n->strategy;
    return NULL;
}

static void rows(struct bars *b, const char *kind)
{
    const struct hs_view *v = b->v;
    size_t *n = &b->rows[b->kinds];
    for (size_t i = 0; i < v->entries; i++) {
        const struct hs_entry *me = &v->entry[i];
        const char *name =
            me->group == b->group && !me->random_order ? label(b, me, kind) : NULL;
        size_t k = 0;
        while (name && k < *n && strcmp(b->label[b->kinds][k], name)) k++;
        if (!name || k < *n) continue;
        if (*n == STRATEGIES) {
            b->more = true;
            continue;
        }
        b->row[b->kinds][*n] = me;
        b->label[b->kinds][(*n)++] = name;
    }
}

static void kinds(struct bars *b)
{
    static const char *const all[] = {"weight", "input", "output"};
    for (size_t k = 0; k < KINDS; k++) {
        rows(b, all[k]);
        if (b->rows[b->kinds]) b->kind[b->kinds++] = all[k];
    }
}

static size_t most_rows(const struct bars *b)
{
    size_t most = 0;
    for (size_t k = 0; k < b->kinds; k++)
        if (b->rows[k] > most) most = b->rows[k];
    return most;
}

static int position(const struct hs_trace *x, const char *node)
{
    for (size_t i = 0; i < x->nodes; i++)
        if (!strcmp(x->node[i].node, node)) return x->node[i].position;
    return 0;
}

static bool layers(struct bars *b)
{
    const struct hs_trace *x = trace(b, b->row[0][0]);
    b->layer = HS_NEW(b->v->arena, x->layers, const char *);
    for (size_t i = 0; b->layer && i < x->layers; i++) {
        size_t at = b->layers++;
        for (; at > 0 && position(x, b->layer[at - 1]) > position(x, x->order[i]); at--)
            b->layer[at] = b->layer[at - 1];
        b->layer[at] = x->order[i];
    }
    return b->layer != NULL;
}

struct pair {
    double clipping, rounding;
};

static struct pair measure(const struct bars *b, const struct hs_entry *n, const char *kind,
                           const char *layer)
{
    struct pair p = {NAN, NAN};
    const struct hs_trace *x = trace(b, n);
    for (size_t i = 0; i < x->sites; i++) {
        const struct hs_site_row *s = &x->site[i];
        if (strcmp(s->layer, layer) || !of_kind(s, kind) || !isfinite(s->squared)) continue;
        double c = hs_view_share(s->clipping, s->power),
               r = hs_view_share(s->rounding, s->power);
        p = isnan(p.clipping) ? (struct pair){c, r}
                              : (struct pair){p.clipping + c, p.rounding + r};
    }
    return p;
}

/* Columns: layer, rounding, clipping. */
static size_t block(const struct bars *b, struct hs_figure *f, size_t r, size_t k,
                    double *highest)
{
    const char *what = hs_arena_text(b->v->arena, "%s, %s: layer, rounding, clipping",
                                     b->kind[k], b->label[k][r]);
    size_t index = hs_figure_block(f, what ? what : "");
    for (size_t i = 0; i < b->layers; i++) {
        struct pair p = measure(b, b->row[k][r], b->kind[k], b->layer[i]);
        hs_figure_numbers(f,
                          (double[]){(double)i, isfinite(p.rounding) ? p.rounding : 0,
                                     isfinite(p.clipping) ? p.clipping : 0},
                          3);
        if (isfinite(p.clipping + p.rounding))
            *highest = fmax(*highest, p.clipping + p.rounding);
    }
    return index;
}

static void tics(const struct bars *b, struct hs_figure *f, double width, bool named)
{
    size_t fit = (size_t)(width / 0.14) + 1, every = (b->layers + fit - 1) / fit;
    hs_text_add(&f->gp, named ? "set xtics rotate by 60 right offset 0.3,0 (" : "set xtics (");
    for (size_t i = 0; i < b->layers; i += every ? every : 1) {
        hs_text_add(&f->gp, i ? ", " : "");
        hs_figure_tic(&f->gp, named ? b->layer[i] : "", 16, true);
        hs_text_add(&f->gp, " %zu", i);
    }
    hs_text_add(&f->gp, ")\n");
}

struct shape {
    double left, width, gap, high, bottom;
};

static void legend(struct hs_figure *f)
{
    static const char *const name[] = {"rounding", "clipping"};
    for (size_t i = 0; i < 2; i++)
        hs_text_add(&f->gp,
                    "set object %zu rectangle from screen %.4f,%.4f to screen %.4f,%.4f "
                    "fillcolor rgb \"%s\" %s front\n"
                    "set label %zu '%s' at screen %.4f,%.4f left textcolor rgb ink front\n",
                    i + 1, (0.75 + 0.95 * (double)i) / f->width, (f->height - 0.17) / f->height,
                    (0.87 + 0.95 * (double)i) / f->width, (f->height - 0.07) / f->height,
                    i ? "#D55E00" : "#9CC6E0", "fillstyle solid 1 noborder", i + 1, name[i],
                    (0.93 + 0.95 * (double)i) / f->width, (f->height - 0.12) / f->height);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A column of panels has one range, so that strategies can be compared down the page. Where a few are far above the rest,
 * the range is that of the rest: at least half of the panels, below a gap of `far`. */
static double common(const double *highest, size_t n)
{
    const double far = 5;
    double x[STRATEGIES];
    memcpy(x, highest, n * sizeof *x);
    qsort(x, n, sizeof *x, ascending);
    for (size_t i = (n + 1) / 2; i < n; i++)
        if (x[i - 1] > 0 && x[i] > far * x[i - 1]) return x[i - 1];
    return n ? x[n - 1] : 0;
}

static void column(const struct bars *b, struct hs_figure *f, size_t k, const struct shape *s)
{
    double highest[STRATEGIES] = {0}, left = s->left + (double)k * (s->width + s->gap);
    size_t index[STRATEGIES];
    for (size_t r = 0; r < b->rows[k]; r++) index[r] = block(b, f, r, k, &highest[r]);
    double usual = common(highest, b->rows[k]), top = usual > 1e-200 && usual < 1e200 ? 1.05 * usual : 1;
    for (size_t r = 0; r < b->rows[k]; r++) {
        double bottom = s->bottom + (double)(most_rows(b) - 1 - r) * (s->high + 0.27);
        hs_figure_frame(f, left, left + s->width, bottom, bottom + s->high);
        if (r == 0 && k == 0) legend(f);
        bool beyond = highest[r] > top;
        const char *title = hs_arena_text(b->v->arena, beyond ? "%s%s%s (up to %.2g)" : "%s%s%s", b->kind[k],
                                          *b->label[k][r] ? ": " : "", b->label[k][r], highest[r]);
        hs_figure_title(f, title ? title : "", s->width + 0.5 * s->gap, true);
        hs_text_add(&f->gp, "set xrange [-0.7:%.1f]; set yrange [0:%.9g]; set ytics 0,%.9g\n",
                    (double)b->layers - 0.3, top,
                    hs_range_tick((struct hs_range){0, top}, s->high > 0.7 ? 6 : 4));
        tics(b, f, s->width, r + 1 == b->rows[k]);
        hs_text_add(
            &f->gp,
            "plot dat index %zu using 1:($2+$3) with boxes fillcolor rgb \"#D55E00\" notitle, "
            "dat index %zu using 1:2 with boxes fillcolor rgb \"#9CC6E0\" notitle",
            index[r], index[r]);
        if (beyond)
            hs_text_add(&f->gp,
                        ", dat index %zu using 1:($2+$3 > %.9g ? %.9g : NaN) with points pointtype 9 pointsize 0.8 linecolor rgb ink "
                        "notitle",
                        index[r], top, 0.93 * top);
        hs_text_add(&f->gp, "\n");
        hs_text_add(&f->gp, "unset object; unset label\n");
    }
}

static enum hs_status draw(struct bars *b, struct hs_figures *all, struct hs_err *e)
{
    double widest = 0;
    for (size_t i = 0; i < b->layers; i++)
        widest = fmax(widest, hs_figure_text_width(b->layer[i], 16));
    struct shape s = {.left = 0.75,
                      .gap = 0.72,
                      .high = most_rows(b) > 3 ? 0.62 : 0.9,
                      .bottom = 0.18 + 0.88 * widest};
    double width = hs_figure_across(b->v);
    s.width = (width - s.left - 0.1 - s.gap * (double)(b->kinds - 1)) / (double)b->kinds;
    const char *title = b->v->group[b->group].title,
               *name = hs_figure_for(b->v, "sites", b->row[0][0]->trial[0]);
    const char *caption =
        hs_arena_text(b->v->arena,
                      "Squared error of each quantizer over the power of its tensor, on the "
                      "calibration data: "
                      "rounding and clipping, stacked; a triangle: the bar goes on.%s%s%s%s",
                      *title ? " Shown: " : "", title, *title ? "." : "",
                      b->more ? " More strategies than fit: the rest is in the tables." : "");
    if (!name || !caption) return HS_OUT_OF_MEMORY(e);
    struct hs_figure *f = hs_figure_begin(
        all, name, caption, width, s.bottom + (double)most_rows(b) * (s.high + 0.27) + 0.2);
    if (!f) return HS_OK;
    hs_text_add(&f->gp,
                "unset key; set style fill solid 1 noborder; set boxwidth 0.72; set tics scale "
                "0.4; set xtics scale 0\n"
                "set grid ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid\n"
                "set format y number; set ytics enhanced\n");
    for (size_t k = 0; k < b->kinds; k++) column(b, f, k, &s);
    return hs_figure_end(f, e);
}

/* The coarsest format of each network: where the differences are. */
enum hs_status hs_figure_sites(const struct hs_view *v, struct hs_figures *all,
                               struct hs_err *e)
{
    for (size_t g = 0; g < v->groups; g++) {
        struct bars b = {.v = v, .group = g};
        if (!hs_figure_coarsest(v, g)) continue;
        kinds(&b);
        if (!b.kinds) continue;
        if (!layers(&b)) return HS_OUT_OF_MEMORY(e);
        if (b.layers) HS_TRY(draw(&b, all, e));
    }
    return HS_OK;
}
