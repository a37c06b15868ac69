/* roster.c - every table there is, and the checked door to them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/literature.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

#define MEMBER(n) extern const struct hs_table_type hs_table_##n;
#include "literature/roster.inc"
#undef MEMBER

const struct hs_table_type *const hs_table_roster[] = {
#define MEMBER(n) &hs_table_##n,
#include "literature/roster.inc"
#undef MEMBER
    NULL};

const struct hs_table_type *hs_table_find(enum hs_table_kind kind, const char *name,
                                          struct hs_err *e)
{
    enum { ALL = sizeof hs_table_roster / sizeof *hs_table_roster };
    const char *names[ALL + 1] = {NULL};
    struct hs_text list = {0};
    size_t n = 0;
    for (const struct hs_table_type *const *r = hs_table_roster; *r; r++) {
        if ((*r)->kind != kind) continue;
        if (!strcmp((*r)->name, name)) return hs_text_free(&list), *r;
        hs_text_add(&list, " %s", (*r)->name);
        names[n++] = (*r)->name;
    }
    const char *near = hs_text_nearest(name, names);
    HS_FAIL(e, HS_EUSAGE, "no table '%s'%s%s%s; there are:%s", name,
            near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "",
            list.s ? list.s : " none");
    hs_text_free(&list);
    return NULL;
}

struct hs_table *hs_answer_table(struct hs_answer *a, const char *name, const char *title,
                                 const struct hs_column *column, size_t n)
{
    assert(a->n < HS_MAX_ANSWERS);
    struct hs_table *t = &a->table[a->n++];
    hs_table_open(t, name, title, column, n);
    return t;
}

void hs_answer_close(struct hs_answer *a)
{
    for (size_t i = 0; i < a->n; i++) hs_table_close(&a->table[i]);
    hs_arena_close(a->arena);
    *a = (struct hs_answer){0};
}

enum hs_status hs_table_run(const struct hs_table_type *type, const struct hs_table_ask *ask,
                            struct hs_answer *answer, struct hs_err *e)
{
    *answer = (struct hs_answer){.arena = hs_arena_open()};
    enum hs_status st = HS_OK;
    if (!answer->arena)
        st = HS_OUT_OF_MEMORY(e);
    else if (ask->values && !type->takes_values)
        st = HS_FAIL(e, HS_EUSAGE, "'%s' takes no values", type->name);
    else if (ask->figure && !type->has_figure)
        st = HS_FAIL(e, HS_EUSAGE, "'%s' has no figure", type->name);
    else if (ask->file && !type->takes_file)
        st = HS_FAIL(e, HS_EUSAGE, "'%s' takes no file", type->name);
    else
        st = type->run(ask, answer, e);
    for (size_t i = 0; i < answer->n && st == HS_OK; i++)
        if (answer->table[i].failed) st = HS_OUT_OF_MEMORY(e);
    if (st != HS_OK) {
        hs_err_where(e, "table %s", type->name);
        hs_answer_close(answer);
    }
    return st;
}
