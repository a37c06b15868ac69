/* ratio.c - reading decimals exactly, and the little arithmetic that the examples need. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/ratio.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t common(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b, b = rest;
    }
    return a < 0 ? -a : a;
}

struct hs_ratio hs_ratio_make(int64_t num, int64_t den)
{
    int64_t d = common(num, den);
    if (den < 0) d = -d;
    return (struct hs_ratio){num / d, den / d};
}

enum { MOST_DIGITS = 15 };

/* Digits with a point; leaves *end behind them. False: none, or too many. */
static bool digits(const char *s, const char **end, int64_t *all, int *behind_point)
{
    int seen = 0, significant = 0;
    bool point = false;
    *all = 0, *behind_point = 0;
    for (; isdigit((unsigned char)*s) || (*s == '.' && !point); s++) {
        if (*s == '.') {
            point = true;
            continue;
        }
        seen++, significant += significant || *s != '0', *behind_point += point;
        if (significant > MOST_DIGITS) return false;
        *all = 10 * *all + (*s - '0');
    }
    *end = s;
    return seen;
}

static bool scale(struct hs_ratio *r, long exponent)
{
    for (; exponent > 0; exponent--)
        if (__builtin_mul_overflow(r->num, 10, &r->num)) return false;
    for (; exponent < 0; exponent++)
        if (__builtin_mul_overflow(r->den, 10, &r->den)) return false;
    *r = hs_ratio_make(r->num, r->den);
    return llabs(r->num) < INT64_C(1) << 52 && r->den < INT64_C(1) << 52;
}

enum hs_status hs_ratio_parse(const char *text, struct hs_ratio *r, struct hs_err *e)
{
    const char *s = text + (*text == '-' || *text == '+'), *end;
    int64_t num, den = 1;
    int behind, behind_den = 0;
    long exponent = 0;
    bool fine = digits(s, &end, &num, &behind);
    if (fine && (*end == 'e' || *end == 'E')) {
        char *tail;
        exponent = strtol(end + 1, &tail, 10);
        fine = tail > end + 1 && labs(exponent) < 40;
        end = tail;
    }
    if (fine && *end == '/') fine = digits(end + 1, &end, &den, &behind_den) && den;
    *r = (struct hs_ratio){*text == '-' ? -num : num, den};
    if (!fine || *end || !scale(r, exponent - behind + behind_den))
        return HS_FAIL(e, HS_EUSAGE, "'%s' is no decimal number of at most %d digits", text,
                       MOST_DIGITS);
    return HS_OK;
}

struct hs_ratio hs_ratio_line(struct hs_ratio r, int a, int b)
{
    return hs_ratio_make(a * r.num + b * r.den, r.den);
}
double hs_ratio_value(struct hs_ratio r) { return (double)r.num / (double)r.den; }
int64_t hs_ratio_floor(struct hs_ratio r) { return r.num / r.den - (r.num % r.den < 0); }
bool hs_ratio_is_tie(struct hs_ratio r) { return r.den == 2; }

const char *hs_ratio_text(struct hs_ratio r, char text[HS_RATIO_TEXT])
{
    if (r.den == 1)
        snprintf(text, HS_RATIO_TEXT, "%" PRId64, r.num);
    else
        snprintf(text, HS_RATIO_TEXT, "%" PRId64 "/%" PRId64, r.num, r.den);
    return text;
}
