/* spec.c - a spec against a network: what would go wrong is said before anything runs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/layer.h"
#include "propagate/objective.h"
#include "propagate/moments.h"
#include "propagate/walk.h"

#include "base/text.h"
#include "net/op.h"
#include "tensor/product.h"
#include "weights/weights.h"

#include <stdio.h>
#include <string.h>

size_t hs_spec_layers(const struct hs_net *net, const struct hs_spec *s, size_t *node)
{
    size_t n = 0;
    for (size_t i = 0; i < net->nodes; i++) {
        struct hs_layer l;
        if (hs_layer_resolve(net, s, (int)i, &l)) node[n++] = i;
    }
    return n;
}

static bool matches_something(const struct hs_net *net, const char *glob)
{
    for (size_t i = 0; i < net->nodes; i++)
        if (!net->node[i].hidden && hs_text_match(glob, net->node[i].name)) return true;
    return false;
}

static enum hs_status no_match(const struct hs_net *net, const char *what, const char *glob, struct hs_err *e)
{
    const char **name = hs_alloc_zeroed(net->nodes + 1, sizeof *name);
    if (!name) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0, k = 0; i < net->nodes; i++)
        if (!net->node[i].hidden) name[k++] = net->node[i].name;
    const char *near = hs_text_nearest(glob, name);
    hs_free(name);
    return HS_FAIL(e, HS_ECONFIG, "%s: no node of %s matches '%s'%s%s%s", what, net->name, glob,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static enum hs_status check_globs(const struct hs_net *net, const struct hs_spec *s, struct hs_err *e)
{
    for (size_t i = 0; i < s->rules; i++)
        if (!matches_something(net, s->rule[i].match)) return no_match(net, "scheme.overrides", s->rule[i].match, e);
    for (size_t i = 0; i < s->sites; i++)
        if (!matches_something(net, s->site[i].match)) return no_match(net, "scheme.sites", s->site[i].match, e);
    for (size_t i = 0; i < s->skips; i++)
        if (strcmp(s->skip[i], "norm") && !hs_op_find(s->skip[i]) && !matches_something(net, s->skip[i]))
            return no_match(net, "scheme.skip", s->skip[i], e);
    return HS_OK;
}

static enum hs_status check_side(const char *node, const char *what, const struct hs_side *side, bool is_weight,
                                 bool has_calibration, struct hs_err *e)
{
    if (is_weight && side->granularity == HS_PER_TOKEN)
        return HS_FAIL(e, HS_ECONFIG, "%s of %s: granularity token is for activations", what, node);
    if (is_weight && side->dynamic)
        return HS_FAIL(e, HS_ECONFIG, "%s of %s: dynamic grids are for activations", what, node);
    if (!hs_side_is_static(side, is_weight)) return HS_OK;
    if (!side->strategy) return HS_FAIL(e, HS_ECONFIG, "%s of %s: a calibration strategy is needed", what, node);
    if (!is_weight && !has_calibration)
        return HS_FAIL(e, HS_ECONFIG, "%s of %s: a static grid needs data.calibration", what, node);
    return HS_OK;
}

/* A method that is for some layers alone says so. Where there are no moments another takes its place. */
static enum hs_status check_method(const struct hs_net *net, const struct hs_layer *l, struct hs_err *e)
{
    const struct hs_node *n = &net->node[l->node];
    if (!l->method->check || !hs_moments_exist(net, n)) return HS_OK;
    const struct hs_shape *w = &hs_node_param(net, n, "weight")->value.shape;
    size_t groups = ((const struct hs_taps *)n->plan)->groups;
    if (l->method->check(w->dim[0] / groups, hs_shape_count(w) / w->dim[0], l->method_knob, e))
        return hs_err_where(e, "weights of %s", n->name);
    return HS_OK;
}

static enum hs_status check_layer(const struct hs_net *net, const struct hs_spec *s, const struct hs_layer *l,
                                  bool has_calibration, struct hs_err *e)
{
    const char *name = net->node[l->node].name;
    if (l->weights) HS_TRY(check_side(name, "weights", &l->weight_side, true, true, e));
    if (l->weights && !l->method) return HS_FAIL(e, HS_ECONFIG, "weights of %s: a method is needed", name);
    if (l->weights && hs_weights_needs(l->method, l->method_knob) != HS_WEIGHTS_NOTHING && !has_calibration)
        return HS_FAIL(e, HS_ECONFIG, "method: %s looks at what %s reads: data.calibration is needed", l->method->name, name);
    if (l->weights) HS_TRY(check_method(net, l, e));
    if (l->inputs) HS_TRY(check_side(name, "input", &l->input_side, false, has_calibration, e));
    if (l->output) HS_TRY(check_side(name, "output", &l->output_side, false, has_calibration, e));
    (void)s;
    return HS_OK;
}

/* An explicit order names every layer once. */
static enum hs_status check_names(const struct hs_net *net, const struct hs_spec *s, const size_t *layer, size_t layers,
                                  struct hs_err *e)
{
    size_t listed = 0;
    for (const char *const *name = s->order.names; name && *name; name++, listed++) {
        int node = hs_net_find(net, *name);
        bool is_layer = false;
        for (size_t i = 0; i < layers; i++) is_layer |= (int)layer[i] == node;
        if (node < 0) return no_match(net, "order.explicit", *name, e);
        if (!is_layer) return HS_FAIL(e, HS_ECONFIG, "order.explicit: %s is not quantized in this scheme", *name);
        for (const char *const *other = s->order.names; other < name; other++)
            if (strcmp(*other, *name) == 0) return HS_FAIL(e, HS_ECONFIG, "order.explicit: %s is listed twice", *name);
    }
    if (listed == layers) return HS_OK;
    struct hs_text missing = {0};
    for (size_t i = 0; i < layers; i++) {
        bool found = false;
        for (const char *const *name = s->order.names; name && *name; name++)
            found |= strcmp(*name, net->node[layer[i]].name) == 0;
        if (!found) hs_text_add(&missing, " %s", net->node[layer[i]].name);
    }
    HS_FAIL(e, HS_ECONFIG, "order.explicit lists %zu of %zu layers; missing:%s", listed, layers,
            missing.s ? missing.s : "");
    hs_text_free(&missing);
    return e->status;
}

