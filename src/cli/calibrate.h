/* calibrate.h - inside cli/: tensors x formats x strategies, fitted and measured. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CLI_CALIBRATE_H
#define HS_CLI_CALIBRATE_H
#include "base/output.h"
#include "calib/roster.h"

enum { HS_CALIBRATE_MOST = 64 };

struct hs_calibrate_pick {
    const struct hs_calib_type *type;
    double knob[HS_MAX_KNOBS];
    const struct hs_given *given; /* scales by tensor instead of knobs; or NULL */
    const char *label;            /* as it was written */
};

struct hs_figures;
struct hs_arena;

/* Figures that are gathered while the tensors are worked on. */
struct hs_calibrate_plot {
    struct hs_figures *figures;
    struct hs_arena *arena; /* holds their names */
    size_t left_out;        /* for want of room */
};

/* A file of summaries on its way. */
struct hs_dump_writer;
struct hs_calibrate_save {
    struct hs_dump_writer *writer;
    size_t n;
};

struct hs_calibrate_ask {
    const char *path; /* of data, or of summaries */
    const char *glob[HS_CALIBRATE_MOST]; /* of dataset paths; none: all */
    size_t globs;
    struct hs_calibrate_pick strategy[HS_CALIBRATE_MOST];
    size_t strategies;
    const struct hs_format *format[HS_CALIBRATE_MOST];
    size_t formats;
    bool symmetric, restricted, allow_nonfinite;
    enum hs_granularity granularity; /* tensor, channel (what lies under one index of an axis),
                                        group (runs within that) */
    size_t group;
    int axis;     /* of the channels; negative counts from the last */
    size_t batch; /* values a batch, for the strategies that look at batches; 0: all are one */
    int threads;
    struct hs_calibrate_plot *plot, *histogram; /* or NULL */
    const char *merge[HS_CALIBRATE_MOST]; /* files with summaries of the same tensors */
    size_t merges;
    struct hs_calibrate_save *save; /* or NULL */
};

/* One figure: error against the clipping threshold (affine: the width of the range, at the best
 * zero-point), with every strategy's choice on it. fit and error (of the whole tensor) are
 * those of ask->strategy; NaN error: none. */
enum hs_status hs_calibrate_draw(const struct hs_calibrate_ask *, const char *tensor,
                                 const struct hs_format *, struct hs_summary *,
                                 const struct hs_fit *best, const struct hs_fit *fit,
                                 const double *error, struct hs_err *);

/* One figure: the histogram of the values, and below it the levels of every strategy's grid. */
enum hs_status hs_calibrate_histogram(const struct hs_calibrate_ask *, const char *tensor, const struct hs_format *,
                                      struct hs_summary *, const struct hs_fit *fit, const double *error, struct hs_err *);
/* TENSOR-FORMAT and an ending, of characters that a file name may have; arena text or NULL. */
const char *hs_calibrate_figure_name(struct hs_arena *, const char *tensor, const char *format, const char *ending, size_t number);

extern const struct hs_column hs_calibrate_column[];
extern const size_t hs_calibrate_columns;
/* A tensor as it was read: a distribution, or its values in memory, or both (block formats). */
struct hs_calibrate_tensor {
    const char *name;
    struct hs_summary *whole; /* one part, already seen; or NULL */
    float *x;                 /* all values, row after row; or NULL */
    size_t n, row, run;       /* values; values a row; values a part of a row */
};
struct hs_tensor_info;
enum hs_status hs_calibrate_read(const struct hs_calibrate_ask *, const struct hs_tensor_info *,
                                 struct hs_calibrate_tensor *, struct hs_err *);
void hs_calibrate_drop(struct hs_calibrate_tensor *);
/* In batches of so many values; 0: one batch. Threads share a batch that is large. */
enum hs_status hs_calibrate_observe(struct hs_summary *, const float *x, size_t n, size_t batch,
                                    int threads, struct hs_err *);
/* Fits its parts and adds its rows. */
enum hs_status hs_calibrate_fit(const struct hs_calibrate_ask *,
                                const struct hs_calibrate_tensor *, struct hs_table *,
                                struct hs_err *);
/* Files of summaries. share: merges and saves a tensor's summary, where the question says so. */
bool hs_calibrate_wants(const struct hs_calibrate_ask *, const char *tensor);
enum hs_status hs_calibrate_is_summaries(const struct hs_calibrate_ask *, bool *is, struct hs_err *);
enum hs_status hs_calibrate_summaries(const struct hs_calibrate_ask *, struct hs_table *, struct hs_err *);
enum hs_status hs_calibrate_share(const struct hs_calibrate_ask *, struct hs_calibrate_tensor *, struct hs_err *);
/* Adds the rows of every dataset that was asked for to an open table. */
enum hs_status hs_calibrate_file(const struct hs_calibrate_ask *, struct hs_table *,
                                 struct hs_err *);

#endif
