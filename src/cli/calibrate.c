/* calibrate.c - halfstep calibrate: strategies x formats on any tensors of any HDF5 file. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/calibrate_words.h"
#include "cli/cli.h"

#include "base/text.h"
#include "base/work.h"
#include "dump/write.h"
#include "report/draw.h"
#include "report/report.h"

#include <argp.h>
#include <stdio.h>

/* What could not be drawn is said, and is no failure of the table. */
static enum hs_status draw(const char *folder, const struct hs_calibrate_plot *plot, struct hs_err *e)
{
    static const char *const formats[] = {"svg", "pdf", "png"};
    const struct hs_report_about about = {
        .name = "calibrate", .question = "", .figures = 3, .figure = formats};
    struct hs_text svg[HS_FIGURES] = {{0}}, trouble = {0};
    enum hs_status st = hs_figures_draw(folder, &about, plot->figures, svg, &trouble, e);
    if (trouble.n) fprintf(stderr, "halfstep calibrate: %s\n", trouble.s);
    if (plot->left_out)
        fprintf(stderr, "halfstep calibrate: %zu figures were left out: at most %d\n",
                plot->left_out, HS_FIGURES);
    for (size_t i = 0; i < HS_FIGURES; i++) hs_text_free(&svg[i]);
    hs_text_free(&trouble);
    return st;
}

/* The table; the summaries are in their file before a line of it is shown. */
static enum hs_status tabulate(struct hs_calibrate_words *w, struct hs_table *t)
{
    struct hs_calibrate_save save = {0};
    if (!w->save) return hs_calibrate_file(&w->ask, t, w->e);
    HS_TRY(hs_dump_create(w->save, &save.writer, w->e));
    w->ask.save = &save;
    if (hs_calibrate_file(&w->ask, t, w->e)) {
        hs_dump_abandon(save.writer);
        return w->e->status;
    }
    return hs_dump_finish(save.writer, w->e);
}

static enum hs_status calibrate(struct hs_calibrate_words *w)
{
    struct hs_table t;
    struct hs_figures figures = {0}, histograms = {0};
    struct hs_calibrate_plot plot = {.figures = &figures, .arena = w->arena},
                             histogram = {.figures = &histograms, .arena = w->arena};
    if (w->plot) w->ask.plot = &plot;
    if (w->histogram) w->ask.histogram = &histogram;
    if ((w->plot || w->histogram) && w->ask.granularity != HS_PER_TENSOR)
        return HS_FAIL(w->e, HS_EUSAGE, "--plot and --histogram draw whole tensors: leave --granularity out");
    HS_TRY(hs_calibrate_defaults(w));
    hs_table_open(&t, "calibration", NULL, hs_calibrate_column, hs_calibrate_columns);
    enum hs_status st = tabulate(w, &t);
    if (st == HS_OK && w->plot) st = draw(w->plot, &plot, w->e);
    if (st == HS_OK && w->histogram) st = draw(w->histogram, &histogram, w->e);
    if (st == HS_OK) st = hs_output_print(stdout, w->how, &t, 1, w->e);
    hs_table_close(&t);
    hs_figures_close(&figures);
    hs_figures_close(&histograms);
    return st;
}

static int calibrate_main(int argc, char **argv, struct hs_err *e)
{
    static const struct argp_option options[] = {
        {"strategy", 's', "LIST", 0,
         "strategies, NAME or NAME:KNOB=VALUE:..., separated by commas (all but 'given')", 0},
        {"format", 'f', "LIST", 0, "formats, separated by commas (int8)", 0},
        {"granularity", 'g', "WHAT", 0, "tensor, channel, or group:N within a channel (tensor)",
         0},
        {"axis", HS_CALIBRATE_AXIS, "K", 0,
         "axis of the channels, negative from the last (0; Keras kernels: -1)", 0},
        {"symmetric", HS_CALIBRATE_SYMMETRIC, 0, 0, "zero-point 0 (the default)", 0},
        {"affine", HS_CALIBRATE_AFFINE, 0, 0, "with a zero-point", 0},
        {"range", HS_CALIBRATE_RANGE, "WHAT", 0,
         "codes: restricted (-127 .. 127) or full (-128 .. 127) (restricted)", 0},
        {"batch", HS_CALIBRATE_BATCH, "N", 0,
         "values a batch, for moving-average (all values are one batch)", 0},
        {"plot", HS_CALIBRATE_PLOT, "DIR", 0,
         "draw error against threshold with every strategy's choice: DIR/figures", 0},
        {"histogram", HS_CALIBRATE_HISTOGRAM, "DIR", 0,
         "draw how the values are spread, with every strategy's levels below: DIR/figures", 0},
        {"save", HS_CALIBRATE_SAVE, "FILE", 0,
         "write the summaries of the tensors: FILE can stand for the data from then on", 0},
        {"merge", HS_CALIBRATE_MERGE, "FILE", 0,
         "add what the summaries in FILE saw of the same tensors; again for more files", 0},
        {"allow-nonfinite", HS_CALIBRATE_NONFINITE, 0, 0, "leave NaN and infinite values out", 0},
        {"jobs", 'j', "N", 0, "threads (one a core)", 0},
        HS_OUTPUT_OPTION,
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = hs_calibrate_parse,
        .args_doc = "FILE [TENSOR...]",
        .doc = "What each calibration strategy makes of the numeric tensors of an HDF5 file, "
               "in each number format: the range, "
               "scale and zero-point that it chooses, the squared error of quantizing every "
               "value to its nearest level, the "
               "parts of it that come from clipping and from rounding, and how far it is from "
               "the least error that any grid "
               "of the format reaches. TENSOR is the path of a dataset and may hold * and ?. A "
               "tensor of any size is read "
               "once, block by block. FILE may also hold summaries that --save wrote.\v"
               "Of several parts (channels, groups) the errors are summed, lo and hi are the "
               "extremes. Block formats (mxfp4 "
               "...) bring their own scales: one row, no strategy. halfstep list strategies "
               "shows the knobs.",
    };
    struct hs_calibrate_words w = {
        .ask = {.symmetric = true, .restricted = true, .threads = hs_work_cores()}, .e = e};
    argv[0] = "halfstep calibrate";
    if (!(w.arena = hs_arena_open())) return HS_OUT_OF_MEMORY(e), 0;
    bool usage = argp_parse(&argp, argc, argv, 0, NULL, &w) != 0;
    if (!usage && e->status == HS_OK) calibrate(&w);
    hs_arena_close(w.arena);
    return usage ? 64 : 0;
}

const struct hs_command hs_command_calibrate = {
    .name = "calibrate",
    .summary = "strategies x formats on any tensors of any HDF5 file",
    .main = calibrate_main,
};
