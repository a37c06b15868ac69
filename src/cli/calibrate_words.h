/* calibrate_words.h - inside cli/: what the command line of halfstep calibrate asks for. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CLI_CALIBRATE_WORDS_H
#define HS_CLI_CALIBRATE_WORDS_H
#include "cli/calibrate.h"
#include "cli/output.h"

#include <argp.h>

enum { /* keys of the options without a letter */
    HS_CALIBRATE_SYMMETRIC = 0x1200,
    HS_CALIBRATE_AFFINE,
    HS_CALIBRATE_RANGE,
    HS_CALIBRATE_NONFINITE,
    HS_CALIBRATE_BATCH,
    HS_CALIBRATE_AXIS,
    HS_CALIBRATE_PLOT,
    HS_CALIBRATE_HISTOGRAM,
    HS_CALIBRATE_SAVE,
    HS_CALIBRATE_MERGE
};

struct hs_calibrate_words {
    struct hs_calibrate_ask ask;
    struct hs_arena *arena;
    const char *plot, *histogram; /* folders, or NULL */
    const char *save; /* file, or NULL */
    enum hs_output how;
    struct hs_err *e;
};

/* argp's parser; its input is the words. Mistakes stand in their e. */
error_t hs_calibrate_parse(int key, char *arg, struct argp_state *);
/* Where none was named: all strategies that choose by themselves, and int8. */
enum hs_status hs_calibrate_defaults(struct hs_calibrate_words *);

#endif
