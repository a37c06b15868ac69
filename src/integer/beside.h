/* beside.h - one layer in whole numbers beside the same layer as simulated. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_INTEGER_BESIDE_H
#define HS_INTEGER_BESIDE_H
#include "integer/layer.h"
#include "integer/whole.h"
#include "propagate/codes.h"

struct hs_beside {
    const struct hs_net *net;
    const struct hs_node *node;
    const struct hs_quant *quant;
    bool runs;                 /* in whole numbers */
    struct hs_int_layer layer;
    struct hs_codes *codes;    /* as the simulation's operator packs them */
    struct hs_int_seen *seen;
};
/* A node with its quantizers. seen: filled by the calls below; its refusal here. */
enum hs_status hs_beside_open(struct hs_beside *, const struct hs_net *, const struct hs_node *, const struct hs_quant *,
                              struct hs_int_seen *seen, struct hs_err *);
void hs_beside_close(struct hs_beside *); /* {0} is fine */
/* Given the simulation's input and output of this layer (largest: the magnitude of its outputs over all samples). first: of
 * the input, its flat index. own: what the layer gives on these codes; allocated here. */
enum hs_status hs_beside_compare(struct hs_beside *, const struct hs_tensor *in, const struct hs_tensor *out, size_t first,
                                 double largest, struct hs_tensor *own, struct hs_err *);
/* The layer on an input of the network in whole numbers; in: that input, out: allocated here. */
enum hs_status hs_beside_run(struct hs_beside *, const struct hs_tensor *in, size_t first, struct hs_tensor *out,
                             struct hs_err *);
/* The codes of an input against those of the simulation's: adds to differ, raises step. */
enum hs_status hs_beside_codes(const struct hs_beside *, const struct hs_tensor *in, const struct hs_tensor *simulated,
                               size_t first, double *differ, double *step, struct hs_err *);

#endif
