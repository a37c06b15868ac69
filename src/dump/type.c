/* type.c - raw elements of every numeric type, turned into float32 and float64. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/type.h"

#include <stdint.h>
#include <string.h>

const char *const hs_dump_type_names[] = {
    [HS_DUMP_U8] = "uint8",    [HS_DUMP_I8] = "int8",    [HS_DUMP_U16] = "uint16",      [HS_DUMP_I16] = "int16",
    [HS_DUMP_U32] = "uint32",  [HS_DUMP_I32] = "int32",  [HS_DUMP_U64] = "uint64",      [HS_DUMP_I64] = "int64",
    [HS_DUMP_F16] = "float16", [HS_DUMP_BF16] = "bfloat16", [HS_DUMP_F32] = "float32",  [HS_DUMP_F64] = "float64",
};

bool hs_dump_type_is_integer(enum hs_dump_type t) { return t < HS_DUMP_F16; }

size_t hs_dump_type_bytes(enum hs_dump_type t)
{
    static const unsigned char bytes[] = {
        [HS_DUMP_U8] = 1,  [HS_DUMP_I8] = 1,  [HS_DUMP_U16] = 2, [HS_DUMP_I16] = 2,  [HS_DUMP_U32] = 4, [HS_DUMP_I32] = 4,
        [HS_DUMP_U64] = 8, [HS_DUMP_I64] = 8, [HS_DUMP_F16] = 2, [HS_DUMP_BF16] = 2, [HS_DUMP_F32] = 4, [HS_DUMP_F64] = 8,
    };
    return bytes[t];
}

static float from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static float from_bf16(uint16_t b) { return from_bits((uint32_t)b << 16); }

/* IEEE 754 binary16. Shifted into a float's place, the value is 2^112 too small, subnormals included, so one exact
 * product sets both right; only Inf and NaN need their exponent filled. */
static float from_f16(uint16_t b)
{
    uint32_t magnitude = (uint32_t)(b & 0x7fffu) << 13, sign = (uint32_t)(b & 0x8000u) << 16;
    float x = from_bits(magnitude) * 0x1p112f;
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    if (magnitude >= 0x7c00u << 13) bits = magnitude | 0x7f800000u;
    return from_bits(bits | sign);
}

/* One loop a pair of types, so that each is vectorised on its own. */
#define CONVERSION(name, from, value, to_type)                                        \
    static void name(const void *raw, size_t n, to_type *to)                          \
    {                                                                                 \
        const from *x = raw;                                                          \
        for (size_t i = 0; i < n; i++) to[i] = (to_type)(value);                      \
    }
#define BOTH(name, from, value)              \
    CONVERSION(name##_f, from, value, float) \
    CONVERSION(name##_d, from, value, double)
BOTH(u8, uint8_t, x[i])
BOTH(i8, int8_t, x[i])
BOTH(u16, uint16_t, x[i])
BOTH(i16, int16_t, x[i])
BOTH(u32, uint32_t, x[i])
BOTH(i32, int32_t, x[i])
BOTH(u64, uint64_t, x[i])
BOTH(i64, int64_t, x[i])
BOTH(f16, uint16_t, from_f16(x[i]))
BOTH(bf16, uint16_t, from_bf16(x[i]))
BOTH(f32, float, x[i])
BOTH(f64, double, x[i])

#define ROW(type, name) [type] = {name##_f, name##_d}
static const struct {
    void (*floats)(const void *, size_t, float *);
    void (*doubles)(const void *, size_t, double *);
} conversion[] = {
    ROW(HS_DUMP_U8, u8),   ROW(HS_DUMP_I8, i8),   ROW(HS_DUMP_U16, u16), ROW(HS_DUMP_I16, i16),
    ROW(HS_DUMP_U32, u32), ROW(HS_DUMP_I32, i32), ROW(HS_DUMP_U64, u64), ROW(HS_DUMP_I64, i64),
    ROW(HS_DUMP_F16, f16), ROW(HS_DUMP_BF16, bf16), ROW(HS_DUMP_F32, f32), ROW(HS_DUMP_F64, f64),
};

void hs_dump_to_floats(enum hs_dump_type t, const void *raw, size_t n, float *to) { conversion[t].floats(raw, n, to); }
void hs_dump_to_doubles(enum hs_dump_type t, const void *raw, size_t n, double *to) { conversion[t].doubles(raw, n, to); }
