/* config.c - reads a config: the file, what the command line changes, the defaults, and what
 * must agree. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/config.h"
#include "experiment/decode.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LARGEST = 1 << 18 };

static enum hs_status load(const char *file, struct hs_arena *arena, struct hs_source *s,
                           struct hs_err *e)
{
    const char *why;
    FILE *f = hs_file_open(file, &why);
    char *text = hs_arena_take(arena, LARGEST + 2, 1);
    enum hs_status st = HS_OK;
    if (!text)
        st = HS_OUT_OF_MEMORY(e);
    else if (!f)
        st = HS_FAIL(e, HS_ENOINPUT, "cannot read the config %s: %s", file, why);
    else {
        errno = 0;
        size_t n = fread(text, 1, LARGEST + 1, f);
        *s = (struct hs_source){.name = file, .text = text, .n = n};
        if (ferror(f))
            st =
                HS_FAIL(e, HS_ENOINPUT, "cannot read the config %s: %s", file, strerror(errno));
        else if (n > LARGEST)
            st = HS_FAIL(e, HS_ECONFIG, "%s is larger than %d bytes: no config", file, LARGEST);
        else if (memchr(text, '\0', n))
            st = HS_FAIL(e, HS_ECONFIG, "%s is not a text file", file);
    }
    if (f) fclose(f);
    return st;
}

/* KEY=VALUE: a source of its own, shown as it was typed; its YAML begins after the "=". */
static void set(struct hs_decoder *d, struct hs_yaml *root, const char *word, int rank)
{
    struct hs_source *s = hs_complaints_take(d->c, 1, sizeof *s);
    const char *shown = hs_complaints_text(d->c, "--set %s", word), *is = strchr(word, '=');
    if (!s || !shown) return;
    *s = (struct hs_source){
        .name = "command line", .text = shown, .n = strlen(shown), .rank = rank};
    struct hs_mark at = {.source = s, .column = 6, .span = 1};
    if (!is || is == word) {
        hs_complain(d->c, at, "--set takes KEY=VALUE");
        return;
    }
    s->skip = (size_t)(is - word) + 7;
    for (size_t i = 0; i < s->skip; i++) s->column += ((unsigned char)shown[i] & 0xc0) != 0x80;
    char *path = hs_complaints_text(d->c, "%.*s", (int)(is - word), word);
    struct hs_yaml *value = hs_yaml_read(s, d->c);
    if (!path || !value) return;
    struct hs_yaml *put = hs_yaml_put(root, path, value, d->c);
    if (put && put != value)
        hs_complain(d->c, at, "'%s' leads through something that is not a mapping", path);
}

static void fill_defaults(struct hs_decoder *d)
{
    for (int i = 0; i < HS_ROW_RULE; i++) {
        struct hs_setting *s = &d->config->setting[i];
        if (s->given || !hs_schema[i].otherwise) continue;
        struct hs_source *source = hs_complaints_take(d->c, 1, sizeof *source);
        if (!source) return;
        *source = (struct hs_source){.name = "default",
                                     .text = hs_schema[i].otherwise,
                                     .n = strlen(hs_schema[i].otherwise),
                                     .rank = 1 << 20};
        struct hs_yaml *y = hs_yaml_read(source, d->c);
        if (y) hs_decode_row(d, &hs_schema[i], y, s);
        s->given = false;
    }
}

static void name_after_file(struct hs_decoder *d)
{
    struct hs_setting *s = &d->config->setting[HS_ROW_NAME];
    const char *base = strrchr(d->config->file, '/');
    base = base ? base + 1 : d->config->file;
    const char *dot = strrchr(base, '.');
    struct hs_yaml y = {.kind = HS_YAML_SCALAR, .at = {.span = 1}};
    y.text = hs_complaints_text(
        d->c, "%.*s", (int)(dot && dot != base ? (size_t)(dot - base) : strlen(base)), base);
    if (!s->given && y.text) hs_decode_row(d, &hs_schema[HS_ROW_NAME], &y, s), s->given = false;
}

static bool is_none(const struct hs_config *c, enum hs_row_name format)
{
    return c->setting[format].n == 1 && !c->setting[format].value[0].member;
}

