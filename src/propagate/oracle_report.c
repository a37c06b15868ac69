/* oracle_report.c - what a search asked for, and what that cost, as tables of the trial. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/oracle.h"
#include "propagate/table.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* qsort knows no context: the number of layers stands in front of each. */
struct line {
    size_t layers;
    const struct hs_tried *t;
};

static int by_rank(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    for (size_t i = 0; i < x->layers; i++)
        if (x->t->perm[i] != y->t->perm[i]) return x->t->perm[i] < y->t->perm[i] ? -1 : 1;
    return 0;
}

static const char *text_of(struct hs_arena *a, const struct hs_tried *t, size_t layers)
{
    struct hs_text text = {0};
    for (size_t i = 0; i < layers; i++) hs_text_add(&text, "%s%zu", i ? " " : "", t->perm[i] + 1);
    const char *copy = text.failed ? NULL : hs_arena_text(a, "%s", text.s ? text.s : "");
    hs_text_free(&text);
    return copy;
}

static enum hs_status orders(const struct hs_oracle *o, struct hs_trace *trace, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {{"permutation", "order", HS_UNIT_TEXT, false},
                                                    {"calibration_error", "error, calibration data", HS_UNIT_ERROR, false},
                                                    {"evaluation_error", "error, evaluation data", HS_UNIT_ERROR, false}};
    struct hs_trace_table *t = hs_trace_add_table(
        trace, "orders", "Every finished order that the search asked for; layers are numbered in execution order.", column, 3, e);
    struct line *line = HS_NEW(o->arena, o->tries, struct line);
    if (!t || !line) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < o->tries; i++) line[i] = (struct line){o->layers, o->tried[i]};
    qsort(line, o->tries, sizeof *line, by_rank);
    for (size_t i = 0; i < o->tries; i++) {
        if (i && by_rank(&line[i - 1], &line[i]) == 0) continue; /* asked for twice */
        struct hs_trace_cell *c = hs_trace_row(trace, t, e);
        if (!c || !(c[0].text = text_of(trace->arena, line[i].t, o->layers))) return HS_OUT_OF_MEMORY(e);
        c[1].x = line[i].t->calibration, c[2].x = line[i].t->evaluation;
    }
    return HS_OK;
}

enum hs_status hs_oracle_report(struct hs_oracle *o, struct hs_trace *trace, struct hs_err *e)
{
    static const struct hs_trace_column column[] = {
        {"search", "order", HS_UNIT_TEXT, false},
        {"orders", "finished orders", HS_UNIT_COUNT, false},
        {"networks", "networks measured", HS_UNIT_COUNT, false},
        {"calibrations", "layer calibrations", HS_UNIT_COUNT, false},
        {"evaluations", "node evaluations", HS_UNIT_COUNT, false},
    };
    HS_TRY(orders(o, trace, e));
    double finished = (double)hs_trace_find(trace, "orders")->rows;
    struct hs_trace_table *t =
        hs_trace_add_table(trace, "order_search", "What the search for an order cost.", column, 5, e);
    struct hs_trace_cell *c = t ? hs_trace_row(trace, t, e) : NULL;
    if (!c) return e->status;
    c[0].text = o->spec->order.type->name;
    c[1].x = finished, c[2].x = o->networks, c[3].x = o->l->calibrations, c[4].x = o->l->evaluations;
    return HS_OK;
}
