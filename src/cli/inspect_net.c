/* inspect_net.c - a network as tables: the whole, node by node, and what a sample costs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/inspect.h"

#include "base/text.h"
#include "literature/energy.h"
#include "net/op.h"

#include <math.h>

static const struct hs_column network_column[] = {
    {"name", false}, {"source", false}, {"task", false}, {"output", false}, {"layout", false}, {"inputs", false},
    {"nodes", true}, {"parameters", true}, {"products", true}};
static const struct hs_column node_column[] = {
    {"position", true}, {"node", false}, {"operator", false}, {"inputs", false}, {"shape", false},
    {"parameters", true}, {"products", true}, {"attributes", false}};
static const struct hs_column energy_column[] = {
    {"arithmetic", false}, {"products", true}, {"weight_bytes", true}, {"activation_bytes", true}, {"products_uj", true},
    {"weights_uj", true}, {"activations_uj", true}, {"total_uj", true}, {"of_float32", true}, {"note", false}};

static size_t values_of(const struct hs_node *node)
{
    size_t n = 0;
    for (size_t i = 0; i < node->params; i++) n += hs_shape_count(&node->param[i].value.shape);
    return n;
}

static double products_of(const struct hs_net *net, const struct hs_node *node)
{
    return node->op->products ? node->op->products(net, node) : 0;
}

void hs_inspect_network(struct hs_table *t, const struct hs_net *net)
{
    size_t shown = 0, values = 0;
    double products = 0;
    struct hs_text ports = {0};
    hs_table_open(t, "network", "Network", network_column, sizeof network_column / sizeof *network_column);
    for (size_t i = 0; i < net->ports; i++) {
        char shape[128];
        hs_text_add(&ports, "%s%s %s", i ? ", " : "", net->port[i].name, hs_shape_text(&net->port[i].logical, shape));
    }
    for (size_t i = 0; i < net->nodes; i++) {
        shown += !net->node[i].hidden;
        values += values_of(&net->node[i]);
        products += products_of(net, &net->node[i]);
    }
    hs_table_text(t, "%s", net->name);
    hs_table_text(t, "%s", net->source);
    hs_table_text(t, "%s", hs_task_names[net->task]);
    hs_table_text(t, "%s", net->logits ? "logits" : "probabilities");
    hs_table_text(t, "%s", net->nchw ? "NCHW" : "NHWC");
    hs_table_text(t, "%s", ports.s ? ports.s : "");
    hs_table_number(t, "%.0f", (double)shown);
    hs_table_number(t, "%.0f", (double)values);
    hs_table_number(t, "%.0f", products);
    t->failed |= ports.failed;
    hs_text_free(&ports);
}

static struct hs_ref behind(const struct hs_net *net, struct hs_ref r)
{
    while (r.node >= 0 && net->node[r.node].hidden) r = net->node[r.node].input[0];
    return r;
}

static void inputs_cell(struct hs_table *t, const struct hs_net *net, const struct hs_node *node)
{
    struct hs_text s = {0};
    for (size_t i = 0; i < node->inputs; i++) {
        struct hs_ref r = behind(net, node->input[i]);
        hs_text_add(&s, "%s%s%s", i ? ", " : "", r.node < 0 ? "@" : "",
                    r.node < 0 ? net->port[-1 - r.node].name : net->node[r.node].name);
        if (r.result) hs_text_add(&s, ":%d", r.result);
    }
    hs_table_text(t, "%s", s.s ? s.s : "");
    t->failed |= s.failed;
    hs_text_free(&s);
}

static void attributes_cell(struct hs_table *t, const struct hs_net *net, const struct hs_node *node)
{
    struct hs_text s = {0};
    for (size_t i = 0; i < node->attrs; i++) {
        const struct hs_attr *a = &node->attr[i];
        hs_text_add(&s, "%s%s=", i ? " " : "", a->name);
        if (a->kind == HS_ATTR_TEXT) hs_text_add(&s, "%s", a->text);
        for (size_t k = 0; k < a->n && a->kind != HS_ATTR_TEXT; k++)
            hs_text_add(&s, "%s%.6g", k ? "," : "", a->kind == HS_ATTR_INT ? (double)a->ints[k] : a->reals[k]);
    }
    if (node->shares >= 0) hs_text_add(&s, "%sshares=%s", s.n ? " " : "", net->node[node->shares].name);
    hs_table_text(t, "%s", s.s ? s.s : "");
    t->failed |= s.failed;
    hs_text_free(&s);
}

void hs_inspect_nodes(struct hs_table *t, const struct hs_net *net)
{
    size_t position = 0;
    hs_table_open(t, "nodes", "Nodes, in execution order", node_column, sizeof node_column / sizeof *node_column);
    for (size_t i = 0; i < net->nodes; i++) {
        const struct hs_node *node = &net->node[i];
        char shape[128];
        if (node->hidden) continue;
        hs_table_number(t, "%.0f", (double)position++);
        hs_table_text(t, "%s", node->name);
        hs_table_text(t, "%s", node->op->name);
        inputs_cell(t, net, node);
        hs_table_text(t, "%s", hs_shape_text(&node->logical[0], shape));
        hs_table_number(t, "%.0f", (double)values_of(node));
        hs_table_number(t, "%.0f", products_of(net, node));
        attributes_cell(t, net, node);
    }
}

void hs_inspect_energy(struct hs_table *t, const struct hs_net *net)
{
    double reference = hs_energy_of(net, &hs_energy_roster[0]).total;
    hs_table_open(t, "energy", "Energy of a sample: a model (operations and bytes, Horowitz 2014, 45 nm), not measured",
                  energy_column, sizeof energy_column / sizeof *energy_column);
    for (const struct hs_energy_type *k = hs_energy_roster; k->name; k++) {
        struct hs_energy e = hs_energy_of(net, k);
        hs_table_text(t, "%s", k->name);
        hs_table_number(t, "%.0f", e.products);
        hs_table_number(t, "%.0f", e.weight_bytes);
        hs_table_number(t, "%.0f", e.value_bytes);
        hs_table_number(t, "%.3f", e.arithmetic / 1e6);
        hs_table_number(t, "%.3f", e.weights / 1e6);
        hs_table_number(t, "%.3f", e.values / 1e6);
        hs_table_number(t, "%.3f", e.total / 1e6);
        hs_table_number(t, "%.3f", reference > 0 ? e.total / reference : NAN);
        hs_table_text(t, "%s", k->note);
    }
}
