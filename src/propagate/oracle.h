/* oracle.h - answers a search: quantizes layers in the order asked for and measures, remembering what it has seen. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_ORACLE_H
#define HS_PROPAGATE_ORACLE_H
#include "propagate/lab.h"

/* A finished order that was asked for. */
struct hs_tried {
    double calibration, evaluation; /* relative squared output error; evaluation NaN where it was not asked for */
    size_t perm[];
};

struct hs_oracle {
    struct hs_order_oracle ask; /* what a search sees; the first member */
    struct hs_lab *l;
    const struct hs_spec *spec;
    struct hs_layer *layer;     /* execution order; the caller's */
    size_t layers;
    struct hs_arena *arena;     /* owns what follows; the caller's */
    struct hs_state *state;     /* after 0 .. depth layers of `perm` */
    size_t depth, *perm, *shared; /* shared[d]: inputs with a grid after d layers */
    struct hs_shared_inputs inputs;
    struct hs_memo *memo;       /* errors by the signature of the output */
    size_t memos, room;
    bool score;                 /* finished orders are measured on the evaluation data too */
    size_t tries, tries_room;
    struct hs_tried **tried;
    double networks;            /* distinct ones measured on the calibration data */
};

/* layer: in execution order. Close it whatever open returned. */
enum hs_status hs_oracle_open(struct hs_oracle *, struct hs_lab *, const struct hs_spec *, struct hs_layer *,
                              size_t layers, struct hs_arena *, bool score, struct hs_err *);
void hs_oracle_close(struct hs_oracle *);
/* Tables "order_search" (work spent) and "orders" (every finished order asked for, in lexicographic order). */
struct hs_trace;
enum hs_status hs_oracle_report(struct hs_oracle *, struct hs_trace *, struct hs_err *);

#endif
