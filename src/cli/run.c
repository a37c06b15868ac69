/* run.c - halfstep run: every trial of a config that is not stored yet, then the report. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "cli/cli.h"
#include "cli/study.h"

#include "base/work.h"
#include "experiment/run.h"
#include "report/report.h"

#include <argp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const struct argp_option options[] = {
    {"dir", 'o', "DIR", 0, "Where results go (results/NAME)", 0},
    {"jobs", 'j', "N", 0, "Threads (one a processor)", 0},
    {"set", 's', "KEY=VALUE", 0, "Change a key of the config; VALUE is YAML", 0},
    {"shard", 'S', "K/N", 0,
     "Only part K of N, K = 1 .. N; `halfstep report DIR` joins the parts", 0},
    {"only", 'i', "ID", 0, "Only the trials whose id begins with ID", 0},
    {"memory", 'm', "MIB", 0,
     "Memory that a thread may keep for what trials share (a quarter of the machine's, at most "
     "1024)",
     0},
    {"verbose", 'v', NULL, 0, "A line for each trial", 0},
    {"quiet", 'q', NULL, 0, "Nothing but errors and results", 0},
    {0}};

struct ask {
    struct hs_arena *arena;
    const char *config, *dir;
    const char **set;
    size_t sets, room;
    struct hs_run_options o;
};

static volatile sig_atomic_t
    stop; /* the number of the signal that asked for an end; a handler can reach nothing else */
static void on_signal(int number) { stop = number; }

static long number(struct argp_state *state, const char *word, const char *text, long most)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (end == text || *end || n < 1 || n > most)
        argp_error(state, "%s takes a whole number from 1 to %ld", word, most);
    return n;
}

