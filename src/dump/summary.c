/* summary.c - a summary's flat arrays as a group of HDF5, and back. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/summary.h"

#include "dump/guard.h"
#include "dump/put.h"

#include <stdio.h>
#include <string.h>

enum { LAYOUT = 1 };

enum { NAME = 40 };
static void group_of(char name[NAME], size_t k) { snprintf(name, NAME, "/summaries/s%04zu", k); }

/* The whole-number members, as one list attribute each way. */
enum { EXACT, DISTINCT, SEEN, NONFINITE, FIRST_NONFINITE, TINY_POSITIVE, TINY_NEGATIVE, ANY, NUMBERS };
static const char numbers[] = "numbers", extremes[] = "extremes";

static enum hs_status put_array(hid_t group, const char *name, enum hs_dump_type type, const void *data, size_t n,
                                struct hs_err *e)
{
    if (!data) return HS_OK;
    struct hs_dump_array x = {.type = type, .shape = {.rank = 1, .dim = {n}}, .data = data, .chunk = n ? 65536 : 0, .gzip = 1};
    return hs_put_set(group, name, &x, e);
}

static enum hs_status put_flat(hid_t group, const char *tensor, const struct hs_summary_flat *f, struct hs_err *e)
{
    const int64_t number[NUMBERS] = {
        [EXACT] = (int64_t)f->exact, [DISTINCT] = (int64_t)f->distinct, [SEEN] = (int64_t)f->seen,
        [NONFINITE] = (int64_t)f->nonfinite, [FIRST_NONFINITE] = (int64_t)f->first_nonfinite,
        [TINY_POSITIVE] = (int64_t)f->tiny[0], [TINY_NEGATIVE] = (int64_t)f->tiny[1], [ANY] = (int64_t)f->any};
    const double extreme[4] = {f->lo, f->hi, f->batch_lo, f->batch_hi};
    HS_TRY(hs_put_texts(group, "tensor", &tensor, 1, true, e));
    HS_TRY(hs_put_ints(group, numbers, number, NUMBERS, false, e));
    HS_TRY(hs_put_reals(group, extremes, extreme, 4, false, e));
    HS_TRY(put_array(group, "value", HS_DUMP_F32, f->value, f->n, e));
    HS_TRY(put_array(group, "key", HS_DUMP_U32, f->key, f->n, e));
    HS_TRY(put_array(group, "count", HS_DUMP_U64, f->count, f->n, e));
    HS_TRY(put_array(group, "low", HS_DUMP_U64, f->low, f->n, e));
    HS_TRY(put_array(group, "batch", HS_DUMP_F64, f->batches ? f->batch : NULL, 2 * f->batches, e));
    return put_array(group, "square", HS_DUMP_I64, f->key ? f->square : NULL, HS_FLAT_SQUARE, e);
}

static enum hs_status mark(struct hs_dump_writer *w, struct hs_err *e)
{
    const int64_t layout = LAYOUT;
    hid_t root = H5Gopen2(w->id, "/", H5P_DEFAULT);
    if (root < 0) return hs_h5_fail(e, HS_ECREATE, "cannot write to '%s'", w->path);
    if (H5Aexists(root, "halfstep_summaries") <= 0) hs_put_ints(root, "halfstep_summaries", &layout, 1, true, e);
    H5Gclose(root);
    return e->status;
}

enum hs_status hs_dump_put_summary(struct hs_dump_writer *w, size_t k, const char *tensor, const struct hs_summary *s,
                                   struct hs_err *e)
{
    char name[NAME];
    struct hs_summary_flat f;
    HS_TRY(mark(w, e));
    HS_TRY(hs_summary_export(s, &f, e));
    group_of(name, k);
    hid_t group = hs_put_group(w, name, e);
    if (group >= 0) put_flat(group, tensor, &f, e), H5Gclose(group);
    hs_summary_flat_free(&f);
    return e->status;
}

/* ---- and back */

struct names_job {
    const char *path;
    struct hs_summary_names *names;
};

