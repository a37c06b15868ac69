/* propose.c - every assignment that a search proposes, and every uniform one, is quantized and measured; one row each. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "budget/model.h"

#include "base/text.h"
#include "propagate/measure.h"
#include "propagate/sequence.h"

#include <math.h>
#include <string.h>

enum { STEPS = 8 }; /* between the cheapest and the dearest assignment, where no budgets are given */

enum { SEARCH, BUDGET, COST, SHARE, PREDICTED, SEEN, ERROR, FIGURE, NETWORKS, PROOF, FORMATS, COLUMNS };
static const struct hs_trace_column columns[COLUMNS] = {
    [SEARCH] = {"search", "search", HS_UNIT_TEXT, false},
    [BUDGET] = {"budget", "budget", HS_UNIT_RATIO, false},
    [COST] = {"cost", "cost", HS_UNIT_COUNT, false},
    [SHARE] = {"share", "cost / float32", HS_UNIT_RATIO, false},
    [PREDICTED] = {"predicted", "predicted error", HS_UNIT_ERROR, false},
    [SEEN] = {"chosen_on", "error, calibration data", HS_UNIT_ERROR, false},
    [ERROR] = {"error", "output error", HS_UNIT_ERROR, true},
    [FIGURE] = {"figure", "task figure", HS_UNIT_VALUE, true},
    [NETWORKS] = {"networks", "networks", HS_UNIT_COUNT, false},
    [PROOF] = {"proof", "proof", HS_UNIT_TEXT, false},
    [FORMATS] = {"formats", "formats", HS_UNIT_TEXT, false},
};

/* What was measured of an assignment. */
struct measured {
    size_t *option;
    double chosen_on;
    struct hs_trace_cell error, figure;
    struct measured *next;
};

struct propose {
    struct hs_budget_model m;
    struct hs_trace *trace;
    struct hs_trace_table *table;
    struct hs_sights sights;
    struct hs_spec look;              /* the task's metric alone */
    const char **order;               /* the trial's, NULL-ended */
    size_t *option;                   /* scratch */
    const struct hs_format **format;  /* scratch, one a layer */
    struct measured *list;
};

/* The first metric that looks at targets. */
static const struct hs_metric_type *const *task_metric(const struct hs_spec *s)
{
    for (size_t i = 0; i < s->metrics; i++)
        if (s->metric[i]->needs_target) return &s->metric[i];
    return NULL;
}

static enum hs_status open_looks(struct propose *p, struct hs_err *e)
{
    struct hs_arena *a = p->m.arena;
    size_t n = p->m.l->data[HS_EVALUATION]->n;
    const struct hs_metric_type *const *metric = task_metric(p->m.spec);
    p->look = *p->m.spec;
    p->look.metric = metric, p->look.metrics = metric ? 1 : 0;
    struct hs_sights *s = &p->sights;
    s->sum = HS_NEW(a, 1, double *), s->loss = HS_NEW(a, n, double), s->correct = HS_NEW(a, n, double);
    s->squared = HS_NEW(a, n, double), s->reference = HS_NEW(a, n, double);
    p->order = HS_NEW(a, p->trace->layers + 1, const char *);
    if (!s->sum || !s->loss || !s->correct || !s->squared || !s->reference || !p->order) return HS_OUT_OF_MEMORY(e);
    if (metric && !(s->sum[0] = HS_NEW(a, n * (*metric)->sums, double))) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < p->trace->layers; i++) p->order[i] = p->trace->order[i];
    return HS_OK;
}

static double over(const double *sum) { return sum[1] > 0 ? sum[0] / sum[1] : sum[0] > 0 ? INFINITY : 0; }

/* Squared error over power, with its interval over samples. */
static enum hs_status error_cell(struct propose *p, struct hs_trace_cell *c, struct hs_err *e)
{
    size_t n = p->sights.samples;
    double sum[2] = {0, 0}, *rows = hs_alloc(2 * n, sizeof *rows);
    if (!rows) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) {
        rows[2 * i] = p->sights.squared[i], rows[2 * i + 1] = p->sights.reference[i];
        sum[0] += rows[2 * i], sum[1] += rows[2 * i + 1];
    }
    *c = (struct hs_trace_cell){.text = "", .x = over(sum), .lo = NAN, .hi = NAN};
    if (isfinite(c->x) && !hs_measure_resamples(p->m.l, p->m.spec->seed, n, e))
        hs_resamples_bca(p->m.l->resamples, rows, 2, over, &c->lo, &c->hi, e);
    hs_free(rows);
    return e->status;
}

