/* list.c - halfstep list: everything that a config can name, with its knobs and its source. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/list_rosters.h"

#include "base/text.h"

#include <argp.h>
#include <string.h>

/* Details come where one list was asked for: they would drown the overview of all. Programs get
 * them with a NAME, so that one list is always one table. */
static enum hs_status print(struct hs_list_ask *a)
{
    struct hs_table table[2 * HS_LIST_ROSTERS];
    size_t n = 0;
    for (size_t i = 0; i < HS_LIST_ROSTERS; i++) {
        const struct hs_list_roster *r = &hs_list_rosters[i];
        if (a->roster && strcmp(a->roster, r->name)) continue;
        struct hs_table detail;
        hs_table_open(&table[n], r->name, r->title, r->column, r->columns);
        hs_table_open(&detail, r->detail ? r->detail : "", NULL, r->detail_column,
                      r->detail_columns);
        r->fill(a, &table[n], &detail);
        if (table[n].cells || a->roster)
            n++; /* an empty list is for who asks for it */
        else
            hs_table_close(&table[n]);
        bool more = a->roster && r->detail && detail.cells;
        if (more && (a->name || (a->how != HS_OUTPUT_CSV && a->how != HS_OUTPUT_JSON)))
            table[n++] = detail;
        else
            hs_table_close(&detail);
    }
    enum hs_status st = a->name && !a->found
                            ? HS_FAIL(a->e, HS_EUSAGE, "nothing among the %s is called '%s'",
                                      a->roster, a->name)
                            : hs_output_print(stdout, a->how, table, n, a->e);
    for (size_t i = 0; i < n; i++) hs_table_close(&table[i]);
    return st;
}

static enum hs_status choose_roster(struct hs_list_ask *a, const char *word)
{
    const char *names[HS_LIST_ROSTERS + 1];
    struct hs_text all = {0};
    for (size_t i = 0; i < HS_LIST_ROSTERS; i++) {
        names[i] = hs_list_rosters[i].name;
        hs_text_add(&all, " %s", names[i]);
        if (!strcmp(names[i], word)) a->roster = names[i];
    }
    names[HS_LIST_ROSTERS] = NULL;
    const char *near = hs_text_nearest(word, names);
    if (!a->roster)
        HS_FAIL(a->e, HS_EUSAGE, "nothing is called '%s'%s%s%s; there are:%s", word,
                near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "",
                all.s ? all.s : "");
    hs_text_free(&all);
    return a->roster ? HS_OK : a->e->status;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct hs_list_ask *a = state->input;
    switch (key) {
    case HS_OUTPUT_KEY:
        hs_output_find(arg, &a->how, a->e);
        return 0;
    case ARGP_KEY_ARG:
        if (!a->roster)
            choose_roster(a, arg);
        else if (!a->name)
            a->name = arg;
        else
            return ARGP_ERR_UNKNOWN;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int list_main(int argc, char **argv, struct hs_err *e)
{
    static const struct argp_option options[] = {HS_OUTPUT_OPTION, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc =
            "[strategies|formats|methods|transforms|orders|objectives|analyses|searches|metrics|operators|slides|papers [NAME]]",
        .doc = "Everything that a config or a network can name. With the name of a list, its "
               "knobs (or attributes and "
               "parameters) too; NAME may hold * and ?.",
    };
    struct hs_list_ask ask = {.e = e};
    argv[0] = "halfstep list"; /* what --help calls it */
    if (argp_parse(&argp, argc, argv, 0, NULL, &ask)) return 64;
    if (e->status == HS_OK) print(&ask);
    return 0;
}

const struct hs_command hs_command_list = {
    .name = "list",
    .summary = "strategies, formats, methods, orders, objectives, analyses, searches, metrics, operators, slides, papers",
    .main = list_main,
};
