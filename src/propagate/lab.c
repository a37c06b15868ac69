/* lab.c - opens and closes a lab: float parameters packed, chains found, chunks sized to the memory. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/lab.h"
#include "propagate/chain.h"
#include "propagate/codes.h"

#include <math.h>
#include <string.h>

static enum hs_status pack_floats(struct hs_lab *l, struct hs_err *e)
{
    for (size_t i = 0; i < l->net->nodes; i++) {
        const struct hs_node *n = &l->net->node[i];
        if (n->op->pack && n->op->pack(l->net, n, NULL, &l->packed[i], e)) return hs_err_where(e, "%s", n->name);
    }
    return HS_OK;
}

static void find_users(struct hs_lab *l)
{
    size_t nodes = l->net->nodes;
    for (size_t i = 0; i < nodes; i++)
        for (size_t k = 0; k < l->net->node[i].inputs; k++) {
            int from = l->net->node[i].input[k].node;
            if (from < 0) continue;
            l->users[from]++;
            l->reaches[(size_t)from * nodes + i] = true;
            for (size_t a = 0; a < nodes; a++)
                if (l->reaches[a * nodes + (size_t)from]) l->reaches[a * nodes + i] = true;
        }
    for (size_t i = 0; i < l->net->outputs; i++)
        if (l->net->output[i].node >= 0) l->users[l->net->output[i].node]++;
}

/* A chunk's results of all nodes should fit the memory a few times over: once for the float network, once for the
 * quantized one, and some to keep. */
static size_t chunk_rows(const struct hs_net *net, const struct hs_data *d, size_t memory)
{
    size_t row = 1;
    for (size_t i = 0; i < net->nodes; i++)
        for (int r = 0; r < net->node[i].results; r++) row += hs_shape_row(&net->node[i].out[r]) * sizeof(float);
    size_t rows = memory / 4 / row;
    return rows < 1 ? 1 : rows > d->n ? d->n : rows;
}

static enum hs_status allocate(struct hs_lab *l, struct hs_err *e)
{
    size_t n = l->net->nodes;
    l->packed = HS_NEW(l->arena, n, struct hs_packed *);
    l->chain = HS_NEW(l->arena, n, struct hs_chain);
    l->users = HS_NEW(l->arena, n, int);
    l->reaches = HS_NEW(l->arena, n * n, bool);
    l->power = HS_NEW(l->arena, n, double);
    l->seen = hs_seen_open();
    if (!l->packed || !l->chain || !l->users || !l->reaches || !l->power || !l->seen) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) l->power[i] = NAN;
    return HS_OK;
}

static enum hs_status prepare(struct hs_lab *l, size_t memory, struct hs_err *e)
{
    HS_TRY(allocate(l, e));
    for (int s = 0; s < 2; s++) {
        if (!l->data[s]) continue;
        l->chunk[s] = chunk_rows(l->net, l->data[s], memory);
        l->chunks[s] = l->data[s]->n ? (l->data[s]->n + l->chunk[s] - 1) / l->chunk[s] : 0;
    }
    HS_TRY(pack_floats(l, e));
    find_users(l);
    for (int i = 0; i < (int)l->net->nodes; i++) HS_TRY(hs_chain_find(l, i, &l->chain[i], e));
    return hs_state_open(l, &l->floating, e);
}

enum hs_status hs_lab_open(const struct hs_net *net, const struct hs_data *calibration, const struct hs_data *evaluation,
                           size_t memory, struct hs_lab **out, struct hs_err *e)
{
    struct hs_lab *l = hs_alloc_zeroed(1, sizeof *l);
    if (!l) return HS_OUT_OF_MEMORY(e);
    l->net = net, l->data[HS_CALIBRATION] = calibration, l->data[HS_EVALUATION] = evaluation;
    l->arena = hs_arena_open();
    l->keep = hs_keep_open(memory);
    if (!l->arena || !l->keep) HS_OUT_OF_MEMORY(e);
    if (e->status || prepare(l, memory, e)) {
        hs_lab_close(l);
        return e->status;
    }
    *out = l;
    return HS_OK;
}

static void free_site(struct hs_site *s)
{
    hs_grid_free(&s->grid);
    hs_free(s);
}

static void free_weights(const struct hs_net *net, struct hs_weights *w)
{
    for (size_t i = 0; i < w->sites; i++) {
        if (w->value) hs_tensor_free(&w->value[i]);
        if (w->site && w->site[i]) free_site(w->site[i]);
    }
    hs_tensor_free(&w->bias);
    if (w->packed) net->node[w->node].op->unpack(w->packed);
    hs_codes_close(w->codes);
    hs_free(w->value);
    hs_free(w->site);
    hs_free(w);
}

void hs_weights_free(const struct hs_lab *l, struct hs_weights *w) { free_weights(l->net, w); }
void hs_site_free(struct hs_site *s) { free_site(s); }

static void free_tables(struct hs_lab *l)
{
    for (int b = 0; b < HS_TABLE; b++) {
        for (struct hs_site *s = l->sites[b], *next; s; s = next) next = s->next, free_site(s);
        for (struct hs_weights *w = l->weights[b], *next; w; w = next) next = w->next, free_weights(l->net, w);
        l->sites[b] = NULL, l->weights[b] = NULL;
    }
}

void hs_lab_close(struct hs_lab *l)
{
    if (!l) return;
    for (size_t i = 0; l->packed && i < l->net->nodes; i++)
        if (l->packed[i]) l->net->node[i].op->unpack(l->packed[i]);
    free_tables(l);
    hs_state_close(&l->floating);
    hs_seen_close(l->seen);
    hs_resamples_close(l->resamples);
    hs_keep_close(l->keep);
    hs_arena_close(l->arena);
    hs_free(l);
}

void hs_lab_forget(struct hs_lab *l)
{
    free_tables(l);
    hs_keep_clear(l->keep);
    hs_seen_clear(l->seen);
}

size_t hs_lab_rows(const struct hs_lab *l, enum hs_split s, size_t chunk)
{
    size_t left = l->data[s]->n - chunk * l->chunk[s];
    return left < l->chunk[s] ? left : l->chunk[s];
}
