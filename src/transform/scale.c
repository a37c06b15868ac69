/* scale.c - scales a link: out of what makes the tensor, into what reads it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transform/link.h"

#include "net/copy.h"
#include "net/op.h"
#include "tensor/product.h"

#include <math.h>

/* `net` may be unfinished: what the operator made of its attributes is asked of the finished one, by the node's name. */
struct hs_link_weight hs_link_weight(const struct hs_net *net, int node, const struct hs_net *plan)
{
    const struct hs_node *n = &net->node[node], *as = &plan->node[hs_net_find(plan, n->name)];
    const struct hs_taps *t = as->plan;
    const struct hs_tensor *w = &hs_node_param(net, n, "weight")->value;
    size_t ins = t->channels / t->groups;
    return (struct hs_link_weight){w->data, t->outs, ins, hs_shape_count(&w->shape) / (t->outs * ins), t->outs / t->groups};
}

static void divide(const struct hs_param *p, size_t n, const double *s)
{
    size_t row = p ? hs_shape_count(&p->value.shape) / n : 0;
    for (size_t i = 0; p && i < n * row; i++) p->value.data[i] = (float)((double)p->value.data[i] / s[i / row]);
}

/* A norm without a factor gets one. */
static enum hs_status with_gamma(struct hs_net *to, int node, size_t n, struct hs_err *e)
{
    if (hs_node_param(to, &to->node[node], "gamma")) return HS_OK;
    struct hs_tensor gamma = {.shape = {.rank = 1, .dim = {n}}, .data = HS_NEW(to->arena, n, float)};
    if (!gamma.data) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) gamma.data[i] = 1;
    return hs_net_set_param(to, node, "gamma", &gamma, e);
}

enum hs_status hs_link_scale(struct hs_transform_job *job, const struct hs_link *l, const double *s, struct hs_err *e)
{
    struct hs_net *to = job->to;
    int producer = hs_net_find(to, job->from->node[l->producer].name);
    const struct hs_node *p = &to->node[producer];
    if (l->norm) HS_TRY(with_gamma(to, producer, l->channels, e));
    divide(hs_node_param(to, p, l->norm ? "gamma" : "weight"), l->channels, s);
    divide(hs_node_param(to, p, l->norm ? "beta" : "bias"), l->channels, s);
    for (size_t k = 0; k < l->ends; k++) {
        struct hs_link_weight w =
            hs_link_weight(to, hs_net_find(to, job->from->node[l->end[k].node].name), job->from);
        for (size_t o = 0; o < w.outs; o++)
            for (size_t j = 0; j < w.ins; j++) {
                double by = s[hs_link_channel(l, &l->end[k], &w, o, j)];
                float *v = w.value + (o * w.ins + j) * w.taps;
                for (size_t t = 0; t < w.taps; t++) v[t] = (float)((double)v[t] * by);
            }
    }
    job->changes++;
    return HS_OK;
}

void hs_link_reach(const struct hs_link *l, const struct hs_net *net, const struct hs_net *plan, double *reach)
{
    for (size_t c = 0; c < l->channels; c++) reach[c] = 0;
    for (size_t k = 0; k < l->ends; k++) {
        struct hs_link_weight w = hs_link_weight(net, hs_net_find(net, plan->node[l->end[k].node].name), plan);
        for (size_t o = 0; o < w.outs; o++)
            for (size_t j = 0; j < w.ins; j++) {
                double *r = &reach[hs_link_channel(l, &l->end[k], &w, o, j)];
                for (size_t t = 0; t < w.taps; t++) *r = fmax(*r, fabs((double)w.value[(o * w.ins + j) * w.taps + t]));
            }
    }
}
