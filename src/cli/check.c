/* check.c - halfstep check: is this config right, what does it unfold into, and how long will
 * it take? */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/study.h"

#include "experiment/run.h"

#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct argp_option options[] = {
    {"set", 's', "KEY=VALUE", 0, "Change a key of the config; VALUE is YAML", 0},
    {"explain", 'e', NULL, 0, "Print the reference of all keys, in Markdown, and end", 0},
    {"trials", 't', NULL, 0, "List every trial with its id", 0},
    {0}};

struct ask {
    const char *config;
    const char **set;
    size_t sets, room;
    bool explain, trials;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct ask *a = state->input;
    if (key == 's' && a->sets < a->room)
        a->set[a->sets++] = arg;
    else if (key == 'e')
        a->explain = true;
    else if (key == 't')
        a->trials = true;
    else if (key == ARGP_KEY_ARG && !a->config)
        a->config = arg;
    else if (key == ARGP_KEY_ARG)
        argp_error(state, "one CONFIG, please");
    else if (key == ARGP_KEY_END && !a->config && !a->explain)
        argp_error(state, "which CONFIG?");
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

static void explain(void)
{
    struct hs_text t = {0};
    hs_schema_explain(&t);
    if (t.s) fputs(t.s, stdout);
    hs_text_free(&t);
}

/* Each factor that is in play with its levels, in the order in which they first appear. */
static void show_factors(const struct hs_plan *p)
{
    for (size_t f = 0; f < p->trial[0].levels; f++) {
        const struct hs_level *first = &p->trial[0].level[f];
        if (!first->varies) continue;
        printf("  %-32s", first->factor);
        size_t shown = 0, hidden = 0;
        for (size_t t = 0; t < p->trials; t++) {
            bool seen = false;
            for (size_t u = 0; u < t && !seen; u++)
                seen = !strcmp(p->trial[u].level[f].level, p->trial[t].level[f].level);
            if (seen) continue;
            if (shown < 12)
                printf("%s%s", shown ? ", " : "", p->trial[t].level[f].level), shown++;
            else
                hidden++;
        }
        if (hidden) printf(" ... and %zu more", hidden);
        putchar('\n');
    }
}

/* What the plan calls a network: its level, where some trial is about it. */
static const char *name_of(const struct hs_plan *p, const struct hs_inputs *in, size_t network)
{
    for (size_t t = 0; t < p->trials; t++)
        for (size_t k = 0; k < p->trial[t].levels && p->trial[t].network == network; k++)
            if (!strcmp(p->trial[t].level[k].factor, "network"))
                return p->trial[t].level[k].level;
    return in->net[network].name;
}

static size_t nodes_of(const struct hs_net *net)
{
    size_t shown = 0;
    for (size_t i = 0; i < net->nodes; i++) shown += !net->node[i].hidden;
    return shown;
}

static void show_data(const struct hs_plan *p, const struct hs_inputs *in)
{
    for (size_t i = 0; i < in->networks; i++)
        printf("  %-32s%zu nodes, %zu samples for evaluation\n", name_of(p, in, i),
               nodes_of(&in->net[i]), in->evaluation[i]->n);
    if (!in->draws)
        printf("no calibration data\n");
    else if (in->draws == 1)
        printf("calibration: %zu of %zu samples\n", in->samples, in->rows);
    else if (!in->overlap)
        printf("calibration: %zu disjoint draws of %zu of %zu samples\n", in->draws,
               in->samples, in->rows);
    else
        printf("calibration: %zu draws of %zu of %zu samples; two draws share up to %zu "
               "samples (%.0f %%)\n",
               in->draws, in->samples, in->rows, in->overlap,
               100 * (double)in->overlap / (double)in->samples);
}

static void show_trials(const struct hs_plan *p)
{
    for (size_t i = 0; i < p->trials; i++) {
        struct hs_text t = {0};
        hs_trial_text(&p->trial[i], &t);
        printf("%s  %s\n", p->trial[i].id, t.s ? t.s : "");
        hs_text_free(&t);
    }
}

static void show(const struct hs_study *s, bool trials)
{
    const struct hs_plan *p = &s->plan;
    char time[32];
    size_t outcomes = hs_study_outcomes(s);
    printf("%s: %zu trial%s, %zu distinct outcome%s\n", hs_config_text(&s->config, HS_ROW_NAME),
           p->trials, p->trials == 1 ? "" : "s", outcomes, outcomes == 1 ? "" : "s");
    if (p->excluded || p->doubles)
        printf("  of %zu combinations, %zu excluded, %zu the same as another\n",
               p->combinations, p->excluded, p->doubles);
    show_factors(p);
    show_data(p, &s->inputs);
    double seconds = hs_study_seconds(s);
    printf("time: %s%s on one thread\n", isfinite(seconds) ? "about " : "not known",
           isfinite(seconds) ? hs_progress_time(seconds, time) : "");
    printf("memory: %.0f MiB for networks and data, and up to %.0f MiB for what trials share\n",
           hs_study_bytes(s) / 1048576, (double)hs_run_memory(1) / 1048576);
    if (trials) show_trials(p);
}

static int check_main(int argc, char **argv, struct hs_err *e)
{
    static const struct argp argp = {
        options,
        parse,
        "CONFIG",
        "Validate CONFIG and say what it unfolds into: trials, distinct outcomes, time. "
        "Mistakes are shown all at once, each with its line and what was probably meant.",
        NULL,
        NULL,
        NULL};
    struct hs_arena *arena = hs_arena_open();
    struct ask a = {.room = (size_t)argc};
    struct hs_study study;
    char name[] = "halfstep check";
    if (!arena || !(a.set = HS_NEW(arena, (size_t)argc, const char *)))
        return HS_OUT_OF_MEMORY(e), 0;
    argv[0] = name;
    argp_parse(&argp, argc, argv, 0, NULL, &a);
    hs_dump_init();
    if (a.explain)
        explain();
    else if (hs_cli_study(a.config, a.set, a.sets, &study, e) == HS_OK) {
        show(&study, a.trials);
        hs_study_close(&study);
    }
    hs_arena_close(arena);
    return 0;
}

const struct hs_command hs_command_check = {
    .name = "check",
    .summary = "validate a config; trials, distinct outcomes, estimated time",
    .main = check_main,
};