static void shard(struct ask *a, struct argp_state *state, const char *text)
{
    char *slash, *end;
    long k = strtol(text, &slash, 10), n = *slash == '/' ? strtol(slash + 1, &end, 10) : 0;
    if (slash == text || *slash != '/' || *end || k < 1 || n < k || n > 1000000)
        argp_error(state, "--shard takes K/N with K from 1 to N");
    a->o.shard = (size_t)k - 1, a->o.shards = (size_t)n;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct ask *a = state->input;
    if (key == 'o')
        a->dir = arg;
    else if (key == 'j')
        a->o.threads = (int)number(state, "--jobs", arg, 256);
    else if (key == 's' && a->sets < a->room)
        a->set[a->sets++] = arg;
    else if (key == 'S')
        shard(a, state, arg);
    else if (key == 'i')
        a->o.only = arg;
    else if (key == 'm')
        a->o.memory = (size_t)number(state, "--memory", arg, 1L << 30) << 20;
    else if (key == 'v')
        a->o.verbosity = HS_VERBOSE;
    else if (key == 'q')
        a->o.verbosity = HS_QUIET;
    else if (key == ARGP_KEY_ARG && !a->config)
        a->config = arg;
    else if (key == ARGP_KEY_ARG)
        argp_error(state, "one CONFIG, please");
    else if (key == ARGP_KEY_END && !a->config)
        argp_error(state, "which CONFIG?");
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

/* The command that --only ID makes a single trial of. The file without its folder: records do
 * not depend on where they were made. */
static const char *repro(const struct ask *a)
{
    const char *slash = strrchr(a->config, '/');
    char *text = hs_arena_text(a->arena, "halfstep run %s", slash ? slash + 1 : a->config);
    for (size_t i = 0; text && i < a->sets; i++) {
        text = hs_arena_text(a->arena, "%s --set '", text);
        for (const char *p = a->set[i]; text && *p; p++)
            text = *p == '\'' ? hs_arena_text(a->arena, "%s'\\''", text)
                              : hs_arena_text(a->arena, "%s%c", text, *p);
        if (text) text = hs_arena_text(a->arena, "%s'", text);
    }
    return text;
}

static void say(const struct ask *a, const struct hs_run_result *r)
{
    char time[32];
    if (a->o.verbosity == HS_QUIET) return;
    fprintf(stderr, "%s: %zu trial%s", a->o.dir, r->trials, r->trials == 1 ? "" : "s");
    if (r->kept) fprintf(stderr, ", %zu kept", r->kept);
    fprintf(stderr, ", %zu run in %s", r->ran, hs_progress_time(r->seconds, time));
    fprintf(stderr, r->failed ? ", %zu failed\n" : "\n", r->failed);
}

/* What comes after the trials. Returns the exit code where the status alone does not tell it.
 */
static int finish(const struct ask *a, const struct hs_run_result *r, struct hs_err *e)
{
    say(a, r);
    if (r->stopped) {
        fprintf(stderr,
                "halfstep run: stopped; %zu of %zu trials are stored, and the same command "
                "goes on from there\n",
                r->kept + r->ran, r->trials);
        return 128 + (int)stop;
    }
    if (a->o.shards > 1 && a->o.verbosity != HS_QUIET)
        fprintf(stderr, "when all %zu parts are done: halfstep report %s\n", a->o.shards,
                a->o.dir);
    if (a->o.shards < 2 && !a->o.only && r->kept + r->ran && hs_report_write(a->o.dir, e))
        return 0;
    if (r->failed) HS_FAIL(e, HS_EFAILED, "%zu of %zu trials failed", r->failed, r->trials);
    return 0;
}

static int run(struct ask *a, struct hs_study *s, struct hs_err *e)
{
    struct hs_run_result result;
    struct sigaction act = {.sa_handler = on_signal,
                            .sa_flags = (int)SA_RESETHAND}; /* a second one ends at once */
    a->o.dir =
        a->dir ? a->dir
               : hs_arena_text(a->arena, "results/%s", hs_config_text(&s->config, HS_ROW_NAME));
    a->o.repro = repro(a);
    a->o.stop = &stop;
    if (!a->o.dir || !a->o.repro) return HS_OUT_OF_MEMORY(e), 0;
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    if (s->inputs.overlap && a->o.verbosity != HS_QUIET)
        fprintf(stderr,
                "calibration draws overlap: two of them share up to %zu of %zu samples\n",
                s->inputs.overlap, s->inputs.samples);
    enum hs_status st = hs_run(&s->plan, &s->inputs, &a->o, &result, e);
    if (st == HS_ECREATE && result.kept + result.ran)
        hs_err_where(
            e, "%zu finished trials in %s stay valid; the same command goes on from there",
            result.kept + result.ran, a->o.dir);
    return st == HS_OK ? finish(a, &result, e) : 0;
}

static int run_main(int argc, char **argv, struct hs_err *e)
{
    static const struct argp argp = {
        options,
        parse,
        "CONFIG",
        "Run every trial of CONFIG that is not stored yet, then write the report. "
        "CONFIG is YAML: halfstep check --explain prints every key, configs/ holds examples.\v"
        "Killed or interrupted, the same command goes on where it ended.",
        NULL,
        NULL,
        NULL};
    struct ask a = {
        .arena = hs_arena_open(), .room = (size_t)argc, .o = {.threads = hs_work_cores()}};
    struct hs_study study;
    char name[] = "halfstep run";
    int code = 0;
    if (!a.arena || !(a.set = HS_NEW(a.arena, (size_t)argc, const char *)))
        return HS_OUT_OF_MEMORY(e), 0;
    argv[0] = name;
    argp_parse(&argp, argc, argv, 0, NULL, &a);
    hs_dump_init();
    if (hs_cli_study(a.config, a.set, a.sets, &study, e) == HS_OK) {
        code = run(&a, &study, e);
        hs_study_close(&study);
    }
    hs_arena_close(a.arena);
    return code;
}

const struct hs_command hs_command_run = {
    .name = "run",
    .summary = "run the trials of a config, then report",
    .main = run_main,
};
