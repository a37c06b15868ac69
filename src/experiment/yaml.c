/* yaml.c - from libyaml's events to a tree. Events rather than its documents: those forget
 * where an anchor, an alias or a tag stood, and each of these is to be refused at its place. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/yaml.h"

#include <string.h>
#include <yaml.h>

enum { DEEPEST = 32 };

struct reader {
    yaml_parser_t parser;
    const struct hs_source *source;
    struct hs_complaints *c;
    bool broken; /* the text is not YAML: said already */
};

static struct hs_mark mark(const struct reader *r, yaml_mark_t from, yaml_mark_t to)
{
    size_t span = from.line == to.line && to.column > from.column ? to.column - from.column : 1;
    return (struct hs_mark){.source = r->source,
                            .line = from.line,
                            .column = (from.line ? 0 : r->source->column) + from.column,
                            .span = span};
}

/* Where byte number `offset` stands: the reader knows no more when it meets bytes that are not
 * UTF-8. */
static yaml_mark_t mark_of_byte(const struct hs_source *s, size_t offset)
{
    yaml_mark_t m = {0};
    const char *text = s->text + s->skip; /* a --set begins in the middle of what is shown */
    for (size_t i = 0; i < offset && text[i]; i++) {
        if (text[i] == '\n')
            m.line++, m.column = 0;
        else if (((unsigned char)text[i] & 0xc0) != 0x80)
            m.column++;
    }
    return m;
}

static bool next(struct reader *r, yaml_event_t *event)
{
    if (r->broken) return false;
    if (yaml_parser_parse(&r->parser, event)) return true;
    r->broken = true;
    yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR) {
        r->c->no_memory = true;
        return false;
    }
    yaml_mark_t at = p->error == YAML_READER_ERROR ? mark_of_byte(r->source, p->problem_offset)
                                                   : p->problem_mark;
    const char *problem = p->problem ? p->problem : "it cannot be read";
    if (p->context && p->context_mark.line != at.line)
        hs_complain(r->c, mark(r, at, at), "not YAML: %s %s that began in line %zu", problem,
                    p->context, p->context_mark.line + 1);
    else
        hs_complain(r->c, mark(r, at, at), "not YAML: %s%s%s", problem, p->context ? " " : "",
                    p->context ? p->context : "");
    return false;
}

static struct hs_yaml *node(struct reader *r, enum hs_yaml_kind kind, const yaml_event_t *event)
{
    struct hs_yaml *y = hs_complaints_take(r->c, 1, sizeof *y);
    if (!y) return NULL;
    y->kind = kind, y->text = "", y->at = mark(r, event->start_mark, event->end_mark);
    if (kind != HS_YAML_SCALAR) y->at.span = 1;
    return y;
}

/* Doubles the room of a list or map. */
static bool grow(struct hs_complaints *c, struct hs_yaml *y)
{
    if (y->n < y->room) return true;
    size_t room = y->room ? 2 * y->room : 8;
    struct hs_yaml **item = hs_complaints_take(c, room, sizeof *item),
                   **key = hs_complaints_take(c, room, sizeof *key);
    if (!item || !key) return false;
    if (y->n) {
        memcpy(item, y->item, y->n * sizeof *item);
        memcpy(key, y->key, y->n * sizeof *key);
    }
    y->item = item, y->key = key, y->room = room;
    return true;
}

/* What YAML can do beyond data is refused: a config should say what it means where it means it.
 */
static void refuse_extras(struct reader *r, const yaml_event_t *event,
                          const yaml_char_t *anchor, const yaml_char_t *tag)
{
    struct hs_mark at = mark(r, event->start_mark, event->end_mark);
    if (anchor)
        hs_complain(r->c, at, "anchors are not used here: write the value out (&%.40s)",
                    (const char *)anchor);
    if (tag) hs_complain(r->c, at, "tags are not used here (%.40s)", (const char *)tag);
}

static struct hs_yaml *scalar(struct reader *r, const yaml_event_t *event)
{
    struct hs_yaml *y = node(r, HS_YAML_SCALAR, event);
    const char *value = (const char *)event->data.scalar.value;
    if (!y) return NULL;
    refuse_extras(r, event, event->data.scalar.anchor, event->data.scalar.tag);
    if (strlen(value) != event->data.scalar.length)
        hs_complain(r->c, y->at, "a text with a NUL in it");
    y->text = hs_complaints_text(r->c, "%s", value);
    y->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return y->text ? y : NULL;
}

static struct hs_yaml *value(struct reader *r, const yaml_event_t *event, int depth);

static struct hs_yaml *list(struct reader *r, const yaml_event_t *start, int depth)
{
    struct hs_yaml *y = node(r, HS_YAML_LIST, start);
    yaml_event_t event;
    if (y)
        refuse_extras(r, start, start->data.sequence_start.anchor,
                      start->data.sequence_start.tag);
    while (y && next(r, &event)) {
        bool end = event.type == YAML_SEQUENCE_END_EVENT;
        struct hs_yaml *item = end ? NULL : value(r, &event, depth + 1);
        yaml_event_delete(&event);
        if (end) return y;
        if (!item || !grow(r->c, y)) break;
        y->item[y->n++] = item;
    }
    return NULL;
}

static void add_pair(struct reader *r, struct hs_yaml *y, struct hs_yaml *key,
                     struct hs_yaml *item)
{
    if (key->kind != HS_YAML_SCALAR) {
        hs_complain(r->c, key->at, "a key must be a word");
        return;
    }
    if (key->plain && !strcmp(key->text, "<<")) {
        hs_complain(r->c, key->at, "merge keys are not used here: write the values out");
        return;
    }
    for (size_t i = 0; i < y->n; i++)
        if (!strcmp(y->key[i]->text, key->text)) {
            hs_complain(r->c, key->at, "the key '%s' is here twice; it was in line %zu before",
                        key->text, y->key[i]->at.line + 1);
            return;
        }
    if (!grow(r->c, y)) return;
    y->key[y->n] = key, y->item[y->n++] = item;
}

