/* beside.c - what changed between runs: trials that agree in all else, side by side. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/runs.h"

#include "base/text.h"

#include <string.h>

static size_t level(const struct hs_view *v, size_t entry, size_t f)
{
    return v->level[v->entry[entry].trial[0] * v->factors + f];
}

static bool matched_on(const struct hs_runs *s, size_t f)
{
    return f != s->run && !s->differs[f] && s->view.factor[f].role != HS_ROLE_DRAW;
}

static bool alike(const struct hs_runs *s, size_t a, size_t b)
{
    for (size_t f = 0; f < s->view.factors; f++)
        if (matched_on(s, f) && level(&s->view, a, f) != level(&s->view, b, f)) return false;
    return true;
}

/* "int8 / mse": the levels of what is matched on, where they vary. */
static const char *label(const struct hs_runs *s, size_t entry)
{
    struct hs_text t = {0};
    const struct hs_view *v = &s->view;
    for (size_t f = 0; f < v->factors; f++)
        if (matched_on(s, f) && v->factor[f].varies)
            hs_text_add(&t, "%s%s", t.n ? " / " : "", hs_view_level(v, v->entry[entry].trial[0], f));
    const char *own = t.failed ? NULL : hs_arena_text(v->arena, "%s", t.s ? t.s : "");
    hs_text_free(&t);
    return own;
}

/* "method = nearest in a, gptq in b." */
static void say_what_differs(const struct hs_runs *s, struct hs_text *t)
{
    const struct hs_view *v = &s->view;
    for (size_t f = 0; f < v->factors; f++) {
        if (!s->differs[f]) continue;
        hs_text_add(t, " The runs differ in %s:", v->factor[f].name);
        for (size_t k = 0, any = 0; k < v->factor[s->run].levels; k++)
            for (size_t i = 0; i < v->entries; i++) {
                if (level(v, i, s->run) != k) continue;
                const char *l = hs_view_level(v, v->entry[i].trial[0], f);
                hs_text_add(t, "%s %s in %s", any++ ? "," : "", *l ? l : "none", v->factor[s->run].shown[k]);
                break;
            }
        hs_text_add(t, ".");
    }
}

/* Pairs of the first run and each other one; found[i]: entry i has its like. */
static enum hs_status match(const struct hs_runs *s, struct hs_difference *d, size_t *n, bool *found, struct hs_err *e)
{
    const struct hs_view *v = &s->view;
    for (size_t k = 1; k < v->factor[s->run].levels; k++)
        for (size_t a = 0; a < v->entries; a++)
            for (size_t b = 0; b < v->entries && level(v, a, s->run) == 0; b++) {
                if (level(v, b, s->run) != k || found[b] || !alike(s, a, b)) continue;
                const char *group = label(s, a);
                if (!group) return HS_OUT_OF_MEMORY(e);
                d[(*n)++] = (struct hs_difference){.a = a, .b = b, .group = group, .name_a = v->factor[s->run].shown[0],
                                                   .name_b = v->factor[s->run].shown[k]};
                found[a] = found[b] = true;
                break;
            }
    return HS_OK;
}

static enum hs_status unmatched(const struct hs_runs *s, const bool *found, struct hs_sheet *t, struct hs_err *e)
{
    const struct hs_view *v = &s->view;
    HS_TRY(hs_sheet_open(t, "unmatched", e));
    t->caption = "Trials that have no like in the first run, or the first run's that have none elsewhere.";
    hs_sheet_column(t, (struct hs_sheet_column){.name = "run", .heading = "only in"});
    hs_sheet_column(t, (struct hs_sheet_column){.name = "levels", .heading = "trial"});
    hs_sheet_column(t, (struct hs_sheet_column){.name = "draws", .heading = "draws", .show = HS_SHOW_COUNT});
    for (size_t i = 0; i < v->entries; i++) {
        struct hs_sheet_cell *c;
        const char *text = found[i] ? "" : label(s, i);
        if (found[i]) continue;
        if (!text) return HS_OUT_OF_MEMORY(e);
        HS_TRY(hs_sheet_row(t, &c, e));
        c[0].text = v->factor[s->run].shown[level(v, i, s->run)];
        c[1].text = text;
        c[2].x = (double)v->entry[i].trials;
    }
    return HS_OK;
}

enum hs_status hs_contrast_runs(struct hs_runs *s, const struct hs_sampled *m, struct hs_sheet *t, struct hs_err *e)
{
    const struct hs_view *v = &s->view;
    struct hs_difference *d = HS_NEW(v->arena, v->entries, struct hs_difference);
    bool *found = HS_NEW(v->arena, v->entries, bool);
    struct hs_text more = {0};
    size_t n = 0, paired = 0;
    if (!d || !found) return HS_OUT_OF_MEMORY(e);
    HS_TRY(match(s, d, &n, found, e));
    if (!n)
        return HS_FAIL(e, HS_EDATA, "no trial of %s has its like in another run: what tells runs apart must have one level in each, "
                                    "and all else must agree", v->factor[s->run].shown[0]);
    HS_TRY(hs_differences_find(v, m, d, n, true, e));
    for (size_t i = 0; i < n; i++) paired += d[i].samples > 0;
    if (!paired) return HS_FAIL(e, HS_EDATA, "no two trials hold the %s of the same samples", m->name);
    HS_TRY(hs_differences_judge(m, d, n, n, e));
    HS_TRY(hs_differences_sheet(m, d, n, "over the rows", &t[0], e));
    say_what_differs(s, &more);
    const char *caption = more.failed ? NULL : hs_arena_text(t[0].arena, "%s%s", t[0].caption, more.s ? more.s : "");
    hs_text_free(&more);
    if (!caption) return HS_OUT_OF_MEMORY(e);
    t[0].caption = caption;
    return unmatched(s, found, &t[1], e);
}