/* What one key alone cannot tell. */
static void agree(struct hs_decoder *d, const struct hs_yaml *root)
{
    struct hs_config *c = d->config;
    static const enum hs_row_name parts[] = {HS_ROW_ROUNDING, HS_ROW_ZERO_POINT, HS_ROW_DIVIDE};
    for (int i = 0; i < HS_ROW_RULE; i++)
        if (hs_schema[i].required && !c->setting[i].given)
            hs_complain(d->c, (struct hs_mark){.source = root->at.source, .span = 1},
                        "the key '%s' is missing: %s", hs_schema[i].path, hs_schema[i].meaning);
    for (size_t i = 0; i < 3; i++)
        if (c->setting[parts[i]].given && c->setting[HS_ROW_CONVENTION].given)
            hs_complain(d->c, c->setting[parts[i]].at,
                        "a convention settles '%s': give one or the other",
                        hs_schema[parts[i]].path);
    const struct hs_datum *draws = hs_config_first(c, HS_ROW_DRAWS);
    if (draws && draws->count > 1 && !c->setting[HS_ROW_CALIBRATION_SAMPLES].given)
        hs_complain(d->c, draws->at,
                    "draws need 'data.calibration.samples': how many samples each");
    const struct hs_setting *dynamic = &c->setting[HS_ROW_ACTIVATIONS_DYNAMIC];
    bool all_dynamic = true;
    for (size_t i = 0; i < dynamic->n; i++) all_dynamic = all_dynamic && dynamic->value[i].flag;
    if (!c->setting[HS_ROW_CALIBRATION].given && !is_none(c, HS_ROW_ACTIVATIONS_FORMAT) &&
        !all_dynamic) {
        struct hs_mark at = c->setting[HS_ROW_ACTIVATIONS].given
                                ? c->setting[HS_ROW_ACTIVATIONS].at
                                : (struct hs_mark){.source = root->at.source, .span = 1};
        hs_complain(d->c, at,
                    "static grids for activations need data.calibration; write it, or "
                    "scheme.activations: none, or dynamic: true");
    }
}

static void decode(struct hs_decoder *d, const struct hs_source *s, const char *const *sets,
                   size_t n)
{
    struct hs_yaml *root = hs_yaml_read(s, d->c), *y;
    if (root && root->kind != HS_YAML_MAP) {
        hs_decode_expected(d, root, "a mapping of keys to values");
        return;
    }
    struct hs_yaml empty = {.kind = HS_YAML_MAP, .text = "", .at = {.source = s, .span = 1}};
    bool readable = root != NULL;
    if (!root) root = &empty; /* the command line is checked all the same */
    for (size_t i = 0; i < n; i++) set(d, root, sets[i], (int)i + 1);
    hs_decode_map(d, "", root, d->config->setting);
    fill_defaults(d);
    name_after_file(d);
    if ((y = hs_yaml_get(root, "zip"))) hs_decode_ties(d, y);
    if ((y = hs_yaml_get(root, "exclude"))) hs_decode_exclusions(d, y);
    if (readable) agree(d, root);
}

/* What both ways in have in common. source: read; its name is the file's. */
static enum hs_status make(struct hs_decoder *d, const struct hs_source *source,
                           const char *folder, size_t folder_n, const char *const *sets, size_t n,
                           struct hs_text *mistakes, struct hs_err *e)
{
    d->config->file = hs_complaints_text(d->c, "%s", source->name);
    d->folder = hs_complaints_text(d->c, "%.*s", (int)folder_n, folder);
    if (d->config->file && d->folder) decode(d, source, sets, n);
    hs_complaints_show(d->c, mistakes);
    return hs_complaints_status(d->c, e);
}

enum hs_status hs_config_read(const char *file, const char *const *sets, size_t n,
                              struct hs_config *config, struct hs_text *mistakes,
                              struct hs_err *e)
{
    struct hs_source *source;
    *config = (struct hs_config){.arena = hs_arena_open()};
    struct hs_complaints c = {.arena = config->arena};
    struct hs_decoder d = {.config = config, .c = &c};
    if (!config->arena || !(source = HS_NEW(config->arena, 1, struct hs_source)))
        return hs_config_close(config), HS_OUT_OF_MEMORY(e);
    const char *slash = strrchr(file, '/');
    enum hs_status st = load(file, config->arena, source, e);
    if (st == HS_OK)
        st = make(&d, source, file, slash ? (size_t)(slash - file) + 1 : 0, sets, n, mistakes, e);
    if (st != HS_OK) hs_config_close(config);
    return st;
}

enum hs_status hs_config_parse(const char *name, const char *folder, const char *text, size_t n,
                               struct hs_config *config, struct hs_text *mistakes,
                               struct hs_err *e)
{
    *config = (struct hs_config){.arena = hs_arena_open()};
    struct hs_complaints c = {.arena = config->arena};
    struct hs_decoder d = {.config = config, .c = &c};
    struct hs_source *source =
        config->arena ? HS_NEW(config->arena, 1, struct hs_source) : NULL;
    if (!source) return hs_config_close(config), HS_OUT_OF_MEMORY(e);
    *source = (struct hs_source){.name = hs_complaints_text(&c, "%s", name),
                                 .text = hs_complaints_text(&c, "%.*s", (int)n, text),
                                 .n = n};
    enum hs_status st = source->name && source->text
                            ? make(&d, source, folder, strlen(folder), NULL, 0, mistakes, e)
                            : HS_OUT_OF_MEMORY(e);
    if (st != HS_OK) hs_config_close(config);
    return st;
}

void hs_config_close(struct hs_config *c)
{
    hs_arena_close(c->arena);
    *c = (struct hs_config){0};
}
