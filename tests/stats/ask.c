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

static const struct {
    const char *name;
    void (*answer)(struct hs_err *);
} question[] = {
    {"components", components},
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
