/* summary_share.c - one look shared by threads: who sees what does not change the summary. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "base/work.h"
#include "tensor/summary_state.h"

#include <math.h>
#include <stdatomic.h>

/* Chunks small enough that nobody waits long for the last one, and a histogram each, which pays from some megabytes up. */
enum { CHUNK = 1 << 17, WORTH = 1 << 21, MOST = 64 };

struct share {
    const float *x;
    size_t n;
    atomic_size_t next;
    struct hs_summary *part[MOST];
    struct hs_err e[MOST];
};

static void look(void *ctx, size_t i, int worker)
{
    struct share *s = ctx;
    struct hs_summary *part = s->part[i];
    (void)worker;
    for (size_t at; (at = atomic_fetch_add(&s->next, CHUNK)) < s->n && !s->e[i].status;)
        hs_summary_observe(part, s->x + at, s->n - at < CHUNK ? s->n - at : CHUNK, &s->e[i]);
    if (part->hist) hs_hist_settle(part->hist);
}

static enum hs_status merge_all(struct share *s, int threads, struct hs_err *e)
{
    for (int i = 0; i < threads; i++)
        if (s->e[i].status) {
            *e = s->e[i];
            return e->status;
        }
    for (int i = 1; i < threads; i++) HS_TRY(hs_summary_merge(s->part[0], s->part[i], e));
    return HS_OK;
}

static enum hs_status observe(struct hs_summary *s, const float *x, size_t n, int threads, struct hs_err *e)
{
    uint64_t before = s->seen, had = s->nonfinite;
    struct share share = {.x = x, .n = n, .part = {s}};
    enum hs_status st = HS_OK;
    HS_TRY(hs_summary_expect(s, x, n, e));
    for (int i = 1; i < threads && st == HS_OK; i++) {
        if (!(share.part[i] = hs_summary_open(&s->limit))) st = HS_OUT_OF_MEMORY(e);
        else if (s->holding == HS_BUCKETS) st = hs_summary_to_buckets(share.part[i], e); /* as the whole will be */
    }
    if (st == HS_OK) {
        hs_work((size_t)threads, threads, look, &share);
        st = merge_all(&share, threads, e);
    }
    for (int i = 1; i < threads; i++) hs_summary_close(share.part[i]);
    for (size_t i = 0; st == HS_OK && s->nonfinite > had && !had && i < n; i++) /* the parts knew their own order alone */
        if (!isfinite(x[i])) {
            s->first_nonfinite = before + i;
            break;
        }
    return st;
}

enum hs_status hs_summary_observe_by(struct hs_summary *s, const float *x, size_t n, int threads, struct hs_err *e)
{
    if (threads < 2 || n < WORTH) return hs_summary_observe(s, x, n, e);
    return observe(s, x, n, threads < MOST ? threads : MOST, e);
}
