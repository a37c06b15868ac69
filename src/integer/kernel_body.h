/* kernel_body.h - the loops of a kernel, for the vectors that the including file defines.
 *
 * It defines ROWS x OUTS (the tile of sums that fits the registers), VI (vector of int32 sums), VI_ZERO, VI_SUM, and how
 * `step` products go by: LOAD16 / DOT16 with STEP16, LOADX8 / LOADW8 / DOT8 with STEP8 and FIX8, DOT4 over 64 codes, and
 * VF, VF_ZERO, VF_SUM, LOADF, FMA with STEPF; LOADH where half precision can be widened. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integer/kernel.h"

/* A tile of r x o sums, unrolled by the compiler since r and o are constants wherever it is called. */
#define TILE(NAME, X, W, Y, V, ZERO, STEP, BODY, SUM)                                                                  \
    static inline __attribute__((always_inline)) void NAME##_tile(const X *x, const W *w, size_t k, size_t w_row,       \
                                                                  int r, int o, Y *y, size_t outs)                     \
    {                                                                                                                  \
        V acc[ROWS][OUTS];                                                                                             \
        for (int a = 0; a < r; a++)                                                                                    \
            for (int b = 0; b < o; b++) acc[a][b] = ZERO;                                                              \
        for (size_t i = 0; i < k; i += (STEP)) BODY                                                                    \
        for (int a = 0; a < r; a++)                                                                                    \
            for (int b = 0; b < o; b++) y[(size_t)a * outs + (size_t)b] = SUM(acc[a][b]);                              \
    }                                                                                                                  \
    /* Rows of w stay in the nearest cache while all rows of x pass. */                                                \
    static void NAME##_all(const X *x, const W *w, size_t rows, size_t outs, size_t k, size_t w_row, Y *y)             \
    {                                                                                                                  \
        size_t b = 0;                                                                                                  \
        for (; b + OUTS <= outs; b += OUTS) {                                                                          \
            size_t a = 0;                                                                                              \
            for (; a + ROWS <= rows; a += ROWS)                                                                        \
                NAME##_tile(x + a * k, w + b * w_row, k, w_row, ROWS, OUTS, y + a * outs + b, outs);                   \
            for (; a < rows; a++) NAME##_tile(x + a * k, w + b * w_row, k, w_row, 1, OUTS, y + a * outs + b, outs);    \
        }                                                                                                              \
        for (; b < outs; b++)                                                                                          \
            for (size_t a = 0; a < rows; a++)                                                                          \
                NAME##_tile(x + a * k, w + b * w_row, k, w_row, 1, 1, y + a * outs + b, outs);                         \
    }

#define PLAIN(LOADX, LOADW, ADD, XV, WV)                                                                               \
    {                                                                                                                  \
        XV xv[ROWS];                                                                                                   \
        for (int a = 0; a < r; a++) xv[a] = LOADX(x + (size_t)a * k + i);                                              \
        for (int b = 0; b < o; b++) {                                                                                  \
            WV wv = LOADW(w + (size_t)b * w_row + i);                                                                  \
            for (int a = 0; a < r; a++) acc[a][b] = ADD(acc[a][b], xv[a], wv);                                         \
        }                                                                                                              \
    }
#define HALVES                                                                                                         \
    {                                                                                                                  \
        for (int b = 0; b < o; b++)                                                                                    \
            for (int a = 0; a < r; a++) acc[a][b] = DOT4(acc[a][b], x + (size_t)a * k + i, w + (size_t)b * w_row + i / 2); \
    }

TILE(s16, int16_t, int16_t, int32_t, VI, VI_ZERO, STEP16, PLAIN(LOAD16, LOAD16, DOT16, V16, V16), VI_SUM)
TILE(s8, int8_t, int8_t, int32_t, VI, VI_ZERO, STEP8, PLAIN(LOADX8, LOADW8, DOT8, V8, V8), VI_SUM)
TILE(s4, int8_t, uint8_t, int32_t, VI, VI_ZERO, 64, HALVES, VI_SUM)
TILE(f32, float, float, float, VF, VF_ZERO, STEPF, PLAIN(LOADF, LOADF, FMA, VF, VF), VF_SUM)

static void s16(const int16_t *x, const int16_t *w, size_t rows, size_t outs, size_t k, int32_t *y)
{
    s16_all(x, w, rows, outs, k, k, y);
}

static void s8(const int8_t *x, const int8_t *w, const int32_t *sum, size_t rows, size_t outs, size_t k, int32_t *y)
{
    s8_all(x, w, rows, outs, k, k, y);
    for (size_t a = 0; FIX8 && a < rows; a++) /* x went in as x + FIX8 */
        for (size_t b = 0; b < outs; b++) y[a * outs + b] -= FIX8 * sum[b];
}

static void s4(const int8_t *x, const uint8_t *w, size_t rows, size_t outs, size_t k, int32_t *y)
{
    s4_all(x, w, rows, outs, k, k / 2, y);
    for (size_t a = 0; a < rows; a++) { /* w went in as w + 8 */
        int32_t all = 0;
        for (size_t i = 0; i < k; i++) all += x[a * k + i];
        for (size_t b = 0; b < outs; b++) y[a * outs + b] -= 8 * all;
    }
}

static void f32(const float *x, const float *w, size_t rows, size_t outs, size_t k, float *y)
{
    f32_all(x, w, rows, outs, k, k, y);
}

#ifdef LOADH
TILE(f16, float, uint16_t, float, VF, VF_ZERO, STEPF, PLAIN(LOADF, LOADH, FMA, VF, VF), VF_SUM)
static void f16(const float *x, const uint16_t *w, size_t rows, size_t outs, size_t k, float *y)
{
    f16_all(x, w, rows, outs, k, k, y);
}
#define F16 f16
#else
#define F16 NULL
#endif
