/* sensitivity.c - what a layer's rounding does, and three guesses that cost less or more. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/sensitivity.h"

#include "base/rng.h"
#include "order/order.h"
#include "propagate/calibrate.h"
#include "propagate/moments.h"
#include "propagate/walk.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DRAWS = 4 };
static const double step = 0x1p-10; /* of the weight's root mean square: small beside it, large beside float32's rounding */

/* The weights of a layer as they are, and as its quantizer leaves them. */
struct pair {
    const struct hs_tensor *was[HS_MAX_INPUTS], *got;
    size_t n;
};

static struct pair pair_of(const struct hs_lab *l, int node, const struct hs_weights *w)
{
    const struct hs_node *n = &l->net->node[node];
    struct pair p = {.got = w ? w->value : NULL};
    for (const struct hs_param_rule *r = n->op->param; r && r->name; r++) {
        const struct hs_param *v = r->is_weight ? hs_node_param(l->net, n, r->name) : NULL;
        if (v && p.n < HS_MAX_INPUTS) p.was[p.n++] = &v->value;
    }
    if (w && w->sites < p.n) p.n = w->sites;
    return p;
}

static void errors(const struct pair *p, double *error, double *power, double *values)
{
    *error = *power = *values = 0;
    for (size_t k = 0; k < p->n; k++)
        for (size_t i = 0; i < hs_shape_count(&p->was[k]->shape); i++, *values += 1) {
            double w = (double)p->was[k]->data[i], d = p->got ? (double)p->got[k].data[i] - w : 0;
            *error += d * d, *power += w * w;
        }
}

static double share(double error, double power) { return power > 0 ? error / power : 0; }

double hs_weight_error(const struct hs_lab *l, int node, const struct hs_weights *w)
{
    struct pair p = pair_of(l, node, w);
    double error, power, values;
    errors(&p, &error, &power, &values);
    return share(error, power);
}

/* sum over outputs of d M d', for d the rows of the weight's error or of the weight. */
static double in_moments(const double *row, const double *m, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double dot = 0;
        for (size_t j = 0; j < n; j++) dot += m[i * n + j] * row[j];
        sum += row[i] * dot;
    }
    return sum;
}

static enum hs_status projected(struct hs_lab *l, int node, const struct pair *p, double *figure, struct hs_err *e)
{
    const struct hs_node *n = &l->net->node[node];
    struct hs_moments m = {0};
    HS_TRY(hs_lab_moments(l, n, &l->floating, NULL, HS_WEIGHTS_MOMENTS, &m, e));
    size_t columns = m.columns, outs = p->was[0]->shape.dim[0], per = outs / m.groups;
    double *row = hs_alloc(2 * columns, sizeof *row), sum[2] = {0, 0};
    if (!row) HS_OUT_OF_MEMORY(e);
    for (size_t o = 0; row && o < outs; o++) {
        for (size_t j = 0; j < columns; j++) {
            row[columns + j] = (double)p->was[0]->data[o * columns + j];
            row[j] = (double)p->got[0].data[o * columns + j] - row[columns + j];
        }
        const double *of = m.moments + o / per * columns * columns;
        for (int k = 0; k < 2; k++) sum[k] += in_moments(row + (size_t)k * columns, of, columns);
    }
    *figure = share(sum[0], sum[1]);
    hs_free(row);
    hs_moments_free(&m);
    return e->status;
}

