/* awq.c - activation-aware weight quantization: weights that read large activations are scaled up before rounding. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transform/link.h"

#include "format/grid.h"
#include "net/op.h"

#include <math.h>
#include <stdio.h>

enum { STEPS = 20 };

struct search {
    struct hs_transform_job *job;
    const struct hs_link *link;
    const struct hs_link_seen *seen;
    struct hs_grid grid; /* one scale */
    float scale, *row, *rounded;
    size_t group;
};

/* s = (mean |x|)^ratio, normalised to sqrt(max s min s) = 1 as the authors' code does. A channel that is zero on all of the
 * data says nothing, and stays. */
static void factors(const struct search *f, double ratio, double *s)
{
    double lo = INFINITY, hi = 0;
    for (size_t c = 0; c < f->link->channels; c++) {
        if (!(f->seen->mean[c] > 0)) continue;
        s[c] = fmax(pow(f->seen->mean[c], ratio), 1e-4);
        lo = fmin(lo, s[c]), hi = fmax(hi, s[c]);
    }
    for (size_t c = 0; c < f->link->channels; c++) s[c] = f->seen->mean[c] > 0 ? s[c] / sqrt(lo * hi) : 1;
}

/* The error of one output row: sum of E[x^2] (Q(w s) / s - w)^2. */
static double row_error(const struct search *f, const struct hs_link_end *end, const struct hs_link_weight *w, size_t out,
                        const double *s)
{
    size_t n = w->ins * w->taps, step = f->group && f->group < n ? f->group : n;
    const float *v = w->value + out * n;
    double sum = 0, largest;
    for (size_t i = 0; i < n; i++) f->row[i] = (float)((double)v[i] * s[hs_link_channel(f->link, end, w, out, i / w->taps)]);
    for (size_t k = 0; k < n; k += step) {
        size_t m = n - k < step ? n - k : step;
        largest = 0;
        for (size_t i = k; i < k + m; i++) largest = fmax(largest, fabs((double)f->row[i]));
        f->grid.scale[0] = (float)hs_grid_point(f->grid.format, true, true, -largest, largest).scale;
        hs_grid_apply(&f->grid, f->row + k, f->rounded + k, m, 0);
    }
    for (size_t i = 0; i < n; i++) {
        size_t c = hs_link_channel(f->link, end, w, out, i / w->taps);
        double d = (double)f->rounded[i] / s[c] - (double)v[i];
        sum += f->seen->square[c] * d * d;
    }
    return sum;
}

static double error_of(const struct search *f, const double *s)
{
    double sum = 0;
    const struct hs_net *to = f->job->to;
    for (size_t k = 0; k < f->link->ends; k++) {
        const struct hs_link_end *end = &f->link->end[k];
        struct hs_link_weight w =
            hs_link_weight(to, hs_net_find(to, f->job->from->node[end->node].name), f->job->from);
        for (size_t o = 0; o < w.outs; o++) sum += row_error(f, end, &w, o, s);
    }
    return sum;
}

/* Ratio 0, all factors 1, is among the candidates: the error never grows by this measure. */
static enum hs_status best(struct search *f, struct hs_err *e)
{
    size_t n = f->link->channels;
    double *s = HS_NEW(f->job->to->arena, 2 * n, double), least = INFINITY;
    if (!s) return HS_OUT_OF_MEMORY(e);
    double *kept = s + n;
    for (int i = 0; i < STEPS; i++) {
        factors(f, i / (double)STEPS, s);
        double error = error_of(f, s);
        if (!(error < least)) continue;
        least = error;
        for (size_t c = 0; c < n; c++) kept[c] = s[c];
    }
    return hs_link_scale(f->job, f->link, kept, e);
}

static size_t longest_row(const struct hs_transform_job *job)
{
    size_t most = 1;
    for (size_t i = 0; i < job->from->nodes; i++) {
        const struct hs_param *w = hs_node_param(job->from, &job->from->node[i], "weight");
        size_t n = w ? hs_shape_count(&w->value.shape) / w->value.shape.dim[0] : 0;
        most = n > most ? n : most;
    }
    return most;
}

static enum hs_status run(struct hs_transform_job *job, struct hs_err *e)
{
    struct hs_link *link;
    char name[16];
    size_t links, most = longest_row(job);
    HS_TRY(hs_links_find(job, &link, &links, e));
    snprintf(name, sizeof name, "int%d", (int)job->knob[0]);
    struct search f = {.job = job, .group = (size_t)job->knob[1]};
    f.grid = (struct hs_grid){.format = hs_format_find(name, e), .symmetric = true, .scale = &f.scale,
                              .n = 1, .parts = {.granularity = HS_PER_TENSOR, .outer = 1, .channels = 1, .inner = most}};
    if (!f.grid.format) return e->status;
    hs_grid_codes(f.grid.format, true, &f.grid.qmin, &f.grid.qmax);
    f.row = HS_NEW(job->to->arena, most, float), f.rounded = HS_NEW(job->to->arena, most, float);
    struct hs_link_seen *seen = HS_NEW(job->to->arena, links + 1, struct hs_link_seen);
    if (!f.row || !f.rounded || !seen) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_links_observe(job, link, links, seen, e));
    for (size_t i = 0; i < links; i++) {
        f.link = &link[i], f.seen = &seen[i];
        HS_TRY(best(&f, e));
    }
    return HS_OK;
}

static const struct hs_knob knobs[] = {
    {.name = "bits", .value = 4, .min = 2, .max = 8, .meaning = "of the symmetric integers that the search rounds to; 4, Lin et al. 2024"},
    {.name = "group", .value = 0, .min = 0, .max = 65536, .meaning = "values that share a scale in the search; 0: an output channel"},
    {0},
};

const struct hs_transform_type hs_transform_awq = {
    .name = "awq",
    .summary = "weights that read large activations are scaled up by a power of their mean, searched for on a grid of 20; the "
               "loss takes the inputs' second moments channel by channel",
    .cite = "Lin et al., MLSys 2024, eq. 4 and 5",
    .version = 1,
    .knob = knobs,
    .needs_data = true,
    .looks_for = "a norm or a layer that only linear or convolutional layers read",
    .run = run,
};
