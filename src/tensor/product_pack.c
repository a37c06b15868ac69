/* product_pack.c - turns weights from torch's layout into the kernels'. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tensor/product_packed.h"

#include "base/mem.h"

#include <string.h>

size_t hs_taps_steps(const struct hs_taps *t, int k, size_t n)
{
    size_t reach = (t->taps[k] - 1) * t->dilation[k] + 1, wide = n + t->before[k] + t->after[k];
    return wide < reach ? 0 : (wide - reach) / t->stride[k] + 1;
}

void hs_filter_read(struct hs_filter f, const float *x, float *to, size_t n, size_t first)
{
    if (f.apply) f.apply(f.ctx, x, to, n, first);
    else memcpy(to, x, n * sizeof(float));
}

/* Few channels fill a block several pixels at a time, where those are neighbours in memory. */
static size_t abreast(const struct hs_product *p)
{
    const struct hs_taps *t = &p->taps;
    size_t block = p->kernel->block;
    return p->by_channel && t->outs == t->channels && t->stride[1] == 1 && block % t->outs == 0 ? block / t->outs : 1;
}

/* Where output channel o stands in `start`; by channel again after every t->outs places, `abreast` times. */
static size_t place(const struct hs_product *p, size_t o)
{
    return p->by_channel ? o : o / p->outs * p->blocks * p->kernel->block + o % p->outs;
}

static size_t places(const struct hs_product *p)
{
    return (p->by_channel ? 1 : p->taps.groups) * p->blocks * p->kernel->block;
}

static void pack_weight(const struct hs_product *p, const float *weight)
{
    size_t taps = p->taps.taps[0] * p->taps.taps[1], channels = p->ins / taps, block = p->kernel->block;
    for (size_t o = 0; o < p->taps.outs; o++) {
        size_t at = place(p, o);
        float *w = p->by_channel ? p->w + o : p->w + at / block * p->ins * block + at % block;
        size_t next = p->by_channel ? p->blocks * block : block;
        for (size_t t = 0; t < taps; t++)
            for (size_t c = 0; c < channels; c++, w += next)
                for (size_t i = 0; i < p->abreast; i++) w[i * p->taps.outs] = weight[(o * channels + c) * taps + t];
    }
}

enum hs_status hs_product_pack(const struct hs_taps *t, const float *weight, const float *bias, struct hs_product **out,
                               struct hs_err *e)
{
    struct hs_product *p = hs_alloc_zeroed(1, sizeof *p);
    if (!p) return HS_OUT_OF_MEMORY(e);
    p->taps = *t, p->kernel = hs_kernel_best();
    p->by_channel = t->groups > 1 && t->groups == t->channels;
    p->outs = t->outs / t->groups;
    p->ins = t->channels / t->groups * t->taps[0] * t->taps[1];
    if (!p->by_channel && p->kernel->narrow && p->outs <= p->kernel->narrow->block) p->kernel = p->kernel->narrow;
    size_t block = p->kernel->block;
    p->blocks = ((p->by_channel ? t->outs : p->outs) + block - 1) / block;
    p->abreast = abreast(p);
    p->start = hs_alloc_zeroed(places(p), sizeof(float));
    p->w = hs_alloc_zeroed(places(p), p->ins * sizeof(float));
    bool failed = !p->start || !p->w;
#ifdef HS_WITH_CBLAS
    if (t->groups * t->taps[0] * t->taps[1] == 1) {
        p->plain = hs_alloc(t->outs, p->ins * sizeof(float));
        if (p->plain) memcpy(p->plain, weight, t->outs * p->ins * sizeof(float));
        failed |= !p->plain;
    }
#endif
    if (failed) {
        hs_product_free(p);
        return HS_OUT_OF_MEMORY(e);
    }
    for (size_t i = 0; bias && i < p->abreast; i++)
        for (size_t o = 0; o < t->outs; o++) p->start[place(p, o) + i * t->outs] = bias[o];
    pack_weight(p, weight);
    *out = p;
    return HS_OK;
}

void hs_product_free(struct hs_product *p)
{
    if (!p) return;
    hs_free(p->w);
    hs_free(p->start);
    hs_free(p->plain);
    hs_free(p);
}

enum hs_status hs_product_stretch(const struct hs_product *p, const struct hs_finish *f, struct hs_stretched *s,
                                  struct hs_err *e)
{
    *s = (struct hs_stretched){.room = NULL};
    if (!f) return HS_OK;
    s->finish = *f;
    size_t n = places(p);
    if (!f->multiply || n == p->taps.outs) return HS_OK; /* full blocks: the channels stand one after another already */
    float *room = s->room = hs_alloc_zeroed(2 * n, sizeof(float));
    if (!room) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < p->abreast; i++)
        for (size_t o = 0; o < p->taps.outs; o++) {
            size_t at = place(p, o) + i * p->taps.outs;
            room[at] = f->multiply[o], room[n + at] = f->add[o];
        }
    s->finish.multiply = room, s->finish.add = room + n;
    return HS_OK;
}
