/* inspect.c - halfstep inspect: what lies in a file: graph, tensors with their ranges and outliers, splits, recordings. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/inspect.h"

#include "dump/dump.h"

#include <argp.h>
#include <stdbool.h>

struct ask {
    const char *path, *glob;
    bool energy;
    enum hs_output how;
    struct hs_err *e;
};

/* A network that cannot be read does not hide the tensors, nor one tensor the others: what can be read is shown, and the
 * first reason is told at the end. */
static enum hs_status inspect(const struct ask *a, struct hs_err *e)
{
    struct hs_table table[4];
    struct hs_net net = {0};
    struct hs_err unread = {0};
    bool has;
    size_t n = 0;
    HS_TRY(hs_dump_has_network(a->path, &has, e));
    if (has && !hs_dump_read_net(a->path, true, &net, &unread)) {
        hs_inspect_network(&table[n++], &net);
        hs_inspect_nodes(&table[n++], &net);
        if (a->energy) hs_inspect_energy(&table[n++], &net);
    }
    enum hs_status st = hs_inspect_tensors(&table[n++], a->path, a->glob, &unread, e);
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
               "magnitude over the 99.9th percentile of magnitudes. TENSORS may hold * and ?: only those are read; none: no "
               "tensors. A file without a network is shown by its tensors.\v"
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
