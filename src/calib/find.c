/* find.c - a strategy by its name. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/roster.h"

#include "base/text.h"

#include <string.h>

const struct hs_calib_type *hs_calib_find(const char *name, struct hs_err *e)
{
    enum { MOST = 64 };
    const char *word[MOST + 1] = {NULL};
    struct hs_text known = {0};
    for (size_t i = 0; hs_calib_roster[i] && i < MOST; i++) {
        if (strcmp(hs_calib_roster[i]->name, name) == 0)
            return hs_text_free(&known), hs_calib_roster[i];
        word[i] = hs_calib_roster[i]->name;
        hs_text_add(&known, " %s", word[i]);
    }
    const char *near = hs_text_nearest(name, word);
    if (near)
        HS_FAIL(e, HS_ECONFIG, "no calibration strategy '%s': did you mean '%s'? there are:%s",
                name, near, known.s ? known.s : "");
    else
        HS_FAIL(e, HS_ECONFIG, "no calibration strategy '%s'; there are:%s", name,
                known.s ? known.s : "");
    hs_text_free(&known);
    return NULL;
}
