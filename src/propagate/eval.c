/* eval.c - computes the node results that are asked for, and no others: what is kept is not computed again, what lies
 * between the links of a chain is not even written down. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/codes.h"
#include "propagate/compute.h"
#include "propagate/rooms.h"

/* One pass over the network. Arrays have one entry a node. */
struct pass {
    struct hs_lab *l;
    enum hs_split split;
    size_t chunk;
    const struct hs_state *state;
    struct hs_kept **have;  /* [node * HS_MAX_RESULTS + result] */
    size_t some;            /* samples that go from node to node together */
    struct hs_rooms *rooms; /* in place of `have`, for `some` samples: what is not kept; or NULL */
    bool *wanted, *compute, *visited, *fused;
    int *stack;
};

static struct hs_key kept_key(const struct hs_lab *l, enum hs_split split, size_t chunk, struct hs_key sig, int result)
{
    struct hs_hash h;
    hs_hash_begin(&h, "kept");
    hs_hash_key(&h, sig);
    hs_hash_key(&h, l->data[split]->digest);
    hs_hash_int(&h, (int64_t)(chunk * l->chunk[split]));
    hs_hash_int(&h, result);
    return hs_hash_end(&h);
}

static void find_kept(struct hs_lab *l, enum hs_split split, size_t chunk, struct hs_key sig, int results,
                      struct hs_kept **have)
{
    for (int r = 0; r < results; r++) have[r] = hs_keep_find(l->keep, kept_key(l, split, chunk, sig, r));
    for (int r = 0; r < results; r++)
        if (!have[r]) {
            for (int k = 0; k < results; k++)
                if (have[k]) hs_keep_release(l->keep, have[k]), have[k] = NULL;
            return;
        }
}

/* May the chain that ends in node i stand for its links in this pass? Nothing between may be wanted, kept or quantized, and
 * its head computes values. */
static bool may_fuse(const struct pass *p, int i)
{
    const struct hs_chain *c = &p->l->chain[i];
    const struct hs_key none = {0, 0};
    if (c->head < 0 || p->state->quant[c->head].output) return false;
    if (hs_codes_used(&p->l->net->node[c->head], &p->state->quant[c->head])) return false;
    const int link[] = {c->bn, c->relu, c->pool, c->head};
    for (int k = 0; k < 4; k++) {
        int n = link[k];
        if (n < 0) continue;
        if (n != c->head && !hs_key_equal(p->state->quant[n].key, none)) return false;
        if (n == i) continue;
        if (p->wanted[n]) return false;
        struct hs_kept *kept = hs_keep_find(p->l->keep, kept_key(p->l, p->split, p->chunk, p->state->sig[n], 0));
        if (kept) return hs_keep_release(p->l->keep, kept), false;
    }
    return true;
}

static void mark(struct pass *p, const int *want, size_t n)
{
    const struct hs_net *net = p->l->net;
    size_t top = 0;
    for (size_t i = 0; i < n; i++) p->wanted[want[i]] = true;
    for (size_t i = 0; i < n; i++)
        if (!p->visited[want[i]]) p->visited[want[i]] = true, p->stack[top++] = want[i];
    while (top) {
        int i = p->stack[--top];
        struct hs_kept **have = &p->have[i * HS_MAX_RESULTS];
        find_kept(p->l, p->split, p->chunk, p->state->sig[i], net->node[i].results, have);
        if (have[0]) continue;
        p->compute[i] = true;
        p->fused[i] = may_fuse(p, i);
        const struct hs_node *source = &net->node[p->fused[i] ? p->l->chain[i].head : i];
        for (size_t k = 0; k < source->inputs; k++) {
            int from = source->input[k].node;
            if (from >= 0 && !p->visited[from]) p->visited[from] = true, p->stack[top++] = from;
        }
    }
}

static struct hs_tensor port_view(const struct hs_lab *l, enum hs_split split, size_t chunk, int port)
{
    struct hs_tensor t = l->data[split]->input[port];
    t.data += chunk * l->chunk[split] * hs_shape_row(&t.shape);
    t.shape.dim[0] = hs_lab_rows(l, split, chunk);
    return t;
}

static enum hs_status add_results(struct hs_lab *l, enum hs_split split, size_t chunk, int node, struct hs_key sig,
                                  struct hs_kept **have, struct hs_err *e)
{
    for (int r = 0; r < l->net->node[node].results; r++) {
        struct hs_shape shape = l->net->node[node].out[r];
        shape.dim[0] = hs_lab_rows(l, split, chunk);
        HS_TRY(hs_keep_add(l->keep, kept_key(l, split, chunk, sig, r), &shape, &have[r], e));
    }
    return HS_OK;
}

static void drop_results(struct hs_lab *l, int results, struct hs_kept **have)
{
    for (int r = 0; r < results; r++)
        if (have[r]) hs_keep_drop(l->keep, have[r]), have[r] = NULL;
}

