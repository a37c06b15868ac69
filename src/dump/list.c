/* list.c - the numeric datasets of any HDF5 file. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/guard.h"
#include "dump/h5.h"
#include "dump/stream.h"

#include <string.h>

struct lister {
    const struct hs_h5 *h;
    struct hs_tensor_list *list;
    struct hs_err *e;
};

static enum hs_status add(struct lister *l, const char *name)
{
    struct hs_arena *a = l->list->arena;
    struct hs_tensor_info info = {.path = hs_arena_text(a, "/%s", name)};
    struct hs_h5_set set;
    struct hs_err why = {0};
    if (!info.path) return HS_OUT_OF_MEMORY(l->e);
    if (hs_h5_set_open(l->h, info.path, &set, &why)) {
        if (strstr(why.what, "is not numeric")) return HS_OK;
        info.refused = hs_arena_text(a, why.where[0] ? "%s (%s)" : "%s", why.what, why.where);
    } else {
        info.type = set.type, info.rank = set.rank, info.count = hs_h5_set_count(&set);
        for (int i = 0; i < set.rank; i++) info.dim[i] = set.dim[i];
        hs_h5_set_close(&set);
    }
    if (!(l->list->n & (l->list->n - 1))) { /* at powers of two the list is full */
        struct hs_tensor_info *wider = HS_NEW(a, l->list->n ? 2 * l->list->n : 1, struct hs_tensor_info);
        if (!wider) return HS_OUT_OF_MEMORY(l->e);
        if (l->list->n) memcpy(wider, l->list->info, l->list->n * sizeof *wider);
        l->list->info = wider;
    }
    l->list->info[l->list->n++] = info;
    return HS_OK;
}

/* Objects come by hard links only, each once: neither cycles nor other files. */
static herr_t visit(hid_t id, const char *name, const H5O_info_t *info, void *ctx)
{
    (void)id;
    return info->type == H5O_TYPE_DATASET && add(ctx, name) ? -1 : 0;
}

struct job {
    const char *path;
    struct hs_tensor_list *list;
};

static enum hs_status read_once(void *ctx, struct hs_guard *g, struct hs_err *e)
{
    const struct job *j = ctx;
    struct hs_h5 h;
    (void)g;
    *j->list = (struct hs_tensor_list){.arena = hs_arena_open()};
    if (!j->list->arena) return HS_OUT_OF_MEMORY(e);
    enum hs_status st = hs_h5_open(j->path, &h, e);
    struct lister l = {.h = &h, .list = j->list, .e = e};
    if (!st && H5Ovisit2(h.id, H5_INDEX_NAME, H5_ITER_INC, visit, &l, H5O_INFO_BASIC) < 0)
        st = e->status ? e->status : hs_h5_fail(e, HS_EDATA, "cannot list '%s'", j->path);
    hs_h5_close(&h);
    if (st) hs_tensor_list_free(j->list);
    return st;
}

enum hs_status hs_tensor_list_read(const char *path, struct hs_tensor_list *list, struct hs_err *e)
{
    struct job j = {.path = path, .list = list};
    *list = (struct hs_tensor_list){0};
    HS_TRY(hs_guard_rehearse(path, read_once, &j, e));
    return read_once(&j, NULL, e);
}

void hs_tensor_list_free(struct hs_tensor_list *list)
{
    hs_arena_close(list->arena);
    *list = (struct hs_tensor_list){0};
}
