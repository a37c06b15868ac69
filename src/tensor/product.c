/* product.c - rows times weights: panels of rows, read where they lie unless they are quantized or long. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/product_packed.h"

#include "base/mem.h"

/* A stretch of DEPTH values of a sum, of a tile's rows, stays in the nearest cache; PANELS of them share the weights of
 * some blocks, at most SHARE floats for each row of a tile: the more rows, the longer a weight from the second cache is of
 * use. GAP: rows that are copied do not fall on the same lines of the nearest cache. */
enum { DEPTH = 256, PANELS = 8, SHARE = 1024, GAP = 16 };

struct rows {
    const struct hs_product *p;
    const float *x;
    struct hs_filter filter;
    size_t first;
    struct hs_finish finish;
    float *y;
    const struct hs_tile *tallest, *tile[PANELS];
    size_t row[PANELS + 1]; /* where each panel begins; the last is the end */
    size_t stride;          /* floats between the rows of a panel */
    const float *panel[PANELS];
    float *room;            /* for copies of the panels' rows; NULL: they are read where they lie */
};

/* The tallest tile of one pixel a row that has no more than `left` rows: there is one of a single row. */
static const struct hs_tile *tile_for(const struct hs_kernel *k, size_t left)
{
    const struct hs_tile *best = NULL;
    for (const struct hs_tile *t = k->tile; t->rows; t++)
        if (t->pixels == 1 && (size_t)t->rows <= left && (!best || t->rows > best->rows)) best = t;
    return best;
}

/* Cuts the next panels from row `at`; returns how many. The last two share their rows: a low tile's sums wait for one
 * another. */
static int cut(struct rows *r, size_t at, size_t rows)
{
    int n = 0;
    for (; n < PANELS && at < rows; n++) {
        size_t left = rows - at, tall = (size_t)r->tallest->rows;
        bool shared = left > tall && left < 2 * tall;
        r->tile[n] = left >= tall && !shared ? r->tallest : tile_for(r->p->kernel, shared ? (left + 1) / 2 : left);
        r->row[n] = at;
        at += (size_t)r->tile[n]->rows;
    }
    r->row[n] = at;
    return n;
}

/* Finds or copies a panel's rows, values `from` to from + depth. */
static void fill(struct rows *r, int n, size_t from, size_t depth)
{
    size_t ins = r->p->ins, at = r->row[n] * ins + from;
    float *to = r->room ? r->room + (r->row[n] - r->row[0]) * r->stride : NULL;
    r->panel[n] = to ? to : r->x + at;
    if (!to) return;
    for (size_t i = r->row[n]; i < r->row[n + 1]; i++, at += ins, to += r->stride)
        hs_filter_read(r->filter, r->x + at, to, depth, r->first + at);
}

static void multiply(const struct rows *r, int n, size_t block, size_t from, size_t depth)
{
    const struct hs_product *p = r->p;
    const size_t width = p->kernel->block, outs = p->taps.outs, first = block * width, origin = 0;
    struct hs_tile_job job = {
        .a = r->panel[n], .row = r->stride, .run_at = &origin, .runs = 1, .run = depth, .step = 1,
        .w = p->w + (block * p->ins + from) * width,
        .start = from ? NULL : p->start + first,
        .out = r->y + r->row[n] * outs + first, .out_row = outs,
        .rows = r->tile[n]->rows, .pixels = 1, .channels = (int)(outs - first < width ? outs - first : width),
    };
    if (from + depth == p->ins) {
        job.finish = r->finish;
        if (job.finish.multiply) job.finish.multiply += first, job.finish.add += first;
    }
    r->tile[n]->run(&job);
}

static void run(struct rows *r, size_t rows)
{
    size_t ins = r->p->ins, blocks = r->p->blocks;
    for (size_t at = 0; at < rows;) {
        int panels = cut(r, at, rows);
        for (size_t from = 0; from < ins || from == 0; from += DEPTH) {
            size_t depth = ins - from < DEPTH ? ins - from : DEPTH;
            for (int n = 0; n < panels; n++) fill(r, n, from, depth);
            size_t share = SHARE * (size_t)r->tile[0]->rows / (depth * r->p->kernel->block) + 1;
            for (size_t b = 0; b < blocks; b += share)
                for (int n = 0; n < panels; n++)
                    for (size_t k = b; k < b + share && k < blocks; k++) multiply(r, n, k, from, depth);
        }
        at = r->row[panels];
    }
}

enum hs_status hs_product_rows(const struct hs_product *p, const float *x, size_t rows, struct hs_filter filter,
                               size_t first, const struct hs_finish *finish, float *y, struct hs_err *e)
{
    struct hs_stretched s;
    if (!rows) return HS_OK;
    HS_TRY(hs_product_stretch(p, finish, &s, e));
    struct rows r = {.p = p, .x = x, .filter = filter, .first = first, .finish = s.finish, .y = y, .stride = p->ins,
                     .tallest = tile_for(p->kernel, rows)};
    if (filter.apply || p->ins > DEPTH) {
        size_t most = PANELS * (size_t)r.tallest->rows;
        r.stride = (p->ins < DEPTH ? p->ins : DEPTH) + GAP;
        r.room = hs_alloc(most < rows ? most : rows, r.stride * sizeof(float)); /* few rows or short ones need little */
        if (!r.room) HS_OUT_OF_MEMORY(e);
    }
    if (!e->status) run(&r, rows);
    hs_free(r.room);
    hs_free(s.room);
    return e->status;
}