static struct hs_yaml *map(struct reader *r, const yaml_event_t *start, int depth)
{
    struct hs_yaml *y = node(r, HS_YAML_MAP, start), *key = NULL;
    yaml_event_t event;
    if (y)
        refuse_extras(r, start, start->data.mapping_start.anchor,
                      start->data.mapping_start.tag);
    while (y && next(r, &event)) {
        bool end = event.type == YAML_MAPPING_END_EVENT;
        struct hs_yaml *item = end ? NULL : value(r, &event, depth + 1);
        yaml_event_delete(&event);
        if (end) return y;
        if (!item) break;
        if (!key) {
            key = item;
            continue;
        }
        add_pair(r, y, key, item);
        key = NULL;
    }
    return NULL;
}

static struct hs_yaml *value(struct reader *r, const yaml_event_t *event, int depth)
{
    struct hs_mark at = mark(r, event->start_mark, event->end_mark);
    if (depth > DEEPEST) {
        if (!r->broken) hs_complain(r->c, at, "nested more than %d deep", DEEPEST);
        r->broken = true;
        return NULL;
    }
    if (event->type == YAML_SCALAR_EVENT) return scalar(r, event);
    if (event->type == YAML_SEQUENCE_START_EVENT) return list(r, event, depth);
    if (event->type == YAML_MAPPING_START_EVENT) return map(r, event, depth);
    hs_complain(r->c, at, "aliases are not used here: write the value out");
    struct hs_yaml *y = node(r, HS_YAML_SCALAR, event);
    if (y) y->refused = true;
    return y;
}

static struct hs_yaml *document(struct reader *r)
{
    struct hs_yaml *root = NULL;
    bool over = false;
    yaml_event_t event;
    while (!over && next(r, &event)) {
        if (event.type == YAML_DOCUMENT_START_EVENT) {
            if (root)
                hs_complain(r->c, mark(r, event.start_mark, event.end_mark),
                            "a second document begins here");
            over = root != NULL;
        } else if (event.type == YAML_STREAM_END_EVENT) {
            over = true;
        } else if (event.type != YAML_STREAM_START_EVENT &&
                   event.type != YAML_DOCUMENT_END_EVENT) {
            root = value(r, &event, 0);
            over = !root;
        }
        yaml_event_delete(&event);
    }
    return r->broken ? NULL : root;
}

struct hs_yaml *hs_yaml_read(const struct hs_source *source, struct hs_complaints *c)
{
    struct reader r = {.source = source, .c = c};
    if (!yaml_parser_initialize(&r.parser)) {
        c->no_memory = true;
        return NULL;
    }
    size_t before = c->n;
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)source->text + source->skip,
                                 source->n - source->skip);
    struct hs_yaml *root = document(&r);
    yaml_parser_delete(&r.parser);
    if (!root && c->n == before && !c->no_memory)
        hs_complain(c, (struct hs_mark){.source = source, .column = source->column, .span = 1},
                    "there is nothing here");
    return root;
}

struct hs_yaml *hs_yaml_get(const struct hs_yaml *y, const char *key)
{
    for (size_t i = 0; y && y->kind == HS_YAML_MAP && i < y->n; i++)
        if (!strcmp(y->key[i]->text, key)) return y->item[i];
    return NULL;
}

static struct hs_yaml *step_into(struct hs_yaml *y, const char *key, struct hs_mark at,
                                 struct hs_complaints *c)
{
    struct hs_yaml *next_map = hs_yaml_get(y, key);
    if (next_map) return next_map;
    struct hs_yaml *made = hs_complaints_take(c, 1, sizeof *made),
                   *name = hs_complaints_take(c, 1, sizeof *name);
    if (!made || !name || !grow(c, y)) return NULL;
    *made = (struct hs_yaml){.kind = HS_YAML_MAP, .text = "", .at = at};
    *name = (struct hs_yaml){.kind = HS_YAML_SCALAR, .text = key, .plain = true, .at = at};
    y->key[y->n] = name, y->item[y->n++] = made;
    return made;
}

struct hs_yaml *hs_yaml_put(struct hs_yaml *y, const char *path, struct hs_yaml *item,
                            struct hs_complaints *c)
{
    char *name = hs_complaints_text(c, "%s", path), *dot;
    struct hs_yaml *up = y;
    for (; name && up; name = dot + 1) {
        dot = strchr(name, '.');
        if (dot) *dot = '\0';
        if (up->kind != HS_YAML_MAP) return up;
        struct hs_yaml *down = step_into(up, name, item->at, c);
        if (!dot) {
            for (size_t i = 0; down && i < up->n; i++)
                if (up->item[i] == down) up->item[i] = item;
            return down ? item : NULL;
        }
        up = down;
    }
    return NULL;
}

bool hs_yaml_null(const struct hs_yaml *y)
{
    return y->kind == HS_YAML_SCALAR && y->plain &&
           (!*y->text || !strcmp(y->text, "~") || !strcmp(y->text, "null"));
}

const char *hs_yaml_what(const struct hs_yaml *y, struct hs_complaints *c)
{
    if (hs_yaml_null(y)) return "nothing";
    if (y->kind == HS_YAML_LIST) return "a list";
    if (y->kind == HS_YAML_MAP) return "a mapping";
    const char *text =
        hs_complaints_text(c, y->plain ? "'%.60s'" : "the text \"%.60s\"", y->text);
    return text ? text : "a text";
}
