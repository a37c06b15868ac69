/* cost.c - what a layer costs: bits of its weights, or bit operations a sample. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "budget/model.h"

#include "net/op.h"
#include "propagate/calibrate.h"

#include <math.h>

const char *const hs_budget_of_names[] = {"memory", "bitops", NULL};

bool hs_budget_chooses(const struct hs_layer *l, bool both) { return l->weights || (both && l->inputs); }

void hs_budget_set(struct hs_layer *l, const struct hs_format *f, bool both)
{
    if (l->weights) l->weight_side.format = f, l->weights = f != NULL;
    if (both && l->inputs) l->input_side.format = f, l->inputs = f ? l->inputs : 0;
}

static double elements(const struct hs_net *net, int node) { return hs_op_weights(net, &net->node[node]); }

static double products(const struct hs_net *net, int node)
{
    const struct hs_node *n = &net->node[node];
    return n->op->products ? n->op->products(net, n) : 0;
}

static double bits(bool quantized, const struct hs_side *s) { return quantized ? s->format->bits : 32; }

double hs_budget_float(const struct hs_net *net, const struct hs_layer *l, enum hs_budget_of of)
{
    return of == HS_BUDGET_MEMORY ? 32 * elements(net, l->node) : 32 * 32 * products(net, l->node);
}

/* A product of two activations has no weights: both its factors are inputs. */
double hs_budget_codes(const struct hs_net *net, const struct hs_layer *l, enum hs_budget_of of)
{
    double weight = bits(l->weights, &l->weight_side), input = bits(l->inputs > 0, &l->input_side);
    if (of == HS_BUDGET_MEMORY) return weight * elements(net, l->node);
    return (net->node[l->node].op->role == HS_ROLE_PRODUCT ? input : weight) * input * products(net, l->node);
}

double hs_budget_price_of(const struct hs_net *net, const struct hs_layer *l, const struct hs_quant *q, enum hs_budget_of of)
{
    if (of != HS_BUDGET_MEMORY || !l->weights || !q->weights) return hs_budget_codes(net, l, of);
    double sum = 0;
    for (size_t i = 0; i < q->weights->sites; i++) {
        size_t n = hs_shape_count(&q->weights->value[i].shape);
        sum += round((double)n * hs_grid_bits(&q->weights->site[i]->grid, n));
    }
    return sum;
}
