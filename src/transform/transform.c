/* transform.c - a network goes in, a rewritten one comes out. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transform/transform.h"

#include "net/copy.h"

/* One rewriting; *changes: in how many places. */
static enum hs_status rewrite(const struct hs_transform_type *t, const double *knob, const struct hs_net *from,
                              const struct hs_tensor *input, struct hs_net *to, size_t *changes, struct hs_err *e)
{
    const char **before = hs_alloc_zeroed(from->nodes, sizeof *before);
    struct hs_transform_job job = {.from = from, .input = input, .knob = knob, .to = to};
    *to = (struct hs_net){0};
    if (!before) return HS_OUT_OF_MEMORY(e);
    if (t->insert) t->insert(from, before);
    if (hs_net_copy(from, before, to, e) == HS_OK && t->run(&job, e) == HS_OK) hs_net_finish(to, true, e);
    hs_free(before);
    if (e->status != HS_OK) hs_net_close(to);
    *changes = job.changes;
    return e->status;
}

enum hs_status hs_transform(const struct hs_transform_type *t, const double *knob, const struct hs_net *from,
                            const struct hs_tensor *input, struct hs_net *to, struct hs_err *e)
{
    struct hs_net folded = {0};
    size_t changes;
    if (t->needs_data && !input) return HS_FAIL(e, HS_ECONFIG, "%s looks at what layers read: data.calibration is needed", t->name);
    if (t->folds_first) HS_TRY(rewrite(&hs_transform_bn_fold, NULL, from, NULL, &folded, &changes, e));
    rewrite(t, knob, t->folds_first ? &folded : from, input, to, &changes, e);
    hs_net_close(&folded);
    if (e->status == HS_OK && !changes) {
        hs_net_close(to);
        return HS_FAIL(e, HS_ECONFIG, "%s finds nothing to do in %s: it looks for %s", t->name, from->name, t->looks_for);
    }
    return e->status;
}
