/* given.c - a table of given scales from JSON or HDF5, checked site by site. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/given.h"

#include "dump/guard.h"
#include "dump/h5.h"

#include <errno.h>
#include <float.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_SITES = 1 << 20 };

struct reading {
    const char *path;
    struct hs_arena *arena;
    struct hs_given *given;
    bool is_h5;
};

static enum hs_status check_site(const struct reading *r, const struct hs_given_site *s, struct hs_err *e)
{
    if (!s->n && !s->rounded.data)
        return HS_FAIL(e, HS_EDATA, "%s in '%s' has no scale%s", s->name, r->path, r->is_h5 ? " and no rounded values" : "");
    for (size_t i = 0; s->rounded.data && i < hs_shape_count(&s->rounded.shape); i++)
        if (!isfinite(s->rounded.data[i]))
            return HS_FAIL(e, HS_EDATA, "rounded value %zu of %s in '%s' is not finite", i, s->name, r->path);
    for (size_t i = 0; i < s->n; i++) {
        if (!(s->scale[i] >= FLT_MIN && s->scale[i] <= FLT_MAX))
            return HS_FAIL(e, HS_EDATA, "scale %zu of %s in '%s' is %g: scales are positive numbers of float32", i, s->name,
                           r->path, s->scale[i]);
        if (s->zero && !(fabs(s->zero[i]) <= 65536))
            return HS_FAIL(e, HS_EDATA, "zero-point %zu of %s in '%s' is %g: no code", i, s->name, r->path, s->zero[i]);
    }
    for (const struct hs_given_site *other = r->given->site; other < s; other++)
        if (!strcmp(other->name, s->name)) return HS_FAIL(e, HS_EDATA, "%s is in '%s' twice", s->name, r->path);
    return HS_OK;
}

/* One number or a list of them; *n = 0 with what is no number. */
static const double *numbers(const struct reading *r, const json_t *j, size_t *n)
{
    *n = json_is_array(j) ? json_array_size(j) : json_is_number(j);
    double *x = HS_NEW(r->arena, *n + 1, double);
    for (size_t i = 0; x && i < *n; i++) {
        const json_t *one = json_is_array(j) ? json_array_get(j, i) : j;
        x[i] = json_is_number(one) ? json_number_value(one) : NAN;
    }
    return x;
}

static enum hs_status json_site(const struct reading *r, const char *name, const json_t *j, struct hs_given_site *s,
                                struct hs_err *e)
{
    const json_t *zero = json_object_get(j, "zero_point");
    size_t zeros = 0;
    *s = (struct hs_given_site){.name = hs_arena_text(r->arena, "%s", name)};
    s->scale = numbers(r, json_object_get(j, "scale"), &s->n);
    if (zero) s->zero = numbers(r, zero, &zeros);
    if (!s->name || !s->scale || (zero && !s->zero)) return HS_OUT_OF_MEMORY(e);
    if (zero && zeros != s->n)
        return HS_FAIL(e, HS_EDATA, "%s in '%s' has %zu scales and %zu zero-points", name, r->path, s->n, zeros);
    return check_site(r, s, e);
}

static enum hs_status json_table(const struct reading *r, json_t *root, struct hs_err *e)
{
    json_t *sites = json_object_get(root, "sites"), *site;
    const char *name;
    if (json_integer_value(json_object_get(root, "halfstep_given")) != 1 || !json_is_object(sites))
        return HS_FAIL(e, HS_EDATA, "'%s' holds no given scales: {\"halfstep_given\": 1, \"sites\": {...}} is expected",
                       r->path);
    r->given->site = HS_NEW(r->arena, json_object_size(sites) + 1, struct hs_given_site);
    if (!r->given->site) return HS_OUT_OF_MEMORY(e);
    json_object_foreach(sites, name, site)
        HS_TRY(json_site(r, name, site, &r->given->site[r->given->n++], e));
    return HS_OK;
}

static enum hs_status read_json(const struct reading *r, struct hs_err *e)
{
    json_error_t why;
    json_t *root = json_load_file(r->path, JSON_REJECT_DUPLICATES, &why);
    if (!root) return HS_FAIL(e, HS_EDATA, "'%s', line %d: %s", r->path, why.line, why.text);
    json_table(r, root, e);
    json_decref(root);
    return e->status;
}

static enum hs_status h5_numbers(const struct reading *r, const struct hs_h5 *h, const char *path, const double **x,
                                 size_t *n, struct hs_err *e)
{
    struct hs_h5_set set;
    struct hs_tensor t = {{0}, NULL};
    double *to = NULL;
    HS_TRY(hs_h5_set_open(h, path, &set, e));
    *n = (size_t)hs_h5_set_count(&set);
    if (set.rank > 1)
        HS_FAIL(e, HS_EDATA, "%s of '%s' has %d axes where a number or a list is expected", path, r->path, set.rank);
    else if (!hs_h5_set_tensor(&set, &t, e) && !(to = HS_NEW(r->arena, *n + 1, double)))
        HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; to && i < *n; i++) to[i] = t.data[i];
    *x = to;
    hs_tensor_free(&t);
    hs_h5_set_close(&set);
    return e->status;
}

