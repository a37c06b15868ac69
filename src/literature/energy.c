/* energy.c - operations and bytes of a network times picojoules. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/energy.h"

#include "net/op.h"

const struct hs_energy_type hs_energy_roster[] = {
    {.name = "float32", .note = "", .multiply = 3.7, .add = 0.9, .weight_bytes = 4, .value_bytes = 4},
    {.name = "float16", .note = "sums in float16", .multiply = 1.1, .add = 0.4, .weight_bytes = 2, .value_bytes = 2},
    {.name = "int8", .note = "sums in int32", .multiply = 0.2, .add = 0.1, .weight_bytes = 1, .value_bytes = 1},
    {.name = "int4 weights, int8 activations", .note = "products at the price of int8: none is published for int4", .multiply = 0.2,
     .add = 0.1, .weight_bytes = 0.5, .value_bytes = 1},
    {.name = NULL},
};

/* Values of the weights; biases and the like stay float32 whatever the format, and are few. */
static void add_weights(const struct hs_net *net, const struct hs_node *n, const struct hs_energy_type *t, struct hs_energy *e)
{
    for (const struct hs_param_rule *p = n->op->param; p && p->name; p++) {
        const struct hs_param *v = hs_node_param(net, n, p->name);
        if (v) e->weight_bytes += (p->is_weight ? t->weight_bytes : 4) * (double)hs_shape_count(&v->value.shape);
    }
}

struct hs_energy hs_energy_of(const struct hs_net *net, const struct hs_energy_type *t)
{
    struct hs_energy e = {0};
    for (size_t i = 0; i < net->nodes; i++) {
        const struct hs_node *n = &net->node[i];
        double products = n->op->products ? n->op->products(net, n) : 0;
        if (!(products > 0)) continue;
        e.products += products;
        add_weights(net, n, t, &e);
        for (size_t k = 0; k < n->inputs; k++)
            e.value_bytes += t->value_bytes * (double)hs_shape_row(hs_net_shape(net, n->input[k]));
        for (int k = 0; k < n->results; k++) e.value_bytes += t->value_bytes * (double)hs_shape_row(&n->out[k]);
    }
    e.arithmetic = e.products * (t->multiply + t->add);
    e.weights = e.weight_bytes * HS_ENERGY_DRAM;
    e.values = e.value_bytes * HS_ENERGY_CACHE;
    e.total = e.arithmetic + e.weights + e.values;
    return e;
}
