/* parts.c - which values of a tensor share a scale. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/parts.h"

size_t hs_parts_row(const struct hs_parts *p)
{
    return p->inner > 1 && p->granularity != HS_PER_TOKEN ? p->inner : p->channels;
}

size_t hs_parts_total(const struct hs_parts *p) { return p->outer * p->channels * p->inner; }

static size_t groups(const struct hs_parts *p) /* in one row */
{
    return (hs_parts_row(p) + p->group - 1) / p->group;
}

size_t hs_parts_count(const struct hs_parts *p)
{
    size_t row = hs_parts_row(p), rows = row ? hs_parts_total(p) / row : 0;
    switch (p->granularity) {
    case HS_PER_TENSOR: return 1;
    case HS_PER_CHANNEL: return p->channels;
    case HS_PER_TOKEN: return rows;
    case HS_PER_GROUP:
    case HS_PER_BLOCK: return rows * groups(p);
    }
    return 1;
}

size_t hs_parts_run(const struct hs_parts *p, size_t index, size_t *part)
{
    size_t total = hs_parts_total(p), row = hs_parts_row(p), at, left;
    if (p->granularity == HS_PER_TENSOR) {
        *part = 0;
        return (size_t)-1;
    }
    if (p->granularity == HS_PER_CHANNEL) {
        *part = index / p->inner % p->channels;
        return p->inner - index % p->inner;
    }
    index %= total;
    at = index % row, left = row - at;
    if (p->granularity == HS_PER_TOKEN) {
        *part = index / row;
        return left;
    }
    *part = index / row * groups(p) + at / p->group;
    size_t rest = p->group - at % p->group;
    return rest < left ? rest : left;
}

size_t hs_parts_of(const struct hs_parts *p, size_t index)
{
    size_t part;
    hs_parts_run(p, index, &part);
    return part;
}
