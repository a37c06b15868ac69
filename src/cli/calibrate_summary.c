/* calibrate_summary.c - summaries from files instead of data, merged with those of other files, and saved. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/calibrate.h"

#include "dump/summary.h"

#include <string.h>

static enum hs_status fits(const struct hs_calibrate_ask *a, const char *what, struct hs_err *e)
{
    if (a->granularity != HS_PER_TENSOR)
        return HS_FAIL(e, HS_EUSAGE, "%s speak of whole tensors: leave --granularity out", what);
    for (size_t i = 0; i < a->formats; i++)
        if (a->format[i]->block)
            return HS_FAIL(e, HS_EUSAGE, "%s do not know which values are neighbours, as %s needs", what,
                           a->format[i]->name);
    return HS_OK;
}

enum hs_status hs_calibrate_is_summaries(const struct hs_calibrate_ask *a, bool *is, struct hs_err *e)
{
    struct hs_summary_names names;
    HS_TRY(hs_summary_names_read(a->path, &names, e));
    *is = names.is;
    hs_summary_names_free(&names);
    return *is ? fits(a, "summaries", e) : HS_OK;
}

/* What another file saw of the same tensor. */
static enum hs_status merge_from(const char *path, struct hs_calibrate_tensor *t, bool *found, struct hs_err *e)
{
    struct hs_summary_names names;
    HS_TRY(hs_summary_names_read(path, &names, e));
    if (!names.is) HS_FAIL(e, HS_EDATA, "'%s' holds no summaries: --save makes such a file", path);
    for (size_t k = 0; k < names.n && !e->status; k++) {
        struct hs_summary *more = NULL;
        if (strcmp(names.tensor[k], t->name) || hs_dump_read_summary(path, k, &more, e)) continue;
        hs_summary_merge(t->whole, more, e);
        hs_summary_close(more);
        *found = true;
    }
    hs_summary_names_free(&names);
    return e->status;
}

/* Merges and saves, where that was asked for; the tensor's count is then that of all. */
enum hs_status hs_calibrate_share(const struct hs_calibrate_ask *a, struct hs_calibrate_tensor *t, struct hs_err *e)
{
    struct hs_facts f;
    bool found = a->merges == 0;
    if (!a->merges && !a->save) return HS_OK;
    HS_TRY(fits(a, "summaries", e));
    for (size_t i = 0; i < a->merges; i++) HS_TRY(merge_from(a->merge[i], t, &found, e));
    if (!found) return HS_FAIL(e, HS_EDATA, "no file to merge with has a summary of %s", t->name);
    if (a->merges) {
        HS_TRY(hs_summary_facts(t->whole, &f, e));
        t->n = (size_t)(f.count + f.nonfinite);
    }
    return a->save ? hs_dump_put_summary(a->save->writer, a->save->n++, t->name, t->whole, e) : HS_OK;
}

enum hs_status hs_calibrate_summaries(const struct hs_calibrate_ask *a, struct hs_table *table, struct hs_err *e)
{
    struct hs_summary_names names;
    size_t found = 0;
    HS_TRY(hs_summary_names_read(a->path, &names, e));
    for (size_t k = 0; k < names.n && !e->status; k++) {
        struct hs_calibrate_tensor t = {.name = names.tensor[k]};
        struct hs_facts f = {0};
        if (!hs_calibrate_wants(a, t.name)) continue;
        found++;
        if (!hs_dump_read_summary(a->path, k, &t.whole, e) && !hs_summary_facts(t.whole, &f, e)) {
            t.n = (size_t)(f.count + f.nonfinite);
            if (!hs_calibrate_share(a, &t, e)) hs_calibrate_fit(a, &t, table, e);
        }
        hs_calibrate_drop(&t);
        if (e->status) hs_err_where(e, "%s in %s", names.tensor[k], a->path);
    }
    if (!e->status && !found)
        HS_FAIL(e, HS_EDATA, "no summary of that name in %s, which holds those of %zu tensors", a->path, names.n);
    hs_summary_names_free(&names);
    return e->status;
}
