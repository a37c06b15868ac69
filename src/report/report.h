/* report.h - stored trials -> results.h5, tables, figures, one HTML page, and the main table on standard output. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_H
#define HS_REPORT_H
#include "experiment/record.h"

#include <stdbool.h>

/* What a report says besides the records. All texts stay the caller's. */
struct hs_report_fact {
    const char *key, *text; /* "version" = "0.1.0"; provenance, in the order in which it is shown */
};
struct hs_report_about {
    const char *name, *question;       /* question: "" where there is none */
    size_t tables, figures;            /* formats asked for */
    const char *const *table;          /* csv, md, tex */
    const char *const *figure;         /* svg, pdf, png, tex */
    bool narrow;                       /* figures for a column, not for a page */
    size_t planned;                    /* trials in the plan; more than the records: some are missing, and it is said */
    size_t facts;
    const struct hs_report_fact *fact;
};

/* Writes everything under dir, each file to a temporary name first and renamed when complete; prints the main table on
 * standard output. Records are taken in the order of their numbers (then ids), whatever the order given, and the bytes
 * written depend on nothing else. Without gnuplot the scripts and data of the figures are written, not the pictures, and
 * standard error says which. */
enum hs_status hs_report_render(const char *dir, const struct hs_report_about *, const struct hs_record *, size_t n,
                                struct hs_err *);

/* The same from dir/manifest.json and dir/trials. The manifest: "config" (or the root itself) holds name, question and
 * report: {tables, figures}; "trials" lists the ids in plan order, and only those are read (a trial that is not there
 * yet is counted as missing); without that list every dir/trials/ID.trial is read. */
enum hs_status hs_report_write(const char *dir, struct hs_err *);

#endif
