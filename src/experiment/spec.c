/* spec.c - from levels to the spec of a trial: sides, rules, sites, order. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/plan.h"

#include "attribute/attribute.h"
#include "base/text.h"
#include "budget/run.h"
#include "net/net.h"

#include <string.h>

/* The rows that make a side; HS_ROWS where it has none. */
struct side_rows {
    enum hs_row_name format, granularity, symmetric, range, dynamic, strategy;
};
#define SIDE(k, dynamic_)                                                                      \
    {                                                                                          \
        HS_ROW_##k##_FORMAT, HS_ROW_##k##_GRANULARITY, HS_ROW_##k##_SYMMETRIC,                 \
            HS_ROW_##k##_RANGE, dynamic_, HS_ROW_##k##_STRATEGY                                \
    }
static const struct side_rows weights_rows = SIDE(WEIGHTS, HS_ROWS),
                              activations_rows = SIDE(ACTIVATIONS, HS_ROW_ACTIVATIONS_DYNAMIC),
                              rule_weights_rows = SIDE(RULE_WEIGHTS, HS_ROWS),
                              rule_activations_rows =
                                  SIDE(RULE_ACTIVATIONS, HS_ROW_RULE_ACTIVATIONS_DYNAMIC),
                              site_rows = SIDE(SITE, HS_ROW_SITE_DYNAMIC);

/* The chosen value of a row, or NULL where it has none. choice NULL: the only one. */
static const struct hs_datum *chosen(const struct hs_setting *settings, const size_t *choice,
                                     enum hs_row_name row)
{
    if (row == HS_ROWS || !settings[row].n) return NULL;
    return &settings[row].value[choice ? choice[row] : 0];
}

/* Changes the fields of a side that the settings speak of. Returns whether there was one. */
static bool apply(const struct hs_setting *settings, const size_t *choice,
                  const struct side_rows *rows, struct hs_side *side)
{
    const struct hs_datum *format = chosen(settings, choice, rows->format),
                          *granularity = chosen(settings, choice, rows->granularity),
                          *symmetric = chosen(settings, choice, rows->symmetric),
                          *range = chosen(settings, choice, rows->range),
                          *dynamic = chosen(settings, choice, rows->dynamic),
                          *strategy = chosen(settings, choice, rows->strategy);
    if (format) side->format = format->member;
    if (granularity)
        side->granularity = (enum hs_granularity)granularity->word,
        side->group = granularity->group;
    if (symmetric) side->symmetric = symmetric->flag;
    if (range) side->restricted = range->word == 1;
    if (dynamic) side->dynamic = dynamic->flag;
    if (strategy) {
        side->strategy = strategy->member;
        memcpy(side->knob, strategy->knob, sizeof side->knob);
        side->given = strategy->given;
    }
    return format || granularity || symmetric || range || dynamic || strategy;
}

static struct hs_convention convention(const struct hs_config *c, const size_t *choice)
{
    const struct hs_datum *name = chosen(c->setting, choice, HS_ROW_CONVENTION),
                          *rounding = chosen(c->setting, choice, HS_ROW_ROUNDING),
                          *zero = chosen(c->setting, choice, HS_ROW_ZERO_POINT),
                          *divide = chosen(c->setting, choice, HS_ROW_DIVIDE);
    struct hs_convention is =
        name ? hs_convention_roster[name->word].is : (struct hs_convention){0};
    if (rounding) is.rounding = (enum hs_rounding)rounding->word;
    if (zero) is.zero_after = zero->word == 1;
    if (divide) is.reciprocal = divide->word == 1;
    return is;
}

static void rule(const struct hs_block *from, const struct hs_spec *base, struct hs_rule *to)
{
    const struct hs_datum *method = chosen(from->setting, NULL, HS_ROW_RULE_METHOD);
    *to = (struct hs_rule){
        .match = from->match, .weights = base->weights, .activations = base->activations};
    to->sets_weights = apply(from->setting, NULL, &rule_weights_rows, &to->weights);
    to->sets_activations = apply(from->setting, NULL, &rule_activations_rows, &to->activations);
    to->sets_method = method != NULL;
    if (method) {
        to->method = method->member;
        memcpy(to->method_knob, method->knob, sizeof to->method_knob);
        to->method_given = method->given;
    }
}

