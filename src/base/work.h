/* work.h - threads over independent jobs, and the clock. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BASE_WORK_H
#define HS_BASE_WORK_H
#include <stddef.h>

/* Runs job(ctx, i, worker) for i = 0 .. n-1 on up to `threads` threads (the caller's among them), handing out the next i
 * to whoever is free; worker is 0 .. threads-1. Returns when all are done. A job must not depend on who runs it. */
void hs_work(size_t n, int threads, void (*job)(void *ctx, size_t i, int worker), void *ctx);
int hs_work_cores(void);
double hs_work_now(void); /* monotonic, seconds */

#endif
