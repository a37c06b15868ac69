/* spec_hash.c - what decides a trial's outcome, and the outcome itself, as keys. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/layer.h"
#include "propagate/objective.h"
#include "propagate/walk.h"

#include "weights/weights.h"

static void hash_scheme(const struct hs_spec *s, struct hs_hash *h)
{
    hs_hash_int(h, s->convention.rounding * 4 + s->convention.zero_after * 2 + s->convention.reciprocal);
    if (s->codes) hs_hash_text(h, "codes");
    hs_side_hash(h, &s->weights);
    hs_side_hash(h, &s->activations);
    if (s->method) hs_weights_hash(h, s->method, s->method_knob);
    else hs_hash_text(h, NULL);
    if (s->method_given) hs_hash_key(h, s->method_given->digest);
    hs_hash_int(h, s->context), hs_hash_int(h, 0);
    if (hs_spec_looks_beyond(s)) {
        hs_hash_text(h, s->objective.type->name), hs_hash_int(h, s->objective.type->version);
        for (int k = 0; s->objective.type->knob[k].name; k++) hs_hash_real(h, s->objective.knob[k]);
    }
    for (size_t i = 0; i < s->skips; i++) hs_hash_text(h, s->skip[i]);
    for (size_t i = 0; i < s->rules; i++) {
        const struct hs_rule *r = &s->rule[i];
        hs_hash_text(h, r->match);
        hs_hash_int(h, r->sets_weights * 4 + r->sets_activations * 2 + r->sets_method);
        if (r->sets_weights) hs_side_hash(h, &r->weights);
        if (r->sets_activations) hs_side_hash(h, &r->activations);
        if (!r->sets_method) continue;
        hs_weights_hash(h, r->method, r->method_knob);
        if (r->method_given) hs_hash_key(h, r->method_given->digest);
    }
    for (size_t i = 0; i < s->sites; i++) hs_hash_text(h, s->site[i].match), hs_side_hash(h, &s->site[i].side);
}

static void hash_order(const struct hs_order_choice *o, struct hs_hash *h)
{
    hs_hash_text(h, o->type->name);
    hs_hash_int(h, o->type->version);
    for (int k = 0; o->type->knob && o->type->knob[k].name; k++) hs_hash_real(h, o->knob[k]);
    for (const char *const *name = o->names; name && *name; name++) hs_hash_text(h, *name);
    if (o->type->takes_count) hs_hash_int(h, o->index);
}

void hs_spec_hash(const struct hs_spec *s, struct hs_hash *h)
{
    hs_hash_text(h, "spec 1");
    hs_hash_int(h, (int64_t)s->seed);
    hash_scheme(s, h);
    hash_order(&s->order, h);
    hs_hash_int(h, s->measure);
    for (size_t i = 0; i < s->metrics; i++) hs_hash_text(h, s->metric[i]->name), hs_hash_int(h, s->metric[i]->version);
}

/* Does what a layer becomes depend on what was quantized before it? Only through what its inputs then are. */
static bool looks_at_context(const struct hs_net *net, const struct hs_spec *s)
{
    if (hs_spec_looks_beyond(s) && s->objective.type->finish) return true; /* sweeps go by the order */
    if (s->context == HS_CONTEXT_FLOAT) return false;
    if (hs_spec_looks_beyond(s)) return true;
    for (size_t i = 0; i < net->nodes; i++) {
        struct hs_layer l;
        if (!hs_layer_resolve(net, s, (int)i, &l)) continue;
        if (l.weights && hs_weights_needs(l.method, l.method_knob) != HS_WEIGHTS_NOTHING) return true;
        if ((l.inputs && hs_side_is_static(&l.input_side, false)) ||
            (l.output && hs_side_is_static(&l.output_side, false)))
            return true;
    }
    return false;
}

static bool draws(const struct hs_net *net, const struct hs_spec *s)
{
    for (size_t i = 0; i < net->nodes; i++) {
        struct hs_layer l;
        if (hs_layer_resolve(net, s, (int)i, &l) && l.weights && l.method->draws) return true;
    }
    return false;
}

struct hs_key hs_spec_outcome(const struct hs_net *net, const struct hs_spec *s)
{
    struct hs_hash h;
    hs_hash_begin(&h, "outcome");
    hs_hash_key(&h, net->digest);
    hash_scheme(s, &h);
    if (s->convention.rounding == HS_STOCHASTIC || draws(net, s)) hs_hash_int(&h, (int64_t)s->seed);
    if (looks_at_context(net, s)) {
        hash_order(&s->order, &h);
        if (s->order.type->takes_count) hs_hash_int(&h, (int64_t)s->seed);
    }
    return hs_hash_end(&h);
}
