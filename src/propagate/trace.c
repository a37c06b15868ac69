/* trace.c - a trace and its arena. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/trace.h"

enum hs_status hs_trace_open(struct hs_trace *t, struct hs_err *e)
{
    *t = (struct hs_trace){.arena = hs_arena_open()};
    return t->arena ? HS_OK : HS_OUT_OF_MEMORY(e);
}

void hs_trace_close(struct hs_trace *t)
{
    hs_arena_close(t->arena);
    *t = (struct hs_trace){0};
}
