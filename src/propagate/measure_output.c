/* measure_output.c - the output, sample by sample: the metrics' sums, the task's loss, and figures with intervals. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/measure.h"

#include "base/rng.h"
#include "metric/softmax.h"
#include "stats/stats.h"

#include <math.h>
#include <stdio.h>

static bool is_reconstruction(const struct hs_net *net)
{
    return net->task == HS_TASK_RECONSTRUCTION || net->task == HS_TASK_REGRESSION;
}

/* What a metric sees of sample i: predictions are the values along the last axis. */
static struct hs_sight sight_of(const struct hs_lab *l, const struct hs_tensor *r, const struct hs_tensor *g, size_t i,
                                size_t sample)
{
    const struct hs_data *d = l->data[HS_EVALUATION];
    size_t row = hs_shape_row(&r->shape), width = r->shape.rank > 1 ? r->shape.dim[r->shape.rank - 1] : 1;
    struct hs_sight s = {.reference = r->data + i * row, .got = g->data + i * row, .width = width,
                         .positions = width ? row / width : 0, .logits = l->net->logits};
    if (is_reconstruction(l->net)) { /* one prediction, compared value by value; without targets with the input */
        s.positions = 1, s.width = row;
        if (d->target && d->target_width == row) s.target = d->target + sample * row;
        else if (!d->target && hs_shape_row(&d->input[0].shape) == row) s.target = d->input[0].data + sample * row;
        return s;
    }
    if (d->target && d->target_width == s.positions) s.target = d->target + sample * d->target_width;
    if (d->mask && d->mask_width == s.positions) s.mask = d->mask + sample * d->mask_width;
    return s;
}

/* The figures that every record keeps of every sample. */
struct always {
    const struct hs_metric_type *error, *loss, *hit;
};

static void record(const struct always *m, const struct hs_sight *s, struct hs_sights *out, size_t sample)
{
    double sum[HS_METRIC_SUMS] = {0};
    m->error->observe(s, sum);
    out->squared[sample] = sum[0], out->reference[sample] = sum[1];
    out->loss[sample] = out->correct[sample] = NAN;
    if (!s->target) return;
    m->loss->observe(s, sum);
    out->loss[sample] = sum[1] > 0 ? sum[0] / sum[1] : NAN;
    if (!m->hit) return;
    m->hit->observe(s, sum);
    out->correct[sample] = sum[1] > 0 ? sum[0] / sum[1] : NAN;
}

static void look(const struct hs_lab *l, const struct hs_spec *spec, const struct hs_tensor *r, const struct hs_tensor *g,
                 size_t first, struct hs_sights *out)
{
    struct hs_err unused = {0};
    bool values = is_reconstruction(l->net);
    const struct always always = {.error = hs_metric_find("relative-error", &unused),
                                  .loss = hs_metric_find(values ? "reconstruction" : "loss", &unused),
                                  .hit = values ? NULL : hs_metric_find("accuracy", &unused)};
    for (size_t i = 0; i < r->shape.dim[0]; i++) {
        struct hs_sight s = sight_of(l, r, g, i, first + i);
        for (size_t m = 0; m < spec->metrics; m++)
            spec->metric[m]->observe(&s, &out->sum[m][(first + i) * spec->metric[m]->sums]);
        record(&always, &s, out, first + i);
    }
}

enum hs_status hs_measure_output(struct hs_lab *l, const struct hs_spec *spec, const struct hs_state *s,
                                 struct hs_sights *out, struct hs_err *e)
{
    int node = l->net->output[0].node;
    out->samples = l->data[HS_EVALUATION]->n, out->metrics = spec->metrics;
    for (size_t c = 0; c < l->chunks[HS_EVALUATION] && !e->status; c++) {
        struct hs_kept *r = NULL, *g = NULL;
        if (!hs_lab_eval(l, HS_EVALUATION, c, &l->floating, &node, 1, &r, e) &&
            !hs_lab_eval(l, HS_EVALUATION, c, s ? s : &l->floating, &node, 1, &g, e))
            look(l, spec, &r->t, &g->t, c * l->chunk[HS_EVALUATION], out);
        if (r) hs_keep_release(l->keep, r);
        if (g) hs_keep_release(l->keep, g);
    }
    return e->status;
}

static double column(const struct hs_metric_type *m, const double *x, size_t n, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum = m->extreme ? fmax(sum, x[i * m->sums + k]) : sum + x[i * m->sums + k];
    return sum;
}

/* The same resamples for every trial: differences between trials are then differences on the same samples. */
enum hs_status hs_measure_resamples(struct hs_lab *l, uint64_t seed, size_t samples, struct hs_err *e)
{
    const struct hs_bootstrap how = {.level = 0.95, .resamples = 2000};
    char stream[80];
    if (l->resamples && l->resample_seed == seed) return HS_OK;
    hs_resamples_close(l->resamples);
    l->resamples = NULL, l->resample_seed = seed;
    snprintf(stream, sizeof stream, "bootstrap/%zu", samples);
    gsl_rng *r = hs_rng_open(seed, stream);
    if (!r) return HS_OUT_OF_MEMORY(e);
    hs_resamples_open(samples, l->data[HS_EVALUATION]->cluster, &how, r, &l->resamples, e);
    gsl_rng_free(r);
    return e->status;
}

enum hs_status hs_measure_figure(struct hs_lab *l, const struct hs_spec *spec, const struct hs_sights *s, size_t metric,
                                 struct hs_figure_row *row, struct hs_err *e)
{
    const struct hs_metric_type *m = spec->metric[metric];
    const double *x = s->sum[metric];
    double sum[HS_METRIC_SUMS];
    for (size_t k = 0; k < m->sums; k++) sum[k] = column(m, x, s->samples, k);
    row->value = s->samples ? m->result(sum) : NAN;
    row->lo = row->hi = NAN;
    if (m->extreme || !isfinite(row->value)) return HS_OK;
    HS_TRY(hs_measure_resamples(l, spec->seed, s->samples, e));
    return hs_resamples_bca(l->resamples, x, m->sums, m->result, &row->lo, &row->hi, e);
}
