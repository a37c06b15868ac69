/* aimet_tf_enhanced.c - AIMET's TF-enhanced after its published algorithm, bugs included. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/calib.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>

enum { PDF = 512, MOST = 17 * 21 + 1 };
enum { GAMMA };
static const struct hs_knob knobs[] = {
    [GAMMA] = {.name = "gamma",
               .value = 3,
               .min = 0,
               .max = 1e6,
               .meaning = "GAMMA, the weight of saturation (3)"},
    {0}};

struct pdf {
    double count[PDF], left, width;
};
struct candidate {
    double delta, offset;
}; /* x = delta (q + offset), q = 0 .. 2^bits - 1 */

/* 512 buckets over three times the range; a value goes to the bucket whose LEFT edge is
 * nearest. */
static void fill(struct pdf *p, const struct hs_summary *s, const struct hs_facts *f)
{
    double centre = (f->hi + f->lo) / 2, half = 3 * (f->hi - centre);
    p->left = centre - half;
    p->width = 2 * half / PDF;
    double before = 0;
    for (int i = 0; i < PDF; i++) {
        double now = hs_summary_below(s, p->left + (i + 0.5) * p->width).count;
        p->count[i] = now - before;
        before = now;
    }
}

static void occupied(const struct pdf *p, double *lo, double *hi)
{
    int first = 0, last = PDF - 1;
    while (first < PDF - 1 && p->count[first] <= 0) first++;
    while (last > 0 && p->count[last] <= 0) last--;
    *lo = fmin(p->left + first * p->width, 0);
    *hi = fmax(p->left + last * p->width, 0);
}

static int bucket(const struct pdf *p, double x)
{
    return (int)fmin(fmax(floor((x - p->left) / p->width), 0), PDF - 1);
}

static double cost(const struct pdf *p, struct candidate c, double codes, double gamma)
{
    double lo = c.delta * c.offset, saturation = 0, rounding = 0;
    int first = bucket(p, lo), last = bucket(p, lo + c.delta * codes);
    for (int i = 0; i < PDF; i++) {
        double x = p->left + (i + 0.5) * p->width, v;
        if (i < first || i >= last) {
            v = ((i < first ? first : last) - i) * p->width;
            saturation += p->count[i] * v * v;
        } else {
            v = x - c.delta * (round(x / c.delta - c.offset) + c.offset);
            rounding += p->count[i] * v * v;
        }
    }
    return gamma * saturation + rounding;
}

static size_t symmetric(struct candidate *out, double lo, double hi, double codes,
                        bool positive)
{
    double delta = positive ? hi / codes : 2 * fmax(hi, -lo) / codes;
    for (int i = 1; i <= 101; i++)
        out[i - 1] = (struct candidate){i / 100.0 * delta, positive ? 0 : floor(-codes / 2)};
    return 101;
}

/* 17 deltas times 21 offsets, then the observed range. The clamp writes the delta that it
 * computes back, so that it leaks into the later offsets of the same delta: kept. */
static size_t affine(struct candidate *out, double lo, double hi, double codes)
{
    size_t n = 0;
    double observed = (hi - lo) / codes, offset = round(lo / observed);
    lo = observed * offset;
    hi = lo + observed * codes;
    for (int k = 1; k <= 17; k++) {
        double delta = k / 16.0 * observed;
        for (int i = 0; i <= 20; i++) {
            double at = trunc(-codes + codes / 20 * i), a = delta * at, b = a + delta * codes;
            if (a < lo && b > hi) continue;
            a = fmax(lo, a);
            b = fmin(hi, b);
            delta = (b - a) / codes;
            out[n++] = (struct candidate){delta, round(a / delta)};
        }
    }
    out[n++] = (struct candidate){observed, offset};
    return n;
}

static enum hs_status fit(const struct hs_summary *s, const struct hs_facts *f,
                          const struct hs_target *t, const double *knob, struct hs_fit *out,
                          bool *has_grid, struct hs_err *e)
{
    struct pdf *p = hs_alloc(1, sizeof *p);
    struct candidate *c = hs_alloc(MOST, sizeof *c), best = {0, 0};
    if (!p || !c) return hs_free(p), hs_free(c), HS_OUT_OF_MEMORY(e);
    bool integer = t->format->kind == HS_INTEGER;
    double lo, hi,
        codes = ldexp(1, t->format->bits) -
                (t->symmetric && t->restricted && t->format->is_signed ? 2 : 1);
    double least = INFINITY;
    fill(p, s, f);
    occupied(p, &lo, &hi);
    bool sym = t->symmetric || !integer;
    size_t n =
        sym ? symmetric(c, lo, hi, codes, hs_calib_positive(t)) : affine(c, lo, hi, codes);
    for (size_t i = 0; i < n; i++) {
        double now = c[i].delta > 0 ? cost(p, c[i], ldexp(1, t->format->bits) - 1, knob[GAMMA])
                                    : INFINITY;
        if (now < least) least = now, best = c[i];
    }
    hs_free(p);
    hs_free(c);
    out->candidates = (long)n;
    out->lo = best.delta * best.offset;
    out->hi = out->lo + best.delta * codes;
    if (integer && best.delta > 0) {
        int qmin, qmax;
        hs_grid_codes(t->format, t->restricted, &qmin, &qmax);
        out->scale = best.delta;
        out->zero = sym ? 0 : qmin - best.offset;
        *has_grid = true;
    }
    snprintf(out->warning, sizeof out->warning,
             "%zu candidates; 512 buckets over three times the range", n);
    return HS_OK;
}

const struct hs_calib_type hs_calib_aimet_tf_enhanced = {
    .name = "aimet-tf-enhanced",
    .summary =
        "preset: AIMET's TF-enhanced: 101 deltas, or 17 deltas x 21 offsets, on 512 buckets",
    .cite = "quic/aimet DlQuantization TfEnhancedEncodingAnalyzer.cpp",
    .version = 1,
    .keeps = HS_KEEPS_SCALE | HS_KEEPS_ORDER | HS_KEEPS_SPLIT,
    .knob = knobs,
    .fit = fit,
};