/* What a file of given scales must say of a site: something, for as many parts as there are. */
static void check_given(const struct hs_side *side, const char *layer, const char *site, size_t parts,
                        struct hs_text *wrong)
{
    const struct hs_given_site *s = hs_given_find(side->given, layer, site);
    const char *comma = wrong->n ? ", " : "";
    if (!s)
        hs_text_add(wrong, "%s%s/%s is missing", comma, layer, site);
    else if (s->n != 1 && s->n != parts)
        hs_text_add(wrong, "%s%s/%s has %zu scales where 1 or %zu are needed", comma, layer, site, s->n, parts);
}

/* What a file of rounded weights must say: values for each weight, in its shape. */
static void check_given_weight(const struct hs_layer *l, const char *layer, const char *name, const struct hs_tensor *w,
                               struct hs_text *wrong)
{
    const struct hs_given_site *s = l->method_given ? hs_given_find(l->method_given, layer, name) : NULL;
    const char *comma = wrong->n ? ", " : "";
    char have[128], need[128];
    if (!s || !s->rounded.data)
        hs_text_add(wrong, "%sno rounded values of %s/%s", comma, layer, name);
    else if (!hs_shape_equal(&s->rounded.shape, &w->shape))
        hs_text_add(wrong, "%s%s/%s is %s where %s is needed", comma, layer, name, hs_shape_text(&s->rounded.shape, have),
                    hs_shape_text(&w->shape, need));
}

static void check_given_layer(const struct hs_net *net, const struct hs_layer *l, const char **path, struct hs_text *wrong)
{
    const struct hs_node *n = &net->node[l->node];
    for (const struct hs_param_rule *p = n->op->param; l->weights && l->weight_side.given && p && p->name; p++) {
        const struct hs_param *v = p->is_weight ? hs_node_param(net, n, p->name) : NULL;
        if (!v || !hs_side_is_static(&l->weight_side, true)) continue;
        struct hs_parts parts = hs_weight_parts(&v->value, p->channel_axis, &l->weight_side);
        check_given(&l->weight_side, n->name, p->name, hs_parts_count(&parts), wrong);
        *path = l->weight_side.given->path;
    }
    for (const struct hs_param_rule *p = n->op->param; l->weights && l->method->takes_file && p && p->name; p++) {
        const struct hs_param *v = p->is_weight ? hs_node_param(net, n, p->name) : NULL;
        if (v) check_given_weight(l, n->name, p->name, &v->value, wrong);
        *path = l->method_given ? l->method_given->path : "no file";
    }
    for (int i = 0; i < l->inputs && l->input_side.given && hs_side_is_static(&l->input_side, false); i++) {
        char site[24] = "input";
        if (i) snprintf(site, sizeof site, "input%d", i);
        struct hs_parts parts = hs_activation_parts(hs_net_shape(net, n->input[i]), &l->input_side);
        check_given(&l->input_side, n->name, site, hs_parts_count(&parts), wrong);
        *path = l->input_side.given->path;
    }
    if (!l->output || !l->output_side.given || !hs_side_is_static(&l->output_side, false)) return;
    struct hs_parts parts = hs_activation_parts(&n->out[0], &l->output_side);
    check_given(&l->output_side, n->name, "output", hs_parts_count(&parts), wrong);
    *path = l->output_side.given->path;
}

static enum hs_status check_layers(const struct hs_net *net, const struct hs_spec *s, bool has_calibration,
                                   size_t *layer, struct hs_err *e)
{
    size_t layers = hs_spec_layers(net, s, layer);
    struct hs_text wrong = {0};
    const char *path = NULL;
    for (size_t i = 0; i < layers && !e->status; i++) {
        struct hs_layer l;
        hs_layer_resolve(net, s, (int)layer[i], &l);
        if (!check_layer(net, s, &l, has_calibration, e)) check_given_layer(net, &l, &path, &wrong);
    }
    if (!e->status && wrong.n) HS_FAIL(e, HS_ECONFIG, "given by %s: %s", path, wrong.s ? wrong.s : "");
    hs_text_free(&wrong);
    if (e->status) return e->status;
    if (s->order.type->takes_names) HS_TRY(check_names(net, s, layer, layers, e));
    return HS_OK;
}

enum hs_status hs_spec_check(const struct hs_net *net, const struct hs_spec *s, bool has_calibration, struct hs_err *e)
{
    HS_TRY(check_globs(net, s, e));
    if (hs_spec_looks_beyond(s) && !has_calibration)
        return HS_FAIL(e, HS_ECONFIG, "objective: %s looks at outputs: data.calibration is needed", s->objective.type->name);
    if (hs_order_needs_data(s->order.type, s->order.knob) && !has_calibration)
        return HS_FAIL(e, HS_ECONFIG, "order %s looks at errors on calibration data: data.calibration is needed",
                       s->order.type->name);
    size_t *layer = hs_alloc(net->nodes, sizeof *layer);
    if (!layer) return HS_OUT_OF_MEMORY(e);
    check_layers(net, s, has_calibration, layer, e);
    hs_free(layer);
    return e->status;
}
