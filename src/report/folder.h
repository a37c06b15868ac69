/* folder.h - a run's folder, read: what a report and a comparison of runs begin with. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_FOLDER_H
#define HS_REPORT_FOLDER_H
#include "report/report.h"

#include <stdbool.h>

/* Owns the records; texts live in the arena. */
struct hs_folder {
    struct hs_arena *arena;
    struct hs_report_about about;
    bool listed; /* the manifest says which trials */
    size_t ids, records, facts;
    const char **id;
    struct hs_record *record;
    struct hs_report_fact *fact;
};

/* HS_ENOINPUT where dir holds no manifest.json or no finished trial, HS_EDATA where something in it is damaged. */
enum hs_status hs_folder_open(struct hs_folder *, const char *dir, struct hs_err *);
void hs_folder_close(struct hs_folder *);

#endif
