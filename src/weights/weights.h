/* weights.h - a method rounds a weight matrix onto its grid. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_WEIGHTS_H
#define HS_WEIGHTS_H
#include "base/err.h"
#include "base/hash.h"
#include "base/knob.h"
#include "format/grid.h"

#include <stdbool.h>
#include <stdint.h>

/* What a method must know of a layer's inputs on the calibration data: X^, as the layer reads them, and X, as it read them
 * in the float network. */
enum hs_weights_needs {
    HS_WEIGHTS_NOTHING = 0,
    HS_WEIGHTS_MEAN = 1,       /* of X^ */
    HS_WEIGHTS_FLOAT_MEAN = 2, /* of X */
    HS_WEIGHTS_MOMENTS = 4,    /* second moments of X^ */
    HS_WEIGHTS_CROSS = 8,      /* and how X differs */
};

/* Identities that a method claims; the contract tests assert those that it names and find a counterexample to the others. */
enum hs_weights_keeps {
    HS_WEIGHTS_KEEPS_DIAGONAL = 1, /* inputs without correlations leave nearest */
    HS_WEIGHTS_KEEPS_SCALE = 2,    /* inputs times one power of two, weights and grid times another: the same codes */
};

/* A weight and its inputs. y = W x for each of `groups` (1, but for grouped convolutions), W (rows, columns) a group, x the
 * columns values that one output reads, in the order of the weight's own axes. X^: those vectors as the layer reads them
 * (through its input's quantizer, in the context), X: those of the float network, over all calibration samples. All is the
 * caller's. */
struct hs_weights_problem {
    const struct hs_grid *grid; /* of the whole weight, static */
    const float *w;             /* (groups, rows, columns): torch's layout */
    size_t groups, rows, columns;
    const double *moments;      /* (groups, columns, columns): X^ X^^T, or NULL */
    const double *cross;        /* (groups, columns, columns): (X - X^) X^^T, or NULL */
    const double *mean;         /* (groups, columns): E[x^], or NULL */
    const double *float_mean;   /* (groups, columns): E[x]; NULL: the same */
    const float *given;         /* as w: rounded elsewhere, for methods that take a file; else NULL */
    uint64_t stream;            /* key of the random stream of this weight (hs_rng_key), for methods that draw */
};

struct hs_weights_type {
    const char *name, *summary, *cite;
    int version;
    unsigned needs;             /* hs_weights_needs */
    unsigned keeps;             /* hs_weights_keeps */
    bool draws;                 /* depends on the problem's stream */
    bool takes_file;            /* {name: {file: FILE}}: rounds to what a file says (calib/given.h) */
    const struct hs_knob *knob; /* ends with a NULL name; or NULL */
    /* Refuses a layer that is not for it, before anything runs (HS_ECONFIG). Or NULL. */
    enum hs_status (*check)(size_t rows, size_t columns, const double *knob, struct hs_err *);
    /* out: as many values as w, on the grid. Where it needs moments and the problem has none (the layer is no product of
     * its inputs), the caller takes `nearest` instead. */
    enum hs_status (*round)(const struct hs_weights_problem *, float *out, const double *knob, struct hs_err *);
};
extern const struct hs_weights_type *const hs_weights_roster[]; /* ends with NULL */
extern const struct hs_weights_type hs_weights_nearest;
const struct hs_weights_type *hs_weights_find(const char *name, struct hs_err *);
/* Adds all that decides how it rounds. A bias that is kept adds nothing. */
void hs_weights_hash(struct hs_hash *, const struct hs_weights_type *, const double *knob);
/* The method on a problem that passes its check and holds nothing but finite numbers; HS_ENUM says which is not. */
enum hs_status hs_weights_round(const struct hs_weights_type *, const struct hs_weights_problem *, float *out,
                                const double *knob, struct hs_err *);

/* Bias correction goes with every method: a knob that each of them has. */
enum hs_weights_bias { HS_WEIGHTS_BIAS_KEPT, HS_WEIGHTS_BIAS_CORRECTED, HS_WEIGHTS_BIAS_MATCHED };
extern const char *const hs_weights_bias_words[];
#define HS_WEIGHTS_BIAS_KNOB                                                                                               \
    {.name = "bias", .value = HS_WEIGHTS_BIAS_KEPT, .min = 0, .max = HS_WEIGHTS_BIAS_MATCHED,                              \
     .words = hs_weights_bias_words,                                                                                       \
     .meaning = "kept; corrected: the output's mean is that of the float weight; matched: that of the float network"}
enum hs_weights_bias hs_weights_bias(const struct hs_weights_type *, const double *knob);
/* What the method needs with these knobs, its bias included. */
unsigned hs_weights_needs(const struct hs_weights_type *, const double *knob);
/* The bias of a rounded weight (Nagel et al. 2019, arXiv:1906.04721: the biased error of their equation 1, from data).
 * corrected: b - (W' - W) E[x^]; matched: b - (W' E[x^] - W E[x]), which takes back what came from upstream, too.
 * rounded: W', as w in the problem; own: b, groups x rows values, or NULL (0); to: as many. */
void hs_weights_correct_bias(const struct hs_weights_problem *, enum hs_weights_bias, const float *rounded,
                             const float *own, float *to);

#endif