static enum hs_status read_names(const struct hs_h5 *h, struct hs_summary_names *l, struct hs_err *e)
{
    struct hs_h5_attr a;
    HS_TRY(hs_h5_attr_at(h, "/", "halfstep_summaries", l->arena, &a, e));
    l->is = a.kind != HS_H5_NONE;
    if (!l->is) return HS_OK;
    if (a.kind != HS_H5_INTS || a.n != 1 || a.ints[0] != LAYOUT)
        return HS_FAIL(e, HS_EDATA, "'%s' holds summaries of a layout that this version does not know", h->path);
    char **child;
    HS_TRY(hs_h5_children(h, "/summaries", l->arena, &child, &l->n, e));
    if (!(l->tensor = HS_NEW(l->arena, l->n + 1, const char *))) return HS_OUT_OF_MEMORY(e);
    for (size_t k = 0; k < l->n; k++) {
        char group[NAME], *name = NULL;
        group_of(group, k);
        if (strcmp(child[k], group + strlen("/summaries/")))
            return HS_FAIL(e, HS_EDATA, "'%s' has '%s' where '%s' is expected", h->path, child[k], group);
        HS_TRY(hs_h5_text_at(h, group, "tensor", l->arena, &name, e));
        if (!name) return HS_FAIL(e, HS_EDATA, "%s of '%s' has no attribute 'tensor'", group, h->path);
        l->tensor[k] = name;
    }
    return HS_OK;
}

static enum hs_status names_once(void *ctx, struct hs_guard *g, struct hs_err *e)
{
    const struct names_job *j = ctx;
    struct hs_h5 h;
    (void)g;
    *j->names = (struct hs_summary_names){.arena = hs_arena_open()};
    if (!j->names->arena) return HS_OUT_OF_MEMORY(e);
    if (!hs_h5_open(j->path, &h, e)) read_names(&h, j->names, e);
    hs_h5_close(&h);
    if (e->status) hs_summary_names_free(j->names);
    return e->status;
}

enum hs_status hs_summary_names_read(const char *path, struct hs_summary_names *names, struct hs_err *e)
{
    struct names_job j = {path, names};
    *names = (struct hs_summary_names){0};
    HS_TRY(hs_guard_rehearse(path, names_once, &j, e));
    return names_once(&j, NULL, e);
}

void hs_summary_names_free(struct hs_summary_names *l)
{
    hs_arena_close(l->arena);
    *l = (struct hs_summary_names){0};
}

/* A dataset of one axis and a known type; *data NULL where there is none. */
static enum hs_status get(const struct hs_h5 *h, const char *group, const char *name, enum hs_dump_type type,
                          size_t width, void **data, size_t *n, struct hs_err *e)
{
    char path[64];
    enum hs_h5_kind kind;
    struct hs_h5_set set;
    snprintf(path, sizeof path, "%s/%s", group, name);
    *data = NULL, *n = 0;
    HS_TRY(hs_h5_look(h, path, &kind, e));
    if (kind == HS_H5_ABSENT) return HS_OK;
    HS_TRY(hs_h5_set_open(h, path, &set, e));
    *n = (size_t)hs_h5_set_count(&set);
    if (set.type != type || set.rank != 1)
        HS_FAIL(e, HS_EDATA, "%s of '%s' is not of the type that a summary has there", path, h->path);
    else if (!(*data = hs_alloc(*n, width)))
        HS_OUT_OF_MEMORY(e);
    else if (*n)
        hs_h5_set_rows(&set, 0, *n, *data, e);
    hs_h5_set_close(&set);
    return e->status;
}

