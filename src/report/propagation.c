/* propagation.c - error along a network: total; what layers add, what they were handed. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/figure.h"

#include "report/sheet.h"

#include <math.h>
#include <string.h>

enum {
    COLUMNS = 3,
    CURVES = 6,
    NAMES = 36
}; /* panels beside one another; curves; node names that fit below an axis */

/* One curve: the entry that stands for a strategy (or an order) in a group. */
struct curves {
    const struct hs_view *v;
    bool orders; /* curves are orders: no strategy varies */
    size_t n;
    bool more; /* than fit */
    const char *name[CURVES];
};

static const char *name_of(const struct curves *c, const struct hs_entry *n)
{
    return c->orders ? n->order : n->strategy;
}

/* Named orders before random ones, then the plan's order: who speaks for a curve in a group. */
static const struct hs_entry *speaker(const struct curves *c, size_t group, const char *name)
{
    const struct hs_view *v = c->v;
    const struct hs_entry *found = NULL;
    for (size_t i = 0; i < v->entries; i++) {
        const struct hs_entry *n = &v->entry[i];
        if (n->group != group || strcmp(name_of(c, n), name)) continue;
        if (!found || (found->random_order && !n->random_order)) found = n;
    }
    return found;
}

static void take(struct curves *c, const char *name)
{
    for (size_t k = 0; k < c->n; k++)
        if (!strcmp(c->name[k], name)) return;
    if (c->n < CURVES)
        c->name[c->n++] = name;
    else
        c->more = true;
}

/* The best of each group, then the plan's order as far as there is room. */
static void choose(struct curves *c, const size_t *group, size_t groups)
{
    const struct hs_view *v = c->v;
    for (size_t g = 0; g < groups; g++)
        if (v->group[group[g]].contenders)
            take(c, name_of(c, &v->entry[v->group[group[g]].entry[0]]));
    for (size_t i = 0; i < v->entries; i++) {
        bool here = false;
        for (size_t g = 0; g < groups; g++) here |= v->entry[i].group == group[g];
        if (here && !(c->orders && v->entry[i].random_order)) take(c, name_of(c, &v->entry[i]));
    }
}

/* Node k of an entry after its last step, as shares of its power, averaged over draws. */
struct point {
    const char *node;
    double total, fresh, inherited;
    struct hs_range draws; /* of total */
    bool layer;
};

static const struct hs_node_row *row_at(const struct hs_view *v, size_t trial, size_t k)
{
    const struct hs_trace *x = &v->trial[trial].record->trace;
    for (size_t i = 0; i < x->nodes; i++)
        if (x->node[i].step == v->trial[trial].last && (size_t)x->node[i].position == k)
            return &x->node[i];
    return NULL;
}

static struct point at(const struct hs_view *v, const struct hs_entry *n, size_t k)
{
    struct point p = {.node = NULL, .draws = {INFINITY, -INFINITY}};
    double with = 0;
    for (size_t i = 0; i < n->trials; i++) {
        const struct hs_node_row *r = row_at(v, n->trial[i], k);
        if (!r) continue;
        p.node = r->node, p.layer = !isnan(r->solo) || r->fresh != 0;
        p.total += hs_view_share(r->total, r->reference);
        hs_range_add(&p.draws, hs_view_share(r->total, r->reference));
        p.fresh += hs_view_share(r->fresh, r->reference);
        p.inherited += hs_view_share(r->inherited, r->reference);
        with++;
    }
    p.total /= with, p.fresh /= with, p.inherited /= with;
    return p;
}

static size_t length(const struct hs_view *v, const struct hs_entry *n)
{
    const struct hs_trace *x = &v->trial[n->trial[0]].record->trace;
    size_t most = 0;
    for (size_t i = 0; i < x->nodes; i++)
        if (x->node[i].step == v->trial[n->trial[0]].last &&
            (size_t)x->node[i].position >= most)
            most = (size_t)x->node[i].position + 1;
    return most;
}

/* Zero has no place on a log axis, nor what nearly is. */
static double positive(double x) { return x > 1e-200 && x < 1e200 ? x : NAN; }

/* Blocks of a panel: one a curve; columns position, total, fresh (layers only), inherited, least and largest total over
 * draws. Returns the first. */
