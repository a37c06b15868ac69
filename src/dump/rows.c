/* rows.c - gathers rows: the list is sorted, neighbours are read together, each goes where it was wanted. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/rows.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4 << 20 }; /* bytes read at once, where a row is not larger */

struct wanted {
    size_t row, at;
};

static int by_row(const void *a, const void *b)
{
    const struct wanted *x = a, *y = b;
    return x->row != y->row ? (x->row > y->row) - (x->row < y->row) : (x->at > y->at) - (x->at < y->at);
}

/* A run: neighbouring rows from w[0] on, at most `most` of them. Returns how many entries it serves. */
static size_t run_length(const struct wanted *w, size_t n, size_t most, size_t *rows)
{
    size_t k = 1;
    for (*rows = 1; k < n; k++) {
        if (w[k].row == w[k - 1].row) continue;
        if (w[k].row != w[k - 1].row + 1 || *rows == most) break;
        ++*rows;
    }
    return k;
}

static enum hs_status gather(const struct hs_h5_set *s, const struct wanted *w, size_t n, char *raw, size_t bytes,
                             size_t most, hs_rows_sink *sink, void *ctx, struct hs_err *e)
{
    for (size_t i = 0, rows; i < n;) {
        size_t k = run_length(w + i, n - i, most, &rows);
        HS_TRY(hs_h5_set_rows(s, w[i].row, rows, raw, e));
        for (size_t j = i; j < i + k; j++)
            HS_TRY(sink(ctx, w[j].at, raw + (w[j].row - w[i].row) * bytes, e));
        i += k;
    }
    return HS_OK;
}

enum hs_status hs_rows_gather(const struct hs_h5_set *s, size_t first, const size_t *row, size_t n, hs_rows_sink *sink,
                              void *ctx, struct hs_err *e)
{
    size_t bytes = (size_t)hs_h5_set_row(s) * hs_dump_type_bytes(s->type), most = bytes ? BLOCK / bytes : 1;
    if (n == 0) return HS_OK;
    if (most == 0) most = 1;
    if (most > n) most = n;
    struct wanted *w = hs_alloc(n, sizeof *w);
    char *raw = hs_alloc(most, bytes);
    enum hs_status st = w && raw ? HS_OK : HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n && !st; i++) {
        w[i] = (struct wanted){.row = first + (row ? row[i] : i), .at = i};
        if (w[i].row >= s->dim[0])
            st = HS_FAIL(e, HS_ESHAPE, "row %zu of dataset '%s' is asked for, which has %llu rows", w[i].row, s->path,
                         (unsigned long long)s->dim[0]);
    }
    if (!st && row) qsort(w, n, sizeof *w, by_row);
    if (!st) st = gather(s, w, n, raw, bytes, most, sink, ctx, e);
    hs_free(w);
    hs_free(raw);
    return st;
}
