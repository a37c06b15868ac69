/* calibrate.c - halfstep calibrate: strategies x formats on any tensors of any HDF5 file. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/calibrate.h"
#include "cli/cli.h"

#include "base/text.h"
#include "base/work.h"
#include "dump/given.h"
#include "dump/write.h"
#include "report/draw.h"
#include "report/report.h"
#include "tensor/tensor.h"

#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SYMMETRIC_KEY = 0x1200,
    AFFINE_KEY,
    RANGE_KEY,
    NONFINITE_KEY,
    BATCH_KEY,
    AXIS_KEY,
    PLOT_KEY,
    HISTOGRAM_KEY,
    SAVE_KEY,
    MERGE_KEY
};

struct words {
    struct hs_calibrate_ask ask;
    struct hs_arena *arena;
    const char *plot, *histogram; /* folders, or NULL */
    const char *save; /* file, or NULL */
    enum hs_output how;
    struct hs_err *e;
};

static enum hs_status knob(struct words *w, struct hs_calibrate_pick *pick, char *text)
{
    char *value = strchr(text, '='), *end;
    struct hs_err *e = w->e;
    if (!value) return HS_FAIL(e, HS_EUSAGE, "'%s' is not KNOB=VALUE", text);
    *value++ = '\0';
    if (pick->type->takes_file && !strcmp(text, "file"))
        return hs_given_read(value, w->arena, &pick->given, e);
    for (size_t i = 0; pick->type->knob && pick->type->knob[i].name; i++) {
        const struct hs_knob *k = &pick->type->knob[i];
        if (strcmp(k->name, text)) continue;
        double x = strtod(value, &end);
        for (int word = 0; k->words && k->words[word]; word++)
            if (!strcmp(k->words[word], value)) x = word, end = value + strlen(value);
        if (end == value || *end || !(x >= k->min && x <= k->max))
            return HS_FAIL(e, HS_EUSAGE, "%s of %s is %.9g to %.9g, not '%s'", k->name,
                           pick->type->name, k->min, k->max, value);
        pick->knob[i] = x;
        return HS_OK;
    }
    return HS_FAIL(e, HS_EUSAGE,
                   "%s has no knob '%s': halfstep list strategies %s shows what it has",
                   pick->type->name, text, pick->type->name);
}

/* NAME or NAME:knob=value:knob=value. */
static enum hs_status strategy(struct words *w, char *text)
{
    struct hs_calibrate_pick *pick = &w->ask.strategy[w->ask.strategies];
    char *rest;
    if (w->ask.strategies == HS_CALIBRATE_MOST)
        return HS_FAIL(w->e, HS_EUSAGE, "more than %d strategies", HS_CALIBRATE_MOST);
    if (!(pick->label = hs_arena_text(w->arena, "%s", text))) return HS_OUT_OF_MEMORY(w->e);
    char *name = strtok_r(text, ":", &rest);
    if (!(pick->type = hs_calib_find(name ? name : "", w->e))) return w->e->status = HS_EUSAGE;
    for (size_t i = 0; pick->type->knob && pick->type->knob[i].name; i++)
        pick->knob[i] = pick->type->knob[i].value;
    for (char *k; (k = strtok_r(NULL, ":", &rest));) HS_TRY(knob(w, pick, k));
    w->ask.strategies++;
    return HS_OK;
}

static enum hs_status format(struct words *w, char *text)
{
    if (w->ask.formats == HS_CALIBRATE_MOST)
        return HS_FAIL(w->e, HS_EUSAGE, "more than %d formats", HS_CALIBRATE_MOST);
    const struct hs_format *f = hs_format_find(text, w->e);
    if (!f) return w->e->status = HS_EUSAGE;
    w->ask.format[w->ask.formats++] = f;
    return HS_OK;
}

static enum hs_status each(struct words *w, const char *list,
                           enum hs_status (*one)(struct words *, char *))
{
    char *copy = hs_arena_text(w->arena, "%s", list), *rest;
    if (!copy) return HS_OUT_OF_MEMORY(w->e);
    for (char *s = strtok_r(copy, ",", &rest); s; s = strtok_r(NULL, ",", &rest))
        HS_TRY(one(w, s));
    return HS_OK;
}

static void whole(struct words *w, const char *text, const char *what, size_t *to)
{
    char *end;
    double x = strtod(text, &end);
    if (end == text || *end || x != floor(x) || x < 1 || x > 1e15)
        HS_FAIL(w->e, HS_EUSAGE, "%s '%s'", what, text);
    else
        *to = (size_t)x;
}

static void granularity(struct words *w, const char *text)
{
    if (!strcmp(text, "tensor"))
        w->ask.granularity = HS_PER_TENSOR;
    else if (!strcmp(text, "channel"))
        w->ask.granularity = HS_PER_CHANNEL;
    else if (!strncmp(text, "group:", 6)) {
        w->ask.granularity = HS_PER_GROUP;
        whole(w, text + 6, "group: takes a number of values, not", &w->ask.group);
    } else
        HS_FAIL(w->e, HS_EUSAGE, "no granularity '%s'; there are: tensor channel group:N",
                text);
}

