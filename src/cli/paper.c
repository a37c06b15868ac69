/* paper.c - halfstep paper: tables of papers, computed, with what was published beside them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/cli.h"
#include "cli/output.h"

#include "literature/literature.h"

#include <argp.h>

struct ask {
    const char *name; /* NULL: say what there is */
    enum hs_output how;
    struct hs_err *e;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct ask *a = state->input;
    switch (key) {
    case HS_OUTPUT_KEY:
        hs_output_find(arg, &a->how, a->e);
        return 0;
    case ARGP_KEY_ARG:
        if (a->name) return ARGP_ERR_UNKNOWN;
        a->name = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum hs_status print_one(const struct ask *a)
{
    struct hs_table_ask nothing = {0};
    struct hs_answer answer;
    const struct hs_table_type *type = hs_table_find(HS_PAPER, a->name, a->e);
    if (!type) return a->e->status;
    HS_TRY(hs_table_run(type, &nothing, &answer, a->e));
    enum hs_status st = hs_output_print(stdout, a->how, answer.table, answer.n, a->e);
    hs_answer_close(&answer);
    return st;
}

static enum hs_status print_list(const struct ask *a)
{
    static const struct hs_column column[] = {
        {"name", false}, {"summary", false}, {"source", false}};
    struct hs_table t;
    hs_table_open(&t, "papers", NULL, HS_COLUMNS(column));
    for (const struct hs_table_type *const *r = hs_table_roster; *r; r++) {
        if ((*r)->kind != HS_PAPER) continue;
        hs_table_text(&t, "%s", (*r)->name);
        hs_table_text(&t, "%s", (*r)->summary);
        hs_table_text(&t, "%s", (*r)->cite);
    }
    enum hs_status st = hs_output_print(stdout, a->how, &t, 1, a->e);
    hs_table_close(&t);
    return st;
}

static int paper_main(int argc, char **argv, struct hs_err *e)
{
    static const struct argp_option options[] = {HS_OUTPUT_OPTION, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[NAME]",
        .doc = "A paper's table, computed from the densities themselves, with what was "
               "published beside it; without NAME: the "
               "tables there are.",
    };
    struct ask ask = {.e = e};
    argv[0] = "halfstep paper";
    if (argp_parse(&argp, argc, argv, 0, NULL, &ask)) return 64;
    if (e->status == HS_OK) ask.name ? print_one(&ask) : print_list(&ask);
    return 0;
}

const struct hs_command hs_command_paper = {
    .name = "paper",
    .summary = "tables of papers, computed, with what was published beside them",
    .main = paper_main,
};
