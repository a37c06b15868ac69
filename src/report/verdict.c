/* verdict.c - which differences are real: Holm's p, words, and the table that says so. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/difference.h"
#include "report/tables.h"

#include <math.h>

static double p_of(const struct hs_difference *d) { return d->flips ? d->mcnemar : d->test.p; }

static const char *verdict(const struct hs_sampled *m, const struct hs_difference *d)
{
    bool up = d->difference.x > 0;
    if (!d->samples) return "not paired";
    if (d->test.zeros == d->units) return "the same";
    if (!(d->adjusted < 0.05) || d->difference.lo * d->difference.hi <= 0 || (d->ratio.lo - 1) * (d->ratio.hi - 1) <= 0 ||
        (d->test.biserial > 0) != up)
        return "not told apart";
    return !d->every_draw ? "not in every draw" : up == m->higher ? "better" : "worse";
}

enum hs_status hs_differences_judge(const struct hs_sampled *m, struct hs_difference *d, size_t n, size_t family,
                                    struct hs_err *e)
{
    double *p = hs_alloc(2 * n, sizeof *p);
    if (!p) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) p[i] = p_of(&d[i]);
    enum hs_status st = hs_stats_holm(p, n, family, p + n, e);
    for (size_t i = 0; i < n; i++) d[i].adjusted = p[n + i], d[i].verdict = verdict(m, &d[i]);
    hs_free(p);
    return st;
}

size_t hs_differences_family(const struct hs_group *g)
{
    return g->contenders * (g->contenders - (g->contenders > 0)) / 2;
}

size_t hs_differences_of_best(const struct hs_view *v, const struct hs_group *g, size_t most, struct hs_difference *d)
{
    size_t n = 0;
    for (size_t i = 1; i < g->contenders && n < most; i++) {
        const char *a = hs_view_label(v, v->entry[g->entry[0]].trial[0], HS_ROLES_RIVALS),
                   *b = hs_view_label(v, v->entry[g->entry[i]].trial[0], HS_ROLES_RIVALS);
        d[n++] = (struct hs_difference){.a = g->entry[0], .b = g->entry[i], .group = g->title, .name_a = a ? a : "",
                                        .name_b = b ? b : ""};
    }
    return n;
}

/* A report must not become slow with its trials: the nearest rivals of each group, fewer where there are many groups. */
enum hs_status hs_view_differences(struct hs_view *v, struct hs_err *e)
{
    enum { ALL = 100, OF_GROUP = 20 };
    const struct hs_sampled *m = &hs_sampled_roster[0];
    size_t most = v->groups ? ALL / v->groups : 0;
    most = most < 1 ? 1 : most > OF_GROUP ? OF_GROUP : most;
    v->difference = HS_NEW(v->arena, v->groups * most, struct hs_difference);
    if (!v->difference) return HS_OUT_OF_MEMORY(e);
    for (size_t g = 0; g < v->groups; g++)
        v->differences += hs_differences_of_best(v, &v->group[g], most, v->difference + v->differences);
    HS_TRY(hs_differences_find(v, m, v->difference, v->differences, false, e));
    for (size_t g = 0, at = 0; g < v->groups; g++) {
        size_t n = v->group[g].contenders - (v->group[g].contenders > 0);
        n = n < most ? n : most;
        HS_TRY(hs_differences_judge(m, v->difference + at, n, hs_differences_family(&v->group[g]), e));
        at += n;
    }
    return HS_OK;
}

static struct hs_value as_value(struct hs_effect x) { return (struct hs_value){x.x, x.lo, x.hi}; }

/* What a column shows; NaN: nothing. */
enum what { GROUP, A, B, VALUE_A, VALUE_B, DIFFERENCE, RATIO, DOMINANCE, COHEN, BISERIAL, WILCOXON, FLIPS_A, FLIPS_B, MCNEMAR,
            HOLM, SAMPLES, VERDICT };

static struct hs_value number(const struct hs_difference *d, enum what w)
{
    double x = w == VALUE_A    ? d->value_a
               : w == VALUE_B  ? d->value_b
               : w == BISERIAL ? d->test.biserial
               : w == WILCOXON ? d->test.p
               : w == FLIPS_A  ? d->flips ? (double)d->a_only : NAN
               : w == FLIPS_B  ? d->flips ? (double)d->b_only : NAN
               : w == MCNEMAR  ? d->mcnemar
               : w == HOLM     ? d->adjusted
               : w == SAMPLES  ? (double)d->samples
                               : NAN;
    return w == DIFFERENCE  ? d->difference
           : w == RATIO     ? d->ratio
           : w == DOMINANCE ? as_value(d->dominance)
           : w == COHEN     ? as_value(d->cohen)
                            : (struct hs_value){x, NAN, NAN};
}

