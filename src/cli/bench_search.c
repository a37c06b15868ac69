/* bench_search.c - whole searches over a network, through the same lab that experiments use. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/bench.h"

#include "base/text.h"
#include "base/work.h"
#include "calib/roster.h"
#include "propagate/walk.h"
#include "weights/weights.h"

#include <math.h>

/* int8, symmetric, one scale a tensor from the extremes, on weights and inputs. */
static enum hs_status make_spec(struct hs_spec *s, struct hs_err *e)
{
    const struct hs_side side = {.format = hs_format_find("int8", e), .granularity = HS_PER_TENSOR, .symmetric = true,
                                 .strategy = hs_calib_find("minmax", e)};
    *s = (struct hs_spec){
        .seed = 1,
        .convention = {.rounding = HS_HALF_EVEN},
        .weights = side, .activations = side,
        .method = hs_weights_find("nearest", e),
        .order = {.type = hs_order_find("greedy", e)},
        .context = HS_CONTEXT_QUANTIZED,
    };
    return e->status;
}

struct search {
    struct hs_lab *lab;
    const struct hs_net *net;
    struct hs_spec spec;
    size_t layers, *node;
    double *error;
};

static enum hs_status forward(struct search *s, struct hs_err *e) { return hs_lab_forward(s->lab, false, e); }
static enum hs_status solo(struct search *s, struct hs_err *e) { return hs_lab_solo(s->lab, &s->spec, s->error, e); }
static enum hs_status greedy(struct search *s, struct hs_err *e)
{
    return hs_lab_order(s->lab, &s->spec, s->node, s->error, e);
}

/* "c1 45.43 dB, f2 41.77 dB" */
static void note(const struct search *s, struct hs_text *t)
{
    for (size_t i = 0; i < s->layers; i++)
        hs_text_add(t, "%s%s %.3f dB", i ? ", " : "", s->net->node[s->node[i]].name, -10 * log10(s->error[i]));
}

/* Every repetition starts from nothing; the float pass is there already where a search compares with it. */
static enum hs_status one(struct hs_bench *b, struct search *s, const char *what, const char *variant,
                          enum hs_status (*job)(struct search *, struct hs_err *), size_t samples, struct hs_err *e)
{
    double *seconds = hs_alloc((size_t)b->reps, sizeof *seconds);
    if (!seconds) return HS_OUT_OF_MEMORY(e);
    struct hs_text t = {0};
    for (int r = -1; r < b->reps && !e->status; r++) {
        hs_lab_forget(s->lab);
        if (job != forward && hs_lab_forward(s->lab, true, e)) break;
        double start = hs_work_now();
        job(s, e);
        if (r >= 0) seconds[r] = hs_work_now() - start;
    }
    if (job != forward && !e->status) note(s, &t);
    if (!e->status) hs_bench_row(b, what, variant, seconds, 1e-9 * (double)samples * 1e6, "thousand samples/s", t.s);
    hs_text_free(&t);
    hs_free(seconds);
    return e->status;
}

static enum hs_status run(struct hs_bench *b, struct search *s, size_t samples, bool forward_only, struct hs_err *e)
{
    HS_TRY(one(b, s, "forward", "float", forward, samples, e));
    if (forward_only) return HS_OK;
    s->layers = hs_spec_layers(s->net, &s->spec, s->node);
    HS_TRY(one(b, s, "sensitivity", "each layer alone", solo, samples * s->layers, e));
    return one(b, s, "order", "greedy", greedy, samples * (s->layers * (s->layers + 1) / 2), e);
}

enum hs_status hs_bench_search(struct hs_bench *b, const struct hs_net *net, const struct hs_data *data, size_t memory,
                               bool forward_only, struct hs_err *e)
{
    struct search s = {.net = net, .node = hs_alloc(net->nodes, sizeof(size_t)),
                       .error = hs_alloc(net->nodes, sizeof(double))};
    if (!s.node || !s.error) HS_OUT_OF_MEMORY(e);
    if (!e->status && !make_spec(&s.spec, e) && !hs_spec_check(net, &s.spec, true, e) &&
        !hs_lab_open(net, data, data, memory, &s.lab, e))
        run(b, &s, data->n, forward_only, e);
    hs_lab_close(s.lab);
    hs_free(s.node), hs_free(s.error);
    return e->status;
}
