/* made.c - a chain of layers where errors enter, grow and shrink. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "made.h"

#include "base/rng.h"
#include "propagate/table.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const strategy[] = {"minmax", "mse", "percentile(p=99.99)", "entropy"};
static const char *const format[] = {"int8", "int4", "int3"};
static const char *const network[] = {"../experiments/networks/cnn.h5",
                                      "../experiments/networks/deep_mlp.h5"};
static const char *const named[] = {"forward", "backward", "sensitivity", "greedy"};
static const double worth[] = {1.7, 1.0, 1.04,
                               1.35}; /* of a strategy: error beside the optimum */
static const double bits[] = {8, 4, 3};

const char *const made_odd_name = "a\"b'c_%&<d>|$\\{}#^~ \xc3\xbc,\xe2\x82\xac";

struct at {
    size_t strategy, format, order, draw, network;
};

static double jitter(const char *stream, size_t i, double spread)
{
    return exp(spread * (2 * hs_rng_at(hs_rng_key(11, stream), i) - 1));
}

static const char *node_name(struct hs_arena *a, const struct made_plan *p, size_t i)
{
    static const char *const block[] = {"conv1", "relu1", "conv2", "relu2", "add"};
    if (p->odd && i == 1) return made_odd_name;
    if (i + 1 == p->nodes) return "head";
    if (i == 0) return "stem";
    return hs_arena_text(a, "block%zu.%s", 1 + (i - 1) / 5, block[(i - 1) % 5]);
}

static bool is_layer(const struct made_plan *p, size_t i)
{
    return i == 0 || i + 1 == p->nodes || (i - 1) % 5 == 0 || (i - 1) % 5 == 2;
}

static void nodes(struct hs_trace *t, const struct made_plan *p, const struct at *at,
                  double *relative)
{
    double noise = worth[at->strategy] * pow(4, -bits[at->format]) *
                   (1 + 0.5 * (double)at->network),
           carried = 0;
    double luck = jitter("order", at->order * 7 + at->draw, 0.15);
    t->node = HS_NEW(t->arena, p->nodes, struct hs_node_row);
    for (size_t i = 0; i < p->nodes; i++) {
        bool layer = is_layer(p, i);
        double power = 4e5 * jitter("power", i, 1.5),
               fresh = layer ? 1.5 * noise * luck * jitter("fresh", i, 1.2) : 0;
        double gain = i ? (i == 6 ? 1.9 : jitter("gain", i, 0.35)) : 0,
               inherited = carried * gain;
        double cross = layer && i ? 0.2 * sqrt(fresh * inherited) *
                                        (jitter("cross", i + 31 * at->strategy, 1) - 1.2)
                                  : 0;
        double total = fresh + inherited + cross;
        t->node[t->nodes++] = (struct hs_node_row){.node = node_name(t->arena, p, i),
                                                   .step = (int)t->layers,
                                                   .position = (int)i,
                                                   .reference = power,
                                                   .total = power * total,
                                                   .fresh = power * fresh,
                                                   .inherited = power * inherited,
                                                   .cross = power * cross,
                                                   .solo = layer ? power * fresh * 0.97 : NAN,
                                                   .largest = sqrt(power * total / 1e4) * 6,
                                                   .dot = power * (1 - 0.5 * total),
                                                   .got = power * (1 + 0.1 * total),
                                                   .amplification = i ? gain : NAN,
                                                   .predicted = NAN};
        carried = total;
    }
    *relative = carried;
}

