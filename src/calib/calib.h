/* calib.h - a calibration strategy chooses a grid from the summary of what was observed. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CALIB_H
#define HS_CALIB_H
#include "base/err.h"
#include "base/knob.h"
#include "format/format.h"
#include "format/grid.h"
#include "tensor/summary.h"

/* What the grid is for. One summary, one part of a tensor, one (scale, zero). */
struct hs_target {
    const struct hs_format *format;
    bool symmetric, restricted;
    bool is_weight; /* some toolkits treat weights and activations differently */
    struct hs_convention convention;
};

/* Unsigned codes from 0 up: what is negative becomes 0 whatever the scale. */
static inline bool hs_calib_positive(const struct hs_target *t)
{
    return t->format->kind == HS_INTEGER && !t->format->is_signed && t->symmetric;
}

struct hs_fit {
    double lo, hi;      /* the range that was chosen, before it became a grid */
    double scale, zero; /* float32-representable scale; zero-point */
    long candidates;    /* how many grids were really tried; 1 for a closed form */
    char warning[160];  /* "" or one sentence */
};

/* Properties that a record keeps (the contract test asserts them) or disclaims (it shows a
 * counterexample). */
enum hs_calib_keeps {
    HS_KEEPS_SCALE = 1,  /* data times 2^k gives the grid times 2^k */
    HS_KEEPS_ORDER = 2,  /* the order of the values is irrelevant */
    HS_KEEPS_SPLIT = 4,  /* how the values were split into batches is irrelevant */
    HS_KEEPS_NESTED = 8, /* the error never rises with bits */
    HS_KEEPS_ALL = 15,
};

struct hs_calib_type {
    const char *name;    /* the word that a config writes */
    const char *summary; /* one sentence, shown by `halfstep list` */
    const char *cite;    /* the paper or page, or NULL */
    int version;         /* raised when the numbers change; part of a trial's identity */
    unsigned keeps;      /* enum hs_calib_keeps */
    bool is_optimum;     /* its grid has the least squared error there is: nothing is left to
                            compare it with */
    bool extremes_only;  /* needs no more than lo, hi: the caller may skip the distribution */
    bool takes_file;       /* a table of scales by site replaces its knobs (given.h) */
    const struct hs_knob *knob; /* ends with a NULL name; or NULL */
    /* Pure: the same summary, target and knobs give the same fit. The summary holds at least
     * one finite value, not all values are zero, and hs_summary_facts was called. Sets lo, hi,
     * candidates, warning; scale and zero as well when they do not follow from
     * hs_grid_point(lo, hi) (then *has_grid = true). */
    enum hs_status (*fit)(const struct hs_summary *, const struct hs_facts *,
                          const struct hs_target *, const double *knob, struct hs_fit *,
                          bool *has_grid, struct hs_err *);
};

#endif