static enum hs_status look(struct propose *p, const struct hs_state *s, struct measured *to, struct hs_err *e)
{
    struct hs_figure_row row = {.value = NAN, .lo = NAN, .hi = NAN};
    HS_TRY(hs_lab_output_error(p->m.l, HS_CALIBRATION, s, &to->chosen_on, e));
    HS_TRY(hs_measure_output(p->m.l, &p->look, s, &p->sights, e));
    HS_TRY(error_cell(p, &to->error, e));
    if (p->look.metrics) HS_TRY(hs_measure_figure(p->m.l, &p->look, &p->sights, 0, &row, e));
    to->figure = (struct hs_trace_cell){.text = "", .x = row.value, .lo = row.lo, .hi = row.hi};
    return HS_OK;
}

/* Quantized as the trial was: its order, context, objective and method; the formats alone are others. */
static enum hs_status walk(struct propose *p, struct measured *to, struct hs_err *e)
{
    struct hs_budget_model *m = &p->m;
    struct hs_sequence s = {0};
    struct hs_spec spec;
    struct hs_arena *arena = hs_arena_open();
    if (!arena) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < m->layers; i++) p->format[i] = m->format[to->option[i]];
    if (!hs_budget_spec(m->l->net, m->spec, m->choice->both, p->format, arena, &spec, e)) {
        spec.order = (struct hs_order_choice){.type = hs_order_find("explicit", e), .names = p->order};
        if (spec.order.type && !hs_sequence_whole(&s, m->l, &spec, arena, e)) look(p, &s.state, to, e);
    }
    hs_sequence_close(&s);
    hs_arena_close(arena);
    return e->status;
}

static struct measured *find(struct propose *p, const size_t *option)
{
    for (struct measured *k = p->list; k; k = k->next)
        if (!memcmp(k->option, option, p->m.layers * sizeof *option)) return k;
    return NULL;
}

static enum hs_status measure(struct propose *p, const size_t *option, struct measured **out, struct hs_err *e)
{
    if ((*out = find(p, option))) return HS_OK;
    struct measured *k = *out = HS_NEW(p->m.arena, 1, struct measured);
    if (!k || !(k->option = HS_NEW(p->m.arena, p->m.layers, size_t))) return HS_OUT_OF_MEMORY(e);
    memcpy(k->option, option, p->m.layers * sizeof *option);
    HS_TRY(walk(p, k, e));
    k->next = p->list, p->list = k;
    return HS_OK;
}

static const char *name_of(const struct hs_format *f) { return f ? f->name : "float32"; }

/* "int8: conv1 fc2; int4: conv2": formats as the config lists them, layers in execution order. */
static const char *formats_text(const struct propose *p, const size_t *option)
{
    const struct hs_budget_model *m = &p->m;
    struct hs_text t = {0};
    for (size_t k = 0; k < m->choice->formats; k++) {
        bool first = true;
        for (size_t i = 0; i < m->layers; i++) {
            if (m->fixed[i] || option[i] - m->first[i] != k) continue;
            if (first) hs_text_add(&t, "%s%s:", t.n ? "; " : "", name_of(m->choice->format[k]));
            hs_text_add(&t, " %s", m->l->net->node[m->layer[i].node].name);
            first = false;
        }
    }
    const char *text = t.failed ? NULL : hs_arena_text(p->trace->arena, "%s", t.s ? t.s : "");
    hs_text_free(&t);
    return text;
}

static enum hs_status add_row(struct propose *p, const char *search, double limit, const size_t *option, bool pairs,
                              const char *proof, struct hs_err *e)
{
    struct hs_budget_model *m = &p->m;
    const struct hs_budget_problem problem = hs_budget_problem_of(m);
    struct measured *is;
    HS_TRY(measure(p, option, &is, e));
    struct hs_trace_cell *c = hs_trace_row(p->trace, p->table, e);
    if (!c) return e->status;
    c[SEARCH].text = search, c[PROOF].text = proof;
    c[BUDGET].x = limit / m->whole;
    c[COST].x = hs_budget_cost(&problem, option), c[SHARE].x = c[COST].x / m->whole;
    c[PREDICTED].x = hs_budget_error(&problem, option, pairs);
    c[SEEN].x = is->chosen_on, c[ERROR] = is->error, c[FIGURE] = is->figure;
    c[NETWORKS].x = m->networks + (pairs ? m->pair_networks : 0);
    c[FORMATS].text = formats_text(p, option);
    return c[FORMATS].text ? HS_OK : HS_OUT_OF_MEMORY(e);
}

/* All layers at one format: what mixed precision has to beat. */
static enum hs_status add_uniform(struct propose *p, struct hs_err *e)
{
    for (size_t k = 0; k < p->m.choice->formats; k++) {
        for (size_t i = 0; i < p->m.layers; i++) p->option[i] = p->m.first[i] + (p->m.fixed[i] ? 0 : k);
        HS_TRY(add_row(p, "uniform", NAN, p->option, false, "", e));
    }
    return HS_OK;
}

