/* inspect.c - halfstep inspect: what lies in a file: graph, tensors with their ranges and outliers, splits, recordings. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/output.h"

#include "base/text.h"
#include "dump/dump.h"
#include "dump/stream.h"
#include "literature/energy.h"
#include "net/op.h"
#include "tensor/summary.h"

#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct hs_column network_column[] = {
    {"name", false}, {"source", false}, {"task", false}, {"output", false}, {"layout", false}, {"inputs", false},
    {"nodes", true}, {"parameters", true}, {"products", true}};
static const struct hs_column node_column[] = {
    {"position", true}, {"node", false}, {"operator", false}, {"inputs", false}, {"shape", false},
    {"parameters", true}, {"products", true}, {"attributes", false}};
static const struct hs_column tensor_column[] = {
    {"tensor", false}, {"type", false}, {"shape", false}, {"min", true}, {"max", true}, {"mean", true}, {"std", true},
    {"zeros", true}, {"beyond_6_sigma", true}, {"max_to_p99.9", true}, {"nonfinite", true}, {"note", false}};
static const struct hs_column energy_column[] = {
    {"arithmetic", false}, {"products", true}, {"weight_bytes", true}, {"activation_bytes", true}, {"products_uj", true},
    {"weights_uj", true}, {"activations_uj", true}, {"total_uj", true}, {"of_float32", true}, {"note", false}};

struct ask {
    const char *path, *glob;
    bool energy;
    enum hs_output how;
    struct hs_err *e;
};

/* ---- the graph ---- */

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

