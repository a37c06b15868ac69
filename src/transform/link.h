/* link.h - inside transform/: a tensor whose channels can be scaled where it is made and scaled back where it is read.
 *
 * Between producer and readers stands only what a positive factor a channel passes through: relu, leaky relu, pooling,
 * flatten and the like. Who shares parameters, or is shared, takes no part. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TRANSFORM_LINK_H
#define HS_TRANSFORM_LINK_H
#include "transform/transform.h"

enum { HS_LINK_ENDS = 64 };

struct hs_link {
    int producer;    /* a linear or convolutional layer, or a norm with a factor and an offset a channel */
    bool norm;
    size_t channels, ends;
    struct hs_link_end {
        int node;     /* a linear or convolutional layer */
        size_t inner; /* its input j belongs to channel j / inner % channels (after a flatten); 1 */
    } end[HS_LINK_ENDS];
};
/* Whether node `producer` of a finished network begins one: every reader of its result must be an end. */
bool hs_link_at(const struct hs_net *, int producer, struct hs_link *);

/* The weight of a layer as (outs, ins of a group, taps), and which channel of the link a value's input is. */
struct hs_link_weight {
    float *value;
    size_t outs, ins, taps, per_group; /* per_group: output rows of a group */
};
struct hs_link_weight hs_link_weight(const struct hs_net *, int node, const struct hs_net *plan);
static inline size_t hs_link_channel(const struct hs_link *l, const struct hs_link_end *end, const struct hs_link_weight *w,
                                     size_t out, size_t in)
{
    return (out / w->per_group * w->ins + in) / end->inner % l->channels;
}

/* Divides what the producer makes by s[channel], multiplies what the ends do with it, in job->to. */
enum hs_status hs_link_scale(struct hs_transform_job *, const struct hs_link *, const double *s, struct hs_err *);

/* Largest |weight| of each channel over the ends, in a network with the same nodes as `plan`. */
void hs_link_reach(const struct hs_link *, const struct hs_net *, const struct hs_net *plan, double *reach);

/* What the ends read, by channel: largest |x|, mean |x|, mean x^2 (over all ends). */
struct hs_link_seen { double *top, *mean, *square; };
/* For each link, over the calibration inputs; the arrays live in `to`'s arena. */
enum hs_status hs_links_observe(const struct hs_transform_job *, const struct hs_link *, size_t links,
                                struct hs_link_seen *, struct hs_err *);
/* All links of job->from; *link lives in job->to's arena. */
enum hs_status hs_links_find(const struct hs_transform_job *, struct hs_link **link, size_t *links, struct hs_err *);

#endif
