/* layer.c - resolves skip lists, overrides and site rules for one node. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/layer.h"

#include "base/text.h"
#include "net/op.h"

#include <string.h>

static bool skips(const struct hs_spec *s, const struct hs_node *n)
{
    for (size_t i = 0; i < s->skips; i++) {
        if (strcmp(s->skip[i], n->op->name) == 0 || hs_text_match(s->skip[i], n->name)) return true;
        if (strcmp(s->skip[i], "norm") == 0 && n->op->role == HS_ROLE_NORM) return true;
    }
    return false;
}

static bool has_weight(const struct hs_net *net, const struct hs_node *n)
{
    for (const struct hs_param_rule *p = n->op->param; p && p->name; p++)
        if (p->is_weight && hs_node_param(net, n, p->name)) return true;
    return false;
}

/* How many of the first inputs an operator of this role reads through a quantizer. Ids are never quantized. */
static int input_sites(const struct hs_net *net, const struct hs_node *n)
{
    if (n->op->role == HS_ROLE_EMBEDDING || n->op->role == HS_ROLE_PLAIN) return 0;
    int inputs = n->op->role == HS_ROLE_PRODUCT ? (int)n->inputs : 1;
    for (int i = 0; i < inputs; i++)
        if (n->input[i].node < 0 && net->port[-1 - n->input[i].node].integer) return i;
    return inputs;
}

static bool by_default(const struct hs_spec *s, const struct hs_node *n, bool named)
{
    if (n->hidden || n->op->role == HS_ROLE_PLAIN || skips(s, n)) return false;
    return n->op->role != HS_ROLE_NORM || named;
}

bool hs_layer_resolve(const struct hs_net *net, const struct hs_spec *s, int node, struct hs_layer *l)
{
    const struct hs_node *n = &net->node[node];
    bool named = false;
    *l = (struct hs_layer){.node = node, .weight_side = s->weights, .input_side = s->activations,
                           .method = s->method, .method_knob = s->method_knob,
                           .method_given = s->method_given};
    for (size_t i = 0; i < s->rules; i++) {
        const struct hs_rule *r = &s->rule[i];
        if (!hs_text_match(r->match, n->name)) continue;
        named = true;
        if (r->sets_weights) l->weight_side = r->weights;
        if (r->sets_activations) l->input_side = r->activations;
        if (r->sets_method) l->method = r->method, l->method_knob = r->method_knob, l->method_given = r->method_given;
    }
    if (by_default(s, n, named)) {
        l->weights = l->weight_side.format && has_weight(net, n);
        l->inputs = l->input_side.format ? input_sites(net, n) : 0;
    }
    for (size_t i = 0; i < s->sites && !n->hidden; i++)
        if (hs_text_match(s->site[i].match, n->name)) {
            l->output_side = s->site[i].side;
            l->output = l->output_side.format != NULL;
        }
    return l->weights || l->inputs || l->output;
}

bool hs_side_is_static(const struct hs_side *s, bool is_weight)
{
    return s->format && !s->dynamic && !s->format->block &&
           (is_weight || s->granularity == HS_PER_TENSOR || s->granularity == HS_PER_CHANNEL);
}

void hs_side_hash(struct hs_hash *h, const struct hs_side *s)
{
    hs_hash_text(h, s->format ? s->format->name : NULL);
    if (!s->format) return;
    hs_hash_int(h, s->format->version);
    hs_hash_int(h, s->granularity);
    hs_hash_int(h, (int64_t)s->group);
    hs_hash_int(h, s->symmetric * 4 + s->restricted * 2 + s->dynamic);
    hs_hash_text(h, s->strategy ? s->strategy->name : NULL);
    if (!s->strategy) return;
    hs_hash_int(h, s->strategy->version);
    if (s->given) hs_hash_key(h, s->given->digest);
    for (int k = 0; s->strategy->knob && s->strategy->knob[k].name; k++) hs_hash_real(h, s->knob[k]);
    if (s->stretch != 0 && s->stretch != 1) hs_hash_text(h, "stretch"), hs_hash_real(h, s->stretch);
}

bool hs_side_equal(const struct hs_side *a, const struct hs_side *b)
{
    struct hs_hash x, y;
    hs_hash_begin(&x, "side"), hs_side_hash(&x, a);
    hs_hash_begin(&y, "side"), hs_side_hash(&y, b);
    return hs_key_equal(hs_hash_end(&x), hs_hash_end(&y));
}

struct hs_parts hs_weight_parts(const struct hs_tensor *w, int axis, const struct hs_side *s)
{
    struct hs_parts p = {.granularity = s->granularity, .outer = 1, .channels = 1, .inner = 1, .group = s->group};
    for (int i = 0; i < w->shape.rank; i++) {
        size_t *to = i < axis ? &p.outer : i == axis ? &p.channels : &p.inner;
        *to *= w->shape.dim[i];
    }
    if (s->format->block) p.granularity = HS_PER_BLOCK, p.group = s->format->block;
    return p;
}

struct hs_parts hs_activation_parts(const struct hs_shape *shape, const struct hs_side *s)
{
    size_t channels = shape->rank > 1 ? shape->dim[shape->rank - 1] : 1, row = hs_shape_row(shape);
    struct hs_parts p = {.granularity = s->granularity, .outer = channels ? row / channels : 0, .channels = channels,
                         .inner = 1, .group = s->group};
    if (s->format->block) p.granularity = HS_PER_BLOCK, p.group = s->format->block;
    return p;
}
