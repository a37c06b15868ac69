/* plan.h - a config unfolds into trials: every combination of its factors' levels, each with a
 * spec and an identity. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_EXPERIMENT_PLAN_H
#define HS_EXPERIMENT_PLAN_H
#include "experiment/config.h"
#include "experiment/record.h"
#include "propagate/spec.h"

struct hs_inputs;
struct hs_net;
struct hs_transform_type;

struct hs_trial {
    size_t number;         /* position in the plan */
    char id[HS_KEY_HEX];   /* filled by hs_plan_bind */
    struct hs_key outcome; /* filled by hs_plan_bind: trials with the same one end in the same
                              quantized network */
    size_t network, draw;  /* which level; draw 0 where there is no calibration data */
    const struct hs_transform_type *transform; /* NULL: none */
    double transform_knob[HS_MAX_KNOBS];
    const struct hs_net *net; /* filled by hs_plan_bind: the network, or what the transform made of it */
    size_t variant;           /* which of the plan's rewritten networks, from 1 on; 0: none */
    struct hs_spec spec;
    size_t levels;
    struct hs_level *level; /* in the order of the schema table */
};

struct hs_variant;
struct hs_plan {
    struct hs_arena *arena; /* owns everything; the specs' texts belong to the config, which
                               must outlive the plan */
    const struct hs_config *config;
    size_t networks, draws;
    size_t trials;
    struct hs_trial *trial;
    size_t variants;       /* rewritten networks: by network, transform and, where it looks at data, draw */
    struct hs_variant *variant;
    size_t combinations, excluded; /* before exclude; dropped by it */
    size_t doubles;                /* dropped because another trial is the same */
};

/* Needs no file but the config: counts, levels, specs. */
enum hs_status hs_plan_unfold(const struct hs_config *, struct hs_plan *, struct hs_err *);
/* With the networks and the data at hand: default metrics, rules that overlap, a check of every
 * spec against its network (all that is wrong goes into `mistakes`, then HS_ECONFIG),
 * identities; equal trials are dropped. */
enum hs_status hs_plan_bind(struct hs_plan *, const struct hs_inputs *,
                            struct hs_text *mistakes, struct hs_err *);
void hs_plan_close(struct hs_plan *); /* {0} is fine */

/* Inside: the spec that a choice of levels makes. choice[row]: which value of each row. */
void hs_plan_spec(const struct hs_config *, const size_t *choice, struct hs_arena *,
                  struct hs_spec *);
/* Inside: the network of a trial, rewritten at need: trial->net, trial->variant. */
enum hs_status hs_plan_rewrite(struct hs_plan *, const struct hs_inputs *, struct hs_trial *, struct hs_err *);
void hs_plan_close_variants(struct hs_plan *);
/* Inside: appends a rule for every node that several rules of the same side match, so that the
 * last match wins field by field. */
enum hs_status hs_plan_join_rules(const struct hs_config *, const struct hs_net *,
                                  struct hs_arena *, struct hs_spec *, struct hs_err *);

#endif
