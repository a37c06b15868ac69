/* inputs.c - reads networks and splits; draws calibration samples; refuses to measure on what
 * was calibrated on. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "experiment/inputs.h"

#include "base/rng.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum hs_status hs_inputs_draw(uint64_t seed, size_t rows, size_t n, size_t d, size_t *row,
                              struct hs_err *e)
{
    size_t *all = hs_alloc(rows, sizeof *all);
    gsl_rng *r = hs_rng_open(seed, "data/draws");
    if (all && r && rows) {
        for (size_t i = 0; i < rows; i++) all[i] = i;
        gsl_ran_shuffle(r, all, rows, sizeof *all);
        for (size_t i = 0; i < n; i++) row[i] = all[(d * n + i) % rows];
    }
    enum hs_status st = all && r ? HS_OK : HS_OUT_OF_MEMORY(e);
    if (r) gsl_rng_free(r);
    hs_free(all);
    return st;
}

/* Two windows of n places on a ring of `rows`: what they share. */
static size_t shared(size_t rows, size_t n, size_t from)
{
    from %= rows;
    size_t ahead = n > from ? n - from : 0, behind = n > rows - from ? n - (rows - from) : 0;
    return ahead + behind;
}

size_t hs_inputs_overlap(size_t rows, size_t n, size_t draws)
{
    size_t most = 0;
    for (size_t d = 1; rows && d < draws; d++) {
        size_t s = shared(rows, n, d * n);
        if (s > most) most = s;
    }
    return most;
}

/* The rows of one split, in the order of the schema. */
struct split_rows {
    enum hs_row_name file, split, inputs, targets, mask, cluster, rows, samples;
};
#define SPLIT(k)                                                                               \
    {                                                                                          \
        HS_ROW_##k##_FILE, HS_ROW_##k##_SPLIT, HS_ROW_##k##_INPUTS, HS_ROW_##k##_TARGETS,      \
            HS_ROW_##k##_MASK, HS_ROW_##k##_CLUSTER, HS_ROW_##k##_ROWS, HS_ROW_##k##_SAMPLES   \
    }
static const struct split_rows calibration_rows = SPLIT(CALIBRATION),
                               evaluation_rows = SPLIT(EVALUATION);

static struct hs_data_where where_of(const struct hs_config *c, const struct split_rows *r,
                                     size_t network)
{
    const char *file = hs_config_text(c, r->file);
    const struct hs_datum *rows = hs_config_first(c, r->rows);
    return (struct hs_data_where){
        .file = file ? file : c->setting[HS_ROW_NETWORK].value[network].text,
        .split = hs_config_text(c, r->split),
        .inputs = hs_config_text(c, r->inputs),
        .targets = hs_config_text(c, r->targets),
        .mask = hs_config_text(c, r->mask),
        .cluster = hs_config_text(c, r->cluster),
        .row_begin = rows ? rows->begin : 0,
        .row_end = rows ? rows->end : 0,
        .allow_nonfinite = hs_config_first(c, HS_ROW_ALLOW_NONFINITE)->flag,
    };
}