static enum hs_status compute_into(struct hs_lab *l, enum hs_split split, size_t chunk, int node, struct hs_key sig,
                                   const struct hs_quant *q, const struct hs_tensor *in, struct hs_kept **have,
                                   struct hs_err *e)
{
    struct hs_tensor out[HS_MAX_RESULTS];
    int results = l->net->node[node].results;
    if (add_results(l, split, chunk, node, sig, have, e) == HS_OK) {
        for (int r = 0; r < results; r++) out[r] = have[r]->t;
        hs_compute(l, chunk * l->chunk[split], node, q, NULL, in, out, e);
    }
    if (e->status) drop_results(l, results, have);
    return e->status;
}

static const struct hs_node *source_of(const struct pass *p, int i)
{
    return &p->l->net->node[p->fused[i] ? p->l->chain[i].head : i];
}

/* Samples `from` to from + rows of a result, or where they are to be written. */
static struct hs_tensor some_rows(const struct pass *p, struct hs_ref r, size_t from, size_t rows)
{
    struct hs_kept *have = r.node < 0 ? NULL : p->have[r.node * HS_MAX_RESULTS + r.result];
    struct hs_tensor t = r.node < 0 ? port_view(p->l, p->split, p->chunk, -1 - r.node)
                         : have     ? have->t
                                    : hs_rooms_at(p->rooms, &p->l->net->node[r.node], r.result);
    if (r.node < 0 || have) t.data += from * hs_shape_row(&t.shape);
    t.shape.dim[0] = rows;
    return t;
}

/* Samples `from` to from + rows of the chunk through one node. */
static enum hs_status compute(const struct pass *p, int i, size_t from, size_t rows, struct hs_err *e)
{
    const struct hs_node *source = source_of(p, i);
    struct hs_tensor in[HS_MAX_INPUTS], out[HS_MAX_RESULTS];
    for (size_t k = 0; k < source->inputs; k++) in[k] = some_rows(p, source->input[k], from, rows);
    for (int r = 0; r < p->l->net->node[i].results; r++) out[r] = some_rows(p, (struct hs_ref){i, r}, from, rows);
    return hs_compute(p->l, p->chunk * p->l->chunk[p->split] + from, i, &p->state->quant[source->index],
                      p->fused[i] ? &p->l->chain[i] : NULL, in, out, e);
}

/* So many samples at a time that what a node reads and writes stays in the second cache until the next has read it. */
static size_t hot_rows(const struct pass *p)
{
    enum { HOT = 1 << 18 }; /* floats */
    size_t most = 1;
    for (size_t i = 0; i < p->l->net->nodes; i++) {
        if (!p->compute[i]) continue;
        const struct hs_node *node = &p->l->net->node[i], *source = source_of(p, (int)i);
        size_t row = 0;
        for (int r = 0; r < node->results; r++) row += hs_shape_row(&node->out[r]);
        for (size_t k = 0; k < source->inputs; k++) row += hs_shape_row(hs_net_shape(p->l->net, source->input[k]));
        if (row > most) most = row;
    }
    return most < HOT ? HOT / most : 1;
}

/* Where results go that are not to be kept: the next node that needs room gets that of results without further readers. */
static enum hs_status take_rooms(struct pass *p, struct hs_err *e)
{
    const struct hs_net *net = p->l->net;
    HS_TRY(hs_rooms_open(net->nodes, &p->rooms, e));
    for (size_t i = 0; i < net->nodes; i++) {
        if (!p->compute[i]) continue;
        const struct hs_node *source = source_of(p, (int)i);
        for (size_t k = 0; k < source->inputs; k++) hs_rooms_read(p->rooms, source->input[k].node, i);
    }
    for (size_t i = 0; i < net->nodes; i++)
        if (p->compute[i] && !p->wanted[i]) HS_TRY(hs_rooms_take(p->rooms, &net->node[i], p->fused[i], p->some, e));
    return HS_OK;
}

static enum hs_status compute_all(struct pass *p, struct hs_err *e)
{
    struct hs_lab *l = p->l;
    size_t nodes = l->net->nodes, rows = hs_lab_rows(l, p->split, p->chunk);
    p->some = hot_rows(p);
    if (p->some > rows) p->some = rows;
    if (l->passing) take_rooms(p, e);
    for (size_t i = 0; i < nodes && !e->status; i++)
        if (p->compute[i] && (!l->passing || p->wanted[i]))
            add_results(l, p->split, p->chunk, (int)i, p->state->sig[i], &p->have[i * HS_MAX_RESULTS], e);
    for (size_t from = 0; from < rows && !e->status; from += p->some)
        for (size_t i = 0; i < nodes && !e->status; i++)
            if (p->compute[i]) compute(p, (int)i, from, rows - from < p->some ? rows - from : p->some, e);
    for (size_t i = 0; i < nodes && e->status; i++)
        if (p->compute[i]) drop_results(l, l->net->node[i].results, &p->have[i * HS_MAX_RESULTS]);
    hs_rooms_close(p->rooms);
    return e->status;
}

