/* walk.c - greedy: it sees one local minimum, the first on its way. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/walk.h"

#include <math.h>

/* Integral of v^2 over [a, b]. */
static double square(double a, double b) { return (b * b * b - a * a * a) / 3; }

/* Squared error of uniform bins of width 1 on `levels` levels over [first, last + 1), each
 * level in the middle of its stretch; in units of a bin. */
static double error(const struct hs_tally *h, size_t first, size_t last, size_t levels)
{
    double width = (double)(last - first + 1) / (double)levels, half = width / 2,
           top = (double)levels - 1, sum = 0;
    for (size_t i = 0; i < h->bins; i++) {
        double a = (double)i - (double)first, b = a + 1;
        double da = fmin(fmax(floor(a / width), 0), top),
               db = fmin(fmax(floor(b / width), 0), top);
        double begin = square(a - (da + 0.5) * width, half),
               end = square(-half, b - (db + 0.5) * width);
        sum += h->count[i] * (begin + (db - da - 1) * square(-half, half) + end);
    }
    return sum;
}

void hs_walk_range(const struct hs_tally *h, const struct hs_walk *w, struct hs_fit *out)
{
    size_t first = 0, last = h->bins - 1, l = 0, r = last;
    double below = h->count[0], upto = h->total, alpha = 0, beta = 1,
           least = INFINITY; /* below: of bins 0..l */
    out->candidates = 0;
    while (alpha < beta) {
        double a = alpha + w->step, b = beta - w->step;
        for (; l < last && below < a * h->total; below += h->count[++l]) {
        }
        for (; r > first && upto > b * h->total; upto -= h->count[r--]) {
        }
        size_t next_first = first, next_last = last;
        if (l - first > last - r)
            next_first = l, alpha = a;
        else
            next_last = r, beta = b;
        if (next_first != first || next_last != last) {
            double now = error(h, next_first, next_last, w->levels);
            out->candidates++;
            if (now > least) break;
            least = now;
            first = next_first;
            last = next_last;
        }
    }
    double width = (w->hi - w->lo) / (double)h->bins;
    out->lo = w->lo + width * (double)first;
    out->hi = w->lo + width * (double)(last + 1);
}
