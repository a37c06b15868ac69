/* summary_flat.c - a summary out of memory and back, so that calibration can be repeated without the data. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "tensor/summary_state.h"

#include <math.h>
#include <string.h>

void hs_summary_flat_free(struct hs_summary_flat *f)
{
    hs_free(f->value), hs_free(f->key), hs_free(f->count), hs_free(f->low), hs_free(f->batch);
    *f = (struct hs_summary_flat){0};
}

static enum hs_status export_values(const struct hs_summary *s, struct hs_summary_flat *f, struct hs_err *e)
{
    f->n = s->n;
    if (!(f->value = hs_alloc(s->n, sizeof *f->value))) return HS_OUT_OF_MEMORY(e);
    if (s->n) memcpy(f->value, s->value, s->n * sizeof *f->value);
    return HS_OK;
}

static enum hs_status export_distinct(const struct hs_dict *d, struct hs_summary_flat *f, struct hs_err *e)
{
    f->value = hs_alloc(d->n, sizeof *f->value);
    f->count = hs_alloc(d->n, sizeof *f->count);
    if (!f->value || !f->count) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < hs_dict_slots(d); i++) {
        if (d->key[i] == HS_NO_KEY) continue;
        memcpy(&f->value[f->n], &d->key[i], sizeof *f->value);
        f->count[f->n++] = d->count[i];
    }
    return HS_OK;
}

/* The histogram must be settled: a copy of it is, where the summary's own must not be touched. */
static enum hs_status export_buckets(const struct hs_hist *h, struct hs_summary_flat *f, struct hs_err *e)
{
    size_t n = 0;
    for (int o = 0; o < HS_OCTAVES; o++)
        for (size_t k = 0; h->octave[o] && k < HS_OCTAVE; k++) n += h->octave[o]->count[k] != 0;
    f->key = hs_alloc(n, sizeof *f->key);
    f->count = hs_alloc(n, sizeof *f->count);
    f->low = hs_alloc(n, sizeof *f->low);
    if (!f->key || !f->count || !f->low) return HS_OUT_OF_MEMORY(e);
    for (uint32_t o = 0; o < HS_OCTAVES; o++)
        for (uint32_t k = 0; h->octave[o] && k < HS_OCTAVE; k++) {
            if (!h->octave[o]->count[k]) continue;
            f->key[f->n] = o << 11 | k;
            f->count[f->n] = h->octave[o]->count[k], f->low[f->n] = h->octave[o]->low[k];
            f->n++;
        }
    struct hs_wide none = {{0}}, square = h->squares;
    hs_wide_plus(&square, &none); /* carries: the same digits for the same sum */
    memcpy(f->square, square.limb, sizeof f->square);
    f->tiny[0] = h->tiny[0], f->tiny[1] = h->tiny[1], f->any = h->any;
    return HS_OK;
}

static enum hs_status export_settled(const struct hs_hist *h, struct hs_summary_flat *f, struct hs_err *e)
{
    struct hs_hist *copy = hs_hist_open();
    if (!copy) return HS_OUT_OF_MEMORY(e);
    enum hs_status st = hs_hist_plus(copy, h, e);
    if (!st) st = export_buckets(copy, f, e);
    hs_hist_close(copy);
    return st;
}

enum hs_status hs_summary_export(const struct hs_summary *s, struct hs_summary_flat *f, struct hs_err *e)
{
    *f = (struct hs_summary_flat){
        .exact = s->limit.exact, .distinct = s->limit.distinct, .seen = s->seen, .nonfinite = s->nonfinite,
        .first_nonfinite = s->first_nonfinite, .lo = s->lo, .hi = s->hi, .batch_lo = s->batch_lo, .batch_hi = s->batch_hi,
        .batches = s->batches,
    };
    enum hs_status st = HS_OK;
    if (!(f->batch = hs_alloc(2 * s->batches, sizeof *f->batch))) st = HS_OUT_OF_MEMORY(e);
    if (!st && s->batches) memcpy(f->batch, s->batch, 2 * s->batches * sizeof *f->batch);
    if (!st && s->holding == HS_VALUES) st = export_values(s, f, e);
    if (!st && s->holding == HS_DISTINCT) st = export_distinct(&s->dict, f, e);
    if (!st && s->holding == HS_BUCKETS) st = export_settled(s->hist, f, e);
    if (st) hs_summary_flat_free(f);
    return st;
}

