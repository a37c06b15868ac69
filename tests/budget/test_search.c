/* test_search.c - searches for formats against every assignment there is, on drawn problems. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"

#include "base/rng.h"
#include "budget/budget.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_LAYERS = 6, MOST = 4 * MOST_LAYERS, PROBLEMS = 120 };

static struct hs_err e;

struct drawn {
    struct hs_budget_problem p;
    size_t first[MOST_LAYERS + 1];
    double cost[MOST], error[MOST], pair[MOST * MOST];
    double least, dearest;
};

/* Errors fall with cost mostly, as those of formats do; interactions have both signs; some costs and errors are equal. */
static void draw(struct drawn *d, int number)
{
    char stream[40];
    snprintf(stream, sizeof stream, "tests/budget/%d", number);
    gsl_rng *r = hs_rng_open(1, stream);
    ck_assert_ptr_nonnull(r);
    *d = (struct drawn){.p = {.layers = 1 + gsl_rng_uniform_int(r, MOST_LAYERS)}};
    for (size_t i = 0; i < d->p.layers; i++) {
        size_t options = 1 + gsl_rng_uniform_int(r, 4);
        double size = floor(exp(8 * gsl_rng_uniform(r))), noise = exp(3 * gsl_ran_gaussian(r, 1));
        d->first[i + 1] = d->first[i] + options;
        for (size_t k = 0; k < options; k++) {
            double bits = number % 3 ? 2 + 2 * (double)k : 1 + (double)gsl_rng_uniform_int(r, 4);
            d->cost[d->first[i] + k] = bits * size + (number % 2 ? 64 : 0);
            d->error[d->first[i] + k] = noise * pow(4, -bits) * (0.5 + gsl_rng_uniform(r));
        }
    }
    size_t n = d->first[d->p.layers];
    for (size_t k = 0; k < n; k++)
        for (size_t m = 0; m < k; m++)
            d->pair[k * n + m] = d->pair[m * n + k] = gsl_ran_gaussian(r, 0.7) * sqrt(d->error[k] * d->error[m]);
    d->p.first = d->first, d->p.cost = d->cost, d->p.error = d->error, d->p.pair = d->pair;
    for (size_t i = 0; i < d->p.layers; i++) {
        double least = d->cost[d->first[i]], most = least;
        for (size_t k = d->first[i]; k < d->first[i + 1]; k++) least = fmin(least, d->cost[k]), most = fmax(most, d->cost[k]);
        d->least += least, d->dearest += most;
    }
    gsl_rng_free(r);
}

/* The least error within a limit, over every assignment. */
static double brute(const struct hs_budget_problem *p, double limit, bool pairs)
{
    size_t option[MOST_LAYERS];
    double best = INFINITY;
    memcpy(option, p->first, p->layers * sizeof *option);
    for (size_t i = 0; i < p->layers;) {
        if (hs_budget_cost(p, option) <= limit) best = fmin(best, hs_budget_error(p, option, pairs));
        for (i = 0; i < p->layers && ++option[i] == p->first[i + 1]; i++) option[i] = p->first[i];
    }
    return best;
}

static const struct hs_budget_type *type_of(const char *name)
{
    for (size_t i = 0; hs_budget_roster[i]; i++)
        if (!strcmp(hs_budget_roster[i]->name, name)) return hs_budget_roster[i];
    ck_abort_msg("no search %s", name);
}

static double limit_of(const struct drawn *d, int step) { return d->least + floor((d->dearest - d->least) * step / 6); }

/* What a search finds, after the checks that hold for all of them. */
static double found(const struct hs_budget_type *t, const struct drawn *d, double limit, bool *proven)
{
    size_t option[MOST_LAYERS];
    double knob[HS_MAX_KNOBS] = {0};
    for (int k = 0; t->knob && t->knob[k].name; k++) knob[k] = t->knob[k].value;
    ck_ok(hs_budget_search(t, &d->p, limit, knob, option, proven, &e));
    for (size_t i = 0; i < d->p.layers; i++) ck_assert(option[i] >= d->first[i] && option[i] < d->first[i + 1]);
    ck_assert_msg(hs_budget_cost(&d->p, option) <= limit, "%s spends %g of %g", t->name, hs_budget_cost(&d->p, option), limit);
    return hs_budget_error(&d->p, option, t->pairs);
}

static bool close_to(double a, double b) { return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b)); }

START_TEST(proven_is_what_every_assignment_says)
{
    struct drawn d;
    draw(&d, _i);
    for (int step = 0; step <= 6; step++) {
        double limit = limit_of(&d, step);
        for (size_t t = 0; hs_budget_roster[t]; t++) {
            bool proven, pairs = hs_budget_roster[t]->pairs;
            double got = found(hs_budget_roster[t], &d, limit, &proven), best = brute(&d.p, limit, pairs);
            ck_assert_msg(got >= best - 1e-9 * fabs(best), "%s: %.17g < %.17g", hs_budget_roster[t]->name, got, best);
            if (proven) ck_assert_msg(close_to(got, best), "%s: %.17g, best %.17g", hs_budget_roster[t]->name, got, best);
        }
        bool exact, pairs, greedy;
        double sum = found(type_of("exact"), &d, limit, &exact);
        ck_assert(found(type_of("greedy"), &d, limit, &greedy) >= sum && !greedy);
        found(type_of("pairs"), &d, limit, &pairs);
        ck_assert_msg(exact && pairs, "not proven");
    }
}
END_TEST

