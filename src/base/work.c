/* work.c - a pool for one call: threads are cheap beside the jobs here. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/work.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

enum { MAX_THREADS = 256 };

struct pool {
    size_t n;
    atomic_size_t next;
    void (*job)(void *, size_t, int);
    void *ctx;
};
struct member {
    struct pool *pool;
    int worker;
};

static void *work(void *arg)
{
    struct member *m = arg;
    for (size_t i; (i = atomic_fetch_add(&m->pool->next, 1)) < m->pool->n;)
        m->pool->job(m->pool->ctx, i, m->worker);
    return NULL;
}

void hs_work(size_t n, int threads, void (*job)(void *, size_t, int), void *ctx)
{
    struct pool pool = {.n = n, .job = job, .ctx = ctx};
    struct member member[MAX_THREADS];
    pthread_t thread[MAX_THREADS];
    int started = 0;
    if (threads > MAX_THREADS) threads = MAX_THREADS;
    if (threads > 0 && (size_t)threads > n) threads = (int)n;
    for (int t = 1; t < threads; t++) {
        member[t] = (struct member){.pool = &pool, .worker = t};
        if (pthread_create(&thread[t], NULL, work, &member[t])) break; /* fewer hands, the same result */
        started = t;
    }
    member[0] = (struct member){.pool = &pool, .worker = 0};
    work(&member[0]);
    for (int t = 1; t <= started; t++) pthread_join(thread[t], NULL);
}

int hs_work_cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : (int)n;
}

double hs_work_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
