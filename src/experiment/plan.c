/* plan.c - every combination of levels, in the order of the schema table, the last factor
 * turning fastest. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/plan.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_TRIALS = 1000000 };

/* Factors that turn together: one alone, or those that zip ties. */
struct wheel {
    size_t levels, rows;
    enum hs_row_name row[HS_ROW_RULE];
};
struct unfolding {
    const struct hs_config *config;
    struct hs_plan *plan;
    size_t wheels;
    struct wheel wheel[HS_ROW_RULE];
    size_t choice[HS_ROWS];
    size_t room;
};

static size_t levels_of(const struct hs_config *c, int row)
{
    const struct hs_setting *s = &c->setting[row];
    if (row == HS_ROW_DRAWS)
        return c->setting[HS_ROW_CALIBRATION].given ? (size_t)s->value[0].count : 0;
    if (row == HS_ROW_CONVENTION && !s->given &&
        (c->setting[HS_ROW_ROUNDING].n || c->setting[HS_ROW_ZERO_POINT].n ||
         c->setting[HS_ROW_DIVIDE].n))
        return 0; /* its parts are named instead */
    return hs_schema[row].many == HS_FACTOR ? s->n : 0;
}

static void put_wheels(struct unfolding *u)
{
    bool placed[HS_ROW_RULE] = {false};
    for (int row = 0; row < HS_ROW_RULE; row++) {
        size_t levels = levels_of(u->config, row);
        if (!levels || placed[row]) continue;
        struct wheel *w = &u->wheel[u->wheels++];
        *w = (struct wheel){.levels = levels, .rows = 1, .row = {(enum hs_row_name)row}};
        for (size_t t = 0; t < u->config->ties; t++) {
            const struct hs_tie *tie = &u->config->tie[t];
            bool mine = false;
            for (size_t k = 0; k < tie->n; k++) mine |= (int)tie->row[k] == row;
            for (size_t k = 0; mine && k < tie->n; k++)
                if ((int)tie->row[k] != row)
                    w->row[w->rows++] = tie->row[k], placed[tie->row[k]] = true;
        }
    }
}

/* A side that is none has no other fields; without weights there is nothing for a method to
 * round. */
static bool matters(const struct unfolding *u, enum hs_row_name row)
{
    bool of_weights = (row > HS_ROW_WEIGHTS_FORMAT && row <= HS_ROW_WEIGHTS_RANGE) ||
                      row == HS_ROW_WEIGHTS_STRATEGY || row == HS_ROW_METHOD;
    bool of_activations =
        (row > HS_ROW_ACTIVATIONS_FORMAT && row <= HS_ROW_ACTIVATIONS_DYNAMIC) ||
        row == HS_ROW_ACTIVATIONS_STRATEGY;
    const struct hs_setting *s = u->config->setting;
    if (of_weights)
        return s[HS_ROW_WEIGHTS_FORMAT].value[u->choice[HS_ROW_WEIGHTS_FORMAT]].member ||
               u->config->rules;
    if (of_activations)
        return s[HS_ROW_ACTIVATIONS_FORMAT]
                   .value[u->choice[HS_ROW_ACTIVATIONS_FORMAT]]
                   .member ||
               u->config->rules || u->config->sites;
    return true;
}

/* Whether this combination only repeats another one: a factor that does not matter here is
 * beyond its first level. */
static bool repeats(const struct unfolding *u)
{
    for (size_t i = 0; i < u->wheels; i++) {
        const struct wheel *w = &u->wheel[i];
        bool any = false;
        for (size_t k = 0; k < w->rows; k++) any |= matters(u, w->row[k]);
        if (!any && u->choice[w->row[0]]) return true;
    }
    return false;
}

static bool is_level(const struct unfolding *u, enum hs_row_name row,
                     const struct hs_setting *levels)
{
    const struct hs_datum *now = &u->config->setting[row].value[u->choice[row]];
    if (row != HS_ROW_DRAWS && !matters(u, row)) return false;
    for (size_t i = 0; i < levels->n; i++) {
        const struct hs_datum *v = &levels->value[i];
        if (row == HS_ROW_DRAWS ? v->count == u->choice[row] : hs_config_covers(v, now))
            return true;
    }
    return false;
}

static bool excluded(const struct unfolding *u)
{
    for (size_t i = 0; i < u->config->exclusions; i++) {
        const struct hs_exclusion *x = &u->config->exclusion[i];
        bool all = x->n > 0;
        for (size_t k = 0; k < x->n; k++) all &= is_level(u, x->row[k], &x->level[k]);
        if (all) return true;
    }
    return false;
}

/* A network is known by its file's name without folder and ending, as long as that tells it
 * from the others. */
static const char *network_label(const struct unfolding *u, const struct hs_datum *v)
{
    const struct hs_setting *s = &u->config->setting[HS_ROW_NETWORK];
    size_t same = 0;
    const char *label = NULL;
    for (size_t i = 0; i < s->n; i++) {
        const char *slash = strrchr(s->value[i].text, '/'),
                   *base = slash ? slash + 1 : s->value[i].text;
        const char *mine = strrchr(v->text, '/'), *own = mine ? mine + 1 : v->text,
                   *dot = strrchr(own, '.');
        size_t n = dot && dot != own ? (size_t)(dot - own) : strlen(own);
        same += !strncmp(base, own, n) && (base[n] == '.' || !base[n]);
        label = hs_arena_text(u->plan->arena, "%.*s", (int)n, own);
    }
    return same == 1 ? label : v->label;
}

