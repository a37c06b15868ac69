/* bench.c - halfstep bench: how fast the kernels and whole searches are on this machine. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/bench.h"
#include "cli/cli.h"

#include "base/work.h"
#include "tensor/kernel.h"

#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static const struct hs_column column[] = {
    {"what", false}, {"variant", false}, {"median_ms", true}, {"best_ms", true}, {"rate", true}, {"unit", false},
    {"note", false},
};

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void hs_bench_row(struct hs_bench *b, const char *what, const char *variant, double *seconds, double work, const char *unit,
                  const char *note)
{
    size_t n = (size_t)b->reps;
    qsort(seconds, n, sizeof *seconds, by_size);
    double median = (seconds[(n - 1) / 2] + seconds[n / 2]) / 2;
    hs_table_text(b->table, "%s", what);
    hs_table_text(b->table, "%s", variant);
    hs_table_number(b->table, "%.3f", 1e3 * median);
    hs_table_number(b->table, "%.3f", 1e3 * seconds[0]);
    hs_table_number(b->table, "%.1f", work / median);
    hs_table_text(b->table, "%s", unit);
    hs_table_text(b->table, "%s", note ? note : "");
}

enum hs_status hs_bench_time(struct hs_bench *b, const char *what, const char *variant, double work, const char *unit,
                             enum hs_status (*job)(void *ctx, struct hs_err *), void *ctx, struct hs_err *e)
{
    double *seconds = hs_alloc((size_t)b->reps, sizeof *seconds);
    if (!seconds) return HS_OUT_OF_MEMORY(e);
    for (int r = -1; r < b->reps && !e->status; r++) {
        double start = hs_work_now();
        job(ctx, e);
        if (r >= 0) seconds[r] = hs_work_now() - start;
    }
    if (!e->status) hs_bench_row(b, what, variant, seconds, work, unit, NULL);
    hs_free(seconds);
    return e->status;
}

/* What the user asked for. */
struct ask {
    enum hs_output how;
    const char *network, *data, *split;
    int reps;
    size_t memory, samples;
    bool drawn, kernels, forward, search, calibration, integer;
    struct hs_err *e;
};

/* MiB. What getrusage calls the peak may be that of the program that started this one: Linux keeps it over exec. */
static double peak_memory(void)
{
    char line[256];
    double kib = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && !(kib > 0) && fgets(line, sizeof line, f)) sscanf(line, "VmHWM: %lf", &kib);
    if (f) fclose(f);
    if (kib > 0) return kib / 1024;
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return (double)r.ru_maxrss / 1024;
}

static void memory_row(struct hs_table *t)
{
    hs_table_text(t, "peak memory");
    hs_table_text(t, "%s", hs_kernel_best()->name);
    hs_table_number(t, "%.3f", (double)NAN);
    hs_table_number(t, "%.3f", (double)NAN);
    hs_table_number(t, "%.1f", peak_memory());
    hs_table_text(t, "MiB");
    hs_table_text(t, "of the whole process");
}

static enum hs_status search(const struct ask *a, struct hs_bench *b)
{
    struct hs_net net = {0};
    struct hs_data data = {0};
    struct hs_err *e = a->e;
    if (!a->network) {
        hs_bench_baseline(&net, &data, a->samples, e);
    } else if (!hs_dump_read_net(a->network, false, &net, e)) {
        const struct hs_data_where where = {.file = a->data ? a->data : a->network, .split = a->split};
        size_t n;
        if (a->drawn)
            hs_bench_drawn(&net, &data, a->samples, e);
        else if (!hs_data_count(&net, &where, &n, e))
            hs_data_read(&net, &where, NULL, n < a->samples ? n : a->samples, &data, e);
    }
    if (!e->status) hs_bench_search(b, &net, &data, a->memory, !a->search, e);
    if (!e->status) memory_row(b->table);
    hs_data_free(&data);
    hs_net_close(&net);
    return e->status;
}

enum { JSON_KEY = 0x2000, SPLIT_KEY, DATA_KEY, DRAWN_KEY };

