/* link.c - finds tensors that can be scaled: a walk from each producer to all of its readers. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transform/link.h"

#include "net/op.h"
#include "tensor/product.h"

#include <string.h>

static bool is_one_of(const struct hs_node *n, const char *const *names)
{
    while (*names && strcmp(n->op->name, *names)) names++;
    return *names;
}

/* f(s x) = s f(x) for each s > 0, channel by channel. */
static bool passes(const struct hs_node *n)
{
    static const char *const always[] = {
        "dropout", "identity", "leaky_relu", "maxpool1d", "maxpool2d", "avgpool1d", "avgpool2d", "adaptive_maxpool1d",
        "adaptive_maxpool2d", "adaptive_avgpool1d", "adaptive_avgpool2d", "global_avgpool", "global_maxpool", "upsample1d",
        "upsample2d", "flatten", NULL};
    static const char *const padding[] = {"zero_pad1d", "zero_pad2d", NULL}, *const relu[] = {"relu", NULL};
    if (n->inputs != 1 || n->results != 1) return false;
    if (is_one_of(n, relu)) return !hs_node_attr(n, "max_value") && hs_node_real(n, "threshold", 0) == 0;
    if (is_one_of(n, padding)) return hs_node_real(n, "value", 0) == 0;
    return is_one_of(n, always);
}

static const char *const layers[] = {"linear", "conv1d", "conv2d", NULL};
static const char *const norms[] = {"layer_norm", "rms_norm", "batch_norm", NULL};

static bool is_shared(const struct hs_net *net, int node)
{
    if (net->node[node].shares >= 0) return true;
    for (size_t i = 0; i < net->nodes; i++)
        if (net->node[i].shares == node) return true;
    return false;
}

static bool is_output(const struct hs_net *net, int node)
{
    for (size_t i = 0; i < net->outputs; i++)
        if (net->output[i].node == node) return true;
    return false;
}

/* The axis of channels in the file's order: the last one of what goes through linear layers, and of everything in a file
 * that is channels-last. */
static int channel_axis(const struct hs_net *net, const struct hs_node *n, int rank)
{
    static const char *const last[] = {"linear", "layer_norm", "rms_norm", NULL};
    return is_one_of(n, last) || !net->nchw || rank < 3 ? rank - 1 : 1;
}

static bool ends_at(const struct hs_net *net, const struct hs_node *n, int rank, int axis, size_t inner, struct hs_link *l)
{
    const struct hs_taps *t = n->plan;
    if (l->ends == HS_LINK_ENDS || is_shared(net, n->index) || axis != channel_axis(net, n, rank)) return false;
    if (t->channels != l->channels * inner || (inner > 1 && t->groups > 1)) return false;
    l->end[l->ends++] = (struct hs_link_end){n->index, inner};
    return true;
}

static bool follow(const struct hs_net *net, int at, int axis, size_t inner, struct hs_link *l)
{
    const struct hs_shape *s = &net->node[at].logical[0];
    size_t readers = 0;
    if (is_output(net, at)) return false;
    for (size_t i = 0; i < net->nodes; i++) {
        const struct hs_node *n = &net->node[i];
        for (size_t k = 0; k < n->inputs; k++) {
            if (n->input[k].node != at) continue;
            int to = axis;
            size_t wider = inner;
            readers++;
            if (n->input[k].result || k) return false;
            if (is_one_of(n, layers)) {
                if (!ends_at(net, n, s->rank, axis, inner, l)) return false;
                continue;
            }
            if (!n->hidden && !passes(n)) return false;
            if (!strcmp(n->op->name, "flatten")) {
                for (int d = axis + 1; d < s->rank; d++) wider *= s->dim[d];
                to = 1;
            } else if (n->logical[0].rank != s->rank && !n->hidden) {
                to = 1; /* spatial axes went */
            }
            if (!follow(net, n->index, to, wider, l)) return false;
        }
    }
    return readers > 0;
}

bool hs_link_at(const struct hs_net *net, int producer, struct hs_link *l)
{
    const struct hs_node *n = &net->node[producer];
    bool layer = is_one_of(n, layers);
    *l = (struct hs_link){.producer = producer, .norm = !layer};
    if (n->hidden || (!layer && !is_one_of(n, norms)) || is_shared(net, producer)) return false;
    if (!layer && hs_node_int(n, "axes", 1) != 1) return false;
    const struct hs_shape *s = &n->logical[0];
    int axis = channel_axis(net, n, s->rank);
    l->channels = s->dim[axis];
    return follow(net, producer, axis, 1, l);
}

enum hs_status hs_links_find(const struct hs_transform_job *job, struct hs_link **link, size_t *links, struct hs_err *e)
{
    *links = 0;
    *link = HS_NEW(job->to->arena, job->from->nodes, struct hs_link);
    if (!*link) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < job->from->nodes; i++)
        if (hs_link_at(job->from, (int)i, &(*link)[*links])) ++*links;
    return HS_OK;
}
