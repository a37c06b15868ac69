/* config.h - a config file, decoded and checked: what every key was set to. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_CONFIG_H
#define HS_EXPERIMENT_CONFIG_H
#include "experiment/complain.h"
#include "experiment/schema.h"
#include "experiment/yaml.h"

#include <stdint.h>

/* One value of a key. Which members count depends on the row's kind. */
struct hs_datum {
    struct hs_mark at;
    const char *label;  /* as a person would write it; two values of a key are the same where
                           their labels are */
    const char *text;   /* TEXT, NAME; FILE: the path to open */
    uint64_t count;     /* SEED, COUNT */
    double real;        /* REAL */
    bool flag;          /* FLAG */
    int word;           /* WORD: index; GRANULARITY: enum hs_granularity */
    size_t group;       /* GRANULARITY: N */
    size_t begin, end;  /* RANGE; end 0: to the last row */
    const void *member; /* PICK; NULL: none */
    double knob[HS_MAX_KNOBS];
    unsigned knobs_given;     /* bit k: knob k was written */
    const struct hs_given *given; /* PICK of a strategy or method that takes a file: its content */
    const char *file;             /* that file, as it was written */
    const char *const *names; /* PICK of an order that takes names; NULL-ended */
    int index;                /* PICK of an order that takes a count: which one, from 0 */
};
struct hs_setting {
    bool given; /* by the file or the command line; otherwise these are the defaults */
    struct hs_mark at;
    size_t n, room;
    struct hs_datum *value;
};

/* An item of scheme.overrides, or a site: settings of the rows that belong to it. */
struct hs_block {
    struct hs_mark at;
    const char *match;
    struct hs_setting *setting; /* HS_ROWS */
};
struct hs_tie { /* an item of zip */
    struct hs_mark at;
    size_t n;
    enum hs_row_name *row;
};
struct hs_exclusion { /* an item of exclude: every row must match one of its values */
    struct hs_mark at;
    size_t n;
    enum hs_row_name *row;
    struct hs_setting *level;
};

struct hs_config {
    struct hs_arena *arena; /* owns everything */
    const char *file;       /* as it was named */
    struct hs_setting setting[HS_ROWS];
    size_t rules, sites, ties, exclusions;
    struct hs_block *rule, *site;
    struct hs_tie *tie;
    struct hs_exclusion *exclusion;
};

/* Reads a config. set: the KEY=VALUE of --set, n of them. Whatever is wrong goes into
 * `mistakes`, all of it, ready to be shown; e then counts them (HS_ECONFIG; HS_ENOINPUT where
 * only files are missing). */
enum hs_status hs_config_read(const char *file, const char *const *set, size_t sets,
                              struct hs_config *, struct hs_text *mistakes, struct hs_err *);
/* The same from n bytes of text. name: for messages; folder: where relative files begin, ending
 * in '/', or "". */
enum hs_status hs_config_parse(const char *name, const char *folder, const char *text, size_t n,
                               struct hs_config *, struct hs_text *mistakes, struct hs_err *);
void hs_config_close(struct hs_config *); /* {0} is fine */

static inline const struct hs_datum *hs_config_first(const struct hs_config *c,
                                                     enum hs_row_name row)
{
    return c->setting[row].n ? &c->setting[row].value[0] : NULL;
}
/* Whether a level that exclude names stands for this one: it has the same label, or is the bare
 * name of the member, which covers all its knobs (`percentile`) and draws (`random`). */
bool hs_config_covers(const struct hs_datum *named, const struct hs_datum *level);
/* Text of a key, or NULL where it has no value. */
static inline const char *hs_config_text(const struct hs_config *c, enum hs_row_name row)
{
    return c->setting[row].n ? c->setting[row].value[0].text : NULL;
}

#endif