static error_t number(const char *arg, double most, struct argp_state *state, double *to)
{
    char *end;
    *to = strtod(arg, &end);
    if (!*arg || *end || !(*to >= 1 && *to <= most)) argp_error(state, "'%s' is no number from 1 to %.0f", arg, most);
    return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct ask *a = state->input;
    double v = 0;
    switch (key) {
    case HS_OUTPUT_KEY: hs_output_find(arg, &a->how, a->e); return 0;
    case JSON_KEY: a->how = HS_OUTPUT_JSON; return 0;
    case SPLIT_KEY: a->split = arg; return 0;
    case DATA_KEY: a->data = arg; return 0;
    case DRAWN_KEY: a->drawn = true; return 0;
    case 'f': a->network = arg; return 0;
    case 'r': number(arg, 1e6, state, &v), a->reps = (int)v; return 0;
    case 'm': number(arg, 1e6, state, &v), a->memory = (size_t)v << 20; return 0;
    case 'n': number(arg, 1e9, state, &v), a->samples = (size_t)v; return 0;
    case ARGP_KEY_ARG:
        if (!strcmp(arg, "kernels")) a->kernels = true;
        else if (!strcmp(arg, "forward")) a->forward = true;
        else if (!strcmp(arg, "search")) a->search = true;
        else if (!strcmp(arg, "calibration")) a->calibration = true;
        else if (!strcmp(arg, "integer")) a->integer = true;
        else argp_error(state, "no '%s'; there are: forward search calibration integer kernels", arg);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static int bench_main(int argc, char **argv, struct hs_err *e)
{
    static const struct argp_option options[] = {
        {"network", 'f', "FILE", 0, "search on this dump (a built-in convolutional network)", 0},
        {"data", DATA_KEY, "FILE", 0, "where its data are, if not in the same file", 0},
        {"split", SPLIT_KEY, "NAME", 0, "data of the dump (calibration)", 0},
        {"drawn", DRAWN_KEY, NULL, 0, "random inputs in place of the dump's data", 0},
        {"samples", 'n', "N", 0, "at most so many samples (1000)", 0},
        {"reps", 'r', "N", 0, "repetitions; medians are printed (5)", 0},
        {"memory", 'm', "MIB", 0, "for outputs that are kept (192)", 0},
        {"json", JSON_KEY, NULL, 0, "the same as --output=json", 0},
        HS_OUTPUT_OPTION,
        {0},
    };
    static const struct argp argp = {
        .options = options, .parser = parse, .args_doc = "[forward] [search] [calibration] [integer] [kernels]",
        .doc = "Throughput of the kernels, one thread, on every instruction set that is there, and of whole searches: a "
               "float pass (forward: that alone), each layer quantized alone, the greedy order; and of calibration: what a summary of 2^24 values, the "
               "strategies on it and quantization cost beside a sum and a copy of them; and products of int8 and int4 codes "
               "beside float ones. Without a word: all.\v"
               "HALFSTEP_ISA=sse2|avx2|avx512 chooses the instruction set of the searches.",
    };
    struct ask a = {.e = e, .reps = 5, .memory = (size_t)192 << 20, .samples = 1000, .split = "calibration"};
    argv[0] = "halfstep bench"; /* what --help calls it */
    if (argp_parse(&argp, argc, argv, 0, NULL, &a)) return 64;
    if (!a.kernels && !a.forward && !a.search && !a.calibration && !a.integer)
        a.kernels = a.search = a.calibration = a.integer = true;
    struct hs_table table;
    hs_table_open(&table, "bench", "Speed, one thread", column, sizeof column / sizeof *column);
    struct hs_bench b = {.reps = a.reps, .table = &table};
    if (!e->status && (a.search || a.forward)) search(&a, &b); /* first: its peak memory is its own */
    if (!e->status && a.calibration) hs_bench_calibration(&b, e);
    if (!e->status && a.integer) hs_bench_integer(&b, e);
    if (!e->status && a.kernels) hs_bench_kernels(&b, e);
    if (!e->status) hs_output_print(stdout, a.how, &table, 1, e);
    hs_table_close(&table);
    return 0;
}

const struct hs_command hs_command_bench = {
    .name = "bench",
    .summary = "speed of the kernels and of whole searches on this machine",
    .main = bench_main,
};