/* A dataset that may be absent; its values move into the arena. */
static enum hs_status h5_rounded(const struct reading *r, const struct hs_h5 *h, const char *path, struct hs_tensor *to,
                                 struct hs_err *e)
{
    enum hs_h5_kind kind;
    struct hs_h5_set set;
    struct hs_tensor t = {{0}, NULL};
    HS_TRY(hs_h5_look(h, path, &kind, e));
    if (kind != HS_H5_DATASET) return HS_OK;
    HS_TRY(hs_h5_set_open(h, path, &set, e));
    if (!hs_h5_set_tensor(&set, &t, e)) {
        size_t n = hs_shape_count(&t.shape);
        *to = (struct hs_tensor){.shape = t.shape, .data = HS_NEW(r->arena, n + 1, float)};
        if (to->data && n) memcpy(to->data, t.data, n * sizeof *to->data);
        if (!to->data) HS_OUT_OF_MEMORY(e);
    }
    hs_tensor_free(&t);
    hs_h5_set_close(&set);
    return e->status;
}

static enum hs_status h5_site(const struct reading *r, const struct hs_h5 *h, const char *child, struct hs_given_site *s,
                              struct hs_err *e)
{
    char path[300], *name = NULL;
    enum hs_h5_kind kind;
    size_t zeros = 0;
    snprintf(path, sizeof path, "/sites/%.200s", child);
    *s = (struct hs_given_site){0};
    HS_TRY(hs_h5_text_at(h, path, "site", r->arena, &name, e));
    if (!name) return HS_FAIL(e, HS_EDATA, "%s of '%s' has no attribute 'site'", path, r->path);
    s->name = name;
    snprintf(path, sizeof path, "/sites/%.200s/rounded", child);
    HS_TRY(h5_rounded(r, h, path, &s->rounded, e));
    snprintf(path, sizeof path, "/sites/%.200s/scale", child);
    HS_TRY(hs_h5_look(h, path, &kind, e));
    if (kind == HS_H5_DATASET || !s->rounded.data) HS_TRY(h5_numbers(r, h, path, &s->scale, &s->n, e));
    snprintf(path, sizeof path, "/sites/%.200s/zero_point", child);
    HS_TRY(hs_h5_look(h, path, &kind, e));
    if (kind == HS_H5_DATASET) HS_TRY(h5_numbers(r, h, path, &s->zero, &zeros, e));
    if (s->zero && zeros != s->n)
        return HS_FAIL(e, HS_EDATA, "%s in '%s' has %zu scales and %zu zero-points", name, r->path, s->n, zeros);
    return check_site(r, s, e);
}

static enum hs_status h5_table(const struct reading *r, const struct hs_h5 *h, struct hs_err *e)
{
    struct hs_h5_attr mark;
    char **child;
    size_t n;
    HS_TRY(hs_h5_attr_at(h, "/", "halfstep_given", r->arena, &mark, e));
    if (mark.kind != HS_H5_INTS || mark.n != 1 || mark.ints[0] != 1)
        return HS_FAIL(e, HS_EDATA, "'%s' holds no given scales: the attribute halfstep_given = 1 is expected", r->path);
    HS_TRY(hs_h5_children(h, "/sites", r->arena, &child, &n, e));
    if (n > MOST_SITES) return HS_FAIL(e, HS_EDATA, "'%s' has %zu sites", r->path, n);
    if (!(r->given->site = HS_NEW(r->arena, n + 1, struct hs_given_site))) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < n; i++) HS_TRY(h5_site(r, h, child[i], &r->given->site[r->given->n++], e));
    return HS_OK;
}

static enum hs_status h5_once(void *ctx, struct hs_guard *g, struct hs_err *e)
{
    const struct reading *r = ctx;
    struct hs_h5 h;
    (void)g;
    r->given->n = 0;
    if (!hs_h5_open(r->path, &h, e)) h5_table(r, &h, e);
    hs_h5_close(&h);
    return e->status;
}

static void sign(struct hs_given *g)
{
    struct hs_hash h;
    hs_hash_begin(&h, "given");
    for (size_t i = 0; i < g->n; i++) {
        const struct hs_given_site *s = &g->site[i];
        hs_hash_text(&h, s->name);
        for (size_t k = 0; k < s->n; k++) hs_hash_real(&h, s->scale[k]), hs_hash_real(&h, s->zero ? s->zero[k] : 0);
        if (s->rounded.data)
            hs_hash_key(&h, hs_hash_bytes(s->rounded.data, hs_shape_count(&s->rounded.shape) * sizeof(float)));
    }
    g->digest = hs_hash_end(&h);
}

enum hs_status hs_given_read(const char *path, struct hs_arena *arena, const struct hs_given **out, struct hs_err *e)
{
    struct reading r = {.path = path, .arena = arena, .given = HS_NEW(arena, 1, struct hs_given)};
    uint64_t bytes = 0;
    HS_TRY(hs_h5_check_file(path, "a table of given scales", &bytes, e));
    FILE *f = fopen(path, "rb");
    int first = f ? fgetc(f) : EOF;
    if (!f) return HS_FAIL(e, HS_ENOINPUT, "cannot read '%s': %s", path, strerror(errno));
    fclose(f);
    if (!r.given || !(r.given->path = hs_arena_text(arena, "%s", path))) return HS_OUT_OF_MEMORY(e);
    r.is_h5 = first == 0x89;
    if (r.is_h5) {
        HS_TRY(hs_guard_rehearse(path, h5_once, &r, e));
        HS_TRY(h5_once(&r, NULL, e));
    } else {
        HS_TRY(read_json(&r, e));
    }
    sign(r.given);
    *out = r.given;
    return HS_OK;
}
