/* multiples.c - every layer by every measure: a panel a measure, a row a layer, a marker a strategy. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/figure.h"

#include <math.h>
#include <string.h>

enum { SERIES = 6, LAYERS = 60, NAME = 16 };
#define GAP 0.16 /* inches between panels */

struct multiples {
    const struct hs_view *v;
    size_t group;
    const struct hs_entry *entry[SERIES];
    const char *name[SERIES];
    size_t n, layers;
    const char *layer[LAYERS]; /* in execution order */
    bool more;
};

static const struct hs_trace *trace(const struct hs_view *v, size_t trial) { return &v->trial[trial].record->trace; }

static const struct hs_node_row *node(const struct hs_view *v, size_t trial, const char *layer)
{
    const struct hs_trace *x = trace(v, trial);
    for (size_t i = 0; i < x->nodes; i++)
        if (x->node[i].step == v->trial[trial].last && !strcmp(x->node[i].node, layer)) return &x->node[i];
    return NULL;
}

/* Squared error of a layer's quantizers of one kind over the power of their tensors. */
static double site(const struct hs_view *v, size_t trial, const char *layer, const char *kind)
{
    const struct hs_trace *x = trace(v, trial);
    double sum = NAN;
    for (size_t i = 0; i < x->sites; i++) {
        const struct hs_site_row *s = &x->site[i];
        if (strcmp(s->layer, layer) || strncmp(s->site, kind, strlen(kind)) || !isfinite(s->squared)) continue;
        sum = (isnan(sum) ? 0 : sum) + hs_view_share(s->squared, s->power);
    }
    return sum;
}

static double weight(const struct hs_view *v, size_t t, const char *layer) { return site(v, t, layer, "weight"); }
static double input(const struct hs_view *v, size_t t, const char *layer) { return site(v, t, layer, "input"); }

static double fresh(const struct hs_view *v, size_t t, const char *layer)
{
    const struct hs_node_row *r = node(v, t, layer);
    return r ? hs_view_share(r->fresh, r->reference) : NAN;
}

static double sqnr(const struct hs_view *v, size_t t, const char *layer)
{
    const struct hs_node_row *r = node(v, t, layer);
    return r ? -10 * log10(hs_view_share(r->total, r->reference)) : NAN;
}

static double turned(const struct hs_view *v, size_t t, const char *layer)
{
    const struct hs_node_row *r = node(v, t, layer);
    return r && r->reference > 0 && r->got > 0 ? 1 - r->dot / sqrt(r->reference * r->got) : NAN;
}

static double amplification(const struct hs_view *v, size_t t, const char *layer)
{
    const struct hs_node_row *r = node(v, t, layer);
    return r ? r->amplification : NAN;
}

/* clang-format off */
static const struct measure {
    const char *heading;
    bool logarithmic;
    double (*of)(const struct hs_view *, size_t trial, const char *layer);
} measure[] = {
    {"weight error", true, weight}, {"input error", true, input}, {"fresh error", true, fresh},
    {"1 \xe2\x88\x92 cosine", true, turned}, {"SQNR (dB)", false, sqnr}, {"amplification", false, amplification},
};
/* clang-format on */
enum { MEASURES = sizeof measure / sizeof *measure };

/* Mean over draws. */
static double value(const struct multiples *m, size_t k, const struct hs_entry *n, size_t layer)
{
    double sum = 0;
    for (size_t i = 0; i < n->trials; i++) sum += measure[k].of(m->v, n->trial[i], m->layer[layer]);
    sum /= (double)n->trials;
    return measure[k].logarithmic && !(sum > 1e-200) ? NAN : sum;
}

/* The best entry first, then the plan's order; random orders stay out. */
static void take(struct multiples *m, const struct hs_entry *n)
{
    bool orders = !hs_view_varies(m->v, HS_ROLE_BIT(STRATEGY));
    const char *name = orders ? n->order : n->strategy;
    if (n->group != m->group || n->random_order) return;
    for (size_t i = 0; i < m->n; i++)
        if (!strcmp(m->name[i], name)) return;
    if (m->n == SERIES) {
        m->more = true;
        return;
    }
    m->entry[m->n] = n, m->name[m->n++] = name;
}

