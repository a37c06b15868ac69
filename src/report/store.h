/* store.h - sheets as compound tables of one HDF5 file. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_STORE_H
#define HS_REPORT_STORE_H
#include "report/sheet.h"

/* dir/results.h5. Each sheet becomes /NAME, one row a row: texts as fixed-length UTF-8, numbers as float64, an interval as three fields.
 * With the attributes of the HDF5 table convention, so that h5py, PyTables and pandas open it. No times, no versions of
 * libraries: the same sheets give the same bytes. */
enum hs_status hs_results_write(const char *dir, const struct hs_sheet *const *, size_t n, struct hs_err *);

#endif
