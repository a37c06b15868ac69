/* calibrate_file.c - one look at each tensor of a file that was asked for. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/calibrate.h"

#include "base/text.h"
#include "dump/stream.h"

bool hs_calibrate_wants(const struct hs_calibrate_ask *a, const char *path)
{
    bool yes = a->globs == 0;
    for (size_t i = 0; i < a->globs; i++) yes |= hs_text_match_path(a->glob[i], path);
    return yes;
}

static enum hs_status tensor(const struct hs_calibrate_ask *a,
                             const struct hs_tensor_info *info, struct hs_table *t,
                             struct hs_err *e)
{
    struct hs_calibrate_tensor data;
    enum hs_status st = hs_calibrate_read(a, info, &data, e);
    if (st == HS_OK) st = hs_calibrate_share(a, &data, e);
    if (st == HS_OK) st = hs_calibrate_fit(a, &data, t, e);
    hs_calibrate_drop(&data);
    return st == HS_OK ? HS_OK : hs_err_where(e, "%s in %s", info->path, a->path);
}

enum hs_status hs_calibrate_file(const struct hs_calibrate_ask *a, struct hs_table *t,
                                 struct hs_err *e)
{
    struct hs_tensor_list list;
    size_t found = 0;
    const char *why = NULL; /* the first that was not read */
    bool summaries;
    HS_TRY(hs_calibrate_is_summaries(a, &summaries, e));
    if (summaries) return hs_calibrate_summaries(a, t, e);
    HS_TRY(hs_tensor_list_read(a->path, &list, e));
    enum hs_status st = HS_OK;
    for (size_t i = 0; i < list.n && st == HS_OK; i++) {
        const struct hs_tensor_info *info = &list.info[i];
        if (!hs_calibrate_wants(a, info->path) ||
            (info->count == 0 && !info->refused))
            continue;
        if (info->refused) {
            if (!why) why = info->refused;
            if (a->globs) st = HS_FAIL(e, HS_EDATA, "%s", why);
            continue;
        }
        found++;
        st = tensor(a, info, t, e);
    }
    if (st == HS_OK && !found && why) st = HS_FAIL(e, HS_EDATA, "%s", why);
    else if (st == HS_OK && !found)
        st = HS_FAIL(
            e, HS_EDATA,
            "no numeric tensor with values%s in %s: halfstep inspect lists what there is",
            a->globs ? " of that name" : "", a->path);
    hs_tensor_list_free(&list);
    return st;
}
