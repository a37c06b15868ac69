/* calibrate_words.c - reads the options of halfstep calibrate, strategies with their knobs among them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/calibrate_words.h"

#include "base/text.h"
#include "dump/given.h"
#include "tensor/tensor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum hs_status knob(struct hs_calibrate_words *w, struct hs_calibrate_pick *pick, char *text)
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
static enum hs_status strategy(struct hs_calibrate_words *w, char *text)
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

static enum hs_status format(struct hs_calibrate_words *w, char *text)
{
    if (w->ask.formats == HS_CALIBRATE_MOST)
        return HS_FAIL(w->e, HS_EUSAGE, "more than %d formats", HS_CALIBRATE_MOST);
    const struct hs_format *f = hs_format_find(text, w->e);
    if (!f) return w->e->status = HS_EUSAGE;
    w->ask.format[w->ask.formats++] = f;
    return HS_OK;
}

static enum hs_status each(struct hs_calibrate_words *w, const char *list,
                           enum hs_status (*one)(struct hs_calibrate_words *, char *))
{
    char *copy = hs_arena_text(w->arena, "%s", list), *rest;
    if (!copy) return HS_OUT_OF_MEMORY(w->e);
    for (char *s = strtok_r(copy, ",", &rest); s; s = strtok_r(NULL, ",", &rest))
        HS_TRY(one(w, s));
    return HS_OK;
}

static void whole(struct hs_calibrate_words *w, const char *text, const char *what, size_t *to)
{
    char *end;
    double x = strtod(text, &end);
    if (end == text || *end || x != floor(x) || x < 1 || x > 1e15)
        HS_FAIL(w->e, HS_EUSAGE, "%s '%s'", what, text);
    else
        *to = (size_t)x;
}

static void granularity(struct hs_calibrate_words *w, const char *text)
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

static void axis(struct hs_calibrate_words *w, const char *text)
{
    char *end;
    long x = strtol(text, &end, 10);
    if (end == text || *end || x < -HS_MAX_RANK || x >= HS_MAX_RANK)
        HS_FAIL(w->e, HS_EUSAGE, "--axis takes %d .. %d, not '%s'", -HS_MAX_RANK,
                HS_MAX_RANK - 1, text);
    else
        w->ask.axis = (int)x;
}

static void range(struct hs_calibrate_words *w, const char *text)
{
    if (strcmp(text, "restricted") && strcmp(text, "full"))
        HS_FAIL(w->e, HS_EUSAGE, "no range '%s'; there are: restricted full", text);
    w->ask.restricted = !strcmp(text, "restricted");
}

static void merge(struct hs_calibrate_words *w, const char *file)
{
    if (w->ask.merges < HS_CALIBRATE_MOST)
        w->ask.merge[w->ask.merges++] = file;
    else
        HS_FAIL(w->e, HS_EUSAGE, "more than %d files to merge", HS_CALIBRATE_MOST);
}

/* The file, then tensors. */
static void argument(struct hs_calibrate_words *w, const char *text)
{
    if (!w->ask.path)
        w->ask.path = text;
    else if (w->ask.globs < HS_CALIBRATE_MOST)
        w->ask.glob[w->ask.globs++] = text;
    else
        HS_FAIL(w->e, HS_EUSAGE, "more than %d tensors: use * and ?", HS_CALIBRATE_MOST);
}

/* How the values are quantized; false: another option. */
static bool of_grid(struct hs_calibrate_words *w, int key, const char *arg)
{
    switch (key) {
    case 's': each(w, arg, strategy); return true;
    case 'f': each(w, arg, format); return true;
    case 'g': granularity(w, arg); return true;
    case HS_CALIBRATE_AXIS: axis(w, arg); return true;
    case HS_CALIBRATE_BATCH: whole(w, arg, "--batch takes a number of values, not", &w->ask.batch); return true;
    case HS_CALIBRATE_SYMMETRIC: w->ask.symmetric = true; return true;
    case HS_CALIBRATE_AFFINE: w->ask.symmetric = false; return true;
    case HS_CALIBRATE_RANGE: range(w, arg); return true;
    default: return false;
    }
}

error_t hs_calibrate_parse(int key, char *arg, struct argp_state *state)
{
    struct hs_calibrate_words *w = state->input;
    size_t threads = 0;
    if (of_grid(w, key, arg)) return 0;
    switch (key) {
    case HS_OUTPUT_KEY: hs_output_find(arg, &w->how, w->e); return 0;
    case 'j': whole(w, arg, "-j takes a number of threads, not", &threads), w->ask.threads = (int)threads; return 0;
    case HS_CALIBRATE_PLOT: w->plot = arg; return 0;
    case HS_CALIBRATE_HISTOGRAM: w->histogram = arg; return 0;
    case HS_CALIBRATE_SAVE: w->save = arg; return 0;
    case HS_CALIBRATE_MERGE: merge(w, arg); return 0;
    case HS_CALIBRATE_NONFINITE: w->ask.allow_nonfinite = true; return 0;
    case ARGP_KEY_ARG: argument(w, arg); return 0;
    case ARGP_KEY_END:
        if (!w->ask.path) argp_error(state, "which file?");
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

enum hs_status hs_calibrate_defaults(struct hs_calibrate_words *w)
{
    char int8[] = "int8";
    bool none = w->ask.strategies == 0;
    for (const struct hs_calib_type *const *r = hs_calib_roster; *r && none; r++) {
        char *name = hs_arena_text(w->arena, "%s", (*r)->name);
        if (!name) return HS_OUT_OF_MEMORY(w->e);
        if (strcmp(name, "given")) HS_TRY(strategy(w, name));
    }
    return w->ask.formats ? HS_OK : format(w, int8);
}
