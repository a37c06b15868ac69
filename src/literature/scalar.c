/* scalar.c - Lloyd's iteration needs 200,000 steps at 32 levels; Newton's a handful. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/scalar.h"

#include <math.h>

static double log2_of(double p) { return p > 0 ? p * log2(p) : 0; }

static void finish(const struct hs_density *d, struct hs_scalar *q)
{
    q->error = q->entropy = 0;
    for (size_t i = 0; i < q->n; i++) {
        double a = i ? 0.5 * (q->level[i - 1] + q->level[i]) : -INFINITY;
        double b = i + 1 < q->n ? 0.5 * (q->level[i] + q->level[i + 1]) : INFINITY;
        q->error += hs_density_cell(d, a, b, q->level[i]);
        q->entropy -= log2_of(hs_density_between(d, a, b).mass);
    }
}

/* d error / d step over -2: sum of k (first moment - k step mass) over the levels k step of the
 * positive half. */
static double slope(const struct hs_density *d, size_t n, double step)
{
    double sum = 0;
    for (size_t i = n / 2; i < n; i++) {
        double k = (double)i - 0.5 * ((double)n - 1);
        struct hs_moments m = hs_density_between(d, fmax(k - 0.5, 0) * step,
                                                 i + 1 < n ? (k + 0.5) * step : INFINITY);
        sum += k * (m.first - k * step * m.mass);
    }
    return sum;
}

enum hs_status hs_scalar_uniform(const struct hs_density *d, size_t n, struct hs_scalar *q,
                                 double *step, struct hs_err *e)
{
    double a = 1e-4, b = 10;
    if (n < 2 || n > HS_MOST_LEVELS)
        return HS_FAIL(e, HS_ENUM, "no quantizer with %zu levels here", n);
    for (int i = 0; i < 200;
         i++) { /* from a step too small, where more is better, to one too large */
        double m = 0.5 * (a + b);
        if (m == a || m == b) break;
        if (slope(d, n, m) > 0)
            a = m;
        else
            b = m;
    }
    *step = 0.5 * (a + b);
    q->n = n;
    for (size_t i = 0; i < n; i++) q->level[i] = ((double)i - 0.5 * ((double)n - 1)) * *step;
    finish(d, q);
    return HS_OK;
}

/* The positive half: m levels y, the first cell begins at 0 (even n) or at y[0] / 2 (odd n: a
 * level lies at 0). */
struct half {
    const struct hs_density *d;
    size_t m;
    int odd;
    double y[HS_MOST_LEVELS];
};

static double edge(const struct half *h, size_t i) /* below level i */
{
    if (i == h->m) return INFINITY;
    return i ? 0.5 * (h->y[i - 1] + h->y[i]) : h->odd ? 0.5 * h->y[0] : 0;
}

static double centroid(const struct half *h, size_t i, struct hs_moments *m)
{
    *m = hs_density_between(h->d, edge(h, i), edge(h, i + 1));
    return m->first / m->mass;
}

/* Equal steps of the integral of p^(1/3), which is optimal in the limit (Panter and Dite 1951).
 */
static void compand(struct half *h)
{
    enum { GRID = 20000 };
    double n = 2.0 * (double)h->m + h->odd, sum = 0, total = 0, end = h->d->peak / 3;
    for (int k = 0; k < GRID; k++) total += cbrt(h->d->pdf((k + 0.5) * end / GRID));
    size_t i = 0;
    for (int k = 0; k < GRID && i < h->m; k++) {
        sum += cbrt(h->d->pdf((k + 0.5) * end / GRID)) / total;
        while (i < h->m && sum >= (2 * (double)i + 1 + h->odd) / n)
            h->y[i++] = (k + 1) * end / GRID;
    }
    for (; i < h->m; i++) h->y[i] = (i ? h->y[i - 1] : 0) + 1;
}

static void lloyd(struct half *h, int steps)
{
    struct hs_moments m;
    for (int k = 0; k < steps; k++) {
        double next[HS_MOST_LEVELS];
        for (size_t i = 0; i < h->m; i++) next[i] = centroid(h, i, &m);
        for (size_t i = 0; i < h->m; i++) h->y[i] = next[i];
    }
}

/* One Newton step; the largest relative change. Rows: -dc/da / 2, 1 - (dc/da + dc/db) / 2,
 * -dc/db / 2. */
static double newton(struct half *h)
{
    double upper[HS_MOST_LEVELS], right[HS_MOST_LEVELS], largest = 0;
    for (size_t i = 0; i < h->m; i++) {
        struct hs_moments m;
        double c = centroid(h, i, &m), a = edge(h, i), b = edge(h, i + 1);
        double da = a > 0 ? h->d->pdf(a) * (c - a) / m.mass : 0,
               db = isinf(b) ? 0 : h->d->pdf(b) * (b - c) / m.mass;
        double low = i ? -0.5 * da : 0, diagonal = 1 - 0.5 * (da + db);
        double pivot = diagonal - (i ? low * upper[i - 1] : 0);
        upper[i] = -0.5 * db / pivot;
        right[i] = (h->y[i] - c - (i ? low * right[i - 1] : 0)) / pivot;
    }
    for (size_t i = h->m; i-- > 0;) {
        if (i + 1 < h->m) right[i] -= upper[i] * right[i + 1];
        largest = fmax(largest, fabs(right[i]) / h->y[i]);
    }
    for (size_t i = 0; i < h->m; i++) h->y[i] -= right[i];
    return largest;
}

enum hs_status hs_scalar_lloyd_max(const struct hs_density *d, size_t n, struct hs_scalar *q,
                                   struct hs_err *e)
{
    struct half h = {.d = d, .m = n / 2, .odd = (int)(n % 2)};
    if (n < 2 || n > HS_MOST_LEVELS)
        return HS_FAIL(e, HS_ENUM, "no quantizer with %zu levels here", n);
    compand(&h);
    lloyd(&h, 300);
    double change = INFINITY;
    for (int k = 0; k < 100 && change > 1e-14; k++) change = newton(&h);
    if (!(change < 1e-10))
        return HS_FAIL(e, HS_ENUM, "Newton's iteration for %zu levels on %s did not converge",
                       n, d->name);
    q->n = n;
    for (size_t i = 0; i < h.m; i++) {
        q->level[n - h.m + i] = h.y[i];
        q->level[h.m - 1 - i] = -h.y[i];
    }
    if (h.odd) q->level[h.m] = 0;
    finish(d, q);
    return HS_OK;
}
