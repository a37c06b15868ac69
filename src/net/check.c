/* check.c - holds a graph against the rules of its operators and tells all that is wrong at once. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/build.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

enum { SHOWN = 8 }; /* nodes named for one unknown operator */

/* Begins a new line of complaint. */
static struct hs_text *line(struct hs_text *t)
{
    if (t->n) hs_text_add(t, "\n");
    return t;
}

static const char *near(const char *word, const char *const *list, const char *none,
                        struct hs_text *room)
{
    const char *best = hs_text_nearest(word, list);
    room->n = 0;
    if (best) hs_text_add(room, " (did you mean '%s'?)", best);
    return best && room->s ? room->s : none;
}

static const struct hs_attr_rule *attr_rule(const struct hs_op_type *op, const char *name)
{
    for (const struct hs_attr_rule *r = op->attr; r && r->name; r++)
        if (!strcmp(r->name, name)) return r;
    return NULL;
}

static const struct hs_param_rule *param_rule(const struct hs_op_type *op, const char *name)
{
    for (const struct hs_param_rule *r = op->param; r && r->name; r++)
        if (!strcmp(r->name, name)) return r;
    return NULL;
}

static bool unknown(const struct hs_node *node) { return !node->op->forward; }

/* One line for each unknown operator, with the nodes that use it. */
static void complain_operators(const struct hs_net *net, struct hs_text *t)
{
    const char *names[512];
    size_t n = 0;
    struct hs_text room = {0};
    for (; hs_op_roster[n] && n + 1 < sizeof names / sizeof *names; n++)
        names[n] = hs_op_roster[n]->name;
    names[n] = NULL;
    for (size_t i = 0; i < net->nodes; i++) {
        const struct hs_node *node = &net->node[i];
        bool first = unknown(node);
        for (size_t k = 0; first && k < i; k++)
            first = strcmp(net->node[k].op->name, node->op->name) != 0;
        if (!first) continue;
        hs_text_add(line(t), "operator '%s' is not supported%s: node", node->op->name,
                    near(node->op->name, names, "", &room));
        size_t users = 0;
        for (size_t k = i; k < net->nodes; k++) {
            if (strcmp(net->node[k].op->name, node->op->name)) continue;
            if (users++ < SHOWN)
                hs_text_add(t, "%s '%s'", users > 1 ? "," : "", net->node[k].name);
        }
        if (users > SHOWN) hs_text_add(t, " and %zu more", users - SHOWN);
    }
    hs_text_free(&room);
}

static void complain_inputs(const struct hs_node *node, struct hs_text *t)
{
    const struct hs_op_type *op = node->op;
    if ((int)node->inputs < op->min_inputs || (int)node->inputs > op->max_inputs) {
        hs_text_add(line(t), "node '%s': %s takes ", node->name, op->name);
        if (op->min_inputs == op->max_inputs)
            hs_text_add(t, "%d", op->min_inputs);
        else
            hs_text_add(t, "%d to %d", op->min_inputs, op->max_inputs);
        hs_text_add(t, " inputs, not %zu", node->inputs);
    }
}

static const char *const kind_names[] = {"integer", "number", "text"};

static void complain_attrs(const struct hs_node *node, struct hs_text *t)
{
    const char *names[64];
    size_t n = 0;
    struct hs_text room = {0};
    for (const struct hs_attr_rule *r = node->op->attr; r && r->name && n < 63; r++)
        names[n++] = r->name;
    names[n] = NULL;
    for (size_t i = 0; i < node->attrs; i++) {
        const struct hs_attr *a = &node->attr[i];
        const struct hs_attr_rule *r = attr_rule(node->op, a->name);
        if (!r)
            hs_text_add(line(t), "node '%s': %s has no attribute '%s'%s", node->name,
                        node->op->name, a->name, near(a->name, names, "", &room));
        else if (a->kind != r->kind && !(r->kind == HS_ATTR_REAL && a->kind == HS_ATTR_INT))
            hs_text_add(line(t), "node '%s': attribute '%s' is %s where %s is expected",
                        node->name, a->name, kind_names[a->kind], kind_names[r->kind]);
        else if (a->n < r->min || a->n > r->max)
            hs_text_add(
                line(t),
                "node '%s': attribute '%s' has %zu values where %zu to %zu are expected",
                node->name, a->name, a->n, r->min, r->max);
        for (size_t k = 0; a->kind == HS_ATTR_REAL && k < a->n; k++)
            if (isnan(a->reals[k]))
                hs_text_add(line(t), "node '%s': attribute '%s' is NaN", node->name, a->name);
    }
    for (const struct hs_attr_rule *r = node->op->attr; r && r->name; r++)
        if (r->required && !hs_node_attr(node, r->name))
            hs_text_add(line(t), "node '%s': %s needs the attribute '%s': %s", node->name,
                        node->op->name, r->name, r->meaning);
    hs_text_free(&room);
}

static void complain_params(const struct hs_net *net, const struct hs_node *node,
                            struct hs_text *t)
{
    for (size_t i = 0; i < node->params; i++)
        if (!param_rule(node->op, node->param[i].name))
            hs_text_add(line(t), "node '%s': %s has no parameter '%s'", node->name,
                        node->op->name, node->param[i].name);
    for (const struct hs_param_rule *r = node->op->param; r && r->name; r++)
        if (r->required && !hs_node_param(net, node, r->name))
            hs_text_add(line(t), "node '%s': %s needs the parameter '%s': %s", node->name,
                        node->op->name, r->name, r->meaning);
}

/* What an operator itself finds wrong with its attributes. */
static void complain_binding(struct hs_net *net, struct hs_node *node, struct hs_text *t)
{
    struct hs_err e = {0};
    if (node->op->bind && node->op->bind(net, node, &e))
        hs_text_add(line(t), "node '%s' (%s): %s", node->name, node->op->name, e.what);
}

enum hs_status hs_net_check(struct hs_net *net, struct hs_err *e)
{
    struct hs_text t = {0};
    complain_operators(net, &t);
    for (size_t i = 0; i < net->nodes; i++) {
        struct hs_node *node = &net->node[i];
        if (unknown(node)) continue;
        size_t before = t.n;
        complain_inputs(node, &t);
        complain_attrs(node, &t);
        complain_params(net, node, &t);
        if (t.n == before) complain_binding(net, node, &t);
    }
    if (t.failed)
        HS_OUT_OF_MEMORY(e);
    else if (t.n)
        HS_FAIL(e, HS_EDATA, "%s", t.s);
    bool bad = t.n || t.failed;
    hs_text_free(&t);
    return bad ? e->status : HS_OK;
}
