/* inputs.h - the networks and the data that a plan is about, read once and shared by all its
 * trials. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_INPUTS_H
#define HS_EXPERIMENT_INPUTS_H
#include "dump/dump.h"
#include "experiment/config.h"

struct hs_inputs {
    struct hs_arena *arena;             /* owns the lists */
    size_t networks, draws;             /* draws 0: no calibration data */
    struct hs_net *net;                 /* networks */
    const struct hs_data **evaluation;  /* networks */
    const struct hs_data **calibration; /* networks * draws: [network * draws + draw] */
    size_t stored; /* what the two lists point to: equal data is kept once */
    struct hs_data *store;
    size_t samples, rows, overlap; /* of a calibration draw; of its split (the first network's);
                                      the most rows that two draws share */
};

/* Reads everything. Splits that overlap and counts that do not fit go into `mistakes`, with
 * their places. */
enum hs_status hs_inputs_open(const struct hs_config *, struct hs_inputs *,
                              struct hs_text *mistakes, struct hs_err *);
void hs_inputs_close(struct hs_inputs *); /* {0} is fine */
/* A network's data of one draw; NULL where there are none. */
const struct hs_data *hs_inputs_calibration(const struct hs_inputs *, size_t network, size_t draw);

/* Rows of draw d: numbers d n .. (d + 1) n of one permutation of 0 .. rows - 1, beginning again
 * at its end. row: n numbers. */
enum hs_status hs_inputs_draw(uint64_t seed, size_t rows, size_t n, size_t d, size_t *row,
                              struct hs_err *);
/* The most rows that two of the draws share: 0 while they are disjoint. */
size_t hs_inputs_overlap(size_t rows, size_t n, size_t draws);

#endif
