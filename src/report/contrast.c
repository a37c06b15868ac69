/* contrast.c - what halfstep compare shows of one run: the best against all others, or the levels of a factor. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/runs.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

/* The group in the order of the metric; what has no value cannot win. */
static enum hs_status reorder(const struct hs_view *v, const struct hs_group *g, const struct hs_sampled *m,
                              const double *value, struct hs_group *out, struct hs_err *e)
{
    *out = *g;
    out->contenders = 0;
    if (!(out->entry = HS_NEW(v->arena, g->entries, size_t))) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < g->contenders; i++) {
        size_t me = g->entry[i], j = out->contenders;
        if (isnan(value[me])) continue;
        for (; j > 0 && (m->higher ? value[out->entry[j - 1]] < value[me] : value[out->entry[j - 1]] > value[me]); j--)
            out->entry[j] = out->entry[j - 1];
        out->entry[j] = me, out->contenders++;
    }
    return HS_OK;
}

enum hs_status hs_contrast_best(struct hs_runs *s, const struct hs_sampled *m, struct hs_sheet *t, struct hs_err *e)
{
    const struct hs_view *v = &s->view;
    struct hs_difference *d = HS_NEW(v->arena, v->entries, struct hs_difference);
    struct hs_group *g = HS_NEW(v->arena, v->groups, struct hs_group);
    double *value = HS_NEW(v->arena, v->entries, double);
    size_t n = 0, known = 0;
    if (!d || !g || !value) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < v->entries; i++) known += !isnan(value[i] = hs_sampled_value(v, m, i));
    if (!known) return HS_FAIL(e, HS_EDATA, "no trial holds the %s of its samples", m->name);
    for (size_t i = 0; i < v->groups; i++) {
        HS_TRY(reorder(v, &v->group[i], m, value, &g[i], e));
        n += hs_differences_of_best(v, &g[i], v->entries, d + n);
    }
    if (!n)
        return HS_FAIL(e, HS_EDATA, "no two trials compete: within a network and a format they must differ in more than the draw "
                                    "(--factor compares the levels of any factor)");
    HS_TRY(hs_differences_find(v, m, d, n, true, e));
    for (size_t i = 0, at = 0; i < v->groups; i++) {
        size_t mine = g[i].contenders - (g[i].contenders > 0);
        HS_TRY(hs_differences_judge(m, d + at, mine, hs_differences_family(&g[i]), e));
        at += mine;
    }
    return hs_differences_sheet(m, d, n, HS_BEST_FAMILY, t, e);
}

static bool called(const struct hs_factor *f, const char *name)
{
    return !strcmp(f->name, name) || !strcmp(f->column, name) || !strcmp(f->heading, name);
}

static enum hs_status find_factor(const struct hs_view *v, const char *name, size_t *out, struct hs_err *e)
{
    struct hs_text all = {0};
    for (*out = 0; *out < v->factors; ++*out)
        if (v->factor[*out].levels > 1 && called(&v->factor[*out], name)) return HS_OK;
    for (size_t f = 0; f < v->factors; f++)
        if (v->factor[f].levels > 1) hs_text_add(&all, "%s %s", all.n ? "," : "", v->factor[f].name);
    HS_FAIL(e, HS_EUSAGE, "no factor '%s' takes more than one level here; %s%s", name, all.n ? "these do:" : "none does",
            all.s ? all.s : "");
    hs_text_free(&all);
    return e->status;
}

/* The figure of every trial, and its sense. */
static enum hs_status figure(const struct hs_view *v, const char *metric, double *value, bool *higher, struct hs_err *e)
{
    struct hs_text all = {0};
    size_t m = 0;
    *higher = false;
    for (size_t t = 0; t < v->trials; t++) value[t] = v->trial[t].relative.x;
    if (!strcmp(metric, "output-error")) return HS_OK;
    for (; m < v->metrics && strcmp(v->metric[m], metric); m++) hs_text_add(&all, " %s", v->metric[m]);
    if (m == v->metrics || !v->type[m])
        HS_FAIL(e, HS_EUSAGE, "no metric '%s' in these trials; there are: output-error%s", metric, all.s ? all.s : "");
    else
        *higher = v->type[m]->higher_is_better;
    for (size_t t = 0; t < v->trials && e->status == HS_OK; t++) value[t] = v->trial[t].metric[m].x;
    hs_text_free(&all);
    return e->status;
}

enum hs_status hs_contrast_levels(struct hs_runs *s, const char *factor, const char *metric, struct hs_sheet *t,
                                  struct hs_err *e)
{
    const struct hs_view *v = &s->view;
    struct hs_ranking *r = HS_NEW(v->arena, 1, struct hs_ranking);
    double *value = HS_NEW(v->arena, v->trials, double);
    size_t f;
    bool higher;
    if (!r || !value) return HS_OUT_OF_MEMORY(e);
    metric = metric ? metric : "output-error";
    HS_TRY(find_factor(v, factor, &f, e));
    HS_TRY(figure(v, metric, value, &higher, e));
    HS_TRY(hs_ranking_find(v, f, f == s->run ? s->differs : NULL, value, higher, 2, r, e));
    if (!r->levels)
        return HS_FAIL(e, HS_EDATA, "%zu blocks of trials agree in all but %s and hold each of its %zu levels (%zu lack one): two at "
                                    "least, please", r->blocks, v->factor[f].name, v->factor[f].levels, r->left_out);
    return hs_ranking_sheet(v, r, 1, strcmp(metric, "output-error") ? metric : "output error", t, e);
}
