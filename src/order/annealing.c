/* annealing.c - simulated annealing over orders, by the GSL. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order/order.h"

#include "base/mem.h"

#include <gsl/gsl_siman.h>
#include <math.h>
#include <string.h>

enum { TRIES, HOT, COOLING, COLD };
static const struct hs_knob knobs[] = {
    [TRIES] = {.name = "tries", .value = 10, .min = 1, .max = 1e5, .meaning = "moves at each temperature"},
    [HOT] = {.name = "hot", .value = 0.1, .min = 1e-6, .max = 100,
             .meaning = "first temperature, in units of ln(error): 0.1 often takes a step that is 10 % worse"},
    [COOLING] = {.name = "cooling", .value = 1.2, .min = 1.0001, .max = 100, .meaning = "factor between temperatures"},
    [COLD] = {.name = "cold", .value = 0.002, .min = 1e-9, .max = 100, .meaning = "last temperature"},
    {0},
};

/* One point of the walk; all points of a search share what is behind `of`. */
struct shared {
    struct hs_order_oracle *oracle;
    size_t n, *best;
    double least;
    bool any;
    struct hs_err *e;
};
struct point {
    struct shared *of;
    size_t perm[];
};

/* The energy: ln(error), so that a temperature means a factor. GSL has no way to stop early: after a failure every
 * point costs nothing. */
static double energy(void *x)
{
    struct point *p = x;
    struct shared *s = p->of;
    double error = 0;
    if (s->e->status || s->oracle->error(s->oracle, p->perm, s->n, &error, s->e)) return 0;
    if (!s->any || error < s->least) {
        s->least = error, s->any = true;
        memcpy(s->best, p->perm, s->n * sizeof *s->best);
    }
    return log(fmax(error, 1e-300));
}

/* One layer is moved, or two are exchanged. */
static void step(const gsl_rng *r, void *x, double size)
{
    struct point *p = x;
    size_t n = p->of->n, i = gsl_rng_uniform_int(r, n), j = gsl_rng_uniform_int(r, n), layer = p->perm[i];
    bool swap = gsl_rng_uniform_int(r, 2);
    (void)size;
    if (swap) {
        p->perm[i] = p->perm[j], p->perm[j] = layer;
        return;
    }
    if (i < j) memmove(p->perm + i, p->perm + i + 1, (j - i) * sizeof *p->perm);
    else memmove(p->perm + j + 1, p->perm + j, (i - j) * sizeof *p->perm);
    p->perm[j] = layer;
}

static double distance(void *x, void *y)
{
    const struct point *p = x, *q = y;
    double d = 0;
    for (size_t i = 0; i < p->of->n; i++) d += p->perm[i] != q->perm[i];
    return d;
}

static enum hs_status search(struct hs_order_oracle *oracle, const struct hs_layer_facts *f, size_t n, const double *knob,
                             gsl_rng *r, size_t *perm, struct hs_err *e)
{
    (void)f;
    struct shared all = {.oracle = oracle, .n = n, .best = perm, .e = e};
    struct point *start = hs_alloc(1, sizeof *start + n * sizeof *start->perm);
    if (!start) return HS_OUT_OF_MEMORY(e);
    start->of = &all;
    for (size_t i = 0; i < n; i++) start->perm[i] = i;
    gsl_siman_params_t how = {.n_tries = 1, .iters_fixed_T = (int)knob[TRIES], .step_size = 1, .k = 1,
                              .t_initial = knob[HOT], .mu_t = knob[COOLING], .t_min = knob[COLD]};
    gsl_siman_solve(r, start, energy, step, distance, NULL, NULL, NULL, NULL, sizeof *start + n * sizeof *start->perm, how);
    hs_free(start);
    return e->status;
}

const struct hs_order_type hs_order_annealing = {
    .name = "annealing", .summary = "simulated annealing from forward (GSL); costs `tries` networks a temperature, 220 by default",
    .cite = "Kirkpatrick, Gelatt, Vecchi 1983", .version = 1, .needs = HS_ORDER_SEARCH, .knob = knobs, .search = search,
};
