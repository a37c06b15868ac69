/* observe.c - what the ends of links read, over the calibration inputs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transform/link.h"

#include "net/run.h"

#include <math.h>

struct watch {
    const struct hs_net *net;
    const struct hs_link *link;
    size_t links;
    struct hs_link_seen *seen;
    double *count; /* values a channel of each link */
};

static void add(const struct hs_link *l, size_t inner, const struct hs_tensor *x, struct hs_link_seen *seen, double *count)
{
    size_t last = x->shape.dim[x->shape.rank - 1], n = hs_shape_count(&x->shape);
    for (size_t i = 0; i < n; i += last)
        for (size_t j = 0; j < last; j++) {
            double a = fabs((double)x->data[i + j]);
            size_t c = j / inner % l->channels;
            seen->top[c] = fmax(seen->top[c], a), seen->mean[c] += a, seen->square[c] += a * a;
        }
    *count += (double)n / (double)l->channels;
}

static enum hs_status look(void *ctx, const struct hs_node *node, const struct hs_tensor *out, size_t first,
                           struct hs_err *e)
{
    struct watch *w = ctx;
    (void)first, (void)e;
    for (size_t i = 0; i < w->links; i++)
        for (size_t k = 0; k < w->link[i].ends; k++)
            if (w->net->node[w->link[i].end[k].node].input[0].node == node->index)
                add(&w->link[i], w->link[i].end[k].inner, &out[0], &w->seen[i], &w->count[i]);
    return HS_OK;
}

enum hs_status hs_links_observe(const struct hs_transform_job *job, const struct hs_link *link, size_t links,
                                struct hs_link_seen *seen, struct hs_err *e)
{
    struct hs_arena *a = job->to->arena;
    struct watch w = {job->from, link, links, seen, HS_NEW(a, links, double)};
    if (!w.count) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < links; i++) {
        size_t n = link[i].channels;
        seen[i] = (struct hs_link_seen){HS_NEW(a, n, double), HS_NEW(a, n, double), HS_NEW(a, n, double)};
        if (!seen[i].top || !seen[i].mean || !seen[i].square) return HS_OUT_OF_MEMORY(e);
    }
    struct hs_net_packs packs;
    HS_TRY(hs_net_pack(job->from, &packs, e));
    hs_net_run(&packs, job->input, 0, look, &w, e);
    hs_net_unpack(&packs);
    for (size_t i = 0; i < links; i++)
        for (size_t c = 0; c < link[i].channels && w.count[i] > 0; c++)
            seen[i].mean[c] /= w.count[i], seen[i].square[c] /= w.count[i];
    return e->status;
}
