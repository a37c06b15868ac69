/* target.h - what readers of other people's files promise, whatever is in them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TEST_FUZZ_TARGET_H
#define HS_TEST_FUZZ_TARGET_H
#include "base/err.h"

#include <stddef.h>

/* Each reads the bytes as a file in `folder` and aborts, saying why, where a promise is broken: a failure has a cause and
 * names the file, handles are closed, statuses are those of bad input. Returns what the reader returned.
 *
 * dump: as HDF5, by the guarded readers of networks, data and recordings. graph: as the architecture (JSON) beside a file
 * of Keras weights, in this process, so that sanitizers see it. config: as a config. */
typedef enum hs_status fuzz_target(const char *folder, const void *bytes, size_t n);
fuzz_target fuzz_dump, fuzz_graph, fuzz_config;
double fuzz_longest(void); /* seconds of the longest reading so far */

#endif