static size_t data(const struct curves *c, struct hs_figure *f, size_t group,
                   struct hs_range *r, size_t *nodes)
{
    size_t first = f->blocks;
    for (size_t k = 0; k < c->n; k++) {
        const struct hs_entry *n = speaker(c, group, c->name[k]);
        hs_figure_block(f, *c->name[k] ? c->name[k] : "position, total, fresh, inherited, least and largest total");
        hs_figure_numbers(f, (double[]){NAN, NAN, NAN, NAN, NAN, NAN}, 6);
        for (size_t i = 0; n && i < length(c->v, n); i++) {
            struct point p = at(c->v, n, i);
            if (!p.node) continue;
            hs_figure_numbers(f,
                              (double[]){(double)i, positive(p.total),
                                         p.layer ? positive(p.fresh) : NAN,
                                         positive(p.inherited), positive(p.draws.lo), positive(p.draws.hi)},
                              6);
            hs_range_add(r, positive(p.draws.lo)), hs_range_add(r, positive(p.draws.hi)), hs_range_add(r, positive(p.fresh));
            if (i + 1 > *nodes) *nodes = i + 1;
        }
    }
    return first;
}

static void node_tics(const struct curves *c, struct hs_figure *f, size_t group, size_t nodes,
                      double width)
{
    const struct hs_entry *n = speaker(c, group, c->name[0]);
    size_t fit = (size_t)(width / 0.122) + 1, every = (nodes + fit - 1) / fit;
    hs_text_add(&f->gp, "set xtics rotate by 60 right offset 0.3,0 (");
    const char *comma = "";
    for (size_t i = 0; n && i < nodes; i += every ? every : 1) {
        struct point p = at(c->v, n, i);
        if (!p.node) continue;
        hs_text_add(&f->gp, "%s", comma);
        hs_figure_tic(&f->gp, p.node, 14, true);
        hs_text_add(&f->gp, " %zu", i);
        comma = ", ";
    }
    hs_text_add(&f->gp, ")\n");
}

static double longest_name(const struct curves *c, const size_t *group, size_t groups)
{
    double most = 0;
    for (size_t g = 0; g < groups; g++) {
        const struct hs_entry *n = speaker(c, group[g], c->name[0]);
        const struct hs_trace *x = n ? &c->v->trial[n->trial[0]].record->trace : NULL;
        for (size_t i = 0; x && i < x->nodes; i++)
            most = fmax(most, hs_figure_text_width(x->node[i].node, 14));
    }
    return most;
}

/* Bands below all lines: what the draws span. */
static void upper(const struct curves *c, struct hs_figure *f, size_t first)
{
    const char *plot = "plot";
    for (size_t k = 0; k < c->n && hs_view_varies(c->v, HS_ROLE_BIT(DRAW)); k++, plot = ",")
        hs_text_add(&f->gp,
                    "%s dat index %zu using 1:5:6 with filledcurves linestyle %zu fillstyle transparent solid 0.2 noborder notitle",
                    plot, first + k, k + 1);
    for (size_t k = 0; k < c->n; k++, plot = ",")
        hs_text_add(&f->gp, "%s dat index %zu using 1:2 with linespoints linestyle %zu notitle",
                    plot, first + k, k + 1);
    hs_text_add(&f->gp, "\n");
}

/* Inherited: thin lines. Fresh: markers alone, they stand at layers only. */
static void lower(const struct curves *c, struct hs_figure *f, size_t first)
{
    const char *plot = "plot";
    for (size_t k = 0; k < c->n; k++, plot = ",")
        hs_text_add(&f->gp,
                    "%s dat index %zu using 1:4 with lines linestyle %zu linewidth 0.8 notitle",
                    plot, first + k, k + 1);
    for (size_t k = 0; k < c->n; k++)
        hs_text_add(&f->gp, ", dat index %zu using 1:3 with points linestyle %zu notitle",
                    first + k, k + 1);
    hs_text_add(&f->gp, "\n");
}

struct shape {
    double left, width, gap, low, high, bottom, legend;
};