static int position(const struct multiples *m, const char *layer)
{
    const struct hs_node_row *r = node(m->v, m->entry[0]->trial[0], layer);
    return r ? r->position : 0;
}

static void layers(struct multiples *m)
{
    const struct hs_trace *x = trace(m->v, m->entry[0]->trial[0]);
    for (size_t i = 0; i < x->layers && m->layers < LAYERS; i++) {
        size_t at = m->layers++;
        for (; at > 0 && position(m, m->layer[at - 1]) > position(m, x->order[i]); at--) m->layer[at] = m->layer[at - 1];
        m->layer[at] = x->order[i];
    }
    m->more |= x->layers > LAYERS;
}

static struct hs_range extent(const struct multiples *m, size_t k)
{
    struct hs_range r = {INFINITY, -INFINITY};
    for (size_t s = 0; s < m->n; s++)
        for (size_t i = 0; i < m->layers; i++) hs_range_add(&r, value(m, k, m->entry[s], i));
    return r;
}

/* As many tics as have room for their labels, five at most. */
static double tick(struct hs_range r, double width)
{
    double most = 5, t = hs_range_tick(r, most);
    for (; most > 1; t = hs_range_tick(r, --most)) {
        double digits = 1 + fmax(0, floor(log10(fmax(fabs(r.lo), fabs(r.hi))))) + (t < 1 ? 1 - floor(log10(t)) : 0);
        if ((r.hi - r.lo) / t * (0.067 * digits + 0.08) <= width) break;
    }
    return t;
}

/* Below one decade a logarithm would have no tic to show. */
static void axis(struct hs_figure *f, struct hs_range r, bool logarithmic, double width)
{
    const double label = 0.4; /* of a power of ten, inches */
    if (logarithmic && r.hi >= 10 * r.lo) {
        int step = (int)ceil((log10(r.hi / r.lo) + 0.5) * label / width);
        hs_text_add(&f->gp, "set logscale x; set xrange [%.3g:%.3g]; set format x decade; set xtics 1e%d enhanced\n", r.lo / 1.7,
                    r.hi * 1.7, step);
        return;
    }
    double pad = fmax(0.08 * (r.hi - r.lo), 0.02 * fmax(fabs(r.lo), fabs(r.hi)) + 1e-30);
    r = (struct hs_range){r.lo - pad, r.hi + pad};
    hs_text_add(&f->gp, "unset logscale x; set xrange [%.9g:%.9g]; set format x number; set xtics %.9g enhanced\n", r.lo, r.hi,
                tick(r, width));
}

struct shape {
    double left, width, bottom, high, block;
    size_t across, down; /* panels */
};

static void panel(const struct multiples *m, struct hs_figure *f, size_t k, struct hs_range r, size_t column, const struct shape *s)
{
    size_t at = column % s->across, under = s->down - 1 - column / s->across;
    double left = s->left + (double)at * (s->width + GAP), bottom = s->bottom + (double)under * s->block, apart = m->n > 1 ? fmin(0.5 / (double)m->n, 0.14) : 0;
    size_t first = f->blocks;
    for (size_t i = 0; i < m->n; i++) {
        hs_figure_block(f, hs_arena_text(m->v->arena, "%s: layer, %s", *m->name[i] ? m->name[i] : "all", measure[k].heading));
        for (size_t l = 0; l < m->layers; l++)
            hs_figure_numbers(f, (double[]){(double)l + apart * ((double)i - 0.5 * (double)(m->n - 1)), value(m, k, m->entry[i], l)}, 2);
    }
    hs_figure_frame(f, left, left + s->width, bottom, bottom + s->high);
    if (column == 0 && m->n > 1)
        hs_figure_legend(f, &(struct hs_legend){m->name, m->n, NULL, false}, f->width, f->width < 5 ? 0.05 : s->left, f->height - 0.04);
    hs_figure_title(f, measure[k].heading, s->width + 0.3, false);
    axis(f, r, measure[k].logarithmic, s->width);
    hs_text_add(&f->gp, "set yrange [%.1f:-0.5]; set ytics (", (double)m->layers - 0.5);
    for (size_t l = 0; l < m->layers; l++) {
        hs_text_add(&f->gp, l ? ", " : "");
        hs_figure_tic(&f->gp, at ? "" : m->layer[l], NAME, true);
        hs_text_add(&f->gp, " %zu", l);
    }
    hs_text_add(&f->gp, ")\n");
    for (size_t i = 0; i < m->n; i++)
        hs_text_add(&f->gp, "%s dat index %zu using 2:1 with points linestyle %zu notitle", i ? "," : "plot", first + i, i + 1);
    hs_text_add(&f->gp, "\nunset label\n");
}

