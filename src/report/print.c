/* print.c - sheets on standard output, in each of the formats that commands speak. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/sheet.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

static json_t *number(double x) { return isfinite(x) ? json_real(x) : json_null(); }

static json_t *row_of(const struct hs_sheet *t, size_t r)
{
    json_t *row = json_object();
    for (size_t k = 0; k < t->columns; k++) {
        const struct hs_sheet_column *c = &t->column[k];
        const struct hs_sheet_cell *x = &t->cell[r * t->columns + k];
        char name[2][256];
        json_object_set_new(row, c->name, c->show == HS_SHOW_TEXT ? json_string(x->text) : number(x->x));
        if (!c->interval) continue;
        snprintf(name[0], sizeof name[0], "%s_lo", c->name), snprintf(name[1], sizeof name[1], "%s_hi", c->name);
        json_object_set_new(row, name[0], number(x->lo)), json_object_set_new(row, name[1], number(x->hi));
    }
    return row;
}

static enum hs_status print_json(FILE *to, const struct hs_sheet *t, size_t n, struct hs_err *e)
{
    json_t *all = json_object();
    for (size_t i = 0; i < n; i++) {
        json_t *rows = json_array();
        for (size_t r = 0; r < t[i].rows; r++) json_array_append_new(rows, row_of(&t[i], r));
        json_object_set_new(all, t[i].name, rows);
    }
    int bad = json_dumpf(all, to, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    json_decref(all);
    fputc('\n', to);
    return bad ? HS_FAIL(e, HS_ECREATE, "cannot write the tables as json") : HS_OK;
}

static enum hs_status print_one(FILE *to, const struct hs_notation *how, const struct hs_sheet *t, struct hs_err *e)
{
    struct hs_text s = {0};
    how->write(t, &s);
    if (s.s) fwrite(s.s, 1, s.n, to);
    if (how == &hs_notation_text && *t->caption) fprintf(to, "%s\n", t->caption);
    enum hs_status st = s.failed ? HS_OUT_OF_MEMORY(e) : HS_OK;
    hs_text_free(&s);
    return st;
}

enum hs_status hs_sheets_print(FILE *to, enum hs_output how, const struct hs_sheet *t, size_t n, struct hs_err *e)
{
    static const struct hs_notation *const notation[] = {[HS_OUTPUT_TEXT] = &hs_notation_text, [HS_OUTPUT_CSV] = &hs_notation_csv,
                                                         [HS_OUTPUT_MD] = &hs_notation_md, [HS_OUTPUT_TEX] = &hs_notation_tex};
    if (how == HS_OUTPUT_JSON) return print_json(to, t, n, e);
    for (size_t i = 0; i < n; i++) {
        if (i) fputc('\n', to);
        if (how == HS_OUTPUT_CSV && n > 1) fprintf(to, "# %s\n", t[i].name);
        HS_TRY(print_one(to, notation[how], &t[i], e));
    }
    return HS_OK;
}
