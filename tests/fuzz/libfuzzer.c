/* libfuzzer.c - entry of clang's fuzzer: one program a target, see `make fuzz`. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "../temp.h"
#include "target.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libhdf5"; } /* leaks of its own on malformed files */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static char folder[TEMP_PATH];
    static bool made;
    if (!made) temp_name(folder, "fuzz");
    if (!made && !(made = mkdtemp(folder) != NULL)) abort();
#ifdef FUZZ_CONFIG
    fuzz_config(folder, bytes, n);
#else
    bool hdf5 = n > 4 && !memcmp(bytes, "\x89HDF", 4);
    (hdf5 ? fuzz_dump : fuzz_graph)(folder, bytes, n);
#endif
    return 0;
}