static void sites(struct hs_trace *t, const struct made_plan *p, const struct at *at)
{
    t->site = HS_NEW(t->arena, 2 * p->nodes, struct hs_site_row);
    t->order = HS_NEW(t->arena, p->nodes, const char *);
    for (size_t i = 0; i < p->nodes; i++) {
        if (!is_layer(p, i)) continue;
        const char *name = node_name(t->arena, p, i);
        t->order[t->layers++] = name;
        for (size_t side = 0; side < 2; side++) {
            double power = 900 * jitter("site", 2 * i + side, 1),
                   optimum = power * pow(4, -bits[at->format]) * 0.9;
            double clip = at->strategy == 0 ? 0 : 0.1 + 0.2 * hs_rng_at(5, i),
                   all = optimum * worth[at->strategy];
            double hi = 1.5 * jitter("range", i, 1), levels = pow(2, bits[at->format]) - 1;
            t->site[t->sites++] = (struct hs_site_row){
                .layer = name,
                .site = side ? "input" : "weight",
                .format = side ? "int8" : format[at->format],
                .granularity = side ? "tensor" : "channel",
                .strategy = strategy[at->strategy],
                .step = (int)t->layers,
                .parts = side ? 1 : 32,
                .lo = side ? 0 : -hi,
                .hi = hi,
                .scale = hi / levels,
                .zero = side ? -128 : 0,
                .squared = all,
                .clipping = clip * all,
                .rounding = (1 - clip) * all,
                .power = power,
                .optimum = optimum,
                .candidates = at->strategy ? 320 : 1,
                .bits = bits[at->format] + 0.1,
                .elements = 9216,
                .warning = at->strategy == 3 && i == 0 ? "one candidate: this is min-max" : ""};
        }
    }
}

static void samples(struct hs_trace *t, const struct made_plan *p, const struct at *at,
                    double relative)
{
    size_t n = t->samples = p->samples;
    double **column[] = {&t->loss,          &t->float_loss, &t->correct,
                         &t->float_correct, &t->squared,    &t->reference};
    for (size_t c = 0; c < 6; c++) *column[c] = HS_NEW(t->arena, n, double);
    uint64_t own = hs_rng_key(at->strategy * 100 + at->order * 10 + at->draw, "own");
    for (size_t i = 0; i < n; i++) {
        double hard = hs_rng_at(hs_rng_key(2, "hard"), i), u = hs_rng_at(own, i);
        t->reference[i] = 40 + 60 * hs_rng_at(3, i);
        t->squared[i] = t->reference[i] * relative * (0.4 + 1.2 * hard) * exp(0.5 * (u - 0.5));
        t->float_correct[i] = hard < 0.9;
        t->correct[i] = hard * exp(relative * 2 * (u - 0.4)) < 0.9;
        t->float_loss[i] = hard, t->loss[i] = hard * (1 + relative);
    }
}

static void figures(struct hs_trace *t, double relative)
{
    double right = 0, was = 0;
    for (size_t i = 0; i < t->samples; i++) right += t->correct[i], was += t->float_correct[i];
    double n = t->samples ? (double)t->samples : NAN, share = right / n,
           half = 1.96 * sqrt(share * (1 - share) / n);
    const struct hs_figure_row row[] = {
        {"sqnr", 0, INFINITY, NAN, NAN},
        {"agreement", 0, 1, 1, 1},
        {"accuracy", 0, was / n, NAN, NAN},
        {"sqnr", (int)t->layers, -10 * log10(relative), -10 * log10(relative) - 0.2,
         -10 * log10(relative) + 0.2},
        {"agreement", (int)t->layers, exp(-3 * relative), exp(-3.3 * relative),
         exp(-2.7 * relative)},
        {"accuracy", (int)t->layers, share, share - half, share + half},
    };
    t->figures = sizeof row / sizeof *row;
    t->figure = HS_NEW(t->arena, t->figures, struct hs_figure_row);
    memcpy(t->figure, row, sizeof row);
}

/* What `attribution: [pairs]` leaves: the first pair helps, the second hurts, the others' intervals hold 0. */
static void pairs(struct hs_trace *t)
{
    static const struct hs_trace_column column[] = {{"layer", "layer", HS_UNIT_TEXT, false},
                                                    {"other", "other layer", HS_UNIT_TEXT, false},
                                                    {"together", "error of both", HS_UNIT_ERROR, true},
                                                    {"interaction", "interaction", HS_UNIT_ERROR, true}};
    struct hs_err e = {0};
    struct hs_trace_table *table = hs_trace_add_table(t, "pairs", "Two layers.", column, 4, &e);
    for (size_t i = 0, k = 0; i < t->layers; i++)
        for (size_t j = i + 1; j < t->layers; j++, k++) {
            double x = k == 0 ? -4e-3 : k == 1 ? 2e-3 : 1e-3 * (hs_rng_at(29, k) - 0.5);
            struct hs_trace_cell *c = hs_trace_row(t, table, &e);
            c[0].text = t->order[i], c[1].text = t->order[j];
            c[2] = (struct hs_trace_cell){.text = "", .x = 5e-3, .lo = 4e-3, .hi = 6e-3};
            c[3] = (struct hs_trace_cell){.text = "", .x = x, .lo = x - 1e-3, .hi = x + 1e-3};
        }
}