static const char *text(const struct hs_difference *d, enum what w)
{
    return w == GROUP ? d->group : w == A ? d->name_a : w == B ? d->name_b : w == VERDICT ? d->verdict : NULL;
}

/* clang-format off */
static const struct {
    enum what what;
    struct hs_sheet_column column;
} columns[] = {
    {GROUP, {"group", "network / format", HS_SHOW_TEXT, false, false, false}},
    {A, {"a", "A", HS_SHOW_TEXT, false, false, false}},
    {B, {"b", "B", HS_SHOW_TEXT, false, false, false}},
    {VERDICT, {"verdict", "A is", HS_SHOW_TEXT, false, false, false}},
    {VALUE_A, {"value_a", "A: ", HS_SHOW_ERROR, false, false, true}},
    {VALUE_B, {"value_b", "B: ", HS_SHOW_ERROR, false, false, true}},
    {DIFFERENCE, {"difference", "A - B", HS_SHOW_ERROR, true, false, false}},
    {RATIO, {"ratio", "A / B", HS_SHOW_RATIO, true, false, false}},
    {DOMINANCE, {"dominance", "dominance", HS_SHOW_RATIO, true, false, true}},
    {COHEN, {"cohen_d", "Cohen's d", HS_SHOW_RATIO, true, true, true}},
    {BISERIAL, {"rank_biserial", "rank-biserial", HS_SHOW_RATIO, false, true, true}},
    {WILCOXON, {"wilcoxon_p", "Wilcoxon p", HS_SHOW_ERROR, false, false, true}},
    {FLIPS_A, {"a_only", "only A right", HS_SHOW_COUNT, false, false, false}},
    {FLIPS_B, {"b_only", "only B right", HS_SHOW_COUNT, false, false, false}},
    {MCNEMAR, {"mcnemar_p", "McNemar p", HS_SHOW_ERROR, false, false, true}},
    {HOLM, {"holm_p", "p (Holm)", HS_SHOW_ERROR, false, false, false}},
    {SAMPLES, {"samples", "samples", HS_SHOW_COUNT, false, true, true}},
};
/* clang-format on */
enum { COLUMNS = sizeof columns / sizeof *columns };

/* A report gives the ratio its interval, and not the difference: half the bootstraps. */
static bool holds(const struct hs_difference *d, size_t n, enum what w)
{
    if (w == DIFFERENCE && n && isnan(d->dominance.x) && isfinite(d->ratio.x)) return false;
    for (size_t i = 0; i < n; i++)
        if (text(&d[i], w) ? *text(&d[i], w) : isfinite(number(&d[i], w).x)) return true;
    return false;
}

static struct hs_sheet_column dressed(const struct hs_sampled *m, struct hs_sheet *t, size_t k)
{
    struct hs_sheet_column c = columns[k].column;
    enum what w = columns[k].what;
    if (w == VALUE_A || w == VALUE_B || w == DIFFERENCE) c.show = m->show;
    if (w == VALUE_A || w == VALUE_B) c.heading = hs_arena_text(t->arena, "%s%s", c.heading, m->heading);
    if (!c.heading) c.heading = "";
    return c;
}

enum hs_status hs_differences_sheet(const struct hs_sampled *m, const struct hs_difference *d, size_t n, const char *family,
                                    struct hs_sheet *t, struct hs_err *e)
{
    HS_TRY(hs_sheet_open(t, "differences", e));
    const char *s = hs_arena_text(t->arena, "Differences of the %s, paired over samples: 95 %% intervals by BCa, p by %s, adjusted "
                                            "by Holm %s.", m->heading, n && d->flips ? "McNemar's test" : "Wilcoxon's signed-rank test", family);
    t->caption = s ? s : "";
    for (size_t k = 0; k < COLUMNS; k++)
        if (holds(d, n, columns[k].what)) hs_sheet_column(t, dressed(m, t, k));
    for (size_t i = 0; i < n; i++) {
        struct hs_sheet_cell *c;
        HS_TRY(hs_sheet_row(t, &c, e));
        for (size_t k = 0; k < COLUMNS; k++) {
            enum what w = columns[k].what;
            if (!holds(d, n, w)) continue;
            struct hs_value x = number(&d[i], w);
            c->x = x.x, c->lo = x.lo, c->hi = x.hi;
            if (text(&d[i], w)) c->text = text(&d[i], w);
            c++;
        }
    }
    return HS_OK;
}

enum hs_status hs_tables_differences(const struct hs_view *v, enum hs_scope scope, struct hs_sheet *t, struct hs_err *e)
{
    (void)scope;
    return hs_differences_sheet(&hs_sampled_roster[0], v->difference, v->differences, HS_BEST_FAMILY, t, e);
}
