/* small.h - a small network with every kind of path (convolution, batch norm, pool, residual, linear) and random data. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TEST_SMALL_H
#define HS_TEST_SMALL_H
#include "propagate/walk.h"

struct small {
    struct hs_net net;
    struct hs_data calibration, evaluation;
};

/* conv c1 - bn b1 - relu r1 - pool p1 - { conv c2 - relu r2 - conv c3 | conv s1 } - add - relu r3 - flatten - linear f1 -
 * relu r4 - linear f2; 8x8 images, 10 classes. */
enum hs_status small_open(struct small *, size_t calibration, size_t evaluation, struct hs_err *);
/* A chain of `layers` linear layers f1, f2 ... with relu between them: 64 inputs, 10 wide. */
enum hs_status small_chain(struct small *, size_t layers, size_t calibration, size_t evaluation, struct hs_err *);
void small_close(struct small *);
/* int8 min-max on weights and activations, forward, quantized context, a few metrics. */
struct hs_spec small_spec(void);

#endif
