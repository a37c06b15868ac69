/* product_blas.c - rows times weights by the system's CBLAS: faster on wide products, other bits on every machine. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tensor/product_packed.h"

#ifdef HS_WITH_CBLAS
#include "base/mem.h"

#include <cblas.h>
#include <string.h>

static void finish(const struct hs_product *p, const struct hs_finish *f, float *y, size_t rows)
{
    size_t outs = p->taps.outs;
    for (size_t i = 0; i < rows; i++, y += outs)
        for (size_t o = 0; o < outs; o++) {
            float v = y[o];
            if (f->multiply) v = v * f->multiply[o] + f->add[o];
            y[o] = f->relu && v < 0 ? 0 : v;
        }
}

enum hs_status hs_product_blas(const struct hs_product *p, const float *x, size_t rows, struct hs_filter filter,
                               size_t first, const struct hs_finish *f, float *y, struct hs_err *e)
{
    size_t ins = p->ins, outs = p->taps.outs;
    float *room = NULL;
    if (filter.apply) {
        room = hs_alloc(rows * ins, sizeof *room);
        if (!room) return HS_OUT_OF_MEMORY(e);
        hs_filter_read(filter, x, room, rows * ins, first);
        x = room;
    }
    for (size_t i = 0; i < rows; i++) memcpy(y + i * outs, p->start, outs * sizeof *y);
    if (rows)
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)rows, (int)outs, (int)ins, 1, x, (int)ins, p->plain,
                    (int)ins, 1, y, (int)outs);
    if (f) finish(p, f, y, rows);
    hs_free(room);
    return HS_OK;
}
#else
typedef int hs_product_has_no_blas; /* a file is never empty */
#endif
