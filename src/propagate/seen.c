/* seen.c - a set of keys, by open addressing. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "propagate/lab.h"

#include <string.h>

struct hs_seen {
    struct hs_key *slot; /* {0, 0} is free: no digest in practice */
    size_t room, n;
};

struct hs_seen *hs_seen_open(void) { return hs_alloc_zeroed(1, sizeof(struct hs_seen)); }

void hs_seen_close(struct hs_seen *s)
{
    if (s) hs_free(s->slot);
    hs_free(s);
}

void hs_seen_clear(struct hs_seen *s)
{
    if (s->room) memset(s->slot, 0, s->room * sizeof *s->slot);
    s->n = 0;
}

static struct hs_key *place(struct hs_key *slot, size_t room, struct hs_key key)
{
    size_t i = key.lo & (room - 1);
    while ((slot[i].hi || slot[i].lo) && !hs_key_equal(slot[i], key)) i = (i + 1) & (room - 1);
    return &slot[i];
}

static enum hs_status grow(struct hs_seen *s, struct hs_err *e)
{
    size_t room = s->room ? s->room * 2 : 256;
    struct hs_key *slot = hs_alloc_zeroed(room, sizeof *slot);
    if (!slot) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < s->room; i++)
        if (s->slot[i].hi || s->slot[i].lo) *place(slot, room, s->slot[i]) = s->slot[i];
    hs_free(s->slot);
    s->slot = slot, s->room = room;
    return HS_OK;
}

enum hs_status hs_seen_add(struct hs_seen *s, struct hs_key key, bool *is_new, struct hs_err *e)
{
    if (s->n * 2 >= s->room) HS_TRY(grow(s, e));
    struct hs_key *at = place(s->slot, s->room, key);
    *is_new = !hs_key_equal(*at, key);
    if (*is_new) *at = key, s->n++;
    return HS_OK;
}
