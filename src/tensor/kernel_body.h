/* kernel_body.h - one source for all instruction sets: the includer defines LANES, VECTORS, NAME, TILES(T, A) and FEW(T, A), which
 * give T the sides of each tile (FEW: of those for pixels A > 1 floats apart), and may define LARGER_OF(a, b), x86's maximum,
 * and NARROW, the kernels for half a block. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/kernel.h"

#include <stdint.h>
#include <string.h>

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t mask __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
enum { BLOCK = LANES * VECTORS, MOST = 32 };

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 32")

INLINE vec load(const float *p) { return *(const vec *)p; }
INLINE void store(float *p, vec v) { *(vec *)p = v; }
INLINE vec select(mask m, vec yes, vec no) { return (vec)(((mask)yes & m) | ((mask)no & ~m)); }
/* x < 0 ? 0 : x. x86's maximum gives its second operand where the first is not greater, so -0 and NaN stay, too. */
#ifdef LARGER_OF
INLINE vec rectify(vec x) { return (vec)LARGER_OF((vec){0}, x); }
#else
INLINE vec rectify(vec x) { return (vec)((mask)x & ~(mask)(x < (vec){0})); }
#endif
/* A later value wins where it is greater, or NaN. */
INLINE vec larger(vec best, vec x) { return select((mask)(x > best) | (mask)(x != x), x, best); }

/* Stores a tile of R x P pixels; the part of one that sticks out goes by way of a copy. */
INLINE void put(const struct hs_tile_job *j, vec a[MOST][VECTORS], const int R, const int P, int rows, int pixels)
{
    if (rows == R && pixels == P && j->channels == BLOCK) {
        UNROLL for (int r = 0; r < R; r++)
            UNROLL for (int p = 0; p < P; p++)
                UNROLL for (int v = 0; v < VECTORS; v++)
                    store(j->out + (size_t)r * j->out_row + (size_t)p * j->out_pixel + v * LANES, a[r * P + p][v]);
        return;
    }
    float copy[MOST * BLOCK];
    UNROLL for (int i = 0; i < R * P; i++)
        UNROLL for (int v = 0; v < VECTORS; v++) store(copy + i * BLOCK + v * LANES, a[i][v]);
    for (int r = 0; r < rows; r++)
        for (int p = 0; p < pixels; p++)
            memcpy(j->out + (size_t)r * j->out_row + (size_t)p * j->out_pixel, copy + (r * P + p) * BLOCK,
                   (size_t)j->channels * sizeof(float));
}

INLINE void begin(const struct hs_tile_job *j, vec a[MOST][VECTORS], const int R, const int P)
{
    if (j->start) {
        UNROLL for (int i = 0; i < R * P; i++)
            UNROLL for (int v = 0; v < VECTORS; v++) a[i][v] = load(j->start + v * LANES);
        return;
    }
    float copy[MOST * BLOCK] = {0};
    for (int r = 0; r < j->rows; r++)
        for (int p = 0; p < j->pixels; p++)
            memcpy(copy + (r * P + p) * BLOCK, j->out + (size_t)r * j->out_row + (size_t)p * j->out_pixel,
                   (size_t)j->channels * sizeof(float));
    UNROLL for (int i = 0; i < R * P; i++)
        UNROLL for (int v = 0; v < VECTORS; v++) a[i][v] = load(copy + i * BLOCK + v * LANES);
}

INLINE void finish(const struct hs_tile_job *j, vec a[MOST][VECTORS], const int R, const int P)
{
    if (j->finish.multiply)
        UNROLL for (int v = 0; v < VECTORS; v++) {
            vec m = load(j->finish.multiply + v * LANES), s = load(j->finish.add + v * LANES);
            UNROLL for (int i = 0; i < R * P; i++) a[i][v] = a[i][v] * m + s;
        }
    if (j->finish.relu)
        UNROLL for (int i = 0; i < R * P; i++)
            UNROLL for (int v = 0; v < VECTORS; v++) a[i][v] = rectify(a[i][v]);
    if (R % 2 || P % 2 || !j->finish.pool) {
        put(j, a, R, P, j->rows, j->pixels);
        return;
    }
    vec half[MOST][VECTORS];
    UNROLL for (int r = 0; r < R / 2; r++)
        UNROLL for (int p = 0; p < P / 2; p++)
            UNROLL for (int v = 0; v < VECTORS; v++) {
                const int i = 2 * r * P + 2 * p;
                half[r * (P / 2) + p][v] = larger(larger(larger(a[i][v], a[i + 1][v]), a[i + P][v]), a[i + P + 1][v]);
            }
    put(j, half, R / 2, P / 2, j->rows / 2, j->pixels / 2);
}

/* From where the rows of a tile are counted: every seventh, for only so many multiples of `row` fit the registers beside
 * them. Hidden from the compiler, which would count all from the first and reload most multiples from memory. */
enum { ROWS = 7, CORNERS = (MOST + ROWS - 1) / ROWS };
#define HIDE(x) __asm__("" : "+r"(x))