static void list_texts(const struct hs_setting *s, struct hs_arena *arena, size_t *n,
                       const char *const **list)
{
    const char **texts = HS_NEW(arena, s->n, const char *);
    for (size_t i = 0; texts && i < s->n; i++) texts[i] = s->value[i].text;
    *list = texts, *n = texts ? s->n : 0;
}

static void list_metrics(const struct hs_setting *s, struct hs_arena *arena,
                         struct hs_spec *spec)
{
    const struct hs_metric_type **list = HS_NEW(arena, s->n, const struct hs_metric_type *);
    for (size_t i = 0; list && i < s->n; i++) list[i] = s->value[i].member;
    spec->metric = list, spec->metrics = list ? s->n : 0;
}

static void list_analyses(const struct hs_setting *s, struct hs_arena *arena,
                          struct hs_spec *spec)
{
    struct hs_attribute_choice *list = HS_NEW(arena, s->n, struct hs_attribute_choice);
    for (size_t i = 0; list && i < s->n; i++) {
        list[i].type = s->value[i].member;
        memcpy(list[i].knob, s->value[i].knob, sizeof list[i].knob);
    }
    spec->analysis = list, spec->analyses = list ? s->n : 0;
}

/* `budget` without `formats`, `search` ...: what the reference says is meant. */
static const char *const usual_formats[] = {"int2", "int3", "int4", "int8"};

static void list_formats(const struct hs_setting *s, struct hs_arena *arena,
                         struct hs_budget_choice *b)
{
    struct hs_err unused = {0};
    size_t n = s->n ? s->n : sizeof usual_formats / sizeof *usual_formats;
    const struct hs_format **list = HS_NEW(arena, n, const struct hs_format *);
    for (size_t i = 0; list && i < n; i++)
        list[i] = s->n ? s->value[i].member : hs_format_find(usual_formats[i], &unused);
    b->format = list, b->formats = list ? n : 0;
}

static void list_searches(const struct hs_setting *s, struct hs_arena *arena,
                          struct hs_budget_choice *b)
{
    size_t n = s->n;
    while (!s->n && hs_budget_roster[n]) n++;
    struct hs_budget_search_choice *list = HS_NEW(arena, n, struct hs_budget_search_choice);
    for (size_t i = 0; list && i < n; i++) {
        const struct hs_knob *k;
        list[i].type = s->n ? s->value[i].member : hs_budget_roster[i];
        if (s->n)
            memcpy(list[i].knob, s->value[i].knob, sizeof list[i].knob);
        else if ((k = list[i].type->knob))
            for (int j = 0; k[j].name; j++) list[i].knob[j] = k[j].value;
    }
    b->search = list, b->searches = list ? n : 0;
}

static void budget(const struct hs_config *c, struct hs_arena *arena, struct hs_spec *spec)
{
    const struct hs_setting *s = c->setting;
    struct hs_budget_choice *b = HS_NEW(arena, 1, struct hs_budget_choice);
    double *share = HS_NEW(arena, s[HS_ROW_BUDGET_AT].n, double);
    if (!s[HS_ROW_BUDGET].given || !b || !share) return;
    const struct hs_datum *of = hs_config_first(c, HS_ROW_BUDGET_OF),
                          *sides = hs_config_first(c, HS_ROW_BUDGET_SIDES);
    b->of = of ? (enum hs_budget_of)of->word : HS_BUDGET_MEMORY;
    b->both = sides && sides->word == 1;
    b->shares = s[HS_ROW_BUDGET_AT].n, b->share = share;
    for (size_t i = 0; i < b->shares; i++) share[i] = s[HS_ROW_BUDGET_AT].value[i].real;
    list_formats(&s[HS_ROW_BUDGET_FORMATS], arena, b);
    list_searches(&s[HS_ROW_BUDGET_SEARCH], arena, b);
    spec->budget = b;
}

