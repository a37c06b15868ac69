/* made.h - records as a run would leave them, made from named streams: what the report's tests draw. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TESTS_REPORT_MADE_H
#define HS_TESTS_REPORT_MADE_H
#include "report/report.h"

/* Levels of each factor, at most what made.c names: weight calibrations 4, weight formats 3, orders 2 named and the rest
 * random, draws, networks 2. Zero counts as one. */
struct made_plan {
    size_t strategies, formats, orders, draws, networks, nodes, samples;
    bool odd;   /* names with every character that some notation cannot bear */
    bool pairs; /* a table of interactions */
    bool budget; /* one of mixed precision */
};
struct made {
    struct hs_arena *arena;
    size_t n;
    struct hs_record *record;
};
void made_open(struct made *, const struct made_plan *);
void made_close(struct made *);
extern const char *const made_odd_name;

#endif
