/* yaml.h - this file stands between halfstep and libyaml: text in, a tree whose every node
 * knows its place out. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_YAML_H
#define HS_EXPERIMENT_YAML_H
#include "experiment/complain.h"

#include <stdbool.h>

enum hs_yaml_kind { HS_YAML_SCALAR, HS_YAML_LIST, HS_YAML_MAP };

/* Everything lives in the arena of the complaints that it was read with. */
struct hs_yaml {
    enum hs_yaml_kind kind;
    const char *text; /* scalar */
    bool plain;       /* scalar without quotes: may be a number, a flag, nothing */
    bool refused;     /* an alias: complained about already, worth nothing */
    struct hs_mark at;
    size_t n, room;        /* list, map */
    struct hs_yaml **item; /* list: items; map: values */
    struct hs_yaml **key;  /* map: scalars, each one different */
};

/* One document of block or flow YAML. Refused, with their places, the rest read on: anchors,
 * aliases, tags, merge keys, keys that are not scalars, repeated keys, more than one document.
 * NULL where the text is not YAML at all (said in the complaints) or there is no memory. */
struct hs_yaml *hs_yaml_read(const struct hs_source *, struct hs_complaints *);

/* Value of a key, or NULL. */
struct hs_yaml *hs_yaml_get(const struct hs_yaml *map, const char *key);
/* Puts a value under a dotted path, making maps on the way; replaces what was there. NULL: no
 * memory. Where something on the way is not a map, that is what comes back, unchanged. */
struct hs_yaml *hs_yaml_put(struct hs_yaml *map, const char *path, struct hs_yaml *value,
                            struct hs_complaints *);
bool hs_yaml_null(const struct hs_yaml *); /* an empty plain scalar, ~ or null */
/* "a list", "a mapping", "nothing", "the text 'x'" ...: for sentences that say what was found.
 */
const char *hs_yaml_what(const struct hs_yaml *, struct hs_complaints *);

#endif
