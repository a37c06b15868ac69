/* integer.c - halfstep integer: the trials of a config with their layers in whole numbers, beside the simulation. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/study.h"

#include "experiment/run.h"
#include "integer/whole.h"
#include "net/op.h"

#include <argp.h>
#include <math.h>
#include <string.h>

static const struct hs_column layer_column[] = {
    {"trial", false}, {"layer", false}, {"operator", false}, {"products", true}, {"sums", true}, {"sums_differ", true},
    {"largest_sum", true}, {"rescaled_ulp", true}, {"simulated_ulp", true}, {"codes", true}, {"codes_differ", true},
    {"largest_step", true}, {"fresh_differ", true}, {"fresh_step", true}, {"note", false}};
static const struct hs_column network_column[] = {
    {"trial", false}, {"network", false}, {"products", false}, {"layers", true}, {"in_integers", true}, {"sums", true}, {"sums_differ", true},
    {"rescaled_ulp", true}, {"codes", true}, {"codes_differ", true}, {"per_thousand", true}, {"largest_step", true},
    {"fresh_differ", true}, {"fresh_step", true}, {"samples", true}, {"top1_differs", true}, {"largest_output", true}, {"largest_difference", true}};

struct ask {
    const char *config, *only;
    const char **set;
    size_t sets, room;
    enum hs_output how;
    struct hs_err *e;
};

static void layer_row(struct hs_table *t, const struct hs_trial *trial, const struct hs_int_seen *s)
{
    bool runs = !s->refusal;
    hs_table_text(t, "%.12s", trial->id);
    hs_table_text(t, "%s", s->node->name);
    hs_table_text(t, "%s", s->node->op->name);
    hs_table_number(t, "%.0f", runs ? (double)s->products : NAN);
    hs_table_number(t, "%.0f", runs ? s->sums : NAN);
    hs_table_number(t, "%.0f", runs ? s->sums_differ : NAN);
    hs_table_number(t, "%.0f", runs ? s->largest_sum : NAN);
    hs_table_number(t, "%.2f", runs ? s->rescaled_ulp : NAN);
    hs_table_number(t, "%.2f", runs ? s->simulated_ulp : NAN);
    hs_table_number(t, "%.0f", runs ? s->codes : NAN);
    hs_table_number(t, "%.0f", runs ? s->codes_differ : NAN);
    hs_table_number(t, "%.0f", runs ? s->largest_step : NAN);
    hs_table_number(t, "%.0f", runs ? s->fresh_differ : NAN);
    hs_table_number(t, "%.0f", runs ? s->fresh_step : NAN);
    hs_table_text(t, "%s", runs ? "" : s->refusal);
}

static void network_row(struct hs_table *t, const struct hs_trial *trial, const struct hs_net *net,
                        const struct hs_int_whole *w)
{
    struct hs_int_seen all = {0};
    double run = 0;
    for (size_t i = 0; i < w->layers; i++) {
        const struct hs_int_seen *s = &w->layer[i];
        run += !s->refusal, all.sums += s->sums, all.sums_differ += s->sums_differ;
        all.codes += s->codes, all.codes_differ += s->codes_differ;
        all.rescaled_ulp = fmax(all.rescaled_ulp, s->rescaled_ulp), all.largest_step = fmax(all.largest_step, s->largest_step);
        all.fresh_differ += s->fresh_differ, all.fresh_step = fmax(all.fresh_step, s->fresh_step);
    }
    hs_table_text(t, "%.12s", trial->id);
    hs_table_text(t, "%s", net->name);
    hs_table_text(t, "%s", trial->spec.codes ? "codes" : "values");
    hs_table_number(t, "%.0f", (double)w->layers);
    hs_table_number(t, "%.0f", run);
    hs_table_number(t, "%.0f", all.sums);
    hs_table_number(t, "%.0f", all.sums_differ);
    hs_table_number(t, "%.2f", all.rescaled_ulp);
    hs_table_number(t, "%.0f", all.codes);
    hs_table_number(t, "%.0f", all.codes_differ);
    hs_table_number(t, "%.3f", all.codes > 0 ? 1000 * all.codes_differ / all.codes : NAN);
    hs_table_number(t, "%.0f", all.largest_step);
    hs_table_number(t, "%.0f", all.fresh_differ);
    hs_table_number(t, "%.0f", all.fresh_step);
    hs_table_number(t, "%.0f", (double)w->samples);
    hs_table_number(t, "%.0f", w->top_differ);
    hs_table_number(t, "%.4g", w->largest);
    hs_table_number(t, "%.3g", w->difference);
}

static enum hs_status run_trial(const struct hs_study *s, const struct hs_trial *trial, struct hs_table table[2],
                                struct hs_err *e)
{
    const struct hs_inputs *in = &s->inputs;
    const struct hs_net *net = trial->net;
    struct hs_arena *a = hs_arena_open();
    struct hs_lab *lab = NULL;
    struct hs_int_whole w;
    if (!a) return HS_OUT_OF_MEMORY(e);
    if (!hs_lab_open(net, hs_inputs_calibration(in, trial->network, trial->draw), in->evaluation[trial->network],
                     hs_run_memory(1), &lab, e) &&
        !hs_int_whole(lab, &trial->spec, a, &w, e)) {
        for (size_t i = 0; i < w.layers; i++) layer_row(&table[0], trial, &w.layer[i]);
        network_row(&table[1], trial, net, &w);
    }
    hs_lab_close(lab);
    hs_arena_close(a);
    return e->status ? hs_err_where(e, "trial %.12s", trial->id) : HS_OK;
}

static enum hs_status run(const struct ask *a, const struct hs_study *s, struct hs_err *e)
{
    struct hs_table table[2];
    hs_table_open(&table[0], "layers", "Layers: the same codes through both, then each network's own", layer_column,
                  sizeof layer_column / sizeof *layer_column);
    hs_table_open(&table[1], "networks", "Networks", network_column, sizeof network_column / sizeof *network_column);
    size_t ran = 0;
    for (size_t i = 0; i < s->plan.trials && !e->status; i++)
        if (!a->only || !strncmp(s->plan.trial[i].id, a->only, strlen(a->only)))
            run_trial(s, &s->plan.trial[i], table, e), ran++;
    if (!e->status && !ran) HS_FAIL(e, HS_EUSAGE, "no trial of this config has an id that begins with '%s'", a->only);
    if (!e->status) hs_output_print(stdout, a->how, table, 2, e);
    hs_table_close(&table[0]), hs_table_close(&table[1]);
    return e->status;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct ask *a = state->input;
    if (key == 's' && a->sets < a->room) a->set[a->sets++] = arg;
    else if (key == 'i') a->only = arg;
    else if (key == HS_OUTPUT_KEY) hs_output_find(arg, &a->how, a->e);
    else if (key == ARGP_KEY_ARG && !a->config) a->config = arg;
    else if (key == ARGP_KEY_ARG) argp_error(state, "one CONFIG, please");
    else if (key == ARGP_KEY_END && !a->config) argp_error(state, "which CONFIG?");
    else return ARGP_ERR_UNKNOWN;
    return 0;
}

static int integer_main(int argc, char **argv, struct hs_err *e)
{
    static const struct argp_option options[] = {
        {"set", 's', "KEY=VALUE", 0, "Change a key of the config; VALUE is YAML", 0},
        {"only", 'i', "ID", 0, "Only the trials whose id begins with ID", 0},
        HS_OUTPUT_OPTION,
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "CONFIG",
        .doc =
            "Run the trials of CONFIG in integers, beside the simulation: linear and convolution layers read codes, sum them in "
            "int32 and rescale once; what lies between them works on the rescaled float32 values.\v"
            "layers: sums counts int32 sums over all evaluation samples from the simulation's own input codes, sums_differ "
            "those that the simulation's operator does not give on the same codes. rescaled_ulp is the largest distance "
            "between the layer's output and the same sums rescaled in float32, in units in the last place of the larger term "
            "(scaled sum, bias); simulated_ulp the largest distance from the simulated output, which sums products in float32, "
            "in units in the last place of the layer's largest output. Where the config has the simulation multiply codes "
            "(scheme.products), nothing differs. codes counts the input codes of the layer, "
            "codes_differ those where the integer network has another one than the simulation, largest_step by how much; "
            "fresh_differ and fresh_step are the same where all layers before read the simulation's codes: what arises between "
            "two layers, without what earlier differences were amplified to.",
    };
    struct hs_arena *arena = hs_arena_open();
    struct ask a = {.room = (size_t)argc, .e = e};
    struct hs_study study;
    if (!arena || !(a.set = HS_NEW(arena, (size_t)argc, const char *))) return HS_OUT_OF_MEMORY(e), 0;
    argv[0] = "halfstep integer"; /* what --help calls it */
    if (argp_parse(&argp, argc, argv, 0, NULL, &a)) return 64;
    hs_dump_init();
    if (!e->status && !hs_cli_study(a.config, a.set, a.sets, &study, e)) {
        run(&a, &study, e);
        hs_study_close(&study);
    }
    hs_arena_close(arena);
    return 0;
}

const struct hs_command hs_command_integer = {
    .name = "integer",
    .summary = "run trials in integer arithmetic, beside the simulation",
    .main = integer_main,
};