static enum hs_status import_values(struct hs_summary *s, const struct hs_summary_flat *f, struct hs_err *e)
{
    bool full = false;
    if (f->count && hs_dict_open(&s->dict, s->limit.distinct, e)) return e->status;
    if (!f->count && !(s->value = hs_alloc(f->n, sizeof *s->value))) return HS_OUT_OF_MEMORY(e);
    s->holding = f->count ? HS_DISTINCT : HS_VALUES;
    for (size_t i = 0; i < f->n; i++) {
        uint32_t bits;
        if (!isfinite(f->value[i]) || (f->count && !f->count[i]) || f->value[i] < s->lo || f->value[i] > s->hi)
            return HS_FAIL(e, HS_EDATA, "value %zu of the summary makes no sense", i);
        memcpy(&bits, &f->value[i], sizeof bits);
        if (f->count) HS_TRY(hs_dict_put(&s->dict, bits, f->count[i], &full, e));
        if (full) return HS_FAIL(e, HS_EDATA, "more distinct values than the summary's own limit");
        if (!f->count) s->value[s->n++] = f->value[i];
        s->count += f->count ? f->count[i] : 1;
    }
    s->room = s->value ? f->n : 0;
    return HS_OK;
}

static enum hs_status import_buckets(struct hs_summary *s, const struct hs_summary_flat *f, struct hs_err *e)
{
    if (!(s->hist = hs_hist_open())) return HS_OUT_OF_MEMORY(e);
    s->holding = HS_BUCKETS;
    for (size_t i = 0; i < f->n; i++) {
        bool fine = f->count[i] && f->count[i] < (uint64_t)1 << 48 && f->low[i] <= 4095 * f->count[i] &&
                    (i == 0 || f->key[i] > f->key[i - 1]) && f->key[i] < 1u << 20 && (f->key[i] >> 11 & 255) != 255;
        if (!fine) return HS_FAIL(e, HS_EDATA, "bucket %zu of the summary makes no sense", i);
        HS_TRY(hs_hist_put(s->hist, f->key[i], f->count[i], f->low[i], e));
        s->count += f->count[i];
    }
    for (int i = 0; i < HS_FLAT_SQUARE; i++)
        if (f->square[i] < 0 || f->square[i] >> 32) return HS_FAIL(e, HS_EDATA, "the summary's sum of squares makes no sense");
    memcpy(s->hist->squares.limb, f->square, sizeof f->square);
    s->hist->tiny[0] = f->tiny[0], s->hist->tiny[1] = f->tiny[1], s->hist->any = f->any;
    return HS_OK;
}

static enum hs_status import(struct hs_summary *s, const struct hs_summary_flat *f, struct hs_err *e)
{
    s->lo = (float)f->lo, s->hi = (float)f->hi, s->batch_lo = (float)f->batch_lo, s->batch_hi = (float)f->batch_hi;
    s->seen = f->seen, s->nonfinite = f->nonfinite, s->first_nonfinite = f->first_nonfinite;
    if (f->n && (!isfinite(f->lo) || !isfinite(f->hi) || f->lo > f->hi))
        return HS_FAIL(e, HS_EDATA, "the summary's extremes make no sense");
    HS_TRY(f->key ? import_buckets(s, f, e) : import_values(s, f, e));
    for (size_t i = 0; i < f->batches; i++) HS_TRY(hs_summary_add_batch(s, f->batch[2 * i], f->batch[2 * i + 1], e));
    if (s->count + s->nonfinite != s->seen) return HS_FAIL(e, HS_EDATA, "the summary's counts do not add up");
    return HS_OK;
}

enum hs_status hs_summary_import(const struct hs_summary_flat *f, struct hs_summary **out, struct hs_err *e)
{
    struct hs_summary *s = hs_summary_open(&(struct hs_summary_limits){f->exact, f->distinct});
    *out = NULL;
    if (!s) return HS_OUT_OF_MEMORY(e);
    if (import(s, f, e)) {
        hs_summary_close(s);
        return e->status;
    }
    *out = s;
    return HS_OK;
}
