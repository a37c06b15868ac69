/* runs.c - reads runs and puts their trials together. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/runs.h"

#include <string.h>

static const char *last_part(const char *path, size_t *n)
{
    size_t end = strlen(path), from;
    while (end > 1 && path[end - 1] == '/') end--;
    for (from = end; from > 0 && path[from - 1] != '/';) from--;
    *n = end - from;
    return path + from;
}

/* The last part of a path; the whole one where two runs would share it. */
static const char *name_of(char *const *dir, size_t n, size_t which, struct hs_arena *a)
{
    size_t length, other;
    const char *own = last_part(dir[which], &length);
    for (size_t i = 0; i < n; i++)
        if (i != which && !strncmp(own, last_part(dir[i], &other), length) && other == length) return dir[which];
    return hs_arena_text(a, "%.*s", (int)length, own);
}

/* A record of the union: the same trace, one factor more in front, and a number behind those of earlier runs. */
static enum hs_status adopt(struct hs_record *out, const struct hs_record *r, const char *run, size_t number,
                            struct hs_arena *a, struct hs_err *e)
{
    *out = *r;
    out->number = number;
    if (!run) return HS_OK;
    out->level = HS_NEW(a, r->levels + 1, struct hs_level);
    if (!out->level) return HS_OUT_OF_MEMORY(e);
    out->level[0] = (struct hs_level){.factor = "run", .level = run, .varies = true};
    if (r->levels) memcpy(out->level + 1, r->level, r->levels * sizeof *r->level);
    out->levels = r->levels + 1;
    return HS_OK;
}

static enum hs_status join(struct hs_runs *s, char *const *dir, struct hs_err *e)
{
    size_t n = 0, at = 0;
    for (size_t i = 0; i < s->n; i++) n += s->folder[i].records;
    struct hs_arena *a = s->folder[0].arena;
    if (!(s->record = HS_NEW(a, n, struct hs_record))) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < s->n; i++) {
        const char *run = s->n > 1 ? name_of(dir, s->n, i, a) : NULL;
        if (s->n > 1 && !run) return HS_OUT_OF_MEMORY(e);
        for (size_t r = 0; r < s->folder[i].records; r++, at++) {
            const struct hs_record *one = &s->folder[i].record[r];
            HS_TRY(adopt(&s->record[at], one, run, s->n > 1 ? at : one->number, a, e));
        }
    }
    return hs_view_open(&s->view, &s->folder[0].about, s->record, n, e);
}

/* The level of a factor in all trials of a run; SIZE_MAX - 1: there are several. */
static size_t only_level(const struct hs_runs *s, size_t factor, size_t run)
{
    const struct hs_view *v = &s->view;
    size_t one = SIZE_MAX;
    bool any = false;
    for (size_t t = 0; t < v->trials; t++) {
        if (v->level[t * v->factors + s->run] != run) continue;
        size_t l = v->level[t * v->factors + factor];
        if (any && l != one) return SIZE_MAX - 1;
        one = l, any = true;
    }
    return one;
}

static enum hs_status tell_apart(struct hs_runs *s, struct hs_err *e)
{
    const struct hs_view *v = &s->view;
    s->run = SIZE_MAX;
    if (!(s->differs = HS_NEW(v->arena, v->factors, bool))) return HS_OUT_OF_MEMORY(e);
    for (size_t f = 0; f < v->factors && s->n > 1; f++)
        if (!strcmp(v->factor[f].name, "run")) s->run = f;
    for (size_t f = 0; f < v->factors && s->n > 1; f++) {
        size_t first = only_level(s, f, 0);
        bool single = first != SIZE_MAX - 1, same = true;
        for (size_t k = 1; k < v->factor[s->run].levels && single; k++) {
            size_t other = only_level(s, f, k);
            single = other != SIZE_MAX - 1, same &= other == first;
        }
        s->differs[f] = f != s->run && single && !same;
    }
    return HS_OK;
}

enum hs_status hs_runs_open(struct hs_runs *s, char *const *dir, size_t n, struct hs_err *e)
{
    *s = (struct hs_runs){.folder = hs_alloc_zeroed(n, sizeof *s->folder)};
    enum hs_status st = s->folder ? HS_OK : HS_OUT_OF_MEMORY(e);
    for (; s->n < n && st == HS_OK; s->n++) {
        for (size_t i = 0; i < s->n && st == HS_OK; i++)
            if (!strcmp(dir[i], dir[s->n])) st = HS_FAIL(e, HS_EUSAGE, "%s is named twice", dir[i]);
        if (st == HS_OK) st = hs_folder_open(&s->folder[s->n], dir[s->n], e);
        if (st != HS_OK) break;
    }
    if (st == HS_OK) st = join(s, dir, e);
    if (st == HS_OK) st = tell_apart(s, e);
    if (st != HS_OK) hs_runs_close(s);
    return st;
}

void hs_runs_close(struct hs_runs *s)
{
    if (s->view.arena) hs_view_close(&s->view);
    for (size_t i = 0; i < s->n; i++) hs_folder_close(&s->folder[i]);
    hs_free(s->folder);
    *s = (struct hs_runs){0};
}
