/* keras_weights.c - the arrays of a layer, found by the names that Keras wrote down. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

#include <stdio.h>
#include <string.h>

enum { MOST = sizeof ((struct hs_keras_weights *)0)->value / sizeof(struct hs_tensor) };

/* Whether a part between slashes of "dense_1/kernel:0" is this word. */
static bool has_part(const char *name, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = name; at; at = (at = strchr(at, '/')) ? at + 1 : NULL)
        if (!strncmp(at, word, n) && (at[n] == '/' || !at[n])) return true;
    return false;
}

/* weight_names, or weight_names0, weight_names1 ... where one attribute could not hold them. */
static enum hs_status names_of(struct hs_keras *k, const char *group, const char *among, const char **name, size_t *n,
                               struct hs_err *e)
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
        for (size_t i = 0; i < v.n; i++) {
            if (among && !has_part(v.texts[i], among)) continue;
            if (*n < MOST) name[*n] = v.texts[i];
            ++*n;
        }
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

static enum hs_status read_named(struct hs_keras *k, const char *group, const char *among, struct hs_keras_weights *w,
                                 struct hs_err *e)
{
    const char *name[MOST];
    size_t have;
    HS_TRY(names_of(k, group, among, name, &have, e));
    if (have > MOST) return HS_FAIL(e, HS_EDATA, "'%s' lists %zu weights, more than any layer has", group, have);
    for (; w->n < have; w->n++) HS_TRY(read_one(k, group, name[w->n], &w->value[w->n], e));
    return HS_OK;
}

/* In an archive: vars/0, vars/1 ... without any names. */
static enum hs_status read_counted(struct hs_keras *k, const char *group, struct hs_keras_weights *w, struct hs_err *e)
{
    for (size_t i = 0;; i++) {
        enum hs_h5_kind kind;
        char *path = hs_arena_text(k->a, "%s/vars/%zu", group, i), name[32];
        if (!path) return HS_OUT_OF_MEMORY(e);
        HS_TRY(hs_h5_look(k->h, path, &kind, e));
        if (kind != HS_H5_DATASET) return HS_OK;
        if (w->n == MOST) return HS_FAIL(e, HS_EDATA, "'%s' holds more weights than any layer has", group);
        snprintf(name, sizeof name, "vars/%zu", i);
        HS_TRY(read_one(k, group, name, &w->value[w->n], e));
        w->n++;
    }
}

static enum hs_status read_archived(struct hs_keras *k, const struct hs_keras_layer *l, const char *const *within,
                                    struct hs_keras_weights *w, struct hs_err *e)
{
    static const char *const own[] = {"", NULL};
    for (const char *const *part = within ? within : own; *part; part++) {
        char *group = hs_arena_text(k->a, "%s%s%s%s%s", l->group, l->within ? "/" : "", l->within ? l->within : "",
                                    **part ? "/" : "", *part);
        if (!group) return HS_OUT_OF_MEMORY(e);
        HS_TRY(read_counted(k, group, w, e));
    }
    return HS_OK;
}

enum hs_status hs_keras_weights_all(struct hs_keras *k, const struct hs_keras_layer *l, const char *const *within,
                                    struct hs_keras_weights *w, struct hs_err *e)
{
    enum hs_h5_kind kind;
    *w = (struct hs_keras_weights){0};
    HS_TRY(hs_h5_look(k->h, l->group, &kind, e));
    if (kind != HS_H5_GROUP)
        return HS_FAIL(e, HS_EDATA, "there is no group '%s' with the weights of layer '%s'", l->group, l->name);
    enum hs_status st = k->archive ? read_archived(k, l, within, w, e) : read_named(k, l->group, l->among, w, e);
    if (st) hs_keras_weights_free(w);
    return st;
}

enum hs_status hs_keras_weights(struct hs_keras *k, const struct hs_keras_layer *l, size_t n, struct hs_keras_weights *w,
                                struct hs_err *e)
{
    HS_TRY(hs_keras_weights_all(k, l, NULL, w, e));
    size_t have = w->n;
    if (have == n) return HS_OK;
    hs_keras_weights_free(w);
    return HS_FAIL(e, HS_EDATA, "'%s' lists %zu weights, but layer '%s' (%s) has %zu", l->group, have, l->name,
                   l->class_name, n);
}

void hs_keras_weights_free(struct hs_keras_weights *w)
{
    for (size_t i = 0; i < w->n; i++) hs_tensor_free(&w->value[i]);
    w->n = 0;
}
