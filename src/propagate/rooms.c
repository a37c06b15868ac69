/* rooms.c - a room is free again behind the last reader of what lies in it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/rooms.h"

#include "base/mem.h"
#include "net/op.h"

#include <stdint.h>

struct room {
    float *data;
    size_t floats, until; /* free for nodes behind number `until` */
};
struct hs_rooms {
    struct room *room;
    size_t rooms, nodes;
    size_t *last, *of; /* the last node that reads a node's results; [node * HS_MAX_RESULTS + result]: their rooms, or NONE */
};
static const size_t NONE = SIZE_MAX;

enum hs_status hs_rooms_open(size_t nodes, struct hs_rooms **out, struct hs_err *e)
{
    struct hs_rooms *r = *out = hs_alloc_zeroed(1, sizeof *r);
    if (!r) return HS_OUT_OF_MEMORY(e);
    r->nodes = nodes;
    r->room = hs_alloc_zeroed(nodes * HS_MAX_RESULTS, sizeof *r->room);
    r->last = hs_alloc_zeroed(nodes, sizeof *r->last);
    r->of = hs_alloc_zeroed(nodes * HS_MAX_RESULTS, sizeof *r->of);
    for (size_t i = 0; r->of && i < nodes * HS_MAX_RESULTS; i++) r->of[i] = NONE;
    return r->room && r->last && r->of ? HS_OK : HS_OUT_OF_MEMORY(e);
}

void hs_rooms_close(struct hs_rooms *r)
{
    if (!r) return;
    for (size_t i = 0; i < r->rooms; i++) hs_free(r->room[i].data);
    hs_free(r->room), hs_free(r->last), hs_free(r->of), hs_free(r);
}

void hs_rooms_read(struct hs_rooms *r, int node, size_t reader)
{
    if (node >= 0 && r->last[node] < reader) r->last[node] = reader;
}

/* The smallest free room that is large enough, or a new one. */
static struct room *find(struct hs_rooms *r, size_t floats, size_t node)
{
    struct room *best = NULL;
    for (struct room *at = r->room; at < r->room + r->rooms; at++)
        if (at->until < node && at->floats >= floats && (!best || at->floats < best->floats)) best = at;
    if (best) return best;
    best = &r->room[r->rooms];
    best->data = hs_alloc(floats, sizeof(float));
    if (!best->data) return NULL;
    best->floats = floats;
    r->rooms++;
    return best;
}

/* The room of the one input that an operator may overwrite, where nobody reads it later. */
static struct room *input_room(struct hs_rooms *r, const struct hs_node *node)
{
    const struct hs_ref in = node->input[0];
    if (!node->op->in_place || node->inputs != 1 || in.node < 0 || r->last[in.node] != (size_t)node->index) return NULL;
    size_t of = r->of[in.node * HS_MAX_RESULTS + in.result];
    return of == NONE ? NULL : &r->room[of];
}

enum hs_status hs_rooms_take(struct hs_rooms *r, const struct hs_node *node, bool fused, size_t rows, struct hs_err *e)
{
    size_t i = (size_t)node->index;
    for (int k = 0; k < node->results; k++) {
        struct room *found = fused || k ? NULL : input_room(r, node);
        if (!found) found = find(r, rows * hs_shape_row(&node->out[k]), i);
        if (!found) return HS_OUT_OF_MEMORY(e);
        found->until = r->last[i] > i ? r->last[i] : i;
        r->of[i * HS_MAX_RESULTS + (size_t)k] = (size_t)(found - r->room);
    }
    return HS_OK;
}

struct hs_tensor hs_rooms_at(const struct hs_rooms *r, const struct hs_node *node, int result)
{
    const struct room *at = &r->room[r->of[(size_t)node->index * HS_MAX_RESULTS + (size_t)result]];
    return (struct hs_tensor){.shape = node->out[result], .data = at->data};
}
