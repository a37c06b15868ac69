/* draw_report.c - a report of made records, to be looked at; usage in local.mk; NARROW=1 in the environment: for a column. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "made.h"

#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    static const char *const table[] = {"csv", "md", "tex"}, *const figure[] = {"svg", "pdf", "png", "tex"};
    static const struct hs_report_fact fact[] = {{"halfstep", "0.1.0"},
                                                 {"network", "cnn.h5 0123456789abcdef"}};
    const struct hs_report_about about = {
        .name = "made",
        .question = "Which calibration loses least at 8, 4 and 3 bits?",
        .table = table,
        .tables = 3,
        .figure = figure,
        .figures = 4,
        .fact = fact,
        .facts = 2};
    struct hs_report_about asked = about;
    asked.narrow = getenv("NARROW") != NULL;
    size_t k[7] = {4, 2, 4, 1, 1, 17, 0};
    for (int i = 2; i < argc && i < 9; i++) k[i - 2] = strtoul(argv[i], NULL, 10);
    const struct made_plan plan = {.strategies = k[0],
                                   .formats = k[1],
                                   .orders = k[2],
                                   .draws = k[3],
                                   .networks = k[4],
                                   .nodes = k[5],
                                   .odd = k[6],
                                   .pairs = k[6],
                                   .samples = 2000};
    struct made m;
    struct hs_err e = {0};
    gsl_set_error_handler_off();
    if (argc < 2) return 64;
    if (!strcmp(argv[1], "--odd-name")) return puts(made_odd_name), 0;
    made_open(&m, &plan);
    if (hs_report_render(argv[1], &asked, m.record, m.n, &e) != HS_OK)
        fprintf(stderr, "%s (%s)\n", e.what, e.where);
    made_close(&m);
    return e.status != HS_OK;
}
