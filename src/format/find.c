/* find.c - formats by name, and the names of conventions and rounding modes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "format/grid.h"

#include <string.h>

const struct hs_format *hs_format_find(const char *name, struct hs_err *e)
{
    struct hs_text known = {0};
    for (const struct hs_format *const *f = hs_format_roster; *f; f++) {
        if (strcmp((*f)->name, name) == 0) return hs_text_free(&known), *f;
        hs_text_add(&known, " %s", (*f)->name);
    }
    HS_FAIL(e, HS_ECONFIG, "no number format '%s'; there are:%s", name, known.s ? known.s : "");
    hs_text_free(&known);
    return NULL;
}

const char *const hs_rounding_names[] = {"half-away", "half-even", "half-up", "floor", "stochastic", NULL};

const struct hs_convention_name hs_convention_roster[] = {
    {.name = "slides", .summary = "ties away from zero, zero-point inside the rounding, divided by the scale",
     .is = {HS_HALF_AWAY, .zero_after = false, .reciprocal = false}},
    {.name = "torch", .summary = "ties to even, zero-point added after, times the float32 reciprocal of the scale",
     .is = {HS_HALF_EVEN, .zero_after = true, .reciprocal = true}},
    {.name = "onnx", .summary = "ties to even, zero-point added after, divided by the scale",
     .is = {HS_HALF_EVEN, .zero_after = true, .reciprocal = false}},
    {.name = "tflite", .summary = "ties away from zero, zero-point added after, divided by the scale",
     .is = {HS_HALF_AWAY, .zero_after = true, .reciprocal = false}},
    {.name = NULL},
};