/* Equal options, so that no two are told apart: more room never makes it worse, and the answers stay within it. */
START_TEST(more_budget_is_never_worse)
{
    struct drawn d;
    draw(&d, _i);
    for (size_t t = 0; hs_budget_roster[t]; t++) {
        double before = INFINITY;
        for (int step = 0; step <= 6; step++) {
            bool proven;
            double now = found(hs_budget_roster[t], &d, limit_of(&d, step), &proven);
            if (proven) ck_assert(now <= before + 1e-9 * fabs(now));
            before = now;
        }
    }
}
END_TEST

START_TEST(without_interactions_pairs_is_exact)
{
    struct drawn d;
    bool proven;
    draw(&d, _i);
    memset(d.pair, 0, sizeof d.pair);
    double limit = limit_of(&d, 3);
    ck_assert(close_to(found(type_of("pairs"), &d, limit, &proven), found(type_of("exact"), &d, limit, &proven)));
}
END_TEST

START_TEST(what_cannot_be_searched_is_refused)
{
    const struct hs_budget_type *t = hs_budget_roster[_i];
    struct drawn d;
    size_t option[MOST_LAYERS];
    double knob[HS_MAX_KNOBS] = {400, 1e6};
    bool proven;
    draw(&d, 7);
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_budget_search(t, &d.p, d.least - 1, knob, option, &proven, &e), HS_ECONFIG);
    ck_assert_msg(strstr(e.what, "below the cheapest assignment"), "%s", e.what);
    const double bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t k = 0; k < 3; k++) {
        double was = d.error[1];
        d.error[1] = bad[k], e = (struct hs_err){0};
        ck_assert_int_eq(hs_budget_search(t, &d.p, d.dearest, knob, option, &proven, &e), HS_ENUM);
        d.error[1] = was;
    }
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_budget_search(t, &d.p, NAN, knob, option, &proven, &e), HS_ECONFIG);
    e = (struct hs_err){0};
}
END_TEST

/* Out of states or nodes: an answer all the same, and no claim. */
START_TEST(what_was_cut_short_claims_nothing)
{
    struct drawn d;
    size_t option[MOST_LAYERS];
    const double states[HS_MAX_KNOBS] = {1}, nodes[HS_MAX_KNOBS] = {0, 1};
    bool proven = true;
    int number = 0;
    do draw(&d, number++);
    while (d.p.layers < MOST_LAYERS || d.first[d.p.layers] < 3 * MOST_LAYERS);
    ck_ok(hs_budget_search(type_of("exact"), &d.p, limit_of(&d, 3), states, option, &proven, &e));
    ck_assert(!proven && hs_budget_cost(&d.p, option) <= limit_of(&d, 3));
    proven = true;
    ck_ok(hs_budget_search(type_of("pairs"), &d.p, limit_of(&d, 3), nodes, option, &proven, &e));
    ck_assert(!proven && hs_budget_cost(&d.p, option) <= limit_of(&d, 3));
}
END_TEST

/* A problem of the size of a real network is still proven. */
START_TEST(many_layers_are_proven)
{
    enum { LAYERS = 60, OPTIONS = 5 };
    size_t first[LAYERS + 1], option[LAYERS], other[LAYERS];
    double cost[LAYERS * OPTIONS], error[LAYERS * OPTIONS], least = 0, dearest = 0;
    bool proven;
    gsl_rng *r = hs_rng_open(1, "tests/budget/many");
    ck_assert_ptr_nonnull(r);
    for (size_t i = 0; i <= LAYERS; i++) first[i] = OPTIONS * i;
    for (size_t i = 0; i < LAYERS; i++) {
        double size = floor(1000 * exp(5 * gsl_rng_uniform(r))), noise = exp(2 * gsl_ran_gaussian(r, 1));
        for (size_t k = 0; k < OPTIONS; k++) {
            cost[OPTIONS * i + k] = size * (2 + (double)k) + 32;
            error[OPTIONS * i + k] = noise * pow(4, -(double)k) * (0.8 + 0.4 * gsl_rng_uniform(r));
        }
        least += cost[OPTIONS * i], dearest += cost[OPTIONS * i + OPTIONS - 1];
    }
    gsl_rng_free(r);
    const struct hs_budget_problem p = {.layers = LAYERS, .first = first, .cost = cost, .error = error};
    for (int step = 1; step < 6; step++) {
        double limit = least + floor((dearest - least) * step / 6);
        ck_ok(hs_budget_search(&hs_budget_exact, &p, limit, NULL, option, &proven, &e));
        ck_assert(proven && hs_budget_cost(&p, option) <= limit);
        ck_ok(hs_budget_search(&hs_budget_greedy, &p, limit, NULL, other, &proven, &e));
        ck_assert(hs_budget_error(&p, option, false) <= hs_budget_error(&p, other, false));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("budget");
    TCase *c = tcase_create("search");
    int types = 0;
    while (hs_budget_roster[types]) types++;
    tcase_add_loop_test(c, proven_is_what_every_assignment_says, 0, PROBLEMS);
    tcase_add_loop_test(c, more_budget_is_never_worse, 0, PROBLEMS / 4);
    tcase_add_loop_test(c, without_interactions_pairs_is_exact, 0, PROBLEMS / 4);
    tcase_add_loop_test(c, what_cannot_be_searched_is_refused, 0, types);
    tcase_add_test(c, what_was_cut_short_claims_nothing);
    tcase_add_test(c, many_layers_are_proven);
    tcase_set_timeout(c, 300);
    suite_add_tcase(s, c);
    return check_main(s);
}