static void axis(struct words *w, const char *text)
{
    char *end;
    long x = strtol(text, &end, 10);
    if (end == text || *end || x < -HS_MAX_RANK || x >= HS_MAX_RANK)
        HS_FAIL(w->e, HS_EUSAGE, "--axis takes %d .. %d, not '%s'", -HS_MAX_RANK,
                HS_MAX_RANK - 1, text);
    else
        w->ask.axis = (int)x;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct words *w = state->input;
    size_t threads = 0;
    switch (key) {
    case HS_OUTPUT_KEY:
        hs_output_find(arg, &w->how, w->e);
        return 0;
    case 's':
        each(w, arg, strategy);
        return 0;
    case 'f':
        each(w, arg, format);
        return 0;
    case 'g':
        granularity(w, arg);
        return 0;
    case 'j':
        whole(w, arg, "-j takes a number of threads, not", &threads),
            w->ask.threads = (int)threads;
        return 0;
    case PLOT_KEY:
        w->plot = arg;
        return 0;
    case HISTOGRAM_KEY:
        w->histogram = arg;
        return 0;
    case SAVE_KEY:
        w->save = arg;
        return 0;
    case MERGE_KEY:
        if (w->ask.merges < HS_CALIBRATE_MOST)
            w->ask.merge[w->ask.merges++] = arg;
        else
            HS_FAIL(w->e, HS_EUSAGE, "more than %d files to merge", HS_CALIBRATE_MOST);
        return 0;
    case AXIS_KEY:
        axis(w, arg);
        return 0;
    case BATCH_KEY:
        whole(w, arg, "--batch takes a number of values, not", &w->ask.batch);
        return 0;
    case SYMMETRIC_KEY:
        w->ask.symmetric = true;
        return 0;
    case AFFINE_KEY:
        w->ask.symmetric = false;
        return 0;
    case RANGE_KEY:
        if (strcmp(arg, "restricted") && strcmp(arg, "full"))
            HS_FAIL(w->e, HS_EUSAGE, "no range '%s'; there are: restricted full", arg);
        w->ask.restricted = !strcmp(arg, "restricted");
        return 0;
    case NONFINITE_KEY:
        w->ask.allow_nonfinite = true;
        return 0;
    case ARGP_KEY_ARG:
        if (!w->ask.path)
            w->ask.path = arg;
        else if (w->ask.globs < HS_CALIBRATE_MOST)
            w->ask.glob[w->ask.globs++] = arg;
        else
            HS_FAIL(w->e, HS_EUSAGE, "more than %d tensors: use * and ?", HS_CALIBRATE_MOST);
        return 0;
    case ARGP_KEY_END:
        if (!w->ask.path) argp_error(state, "which file?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* All that choose by themselves. */
static enum hs_status all_strategies(struct words *w)
{
    for (const struct hs_calib_type *const *r = hs_calib_roster; *r; r++) {
        char *name = hs_arena_text(w->arena, "%s", (*r)->name);
        if (!name) return HS_OUT_OF_MEMORY(w->e);
        if (strcmp(name, "given")) HS_TRY(strategy(w, name));
    }
    return HS_OK;
}

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
static enum hs_status tabulate(struct words *w, struct hs_table *t)
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

static enum hs_status calibrate(struct words *w)
{
    struct hs_table t;
    struct hs_figures figures = {0}, histograms = {0};
    struct hs_calibrate_plot plot = {.figures = &figures, .arena = w->arena},
                             histogram = {.figures = &histograms, .arena = w->arena};
    char int8[] = "int8";
    if (w->plot) w->ask.plot = &plot;
    if (w->histogram) w->ask.histogram = &histogram;
    if ((w->plot || w->histogram) && w->ask.granularity != HS_PER_TENSOR)
        return HS_FAIL(w->e, HS_EUSAGE, "--plot and --histogram draw whole tensors: leave --granularity out");
    if (!w->ask.strategies) HS_TRY(all_strategies(w));
    if (!w->ask.formats) HS_TRY(format(w, int8));
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
        {"axis", AXIS_KEY, "K", 0,
         "axis of the channels, negative from the last (0; Keras kernels: -1)", 0},
        {"symmetric", SYMMETRIC_KEY, 0, 0, "zero-point 0 (the default)", 0},
        {"affine", AFFINE_KEY, 0, 0, "with a zero-point", 0},
        {"range", RANGE_KEY, "WHAT", 0,
         "codes: restricted (-127 .. 127) or full (-128 .. 127) (restricted)", 0},
        {"batch", BATCH_KEY, "N", 0,
         "values a batch, for moving-average (all values are one batch)", 0},
        {"plot", PLOT_KEY, "DIR", 0,
         "draw error against threshold with every strategy's choice: DIR/figures", 0},
        {"histogram", HISTOGRAM_KEY, "DIR", 0,
         "draw how the values are spread, with every strategy's levels below: DIR/figures", 0},
        {"save", SAVE_KEY, "FILE", 0,
         "write the summaries of the tensors: FILE can stand for the data from then on", 0},
        {"merge", MERGE_KEY, "FILE", 0,
         "add what the summaries in FILE saw of the same tensors; again for more files", 0},
        {"allow-nonfinite", NONFINITE_KEY, 0, 0, "leave NaN and infinite values out", 0},
        {"jobs", 'j', "N", 0, "threads (one a core)", 0},
        HS_OUTPUT_OPTION,
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
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
    struct words w = {
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