enum hs_status hs_lab_count(struct hs_lab *l, enum hs_split split, const struct hs_state *s, int node, struct hs_err *e)
{
    struct hs_hash h;
    bool is_new;
    hs_hash_begin(&h, "seen");
    hs_hash_key(&h, s->sig[node]);
    hs_hash_int(&h, split);
    HS_TRY(hs_seen_add(l->seen, hs_hash_end(&h), &is_new, e));
    if (!is_new) return HS_OK;
    l->evaluations += !l->net->node[node].hidden;
    for (size_t k = 0; k < l->net->node[node].inputs; k++)
        if (l->net->node[node].input[k].node >= 0) HS_TRY(hs_lab_count(l, split, s, l->net->node[node].input[k].node, e));
    return HS_OK;
}

static enum hs_status run_pass(struct pass *p, const int *want, size_t n, struct hs_kept **out, struct hs_err *e)
{
    size_t nodes = p->l->net->nodes;
    mark(p, want, n);
    compute_all(p, e);
    for (size_t i = 0; i < n && !e->status; i++) {
        out[i] = p->have[want[i] * HS_MAX_RESULTS];
        out[i]->pins++; /* one for each time that it is wanted */
    }
    for (size_t i = 0; i < nodes * HS_MAX_RESULTS; i++)
        if (p->have[i]) hs_keep_release(p->l->keep, p->have[i]);
    return e->status;
}

enum hs_status hs_lab_eval(struct hs_lab *l, enum hs_split split, size_t chunk, const struct hs_state *state,
                           const int *want, size_t n, struct hs_kept **out, struct hs_err *e)
{
    size_t nodes = l->net->nodes;
    for (size_t i = 0; chunk == 0 && i < n; i++) HS_TRY(hs_lab_count(l, split, state, want[i], e));
    struct hs_kept **have = hs_alloc_zeroed(nodes * HS_MAX_RESULTS, sizeof *have);
    int *stack = hs_alloc(nodes, sizeof *stack);
    bool *flags = hs_alloc_zeroed(4 * nodes, sizeof *flags);
    if (have && stack && flags) {
        struct pass p = {.l = l, .split = split, .chunk = chunk, .state = state, .have = have,
                         .stack = stack, .wanted = flags, .compute = flags + nodes, .visited = flags + 2 * nodes,
                         .fused = flags + 3 * nodes};
        run_pass(&p, want, n, out, e);
    } else {
        HS_OUT_OF_MEMORY(e);
    }
    hs_free(have), hs_free(stack), hs_free(flags);
    return e->status;
}

enum hs_status hs_lab_tensor(struct hs_lab *l, enum hs_split split, size_t chunk, const struct hs_state *s,
                             struct hs_ref r, struct hs_tensor *view, struct hs_kept **kept, struct hs_err *e)
{
    *kept = NULL;
    if (r.node < 0) {
        *view = port_view(l, split, chunk, -1 - r.node);
        return HS_OK;
    }
    struct hs_kept *first;
    HS_TRY(hs_lab_eval(l, split, chunk, s, &r.node, 1, &first, e));
    if (r.result == 0) {
        *kept = first;
    } else {
        *kept = hs_keep_find(l->keep, kept_key(l, split, chunk, s->sig[r.node], r.result));
        hs_keep_release(l->keep, first);
        if (!*kept) return HS_FAIL(e, HS_ENOMEM, "result %d of %s was dropped", r.result, l->net->node[r.node].name);
    }
    *view = (*kept)->t;
    return HS_OK;
}

enum hs_status hs_lab_local(struct hs_lab *l, enum hs_split split, size_t chunk, const struct hs_state *s, int node,
                            const struct hs_quant *q, struct hs_kept **out, struct hs_err *e)
{
    const struct hs_node *n = &l->net->node[node];
    struct hs_kept *have[HS_MAX_RESULTS] = {NULL}, *kept[HS_MAX_INPUTS] = {NULL};
    struct hs_tensor in[HS_MAX_INPUTS];
    struct hs_key sig = hs_node_sign(l->net, node, q->key, s->sig);
    find_kept(l, split, chunk, sig, n->results, have);
    if (!have[0]) {
        for (size_t k = 0; k < n->inputs && !e->status; k++)
            hs_lab_tensor(l, split, chunk, s, n->input[k], &in[k], &kept[k], e);
        if (!e->status) compute_into(l, split, chunk, node, sig, q, in, have, e);
        for (size_t k = 0; k < n->inputs; k++)
            if (kept[k]) hs_keep_release(l->keep, kept[k]);
        if (e->status) return e->status;
    }
    for (int r = 1; r < n->results; r++) hs_keep_release(l->keep, have[r]);
    *out = have[0];
    return HS_OK;
}
