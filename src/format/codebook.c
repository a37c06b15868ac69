/* codebook.c - four-bit lists made for normally distributed weights, scaled to the largest magnitude of a block. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/format.h"

/* Quantiles of the normal distribution, equally likely on either side of an exact 0: ppf(linspace(.9677083, .5, 9))
 * and -ppf(linspace(.9677083, .5, 8)), over the largest. */
static const float nf4[16] = {
    -1, -.6961928009986877f, -.5250730514526367f, -.39491748809814453f, -.28444138169288635f, -.18477343022823334f,
    -.09105003625154495f, 0, .07958029955625534f, .16093020141124725f, .24611230194568634f, .33791524171829224f,
    .44070982933044434f, .5626170039176941f, .7229568362236023f, 1};
/* The least expected absolute error for normal blocks of 64, by the paper's list. */
static const float af4[16] = {
    -1, -.69441008f, -.51243739f, -.3736951f, -.25607552f, -.14982478f, -.04934812f, 0,
    .04273164f, .12934483f, .21961274f, .31675666f, .42563882f, .55496234f, .72424863f, 1};

const struct hs_format hs_format_nf4 = {
    .name = "nf4", .summary = "NormalFloat: 16 quantiles of the normal distribution",
    .cite = "Dettmers et al. 2023, arXiv:2305.14314", .version = 1, .kind = HS_CODEBOOK, .bits = 4, .is_signed = true,
    .max = 1, .value = nf4, .values = 16,
};
const struct hs_format hs_format_af4 = {
    .name = "af4", .summary = "AbnormalFloat: 16 values for absolute error in blocks of 64",
    .cite = "Yoshida 2023, arXiv:2306.06965", .version = 1, .kind = HS_CODEBOOK, .bits = 4, .is_signed = true,
    .max = 1, .value = af4, .values = 16,
};
