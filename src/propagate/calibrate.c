/* calibrate.c - a layer's quantizers as calibrated in a context: what it reads, and what it gives. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/calibrate.h"
#include "propagate/fit.h"
#include "weights/weights.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Where the values of an activation site come from. */
struct source {
    struct hs_lab *l;
    const struct hs_state *state;
    struct hs_ref ref;              /* an input ... */
    const struct hs_quant *local;   /* ... or, where not NULL, the result of ref.node with these quantizers */
};

static enum hs_status chunk_of(const struct source *s, size_t chunk, struct hs_tensor *t, struct hs_kept **kept,
                               struct hs_err *e)
{
    if (!s->local) return hs_lab_tensor(s->l, HS_CALIBRATION, chunk, s->state, s->ref, t, kept, e);
    HS_TRY(hs_lab_local(s->l, HS_CALIBRATION, chunk, s->state, s->ref.node, s->local, kept, e));
    *t = (*kept)->t;
    return HS_OK;
}

/* Lanes: a single running minimum would wait for itself at every value. NaN ends up in the flag. */
static bool find_extremes(const float *x, size_t n, float *lo, float *hi)
{
    enum { LANES = 32 };
    float a[LANES], b[LANES], z[LANES] = {0};
    size_t i = 0;
    for (int j = 0; j < LANES; j++) a[j] = INFINITY, b[j] = -INFINITY;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++) {
            float v = x[i + (size_t)j];
            a[j] = v < a[j] ? v : a[j], b[j] = v > b[j] ? v : b[j];
            z[j] += v * 0; /* NaN once a NaN or an infinity came by */
        }
    for (; i < n; i++) a[0] = x[i] < a[0] ? x[i] : a[0], b[0] = x[i] > b[0] ? x[i] : b[0], z[0] += x[i] * 0;
    for (int j = 1; j < LANES; j++) {
        a[0] = a[j] < a[0] ? a[j] : a[0], b[0] = b[j] > b[0] ? b[j] : b[0];
        z[0] += z[j];
    }
    *lo = a[0], *hi = b[0];
    return z[0] == 0;
}

/* lo .. hi over all chunks, kept beside each kept tensor. False where a value is not finite: the summary says which. */
static enum hs_status extremes_of(const struct source *s, double *lo, double *hi, bool *finite, struct hs_err *e)
{
    *lo = INFINITY, *hi = -INFINITY, *finite = true;
    for (size_t c = 0; c < s->l->chunks[HS_CALIBRATION]; c++) {
        struct hs_tensor t;
        struct hs_kept *kept = NULL;
        float a, b;
        HS_TRY(chunk_of(s, c, &t, &kept, e));
        if (kept && kept->has_extremes) {
            a = kept->lo, b = kept->hi;
        } else {
            if (!find_extremes(t.data, hs_shape_count(&t.shape), &a, &b)) *finite = false;
            if (kept && *finite) kept->has_extremes = true, kept->lo = a, kept->hi = b;
        }
        *lo = fmin(*lo, a), *hi = fmax(*hi, b);
        if (kept) hs_keep_release(s->l->keep, kept);
    }
    return HS_OK;
}

/* Masked positions stay out. Runs of unmasked rows are observed at once. */
static enum hs_status observe_tensor(struct hs_summary **part, size_t parts, const struct hs_tensor *t,
                                     const struct hs_data *d, size_t first, struct hs_err *e)
{
    size_t rows = t->shape.dim[0], width = hs_shape_row(&t->shape), channels = parts;
    size_t steps = 1;
    if (d->mask && d->mask_width > 1 && t->shape.rank > 1 && t->shape.dim[1] == d->mask_width) steps = d->mask_width;
    size_t run = width / steps;
    if (!d->mask) run = rows * width, rows = steps = 1;
    for (size_t r = 0; r < rows; r++)
        for (size_t k = 0; k < steps; k++) {
            if (d->mask && (steps > 1 || d->mask_width == 1) && d->mask[(first + r) * d->mask_width + k] == 0) continue;
            const float *x = t->data + (r * steps + k) * run;
            for (size_t p = 0; p < channels; p++) {
                enum hs_status st = channels == 1
                                        ? hs_summary_observe(part[p], x, run, e)
                                        : hs_summary_observe_strided(part[p], x + p, run / channels, channels, e);
                if (st) return st;
            }
        }
    return HS_OK;
}

/* Strategies that look at batches see these, whatever chunks the memory allows. */
enum { BATCH = 32 };

