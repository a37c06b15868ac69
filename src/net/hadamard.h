/* hadamard.h - the transform of operator hadamard, for who folds it into weights. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_NET_HADAMARD_H
#define HS_NET_HADAMARD_H
#include <stddef.h>

size_t hs_hadamard_block(size_t n); /* the largest power of two that divides n: the transform goes block by block */
/* x H for each row of (rows, n), in double; room: n values. */
void hs_hadamard_rows(float *x, size_t rows, size_t n, double *room);

#endif
