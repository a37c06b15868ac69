/* explain.c - the config reference, written by the table that decodes the config. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "experiment/schema.h"

#include <string.h>

static const char head[] =
    "# Config reference\n\n"
    "Written by `halfstep check --explain` from the table that decodes a config.\n\n"
    "A config is one YAML mapping. Where a key is marked as a **factor**, a list unfolds into "
    "one trial for each of its\n"
    "values, in every combination with the other factors; `zip` ties factors together, "
    "`exclude` drops combinations.\n"
    "Unknown and repeated keys, anchors, aliases, merge keys and tags are refused; all "
    "mistakes of a file are reported at\n"
    "once. Relative paths start from the config's folder. `--set KEY=VALUE` changes a key from "
    "the command line: KEY is a\n"
    "dotted path, VALUE is YAML.\n";
static const char tail[] = "\nMembers of a roster are written by name, or as `{name: {knob: "
                           "value}}`; `halfstep list` shows them with their knobs.\n"
                           "A knob that is 0 or 1 may be written as `true` or `false`.\n";

static void kind_text(const struct hs_row *r, struct hs_text *t)
{
    static const char *const plain[] = {
        [HS_VALUE_SECTION] = "keys below",
        [HS_VALUE_TEXT] = "text",
        [HS_VALUE_NAME] = "name",
        [HS_VALUE_FILE] = "file",
        [HS_VALUE_SEED] = "whole number",
        [HS_VALUE_COUNT] = "whole number",
        [HS_VALUE_REAL] = "number",
        [HS_VALUE_FLAG] = "true or false",
        [HS_VALUE_RANGE] = "`\"begin:end\"`",
        [HS_VALUE_GRANULARITY] = "granularity",
        [HS_VALUE_RULES] = "list of mappings",
        [HS_VALUE_SITES] = "mapping",
        [HS_VALUE_ZIP] = "list of lists",
        [HS_VALUE_EXCLUDE] = "list of mappings",
    };
    if (r->kind == HS_VALUE_WORD) {
        for (size_t i = 0; r->words[i]; i++)
            hs_text_add(t, "%s`%s`", i ? ", " : "", r->words[i]);
    } else if (r->kind == HS_VALUE_PICK) {
        hs_text_add(t, "%s (`halfstep list %s`)%s", r->from->what, r->from->list,
                    r->from->none ? ", or `none`" : "");
    } else {
        hs_text_add(t, "%s", plain[r->kind]);
    }
    if (r->kind == HS_VALUE_COUNT) hs_text_add(t, ", %.0f to %.0f", r->min, r->max);
    if (r->kind == HS_VALUE_REAL) hs_text_add(t, ", %.9g to %.9g", r->min, r->max);
    if (r->many == HS_LIST) hs_text_add(t, "; a list");
}

static void row_text(const struct hs_row *r, struct hs_text *t)
{
    hs_text_add(t, "| `%s` | ", r->path);
    kind_text(r, t);
    if (r->otherwise)
        hs_text_add(t, " | `%s` | ", r->otherwise);
    else
        hs_text_add(t, " | %s | ",
                    r->required       ? "required"
                    : r->otherwise_is ? r->otherwise_is
                                      : "");
    bool draws = !strcmp(r->path, "data.calibration.draws");
    hs_text_add(t, "%s | %s |\n", r->many == HS_FACTOR || draws ? "factor" : "", r->meaning);
}

static void table(enum hs_row_name from, enum hs_row_name to, const char *title,
                  struct hs_text *t)
{
    hs_text_add(t, "\n## %s\n\n| key | value | default | | meaning |\n|---|---|---|---|---|\n",
                title);
    for (int i = from; i < (int)to; i++) row_text(&hs_schema[i], t);
}

void hs_schema_explain(struct hs_text *t)
{
    hs_text_put(t, head, sizeof head - 1);
    table(0, HS_ROW_CALIBRATION, "The experiment", t);
    table(HS_ROW_CALIBRATION, HS_ROW_CONVENTION, "Data", t);
    table(HS_ROW_CONVENTION, HS_ROW_WEIGHTS_STRATEGY, "Scheme", t);
    table(HS_ROW_WEIGHTS_STRATEGY, HS_ROW_TABLES, "Strategy, method, order", t);
    table(HS_ROW_TABLES, HS_ROW_RULE, "Report and plan", t);
    table(HS_ROW_RULE, HS_ROW_SITE, "An item of scheme.overrides", t);
    table(HS_ROW_SITE, HS_ROWS, "A site (the key is a node glob)", t);
    hs_text_put(t, tail, sizeof tail - 1);
}
