/* rewrite.c - the networks that a plan's transforms make: each once, for all trials that ask for it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "experiment/inputs.h"
#include "experiment/plan.h"

#include "transform/transform.h"

#include <string.h>

struct hs_variant {
    const struct hs_transform_type *type;
    double knob[HS_MAX_KNOBS];
    size_t network, draw; /* draw: 0 where the transform looks at no data */
    struct hs_net net;
};

static bool is_same(const struct hs_variant *v, const struct hs_trial *t, size_t draw)
{
    bool same = v->type == t->transform && v->network == t->network && v->draw == draw;
    for (int k = 0; same && t->transform->knob && t->transform->knob[k].name; k++)
        same = v->knob[k] == t->transform_knob[k];
    return same;
}

static size_t transformed(const struct hs_plan *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->trials; i++) n += p->trial[i].transform != NULL;
    return n;
}

enum hs_status hs_plan_rewrite(struct hs_plan *p, const struct hs_inputs *in, struct hs_trial *t, struct hs_err *e)
{
    const struct hs_net *net = &in->net[t->network];
    t->net = net, t->variant = 0;
    if (!t->transform) return HS_OK;
    size_t draw = t->transform->needs_data ? t->draw : 0;
    for (size_t i = 0; i < p->variants && !t->variant; i++)
        if (is_same(&p->variant[i], t, draw)) t->variant = i + 1;
    if (!t->variant) {
        if (!p->variant) p->variant = HS_NEW(p->arena, transformed(p), struct hs_variant);
        if (!p->variant) return HS_OUT_OF_MEMORY(e);
        struct hs_variant *v = &p->variant[p->variants];
        const struct hs_data *seen = hs_inputs_calibration(in, t->network, t->draw);
        *v = (struct hs_variant){.type = t->transform, .network = t->network, .draw = draw};
        memcpy(v->knob, t->transform_knob, sizeof v->knob);
        HS_TRY(hs_transform(t->transform, v->knob, net, seen ? seen->input : NULL, &v->net, e));
        t->variant = ++p->variants;
    }
    t->net = &p->variant[t->variant - 1].net;
    return HS_OK;
}

void hs_plan_close_variants(struct hs_plan *p)
{
    for (size_t i = 0; i < p->variants; i++) hs_net_close(&p->variant[i].net);
    p->variants = 0;
}
