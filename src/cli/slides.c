/* slides.c - halfstep slides: the lecture's examples, each computed. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/cli.h"
#include "cli/output.h"

#include "literature/literature.h"

#include <argp.h>
#include <string.h>

enum { VALUE_KEY = 0x1100, FIGURE_KEY, TENSOR_KEY, MOST_VALUES = 64, MOST_TABLES = 64 };

struct ask {
    const char *name; /* NULL: all */
    struct hs_table_ask table;
    const char *value[MOST_VALUES];
    char file[4096];
    enum hs_output how;
    struct hs_err *e;
};

/* FILE:/path/of/dataset: cut at the last ":/", since both may hold a colon. */
static void choose_tensor(struct ask *a, const char *arg)
{
    const char *cut = NULL;
    for (const char *s = arg; (s = strstr(s, ":/")); s++) cut = s;
    if (!cut || cut == arg || (size_t)(cut - arg) >= sizeof a->file) {
        HS_FAIL(a->e, HS_EUSAGE, "'%s' is not FILE:/PATH of a dataset", arg);
        return;
    }
    memcpy(a->file, arg, (size_t)(cut - arg));
    a->table.file = a->file, a->table.dataset = cut + 1;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct ask *a = state->input;
    switch (key) {
    case HS_OUTPUT_KEY:
        hs_output_find(arg, &a->how, a->e);
        return 0;
    case VALUE_KEY:
        if (a->table.values == MOST_VALUES)
            HS_FAIL(a->e, HS_EUSAGE, "more than %d values", MOST_VALUES);
        else
            a->value[a->table.values++] = arg;
        return 0;
    case FIGURE_KEY:
        a->table.figure = arg;
        return 0;
    case TENSOR_KEY:
        choose_tensor(a, arg);
        return 0;
    case ARGP_KEY_ARG:
        if (a->name) return ARGP_ERR_UNKNOWN;
        a->name = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum hs_status print_one(struct ask *a)
{
    struct hs_answer answer;
    const struct hs_table_type *type = hs_table_find(HS_SLIDE, a->name, a->e);
    if (!type) return a->e->status;
    HS_TRY(hs_table_run(type, &a->table, &answer, a->e));
    enum hs_status st = hs_output_print(stdout, a->how, answer.table, answer.n, a->e);
    hs_answer_close(&answer);
    return st;
}

/* All examples as they stand; a figure goes to those that have one. */
static enum hs_status print_all(struct ask *a)
{
    struct hs_answer answer[MOST_TABLES];
    struct hs_table table[MOST_TABLES];
    size_t answers = 0, tables = 0;
    enum hs_status st = HS_OK;
    if (a->table.values || a->table.file)
        return HS_FAIL(a->e, HS_EUSAGE, "say which example the values are for");
    for (const struct hs_table_type *const *r = hs_table_roster; *r && st == HS_OK; r++) {
        if ((*r)->kind != HS_SLIDE) continue;
        struct hs_table_ask ask = {.figure = (*r)->has_figure ? a->table.figure : NULL};
        st = hs_table_run(*r, &ask, &answer[answers], a->e);
        if (st != HS_OK) break;
        for (size_t i = 0; i < answer[answers].n; i++)
            table[tables++] = answer[answers].table[i];
        answers++;
    }
    if (st == HS_OK) st = hs_output_print(stdout, a->how, table, tables, a->e);
    for (size_t i = 0; i < answers; i++) hs_answer_close(&answer[i]);
    return st;
}

/* "  name       summary", which goes on below its own beginning. */
static void put_row(FILE *to, const char *name, const char *summary)
{
    enum { INDENT = 13, WIDTH = 62 };
    fprintf(to, "  %-*s", INDENT - 2, name);
    while (strlen(summary) > WIDTH) {
        int n = WIDTH;
        while (n > 0 && summary[n] != ' ') n--;
        if (!n) break;
        fprintf(to, "%.*s\n%*s", n, summary, INDENT, "");
        summary += n + 1;
    }
    fprintf(to, "%s\n", summary);
}

static char *filter(int key, const char *text, void *input)
{
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC) return (char *)text;
    char *list = NULL;
    size_t n;
    FILE *to = open_memstream(&list, &n);
    if (!to) return NULL;
    fputs("Examples:\n", to);
    for (const struct hs_table_type *const *r = hs_table_roster; *r; r++)
        if ((*r)->kind == HS_SLIDE) put_row(to, (*r)->name, (*r)->summary);
    fclose(to);
    return list; /* argp frees what is not the text that it gave */
}

static int slides_main(int argc, char **argv, struct hs_err *e)
{
    static const struct argp_option options[] = {
        HS_OUTPUT_OPTION,
        {"value", VALUE_KEY, "X", 0,
         "a value of your own in place of the example's; may be repeated", 0},
        {"figure", FIGURE_KEY, "DIR", 0, "write the example's figure: script, data and picture",
         0},
        {"tensor", TENSOR_KEY, "FILE:/PATH", 0,
         "for 'clipping': values of a dataset in an HDF5 file", 0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[NAME]",
        .doc = "The lecture's examples, each computed; all of them where no NAME is given.\v",
        .help_filter = filter,
    };
    struct ask ask = {.e = e};
    ask.table.value = ask.value;
    argv[0] = "halfstep slides"; /* what --help calls it */
    if (argp_parse(&argp, argc, argv, 0, NULL, &ask)) return 64;
    if (e->status == HS_OK) ask.name ? print_one(&ask) : print_all(&ask);
    return 0;
}

const struct hs_command hs_command_slides = {
    .name = "slides",
    .summary = "the lecture's examples, each computed",
    .main = slides_main,
};
