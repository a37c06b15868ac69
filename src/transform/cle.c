/* cle.c - cross-layer equalization: the ranges of a channel, where it is made and where it is read, become equal. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transform/link.h"

#include <math.h>

enum { SWEEPS = 100 };

/* Largest |weight| of each output channel of the producer, in the network as rewritten so far. */
static void ranges(const struct hs_transform_job *job, const struct hs_link *l, double *made)
{
    const struct hs_net *to = job->to;
    const struct hs_tensor *w =
        &hs_node_param(to, &to->node[hs_net_find(to, job->from->node[l->producer].name)], "weight")->value;
    size_t row = hs_shape_count(&w->shape) / l->channels;
    for (size_t c = 0; c < l->channels; c++) {
        made[c] = 0;
        for (size_t j = 0; j < row; j++) made[c] = fmax(made[c], fabs((double)w->data[c * row + j]));
    }
}

/* s = sqrt(r1 / r2): both ranges become sqrt(r1 r2). A channel that is zero on either side stays. */
static double equalize(const double *made, const double *read, size_t n, double *s)
{
    double most = 0;
    for (size_t c = 0; c < n; c++) {
        s[c] = made[c] > 0 && read[c] > 0 ? sqrt(made[c] / read[c]) : 1;
        most = fmax(most, fabs(log(s[c])));
    }
    return most;
}

static enum hs_status run(struct hs_transform_job *job, struct hs_err *e)
{
    struct hs_link *link;
    size_t links, widest = 1, pairs = 0;
    HS_TRY(hs_links_find(job, &link, &links, e));
    for (size_t i = 0; i < links; i++) widest = link[i].channels > widest ? link[i].channels : widest;
    double *made = HS_NEW(job->to->arena, 3 * widest, double);
    if (!made) return HS_OUT_OF_MEMORY(e);
    double *read = made + widest, *s = made + 2 * widest;
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        double most = 0;
        pairs = 0;
        for (size_t i = 0; i < links; i++) {
            if (link[i].norm) continue;
            ranges(job, &link[i], made);
            hs_link_reach(&link[i], job->to, job->from, read);
            most = fmax(most, equalize(made, read, link[i].channels, s));
            HS_TRY(hs_link_scale(job, &link[i], s, e));
            pairs++;
        }
        if (most < job->knob[0]) break;
    }
    job->changes = pairs;
    return HS_OK;
}

static const struct hs_knob knobs[] = {
    {.name = "tolerance", .value = 1e-4, .min = 1e-7, .max = 1,
     .meaning = "sweeps over the pairs end when no factor differs from 1 by more"},
    {0},
};

const struct hs_transform_type hs_transform_cle = {
    .name = "cle",
    .summary = "cross-layer equalization: batch norms are folded, then pairs of layers get equal ranges channel by channel",
    .cite = "Nagel et al., ICCV 2019, eq. 11",
    .version = 1,
    .knob = knobs,
    .folds_first = true,
    .looks_for = "two linear or convolutional layers with nothing but relu, pooling or the like between them",
    .run = run,
};
