/* given_find.c - finds what a table of given scales says of a site. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/given.h"

#include <string.h>

const struct hs_given_site *hs_given_find(const struct hs_given *g, const char *layer, const char *site)
{
    size_t n = strlen(layer);
    for (size_t i = 0; i < g->n; i++) {
        const char *name = g->site[i].name;
        if (strncmp(name, layer, n)) continue;
        if (site ? name[n] == '/' && !strcmp(name + n + 1, site) : !name[n]) return &g->site[i];
    }
    return NULL;
}

void hs_given_knobs(const struct hs_given_site *s, size_t part, double *knob)
{
    size_t at = s->n == 1 ? 0 : part;
    knob[0] = s->scale[at], knob[1] = s->zero ? s->zero[at] : 0;
}
