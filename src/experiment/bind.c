/* bind.c - a plan meets its networks: what is left to default, whether every spec fits, and who
 * each trial is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "experiment/inputs.h"
#include "experiment/plan.h"

#include "attribute/attribute.h"
#include "budget/run.h"
#include "net/op.h"
#include "propagate/objective.h"
#include "propagate/walk.h"
#include "weights/weights.h"

#include <stdlib.h>
#include <string.h>

/* The task's own figure stands beside the error and the agreement with the float network. */
static const char *const figure_of_task[] = {
    [HS_TASK_NONE] = NULL,
    [HS_TASK_CLASSIFICATION] = "accuracy",
    [HS_TASK_LANGUAGE_MODEL] = "perplexity",
    [HS_TASK_RECONSTRUCTION] = "reconstruction",
    [HS_TASK_REGRESSION] = "reconstruction",
};

static enum hs_status default_metrics(const struct hs_inputs *in, struct hs_plan *p,
                                      struct hs_trial *t, struct hs_err *e)
{
    const struct hs_net *net = t->net;
    bool values = net->task == HS_TASK_RECONSTRUCTION || net->task == HS_TASK_REGRESSION;
    const char *names[] = {"sqnr", values ? NULL : "agreement", figure_of_task[net->task]};
    const struct hs_metric_type **list = HS_NEW(p->arena, 3, const struct hs_metric_type *);
    size_t n = 0;
    if (!list) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < 3; i++) {
        struct hs_err unused = {0};
        const struct hs_metric_type *m = names[i] ? hs_metric_find(names[i], &unused) : NULL;
        if (m && (!m->needs_target || values || in->evaluation[t->network]->target))
            list[n++] = m;
    }
    t->spec.metric = list, t->spec.metrics = n;
    return HS_OK;
}

/* The row that a sentence begins with ("order.explicit: ..."), for its place in the file. */
static struct hs_mark place(const struct hs_config *c, const char *sentence)
{
    size_t longest = 0;
    struct hs_mark at = {0};
    for (int i = 0; i < HS_ROW_RULE; i++) {
        size_t n = strlen(hs_schema[i].path);
        const struct hs_setting *s = &c->setting[i];
        if (n <= longest || strncmp(sentence, hs_schema[i].path, n) ||
            !strchr(".: ", sentence[n]))
            continue;
        if (s->at.source) longest = n, at = s->at;
    }
    return at;
}

static enum hs_status check(const struct hs_inputs *in, struct hs_plan *p,
                            const struct hs_trial *t, struct hs_complaints *c)
{
    struct hs_err why = {0};
    const struct hs_net *net = t->net;
    for (size_t i = 0; i < t->spec.metrics; i++)
        if (p->config->setting[HS_ROW_METRICS].given && t->spec.metric[i]->needs_target &&
            !in->evaluation[t->network]->target && net->task != HS_TASK_RECONSTRUCTION)
            hs_complain(c, p->config->setting[HS_ROW_METRICS].value[i].at,
                        "%s needs targets, and the evaluation data of %s has none",
                        t->spec.metric[i]->name, net->name);
    enum hs_status st = hs_spec_check(net, &t->spec, in->draws > 0, &why);
    if (st == HS_OK && t->spec.budget) st = hs_budget_check(net, &t->spec, t->spec.budget, in->draws > 0, &why);
    if (st == HS_OK || st == HS_ENOMEM) return st;
    struct hs_mark at = place(p->config, why.what);
    hs_complain(c, at, "%s%s%s", why.what, why.where[0] ? ": " : "", why.where);
    return HS_OK;
}

static void hash_data(struct hs_hash *h, const struct hs_data *d)
{
    hs_hash_int(h, d ? (int64_t)d->n : -1);
    if (d) hs_hash_key(h, d->digest);
}

