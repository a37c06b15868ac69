/* operator_cases.h - small cases of every operator, each with a slow reference. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef OPERATOR_CASES_H
#define OPERATOR_CASES_H
#include "net/op.h"

enum { CASE_INPUTS = 3 };

struct op_case;
/* What a reference works on: everything in the order of an NHWC file. */
struct op_sight {
    const struct op_case *c;
    const struct hs_net *net;
    const struct hs_node *node;
    struct hs_shape in[CASE_INPUTS], out; /* with the number of samples */
    const float *x[CASE_INPUTS];
};

struct op_case {
    const char *op;
    const char *in[CASE_INPUTS]; /* shapes of a sample: "8x6x3"; tensors of ids begin with '#'
                                    and their limit: "#11:5" */
    const char *attrs;           /* "kernel=3,2 alpha=0.5 approximate=tanh" */
    const char *params;          /* "mean:3 variance:3": random; a variance is positive */
    /* y[i]: the result; slack[i]: by how much got may differ beyond `ulps` units in the last
     * place of y. */
    void (*reference)(const struct op_sight *, double *y, double *slack);
    double ulps;
    bool file_order; /* works on the file's order, whatever it means: means something else in an
                        NCHW file */
};
extern const struct op_case op_cases[]; /* ends with a NULL op */

#endif
