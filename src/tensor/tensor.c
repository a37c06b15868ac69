/* tensor.c - shapes, and tensors that own their values. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/tensor.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

size_t hs_shape_count(const struct hs_shape *s)
{
    size_t n = 1;
    for (int i = 0; i < s->rank; i++) n *= s->dim[i];
    return n;
}

size_t hs_shape_row(const struct hs_shape *s)
{
    size_t n = 1;
    for (int i = 1; i < s->rank; i++) n *= s->dim[i];
    return n;
}

bool hs_shape_equal(const struct hs_shape *a, const struct hs_shape *b)
{
    return a->rank == b->rank && memcmp(a->dim, b->dim, (size_t)a->rank * sizeof a->dim[0]) == 0;
}

char *hs_shape_text(const struct hs_shape *s, char buf[128])
{
    int n = snprintf(buf, 128, "(");
    for (int i = 0; i < s->rank && n < 110; i++) {
        const char *sep = i + 1 < s->rank ? ", " : "";
        n += s->dim[i] ? snprintf(buf + n, 128 - (size_t)n, "%zu%s", s->dim[i], sep)
                       : snprintf(buf + n, 128 - (size_t)n, "-%s", sep);
    }
    snprintf(buf + n, 128 - (size_t)n, ")");
    return buf;
}

enum hs_status hs_shape_check(const struct hs_shape *s, struct hs_err *e)
{
    size_t n = sizeof(float);
    if (s->rank < 0 || s->rank > HS_MAX_RANK)
        return HS_FAIL(e, HS_ESHAPE, "a tensor of rank %d: at most %d axes are supported", s->rank, HS_MAX_RANK);
    for (int i = 0; i < s->rank; i++)
        if (__builtin_mul_overflow(n, s->dim[i] ? s->dim[i] : 1, &n) || n > SIZE_MAX / 4) {
            char text[128];
            return HS_FAIL(e, HS_ESHAPE, "the shape %s is larger than any memory", hs_shape_text(s, text));
        }
    return HS_OK;
}

enum hs_status hs_tensor_alloc(struct hs_tensor *t, const struct hs_shape *s, struct hs_err *e)
{
    HS_TRY(hs_shape_check(s, e));
    t->shape = *s;
    t->data = hs_alloc(hs_shape_count(s), sizeof(float));
    return t->data ? HS_OK : HS_OUT_OF_MEMORY(e);
}

enum hs_status hs_tensor_copy(struct hs_tensor *to, const struct hs_tensor *from, struct hs_err *e)
{
    HS_TRY(hs_tensor_alloc(to, &from->shape, e));
    memcpy(to->data, from->data, hs_shape_count(&from->shape) * sizeof(float));
    return HS_OK;
}

void hs_tensor_free(struct hs_tensor *t)
{
    hs_free(t->data);
    *t = (struct hs_tensor){0};
}

void hs_tensor_permute(struct hs_tensor *to, const struct hs_tensor *from, const int *order)
{
    size_t stride[HS_MAX_RANK], step[HS_MAX_RANK], at[HS_MAX_RANK] = {0};
    int rank = from->shape.rank;
    size_t n = hs_shape_count(&from->shape), source = 0;
    size_t s = 1;
    for (int i = rank - 1; i >= 0; i--) stride[i] = s, s *= from->shape.dim[i];
    for (int i = 0; i < rank; i++) step[i] = stride[order[i]];
    for (size_t k = 0; k < n; k++) {
        to->data[k] = from->data[source];
        for (int i = rank - 1; i >= 0; i--) {
            source += step[i];
            if (++at[i] < to->shape.dim[i]) break;
            source -= step[i] * at[i];
            at[i] = 0;
        }
    }
}
