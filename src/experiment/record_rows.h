/* record_rows.h - inside the record: the tables that name what is in the file, for writing and
 * for reading. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_RECORD_ROWS_H
#define HS_EXPERIMENT_RECORD_ROWS_H
#include "experiment/record.h"

#include "base/text.h"

#include <jansson.h>
#include <stdbool.h>

enum { HS_RECORD_LAYOUT = 2, HS_RECORD_TRAILER = HS_KEY_HEX, HS_RECORD_ARRAYS = 6 };

/* A row of the trace as a JSON list: its members in the order of these tables. */
struct hs_record_field {
    const char *name;
    enum { HS_FIELD_TEXT, HS_FIELD_INT, HS_FIELD_REAL } kind;
    size_t at;
};
struct hs_record_rows {
    const char *name;
    size_t size;
    const struct hs_record_field *field; /* ends with a NULL name */
};
extern const struct hs_record_rows hs_record_sites, hs_record_nodes, hs_record_figures;

/* Per-sample arrays of a trace; cluster, which is not made of doubles, comes after them. */
extern const char *const hs_record_arrays[HS_RECORD_ARRAYS];
double **hs_record_array(const struct hs_trace *, size_t i);

/* Little-endian float64. */
void hs_record_put_real(struct hs_text *, double);
double hs_record_get_real(const char *eight_bytes);

/* Tables of a trial: names, columns and texts stand in the head, numbers behind the arrays, a
 * column after the other, with lo and hi after a column that has intervals. */
json_t *hs_record_tables_json(const struct hs_trace *);
void hs_record_tables_put(const struct hs_trace *, struct hs_text *);
/* From the head's "tables" and the `size` bytes behind the arrays, which it must fill exactly. */
bool hs_record_tables_read(struct hs_trace *, const json_t *tables, const char *bytes, size_t size);
/* Bytes of numbers that the head announces; SIZE_MAX: it makes no sense. */
size_t hs_record_tables_size(const json_t *tables);

#endif