static void panel(const struct curves *c, struct hs_figure *f, size_t group, size_t g,
                  const struct shape *s)
{
    struct hs_range r = {INFINITY, -INFINITY};
    size_t nodes = 0, first = data(c, f, group, &r, &nodes);
    double left = s->left + (double)g * (s->width + s->gap), right = left + s->width,
           upper_at = s->bottom + s->low + 0.12;
    hs_figure_log_axis(f, r);
    hs_text_add(&f->gp, "set xrange [-0.6:%.1f]\n", (double)nodes - 0.4);
    hs_figure_frame(f, left, right, upper_at, upper_at + s->high);
    if (g == 0 && c->n > 1)
        hs_figure_legend(f, &(struct hs_legend){c->name, c->n, NULL, true}, f->width, f->width < 5 ? 0.1 : s->left,
                         f->height - 0.04);
    hs_figure_title(f, c->v->group[group].title, s->width, false);
    if (g == 0) hs_figure_upright(f, "total", 0.1, upper_at + 0.5 * s->high);
    hs_text_add(&f->gp, "set xtics scale 0.3 (");
    for (size_t i = 0; i < nodes; i++) hs_text_add(&f->gp, "%s'' %zu", i ? ", " : "", i);
    hs_text_add(&f->gp, ")\n");
    upper(c, f, first);
    hs_text_add(&f->gp, "unset label; unset arrow; unset title\n");
    hs_figure_frame(f, left, right, s->bottom, s->bottom + s->low);
    if (g == 0) hs_figure_upright(f, "fresh, inherited", 0.1, s->bottom + 0.5 * s->low);
    node_tics(c, f, group, nodes, s->width);
    lower(c, f, first);
    hs_text_add(&f->gp, "unset label\n");
}

static enum hs_status draw(const struct hs_view *v, struct hs_figures *all, const size_t *group,
                           size_t groups, size_t left_out, struct hs_err *e)
{
    struct curves c = {.v = v, .orders = !hs_view_varies(v, HS_ROLE_BIT(STRATEGY))};
    size_t trial = v->entry[v->group[group[0]].entry[0]].trial[0];
    choose(&c, group, groups);
    if (!c.n) return HS_OK;
    double width = hs_figure_across(v);
    struct shape s = {.left = 0.78, .gap = 0.58, .low = 1.35, .high = 1.35};
    s.width = (width - s.left - 0.1 - s.gap * (double)(groups - 1)) / (double)groups;
    s.bottom = 0.18 + 0.88 * longest_name(&c, group, groups);
    s.legend = c.n > 1 ? hs_figure_legend(NULL, &(struct hs_legend){c.name, c.n, NULL, true},
                                          width, v->about->narrow ? 0.1 : s.left, 0)
                       : 0;
    const char *caption =
        hs_arena_text(v->arena,
                      "Squared error over power at each node, in execution order, after the "
                      "last layer was quantized. Above: total. "
                      "Below: what the layer adds (fresh, points) and what it was handed "
                      "(inherited, lines). Each "
                      "column has its own range.%s%s%s",
                      hs_view_varies(v, HS_ROLE_BIT(DRAW)) ? " Means over calibration draws; bands: what the draws span." : "",
                      c.more ? " More curves than fit: the rest is in the tables." : "",
                      left_out ? " More formats than fit: the rest is in the tables." : "");
    const char *name = hs_figure_for(v, "propagation", trial);
    if (!caption || !name) return HS_OUT_OF_MEMORY(e);
    struct hs_figure *f =
        hs_figure_begin(all, name, caption, width, s.bottom + s.low + s.high + 0.4 + s.legend);
    if (!f) return HS_OK;
    hs_text_add(&f->gp,
                "unset key\n"
                "set grid ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid\n");
    for (size_t g = 0; g < groups; g++) panel(&c, f, group[g], g, &s);
    return hs_figure_end(f, e);
}

/* One figure a network; its formats side by side, or the coarsest alone in a column. */
enum hs_status hs_figure_propagation(const struct hs_view *v, struct hs_figures *all,
                                     struct hs_err *e)
{
    for (size_t g = 0; g < v->groups; g++) {
        size_t group[COLUMNS], n = 0, left_out = 0,
                               trial = v->entry[v->group[g].entry[0]].trial[0];
        bool first = true;
        for (size_t o = 0; o < v->groups; o++) {
            if (!hs_view_same(v, trial, v->entry[v->group[o].entry[0]].trial[0],
                              HS_ROLE_BIT(NETWORK)))
                continue;
            first &= o >= g;
            if (v->about->narrow ? hs_figure_coarsest(v, o) : n < COLUMNS)
                group[n++] = o;
            else
                left_out++;
        }
        if (first && length(v, &v->entry[v->group[g].entry[0]]))
            HS_TRY(draw(v, all, group, n, left_out, e));
    }
    return HS_OK;
}
