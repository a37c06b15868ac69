/* report.c - the report of a run's folder. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/folder.h"

enum hs_status hs_report_write(const char *dir, struct hs_err *e)
{
    struct hs_folder d;
    HS_TRY(hs_folder_open(&d, dir, e));
    enum hs_status st = hs_report_render(dir, &d.about, d.record, d.records, e);
    hs_folder_close(&d);
    return st;
}
