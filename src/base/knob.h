/* knob.h - a documented number that a roster's member can be set by. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BASE_KNOB_H
#define HS_BASE_KNOB_H

#include <stdbool.h>

enum { HS_MAX_KNOBS = 8 };

/* A member lists its knobs in an array that ends with a NULL name; their values travel as double[HS_MAX_KNOBS]. */
struct hs_knob {
    const char *name;
    double value, min, max; /* default and range, both ends allowed */
    const char *meaning;    /* one phrase; where the default comes from */
    bool time_only;         /* decides how long it takes and nothing else: no part of what a result depends on */
    const char *const *words; /* NULL-ended: the knob is written as one of these, value is its index; NULL: a number */
};

#endif
