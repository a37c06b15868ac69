/* grid.h - a grid: a format with its scales and zero-points for one tensor, and the arithmetic of quantization.
 *
 *   q = clip(round(x / S + Z), qmin, qmax)      x' = S (q - Z)
 *
 * x / S is one float32 division (or product, by convention); every step after it is exact, so a result is the same on
 * every machine. Scales are float32: what a deployed network would store. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_GRID_H
#define HS_GRID_H
#include "format/format.h"
#include "tensor/summary.h"

enum hs_rounding { HS_HALF_AWAY, HS_HALF_EVEN, HS_HALF_UP, HS_FLOOR, HS_STOCHASTIC };

/* The three choices on which toolkits differ silently (design, section 4). {0} is `slides`. */
struct hs_convention {
    enum hs_rounding rounding;
    bool zero_after; /* round(x / S) + Z instead of round(x / S + Z) */
    bool reciprocal; /* x times the float32 reciprocal of S instead of x / S */
};
struct hs_convention_name {
    const char *name, *summary;
    struct hs_convention is;
};
extern const struct hs_convention_name hs_convention_roster[]; /* slides torch onnx tflite; ends with a NULL name */
extern const char *const hs_rounding_names[];                  /* "half-away" ... in the order of the enum; NULL-ended */

enum hs_granularity { HS_PER_TENSOR, HS_PER_CHANNEL, HS_PER_GROUP, HS_PER_TOKEN, HS_PER_BLOCK };

/* How a tensor falls into parts with one scale each. Flat index = (outer * channels + channel) * inner + i.
 * tensor: 1 part. channel: part = channel. group:N and block: runs of N within a row, the last one of a row may be
 * short; a row is `inner` values where inner > 1 (weights: all that feeds one output), else `channels` values
 * (activations: the last axis). token: one part for each row of `channels` values (inner is 1). */
struct hs_parts {
    enum hs_granularity granularity;
    size_t outer, channels, inner;
    size_t group; /* N */
};
size_t hs_parts_count(const struct hs_parts *);
size_t hs_parts_of(const struct hs_parts *, size_t index); /* the part that a flat index belongs to */

struct hs_grid {
    const struct hs_format *format;
    struct hs_convention convention;
    struct hs_parts parts;
    int qmin, qmax;  /* HS_INTEGER: after restricted / full and uint */
    bool dynamic;    /* scales come from the values at run time: scale and zero are NULL */
    bool symmetric;  /* for dynamic grids: how a range turns into scale and zero */
    size_t n;        /* parts */
    float *scale;    /* n; > 0 and finite */
    float *zero;     /* n; NULL where every zero-point is 0. Integers, but for strategies that say otherwise (hqq) */
    uint64_t stream; /* HS_STOCHASTIC: key of the stream; draw i is for flat index i */
    float tensor_scale; /* NVFP4: the float32 scale above the block scales, already contained in scale[]; else 0 */
};
enum hs_status hs_grid_alloc(struct hs_grid *, size_t n, bool with_zero, struct hs_err *); /* scale and zero only */
void hs_grid_free(struct hs_grid *);

/* What a range [lo, hi] becomes: the rules of design section 4, for every format.
 * Integer, affine: stretched to contain 0; S = (hi - lo) / (qmax - qmin), Z = round(qmin - lo / S) clipped to the codes.
 * Symmetric: S = max|x| / qmax (unsigned: hi / qmax), Z = 0. Others: S = max|x| / format->max.
 * A range of one point at 0 gets S = 1; S is never below the smallest normal float32. */
struct hs_point { double scale, zero; };
struct hs_point hs_grid_point(const struct hs_format *, bool symmetric, bool restricted, double lo, double hi);
/* NVFP4 has a second scale above those of its blocks: hs_grid_point takes it as 1; see hs_grid_measure. fp16 and bf16
 * are casts: S = 1. MX: S = 2^(floor(log2 max|x|) - emax), MXINT8 / 64. */
/* The codes in use: full or restricted, signed or not. */
void hs_grid_codes(const struct hs_format *, bool restricted, int *qmin, int *qmax);

/* Scales and zero-points of every part from the extremes of its own n values (hs_grid_point), and NVFP4's tensor scale
 * max|x| / (448 * 6): what a dynamic grid does at run time, and what block formats and group-wise weights get.
 * parts, format, codes and `symmetric` are set, scale (and zero, where it is not symmetric) allocated. */
void hs_grid_measure(struct hs_grid *, const float *x, size_t n);

/* A dynamic grid measures as it goes: token, group and block from their own values; tensor and channel from one SAMPLE,
 * which is parts.outer * channels * inner values, so that no sample depends on another; x begins at a sample there.
 *
 * Rounding. Integers obey the convention. Floating formats round to nearest, ties to even, as their specifications say,
 * whatever of half-away, half-even and half-up the convention has; a codebook takes the nearest value, the lower one of
 * two; floor and stochastic are obeyed by both. A zero-point that is no integer is always inside the rounding. Nothing
 * but x / S is ever rounded before it is compared: a tie is exactly a tie.
 *
 * y = dequantize(quantize(x)); x == y is allowed. `first` is the flat index of x[0] in the whole tensor; x must begin at
 * a multiple of channels * inner, so that parts line up. Values must be finite. */
void hs_grid_apply(const struct hs_grid *, const float *x, float *y, size_t n, size_t first);
/* One value at a time on a static grid: the same value that apply gives x at a flat index. For methods that go on from what
 * rounding left over; fastest while parts do not change. The grid must outlive it. NULL: no memory. */
struct hs_rounder;
struct hs_rounder *hs_rounder_open(const struct hs_grid *);
void hs_rounder_close(struct hs_rounder *); /* NULL is fine */
float hs_rounder_apply(struct hs_rounder *, float x, size_t index);
/* Codes: integers (HS_INTEGER), bit patterns (HS_FLOATING), positions in the list (HS_CODEBOOK). */
void hs_grid_encode(const struct hs_grid *, const float *x, int32_t *code, size_t n, size_t first);
void hs_grid_decode(const struct hs_grid *, const int32_t *code, float *y, size_t n, size_t first);
/* The error of apply, in double, against S (q - Z) in double; summed in a fixed order (lanes of 8). */
struct hs_loss hs_grid_loss(const struct hs_grid *, const float *x, size_t n, size_t first);
/* Apply and its squared error in one pass at the speed of a copy: (x - y)^2 in float32 over runs of at most 1,024 values in
 * fixed lanes, those in double: relative error around 1e-7. y NULL: the error alone. */
double hs_grid_apply_loss(const struct hs_grid *, const float *x, float *y, size_t n, size_t first);
/* Bits an element costs in a tensor of n elements, metadata included: a float32, E8M0 or E4M3 scale a part, and where
 * there are zero-points as many bits as an element has (32 where one is no integer), NVFP4's tensor scale. Dynamic grids
 * cost the same: their parts are counted over n. */
double hs_grid_bits(const struct hs_grid *, size_t n);
/* Bytes of n packed codes with that metadata, rounded up to whole bytes. */
size_t hs_grid_packed(const struct hs_grid *, size_t n);
/* Entropy of the codes in bits an element: what a lossless compressor of independent symbols could reach. */
enum hs_status hs_grid_entropy(const struct hs_grid *, const float *x, size_t n, size_t first, double *bits,
                               struct hs_err *);

#endif
