/* view.c - which factors vary, and what they are called. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/view.h"

#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const struct {
    const char *glob, *heading; /* heading NULL: the name's last word */
    enum hs_role role;
} known[] = {
    {"network", "network", HS_ROLE_NETWORK},
    {"scheme.weights.format", "weight format", HS_ROLE_FORMAT},
    {"scheme.activations.format", "activation format", HS_ROLE_FORMAT},
    {"scheme.weights.*", "weight %s", HS_ROLE_FORMAT},
    {"scheme.activations.*", "activation %s", HS_ROLE_FORMAT},
    {"scheme.*", NULL, HS_ROLE_FORMAT},
    {"calibration.weights", "weight calibration", HS_ROLE_STRATEGY},
    {"calibration.activations", "activation calibration", HS_ROLE_STRATEGY},
    {"order", "order", HS_ROLE_ORDER},
    {"*draw", "draw", HS_ROLE_DRAW},
    {"*draws", "draw", HS_ROLE_DRAW},
    {"*", NULL, HS_ROLE_STRATEGY},
};
/* clang-format on */

static const char *last_word(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}

static char *snake(struct hs_arena *a, const char *name)
{
    char *s = hs_arena_text(a, "%s", name);
    for (char *p = s; p && *p; p++)
        *p = isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '_';
    return s;
}

static bool christen(struct hs_arena *a, struct hs_factor *f)
{
    size_t i = 0;
    while (!hs_text_match(known[i].glob, f->name)) i++;
    const char *pattern = known[i].heading, *slot = pattern ? strstr(pattern, "%s") : NULL,
               *word = last_word(f->name);
    f->role = known[i].role;
    char *heading = slot ? hs_arena_text(a, "%.*s%s", (int)(slot - pattern), pattern, word)
                         : hs_arena_text(a, "%s", pattern ? pattern : word);
    for (char *p = heading; p && *p; p++)
        if (*p == '_') *p = ' ';
    f->heading = heading;
    f->column = snake(a, f->name);
    return f->heading && f->column;
}

/* A path is shown without its folders and ".h5". */
static const char *display(struct hs_arena *a, const struct hs_factor *f, const char *level)
{
    if (f->role != HS_ROLE_NETWORK) return level;
    const char *slash = strrchr(level, '/'), *base = slash && slash[1] ? slash + 1 : level,
               *dot = strrchr(base, '.');
    size_t n = dot && dot > base ? (size_t)(dot - base) : strlen(base);
    return hs_arena_text(a, "%.*s", (int)n, base);
}

/* Two networks of one name in different folders keep their folders. */
static void untangle(struct hs_factor *f)
{
    for (size_t i = 0; i < f->levels; i++)
        for (size_t j = 0; j < i; j++)
            if (!strcmp(f->shown[i], f->shown[j])) {
                for (size_t k = 0; k < f->levels; k++) f->shown[k] = f->level[k];
                return;
            }
}

static const char *level_of(const struct hs_record *r, const char *factor)
{
    for (size_t i = 0; i < r->levels; i++)
        if (!strcmp(r->level[i].factor, factor)) return r->level[i].level;
    return NULL;
}

static bool known_factor(const struct hs_view *v, const char *name)
{
    for (size_t i = 0; i < v->factors; i++)
        if (!strcmp(v->factor[i].name, name)) return true;
    return false;
}

/* The union over the records, in the order of the first record that names each. */
static enum hs_status collect(struct hs_view *v, struct hs_err *e)
{
    size_t most = 0;
    for (size_t t = 0; t < v->trials; t++) most += v->trial[t].record->levels;
    v->factor = HS_NEW(v->arena, most, struct hs_factor);
    if (!v->factor) return HS_OUT_OF_MEMORY(e);
    for (size_t t = 0; t < v->trials; t++)
        for (size_t i = 0; i < v->trial[t].record->levels; i++) {
            const char *name = v->trial[t].record->level[i].factor;
            if (known_factor(v, name)) continue;
            v->factor[v->factors].name = name;
            if (!christen(v->arena, &v->factor[v->factors++])) return HS_OUT_OF_MEMORY(e);
        }
    return HS_OK;
}

static enum hs_status levels(struct hs_view *v, size_t f, struct hs_err *e)
{
    struct hs_factor *me = &v->factor[f];
    me->level = HS_NEW(v->arena, v->trials, const char *);
    me->shown = HS_NEW(v->arena, v->trials, const char *);
    if (!me->level || !me->shown) return HS_OUT_OF_MEMORY(e);
    bool lacking = false;
    for (size_t t = 0; t < v->trials; t++) {
        const char *l = level_of(v->trial[t].record, me->name);
        size_t i = 0;
        while (l && i < me->levels && strcmp(me->level[i], l)) i++;
        if (l && i == me->levels) me->level[me->levels++] = l;
        v->level[t * v->factors + f] = l ? i : SIZE_MAX;
        lacking |= !l;
    }
    me->varies = me->levels > 1 || lacking;
    for (size_t i = 0; i < me->levels; i++)
        if (!(me->shown[i] = display(v->arena, me, me->level[i]))) return HS_OUT_OF_MEMORY(e);
    untangle(me);
    return HS_OK;
}

