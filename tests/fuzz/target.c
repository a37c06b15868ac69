/* target.c - files made of any bytes, given to their readers, whose answers are checked. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "target.h"

#include "base/text.h"
#include "dump/put.h"
#include "dump/read.h"
#include "dump/recorded.h"
#include "dump/dump.h"
#include "experiment/config.h"
#include "experiment/plan.h"
#include "net/op.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void promise(bool kept, const char *what, const struct hs_err *e)
{
    if (kept) return;
    fprintf(stderr, "broken promise: %s (status %d, '%s', '%s')\n", what, e->status, e->what, e->where);
    abort();
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Of all readings so far, by the clock: a hang is one of this process or of its child. */
static double begin, longest;
static void time_one(void)
{
    double end = now();
    if (begin > 0 && end - begin > longest) longest = end - begin;
    begin = end;
}
double fuzz_longest(void) { return longest; }

static void store(char *path, size_t room, const char *folder, const char *name, const void *bytes, size_t n)
{
    snprintf(path, room, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, n, f) != n || fclose(f)) perror(path), exit(1);
    begin = now();
}

static void check_answer(enum hs_status st, const char *path, const struct hs_err *e)
{
    time_one();
    promise(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL) == 0, "all handles are closed", e);
    if (!st) return;
    if (getenv("HALFSTEP_FUZZ_SHOW")) fprintf(stderr, "%s (%s)\n", e->what, e->where);
    promise(e->status == st && e->what[0], "a failure has a cause", e);
    promise(strstr(e->what, path) || strstr(e->where, path), "a failure names the file", e);
    promise(!strstr(e->what, "gave no reason"), "a failure has a cause", e);
    promise(st != HS_EFAILED && st != HS_EUSAGE, "a bad file is bad data", e);
}

enum hs_status fuzz_dump(const char *folder, const void *bytes, size_t n)
{
    char path[512];
    struct hs_err e = {0};
    struct hs_net net;
    struct hs_data d;
    struct hs_recorded r;
    struct hs_data_where where = {.split = "evaluation"};
    size_t rows = 0;
    hs_dump_init();
    store(path, sizeof path, folder, "fuzz.h5", bytes, n);
    enum hs_status st = hs_dump_read_net(path, false, &net, &e);
    check_answer(st, path, &e);
    if (st) return st;
    st = hs_data_count(&net, &where, &rows, &e);
    if (!st && !(st = hs_data_read(&net, &where, NULL, rows, &d, &e))) hs_data_free(&d);
    check_answer(st, path, &e);
    e = (struct hs_err){0};
    enum hs_status recorded = hs_recorded_read(&net, NULL, NULL, &r, &e);
    if (!recorded) hs_recorded_free(&r);
    check_answer(recorded, path, &e);
    hs_net_close(&net);
    return st ? st : recorded;
}

/* Weights of layers conv, norm, dense, and of the model `block` with `inner` and `gru` in it. */
static void put_layer(hid_t file, const char *layer, const char *const *name, const struct hs_shape *shape, size_t n)
{
    static const float value[64 * 64] = {0.5f, 0.25f, 1};
    struct hs_err e = {0};
    hid_t group = H5Gcreate2(file, layer, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    bool fine = group >= 0 && !hs_put_texts(group, "weight_names", name, n, false, &e);
    for (size_t i = 0; i < n; i++) {
        hsize_t dim[HS_MAX_RANK];
        for (int k = 0; k < shape[i].rank; k++) dim[k] = shape[i].dim[k];
        hid_t space = H5Screate_simple(shape[i].rank, dim, NULL);
        hid_t set = H5Dcreate2(group, name[i], H5T_NATIVE_FLOAT, space, links, H5P_DEFAULT, H5P_DEFAULT);
        fine = fine && H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0;
        H5Dclose(set), H5Sclose(space);
    }
    H5Pclose(links), H5Gclose(group);
    promise(fine, "the weights could be written", &e);
}

static void put_weights(const char *path)
{
    const char *const layers[] = {"conv", "norm", "dense", "block"}, *const text = "2.11.0";
    struct hs_err e = {0};
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    promise(file >= 0 && !hs_put_texts(file, "layer_names", layers, 4, false, &e) &&
            !hs_put_texts(file, "keras_version", &text, 1, true, &e), "weights could be written", &e);
#define SHAPE(r, ...) {.rank = r, .dim = {__VA_ARGS__}}
    put_layer(file, "conv", (const char *[]){"conv/kernel:0", "conv/bias:0"},
              (struct hs_shape[]){SHAPE(4, 3, 3, 2, 4), SHAPE(1, 4)}, 2);
    put_layer(file, "norm", (const char *[]){"norm/gamma:0", "norm/beta:0", "norm/moving_mean:0", "norm/moving_variance:0"},
              (struct hs_shape[]){SHAPE(1, 4), SHAPE(1, 4), SHAPE(1, 4), SHAPE(1, 4)}, 4);
    put_layer(file, "dense", (const char *[]){"dense/kernel:0", "dense/bias:0"},
              (struct hs_shape[]){SHAPE(2, 4, 3), SHAPE(1, 3)}, 2);
    put_layer(file, "block", (const char *[]){"inner/kernel:0", "inner/bias:0", "gru/kernel:0", "gru/recurrent:0", "gru/bias:0"},
              (struct hs_shape[]){SHAPE(2, 4, 5), SHAPE(1, 5), SHAPE(2, 5, 12), SHAPE(2, 4, 12), SHAPE(2, 2, 12)}, 5);
    H5Fclose(file);
}

enum hs_status fuzz_graph(const char *folder, const void *bytes, size_t n)
{
    char path[512], json[512];
    struct hs_err e = {0};
    struct hs_h5 h;
    struct hs_net net = {0};
    hs_dump_init();
    snprintf(path, sizeof path, "%s/weights.h5", folder);
    if (access(path, R_OK)) put_weights(path);
    store(json, sizeof json, folder, "weights.json", bytes, n);
    enum hs_status st = hs_h5_open(path, &h, &e);
    promise(!st, "the weights can be opened", &e);
    st = hs_keras_read(&h, &net, &e);
    hs_h5_close(&h);
    if (!st) st = hs_net_finish(&net, false, &e);
    hs_net_close(&net);
    if (st) hs_h5_name_file(&e, path);
    check_answer(st, path, &e);
    return st;
}

enum hs_status fuzz_config(const char *folder, const void *bytes, size_t n)
{
    char path[512], other[512];
    struct hs_err e = {0};
    struct hs_config c;
    struct hs_plan p;
    struct hs_text mistakes = {0};
    store(other, sizeof other, folder, "a.h5", "a", 1); /* only looked for */
    store(path, sizeof path, folder, "fuzz.yaml", bytes, n);
    enum hs_status st = hs_config_read(path, NULL, 0, &c, &mistakes, &e);
    time_one();
    promise(st == HS_OK || st == HS_ECONFIG || st == HS_ENOINPUT, "a bad config is a mistake in it", &e);
    /* What is no text at all has no places to point at. */
    const char *said = mistakes.s ? mistakes.s : e.what;
    promise((st == HS_OK) == !*said, "who refuses says why", &e);
    promise(!st || strstr(said, path), "a refusal names the file", &e);
    if (!st) {
        enum hs_status unfolded = hs_plan_unfold(&c, &p, &e);
        if (!unfolded) hs_plan_close(&p);
        else promise(unfolded == HS_ECONFIG && e.what[0], "a plan that is refused says why", &e);
        hs_config_close(&c);
    }
    hs_text_free(&mistakes);
    return st;
}
