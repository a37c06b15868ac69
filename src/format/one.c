/* one.c - rounds one value at a time, for methods that go on from what rounding left over. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "format/rule.h"

struct hs_rounder {
    const struct hs_grid *grid;
    struct hs_rule rule; /* of the part below */
    size_t part;
};

struct hs_rounder *hs_rounder_open(const struct hs_grid *g)
{
    struct hs_rounder *r = hs_alloc(1, sizeof *r);
    if (!r) return NULL;
    r->grid = g, r->part = (size_t)-1;
    hs_rule_begin(&r->rule, g);
    return r;
}

void hs_rounder_close(struct hs_rounder *r) { hs_free(r); }

float hs_rounder_apply(struct hs_rounder *r, float x, size_t index)
{
    int32_t code;
    size_t part = hs_parts_of(&r->grid->parts, index);
    if (part != r->part) hs_rule_part(&r->rule, r->grid, part), r->part = part;
    return (float)(r->rule.scale * hs_round_slow(hs_scaled(x, &r->rule), &r->rule, index, &code));
}
