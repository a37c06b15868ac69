/* keras_wrapper.c - TimeDistributed around layers that work on the last axis alone: the same without it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

#include <string.h>

static const char *const inner_classes[] = {"Dense", "Activation", "ReLU", "LeakyReLU", "ELU", "Dropout", NULL};

static struct hs_keras_layer inside(const struct hs_keras_layer *l)
{
    const json_t *layer = json_object_get(l->config, "layer");
    struct hs_keras_layer inner = *l;
    inner.class_name = hs_keras_text(layer, "class_name", "(without a class)");
    inner.config = json_object_get(layer, "config");
    inner.within = "layer";
    return inner;
}

static void check_distributed(struct hs_keras *k, const struct hs_keras_layer *l)
{
    struct hs_keras_layer inner = inside(l);
    const struct hs_keras_type *t = NULL;
    for (const char *const *c = inner_classes; *c; c++)
        if (!strcmp(*c, inner.class_name)) t = hs_keras_find(*c);
    if (!t) hs_keras_complain(k, l, "around '%s', which is not supported", inner.class_name);
    else if (t->check) t->check(k, &inner);
}

static enum hs_status build_distributed(struct hs_keras *k, struct hs_keras_layer *l, struct hs_err *e)
{
    struct hs_keras_layer inner = inside(l);
    HS_TRY(hs_keras_find(inner.class_name)->build(k, &inner, e));
    l->out = inner.out;
    return HS_OK;
}

const struct hs_keras_type hs_keras_wrappers[] = {
    {.class_name = "TimeDistributed", .check = check_distributed, .build = build_distributed},
    {.class_name = NULL},
};
