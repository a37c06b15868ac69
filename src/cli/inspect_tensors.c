/* inspect_tensors.c - every tensor of a file as a row: range, moments, outliers, or why it cannot be read. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/inspect.h"

#include "base/text.h"
#include "dump/stream.h"
#include "tensor/summary.h"

#include <math.h>
#include <string.h>

static const struct hs_column tensor_column[] = {
    {"tensor", false}, {"type", false}, {"shape", false}, {"min", true}, {"max", true}, {"mean", true}, {"std", true},
    {"zeros", true}, {"beyond_6_sigma", true}, {"max_to_p99.9", true}, {"nonfinite", true}, {"note", false}};

static enum hs_status observe(const char *path, const struct hs_tensor_info *info, struct hs_summary *s, struct hs_err *e)
{
    struct hs_stream *stream;
    const float *value;
    size_t n;
    HS_TRY(hs_stream_open(path, info->path, &stream, e));
    enum hs_status st;
    while (!(st = hs_stream_next(stream, &value, &n, e)))
        if ((st = hs_summary_observe(s, value, n, e))) break;
    hs_stream_close(stream);
    return st == HS_DONE ? HS_OK : st;
}

static void numbers(struct hs_table *t, const struct hs_summary *s, const struct hs_facts *f)
{
    double n = (double)f->count, mean = f->sum / n; /* of the finite ones */
    if (!(n > 0)) {
        for (int i = 0; i < 7; i++) hs_table_number(t, "%.4g", NAN);
        return;
    }
    double variance = f->sum_squares / n - mean * mean, std = variance > 0 ? sqrt(variance) : 0;
    double beyond = n - (hs_summary_below(s, mean + 6 * std).count - hs_summary_below(s, mean - 6 * std).count);
    double largest = fmax(fabs(f->lo), fabs(f->hi)), usual = hs_summary_magnitude_quantile(s, 0.999);
    hs_table_number(t, "%.4g", f->lo);
    hs_table_number(t, "%.4g", f->hi);
    hs_table_number(t, "%.4g", mean);
    hs_table_number(t, "%.4g", std);
    hs_table_number(t, "%.4g", (double)f->zeros / n);
    hs_table_number(t, "%.3g", std > 0 ? beyond / n : 0);
    hs_table_number(t, "%.3g", usual > 0 ? largest / usual : NAN);
}

static void row(struct hs_table *t, const struct hs_tensor_info *info, const struct hs_summary *s, const struct hs_facts *f,
                const char *why)
{
    struct hs_text shape = {0};
    for (int i = 0; i < info->rank; i++)
        hs_text_add(&shape, "%s%llu", i ? ", " : "", (unsigned long long)info->dim[i]);
    hs_table_text(t, "%s", info->path);
    hs_table_text(t, "%s", info->refused ? "" : hs_dump_type_names[info->type]);
    hs_table_text(t, "(%s)", shape.s ? shape.s : "");
    numbers(t, s, f);
    hs_table_number(t, "%.0f", why[0] && !info->refused ? NAN : (double)f->nonfinite);
    hs_table_text(t, "%s", why);
    t->failed |= shape.failed;
    hs_text_free(&shape);
}

/* Values that do not come out of the file (a damaged block) end the row, not the table: *why is told. */
static enum hs_status tensor_row(struct hs_table *t, const char *path, const struct hs_tensor_info *info, struct hs_err *why,
                                 struct hs_err *e)
{
    struct hs_facts f = {0};
    struct hs_summary *s = hs_summary_open(NULL);
    if (!s) return HS_OUT_OF_MEMORY(e);
    enum hs_status st = info->refused ? HS_OK : observe(path, info, s, why);
    if (!st) st = hs_summary_facts(s, &f, why);
    if (!st || st == HS_EDATA) row(t, info, s, &f, info->refused ? info->refused : why->what);
    hs_summary_close(s);
    if (!st || st == HS_EDATA) return HS_OK;
    *e = *why;
    return hs_err_where(e, "%s in %s", info->path, path);
}

static enum hs_status nothing(const struct hs_tensor_list *list, const char *path, const char *glob, struct hs_err *e)
{
    const char **name = hs_alloc(list->n + 1, sizeof *name);
    if (!name) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < list->n; i++) name[i] = list->info[i].path + (glob[0] != '/');
    name[list->n] = NULL;
    const char *near = hs_text_nearest(glob, name);
    HS_FAIL(e, HS_EDATA, "no tensor '%s' in %s%s%s%s: without a name, halfstep inspect lists what there is", glob, path,
            near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
    hs_free(name);
    return e->status;
}

static enum hs_status rows(struct hs_table *t, const struct hs_tensor_list *list, const char *path, const char *glob,
                           struct hs_err *unread, struct hs_err *e)
{
    size_t n = 0, bad = 0;
    struct hs_err first = {0};
    for (size_t i = 0; i < list->n; i++) {
        struct hs_err why = {0};
        if (glob && !hs_text_match_path(glob, list->info[i].path)) continue;
        HS_TRY(tensor_row(t, path, &list->info[i], &why, e));
        n++;
        if (why.status && !bad++) first = why;
    }
    if (bad && !unread->status) {
        *unread = first;
        hs_err_where(unread, "%zu of %zu tensors in %s cannot be read, as the notes say", bad, n, path);
    }
    return n || !glob || !strcmp(glob, "none") ? HS_OK : nothing(list, path, glob, e);
}

enum hs_status hs_inspect_tensors(struct hs_table *t, const char *path, const char *glob, struct hs_err *unread, struct hs_err *e)
{
    struct hs_tensor_list list;
    hs_table_open(t, "tensors", "Tensors", tensor_column, sizeof tensor_column / sizeof *tensor_column);
    HS_TRY(hs_tensor_list_read(path, &list, e));
    enum hs_status st = rows(t, &list, path, glob, unread, e);
    hs_tensor_list_free(&list);
    return st;
}