/* What `budget` leaves: two formats for all layers, two budgets, two searches that propose the same at the first. */
static void budget(struct hs_trace *t)
{
    static const struct hs_trace_column column[] = {{"search", "search", HS_UNIT_TEXT, false},
                                                    {"share", "cost", HS_UNIT_RATIO, false},
                                                    {"predicted", "predicted", HS_UNIT_ERROR, false},
                                                    {"error", "error", HS_UNIT_ERROR, true}};
    static const struct {
        const char *search;
        double share, predicted, error;
    } row[] = {{"uniform", 0.08, 0.3, 0.4},   {"uniform", 0.25, 1e-3, 2e-3}, {"greedy", 0.125, 0.02, 0.03},
               {"exact", 0.125, 0.02, 0.03}, {"greedy", 0.20, 9e-3, 1e-2},   {"exact", 0.19, 5e-3, 4e-3}};
    struct hs_err e = {0};
    struct hs_trace_table *table = hs_trace_add_table(t, "budget", "Formats.", column, 4, &e);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct hs_trace_cell *c = hs_trace_row(t, table, &e);
        c[0].text = row[i].search, c[1].x = row[i].share, c[2].x = row[i].predicted;
        c[3] = (struct hs_trace_cell){.text = "", .x = row[i].error, .lo = 0.9 * row[i].error, .hi = 1.1 * row[i].error};
    }
}

static const char *order_name(struct hs_arena *a, size_t order)
{
    return order < 4 ? named[order] : hs_arena_text(a, "random %zu", order - 3);
}

static void record(struct made *m, const struct made_plan *p, const struct at *at)
{
    struct hs_record *r = &m->record[m->n];
    *r = (struct hs_record){.arena = m->arena, .number = m->n, .levels = 6};
    const struct hs_level level[] = {
        {"network", network[at->network], p->networks > 1},
        {"scheme.weights.format", format[at->format], p->formats > 1},
        {"scheme.activations.format", "int8", false},
        {"calibration.weights", strategy[at->strategy], p->strategies > 1},
        {"order", order_name(m->arena, at->order), p->orders > 1},
        {"draw", hs_arena_text(m->arena, "%zu", at->draw), p->draws > 1},
    };
    r->level = HS_NEW(m->arena, r->levels, struct hs_level);
    memcpy(r->level, level, sizeof level);
    if (p->odd) r->level[2].level = made_odd_name;
    if (p->odd && at->strategy == 0) r->level[3].level = made_odd_name;
    struct hs_hash h;
    hs_hash_begin(&h, "made"), hs_hash_int(&h, (int64_t)m->n);
    hs_key_hex(hs_hash_end(&h), r->id);
    r->repro = hs_arena_text(m->arena, "halfstep run made.yaml --set 'order=%s' --set draw=%zu",
                             level[4].level, at->draw);
    r->trace.arena = m->arena;
    double relative;
    sites(&r->trace, p, at);
    nodes(&r->trace, p, at, &relative);
    samples(&r->trace, p, at, relative);
    if (p->pairs) pairs(&r->trace);
    if (p->budget) budget(&r->trace);
    figures(&r->trace, relative);
    r->trace.calibrations = (double)r->trace.layers,
    r->trace.evaluations = 3.0 * (double)p->nodes;
    m->n++;
}

static size_t or_one(size_t n) { return n ? n : 1; }

void made_open(struct made *m, const struct made_plan *p)
{
    struct at at;
    size_t n = or_one(p->strategies) * or_one(p->formats) * or_one(p->orders) *
               or_one(p->draws) * or_one(p->networks);
    *m = (struct made){.arena = hs_arena_open()};
    m->record = HS_NEW(m->arena, n, struct hs_record);
    for (at.network = 0; at.network < or_one(p->networks); at.network++)
        for (at.format = 0; at.format < or_one(p->formats); at.format++)
            for (at.strategy = 0; at.strategy < or_one(p->strategies); at.strategy++)
                for (at.order = 0; at.order < or_one(p->orders); at.order++)
                    for (at.draw = 0; at.draw < or_one(p->draws); at.draw++) record(m, p, &at);
}

void made_close(struct made *m) { hs_arena_close(m->arena); }