enum hs_status hs_view_factors(struct hs_view *v, struct hs_err *e)
{
    HS_TRY(collect(v, e));
    v->level = HS_NEW(v->arena, v->trials * v->factors, size_t);
    if (!v->level) return HS_OUT_OF_MEMORY(e);
    for (size_t f = 0; f < v->factors; f++) HS_TRY(levels(v, f, e));
    return HS_OK;
}

static int by_plan(const void *a, const void *b)
{
    const struct hs_record *x = ((const struct hs_outcome *)a)->record,
                           *y = ((const struct hs_outcome *)b)->record;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    return strcmp(x->id, y->id);
}

enum hs_status hs_view_open(struct hs_view *v, const struct hs_report_about *about,
                            const struct hs_record *r, size_t n, struct hs_err *e)
{
    *v = (struct hs_view){.arena = hs_arena_open(), .about = about, .trials = n};
    v->trial = v->arena ? HS_NEW(v->arena, n, struct hs_outcome) : NULL;
    enum hs_status st = v->trial ? HS_OK : HS_OUT_OF_MEMORY(e);
    if (st == HS_OK) {
        for (size_t i = 0; i < n; i++) v->trial[i].record = &r[i];
        qsort(v->trial, n, sizeof *v->trial, by_plan);
        st = hs_view_factors(v, e);
    }
    if (st == HS_OK) st = hs_view_outcomes(v, e);
    if (st == HS_OK) st = hs_view_entries(v, e);
    if (st == HS_OK) st = hs_view_compare(v, e);
    if (st == HS_OK) st = hs_view_differences(v, e);
    if (st == HS_OK) st = hs_view_rankings(v, e);
    if (st == HS_OK) st = hs_view_layouts(v, e);
    if (st != HS_OK) hs_view_close(v);
    return st;
}

void hs_view_close(struct hs_view *v)
{
    hs_arena_close(v->arena);
    *v = (struct hs_view){0};
}

const char *hs_view_level(const struct hs_view *v, size_t trial, size_t factor)
{
    size_t l = v->level[trial * v->factors + factor];
    return l == SIZE_MAX ? "" : v->factor[factor].shown[l];
}

static const char *own(const struct hs_view *v, struct hs_text *t)
{
    char *s = t->failed ? NULL : hs_arena_text(v->arena, "%s", t->s ? t->s : "");
    hs_text_free(t);
    return s;
}

const char *hs_view_label(const struct hs_view *v, size_t trial, unsigned roles)
{
    struct hs_text t = {0};
    for (size_t f = 0; f < v->factors; f++)
        if (v->factor[f].varies && roles >> v->factor[f].role & 1 &&
            *hs_view_level(v, trial, f))
            hs_text_add(&t, "%s%s", t.n ? " / " : "", hs_view_level(v, trial, f));
    return own(v, &t);
}

const char *hs_view_title(const struct hs_view *v, unsigned roles)
{
    struct hs_text t = {0};
    for (size_t f = 0; f < v->factors; f++)
        if (v->factor[f].varies && roles >> v->factor[f].role & 1)
            hs_text_add(&t, "%s%s", t.n ? " / " : "", v->factor[f].heading);
    return own(v, &t);
}

const char *hs_view_constants(const struct hs_view *v)
{
    struct hs_text t = {0};
    for (size_t f = 0; f < v->factors; f++)
        if (!v->factor[f].varies)
            hs_text_add(&t, "%s%s = %s", t.n ? ", " : "", v->factor[f].name,
                        v->factor[f].shown[0]);
    return own(v, &t);
}

bool hs_view_varies(const struct hs_view *v, unsigned roles)
{
    for (size_t f = 0; f < v->factors; f++)
        if (v->factor[f].varies && roles >> v->factor[f].role & 1) return true;
    return false;
}

bool hs_view_same(const struct hs_view *v, size_t a, size_t b, unsigned roles)
{
    for (size_t f = 0; f < v->factors; f++)
        if (roles >> v->factor[f].role & 1 &&
            v->level[a * v->factors + f] != v->level[b * v->factors + f])
            return false;
    return true;
}

double hs_view_share(double x, double reference) { return x == 0 ? 0 : x / reference; }

size_t hs_view_task(const struct hs_view *v)
{
    for (size_t m = 0; m < v->metrics; m++)
        if (v->type[m] && v->type[m]->needs_target) return m;
    return SIZE_MAX;
}
