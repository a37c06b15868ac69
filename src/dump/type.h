/* type.h - the numeric types that datasets may have. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_TYPE_H
#define HS_DUMP_TYPE_H
#include <stdbool.h>
#include <stddef.h>

/* How elements lie in memory once read. Floats of 16 bits are read raw and converted here: the library needs 40 times
 * longer. */
enum hs_dump_type {
    HS_DUMP_U8, HS_DUMP_I8, HS_DUMP_U16, HS_DUMP_I16, HS_DUMP_U32, HS_DUMP_I32, HS_DUMP_U64, HS_DUMP_I64,
    HS_DUMP_F16, HS_DUMP_BF16, HS_DUMP_F32, HS_DUMP_F64,
};
extern const char *const hs_dump_type_names[]; /* "uint8" ... "float64" */
bool hs_dump_type_is_integer(enum hs_dump_type);
size_t hs_dump_type_bytes(enum hs_dump_type);
/* n raw values -> float32, rounded once (bfloat16 and float16 exactly). */
void hs_dump_to_floats(enum hs_dump_type, const void *raw, size_t n, float *to);
void hs_dump_to_doubles(enum hs_dump_type, const void *raw, size_t n, double *to);

#endif
