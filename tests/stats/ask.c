/* ask.c - statistics on standard input, one question a line, one line of answer each: for peers.py. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/mem.h"
#include "stats/stats.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads n numbers; the caller frees them. */
static double *numbers(size_t n)
{
    double *x = hs_alloc(n + 1, sizeof *x);
    if (!x) exit(1);
    for (size_t i = 0; i < n; i++)
        if (scanf("%lf", &x[i]) != 1) exit(2);
    return x;
}

static void say(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) printf("%s%.17g", i ? " " : "", x[i]);
    printf("\n");
}

/* components N0 N1 N2 OVER Y... -> 7 variances, 7 standard errors */
static void components(struct hs_err *e)
{
    struct hs_component c[HS_COMPONENTS];
    double out[2 * HS_COMPONENTS];
    size_t n[3], over;
    if (scanf("%zu%zu%zu%zu", &n[0], &n[1], &n[2], &over) != 4) exit(2);
    double *y = numbers(n[0] * n[1] * n[2]);
    if (hs_stats_components(y, n, 3, over, 0.95, c, e)) exit(3);
    for (size_t k = 1; k < HS_COMPONENTS; k++) out[k - 1] = c[k].variance, out[k + 6] = c[k].se;
    say(out, 14);
    hs_free(y);
}

static size_t size(void)
{
    size_t n;
    if (scanf("%zu", &n) != 1) exit(2);
    return n;
}

/* wilcoxon NORMAL N D... -> the smaller rank sum, p, rank-biserial correlation */
static void wilcoxon(struct hs_err *e)
{
    enum hs_wilcoxon_how how = size() ? HS_WILCOXON_NORMAL : HS_WILCOXON_AUTO;
    size_t n = size();
    double *d = numbers(n);
    struct hs_wilcoxon w;
    if (hs_stats_wilcoxon(d, n, how, &w, e)) exit(3);
    say((const double[]){fmin(w.plus, w.minus), w.p, w.biserial}, 3);
    hs_free(d);
}

/* holm N P... -> adjusted */
static void holm(struct hs_err *e)
{
    size_t n = size();
    double *p = numbers(n), *q = hs_alloc(n, sizeof *q);
    if (!q || hs_stats_holm(p, n, 0, q, e)) exit(3);
    say(q, n);
    hs_free(p), hs_free(q);
}

/* mcnemar B C -> p */
static void mcnemar(struct hs_err *e)
{
    (void)e;
    size_t b = size();
    say((const double[]){hs_stats_mcnemar(b, size())}, 1);
}

/* friedman BLOCKS K X... -> chi2, p, F, its p, average ranks */
static void friedman(struct hs_err *e)
{
    size_t n = size(), k = size();
    double *x = numbers(n * k), *out = hs_alloc(k + 4, sizeof *out);
    struct hs_friedman f;
    if (!out || hs_stats_friedman(x, n, k, out + 4, &f, e)) exit(3);
    out[0] = f.chi2, out[1] = f.p, out[2] = f.f, out[3] = f.f_p;
    say(out, k + 4);
    hs_free(x), hs_free(out);
}

/* range K Q -> P(range > Q), and the quantile of 1 - that */
static void range(struct hs_err *e)
{
    (void)e;
    size_t k = size();
    double *q = numbers(1), p = hs_stats_range_q(*q, k);
    say((const double[]){p, hs_stats_range_quantile(1 - p, k)}, 2);
    hs_free(q);
}

/* t LEVEL N X... -> mean, lo, hi */
static void student(struct hs_err *e)
{
    (void)e;
    double *level = numbers(1), out[3];
    size_t n = size();
    double *x = numbers(n);
    hs_stats_t(x, n, *level, &out[0], &out[1], &out[2]);
    say(out, 3);
    hs_free(level), hs_free(x);
}

/* kendall N X... Y... -> tau-b */
static void kendall(struct hs_err *e)
{
    (void)e;
    size_t n = size();
    double *x = numbers(n), *y = numbers(n);
    say((const double[]){hs_stats_kendall(x, y, n)}, 1);
    hs_free(x), hs_free(y);
}

static const struct {
    const char *name;
    void (*answer)(struct hs_err *);
} question[] = {
    {"components", components}, {"wilcoxon", wilcoxon}, {"holm", holm},       {"mcnemar", mcnemar},
    {"friedman", friedman},     {"range", range},       {"t", student},       {"kendall", kendall},
};

int main(void)
{
    char word[64];
    gsl_set_error_handler_off();
    while (scanf("%63s", word) == 1) {
        struct hs_err e = {0};
        size_t i = 0, n = sizeof question / sizeof *question;
        while (i < n && strcmp(question[i].name, word)) i++;
        if (i == n) return 2;
        question[i].answer(&e);
    }
    return 0;
}
