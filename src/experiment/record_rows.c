/* record_rows.c - members of a trace by name and place. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/record_rows.h"

#define T(s, m)                                                                                \
    {                                                                                          \
#m, HS_FIELD_TEXT, offsetof(struct s, m)                                               \
    }
#define I(s, m)                                                                                \
    {                                                                                          \
#m, HS_FIELD_INT, offsetof(struct s, m)                                                \
    }
#define R(s, m)                                                                                \
    {                                                                                          \
#m, HS_FIELD_REAL, offsetof(struct s, m)                                               \
    }
/* clang-format off */
static const struct hs_record_field site_fields[] = {
    T(hs_site_row, layer), T(hs_site_row, site), T(hs_site_row, format), T(hs_site_row, granularity),
    T(hs_site_row, strategy), I(hs_site_row, step), R(hs_site_row, parts), R(hs_site_row, lo), R(hs_site_row, hi),
    R(hs_site_row, scale), R(hs_site_row, zero), R(hs_site_row, squared), R(hs_site_row, clipping),
    R(hs_site_row, rounding), R(hs_site_row, power), R(hs_site_row, optimum), R(hs_site_row, candidates),
    R(hs_site_row, bits), R(hs_site_row, elements), T(hs_site_row, warning), {0}};
static const struct hs_record_field node_fields[] = {
    T(hs_node_row, node), I(hs_node_row, step), I(hs_node_row, position), R(hs_node_row, reference),
    R(hs_node_row, total), R(hs_node_row, fresh), R(hs_node_row, inherited), R(hs_node_row, cross),
    R(hs_node_row, solo), R(hs_node_row, largest), R(hs_node_row, dot), R(hs_node_row, got),
    R(hs_node_row, amplification), R(hs_node_row, predicted), {0}};
static const struct hs_record_field figure_fields[] = {
    T(hs_figure_row, metric), I(hs_figure_row, step), R(hs_figure_row, value), R(hs_figure_row, lo),
    R(hs_figure_row, hi), {0}};
/* clang-format on */
const struct hs_record_rows hs_record_sites = {"sites", sizeof(struct hs_site_row),
                                               site_fields},
                            hs_record_nodes = {"nodes", sizeof(struct hs_node_row),
                                               node_fields},
                            hs_record_figures = {"figures", sizeof(struct hs_figure_row),
                                                 figure_fields};

const char *const hs_record_arrays[HS_RECORD_ARRAYS] = {
    "loss", "float_loss", "correct", "float_correct", "squared", "reference"};
static const size_t array_at[HS_RECORD_ARRAYS] = {
    offsetof(struct hs_trace, loss),    offsetof(struct hs_trace, float_loss),
    offsetof(struct hs_trace, correct), offsetof(struct hs_trace, float_correct),
    offsetof(struct hs_trace, squared), offsetof(struct hs_trace, reference),
};

double **hs_record_array(const struct hs_trace *t, size_t i)
{
    return (double **)(void *)((char *)(uintptr_t)t + array_at[i]);
}
