/* oracle.c - the network after any sequence of layers: common beginnings stay, the rest is looked up or computed. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/objective.h"
#include "propagate/oracle.h"

#include <math.h>
#include <string.h>

struct hs_memo {
    struct hs_key key;
    double error[2]; /* calibration, evaluation; NaN: not measured yet */
};

static const struct hs_state *context(const struct hs_oracle *o)
{
    return o->spec->context == HS_CONTEXT_FLOAT ? &o->l->floating : &o->state[o->depth];
}

static void share(struct hs_oracle *o, const struct hs_layer *l, const struct hs_quant *q)
{
    for (int i = 0; i < l->inputs; i++) {
        o->inputs.at[o->inputs.n].ref = o->l->net->node[l->node].input[i];
        o->inputs.at[o->inputs.n].side = l->input_side;
        o->inputs.at[o->inputs.n++].site = q->input[i];
    }
}

static enum hs_status push(struct hs_oracle *o, size_t i, struct hs_err *e)
{
    struct hs_quant q;
    o->inputs.n = o->shared[o->depth];
    HS_TRY(hs_layer_settle(o->l, o->spec, &o->layer[i], context(o), &o->inputs, false, &q, e));
    share(o, &o->layer[i], &q);
    hs_state_copy(o->l, &o->state[o->depth + 1], &o->state[o->depth]);
    hs_state_set(o->l, &o->state[o->depth + 1], o->layer[i].node, &q);
    o->perm[o->depth++] = i;
    o->shared[o->depth] = o->inputs.n;
    return HS_OK;
}

static enum hs_status go(struct hs_oracle *o, const size_t *perm, size_t k, struct hs_err *e)
{
    size_t same = 0;
    while (same < k && same < o->depth && o->perm[same] == perm[same]) same++;
    o->depth = same;
    while (o->depth < k) HS_TRY(push(o, perm[o->depth], e));
    return HS_OK;
}

static enum hs_status memo_of(struct hs_oracle *o, struct hs_key key, struct hs_memo **out, struct hs_err *e)
{
    if (2 * (o->memos + 1) > o->room) {
        size_t room = o->room ? 2 * o->room : 64, n = o->room;
        struct hs_memo *old = o->memo, *more = HS_NEW(o->arena, room, struct hs_memo);
        if (!more) return HS_OUT_OF_MEMORY(e);
        o->memo = more, o->room = room, o->memos = 0;
        for (size_t i = 0; i < n; i++) {
            struct hs_memo *to;
            if (!old[i].key.hi && !old[i].key.lo) continue;
            HS_TRY(memo_of(o, old[i].key, &to, e));
            *to = old[i];
        }
    }
    size_t at = key.lo & (o->room - 1);
    while ((o->memo[at].key.hi || o->memo[at].key.lo) && !hs_key_equal(o->memo[at].key, key)) at = (at + 1) & (o->room - 1);
    if (!o->memo[at].key.hi && !o->memo[at].key.lo) {
        o->memo[at] = (struct hs_memo){.key = key, .error = {NAN, NAN}};
        o->memos++;
    }
    *out = &o->memo[at];
    return HS_OK;
}

static enum hs_status measure(struct hs_oracle *o, enum hs_split split, double *error, struct hs_err *e)
{
    const struct hs_state *s = &o->state[o->depth];
    struct hs_memo *m;
    HS_TRY(memo_of(o, s->sig[o->l->net->output[0].node], &m, e));
    if (isnan(m->error[split])) {
        HS_TRY(hs_lab_output_error(o->l, split, s, &m->error[split], e));
        o->networks += split == HS_CALIBRATION;
    }
    *error = m->error[split];
    return HS_OK;
}

static enum hs_status note(struct hs_oracle *o, double calibration, struct hs_err *e)
{
    if (o->tries == o->tries_room) {
        size_t room = 2 * o->tries_room + 64;
        struct hs_tried **more = HS_NEW(o->arena, room, struct hs_tried *);
        if (!more) return HS_OUT_OF_MEMORY(e);
        if (o->tries) memcpy(more, o->tried, o->tries * sizeof *more);
        o->tried = more, o->tries_room = room;
    }
    struct hs_tried *t = hs_arena_take(o->arena, 1, sizeof *t + o->layers * sizeof *t->perm);
    if (!t) return HS_OUT_OF_MEMORY(e);
    memcpy(t->perm, o->perm, o->layers * sizeof *t->perm);
    t->calibration = calibration, t->evaluation = NAN;
    if (o->score) HS_TRY(measure(o, HS_EVALUATION, &t->evaluation, e));
    o->tried[o->tries++] = t;
    return HS_OK;
}

static enum hs_status answer(struct hs_order_oracle *ask, const size_t *perm, size_t k, double *error, struct hs_err *e)
{
    struct hs_oracle *o = (struct hs_oracle *)(void *)ask;
    HS_TRY(go(o, perm, k, e));
    HS_TRY(measure(o, HS_CALIBRATION, error, e));
    return k == o->layers ? note(o, *error, e) : HS_OK;
}

enum hs_status hs_oracle_open(struct hs_oracle *o, struct hs_lab *l, const struct hs_spec *spec,
                              struct hs_layer *layer, size_t layers, struct hs_arena *arena, bool score,
                              struct hs_err *e)
{
    size_t inputs = 0;
    for (size_t i = 0; i < layers; i++) inputs += (size_t)layer[i].inputs;
    *o = (struct hs_oracle){.ask = {answer}, .l = l, .spec = spec, .layer = layer, .arena = arena, .score = score};
    o->state = HS_NEW(arena, layers + 1, struct hs_state);
    o->perm = HS_NEW(arena, layers, size_t);
    o->shared = HS_NEW(arena, layers + 1, size_t);
    o->inputs.at = hs_arena_take(arena, inputs, sizeof *o->inputs.at);
    if (!o->state || !o->perm || !o->shared || !o->inputs.at) return HS_OUT_OF_MEMORY(e);
    o->layers = layers;
    for (size_t d = 0; d <= layers; d++) HS_TRY(hs_state_open(l, &o->state[d], e));
    return HS_OK;
}

void hs_oracle_close(struct hs_oracle *o)
{
    for (size_t d = 0; o->state && d <= o->layers; d++) hs_state_close(&o->state[d]);
    o->state = NULL;
}