/* Rows begin .. end of a chunk; ends the batch where one ends. */
static enum hs_status observe_rows(const struct source *s, struct hs_summary **part, size_t parts, struct hs_tensor t,
                                   size_t chunk, size_t begin, size_t end, struct hs_err *e)
{
    const struct hs_data *d = s->l->data[HS_CALIBRATION];
    size_t first = chunk * s->l->chunk[HS_CALIBRATION] + begin, next = first + end - begin;
    t.data += begin * hs_shape_row(&t.shape);
    t.shape.dim[0] = end - begin;
    HS_TRY(observe_tensor(part, parts, &t, d, first, e));
    if (next % BATCH && next < d->n) return HS_OK;
    for (size_t p = 0; p < parts; p++) HS_TRY(hs_summary_end_batch(part[p], e));
    return HS_OK;
}

static enum hs_status observe(const struct source *s, struct hs_summary **part, size_t parts, bool batches,
                              struct hs_err *e)
{
    for (size_t c = 0; c < s->l->chunks[HS_CALIBRATION] && !e->status; c++) {
        size_t rows = hs_lab_rows(s->l, HS_CALIBRATION, c), first = c * s->l->chunk[HS_CALIBRATION];
        struct hs_tensor t;
        struct hs_kept *kept = NULL;
        HS_TRY(chunk_of(s, c, &t, &kept, e));
        for (size_t r = 0, next; r < rows && !e->status; r = next) {
            next = batches ? r + BATCH - (first + r) % BATCH : rows;
            if (next > rows) next = rows;
            observe_rows(s, part, parts, t, c, r, next, e);
        }
        if (kept) hs_keep_release(s->l->keep, kept);
    }
    return e->status;
}

static enum hs_status fit_all(const struct source *s, struct hs_site *site, const struct hs_side *side, bool report,
                              struct hs_err *e)
{
    size_t parts = site->grid.n;
    struct hs_summary **part = hs_alloc_zeroed(parts, sizeof *part);
    if (!part) return HS_OUT_OF_MEMORY(e);
    for (size_t p = 0; p < parts && !e->status; p++)
        if (!(part[p] = hs_summary_open(NULL))) HS_OUT_OF_MEMORY(e);
    if (!e->status) observe(s, part, parts, !(side->strategy->keeps & HS_KEEPS_SPLIT), e);
    for (size_t p = 0; p < parts && !e->status; p++) {
        struct hs_facts f;
        if (hs_summary_facts(part[p], &f, e)) break;
        if (f.nonfinite)
            HS_FAIL(e, HS_ENUM, "%llu of %llu values are not finite, the first at index %llu",
                    (unsigned long long)f.nonfinite, (unsigned long long)(f.nonfinite + f.count),
                    (unsigned long long)f.first_nonfinite);
        else
            hs_site_fit(site, side, false, p, part[p], report, e);
    }
    for (size_t p = 0; p < parts; p++) hs_summary_close(part[p]);
    hs_free(part);
    return e->status;
}

static enum hs_status fit_site(const struct source *s, struct hs_site *site, const struct hs_side *side,
                               const struct hs_shape *shape, bool report, struct hs_err *e)
{
    bool finite = false;
    site->warning[0] = '\0';
    site->row.candidates = 0;
    if (!site->grid.dynamic) {
        double lo, hi;
        bool extremes = side->strategy->extremes_only && (side->strategy->keeps & HS_KEEPS_SPLIT); /* of all, not by batch */
        if (extremes && !report && site->grid.n == 1 && !s->l->data[HS_CALIBRATION]->mask)
            HS_TRY(extremes_of(s, &lo, &hi, &finite, e));
        if (finite)
            HS_TRY(hs_site_fit_extremes(site, side, false, 0, lo, hi, e));
        else
            HS_TRY(fit_all(s, site, side, report, e));
    }
    hs_site_finish(site, side);
    site->row.elements = (double)hs_shape_row(shape);
    site->row.bits = hs_grid_bits(&site->grid, hs_shape_row(shape));
    site->reported = report;
    return HS_OK;
}

static struct hs_key site_key(const struct source *s, const struct hs_spec *spec, const struct hs_side *side,
                              const struct hs_site_name *name)
{
    struct hs_hash h;
    bool is_static = hs_side_is_static(side, false);
    hs_hash_begin(&h, "site");
    hs_side_hash(&h, side);
    hs_hash_int(&h, spec->convention.rounding * 4 + spec->convention.zero_after * 2 + spec->convention.reciprocal);
    if (spec->convention.rounding == HS_STOCHASTIC) hs_hash_int(&h, (int64_t)spec->seed);
    if (spec->convention.rounding == HS_STOCHASTIC || side->given)
        hs_hash_text(&h, name->layer), hs_hash_text(&h, name->site);
    hs_hash_int(&h, s->ref.node), hs_hash_int(&h, s->ref.result);
    if (!is_static) return hs_hash_end(&h);
    hs_hash_key(&h, s->l->data[HS_CALIBRATION]->digest);
    if (s->local)
        hs_hash_key(&h, hs_node_sign(s->l->net, s->ref.node, s->local->key, s->state->sig));
    else if (s->ref.node >= 0)
        hs_hash_key(&h, s->state->sig[s->ref.node]);
    return hs_hash_end(&h);
}