static enum hs_status draw(const struct multiples *m, struct hs_figures *all, struct hs_err *e)
{
    struct hs_range range[MEASURES];
    size_t shown = 0;
    double widest = 0.2, width = hs_figure_across(m->v), pitch = fmax(0.15, 0.06 + 0.035 * (double)m->n),
           legend = m->n > 1 ? hs_figure_legend(NULL, &(struct hs_legend){m->name, m->n, NULL, false}, width, m->v->about->narrow ? 0.05 : 0.9, 0) : 0;
    for (size_t k = 0; k < MEASURES; k++) {
        range[k] = extent(m, k);
        shown += range[k].lo <= range[k].hi;
    }
    if (!shown) return HS_OK;
    for (size_t i = 0; i < m->layers; i++) widest = fmax(widest, hs_figure_text_width(m->layer[i], NAME));
    struct shape s = {.left = widest + 0.12, .bottom = 0.3, .high = pitch * (double)m->layers};
    s.block = s.high + 0.54;
    s.down = m->v->about->narrow && shown > 3 ? 2 : 1, s.across = (shown + s.down - 1) / s.down;
    s.width = fmin(1.6, (width - s.left - 0.12 - GAP * (double)(s.across - 1)) / (double)s.across);
    const char *title = m->v->group[m->group].title, *name = hs_figure_for(m->v, "layers", m->entry[0]->trial[0]);
    const char *caption = hs_arena_text(
        m->v->arena,
        "Every layer in execution order: error of its quantizers on the calibration data; what it adds to the error (fresh), the angle to "
        "and the SQNR against the float output, and how much it amplifies the error it is handed, on the evaluation data.%s%s%s%s",
        *title ? " Shown: " : "", title, *title ? "." : "", m->more ? " More than fits: the rest is in the tables." : "");
    if (!name || !caption) return HS_OUT_OF_MEMORY(e);
    struct hs_figure *f = hs_figure_begin(all, name, caption, width, s.block * (double)s.down + legend);
    if (!f) return HS_OK;
    hs_text_add(&f->gp, "unset key; set border 1; set grid ytics xtics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid\n"
                        "set tics scale 0.4; set ytics scale 0\n");
    for (size_t k = 0, column = 0; k < MEASURES; k++)
        if (range[k].lo <= range[k].hi) panel(m, f, k, range[k], column++, &s);
    return hs_figure_end(f, e);
}

/* The coarsest format of each network: where the differences are. */
enum hs_status hs_figure_layers(const struct hs_view *v, struct hs_figures *all, struct hs_err *e)
{
    for (size_t g = 0; g < v->groups; g++) {
        struct multiples m = {.v = v, .group = g};
        if (!hs_figure_coarsest(v, g)) continue;
        if (v->group[g].contenders) take(&m, &v->entry[v->group[g].entry[0]]);
        for (size_t i = 0; i < v->entries; i++) take(&m, &v->entry[i]);
        if (!m.n) continue;
        layers(&m);
        if (m.layers > 1) HS_TRY(draw(&m, all, e));
    }
    return HS_OK;
}
