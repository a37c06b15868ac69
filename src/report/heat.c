/* heat.c - what every two layers do together beyond what each does alone: a triangle of cells for each format. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/figure.h"

#include "propagate/table.h"

#include <math.h>
#include <string.h>

enum { LAYERS = 64, PANELS = 4, NAME = 14 };
#define GAP 0.25       /* inches between panels */
#define PRINTED 0.32   /* a cell of this width holds its value */

/* One panel: the table of a trial, layers in execution order. */
struct heat {
    const struct hs_trace_table *t;
    const char *title;
    size_t layers;
    const char *layer[LAYERS];
    double most;    /* the largest interaction, without its sign */
    int power;      /* of ten: in units of it the largest one is between 3 and 30 */
    bool intervals; /* some are there */
};

static size_t find(const struct heat *h, const char *name)
{
    size_t i = 0;
    while (i < h->layers && strcmp(h->layer[i], name)) i++;
    return i;
}

/* Rows go through the pairs in execution order: the first layer's rows name all others. */
static bool gather(struct heat *h)
{
    for (size_t r = 0; r < h->t->rows; r++) {
        const struct hs_trace_cell *c = &h->t->cell[r * h->t->columns];
        for (size_t k = 0; k < 2; k++) {
            if (find(h, c[k].text) < h->layers) continue;
            if (h->layers == LAYERS) return false;
            h->layer[h->layers++] = c[k].text;
        }
        if (fabs(c[3].x) < 1e200) h->most = fmax(h->most, fabs(c[3].x));
        h->intervals |= isfinite(c[3].lo) && isfinite(c[3].hi);
    }
    h->power = h->most > 1e-200 ? (int)floor(log10(h->most / 3)) : 0;
    return h->layers > 1;
}

static const struct hs_trace_table *table_of(const struct hs_view *v, const struct hs_group *g)
{
    for (size_t i = 0; i < g->entries; i++) {
        const struct hs_trace_table *t =
            hs_trace_find(&v->trial[v->entry[g->entry[i]].trial[0]].record->trace, "pairs");
        if (t && t->columns == 4) return t;
    }
    return NULL;
}

/* Columns: layer, other layer, interaction, 1 where its interval leaves out 0; in units of the power. */
static size_t block(const struct heat *h, struct hs_figure *f)
{
    size_t index = hs_figure_block(f, *h->title ? h->title : "layer, other layer, interaction, sure");
    for (size_t r = 0; r < h->t->rows; r++) {
        const struct hs_trace_cell *c = &h->t->cell[r * h->t->columns];
        if (!isfinite(c[3].x)) continue;
        hs_figure_numbers(f,
                          (double[]){(double)find(h, c[0].text), (double)find(h, c[1].text),
                                     c[3].x / pow(10, h->power), !(c[3].lo <= 0 && c[3].hi >= 0)},
                          4);
    }
    return index;
}

struct shape {
    double left, cell_width, cell_height, bottom;
    size_t across, most; /* panels beside one another, layers of the largest one */
};

static void tics(const struct heat *h, struct hs_figure *f, char axis, size_t from, size_t to, double pitch)
{
    size_t every = 1 + (size_t)(0.12 / pitch);
    hs_text_add(&f->gp, "set %ctics %s(", axis, axis == 'x' ? "rotate by 60 right offset 0.3,0 " : "");
    for (size_t i = from; i < to; i += every) {
        hs_text_add(&f->gp, i > from ? ", " : "");
        hs_figure_tic(&f->gp, h->layer[i], NAME, true);
        hs_text_add(&f->gp, " %zu", i);
    }
    hs_text_add(&f->gp, ")\n");
}

/* In the empty corner, where there is room. */
static void colour_box(const struct heat *h, struct hs_figure *f, double right, double top, double width)
{
    hs_text_add(&f->gp, "set label 96 sprintf(power, %d) at screen %.4f,%.4f right enhanced textcolor rgb ink\n", h->power,
                right / f->width, (top - 0.08) / f->height);
    if (h->layers < 6) {
        hs_text_add(&f->gp, "unset colorbox\n");
        return;
    }
    hs_text_add(&f->gp,
                "set colorbox horizontal user origin screen %.4f,%.4f size screen %.4f,%.4f noborder\n"
                "set cbtics %.9g scale 0 offset 0,0.5 noenhanced\n",
                (right - 0.08 - 0.45 * width) / f->width, (top - 0.3) / f->height, 0.45 * width / f->width, 0.09 / f->height,
                hs_range_tick((struct hs_range){0, h->most / pow(10, h->power)}, 2));
}

/* Of the strong ones at least the sign, so that a grey print tells them apart. */
static void values(const struct heat *h, struct hs_figure *f, size_t index, const struct shape *s)
{
    double limit = h->most / pow(10, h->power);
    hs_text_add(&f->gp, ", \\\n     dat index %zu using 1:2:(", index);
    if (s->cell_width >= PRINTED)
        hs_text_add(&f->gp, "small(abs($3) < 0.05 ? '0.0' : sprintf($4 > 0.5 ? '%%s%%.1f' : '(%%s%%.1f)', $3 < 0 ? minus : '+', abs($3)))");
    else
        hs_text_add(&f->gp, "abs($3) < %.9g ? '' : $3 < 0 ? minus : '+'", 0.3 * limit);
    hs_text_add(&f->gp, "):(abs($3) > %.9g ? 0xffffff : 0x111111) with labels font \",6\" textcolor rgb variable notitle",
                0.6 * limit);
}

