/* layouts.c - the tables order_variance and order_transfer: what the final error varies with, and what a chosen order is worth. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/layout.h"
#include "report/tables.h"

#include <math.h>

/* clang-format off */
static const struct hs_sheet_column variance[] = {
    {"component", "component", HS_SHOW_TEXT, false, false, false},
    {"sd", "sd of ln(error)", HS_SHOW_RATIO, false, false, false},
    {"variance", "variance", HS_SHOW_ERROR, true, false, false},
    {"variance_se", "its standard error", HS_SHOW_ERROR, false, true, true},
    {"orders", "orders", HS_SHOW_COUNT, false, false, true}, {"draws", "draws", HS_SHOW_COUNT, false, false, true},
    {"networks", "networks", HS_SHOW_COUNT, false, false, true}};
static const struct hs_sheet_column transfer[] = {
    {"orders", "orders", HS_SHOW_COUNT, false, false, true}, {"draws", "draws", HS_SHOW_COUNT, false, false, true},
    {"worst_to_best", "worst / best", HS_SHOW_RATIO, false, false, false},
    {"forward_beats", "forward beats (%)", HS_SHOW_PERCENT, false, false, false},
    {"backward_beats", "backward beats (%)", HS_SHOW_PERCENT, false, false, false},
    {"chosen_beats", "best of one draw beats (%)", HS_SHOW_PERCENT, false, false, false},
    {"chosen_by", "chosen by", HS_SHOW_TEXT, false, false, true},
    {"rank_correlation", "rank correlation", HS_SHOW_RATIO, false, false, false}};
static const char *const part[HS_COMPONENTS] = {[1] = "order", [2] = "draw", [3] = "order x draw", [4] = "network",
    [5] = "order x network", [6] = "draw x network", [7] = "order x draw x network"};
/* clang-format on */

/* Factors that tell configurations apart. */
static void factors(const struct hs_view *v, unsigned roles, struct hs_sheet *t)
{
    for (size_t f = 0; f < v->factors; f++)
        if (v->factor[f].varies && roles >> v->factor[f].role & 1)
            hs_sheet_column(t, (struct hs_sheet_column){.name = v->factor[f].column, .heading = v->factor[f].heading});
}

static struct hs_sheet_cell *levels(const struct hs_view *v, enum hs_scope scope, size_t trial, unsigned roles,
                                    struct hs_sheet_cell *c)
{
    for (size_t f = 0; f < v->factors; f++) {
        if (!v->factor[f].varies || !(roles >> v->factor[f].role & 1)) continue;
        size_t l = v->level[trial * v->factors + f];
        (c++)->text = l == SIZE_MAX ? "" : (scope == HS_SCOPE_PEOPLE ? v->factor[f].shown : v->factor[f].level)[l];
    }
    return c;
}

enum { ALIKE = HS_ROLE_BIT(FORMAT) | HS_ROLE_BIT(STRATEGY) };

enum hs_status hs_tables_order_variance(const struct hs_view *v, enum hs_scope scope, struct hs_sheet *t, struct hs_err *e)
{
    HS_TRY(hs_sheet_open(t, "order_variance", e));
    t->caption = "Components of the variance of ln(output error) over orders, draws of calibration data and networks, by expected "
                 "mean squares; 95 % intervals by the jackknife over draws. An estimate may be below zero; the last holds the rest.";
    factors(v, ALIKE, t);
    for (size_t k = 0; k < sizeof variance / sizeof *variance; k++) hs_sheet_column(t, variance[k]);
    for (size_t i = 0; i < v->layouts; i++)
        for (unsigned set = 1; set < (v->layout[i].networks > 1 ? 8u : 4u); set++) {
            const struct hs_layout *l = &v->layout[i];
            const struct hs_component *p = &l->part[set];
            struct hs_sheet_cell *c;
            HS_TRY(hs_sheet_row(t, &c, e));
            c = levels(v, scope, l->trial, ALIKE, c);
            (c++)->text = part[set];
            (c++)->x = p->variance >= 0 ? sqrt(p->variance) : NAN;
            c->x = p->variance, c->lo = p->lo, c->hi = p->hi, c++;
            (c++)->x = p->se;
            (c++)->x = (double)l->orders, (c++)->x = (double)l->draws, (c++)->x = (double)l->networks;
        }
    return HS_OK;
}

static enum hs_status transfer_row(const struct hs_view *v, enum hs_scope scope, const struct hs_layout *l, size_t network,
                                   struct hs_sheet *t, struct hs_err *e)
{
    struct hs_sheet_cell *c;
    struct hs_transfer x;
    HS_TRY(hs_layout_transfer(l, network, &x, e));
    HS_TRY(hs_sheet_row(t, &c, e));
    c = levels(v, scope, l->network[network], ALIKE | HS_ROLE_BIT(NETWORK), c);
    (c++)->x = (double)l->orders, (c++)->x = (double)l->draws;
    (c++)->x = x.spread, (c++)->x = x.forward, (c++)->x = x.backward, (c++)->x = x.chosen;
    (c++)->text = l->chosen ? "calibration error" : "evaluation error";
    c->x = x.correlation;
    return HS_OK;
}

enum hs_status hs_tables_order_transfer(const struct hs_view *v, enum hs_scope scope, struct hs_sheet *t, struct hs_err *e)
{
    HS_TRY(hs_sheet_open(t, "order_transfer", e));
    t->caption = "An order that is best on one draw of calibration data, scored under the other draws: the share of the other orders "
                 "that it beats. Beside it forward and backward, and Spearman's correlation of orders between draws.";
    factors(v, ALIKE | HS_ROLE_BIT(NETWORK), t);
    for (size_t k = 0; k < sizeof transfer / sizeof *transfer; k++) hs_sheet_column(t, transfer[k]);
    for (size_t i = 0; i < v->layouts; i++)
        for (size_t n = 0; n < v->layout[i].networks; n++) HS_TRY(transfer_row(v, scope, &v->layout[i], n, t, e));
    return HS_OK;
}