/* All that decides the outcome, never the position: what this room knows beside the spec. */
static void identify(const struct hs_inputs *in, struct hs_trial *t)
{
    struct hs_hash h;
    const struct hs_net *net = t->net;
    hs_hash_begin(&h, "halfstep trial 1");
    hs_spec_hash(&t->spec, &h);
    hs_hash_key(&h, net->digest);
    hs_hash_int(&h, net->task), hs_hash_int(&h, net->logits);
    for (size_t i = 0; i < net->nodes; i++) hs_hash_int(&h, net->node[i].op->version);
    hash_data(&h, in->evaluation[t->network]);
    hash_data(&h, hs_inputs_calibration(in, t->network, t->draw));
    for (size_t i = 0; i < t->spec.analyses; i++) {
        const struct hs_attribute_choice *a = &t->spec.analysis[i];
        hs_hash_text(&h, a->type->name), hs_hash_int(&h, a->type->version);
        for (int k = 0; a->type->knob && a->type->knob[k].name; k++)
            hs_hash_real(&h, a->knob[k]);
    }
    if (t->spec.budget) hs_budget_hash(t->spec.budget, &h);
#ifdef HS_WITH_CBLAS
    hs_hash_text(&h, "cblas"); /* another product, other last digits */
#endif
    hs_key_hex(hs_hash_end(&h), t->id);
    t->outcome = hs_spec_outcome(net, &t->spec);
    if (in->draws) { /* static grids of activations come from the data */
        hs_hash_begin(&h, "outcome on data");
        hs_hash_key(&h, t->outcome);
        hash_data(&h, hs_inputs_calibration(in, t->network, t->draw));
        bool on_data = t->spec.activations.format || t->spec.rules || t->spec.sites ||
                       (t->spec.objective.type && t->spec.objective.type->knob) ||
                       (t->spec.method && hs_weights_needs(t->spec.method, t->spec.method_knob) != HS_WEIGHTS_NOTHING);
        if (on_data) t->outcome = hs_hash_end(&h);
    }
}

static int by_id(const void *pa, const void *pb)
{
    const struct hs_trial *a = *(const struct hs_trial *const *)pa,
                          *b = *(const struct hs_trial *const *)pb;
    int order = strcmp(a->id, b->id);
    return order ? order : a->number < b->number ? -1 : 1;
}

/* Two settings may come to the same: one trial is enough. */
static enum hs_status drop_doubles(struct hs_plan *p, struct hs_err *e)
{
    const struct hs_trial **sorted = hs_alloc(p->trials, sizeof *sorted);
    bool *drop = hs_alloc_zeroed(p->trials, sizeof *drop);
    if (sorted && drop) {
        for (size_t i = 0; i < p->trials; i++) sorted[i] = &p->trial[i];
        qsort(sorted, p->trials, sizeof *sorted, by_id);
        for (size_t i = 1; i < p->trials; i++)
            if (!strcmp(sorted[i]->id, sorted[i - 1]->id)) drop[sorted[i] - p->trial] = true;
        size_t n = 0;
        for (size_t i = 0; i < p->trials; i++)
            if (!drop[i]) {
                p->trial[n] = p->trial[i];
                p->trial[n].number = n;
                n++;
            }
        p->doubles = p->trials - n, p->trials = n;
    }
    enum hs_status st = sorted && drop ? HS_OK : HS_OUT_OF_MEMORY(e);
    hs_free(sorted), hs_free(drop);
    return st;
}

/* What a transform cannot do is a mistake of the config; false then, and where there is no memory. */
static bool rewrite(struct hs_plan *p, const struct hs_inputs *in, struct hs_trial *t, struct hs_complaints *c,
                    struct hs_err *e)
{
    struct hs_err why = {0};
    if (hs_plan_rewrite(p, in, t, &why) == HS_OK) return true;
    if (why.status == HS_ENOMEM) *e = why;
    else hs_complain(c, p->config->setting[HS_ROW_TRANSFORM].at, "transform: %s%s%s", why.what, why.where[0] ? ": " : "", why.where);
    return false;
}

enum hs_status hs_plan_bind(struct hs_plan *p, const struct hs_inputs *in,
                            struct hs_text *mistakes, struct hs_err *e)
{
    struct hs_complaints c = {.arena = p->config->arena};
    for (size_t i = 0; i < p->trials; i++) {
        struct hs_trial *t = &p->trial[i];
        if (!rewrite(p, in, t, &c, e)) {
            HS_TRY(e->status);
            continue;
        }
        if (!p->config->setting[HS_ROW_METRICS].given) HS_TRY(default_metrics(in, p, t, e));
        if (p->config->rules > 1)
            HS_TRY(hs_plan_join_rules(p->config, t->net, p->arena, &t->spec, e));
        HS_TRY(check(in, p, t, &c));
    }
    hs_complaints_show(&c, mistakes);
    HS_TRY(hs_complaints_status(&c, e));
    for (size_t i = 0; i < p->trials; i++) identify(in, &p->trial[i]);
    return drop_doubles(p, e);
}
