/* find.c - a weight method by its name, and what identifies it with its knobs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weights/weights.h"

#include "base/text.h"

#include <string.h>

const struct hs_weights_type *hs_weights_find(const char *name, struct hs_err *e)
{
    struct hs_text known = {0};
    for (const struct hs_weights_type *const *t = hs_weights_roster; *t; t++) {
        if (strcmp((*t)->name, name) == 0) return hs_text_free(&known), *t;
        hs_text_add(&known, " %s", (*t)->name);
    }
    HS_FAIL(e, HS_ECONFIG, "no weight method '%s'; there are:%s", name, known.s ? known.s : "");
    hs_text_free(&known);
    return NULL;
}

void hs_weights_hash(struct hs_hash *h, const struct hs_weights_type *t, const double *knob)
{
    hs_hash_text(h, t->name);
    hs_hash_int(h, t->version);
    for (int k = 0; t->knob && t->knob[k].name; k++) {
        bool kept = !strcmp(t->knob[k].name, "bias") && knob[k] == HS_WEIGHTS_BIAS_KEPT;
        if (!t->knob[k].time_only && !kept) hs_hash_real(h, knob[k]);
    }
}
