/* energy.h - what one sample costs in energy, by a published table of picojoules: a model, nothing that is measured here.
 *
 * Counted: a multiplication and an addition a product; every weight once, from DRAM; each product layer's inputs once and its
 * outputs once, through a cache of 32 KB. Not counted: registers, instructions, control, operators without products, idle
 * power. Energy an operation: M. Horowitz, "Computing's energy problem (and what we can do about it)", ISSCC 2014, figure
 * 1.1.9: 45 nm, 0.9 V. What is told there a 64-bit access is divided by 8 bytes; of DRAM's 1.3 to 2.6 nJ the lower end. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_LITERATURE_ENERGY_H
#define HS_LITERATURE_ENERGY_H
#include "net/net.h"

struct hs_energy_type {
    const char *name, *note;
    double multiply, add;               /* pJ an operation */
    double weight_bytes, value_bytes;   /* of one weight, of one activation */
};
extern const struct hs_energy_type hs_energy_roster[]; /* float32 first; ends with a NULL name */
#define HS_ENERGY_DRAM (1300.0 / 8) /* pJ a byte */
#define HS_ENERGY_CACHE (20.0 / 8)  /* pJ a byte, 32 KB */

struct hs_energy {
    double products;                 /* a sample */
    double weight_bytes, value_bytes;
    double arithmetic, weights, values, total; /* pJ a sample */
};
struct hs_energy hs_energy_of(const struct hs_net *, const struct hs_energy_type *);

#endif