static enum hs_status add_searches(struct propose *p, double limit, struct hs_err *e)
{
    for (size_t i = 0; i < p->m.choice->searches; i++) {
        const struct hs_budget_search_choice *s = &p->m.choice->search[i];
        bool proven;
        if (s->type->pairs) HS_TRY(hs_budget_interactions(&p->m, s->knob[0], e));
        const struct hs_budget_problem problem = hs_budget_problem_of(&p->m);
        if (hs_budget_search(s->type, &problem, limit, s->knob, p->option, &proven, e))
            return hs_err_where(e, "budget %.6g of float32, search %s", limit / p->m.whole, s->type->name);
        const char *proof = proven ? "best in the model" : s->type == &hs_budget_greedy ? "" : "cut short";
        HS_TRY(add_row(p, s->type->name, limit, p->option, s->type->pairs, proof, e));
    }
    return HS_OK;
}

static enum hs_status add_budgets(struct propose *p, struct hs_err *e)
{
    const struct hs_budget_model *m = &p->m;
    const struct hs_budget_choice *c = m->choice;
    const struct hs_budget_problem problem = hs_budget_problem_of(m);
    double dearest = 0;
    hs_budget_cheapest(&problem, p->option);
    double least = hs_budget_cost(&problem, p->option);
    for (size_t i = 0; i < m->layers; i++) {
        double most = 0;
        for (size_t k = m->first[i]; k < m->first[i + 1]; k++) most = fmax(most, m->cost[k]);
        dearest += most;
    }
    for (size_t i = 0; i < c->shares; i++) HS_TRY(add_searches(p, floor(c->share[i] * m->whole), e));
    for (int i = 1; !c->shares && i < STEPS; i++) HS_TRY(add_searches(p, floor(least + (dearest - least) * i / STEPS), e));
    return HS_OK;
}

/* What the searches were told. */
static enum hs_status add_layers(struct propose *p, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {{"layer", "layer", HS_UNIT_TEXT, false},
                                                    {"format", "format", HS_UNIT_TEXT, false},
                                                    {"cost", "cost", HS_UNIT_COUNT, false},
                                                    {"error", "error alone, calibration data", HS_UNIT_ERROR, false}};
    const struct hs_budget_model *m = &p->m;
    struct hs_trace_table *t = hs_trace_add_table(
        p->trace, "budget_layers", "Each layer alone at each format: its cost, and the error of the output.", column, 4, e);
    for (size_t i = 0; t && i < m->layers; i++)
        for (size_t k = m->first[i]; k < m->first[i + 1]; k++) {
            struct hs_trace_cell *c = hs_trace_row(p->trace, t, e);
            if (!c) return e->status;
            c[0].text = m->l->net->node[m->layer[i].node].name, c[1].text = m->fixed[i] ? "its own" : name_of(m->format[k]);
            c[2].x = m->cost[k], c[3].x = m->error[k];
        }
    return e->status;
}

static enum hs_status propose(struct propose *p, struct hs_err *e)
{
    HS_TRY(hs_budget_model(&p->m, e));
    HS_TRY(open_looks(p, e));
    p->option = HS_NEW(p->m.arena, p->m.layers, size_t);
    p->format = HS_NEW(p->m.arena, p->m.layers, const struct hs_format *);
    const char *caption = hs_arena_text(
        p->trace->arena,
        "One format for each layer within a budget of %s: proposed from errors of single layers (pairs: and of two at a time) on "
        "the calibration data, then quantized and measured; intervals of 95 %% over samples. Uniform: all layers alike.",
        p->m.choice->of == HS_BUDGET_MEMORY ? "memory (bits of weights and scales)" : "bit operations a sample");
    if (!p->option || !p->format || !caption) return HS_OUT_OF_MEMORY(e);
    if (!(p->table = hs_trace_add_table(p->trace, "budget", caption, columns, COLUMNS, e))) return e->status;
    HS_TRY(add_uniform(p, e));
    HS_TRY(add_budgets(p, e));
    return add_layers(p, e);
}

enum hs_status hs_budget(struct hs_lab *l, const struct hs_spec *spec, const struct hs_budget_choice *choice,
                         struct hs_trace *trace, struct hs_err *e)
{
    if (!choice) return HS_OK;
    struct propose p = {.m = {.l = l, .spec = spec, .choice = choice, .arena = hs_arena_open()}, .trace = trace};
    double calibrations = l->calibrations, evaluations = l->evaluations;
    if (!p.m.arena) return HS_OUT_OF_MEMORY(e);
    if (propose(&p, e)) hs_err_where(e, "budget");
    trace->calibrations += l->calibrations - calibrations, trace->evaluations += l->evaluations - evaluations;
    hs_arena_close(p.m.arena);
    return e->status;
}
