/* fit.c - hands each part's summary to the strategy and collects what it chose. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/fit.h"

#include "base/rng.h"
#include "calib/roster.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const granularity_names[] = {
    [HS_PER_TENSOR] = "tensor", [HS_PER_CHANNEL] = "channel", [HS_PER_GROUP] = "group",
    [HS_PER_TOKEN] = "token", [HS_PER_BLOCK] = "block",
};

static void open_row(struct hs_site *s, const struct hs_side *side)
{
    s->row = (struct hs_site_row){
        .format = side->format->name, .granularity = granularity_names[s->grid.parts.granularity],
        .strategy = !s->grid.dynamic ? side->strategy->name : "dynamic", .parts = (double)s->grid.n,
        .lo = NAN, .hi = NAN, .scale = NAN, .zero = NAN, .squared = NAN, .clipping = NAN, .rounding = NAN, .power = NAN,
        .optimum = NAN, .candidates = 0, .warning = s->warning,
    };
}

enum hs_status hs_site_open(const struct hs_spec *spec, const struct hs_side *side, bool is_weight,
                            struct hs_parts parts, const struct hs_site_name *name, struct hs_site **out,
                            struct hs_err *e)
{
    char stream[320];
    struct hs_site *s = hs_alloc_zeroed(1, sizeof *s);
    if (!s) return HS_OUT_OF_MEMORY(e);
    snprintf(stream, sizeof stream, "rounding/%s/%s", name->layer, name->site);
    if (side->given && side->strategy->takes_file) s->given = hs_given_find(side->given, name->layer, name->site);
    s->grid = (struct hs_grid){
        .format = side->format, .convention = spec->convention, .parts = parts,
        .dynamic = !hs_side_is_static(side, is_weight), .symmetric = side->symmetric,
        .stream = hs_rng_key(spec->seed, stream),
    };
    hs_grid_codes(side->format, side->restricted, &s->grid.qmin, &s->grid.qmax);
    bool with_zero = side->format->kind == HS_INTEGER && !side->symmetric;
    if (!s->grid.dynamic && hs_grid_alloc(&s->grid, hs_parts_count(&parts), with_zero, e)) {
        hs_site_free(s);
        return e->status;
    }
    *out = s;
    return HS_OK;
}

static struct hs_target target_of(const struct hs_site *s, const struct hs_side *side, bool is_weight)
{
    return (struct hs_target){.format = side->format, .symmetric = side->symmetric, .restricted = side->restricted,
                              .is_weight = is_weight, .convention = s->grid.convention};
}

static void take(struct hs_site *s, const struct hs_side *side, size_t part, const struct hs_fit *f)
{
    struct hs_site_row *r = &s->row;
    s->grid.scale[part] = (float)f->scale;
    if (s->grid.zero) s->grid.zero[part] = (float)f->zero;
    if (part == 0) open_row(s, side);
    r->lo = part ? fmin(r->lo, f->lo) : f->lo;
    r->hi = part ? fmax(r->hi, f->hi) : f->hi;
    r->candidates += (double)f->candidates;
    if (f->warning[0] && !s->warning[0]) snprintf(s->warning, sizeof s->warning, "%s", f->warning);
}

enum hs_status hs_site_fit(struct hs_site *s, const struct hs_side *side, bool is_weight, size_t part,
                           struct hs_summary *summary, bool report, struct hs_err *e)
{
    struct hs_target t = target_of(s, side, is_weight);
    struct hs_fit f, best;
    struct hs_loss loss, optimum;
    double knob[HS_MAX_KNOBS];
    memcpy(knob, side->knob, sizeof knob);
    if (s->given) hs_given_knobs(s->given, part, knob);
    HS_TRY(hs_calib_fit(side->strategy, summary, &t, knob, &f, e));
    if (side->stretch != 0) f.scale *= side->stretch, f.lo *= side->stretch, f.hi *= side->stretch;
    take(s, side, part, &f);
    if (!report) return HS_OK;
    HS_TRY(hs_calib_loss(summary, &t, &f, &loss, e));
    optimum = loss;
    if (!side->strategy->is_optimum) HS_TRY(hs_calib_optimum(summary, &t, &best, &optimum, e));
    struct hs_site_row *r = &s->row;
    if (part == 0) r->squared = r->clipping = r->rounding = r->power = r->optimum = 0;
    r->squared += loss.squared, r->clipping += loss.clipping, r->rounding += loss.rounding, r->power += loss.power;
    r->optimum += optimum.squared;
    return HS_OK;
}

enum hs_status hs_site_fit_extremes(struct hs_site *s, const struct hs_side *side, bool is_weight, size_t part,
                                    double lo, double hi, struct hs_err *e)
{
    const float ends[2] = {(float)lo, (float)hi};
    struct hs_summary *two = hs_summary_open(NULL);
    if (!two) return HS_OUT_OF_MEMORY(e);
    if (hs_summary_observe(two, ends, 2, e) == HS_OK) hs_site_fit(s, side, is_weight, part, two, false, e);
    hs_summary_close(two);
    return e->status;
}

void hs_site_finish(struct hs_site *s, const struct hs_side *side)
{
    const struct hs_grid *g = &s->grid;
    struct hs_hash h;
    if (g->dynamic) {
        open_row(s, side);
    } else {
        s->row.strategy = side->strategy->name;
        s->row.parts = (double)g->n, s->row.scale = g->scale[0], s->row.zero = g->zero ? g->zero[0] : 0;
    }
    hs_hash_begin(&h, "grid");
    hs_hash_text(&h, g->format->name);
    hs_hash_int(&h, g->format->version);
    hs_hash_int(&h, g->convention.rounding * 4 + g->convention.zero_after * 2 + g->convention.reciprocal);
    hs_hash_int(&h, g->parts.granularity);
    hs_hash_int(&h, (int64_t)g->parts.group);
    hs_hash_int(&h, g->qmin), hs_hash_int(&h, g->qmax);
    hs_hash_int(&h, g->dynamic * 2 + g->symmetric);
    if (g->scale) hs_hash_add(&h, g->scale, g->n * sizeof *g->scale);
    if (g->zero) hs_hash_add(&h, g->zero, g->n * sizeof *g->zero);
    if (g->convention.rounding == HS_STOCHASTIC) hs_hash_int(&h, (int64_t)g->stream);
    s->key = hs_hash_end(&h);
}