static void blocks(const struct hs_config *c, struct hs_arena *arena, struct hs_spec *spec)
{
    struct hs_rule *rules = HS_NEW(arena, c->rules, struct hs_rule);
    struct hs_site_rule *sites = HS_NEW(arena, c->sites, struct hs_site_rule);
    for (size_t i = 0; rules && i < c->rules; i++) rule(&c->rule[i], spec, &rules[i]);
    for (size_t i = 0; sites && i < c->sites; i++) {
        sites[i] = (struct hs_site_rule){.match = c->site[i].match, .side = spec->activations};
        apply(c->site[i].setting, NULL, &site_rows, &sites[i].side);
    }
    spec->rule = rules, spec->rules = rules ? c->rules : 0;
    spec->site = sites, spec->sites = sites ? c->sites : 0;
}

void hs_plan_spec(const struct hs_config *c, const size_t *choice, struct hs_arena *arena,
                  struct hs_spec *spec)
{
    const struct hs_datum *method = chosen(c->setting, choice, HS_ROW_METHOD),
                          *order = chosen(c->setting, choice, HS_ROW_ORDER),
                          *objective = chosen(c->setting, choice, HS_ROW_OBJECTIVE),
                          *products = chosen(c->setting, choice, HS_ROW_PRODUCTS);
    *spec = (struct hs_spec){
        .seed = c->setting[HS_ROW_SEED].value[0].count,
        .convention = convention(c, choice),
        .codes = products && products->word == 1,
        .method = method->member,
        .order = {.type = order->member, .names = order->names, .index = order->index},
        .context = (enum hs_context)chosen(c->setting, choice, HS_ROW_CONTEXT)->word,
        .objective = {.type = objective->member},
        .measure = (enum hs_measure)chosen(c->setting, choice, HS_ROW_MEASURE)->word,
    };
    memcpy(spec->method_knob, method->knob, sizeof spec->method_knob);
    spec->method_given = method->given;
    memcpy(spec->objective.knob, objective->knob, sizeof spec->objective.knob);
    memcpy(spec->order.knob, order->knob, sizeof spec->order.knob);
    apply(c->setting, choice, &weights_rows, &spec->weights);
    apply(c->setting, choice, &activations_rows, &spec->activations);
    list_texts(&c->setting[HS_ROW_SKIP], arena, &spec->skips, &spec->skip);
    list_metrics(&c->setting[HS_ROW_METRICS], arena, spec);
    list_analyses(&c->setting[HS_ROW_ATTRIBUTION], arena, spec);
    budget(c, arena, spec);
    blocks(c, arena, spec);
}

enum hs_status hs_plan_join_rules(const struct hs_config *c, const struct hs_net *net,
                                  struct hs_arena *arena, struct hs_spec *spec,
                                  struct hs_err *e)
{
    struct hs_rule *rules = HS_NEW(arena, c->rules + net->nodes, struct hs_rule);
    if (!rules) return HS_OUT_OF_MEMORY(e);
    size_t n = spec->rules;
    if (n) memcpy(rules, spec->rule, n * sizeof *rules);
    for (size_t k = 0; k < net->nodes && c->rules > 1; k++) {
        struct hs_rule all = {.weights = spec->weights, .activations = spec->activations};
        size_t hits = 0;
        for (size_t i = 0; i < c->rules; i++) {
            if (net->node[k].hidden || !hs_text_match(c->rule[i].match, net->node[k].name))
                continue;
            const struct hs_setting *s = c->rule[i].setting;
            const struct hs_datum *method = chosen(s, NULL, HS_ROW_RULE_METHOD);
            all.sets_weights |= apply(s, NULL, &rule_weights_rows, &all.weights);
            all.sets_activations |= apply(s, NULL, &rule_activations_rows, &all.activations);
            if (method) {
                all.sets_method = true, all.method = method->member;
                memcpy(all.method_knob, method->knob, sizeof all.method_knob);
                all.method_given = method->given;
            }
            hits++;
        }
        if (hits < 2) continue;
        if (!(all.match = hs_text_literal(arena, net->node[k].name))) return HS_OUT_OF_MEMORY(e);
        rules[n++] = all;
    }
    spec->rule = rules, spec->rules = n;
    return HS_OK;
}
