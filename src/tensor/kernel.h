/* kernel.h - the inner loops of products and convolutions, one set for each instruction set.
 *
 * Every output is one float32 sum: the start value (bias), then weight times value for k = 0, 1, 2 ... in this order,
 * each product rounded before it is added, never fused. Vectors run over output channels, so that neither their width,
 * nor the shape of a tile, nor what else is in it can change a bit of a sum. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TENSOR_KERNEL_H
#define HS_TENSOR_KERNEL_H
#include <stdbool.h>
#include <stddef.h>

/* What follows a sum: y = y * multiply + add in two float32 operations; y < 0 ? 0 : y; the largest of each 2 x 2. */
struct hs_finish {
    const float *multiply, *add; /* one value a channel; NULL: none */
    bool relu;
    int pool; /* 2, or 0: none */
};

/* rows x pixels outputs for `block` channels. Value k of run s for the output (r, p) lies at
 * a[r * row + p * apart + run_at[s] + k * step]; apart is 1, but for those tiles that say otherwise. */
struct hs_tile_job {
    const float *a;
    size_t row;
    const size_t *run_at;
    size_t runs, run, step; /* runs of `run` values each */
    const float *w;         /* [runs * run][block] */
    const float *start;     /* [block]; NULL: the sums go on from what `out` holds */
    struct hs_finish finish;
    float *out;
    size_t out_row, out_pixel;      /* floats between two rows and two pixels of the output, pooled where it is pooled */
    int rows, pixels, channels;     /* how many of them are stored; even where pooled */
};
struct hs_tile {
    int rows, pixels;
    void (*run)(const struct hs_tile_job *);
};

/* lines x pixels outputs of a convolution by channel: y[p][c] = sum over (i, j) of w[i, j][c] x[p, i, j][c]. */
struct hs_depth_job {
    const float *const *row;   /* where the rows of x begin, from the first of line 0 on */
    size_t line, down;         /* rows between outputs and between taps downwards */
    size_t pixel, right;       /* floats of x between outputs and between taps to the right */
    bool open;                 /* the columns before the first and behind the last are not there, but +0; row begins behind
                                  the one, 3 x 3 taps, strides and dilations 1 only */
    int rows, columns;         /* of the taps */
    const float *w, *start;    /* [rows * columns][padded], [padded] */
    size_t channels, padded;   /* padded: to a multiple of `block`, in x, w, start and finish too */
    struct hs_finish finish;   /* pool is ignored */
    float *out;
    size_t lines, pixels, out_line, out_pixel;
};

enum { HS_APART = 6 }; /* as the pixels of colour images do at every second step */
struct hs_kernel {
    const char *name;           /* as HALFSTEP_ISA spells it */
    size_t block;               /* output channels of a tile: what weights are packed by */
    size_t vectors;             /* a pixel's registers */
    const struct hs_tile *tile; /* ends with rows = 0; one of 1 x 1 among them */
    const struct hs_tile *apart[HS_APART + 1]; /* [n]: those whose pixels lie n floats apart; NULL: none */
    void (*depth)(const struct hs_depth_job *);
    const struct hs_kernel *narrow; /* with a smaller block, for products with no more outputs; NULL: none */
    /* to[c * stride + i] = from[i * channels + c] for i < n. */
    void (*turn)(float *to, size_t stride, const float *from, size_t from_stride, size_t n, size_t channels);
};

/* From the plainest to the widest that this machine can run, NULL-ended. */
size_t hs_kernels(const struct hs_kernel *list[4]);
/* The widest, or what HALFSTEP_ISA names; a name that cannot be had is said on stderr once. */
const struct hs_kernel *hs_kernel_best(void);

/* Of the kernel's list `tile` the one that wastes least on rows x pixels outputs; even: both its sides must be. */
const struct hs_tile *hs_kernel_tile(const struct hs_kernel *, const struct hs_tile *tile, size_t rows, size_t pixels,
                                     bool even);

#endif
