/* smoothquant.c - part of the activations' range goes over to the weights. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transform/link.h"

#include <math.h>

/* s = max|x|^alpha / max|w|^(1 - alpha), equation 4; a channel that is zero on either side stays. */
static enum hs_status smooth(struct hs_transform_job *job, const struct hs_link *l, const struct hs_link_seen *seen,
                             struct hs_err *e)
{
    double alpha = job->knob[0], *reach = HS_NEW(job->to->arena, 2 * l->channels, double);
    if (!reach) return HS_OUT_OF_MEMORY(e);
    double *s = reach + l->channels;
    hs_link_reach(l, job->to, job->from, reach);
    for (size_t c = 0; c < l->channels; c++)
        s[c] = seen->top[c] > 0 && reach[c] > 0 ? pow(seen->top[c], alpha) / pow(reach[c], 1 - alpha) : 1;
    return hs_link_scale(job, l, s, e);
}

static enum hs_status run(struct hs_transform_job *job, struct hs_err *e)
{
    struct hs_link *link;
    size_t links;
    HS_TRY(hs_links_find(job, &link, &links, e));
    struct hs_link_seen *seen = HS_NEW(job->to->arena, links + 1, struct hs_link_seen);
    if (!seen) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_links_observe(job, link, links, seen, e));
    for (size_t i = 0; i < links; i++) HS_TRY(smooth(job, &link[i], &seen[i], e));
    return HS_OK;
}

static const struct hs_knob knobs[] = {
    {.name = "alpha", .value = .5, .min = 0, .max = 1,
     .meaning = "how much of the activations' range goes over to the weights; 0.5, Xiao et al. 2023"},
    {0},
};

const struct hs_transform_type hs_transform_smoothquant = {
    .name = "smoothquant",
    .summary = "channels of activations are scaled down, and of the weights that read them up",
    .cite = "Xiao et al., ICML 2023, eq. 4",
    .version = 1,
    .knob = knobs,
    .needs_data = true,
    .looks_for = "a norm or a layer that only linear or convolutional layers read",
    .run = run,
};
