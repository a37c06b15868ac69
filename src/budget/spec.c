/* spec.c - an assignment as rules of a spec, what a choice must keep to, and what of it decides results. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "budget/model.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

enum hs_status hs_budget_spec(const struct hs_net *net, const struct hs_spec *s, bool both, const struct hs_format *const *format,
                              struct hs_arena *arena, struct hs_spec *out, struct hs_err *e)
{
    struct hs_rule *rule = HS_NEW(arena, s->rules + net->nodes, struct hs_rule);
    if (!rule) return HS_OUT_OF_MEMORY(e);
    if (s->rules) memcpy(rule, s->rule, s->rules * sizeof *rule);
    *out = *s, out->rule = rule;
    for (size_t i = 0, k = 0; i < net->nodes; i++) {
        struct hs_layer l;
        if (!hs_layer_resolve(net, s, (int)i, &l)) continue;
        const struct hs_format *f = format[k++];
        if (!hs_budget_chooses(&l, both)) continue;
        struct hs_rule *r = &rule[out->rules++];
        *r = (struct hs_rule){.match = hs_text_literal(arena, net->node[i].name), .sets_weights = l.weights,
                              .sets_activations = both && l.inputs};
        if (!r->match) return HS_OUT_OF_MEMORY(e);
        hs_budget_set(&l, f, both);
        r->weights = l.weight_side, r->activations = l.input_side;
    }
    return HS_OK;
}

/* The least that an assignment costs without metadata, and what float32 costs. */
static double least_codes(const struct hs_net *net, const struct hs_spec *s, const struct hs_budget_choice *c, double *whole)
{
    double sum = 0;
    *whole = 0;
    for (size_t i = 0; i < net->nodes; i++) {
        struct hs_layer l;
        if (!hs_layer_resolve(net, s, (int)i, &l)) continue;
        bool chooses = hs_budget_chooses(&l, c->both);
        double least = chooses ? INFINITY : hs_budget_codes(net, &l, c->of);
        for (size_t k = 0; chooses && k < c->formats; k++) {
            struct hs_layer at = l;
            hs_budget_set(&at, c->format[k], c->both);
            least = fmin(least, hs_budget_codes(net, &at, c->of));
        }
        sum += least, *whole += hs_budget_float(net, &l, c->of);
    }
    return sum;
}

static bool chooses_any(const struct hs_net *net, const struct hs_spec *s, bool both)
{
    struct hs_layer l;
    for (size_t i = 0; i < net->nodes; i++)
        if (hs_layer_resolve(net, s, (int)i, &l) && hs_budget_chooses(&l, both)) return true;
    return false;
}

static enum hs_status check_shares(const struct hs_net *net, const struct hs_spec *s, const struct hs_budget_choice *c,
                                   struct hs_err *e)
{
    double whole, least = least_codes(net, s, c, &whole);
    if (!(whole > 0) || !chooses_any(net, s, c->both))
        return HS_FAIL(e, HS_ECONFIG, "budget: there is nothing to choose a format for in %s", net->name);
    for (size_t i = 0; i < c->shares; i++)
        if (floor(c->share[i] * whole) < least)
            return HS_FAIL(e, HS_ECONFIG, "budget.at: %.9g of float32 is below the cheapest assignment of %s: %.4g%s", c->share[i],
                           net->name, least / whole, c->of == HS_BUDGET_MEMORY ? " without any scale" : "");
    return HS_OK;
}

enum hs_status hs_budget_check(const struct hs_net *net, const struct hs_spec *s, const struct hs_budget_choice *c,
                               bool has_calibration, struct hs_err *e)
{
    struct hs_arena *arena = hs_arena_open();
    const struct hs_format **format = arena ? HS_NEW(arena, net->nodes, const struct hs_format *) : NULL;
    if (!format) HS_OUT_OF_MEMORY(e);
    else if (!has_calibration) HS_FAIL(e, HS_ECONFIG, "budget: formats are chosen on calibration data: data.calibration is needed");
    else check_shares(net, s, c, e);
    for (size_t k = 0; k < c->formats && !e->status; k++) {
        struct hs_spec uniform;
        for (size_t i = 0; i < net->nodes; i++) format[i] = c->format[k];
        if (hs_budget_spec(net, s, c->both, format, arena, &uniform, e)) break;
        uniform.order = (struct hs_order_choice){.type = hs_order_find("forward", e)}; /* checked with the trial's own spec */
        if (uniform.order.type && hs_spec_check(net, &uniform, true, e))
            hs_err_where(e, "budget.formats: %s", c->format[k] ? c->format[k]->name : "none");
    }
    hs_arena_close(arena);
    return e->status;
}

void hs_budget_hash(const struct hs_budget_choice *c, struct hs_hash *h)
{
    hs_hash_text(h, "budget 1");
    hs_hash_int(h, c->of), hs_hash_int(h, c->both), hs_hash_int(h, (int64_t)c->formats);
    for (size_t i = 0; i < c->formats; i++) {
        hs_hash_text(h, c->format[i] ? c->format[i]->name : NULL);
        if (c->format[i]) hs_hash_int(h, c->format[i]->version);
    }
    hs_hash_int(h, (int64_t)c->shares);
    for (size_t i = 0; i < c->shares; i++) hs_hash_real(h, c->share[i]);
    for (size_t i = 0; i < c->searches; i++) {
        const struct hs_budget_search_choice *s = &c->search[i];
        hs_hash_text(h, s->type->name), hs_hash_int(h, s->type->version);
        for (int k = 0; s->type->knob && s->type->knob[k].name; k++) hs_hash_real(h, s->knob[k]);
    }
}