INLINE void tile(const struct hs_tile_job *j, const int R, const int P, const size_t apart)
{
    vec a[MOST][VECTORS];
    begin(j, a, R, P);
    const float *w = j->w;
    const size_t row = j->row, step = j->step;
    for (size_t s = 0; s < j->runs; s++) {
        const float *q[CORNERS];
        UNROLL for (int r = 0; r < R; r += ROWS) {
            q[r / ROWS] = j->a + j->run_at[s] + (size_t)r * row;
            HIDE(q[r / ROWS]);
        }
        for (size_t k = 0; k < j->run; k++, w += BLOCK) {
            vec b[VECTORS];
            UNROLL for (int v = 0; v < VECTORS; v++) b[v] = load(w + v * LANES);
            UNROLL for (int r = 0; r < R; r++)
                UNROLL for (int p = 0; p < P; p++)
                    UNROLL for (int v = 0; v < VECTORS; v++)
                        a[r * P + p][v] += b[v] * q[r / ROWS][(size_t)(r % ROWS) * row + (size_t)p * apart];
            UNROLL for (int r = 0; r < R; r += ROWS) q[r / ROWS] += step;
        }
    }
    finish(j, a, R, P);
}

#define FUNCTION(R, P, APART) \
    static void tile_##R##x##P##_##APART(const struct hs_tile_job *j) { tile(j, R, P, APART); }
#define RECORD(R, P, APART) {R, P, tile_##R##x##P##_##APART},
TILES(FUNCTION, 1)
FEW(FUNCTION, 2)
FEW(FUNCTION, 3)
FEW(FUNCTION, 6)
static const struct hs_tile tiles[] = {TILES(RECORD, 1){0}};
static const struct hs_tile two[] = {FEW(RECORD, 2){0}}, three[] = {FEW(RECORD, 3){0}}, six[] = {FEW(RECORD, 6){0}};

/* 3 x 3 taps of R x P pixels of LANES channels, where neighbouring outputs share what they read: each value is loaded
 * once. Every sum takes its taps in the order of rows, then columns. */
INLINE void depth_close(const struct hs_depth_job *j, const float *const *row, size_t c, size_t pixel, vec a[MOST],
                        const int R, const int P)
{
    const float *w = j->w + c;
    const bool before = j->open && pixel == 0, after = j->open && pixel + P == j->pixels;
    const size_t middle = (pixel + (j->open ? 0 : 1)) * j->pixel + c; /* of the three columns under the first pixel */
    vec b[9];
    UNROLL for (int t = 0; t < 9; t++) b[t] = load(w + (size_t)t * j->padded);
    UNROLL for (int i = 0; i < R + 2; i++) {
        const float *x = row[i] + middle;
        vec v[MOST];
        v[0] = before ? (vec){0} : load(x - j->pixel);
        UNROLL for (int p = 0; p < P; p++) v[p + 1] = load(x + (size_t)p * j->pixel);
        v[P + 1] = after ? (vec){0} : load(x + (size_t)P * j->pixel);
        UNROLL for (int r = 0; r < R; r++)
            UNROLL for (int k = 0; k < 3; k++)
                UNROLL for (int p = 0; p < P; p++)
                    if (i - r >= 0 && i - r < 3) a[r * P + p] += b[3 * (i - r) + k] * v[p + k];
    }
}

INLINE void depth_any(const struct hs_depth_job *j, const float *const *row, size_t c, size_t pixel, vec a[MOST],
                      const int R, const int P)
{
    const float *w = j->w + c;
    size_t at = pixel * j->pixel + c;
    for (int y = 0; y < j->rows; y++, row += j->down)
        for (int k = 0; k < j->columns; k++, w += j->padded) {
            vec b = load(w);
            UNROLL for (int r = 0; r < R; r++) {
                const float *x = row[(size_t)r * j->line] + at + (size_t)k * j->right;
                UNROLL for (int p = 0; p < P; p++) a[r * P + p] += b * load(x + (size_t)p * j->pixel);
            }
        }
}

INLINE void depth_tile(const struct hs_depth_job *j, size_t c, size_t line, size_t pixel, const int R, const int P)
{
    vec a[MOST];
    const float *const *row = j->row + line * j->line;
    UNROLL for (int i = 0; i < R * P; i++) a[i] = load(j->start + c);
    if (j->rows == 3 && j->columns == 3 && j->right == j->pixel && j->line == 1 && j->down == 1)
        depth_close(j, row, c, pixel, a, R, P);
    else depth_any(j, row, c, pixel, a, R, P);
    if (j->finish.multiply) {
        vec m = load(j->finish.multiply + c), s = load(j->finish.add + c);
        UNROLL for (int i = 0; i < R * P; i++) a[i] = a[i] * m + s;
    }
    if (j->finish.relu) UNROLL for (int i = 0; i < R * P; i++) a[i] = rectify(a[i]);
    float *out = j->out + line * j->out_line + pixel * j->out_pixel + c;
    size_t left = j->channels - c;
    if (left >= LANES) {
        UNROLL for (int r = 0; r < R; r++)
            UNROLL for (int p = 0; p < P; p++) store(out + (size_t)r * j->out_line + (size_t)p * j->out_pixel, a[r * P + p]);
        return;
    }
    float copy[MOST * LANES];
    UNROLL for (int i = 0; i < R * P; i++) store(copy + i * LANES, a[i]);
    for (size_t i = 0; i < (size_t)(R * P); i++)
        memcpy(out + i / P * j->out_line + i % P * j->out_pixel, copy + i * LANES, left * sizeof(float));
}

