/* roster.c - every operator there is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/op.h"

#include <stddef.h>
#include <string.h>

#define MEMBER(n) extern const struct hs_op_type hs_op_##n;
#include "net/roster.inc"
#undef MEMBER

const struct hs_op_type *const hs_op_roster[] = {
#define MEMBER(n) &hs_op_##n,
#include "net/roster.inc"
#undef MEMBER
    NULL};

const struct hs_op_type *hs_op_find(const char *name)
{
    for (const struct hs_op_type *const *op = hs_op_roster; *op; op++)
        if (!strcmp((*op)->name, name)) return *op;
    return NULL;
}
