/* rng.h - random streams that are known by name, so that adding one never shifts another. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BASE_RNG_H
#define HS_BASE_RNG_H
#include <gsl/gsl_rng.h>
#include <stdint.h>

/* The stream that NAME ("data/draws") has under a root seed: Philox4x32-10 (Salmon et al. 2011) keyed by a 64-bit
 * hash of both, behind GSL's generator table, so that every gsl_ran_* works. NULL: no memory.
 * The caller frees it with gsl_rng_free. */
gsl_rng *hs_rng_open(uint64_t root, const char *name);

/* The same key, for draws by counter: draw i of a stream without a state to carry about. */
uint64_t hs_rng_key(uint64_t root, const char *name);
/* Uniform in [0, 1), 53 bits: draw number i of stream KEY. */
double hs_rng_at(uint64_t key, uint64_t i);

#endif
