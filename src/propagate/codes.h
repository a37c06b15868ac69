/* codes.h - layers that compute on codes: whole numbers are multiplied and summed, and scaled once, as a device does that
 * has nothing but integers.
 *
 *   sum[o] = sum over k of (q_x[k] - Z_x) (q_w[o, k] - Z_w[o])      in float32, exact while partial sums stay below 2^24
 *   y[o]   = float32(S_x S_w[o] sum[o] + bias[o])                   in double, rounded once
 *
 * (Jacob et al. 2018, equation 4, the zero points taken off beforehand.) The same operators compute both this and products
 * of dequantized values; only what they are given differs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_CODES_H
#define HS_PROPAGATE_CODES_H
#include "propagate/lab.h"

/* Whether a node's products can be those of codes, and if not, why: a sentence without its name, or NULL. Its grids; NULL:
 * floating point. */
const char *hs_codes_refusal(const struct hs_node *, const struct hs_grid *weight, const struct hs_grid *in);
const char *hs_codes_refusal_of_weight(const struct hs_node *, const struct hs_grid *weight); /* whatever it reads */

/* A weight that way; its operator's packing has no bias. */
struct hs_codes {
    const struct hs_node *node;
    struct hs_packed *packed;
    const struct hs_grid *weight; /* the caller's */
    const float *bias;            /* the caller's, or NULL */
    size_t outs;
};
/* value: the weight on its grid, torch's layout; not NULL: bias in place of the node's own. One owner: close it. */
enum hs_status hs_codes_open(const struct hs_net *, const struct hs_node *, const struct hs_tensor *value,
                             const struct hs_grid *, const float *bias, struct hs_codes **, struct hs_err *);
void hs_codes_close(struct hs_codes *); /* NULL is fine */

/* Codes less their zero point of n values, the first of which has the flat index `first`. */
void hs_codes_of(const struct hs_grid *, const float *x, float *code, size_t n, size_t first);
/* n sums (a multiple of outs) into values, in place. */
void hs_codes_values(const struct hs_codes *, const struct hs_grid *in, float *y, size_t n);
/* Does a node with these quantizers compute on codes? */
bool hs_codes_used(const struct hs_node *, const struct hs_quant *);

#endif
