/* decode.h - inside the config reader: from a tree to values, by the rows of the schema. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_DECODE_H
#define HS_EXPERIMENT_DECODE_H
#include "experiment/config.h"

struct hs_decoder {
    struct hs_config *config;
    struct hs_complaints *c;
    const char
        *folder; /* of the config file, "" or ending in "/": what relative paths start from */
};

/* Decodes a value of a row and adds it to the setting: several where a word unfolds ({random:
 * {count: 5}}). */
void hs_decode_value(struct hs_decoder *, const struct hs_row *, const struct hs_yaml *,
                     struct hs_setting *);
void hs_decode_pick(struct hs_decoder *, const struct hs_row *, const struct hs_yaml *,
                    struct hs_setting *);
/* Adds a value whose label is set. A second one with the same label is complained about. */
void hs_decode_add(struct hs_decoder *, struct hs_setting *, const struct hs_datum *);
/* A whole row: a list of values where it is a factor or a list. */
void hs_decode_row(struct hs_decoder *, const struct hs_row *, const struct hs_yaml *,
                   struct hs_setting *);
/* All keys of a mapping, their rows at `prefix` ("" for the whole file). */
void hs_decode_map(struct hs_decoder *, const char *prefix, const struct hs_yaml *,
                   struct hs_setting *settings);
/* overrides, sites; zip and exclude, which need all factors decoded before them. */
void hs_decode_rules(struct hs_decoder *, const struct hs_yaml *);
void hs_decode_sites(struct hs_decoder *, const struct hs_yaml *);
void hs_decode_ties(struct hs_decoder *, const struct hs_yaml *);
void hs_decode_exclusions(struct hs_decoder *, const struct hs_yaml *);

/* Whether a knob is really a yes or no (0 or 1 by default, nothing beyond) with this value:
 * then it is written so. */
bool hs_knob_is_flag(const struct hs_knob *, double value);
/* "expected WHAT, got ..." */
void hs_decode_expected(struct hs_decoder *, const struct hs_yaml *, const char *what);
/* "; did you mean 'x'?" or "; there are: a b c". */
const char *hs_decode_hint(struct hs_decoder *, const char *word, const char *const *list);

#endif
