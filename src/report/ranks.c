/* ranks.c - average ranks as a table: which levels of a factor are told apart. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/ranking.h"
#include "report/tables.h"

/* clang-format off */
static const struct hs_sheet_column columns[] = {
    {"factor", "factor", HS_SHOW_TEXT, false, false, false},
    {"level", "level", HS_SHOW_TEXT, false, false, false},
    {"average_rank", "average rank", HS_SHOW_RATIO, true, false, false},
    {"group", "group", HS_SHOW_TEXT, false, false, false},
    {"nemenyi_p", "p to the best", HS_SHOW_ERROR, false, false, false},
    {"critical_difference", "critical difference", HS_SHOW_RATIO, false, false, false},
    {"blocks", "blocks", HS_SHOW_COUNT, false, false, false},
    {"left_out", "left out", HS_SHOW_COUNT, false, true, true},
    {"friedman", "Friedman chi2", HS_SHOW_RATIO, false, true, true},
    {"friedman_p", "its p", HS_SHOW_ERROR, false, true, true},
    {"iman_davenport", "Iman-Davenport F", HS_SHOW_RATIO, false, false, true},
    {"iman_davenport_p", "its p", HS_SHOW_ERROR, false, false, true},
};
/* clang-format on */

static void row(const struct hs_view *v, const struct hs_ranking *r, size_t i, struct hs_sheet_cell *c)
{
    (c++)->text = v->factor[r->factor].name;
    (c++)->text = v->factor[r->factor].shown[r->level[i]];
    c->x = r->rank[i].x, c->lo = r->rank[i].lo, c->hi = r->rank[i].hi, c++;
    (c++)->text = r->letters[i];
    const double rest[] = {r->against_best[i], r->cd,    (double)r->blocks, (double)r->left_out,
                           r->test.chi2,       r->test.p, r->test.f,         r->test.f_p};
    for (size_t k = 0; k < sizeof rest / sizeof *rest; k++) (c++)->x = rest[k];
}

enum hs_status hs_ranking_sheet(const struct hs_view *v, const struct hs_ranking *r, size_t n, const char *metric,
                                struct hs_sheet *t, struct hs_err *e)
{
    HS_TRY(hs_sheet_open(t, "ranks", e));
    const char *s = hs_arena_text(t->arena,
                                  "Average ranks of the %s, 1 is best, over blocks of trials that agree in all other factors; "
                                  "95 %% intervals by t. Levels that share a letter are not told apart (Nemenyi, 5 %%).",
                                  metric);
    t->caption = s ? s : "";
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) hs_sheet_column(t, columns[k]);
    for (size_t i = 0; i < n; i++)
        for (size_t l = 0; l < r[i].levels; l++) {
            struct hs_sheet_cell *c;
            HS_TRY(hs_sheet_row(t, &c, e));
            row(v, &r[i], l, c);
        }
    return HS_OK;
}

enum hs_status hs_tables_ranks(const struct hs_view *v, enum hs_scope scope, struct hs_sheet *t, struct hs_err *e)
{
    (void)scope;
    return hs_ranking_sheet(v, v->ranking, v->rankings, "output error", t, e);
}
