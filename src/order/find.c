/* find.c - an order by its name. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order/order.h"

#include "base/text.h"

#include <string.h>

const struct hs_order_type *hs_order_find(const char *name, struct hs_err *e)
{
    struct hs_text known = {0};
    for (const struct hs_order_type *const *t = hs_order_roster; *t; t++) {
        if (strcmp((*t)->name, name) == 0) return hs_text_free(&known), *t;
        hs_text_add(&known, " %s", (*t)->name);
    }
    HS_FAIL(e, HS_ECONFIG, "no order '%s'; there are:%s", name, known.s ? known.s : "");
    hs_text_free(&known);
    return NULL;
}
