/* err.c - fills a struct hs_err. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void mark_cut(char *text, size_t size, int wanted)
{
    if (wanted >= 0 && (size_t)wanted >= size) memcpy(text + size - 4, "...", 4);
}

enum hs_status hs_err_set(struct hs_err *e, enum hs_status st, const char *file, int line,
                          const char *fmt, ...)
{
    if (e->status == HS_OK) {
        va_list ap;
        e->status = st, e->file = file, e->line = line;
        va_start(ap, fmt);
        mark_cut(e->what, sizeof e->what, vsnprintf(e->what, sizeof e->what, fmt, ap));
        va_end(ap);
    }
    return e->status;
}

enum hs_status hs_err_where(struct hs_err *e, const char *fmt, ...)
{
    size_t n = strlen(e->where);
    va_list ap;
    if (n + 8 >= sizeof e->where) return e->status;
    if (n) n += (size_t)snprintf(e->where + n, sizeof e->where - n, ", ");
    va_start(ap, fmt);
    mark_cut(e->where + n, sizeof e->where - n,
             vsnprintf(e->where + n, sizeof e->where - n, fmt, ap));
    va_end(ap);
    return e->status;
}

int hs_err_exit(enum hs_status st)
{
    static const int code[] = {
        [HS_OK] = 0,      [HS_DONE] = 0,    [HS_EUSAGE] = 64,   [HS_EDATA] = 65,
        [HS_ESHAPE] = 65, [HS_ENUM] = 65,   [HS_ENOINPUT] = 66, [HS_ECREATE] = 73,
        [HS_ECONFIG] = 78, [HS_ENOMEM] = 71, [HS_EFAILED] = 1,
    };
    return code[st];
}
