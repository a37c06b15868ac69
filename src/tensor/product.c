/* product.c - rows times weights: panels of rows turned so that a tile's pixels are neighbours in memory. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/product_packed.h"

#include "base/mem.h"

/* A stretch of DEPTH values of a sum, of a tile's rows, stays in the nearest cache beside a block of weights; PANELS of
 * them share the weights. */
enum { DEPTH = 256, PANELS = 8 };

struct rows {
    const struct hs_product *p;
    const float *x;
    struct hs_filter filter;
    size_t first;
    struct hs_finish finish;
    float *y;
    const struct hs_tile *tile[PANELS];
    size_t row[PANELS + 1]; /* where each panel begins; the last is the end */
    float *panel[PANELS], *line;
};

/* A tile of one row with at most `left` pixels, or the smallest one that holds them. */
static const struct hs_tile *tile_for(const struct hs_kernel *k, size_t left)
{
    const struct hs_tile *widest = NULL, *holds = NULL;
    for (const struct hs_tile *t = k->tile; t->rows; t++) {
        if (t->rows != 1) continue;
        if (!widest || t->pixels > widest->pixels) widest = t;
        if ((size_t)t->pixels >= left && (!holds || t->pixels < holds->pixels)) holds = t;
    }
    return holds ? holds : widest;
}

/* Cuts the next panels from row `at`; returns how many. */
static int cut(struct rows *r, size_t at, size_t rows)
{
    int n = 0;
    for (; n < PANELS && at < rows; n++) {
        r->tile[n] = tile_for(r->p->kernel, rows - at);
        r->row[n] = at;
        at += (size_t)r->tile[n]->pixels;
        if (at > rows) at = rows;
    }
    r->row[n] = at;
    return n;
}

/* panel[k][i] = value from + k of the panel's row i. */
static void fill(const struct rows *r, int n, size_t from, size_t depth)
{
    size_t ins = r->p->ins, rows = r->row[n + 1] - r->row[n], at = r->row[n] * ins + from, given = ins;
    const float *x = r->x + at;
    if (r->filter.apply) {
        for (size_t i = 0; i < rows; i++)
            hs_filter_read(r->filter, x + i * ins, r->line + i * depth, depth, r->first + at + i * ins);
        x = r->line, given = depth;
    }
    r->p->kernel->turn(r->panel[n], (size_t)r->tile[n]->pixels, x, given, rows, depth);
}

static void multiply(const struct rows *r, int panels, size_t block, size_t from, size_t depth)
{
    const struct hs_product *p = r->p;
    const size_t width = p->kernel->block, outs = p->taps.outs, first = block * width, origin = 0;
    struct hs_tile_job job = {
        .run_at = &origin, .runs = 1, .run = depth,
        .w = p->w + (block * p->ins + from) * width,
        .start = from ? NULL : p->start + first,
        .out_pixel = outs,
        .rows = 1, .channels = (int)(outs - first < width ? outs - first : width),
    };
    if (from + depth == p->ins) {
        job.finish = r->finish;
        if (job.finish.multiply) job.finish.multiply += first, job.finish.add += first;
    }
    for (int n = 0; n < panels; n++) {
        job.a = r->panel[n], job.step = (size_t)r->tile[n]->pixels;
        job.out = r->y + r->row[n] * outs + first;
        job.pixels = (int)(r->row[n + 1] - r->row[n]);
        r->tile[n]->run(&job);
    }
}

static void run(struct rows *r, size_t rows)
{
    size_t ins = r->p->ins;
    for (size_t at = 0; at < rows;) {
        int panels = cut(r, at, rows);
        for (size_t from = 0; from < ins || from == 0; from += DEPTH) {
            size_t depth = ins - from < DEPTH ? ins - from : DEPTH;
            for (int n = 0; n < panels; n++) fill(r, n, from, depth);
            for (size_t b = 0; b < r->p->blocks; b++) multiply(r, panels, b, from, depth);
        }
        at = r->row[panels];
    }
}

enum hs_status hs_product_rows(const struct hs_product *p, const float *x, size_t rows, struct hs_filter filter,
                               size_t first, const struct hs_finish *finish, float *y, struct hs_err *e)
{
    struct hs_stretched s;
    HS_TRY(hs_product_stretch(p, finish, &s, e));
    size_t widest = (size_t)tile_for(p->kernel, (size_t)-1)->pixels;
    size_t panels = rows / widest < PANELS ? rows / widest + 1 : PANELS, panel = widest * (p->ins < DEPTH ? p->ins : DEPTH);
    float *room = hs_alloc_zeroed((panels + 1) * panel + 1, sizeof(float)); /* few rows or short ones need little of it */
    struct rows r = {.p = p, .x = x, .filter = filter, .first = first, .finish = s.finish, .y = y, .line = room};
    if (room) {
        for (size_t n = 0; n < panels; n++) r.panel[n] = room + (n + 1) * panel;
        run(&r, rows);
    }
    hs_free(room);
    hs_free(s.room);
    return room ? HS_OK : HS_OUT_OF_MEMORY(e);
}
