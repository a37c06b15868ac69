/* archive.h - .keras archives: a zip with the configuration as JSON and the weights as an HDF5 file. For the files of
 * this room only. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_ARCHIVE_H
#define HS_DUMP_ARCHIVE_H
#include "dump/h5.h"

bool hs_archive_is(const char *path); /* by its first bytes */
/* Opens the weights within, held in memory, and fills config and metadata. hs_h5_close frees all of it. */
enum hs_status hs_archive_open(const char *path, struct hs_h5 *, struct hs_err *);

#endif