static enum hs_status count_source(const struct source *s, struct hs_err *e)
{
    if (!s->local) return s->ref.node < 0 ? HS_OK : hs_lab_count(s->l, HS_CALIBRATION, s->state, s->ref.node, e);
    const struct hs_node *n = &s->l->net->node[s->ref.node];
    for (size_t k = 0; k < n->inputs; k++)
        if (n->input[k].node >= 0) HS_TRY(hs_lab_count(s->l, HS_CALIBRATION, s->state, n->input[k].node, e));
    return HS_OK;
}

static enum hs_status calibrate_site(const struct source *s, const struct hs_spec *spec, const struct hs_side *side,
                                     const struct hs_site_name *name, bool report, const struct hs_site **out,
                                     struct hs_err *e)
{
    const struct hs_shape *shape = hs_net_shape(s->l->net, s->ref);
    struct hs_key key = site_key(s, spec, side, name);
    struct hs_site **bucket = &s->l->sites[key.hi % HS_TABLE], *site = *bucket;
    while (site && !hs_key_equal(site->asked, key)) site = site->next;
    if (site && hs_side_is_static(side, false)) HS_TRY(count_source(s, e)); /* as if it had to be looked at again */
    if (!site) {
        HS_TRY(hs_site_open(spec, side, false, hs_activation_parts(shape, side), name, &site, e));
        if (fit_site(s, site, side, shape, report, e)) {
            hs_site_free(site);
            return e->status;
        }
        site->asked = key;
        site->next = *bucket, *bucket = site;
    } else if (report && !site->reported) {
        HS_TRY(fit_site(s, site, side, shape, true, e));
    }
    *out = site;
    return HS_OK;
}

static const struct hs_site *shared_site(const struct hs_shared_inputs *shared, struct hs_ref ref,
                                         const struct hs_side *side)
{
    if (side->given) return NULL; /* the file speaks of each reader */
    for (size_t i = 0; shared && i < shared->n; i++)
        if (shared->at[i].ref.node == ref.node && shared->at[i].ref.result == ref.result &&
            hs_side_equal(&shared->at[i].side, side))
            return shared->at[i].site;
    return NULL;
}

/* A layer's calibration is counted once for each context that it can tell apart: where it looks at data, by what it reads. */
static enum hs_status count_calibration(struct hs_lab *l, const struct hs_layer *layer, const struct hs_state *context,
                                        struct hs_err *e)
{
    const struct hs_node *n = &l->net->node[layer->node];
    bool looks = (layer->inputs && hs_side_is_static(&layer->input_side, false)) ||
                 (layer->output && hs_side_is_static(&layer->output_side, false)) ||
                 (layer->weights && hs_weights_needs(layer->method, layer->method_knob) != HS_WEIGHTS_NOTHING);
    struct hs_hash h;
    bool is_new;
    hs_hash_begin(&h, "calibration");
    hs_hash_int(&h, layer->node);
    for (size_t i = 0; looks && i < n->inputs; i++)
        if (n->input[i].node >= 0) hs_hash_key(&h, context->sig[n->input[i].node]);
    HS_TRY(hs_seen_add(l->seen, hs_hash_end(&h), &is_new, e));
    l->calibrations += is_new;
    return HS_OK;
}

enum hs_status hs_lab_calibrate(struct hs_lab *l, const struct hs_spec *spec, const struct hs_layer *layer,
                                const struct hs_state *context, const struct hs_shared_inputs *shared, bool report,
                                struct hs_quant *q, struct hs_err *e)
{
    const struct hs_node *n = &l->net->node[layer->node];
    *q = (struct hs_quant){0};
    HS_TRY(count_calibration(l, layer, context, e));
    for (int i = 0; i < layer->inputs; i++) {
        struct source s = {.l = l, .state = context, .ref = n->input[i]};
        q->input[i] = shared_site(shared, n->input[i], &layer->input_side);
        if (q->input[i]) continue;
        char site_name[16] = "input";
        if (i) snprintf(site_name, sizeof site_name, "input%d", i);
        if (calibrate_site(&s, spec, &layer->input_side, &(struct hs_site_name){n->name, site_name}, report, &q->input[i], e))
            return hs_err_where(e, "input %d of %s", i, n->name);
    }
    if (layer->weights) HS_TRY(hs_lab_calibrate_weights(l, spec, layer, context, q, report, &q->weights, e));
    hs_quant_sign(q);
    if (layer->output) {
        struct source s = {.l = l, .state = context, .ref = {layer->node, 0}, .local = q};
        const struct hs_site *site;
        if (calibrate_site(&s, spec, &layer->output_side, &(struct hs_site_name){n->name, "output"}, report, &site, e))
            return hs_err_where(e, "output of %s", n->name);
        q->output = site;
        hs_quant_sign(q);
    }
    return HS_OK;
}