static void network_row(struct hs_table *t, const struct hs_net *net)
{
    size_t shown = 0, values = 0;
    double products = 0;
    struct hs_text ports = {0};
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

static void node_rows(struct hs_table *t, const struct hs_net *net)
{
    size_t position = 0;
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

/* ---- the tensors ---- */

static enum hs_status observe(const char *path, const struct hs_tensor_info *info, struct hs_summary *s, struct hs_err *e)
{
    struct hs_stream *stream;
    const float *value;
    size_t n;
    HS_TRY(hs_stream_open(path, info->path, &stream, e));
    enum hs_status st;
    while (!(st = hs_stream_next(stream, &value, &n, e)))
        if ((st = hs_summary_observe(s, value, n, e))) break;
    hs_stream_close(stream);
    return st == HS_DONE ? HS_OK : st;
}

static void numbers(struct hs_table *t, const struct hs_summary *s, const struct hs_facts *f)
{
    double n = (double)f->count, mean = f->sum / n; /* of the finite ones */
    double variance = f->sum_squares / n - mean * mean, std = variance > 0 ? sqrt(variance) : 0;
    double beyond = n - (hs_summary_below(s, mean + 6 * std).count - hs_summary_below(s, mean - 6 * std).count);
    double largest = fmax(fabs(f->lo), fabs(f->hi)), usual = hs_summary_magnitude_quantile(s, 0.999);
    if (!(n > 0)) {
        for (int i = 0; i < 7; i++) hs_table_number(t, "%.4g", NAN);
        return;
    }
    hs_table_number(t, "%.4g", f->lo);
    hs_table_number(t, "%.4g", f->hi);
    hs_table_number(t, "%.4g", mean);
    hs_table_number(t, "%.4g", std);
    hs_table_number(t, "%.4g", (double)f->zeros / n);
    hs_table_number(t, "%.3g", std > 0 ? beyond / n : 0);
    hs_table_number(t, "%.3g", usual > 0 ? largest / usual : NAN);
}

static enum hs_status tensor_row(struct hs_table *t, const char *path, const struct hs_tensor_info *info, struct hs_err *e)
{
    struct hs_facts f = {0};
    struct hs_text shape = {0};
    struct hs_summary *s = hs_summary_open(NULL);
    enum hs_status st = !s ? HS_OUT_OF_MEMORY(e) : info->refused ? HS_OK : observe(path, info, s, e);
    if (!st) st = hs_summary_facts(s, &f, e);
    if (st) hs_err_where(e, "%s in %s", info->path, path);
    for (int i = 0; i < info->rank; i++)
        hs_text_add(&shape, "%s%llu", i ? ", " : "", (unsigned long long)info->dim[i]);
    if (!st) {
        hs_table_text(t, "%s", info->path);
        hs_table_text(t, "%s", info->refused ? "" : hs_dump_type_names[info->type]);
        hs_table_text(t, "(%s)", shape.s ? shape.s : "");
        numbers(t, s, &f);
        hs_table_number(t, "%.0f", (double)f.nonfinite);
        hs_table_text(t, "%s", info->refused ? info->refused : "");
    }
    hs_text_free(&shape);
    hs_summary_close(s);
    return st;
}

static enum hs_status tensor_rows(struct hs_table *t, const struct ask *a, struct hs_err *e)
{
    struct hs_tensor_list list;
    enum hs_status st = HS_OK;
    bool found = !a->glob || a->energy; /* which is asked for without tensors, too */
    HS_TRY(hs_tensor_list_read(a->path, &list, e));
    for (size_t i = 0; i < list.n && !st; i++)
        if (!a->glob || hs_text_match_path(a->glob, list.info[i].path))
            found = true, st = tensor_row(t, a->path, &list.info[i], e);
    if (!found)
        st = HS_FAIL(e, HS_EDATA, "no tensor '%s' in %s: without a name, halfstep inspect lists what there is", a->glob, a->path);
    hs_tensor_list_free(&list);
    return st;
}

static void energy_rows(struct hs_table *t, const struct hs_net *net)
{
    double reference = hs_energy_of(net, &hs_energy_roster[0]).total;
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

/* A network that cannot be read does not hide the tensors: they are shown, and the reason is told at the end. */
static enum hs_status inspect(const struct ask *a, struct hs_err *e)
{
    struct hs_table table[4];
    struct hs_net net = {0};
    struct hs_err unread = {0};
    bool has;
    size_t n = 0;
    HS_TRY(hs_dump_has_network(a->path, &has, e));
    if (has && !hs_dump_read_net(a->path, true, &net, &unread)) {
        hs_table_open(&table[0], "network", "Network", network_column, sizeof network_column / sizeof *network_column);
        hs_table_open(&table[1], "nodes", "Nodes, in execution order", node_column, sizeof node_column / sizeof *node_column);
        network_row(&table[0], &net);
        node_rows(&table[1], &net);
        n = 2;
    }
    if (n && a->energy) {
        hs_table_open(&table[n], "energy", "Energy of a sample: a model (operations and bytes, Horowitz 2014, 45 nm), not measured",
                      energy_column, sizeof energy_column / sizeof *energy_column);
        energy_rows(&table[n++], &net);
    }
    hs_table_open(&table[n], "tensors", "Tensors", tensor_column, sizeof tensor_column / sizeof *tensor_column);
    enum hs_status st = tensor_rows(&table[n++], a, e);
    if (!st) st = hs_output_print(stdout, a->how, table, n, e);
    for (size_t i = 0; i < n; i++) hs_table_close(&table[i]);
    hs_net_close(&net);
    if (!st && unread.status) st = (*e = unread).status;
    return st;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct ask *a = state->input;
    switch (key) {
    case HS_OUTPUT_KEY: hs_output_find(arg, &a->how, a->e); return 0;
    case 'e': a->energy = true; return 0;
    case ARGP_KEY_ARG:
        if (!a->path) a->path = arg;
        else if (!a->glob) a->glob = arg;
        else return ARGP_ERR_UNKNOWN;
        return 0;
    case ARGP_KEY_END:
        if (!a->path) argp_error(state, "which file?");
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static int inspect_main(int argc, char **argv, struct hs_err *e)
{
    static const struct argp_option options[] = {
        {"energy", 'e', NULL, 0, "What a sample costs in energy, by a published table of picojoules: a model", 0},
        HS_OUTPUT_OPTION,
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "FILE [TENSORS]",
        .doc = "What an HDF5 file holds: the network (a dump or a Keras file) with its nodes, and every numeric tensor with "
               "its range, moments and outliers: the share beyond six standard deviations from the mean, and the largest "
               "magnitude over the 99.9th percentile of magnitudes. TENSORS may hold * and ?: only those are read. A file "
               "without a network is shown by its tensors.\v"
               "--energy counts a multiplication and an addition a product, each weight once from DRAM, the inputs and outputs of "
               "layers with products once through a cache of 32 KB, and multiplies by the figures of M. Horowitz, \"Computing's "
               "energy problem\", ISSCC 2014 (45 nm, 0.9 V): multiply / add float32 3.7 / 0.9 pJ, float16 1.1 / 0.4, int8 0.2 and "
               "int32 add 0.1; 64 bits from DRAM 1,300 pJ, from the cache 20 pJ. Registers, instructions and idle power are left "
               "out: ratios between rows, at most.",
    };
    struct ask ask = {.e = e};
    argv[0] = "halfstep inspect"; /* what --help calls it */
    if (argp_parse(&argp, argc, argv, 0, NULL, &ask)) return 64;
    if (e->status == HS_OK) inspect(&ask, e);
    return 0;
}

const struct hs_command hs_command_inspect = {
    .name = "inspect",
    .summary = "graph, tensors, statistics and outliers of a file",
    .main = inspect_main,
};