static const char *label_of(const struct unfolding *u, enum hs_row_name row)
{
    const struct hs_datum *v =
        &u->config->setting[row].value[row == HS_ROW_DRAWS ? 0 : u->choice[row]];
    if (row == HS_ROW_DRAWS) return hs_arena_text(u->plan->arena, "%zu", u->choice[row]);
    if (row == HS_ROW_NETWORK) return network_label(u, v);
    return matters(u, row) ? v->label : "none";
}

/* A factor of a side that is none in every trial is no factor. */
static bool in_play(const struct unfolding *u, enum hs_row_name row)
{
    const struct hs_setting *s = u->config->setting;
    enum hs_row_name format =
        row == HS_ROW_METHOD || row == HS_ROW_WEIGHTS_STRATEGY || row < HS_ROW_ACTIVATIONS
            ? HS_ROW_WEIGHTS_FORMAT
            : HS_ROW_ACTIVATIONS_FORMAT;
    return levels_of(u->config, row) && (matters(u, row) || s[format].n > 1);
}

static bool add_trial(struct unfolding *u)
{
    struct hs_plan *p = u->plan;
    if (p->trials == u->room) {
        size_t room = u->room ? 2 * u->room : 64;
        struct hs_trial *more = HS_NEW(p->arena, room, struct hs_trial);
        if (!more) return false;
        if (p->trials) memcpy(more, p->trial, p->trials * sizeof *more);
        p->trial = more, u->room = room;
    }
    struct hs_trial *t = &p->trial[p->trials];
    *t = (struct hs_trial){.number = p->trials,
                           .network = u->choice[HS_ROW_NETWORK],
                           .draw = u->choice[HS_ROW_DRAWS]};
    if (!(t->level = HS_NEW(p->arena, HS_ROW_RULE, struct hs_level))) return false;
    for (int row = 0; row < HS_ROW_RULE; row++) {
        if (!in_play(u, (enum hs_row_name)row)) continue;
        const char *label = label_of(u, (enum hs_row_name)row);
        if (!label) return false;
        t->level[t->levels++] =
            (struct hs_level){.factor = hs_schema[row].path, .level = label};
    }
    const struct hs_datum *transform =
        &u->config->setting[HS_ROW_TRANSFORM].value[u->choice[HS_ROW_TRANSFORM]];
    t->transform = transform->member;
    memcpy(t->transform_knob, transform->knob, sizeof t->transform_knob);
    hs_plan_spec(u->config, u->choice, p->arena, &t->spec);
    p->trials++;
    return true;
}

/* Turns the last wheel by one, and the one before it where it comes round. */
static bool turn(struct unfolding *u)
{
    for (size_t i = u->wheels; i-- > 0;) {
        const struct wheel *w = &u->wheel[i];
        size_t next = (u->choice[w->row[0]] + 1) % w->levels;
        for (size_t k = 0; k < w->rows; k++) u->choice[w->row[k]] = next;
        if (next) return true;
    }
    return false;
}

static void mark_varying(struct hs_plan *p)
{
    for (size_t i = 0; p->trials && i < p->trial[0].levels; i++) {
        bool varies = false;
        for (size_t t = 1; t < p->trials && !varies; t++)
            varies = strcmp(p->trial[t].level[i].level, p->trial[0].level[i].level) != 0;
        for (size_t t = 0; t < p->trials; t++) p->trial[t].level[i].varies = varies;
    }
}

enum hs_status hs_plan_unfold(const struct hs_config *config, struct hs_plan *plan,
                              struct hs_err *e)
{
    *plan = (struct hs_plan){.arena = hs_arena_open(), .config = config};
    struct unfolding u = {.config = config, .plan = plan};
    if (!plan->arena) return HS_OUT_OF_MEMORY(e);
    put_wheels(&u);
    plan->networks = config->setting[HS_ROW_NETWORK].n;
    plan->draws = levels_of(config, HS_ROW_DRAWS);
    double all = 1;
    for (size_t i = 0; i < u.wheels; i++) all *= (double)u.wheel[i].levels;
    enum hs_status st = HS_OK;
    if (all > MOST_TRIALS)
        st = HS_FAIL(e, HS_ECONFIG, "%s unfolds into %.0f combinations; the most is %d",
                     config->file, all, MOST_TRIALS);
    bool more = st == HS_OK;
    for (; more && st == HS_OK; more = turn(&u)) {
        if (repeats(&u)) continue;
        plan->combinations++;
        if (excluded(&u))
            plan->excluded++;
        else if (!add_trial(&u))
            st = HS_OUT_OF_MEMORY(e);
    }
    if (st == HS_OK && !plan->trials)
        st = HS_FAIL(e, HS_ECONFIG, "%s: exclude leaves none of the %zu combinations",
                     config->file, plan->combinations);
    if (st == HS_OK)
        mark_varying(plan);
    else
        hs_plan_close(plan);
    return st;
}

void hs_plan_close(struct hs_plan *p)
{
    hs_plan_close_variants(p);
    hs_arena_close(p->arena);
    *p = (struct hs_plan){0};
}
