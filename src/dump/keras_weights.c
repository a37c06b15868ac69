/* keras_weights.c - the arrays of a layer, found by the names that Keras wrote down. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

#include <stdio.h>

enum { MOST = sizeof ((struct hs_keras_weights *)0)->value / sizeof(struct hs_tensor) };

/* weight_names, or weight_names0, weight_names1 ... where one attribute could not hold them. */
static enum hs_status names_of(struct hs_keras *k, const char *group, const char **name, size_t *n, struct hs_err *e)
{
    *n = 0;
    for (int part = -1; part < 1000; part++) {
        struct hs_h5_attr v;
        char attr[32];
        snprintf(attr, sizeof attr, part < 0 ? "weight_names" : "weight_names%d", part);
        HS_TRY(hs_h5_attr_at(k->h, group, attr, k->a, &v, e));
        if (v.kind == HS_H5_NONE && part >= 0) return HS_OK;
        if (v.n && v.kind != HS_H5_TEXTS)
            return HS_FAIL(e, HS_EDATA, "attribute '%s' of '%s' should be a list of texts", attr, group);
        for (size_t i = 0; i < v.n; i++, ++*n)
            if (*n < MOST) name[*n] = v.texts[i];
    }
    return HS_OK;
}

static enum hs_status read_one(struct hs_keras *k, const char *group, const char *name, struct hs_tensor *t,
                               struct hs_err *e)
{
    struct hs_h5_set set;
    char *path = hs_arena_text(k->a, "%s/%s", group, name);
    if (!path) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_h5_set_open(k->h, path, &set, e));
    enum hs_status st = hs_h5_set_tensor(&set, t, e);
    hs_h5_set_close(&set);
    return st;
}

enum hs_status hs_keras_weights(struct hs_keras *k, const struct hs_keras_layer *l, size_t n, struct hs_keras_weights *w,
                                struct hs_err *e)
{
    const char *name[MOST];
    enum hs_h5_kind kind;
    size_t have;
    char *group = hs_arena_text(k->a, "%s/%s", k->weights, l->name);
    *w = (struct hs_keras_weights){0};
    if (!group) return HS_OUT_OF_MEMORY(e);
    HS_TRY(hs_h5_look(k->h, group, &kind, e));
    if (kind != HS_H5_GROUP)
        return HS_FAIL(e, HS_EDATA, "there is no group '%s' with the weights of layer '%s'", group, l->name);
    HS_TRY(names_of(k, group, name, &have, e));
    if (have != n)
        return HS_FAIL(e, HS_EDATA, "'%s' lists %zu weights, but layer '%s' (%s) has %zu", group, have, l->name,
                       l->class_name, n);
    for (; w->n < n; w->n++) {
        if (!read_one(k, group, name[w->n], &w->value[w->n], e)) continue;
        hs_keras_weights_free(w);
        return e->status;
    }
    return HS_OK;
}

void hs_keras_weights_free(struct hs_keras_weights *w)
{
    for (size_t i = 0; i < w->n; i++) hs_tensor_free(&w->value[i]);
    w->n = 0;
}
