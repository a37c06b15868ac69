/* window.c - where a sliding window of pooling lies. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"

/* Reads 1 or `axes` values at least `least`; in one dimension they describe the horizontal
 * axis. */
static enum hs_status read_pair(const struct hs_node *node, const char *name, int axes,
                                int64_t least, size_t to[2], struct hs_err *e)
{
    const struct hs_attr *a = hs_node_attr(node, name);
    if (!a) return HS_OK;
    if (a->n != 1 && a->n != (size_t)axes)
        return HS_FAIL(e, HS_EDATA, "attribute '%s' has %zu values where 1 or %d are expected",
                       name, a->n, axes);
    for (int k = 2 - axes; k < 2; k++) {
        int64_t v = a->ints[a->n == 1 ? 0 : k - (2 - axes)];
        if (v < least || v > (1 << 24))
            return HS_FAIL(e, HS_EDATA, "attribute '%s' is %lld", name, (long long)v);
        to[k] = (size_t)v;
    }
    return HS_OK;
}

/* One value: all sides; one an axis: both sides of it; two an axis: all that come before, then
 * all after. */
static enum hs_status read_padding(const struct hs_node *node, int axes, struct hs_window *w,
                                   struct hs_err *e)
{
    const struct hs_attr *a = hs_node_attr(node, "padding");
    if (!a) return HS_OK;
    size_t n = (size_t)axes;
    if (a->n != 1 && a->n != n && a->n != 2 * n)
        return HS_FAIL(e, HS_EDATA,
                       "attribute 'padding' has %zu values where 1, %zu or %zu are expected",
                       a->n, n, 2 * n);
    for (size_t k = 0; k < n; k++) {
        int64_t before = a->ints[a->n == 1 ? 0 : k], after = a->ints[a->n == 1   ? 0
                                                                     : a->n == n ? k
                                                                                 : n + k];
        if (before < 0 || after < 0 || before > (1 << 24) || after > (1 << 24))
            return HS_FAIL(e, HS_EDATA, "attribute 'padding' holds %lld",
                           (long long)(before < 0 ? before : after));
        w->before[2 - n + k] = (size_t)before, w->after[2 - n + k] = (size_t)after;
    }
    return HS_OK;
}

enum hs_status hs_window_bind(const struct hs_node *node, int axes, struct hs_window *w,
                              struct hs_err *e)
{
    *w = (struct hs_window){
        .kernel = {1, 1}, .stride = {1, 1}, .ceil = hs_node_int(node, "ceil", 0) != 0};
    HS_TRY(read_pair(node, "kernel", axes, 1, w->kernel, e));
    w->stride[0] = w->kernel[0], w->stride[1] = w->kernel[1];
    HS_TRY(read_pair(node, "stride", axes, 1, w->stride, e));
    HS_TRY(read_padding(node, axes, w, e));
    for (int k = 0; k < 2; k++)
        if (w->before[k] >= w->kernel[k] || w->after[k] >= w->kernel[k])
            return HS_FAIL(
                e, HS_EDATA,
                "a padding of %zu and %zu around a window of %zu: some windows would hold "
                "nothing else",
                w->before[k], w->after[k], w->kernel[k]);
    return HS_OK;
}

enum hs_status hs_window_steps(const struct hs_window *w, int k, size_t n, size_t *steps,
                               struct hs_err *e)
{
    size_t wide = n + w->before[k] + w->after[k];
    if (!n || wide < w->kernel[k])
        return HS_FAIL(e, HS_ESHAPE,
                       "a window of %zu does not fit into %zu values padded by %zu and %zu",
                       w->kernel[k], n, w->before[k], w->after[k]);
    size_t room = wide - w->kernel[k];
    *steps = room / w->stride[k] + 1;
    /* As in torch and ONNX: a partial window at the end counts where it begins inside the data
     * or before it. */
    if (w->ceil && room % w->stride[k] && *steps * w->stride[k] < n + w->before[k]) ++*steps;
    /* Strides wider than the kernel, after padding in front, could step over the end. */
    if ((*steps - 1) * w->stride[k] >= n + w->before[k])
        return HS_FAIL(e, HS_ESHAPE, "the last window of %zu lies wholly in the padding",
                       w->kernel[k]);
    return HS_OK;
}

struct hs_span hs_window_span(const struct hs_window *w, int k, size_t step, size_t n)
{
    size_t begin = step * w->stride[k], end = begin + w->kernel[k], before = w->before[k];
    return (struct hs_span){.begin = begin > before ? begin - before : 0,
                            .end = end - before < n ? end - before : n};
}
