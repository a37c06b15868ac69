/* difference.h - two entries compared sample by sample: how much, how sure, and in words. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_DIFFERENCE_H
#define HS_REPORT_DIFFERENCE_H
#include "report/sheet.h"
#include "report/view.h"
#include "stats/stats.h"

/* A metric of which records keep every sample's share: figure(sums of the columns top and bottom). */
struct hs_sampled {
    const char *name, *heading;
    enum hs_show show;
    bool higher;        /* is better */
    bool flips;         /* a sample is right or wrong: McNemar's test */
    bool turned;        /* the larger a sample's share, the smaller the figure */
    size_t top, bottom; /* columns of the trace, as offsets; bottom SIZE_MAX: 1 a sample */
    double (*figure)(const double *sum);     /* top, bottom */
    double (*difference)(const double *sum); /* top and bottom of a, of b */
    double (*ratio)(const double *sum);      /* NULL: a ratio says nothing */
};
extern const struct hs_sampled hs_sampled_roster[]; /* ends with a name NULL */
const struct hs_sampled *hs_sampled_find(const char *name, struct hs_err *); /* NULL: said which there are */

/* What an entry reaches, draws averaged sample by sample; NaN where its trials do not hold it. */
double hs_sampled_value(const struct hs_view *, const struct hs_sampled *, size_t entry);

/* Set a, b and the texts, the rest is filled. */
struct hs_difference {
    size_t a, b;                           /* entries */
    const char *group, *name_a, *name_b;   /* for people */
    size_t samples, units;                 /* paired, 0: they cannot be; clusters of them, or samples */
    double value_a, value_b;
    struct hs_value difference, ratio;     /* a - b, a / b; BCa over samples or clusters */
    struct hs_effect dominance, cohen;     /* of what samples add to the difference */
    struct hs_wilcoxon test;
    size_t a_only, b_only;                 /* samples that only one gets right; flips says whether that is known */
    bool flips;
    double mcnemar;
    bool every_draw;                       /* the sign is the same in every draw */
    double adjusted;                       /* p: McNemar's where flips are known, else Wilcoxon's; Holm */
    const char *verdict;
};
/* Spread over all cores; the figures do not depend on how many. `effects`: the difference's interval and
 * the effect sizes too, beside the ratio's interval: four times the time. */
enum hs_status hs_differences_find(const struct hs_view *, const struct hs_sampled *, struct hs_difference *, size_t n,
                                   bool effects, struct hs_err *);
/* Holm's p among a family (at least these n) and, with it, the verdicts: a is better or worse than b where p < 0.05, the
 * interval (from 200 samples up) leaves out 0, the rank test sees the same sign, and so does every draw. */
enum hs_status hs_differences_judge(const struct hs_sampled *, struct hs_difference *, size_t n, size_t family,
                                    struct hs_err *);
/* The best entry of a group (a) against `most` others at most, in ascending error, random orders left out; all of them count
 * for Holm, and all pairs of them, since the best was found on the same samples. `find` knows no texts: they are set here.
 * Returns how many were written. */
size_t hs_differences_of_best(const struct hs_view *, const struct hs_group *, size_t most, struct hs_difference *);
size_t hs_differences_family(const struct hs_group *);
#define HS_BEST_FAMILY "over all pairs of a network and format"

/* One row a difference; columns that hold nothing are left out. family: "over all pairs of a network and format". */
enum hs_status hs_differences_sheet(const struct hs_sampled *, const struct hs_difference *, size_t n, const char *family,
                                    struct hs_sheet *, struct hs_err *);

#endif