static enum hs_status get_numbers(const struct hs_h5 *h, const char *group, struct hs_arena *a, struct hs_summary_flat *f,
                                  struct hs_err *e)
{
    struct hs_h5_attr i, x;
    HS_TRY(hs_h5_attr_at(h, group, numbers, a, &i, e));
    HS_TRY(hs_h5_attr_at(h, group, extremes, a, &x, e));
    if (i.kind != HS_H5_INTS || i.n != NUMBERS || x.kind != HS_H5_REALS || x.n != 4)
        return HS_FAIL(e, HS_EDATA, "%s of '%s' lacks the attributes of a summary", group, h->path);
    f->exact = (uint64_t)i.ints[EXACT], f->distinct = (uint64_t)i.ints[DISTINCT], f->seen = (uint64_t)i.ints[SEEN];
    f->nonfinite = (uint64_t)i.ints[NONFINITE], f->first_nonfinite = (uint64_t)i.ints[FIRST_NONFINITE];
    f->tiny[0] = (uint64_t)i.ints[TINY_POSITIVE], f->tiny[1] = (uint64_t)i.ints[TINY_NEGATIVE];
    f->any = (uint32_t)i.ints[ANY];
    f->lo = x.reals[0], f->hi = x.reals[1], f->batch_lo = x.reals[2], f->batch_hi = x.reals[3];
    return HS_OK;
}

static enum hs_status get_flat(const struct hs_h5 *h, const char *group, struct hs_summary_flat *f, struct hs_err *e)
{
    size_t values, keys, counts, lows, batches, squares;
    void *square = NULL;
    HS_TRY(get(h, group, "value", HS_DUMP_F32, sizeof *f->value, (void **)&f->value, &values, e));
    HS_TRY(get(h, group, "key", HS_DUMP_U32, sizeof *f->key, (void **)&f->key, &keys, e));
    HS_TRY(get(h, group, "count", HS_DUMP_U64, sizeof *f->count, (void **)&f->count, &counts, e));
    HS_TRY(get(h, group, "low", HS_DUMP_U64, sizeof *f->low, (void **)&f->low, &lows, e));
    HS_TRY(get(h, group, "batch", HS_DUMP_F64, sizeof *f->batch, (void **)&f->batch, &batches, e));
    HS_TRY(get(h, group, "square", HS_DUMP_I64, sizeof(int64_t), &square, &squares, e));
    if (square && squares == HS_FLAT_SQUARE) memcpy(f->square, square, sizeof f->square);
    hs_free(square);
    f->n = f->key ? keys : values, f->batches = batches / 2;
    bool buckets = f->key && !f->value && f->count && f->low && counts == keys && lows == keys && squares == HS_FLAT_SQUARE;
    bool list = !f->key && f->value && !f->low && (!f->count || counts == values);
    return (buckets || list) && batches % 2 == 0
               ? HS_OK
               : HS_FAIL(e, HS_EDATA, "the datasets of %s in '%s' do not fit each other", group, h->path);
}

struct job {
    const char *path;
    size_t k;
    struct hs_summary **out;
};

static enum hs_status read_flat(const struct job *j, struct hs_summary_flat *f, struct hs_err *e)
{
    struct hs_h5 h;
    char group[NAME];
    struct hs_arena *arena = hs_arena_open();
    group_of(group, j->k);
    if (!arena) return HS_OUT_OF_MEMORY(e);
    if (!hs_h5_open(j->path, &h, e) && !get_numbers(&h, group, arena, f, e)) get_flat(&h, group, f, e);
    hs_h5_close(&h);
    hs_arena_close(arena);
    return e->status;
}

static enum hs_status read_once(void *ctx, struct hs_guard *g, struct hs_err *e)
{
    const struct job *j = ctx;
    struct hs_summary_flat f = {0};
    (void)g;
    if (!read_flat(j, &f, e) && hs_summary_import(&f, j->out, e)) hs_err_where(e, "number %zu in %s", j->k, j->path);
    hs_summary_flat_free(&f);
    return e->status;
}

enum hs_status hs_dump_read_summary(const char *path, size_t k, struct hs_summary **out, struct hs_err *e)
{
    struct job j = {path, k, out};
    *out = NULL;
    HS_TRY(hs_guard_rehearse(path, read_once, &j, e));
    return read_once(&j, NULL, e);
}
