/* verify.c - halfstep verify: does the network compute what another program recorded? */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/output.h"

#include "dump/dump.h"
#include "dump/recorded.h"
#include "net/run.h"

#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct hs_column column[] = {{"node", false},        {"operator", false},           {"shape", false},
                                          {"samples", true},      {"largest_recorded", true},    {"largest_difference", true},
                                          {"relative", true},     {"verdict", false}};

struct ask {
    const char *network, *recorded, *split;
    double tolerance;
    enum hs_output how;
    struct hs_err *e;
};

/* What was seen of one recorded node. */
struct seen {
    double largest, difference;
};
struct check {
    const struct hs_net *net;
    const struct hs_recorded *recorded;
    struct seen *seen;
};

static enum hs_status compare(const struct hs_recorded_node *r, const struct hs_node *node, const struct hs_tensor *got,
                              size_t first, struct seen *s, struct hs_err *e)
{
    struct hs_shape want = r->value.shape;
    want.dim[0] = got->shape.dim[0];
    if (!hs_shape_equal(&want, &got->shape)) {
        char a[128], b[128];
        return HS_FAIL(e, HS_ESHAPE, "node '%s' gives the shape %s, but %s is recorded", node->name,
                       hs_shape_text(&got->shape, a), hs_shape_text(&want, b));
    }
    const float *x = r->value.data + first * hs_shape_row(&want);
    for (size_t i = 0, n = hs_shape_count(&want); i < n; i++) {
        double d = fabs((double)got->data[i] - (double)x[i]);
        if (got->data[i] == x[i] || (isnan(got->data[i]) && isnan(x[i]))) d = 0;
        if (isnan(d)) d = INFINITY;
        if (d > s->difference) s->difference = d;
        if (fabs((double)x[i]) > s->largest) s->largest = fabs((double)x[i]);
    }
    return HS_OK;
}

static enum hs_status view(void *ctx, const struct hs_node *node, const struct hs_tensor *out, size_t first,
                           struct hs_err *e)
{
    const struct check *c = ctx;
    for (size_t i = 0; i < c->recorded->nodes; i++) {
        if (c->recorded->node[i].node != node->index) continue;
        struct hs_tensor logical = {0};
        HS_TRY(hs_net_to_logical(c->net, (struct hs_ref){.node = node->index}, &out[0], &logical, e));
        enum hs_status st = compare(&c->recorded->node[i], node, &logical, first, &c->seen[i], e);
        hs_tensor_free(&logical);
        if (st) return st;
    }
    return HS_OK;
}

static enum hs_status run(const struct hs_net *net, const struct hs_recorded *r, struct seen *seen, struct hs_err *e)
{
    struct hs_net_packs packs = {0};
    struct check c = {.net = net, .recorded = r, .seen = seen};
    HS_TRY(hs_net_pack(net, &packs, e));
    enum hs_status st = hs_net_run(&packs, r->input, 0, view, &c, e);
    hs_net_unpack(&packs);
    return st;
}

static double relative(const struct seen *s) { return s->difference / (s->largest > 1 ? s->largest : 1); }

static bool is_port(const struct hs_net *net, const char *name)
{
    for (size_t i = 0; i < net->ports; i++)
        if (!strcmp(net->port[i].name, name)) return true;
    return false;
}

/* Returns how many nodes disagree. */
static size_t fill(struct hs_table *t, const struct ask *a, const struct hs_net *net, const struct hs_recorded *r,
                   const struct seen *seen)
{
    size_t bad = 0;
    for (size_t i = 0; i < r->nodes; i++) {
        const struct hs_recorded_node *n = &r->node[i];
        char shape[128];
        bool fine = n->node >= 0 && relative(&seen[i]) <= a->tolerance;
        if (n->node < 0 && is_port(net, n->name)) continue; /* an input, recorded as a layer's output */
        bad += !fine;
        hs_table_text(t, "%s", n->name);
        hs_table_text(t, "%s", n->node < 0 ? "" : net->node[n->node].op->name);
        hs_table_text(t, "%s", hs_shape_text(&n->value.shape, shape));
        hs_table_number(t, "%.0f", (double)n->value.shape.dim[0]);
        hs_table_number(t, "%.6g", n->node < 0 ? NAN : seen[i].largest);
        hs_table_number(t, "%.3g", n->node < 0 ? NAN : seen[i].difference);
        hs_table_number(t, "%.3g", n->node < 0 ? NAN : relative(&seen[i]));
        hs_table_text(t, "%s", n->node < 0 ? "no such node" : fine ? "agrees" : "differs");
    }
    return bad;
}

static enum hs_status verify(const struct ask *a, size_t *bad, struct hs_err *e)
{
    struct hs_net net = {0};
    struct hs_recorded r = {0};
    struct hs_table t;
    hs_table_open(&t, "verify", NULL, column, sizeof column / sizeof *column);
    enum hs_status st = hs_dump_read_net(a->network, false, &net, e);
    if (!st) st = hs_recorded_read(&net, a->recorded, a->split, &r, e);
    struct seen *seen = st ? NULL : HS_NEW(r.arena, r.nodes, struct seen);
    if (!st && !seen) st = HS_OUT_OF_MEMORY(e);
    if (!st) st = run(&net, &r, seen, e);
    if (!st) *bad = fill(&t, a, &net, &r, seen);
    if (!st) st = hs_output_print(stdout, a->how, &t, 1, e);
    hs_table_close(&t);
    hs_recorded_free(&r);
    hs_net_close(&net);
    return st;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct ask *a = state->input;
    char *end;
    switch (key) {
    case 't':
        a->tolerance = strtod(arg, &end);
        if (*end || end == arg || !(a->tolerance >= 0)) argp_error(state, "the tolerance '%s' is no number from 0", arg);
        return 0;
    case 's': a->split = arg; return 0;
    case HS_OUTPUT_KEY: hs_output_find(arg, &a->how, a->e); return 0;
    case ARGP_KEY_ARG:
        if (!a->network) a->network = arg;
        else if (!a->recorded) a->recorded = arg;
        else return ARGP_ERR_UNKNOWN;
        return 0;
    case ARGP_KEY_END:
        if (!a->network) argp_error(state, "which network?");
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static int verify_main(int argc, char **argv, struct hs_err *e)
{
    static const struct argp_option options[] = {
        {"tolerance", 't', "T", 0, "largest difference, relative to max(1, largest recorded magnitude of the node) (2e-5)", 0},
        {"split", 's', "NAME", 0, "which recordings of a dump; the first that there are", 0},
        HS_OUTPUT_OPTION,
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "NETWORK [RECORDED]",
        .doc = "Run a network on recorded inputs and compare each node with what was recorded of it. The recordings are those "
               "of NETWORK itself (/activations/<split> beside /data/<split>), or of another file: a dump, or one with "
               "/inputs, /activations and /predictions as Keras tools write it. Exit 1 where a node differs.",
    };
    struct ask ask = {.tolerance = 2e-5, .e = e};
    size_t bad = 0;
    argv[0] = "halfstep verify"; /* what --help calls it */
    if (argp_parse(&argp, argc, argv, 0, NULL, &ask)) return 64;
    if (e->status == HS_OK) verify(&ask, &bad, e);
    return bad ? 1 : 0;
}

const struct hs_command hs_command_verify = {
    .name = "verify",
    .summary = "compare each node with recorded activations",
    .main = verify_main,
};