static void panel(const struct heat *h, struct hs_figure *f, size_t p, size_t down, const struct shape *s)
{
    double n = (double)(h->layers - 1), width = n * s->cell_width, height = n * s->cell_height;
    double room = (f->width - GAP * (double)(s->across - 1)) / (double)s->across, left = s->left + (double)(p % s->across) * (room + GAP),
           block_height = s->bottom + 0.3 + (double)(s->most - 1) * s->cell_height,
           bottom = s->bottom + (double)(down - 1 - p / s->across) * block_height +
                    (double)(s->most - h->layers) * s->cell_height,
           limit = h->most > 1e-200 ? h->most / pow(10, h->power) : 1;
    size_t index = block(h, f);
    hs_figure_frame(f, left, left + width, bottom, bottom + height);
    hs_figure_title(f, h->title, width, true);
    hs_text_add(&f->gp, "set xrange [-0.5:%.1f]; set yrange [%.1f:0.5]; set cbrange [%.9g:%.9g]\n", n - 0.5, n + 0.5,
                -limit, limit);
    tics(h, f, 'x', 0, h->layers - 1, s->cell_width);
    tics(h, f, 'y', 1, h->layers, s->cell_height);
    colour_box(h, f, left + width, bottom + height, width);
    hs_text_add(&f->gp,
                "plot dat index %zu using 1:2:(0.5):(0.5):3 with boxxyerror fillcolor palette notitle", index);
    values(h, f, index, s);
    hs_text_add(&f->gp, "\nunset label\n");
}

static enum hs_status draw(const struct hs_view *v, struct hs_figures *all, const struct heat *h, size_t n, size_t trial,
                           bool more, struct hs_err *e)
{
    struct shape s = {.across = n > 1 && !v->about->narrow ? 2 : 1};
    double widest = 0;
    for (size_t p = 0; p < n; p++) {
        s.most = h[p].layers > s.most ? h[p].layers : s.most;
        for (size_t i = 0; i < h[p].layers; i++) widest = fmax(widest, hs_figure_text_width(h[p].layer[i], NAME));
    }
    s.left = widest + 0.12, s.bottom = 0.15 + 0.88 * widest;
    double room = (hs_figure_across(v) - GAP * (double)(s.across - 1)) / (double)s.across - s.left - 0.05;
    s.cell_width = fmin(0.46, room / (double)(s.most - 1));
    s.cell_height = fmin(0.28, s.cell_width);
    size_t down = (n + s.across - 1) / s.across;
    const char *name = hs_figure_for(v, "interactions", trial);
    bool printed = s.cell_width >= PRINTED, intervals = false;
    for (size_t p = 0; p < n; p++) intervals |= h[p].intervals;
    const char *caption = hs_arena_text(
        v->arena,
        "Two layers quantized: their output error less the sum of each alone, as a share of the output's power and in the "
        "power of ten shown; below 0 they make up for each other. Each panel has its own range.%s%s",
        !printed    ? " Signs: cells above 0.3 of the largest."
        : intervals ? " In brackets: the 95 % interval over samples holds 0."
                    : "",
        more ? " More formats than fit: the rest is in the tables." : "");
    if (!name || !caption) return HS_OUT_OF_MEMORY(e);
    double own = s.left + (double)(s.most - 1) * s.cell_width + 0.05, /* no wider than what is drawn */
           width = fmin(hs_figure_across(v), (double)s.across * own + GAP * (double)(s.across - 1));
    struct hs_figure *f = hs_figure_begin(all, name, caption, width,
                                          (double)down * (s.bottom + 0.3 + (double)(s.most - 1) * s.cell_height));
    if (!f) return HS_OK;
    /* The signs' hues differ for every kind of colour vision; the numbers tell them apart in grey. */
    hs_text_add(&f->gp, "unset key; set border 0; set tics scale 0; set style fill solid 1 noborder\n"
                        "set palette defined (-1 \"#2166AC\", -0.5 \"#92C5DE\", 0 \"#F7F7F7\", 0.5 \"#F4A582\", 1 "
                        "\"#B2182B\")\n");
    for (size_t p = 0; p < n; p++) panel(&h[p], f, p, down, &s);
    return hs_figure_end(f, e);
}

/* One figure a network; the table of the entry with the least error stands for each format. */
enum hs_status hs_figure_interactions(const struct hs_view *v, struct hs_figures *all, struct hs_err *e)
{
    for (size_t g = 0; g < v->groups; g++) {
        struct heat *h = HS_NEW(v->arena, PANELS, struct heat);
        size_t n = 0, trial = v->entry[v->group[g].entry[0]].trial[0];
        bool first = true, more = false;
        if (!h) return HS_OUT_OF_MEMORY(e);
        for (size_t o = 0; o < v->groups; o++) {
            if (!hs_view_same(v, trial, v->entry[v->group[o].entry[0]].trial[0], HS_ROLE_BIT(NETWORK))) continue;
            first &= o >= g;
            struct heat one = {.t = table_of(v, &v->group[o]), .title = v->group[o].title};
            if (!one.t || !gather(&one)) continue;
            if (n < PANELS)
                h[n++] = one;
            else
                more = true;
        }
        if (first && n) HS_TRY(draw(v, all, h, n, trial, more, e));
    }
    return HS_OK;
}