/* Where the mistakes of one split are best said: at its rows, its samples, or its section. */
static struct hs_mark place(const struct hs_config *c, const struct split_rows *r,
                            enum hs_row_name section)
{
    if (c->setting[r->samples].given) return c->setting[r->samples].at;
    if (c->setting[r->rows].given) return c->setting[r->rows].at;
    return c->setting[section].given ? c->setting[section].at : c->setting[HS_ROW_NETWORK].at;
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return !strcmp(a, b) ||
           (!stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

static bool same_dataset(const struct hs_data_where *a, const struct hs_data_where *b)
{
    if (!a->inputs != !b->inputs) return false;
    const char *x = a->inputs ? a->inputs : a->split, *y = b->inputs ? b->inputs : b->split;
    while (*x == '/') x++;
    while (*y == '/') y++;
    return !strcmp(x, y);
}

struct opening {
    const struct hs_config *config;
    struct hs_inputs *in;
    struct hs_complaints c;
};

/* Keeps a split, or finds that it is there already: networks that read the same data share it.
 */
static const struct hs_data *keep(struct hs_inputs *in, struct hs_data *data)
{
    for (size_t i = 0; i < in->stored; i++) {
        struct hs_data *old = &in->store[i];
        bool same = hs_key_equal(old->digest, data->digest) && old->n == data->n &&
                    old->ports == data->ports;
        for (size_t p = 0; same && p < data->ports; p++)
            same = hs_shape_equal(&old->input[p].shape, &data->input[p].shape) &&
                   !memcmp(old->input[p].data, data->input[p].data,
                           hs_shape_count(&data->input[p].shape) * sizeof(float));
        if (!same) continue;
        hs_data_free(data);
        return old;
    }
    in->store[in->stored] = *data;
    return &in->store[in->stored++];
}

static enum hs_status read_split(struct opening *o, size_t network, const char *what,
                                 const struct hs_data_where *w, const size_t *row, size_t n,
                                 const struct hs_data **out, struct hs_err *e)
{
    struct hs_data data = {0};
    if (hs_data_read(&o->in->net[network], w, row, n, &data, e) != HS_OK)
        return hs_err_where(e, "%s of %s", what, o->in->net[network].name);
    *out = keep(o->in, &data);
    return HS_OK;
}

static enum hs_status read_draws(struct opening *o, size_t network,
                                 const struct hs_data_where *w, size_t rows, struct hs_err *e)
{
    const struct hs_config *c = o->config;
    const struct hs_datum *samples = hs_config_first(c, HS_ROW_CALIBRATION_SAMPLES);
    size_t n = samples ? (size_t)samples->count : rows;
    struct hs_inputs *in = o->in;
    if (n > rows) {
        hs_complain(
            &o->c, place(c, &calibration_rows, HS_ROW_CALIBRATION),
            "the calibration data has %zu rows for %s, fewer than the %zu samples of a draw",
            rows, in->net[network].name, n);
        return HS_OK;
    }
    if (network == 0)
        in->samples = n, in->rows = rows, in->overlap = hs_inputs_overlap(rows, n, in->draws);
    size_t *row = hs_alloc(n, sizeof *row);
    enum hs_status st = row ? HS_OK : HS_OUT_OF_MEMORY(e);
    for (size_t d = 0; st == HS_OK && d < in->draws; d++) {
        st = hs_inputs_draw(c->setting[HS_ROW_SEED].value[0].count, rows, n, d, row, e);
        if (st == HS_OK)
            st = read_split(o, network, "data.calibration", w, samples ? row : NULL, n,
                            &in->calibration[network * in->draws + d], e);
    }
    hs_free(row);
    return st;
}

/* The same rows in both splits would make every figure look better than it is. */
static bool overlap(struct opening *o, const struct hs_data_where *calibration,
                    size_t calibration_n, const struct hs_data_where *evaluation,
                    size_t evaluation_n)
{
    const struct hs_config *c = o->config;
    if (!same_file(calibration->file, evaluation->file) ||
        !same_dataset(calibration, evaluation))
        return false;
    size_t a0 = calibration->row_begin, a1 = a0 + calibration_n, b0 = evaluation->row_begin,
           b1 = b0 + evaluation_n;
    if (a1 <= b0 || b1 <= a0) return false;
    hs_complain(&o->c, place(c, &evaluation_rows, HS_ROW_EVALUATION),
                "data.evaluation (rows %zu to %zu) and data.calibration (rows %zu to %zu) "
                "overlap in %s",
                b0, b1, a0, a1, calibration->file);
    return true;
}

static enum hs_status read_data(struct opening *o, size_t network, struct hs_err *e)
{
    const struct hs_config *c = o->config;
    struct hs_inputs *in = o->in;
    const struct hs_net *net = &in->net[network];
    struct hs_data_where cal = where_of(c, &calibration_rows, network),
                         eval = where_of(c, &evaluation_rows, network);
    size_t cal_rows = 0, eval_rows = 0;
    if (hs_data_count(net, &eval, &eval_rows, e))
        return hs_err_where(e, "data.evaluation of %s", net->name);
    if (in->draws && hs_data_count(net, &cal, &cal_rows, e))
        return hs_err_where(e, "data.calibration of %s", net->name);
    const struct hs_datum *samples = hs_config_first(c, HS_ROW_EVALUATION_SAMPLES);
    if (samples && samples->count > eval_rows)
        hs_complain(&o->c, samples->at, "the evaluation data has only %zu rows for %s",
                    eval_rows, net->name);
    else if (samples)
        eval_rows = (size_t)samples->count;
    if (!eval_rows)
        hs_complain(&o->c, place(c, &evaluation_rows, HS_ROW_EVALUATION),
                    "there is no evaluation data");
    if (in->draws && !cal_rows)
        hs_complain(&o->c, place(c, &calibration_rows, HS_ROW_CALIBRATION),
                    "there is no calibration data");
    if ((in->draws && overlap(o, &cal, cal_rows, &eval, eval_rows)) || o->c.n) return HS_OK;
    HS_TRY(read_split(o, network, "data.evaluation", &eval, NULL, eval_rows,
                      &in->evaluation[network], e));
    return in->draws ? read_draws(o, network, &cal, cal_rows, e) : HS_OK;
}

static enum hs_status read_network(struct opening *o, size_t network, struct hs_err *e)
{
    const struct hs_config *c = o->config;
    const struct hs_datum *file = &c->setting[HS_ROW_NETWORK].value[network],
                          *task = hs_config_first(c, HS_ROW_TASK),
                          *output = hs_config_first(c, HS_ROW_OUTPUT);
    struct hs_net *net = &o->in->net[network];
    bool nonfinite = hs_config_first(c, HS_ROW_ALLOW_NONFINITE)->flag;
    if (hs_dump_read_net(file->text, nonfinite, net, e))
        return file->at.source ? hs_err_where(e, "%s:%zu:%zu", file->at.source->name,
                                              file->at.line + 1, file->at.column + 1)
                               : e->status;
    o->in->networks = network + 1;
    if (task) net->task = (enum hs_task)task->word;
    if (output) net->logits = output->word == 0;
    return read_data(o, network, e);
}

enum hs_status hs_inputs_open(const struct hs_config *config, struct hs_inputs *in,
                              struct hs_text *mistakes, struct hs_err *e)
{
    size_t n = config->setting[HS_ROW_NETWORK].n, draws = 0;
    if (config->setting[HS_ROW_CALIBRATION].given)
        draws = (size_t)hs_config_first(config, HS_ROW_DRAWS)->count;
    *in = (struct hs_inputs){.arena = hs_arena_open(), .draws = draws};
    struct opening o = {.config = config, .in = in, .c = {.arena = config->arena}};
    if (!in->arena || !(in->net = HS_NEW(in->arena, n, struct hs_net)) ||
        !(in->evaluation = HS_NEW(in->arena, n, const struct hs_data *)) ||
        !(in->calibration = HS_NEW(in->arena, n * draws, const struct hs_data *)) ||
        !(in->store = HS_NEW(in->arena, n * (draws + 1), struct hs_data)))
        return hs_inputs_close(in), HS_OUT_OF_MEMORY(e);
    enum hs_status st = HS_OK;
    for (size_t i = 0; i < n && st == HS_OK; i++) st = read_network(&o, i, e);
    hs_complaints_show(&o.c, mistakes);
    if (st == HS_OK) st = hs_complaints_status(&o.c, e);
    if (st != HS_OK) hs_inputs_close(in);
    return st;
}

const struct hs_data *hs_inputs_calibration(const struct hs_inputs *in, size_t network, size_t draw)
{
    return in->draws ? in->calibration[network * in->draws + draw] : NULL;
}

void hs_inputs_close(struct hs_inputs *in)
{
    for (size_t i = 0; i < in->stored; i++) hs_data_free(&in->store[i]);
    for (size_t i = 0; i < in->networks; i++) hs_net_close(&in->net[i]);
    hs_arena_close(in->arena);
    *in = (struct hs_inputs){0};
}
