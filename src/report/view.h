/* view.h - the records put in order: factors that vary, the figures of each trial, who is best and whether that is sure. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_VIEW_H
#define HS_REPORT_VIEW_H
#include "metric/metric.h"
#include "report/report.h"

#include <stdbool.h>

/* What a factor is for in a comparison. */
enum hs_role {
    HS_ROLE_NETWORK,
    HS_ROLE_FORMAT,   /* formats, granularity ...: what is given; strategies compete within it */
    HS_ROLE_STRATEGY, /* what competes */
    HS_ROLE_ORDER,    /* competes too; random orders are the background that named ones are seen against */
    HS_ROLE_DRAW,     /* repetition */
};

struct hs_factor {
    const char *name;    /* "calibration.weights" */
    const char *column;  /* "calibration_weights" */
    const char *heading; /* "weight calibration" */
    enum hs_role role;
    bool varies;         /* among the records at hand */
    size_t levels;
    const char **level;  /* as stored */
    const char **shown;  /* for people: a path without its folders */
};

/* A number with its interval; lo and hi NaN where there is none. */
struct hs_value {
    double x, lo, hi;
};

struct hs_outcome {
    const struct hs_record *record;
    struct hs_value relative;   /* relative squared error of the output */
    struct hs_value *metric;    /* one each of the view's metrics, after the last step */
    double *unquantized;        /* the same figures of the float network; NaN where not measured */
    double clipping, rounding, optimum; /* shares: of squared error in the sites measured; squared / optimum */
    double bits;                /* mean over weight elements, with metadata */
    double warnings;            /* sites with one */
    int last;                   /* step */
    size_t entry;
};

/* Trials that differ in the draw alone. */
struct hs_entry {
    size_t trials;
    size_t *trial;              /* indices, in plan order */
    size_t group;
    struct hs_value relative;   /* mean over draws; the interval is over samples */
    struct hs_value *metric;    /* means over draws, of the ends of the intervals too */
    double spread;              /* standard deviation of relative over draws; NaN for one */
    const double *squared, *reference; /* per sample, mean over draws */
    size_t samples;             /* 0 where the draws' samples do not match */
    const uint32_t *cluster;
    bool random_order;
    const char *strategy, *order; /* labels; "" where nothing varies */
};

/* The best entry against another one. */
struct hs_duel {
    size_t other;          /* entry; SIZE_MAX: there is none */
    struct hs_value ratio; /* error of the best over that of the other, paired over samples */
    bool sure;             /* the interval of the ratio is below 1, and the best leads in every draw */
};

/* Entries of one network in one format: these compete. */
struct hs_group {
    const char *title;     /* "cnn / int4"; "" for the only one */
    size_t entries;
    size_t *entry;         /* by ascending error; those with random orders and without an error last */
    size_t contenders;     /* how many may win */
    struct hs_duel next;   /* the runner-up */
    struct hs_duel rival;  /* the best with another strategy: the runner-up, where no order varies */
};

struct hs_difference;
struct hs_ranking;
struct hs_layout;

struct hs_view {
    struct hs_arena *arena; /* owns all below; the records stay the caller's */
    const struct hs_report_about *about;
    size_t trials, factors, metrics, entries, groups;
    struct hs_outcome *trial;
    struct hs_factor *factor;
    size_t *level;          /* trials * factors: index into the factor's levels; SIZE_MAX: the record lacks it */
    const char **metric;
    const struct hs_metric_type **type; /* NULL for a metric that is not in the roster */
    struct hs_entry *entry;
    struct hs_group *group;
    size_t differences, rankings;       /* difference.h: the best of each group against its rivals; ranking.h: levels of factors */
    struct hs_difference *difference;
    struct hs_ranking *ranking;
    size_t layouts;                     /* layout.h: orders x draws (x networks), where the trials are that */
    struct hs_layout *layout;
};

enum hs_status hs_view_open(struct hs_view *, const struct hs_report_about *, const struct hs_record *, size_t n,
                            struct hs_err *);
void hs_view_close(struct hs_view *);

/* Steps of hs_view_open. */
enum hs_status hs_view_factors(struct hs_view *, struct hs_err *);
enum hs_status hs_view_outcomes(struct hs_view *, struct hs_err *);
enum hs_status hs_view_entries(struct hs_view *, struct hs_err *);
enum hs_status hs_view_compare(struct hs_view *, struct hs_err *);
enum hs_status hs_view_differences(struct hs_view *, struct hs_err *);
enum hs_status hs_view_rankings(struct hs_view *, struct hs_err *);
enum hs_status hs_view_layouts(struct hs_view *, struct hs_err *);

/* The shown level of a factor in a trial, "" where it has none. */
const char *hs_view_level(const struct hs_view *, size_t trial, size_t factor);
/* Levels of the varying factors that have one of the roles (bits 1 << role), joined by " / "; "" where none varies.
 * NULL: no memory. Owned by the view. */
const char *hs_view_label(const struct hs_view *, size_t trial, unsigned roles);
/* The headings that go with it. */
const char *hs_view_title(const struct hs_view *, unsigned roles);
/* "network = cnn, method = nearest": factors with one level. */
const char *hs_view_constants(const struct hs_view *);
bool hs_view_varies(const struct hs_view *, unsigned roles);
bool hs_view_same(const struct hs_view *, size_t a, size_t b, unsigned roles); /* trials a, b: equal levels */
/* x / reference; 0 / 0 is 0. */
double hs_view_share(double x, double reference);
/* The first metric that needs targets, or SIZE_MAX. */
size_t hs_view_task(const struct hs_view *);

#define HS_ROLE_BIT(r) (1u << HS_ROLE_##r)
#define HS_ROLES_GROUP (HS_ROLE_BIT(NETWORK) | HS_ROLE_BIT(FORMAT))
#define HS_ROLES_RIVALS (HS_ROLE_BIT(STRATEGY) | HS_ROLE_BIT(ORDER))
#define HS_ROLES_ENTRY (HS_ROLES_GROUP | HS_ROLES_RIVALS)

#endif