/* Narrow tiles take several lines, so that there are enough sums that do not wait for one another. */
#define DEPTH_TILES(T) \
    T(1, 8) T(1, 7) T(1, 6) T(1, 5) T(1, 4) T(1, 3) T(1, 2) T(1, 1) T(2, 5) T(2, 4) T(2, 3) T(4, 2) T(4, 1)
#define DEPTH_FUNCTION(R, P) \
    static void depth_##R##x##P(const struct hs_depth_job *j, size_t c, size_t line, size_t pixel) \
    {                                                                                              \
        depth_tile(j, c, line, pixel, R, P);                                                       \
    }
DEPTH_TILES(DEPTH_FUNCTION)
enum { WIDEST = 8 };
typedef void depth_function(const struct hs_depth_job *, size_t c, size_t line, size_t pixel);
static depth_function *const depth_line[WIDEST + 1] = {NULL,      depth_1x1, depth_1x2, depth_1x3, depth_1x4,
                                                       depth_1x5, depth_1x6, depth_1x7, depth_1x8};
static const struct {
    size_t lines;
    depth_function *run;
} depth_lines[WIDEST + 1] = {{1, NULL},      {4, depth_4x1}, {4, depth_4x2}, {2, depth_2x3}, {2, depth_2x4},
                             {2, depth_2x5}, {1, depth_1x6}, {1, depth_1x7}, {1, depth_1x8}};

static void depth(const struct hs_depth_job *j)
{
    for (size_t p = 0, wide; p < j->pixels; p += wide) {
        wide = j->pixels - p < WIDEST ? j->pixels - p : WIDEST;
        for (size_t i = 0, high; i < j->lines; i += high) {
            bool many = i + depth_lines[wide].lines <= j->lines;
            depth_function *run = many ? depth_lines[wide].run : depth_line[wide];
            high = many ? depth_lines[wide].lines : 1;
            for (size_t c = 0; c < j->channels; c += LANES) run(j, c, i, p);
        }
    }
}

typedef float quad __attribute__((vector_size(16), aligned(4), may_alias));
#ifdef __clang__
#define mix __builtin_shufflevector
#else
typedef int32_t index4 __attribute__((vector_size(16)));
INLINE quad mix(quad a, quad b, int i0, int i1, int i2, int i3)
{
    return __builtin_shuffle(a, b, (index4){i0, i1, i2, i3});
}
#endif

static void turn(float *to, size_t stride, const float *from, size_t from_stride, size_t n, size_t channels)
{
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const float *f = from + i * from_stride;
        float *t = to + i;
        size_t c = 0;
        for (; c + 4 <= channels; c += 4, f += 4, t += 4 * stride) {
            quad x0 = *(const quad *)f, x1 = *(const quad *)(f + from_stride);
            quad x2 = *(const quad *)(f + 2 * from_stride), x3 = *(const quad *)(f + 3 * from_stride);
            quad u0 = mix(x0, x1, 0, 4, 1, 5), u1 = mix(x0, x1, 2, 6, 3, 7);
            quad u2 = mix(x2, x3, 0, 4, 1, 5), u3 = mix(x2, x3, 2, 6, 3, 7);
            *(quad *)t = mix(u0, u2, 0, 1, 4, 5);
            *(quad *)(t + stride) = mix(u0, u2, 2, 3, 6, 7);
            *(quad *)(t + 2 * stride) = mix(u1, u3, 0, 1, 4, 5);
            *(quad *)(t + 3 * stride) = mix(u1, u3, 2, 3, 6, 7);
        }
        for (; c < channels; c++, f++, t += stride)
            for (size_t k = 0; k < 4; k++) t[k] = f[k * from_stride];
    }
    for (; i < n; i++)
        for (size_t c = 0; c < channels; c++) to[c * stride + i] = from[i * from_stride + c];
}

#ifdef NARROW
extern const struct hs_kernel hs_kernel_avx512_narrow;
#else
#define NARROW NULL
#endif
#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define QUOTE_(a) #a
#define QUOTE(a) QUOTE_(a)
extern const struct hs_kernel PASTE(hs_kernel_, NAME);
const struct hs_kernel PASTE(hs_kernel_, NAME) = {
    .name = QUOTE(NAME), .block = BLOCK, .vectors = VECTORS, .tile = tiles, .apart = {NULL, tiles, two, three, NULL, NULL, six},
    .depth = depth, .turn = turn, .narrow = NARROW};
