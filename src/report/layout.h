/* layout.h - runs whose trials are orders x draws (x networks): one table of errors for each configuration. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_LAYOUT_H
#define HS_REPORT_LAYOUT_H
#include "report/view.h"
#include "stats/stats.h"

/* Configurations are alike in all but network, draw and order. Owned by the view. */
struct hs_layout {
    size_t trial;         /* stands for the configuration */
    size_t orders, draws, networks; /* 2, 2, 1 at least */
    const char **order;   /* names: levels of the factor, or permutations of a search that measures each ("2 1 3") */
    const size_t *network; /* a trial with it */
    double *error;        /* relative squared output error on the evaluation data, [order][draw][network], all > 0 */
    double *chosen;       /* the same on the calibration data, which an order may be chosen by; NULL: not measured */
    struct hs_component part[HS_COMPONENTS]; /* of ln(error): bit 0 order, bit 1 draw, bit 2 network; jackknife over draws */
};

/* hs_layout_cell: index of error and chosen. */
static inline size_t hs_layout_cell(const struct hs_layout *l, size_t order, size_t draw, size_t network)
{
    return (order * l->draws + draw) * l->networks + network;
}

/* Reads the configuration of a trial: l->orders = 0 where its trials are no full layout (a cell is missing or doubled, an
 * error is not above 0, or there is one order or draw alone). */
enum hs_status hs_layout_read(const struct hs_view *, size_t trial, struct hs_layout *, struct hs_err *);

/* How an order that is chosen on one draw does on the others; shares are of the other orders, 0 .. 1; NaN: cannot be said. */
struct hs_transfer {
    double spread;             /* worst / best order, means of ln(error) over draws */
    double forward, backward;  /* share of the orders that are worse than this one, means of ln(error) over draws */
    double chosen;             /* share that is worse under draw j than the order that is best on draw i, mean over i != j */
    double correlation;        /* Spearman's, of the orders between two draws, mean over pairs */
};
enum hs_status hs_layout_transfer(const struct hs_layout *, size_t network, struct hs_transfer *, struct hs_err *);

#endif
