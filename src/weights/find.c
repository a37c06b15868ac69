/* find.c - a weight method by its name. */
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