/* The layer's weights moved by +-size, each by a random sign of the draw's stream. */
static enum hs_status moved(struct hs_lab *l, const struct hs_spec *spec, int node, const struct pair *p, int draw,
                            double size, struct hs_weights **out, struct hs_err *e)
{
    const struct hs_node *n = &l->net->node[node];
    struct hs_weights *w = hs_alloc_zeroed(1, sizeof *w);
    char name[64];
    struct hs_hash h;
    snprintf(name, sizeof name, "order/trace/%d/%d", node, draw);
    gsl_rng *r = hs_rng_open(spec->seed, name);
    *out = w;
    if (w) w->node = node, w->value = hs_alloc_zeroed(p->n, sizeof *w->value);
    if (!w || !w->value || !r) HS_OUT_OF_MEMORY(e);
    for (size_t k = 0; k < p->n && !e->status; k++) {
        if (hs_tensor_copy(&w->value[k], p->was[k], e)) break;
        for (size_t i = 0; i < hs_shape_count(&p->was[k]->shape); i++)
            w->value[k].data[i] += (float)(gsl_rng_uniform(r) < .5 ? -size : size);
    }
    gsl_rng_free(r);
    if (e->status) return e->status;
    hs_hash_begin(&h, "moved weights");
    hs_hash_text(&h, name), hs_hash_int(&h, (int64_t)spec->seed), hs_hash_key(&h, n->digest);
    w->key = hs_hash_end(&h);
    return n->op->pack(l->net, n, w->value, &w->packed, e);
}

static void free_moved(const struct hs_lab *l, struct hs_weights *w, size_t n)
{
    for (size_t k = 0; w && w->value && k < n; k++) hs_tensor_free(&w->value[k]);
    if (w && w->packed) l->net->node[w->node].op->unpack(w->packed);
    if (w) hs_free(w->value);
    hs_free(w);
}

/* Mean over draws of ||f(W + size v) - f||^2 / size^2 = v' J'J v: the trace of J'J (Hutchinson 1990), over the output's power. */
static enum hs_status trace(struct hs_lab *l, const struct hs_spec *spec, int node, const struct pair *p, double size,
                            double *sum, double *networks, struct hs_err *e)
{
    struct hs_state state;
    *sum = 0;
    HS_TRY(hs_state_open(l, &state, e));
    for (int d = 0; d < DRAWS && !e->status; d++) {
        struct hs_weights *w = NULL;
        struct hs_quant q = {0};
        double relative = 0;
        if (!moved(l, spec, node, p, d, size, &w, e)) {
            q.weights = w;
            hs_quant_sign(&q);
            hs_state_set(l, &state, node, &q);
            hs_lab_output_error(l, HS_CALIBRATION, &state, &relative, e);
        }
        *sum += relative / (size * size) / DRAWS, *networks += 1;
        free_moved(l, w, p->n);
    }
    hs_state_close(&state);
    return e->status;
}

static enum hs_status guess(struct hs_lab *l, const struct hs_spec *spec, const struct hs_layer *layer,
                            enum hs_order_figure by, double *figure, double *networks, struct hs_err *e)
{
    struct hs_shared_inputs none = {.n = 0};
    struct hs_quant q;
    double error, power, values, sum;
    *figure = 0;
    if (!layer->weights) return HS_OK;
    HS_TRY(hs_lab_calibrate(l, spec, layer, &l->floating, &none, false, &q, e));
    struct pair p = pair_of(l, layer->node, q.weights);
    errors(&p, &error, &power, &values);
    *figure = share(error, power);
    if (by == HS_BY_PROJECTED && hs_moments_exist(l->net, &l->net->node[layer->node])) return projected(l, layer->node, &p, figure, e);
    if (by != HS_BY_TRACE || !(power > 0)) return HS_OK;
    HS_TRY(trace(l, spec, layer->node, &p, step * sqrt(power / values), &sum, networks, e));
    *figure = sum / values * error;
    return HS_OK;
}

enum hs_status hs_lab_sensitivity(struct hs_lab *l, const struct hs_spec *spec, const struct hs_layer *layer, size_t layers,
                                  double *figure, double *networks, struct hs_err *e)
{
    enum hs_order_figure by = spec->order.type->figure(spec->order.knob);
    if (by == HS_BY_SOLO) {
        *networks += (double)layers;
        return hs_lab_solo(l, spec, figure, e);
    }
    for (size_t i = 0; i < layers; i++) HS_TRY(guess(l, spec, &layer[i], by, &figure[i], networks, e));
    return HS_OK;
}
