/* sampled.c - the metrics of which every sample's share is stored. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/difference.h"

#include "base/text.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static double over(const double *s) { return hs_view_share(s[0], s[1]); }
static double over_difference(const double *s) { return over(s) - over(s + 2); }
static double over_ratio(const double *s)
{
    double a = over(s), b = over(s + 2);
    return a == b ? 1 : a / b;
}
static double decibels(const double *s) { return -10 * log10(over(s)); }
static double decibels_difference(const double *s) { return -10 * log10(over_ratio(s)); }
static double perplexity(const double *s) { return exp(over(s)); }
static double perplexity_difference(const double *s) { return perplexity(s) - perplexity(s + 2); }
static double perplexity_ratio(const double *s) { return exp(over_difference(s)); }

#define OF(m) offsetof(struct hs_trace, m)
const struct hs_sampled hs_sampled_roster[] = {
    {.name = "output-error", .heading = "output error", .show = HS_SHOW_ERROR, .top = OF(squared), .bottom = OF(reference),
     .figure = over, .difference = over_difference, .ratio = over_ratio},
    {.name = "sqnr", .heading = "SQNR (dB)", .show = HS_SHOW_DB, .higher = true, .turned = true, .top = OF(squared), .bottom = OF(reference),
     .figure = decibels, .difference = decibels_difference},
    {.name = "accuracy", .heading = "accuracy (%)", .show = HS_SHOW_PERCENT, .higher = true, .flips = true, .top = OF(correct),
     .bottom = SIZE_MAX, .figure = over, .difference = over_difference},
    {.name = "loss", .heading = "loss (nat)", .show = HS_SHOW_RANGE, .top = OF(loss), .bottom = SIZE_MAX, .figure = over,
     .difference = over_difference, .ratio = over_ratio},
    {.name = "perplexity", .heading = "perplexity", .show = HS_SHOW_RANGE, .top = OF(loss), .bottom = SIZE_MAX,
     .figure = perplexity, .difference = perplexity_difference, .ratio = perplexity_ratio},
    {0}};

const struct hs_sampled *hs_sampled_find(const char *name, struct hs_err *e)
{
    struct hs_text all = {0};
    for (const struct hs_sampled *m = hs_sampled_roster; m->name; m++)
        if (!strcmp(m->name, name)) return m;
    for (const struct hs_sampled *m = hs_sampled_roster; m->name; m++) hs_text_add(&all, " %s", m->name);
    HS_FAIL(e, HS_EUSAGE, "no metric '%s' with a share of every sample stored; there are:%s", name, all.s ? all.s : "");
    hs_text_free(&all);
    return NULL;
}
