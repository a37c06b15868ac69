/* test_bad.c - malformed, malicious and mismatched files: always one clear error, never a crash or a hang. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "made.h"

#include "base/mem.h"
#include "base/rng.h"
#include "dump/put.h"
#include "dump/recorded.h"
#include "dump/stream.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
enum { FILES = 10 };
/* The library itself leaks on some malformed files; handles that we leave open are counted instead. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libhdf5"; }
#else
enum { FILES = 40 };
#endif

/* Each reader closes what it opened, whatever happened. */
static void all_closed(void) { ck_assert_int_eq(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0); }

static char *contents(const char *path, size_t *n)
{
    static char bytes[1 << 20];
    FILE *f = fopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    *n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    return bytes;
}

static void store(const char *path, const char *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

/* Everything that reads is let loose on a file; a status comes back, with a message where it is a failure. */
static enum hs_status read_all(const char *path)
{
    hs_dump_init();
    struct hs_err e = {0};
    struct hs_net net;
    struct hs_data d;
    struct hs_recorded r;
    struct hs_data_where where = {.split = "evaluation"};
    size_t n = 0;
    enum hs_status st = hs_dump_read_net(path, false, &net, &e);
    if (st) {
        ck_assert(e.status == st && e.what[0]);
        all_closed();
        return st;
    }
    st = hs_data_count(&net, &where, &n, &e);
    if (!st && !(st = hs_data_read(&net, &where, NULL, n, &d, &e))) hs_data_free(&d);
    if (!st && !(st = hs_recorded_read(&net, NULL, NULL, &r, &e))) hs_recorded_free(&r);
    ck_assert(!st || (e.status == st && e.what[0]));
    hs_net_close(&net);
    all_closed();
    return st;
}

START_TEST(what_is_no_dump_is_named)
{
    struct hs_err e = {0};
    struct hs_net net;
    const char *path = made_path("none");
    hs_dump_init();
    ck_assert_int_eq(hs_dump_read_net(path, false, &net, &e), HS_ENOINPUT);
    ck_assert_ptr_nonnull(strstr(e.what, path));
    ck_assert_ptr_nonnull(strstr(e.what, "No such file"));
    store(path, "", 0);
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_dump_read_net(path, false, &net, &e), HS_EDATA);
    ck_assert_ptr_nonnull(strstr(e.what, "empty"));
    store(path, "PK\3\4 this is something else", 26);
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_dump_read_net(path, false, &net, &e), HS_EDATA);
    ck_assert_ptr_nonnull(strstr(e.what, "archive"));
    store(path, "and so is this, to the end", 26);
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_dump_read_net(path, false, &net, &e), HS_EDATA);
    ck_assert_ptr_nonnull(strstr(e.what, "not an HDF5 file"));
    unlink(path);
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_dump_read_net("/tmp", false, &net, &e), HS_EDATA);
    ck_assert_ptr_nonnull(strstr(e.what, "directory"));
    ck_assert_int_eq(mkfifo(path, 0600), 0); /* would block whoever opens it */
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_dump_read_net(path, false, &net, &e), HS_EDATA);
    unlink(path);
}
END_TEST

START_TEST(truncated_anywhere_is_an_error)
{
    enum { CUTS = 60 };
    const char *path = made_path("cut.h5");
    size_t n;
    made_dump(path, true);
    ck_assert_int_eq(read_all(path), HS_OK);
    char *bytes = contents(path, &n);
    for (size_t i = 0; i < CUTS; i++) {
        store(path, bytes, i * (n - 1) / CUTS + (i % 3));
        ck_assert_int_eq(read_all(path), HS_EDATA);
    }
    store(path, bytes, n - 1);
    ck_assert_int_eq(read_all(path), HS_EDATA);
    unlink(path);
}
END_TEST

/* Random bytes changed, most of them in the metadata: whatever happens, happens in the child. */
START_TEST(mutated_files_never_crash_us)
{
    const char *path = made_path("mutated.h5");
    char name[32];
    size_t n, failed = 0;
    made_dump(path, true);
    char *bytes = contents(path, &n), *copy = hs_alloc(n, 1);
    snprintf(name, sizeof name, "mutations/%d", _i);
    uint64_t key = hs_rng_key(1, name), at = 0;
    for (int i = 0; i < FILES; i++) {
        memcpy(copy, bytes, n);
        int flips = 1 + (int)(4 * hs_rng_at(key, at++));
        for (int k = 0; k < flips; k++) {
            size_t where = (size_t)((double)n * hs_rng_at(key, at++));
            copy[where] = (char)(copy[where] ^ (1 + (int)(255 * hs_rng_at(key, at++))));
        }
        store(path, copy, n);
        failed += read_all(path) != HS_OK;
        struct hs_err e = {0};
        struct hs_tensor_list list;
        if (!hs_tensor_list_read(path, &list, &e)) hs_tensor_list_free(&list);
    }
    ck_assert_uint_ge(failed, FILES / 10); /* else the mutations hit nothing */
    hs_free(copy);
    unlink(path);
}
END_TEST

/* ---- single faults, each made in a file that was fine ---- */

static void put_text(struct hs_dump_writer *w, const char *path, const char *name, const char *text)
{
    struct hs_err e = {0};
    H5Adelete_by_name(w->id, path, name, H5P_DEFAULT);
    if (text) ck_ok(hs_dump_put_text(w, path, name, text, &e));
}

static void put_list(struct hs_dump_writer *w, const char *path, const char *name, const char *const *text, size_t n)
{
    struct hs_err e = {0};
    hid_t id = H5Oopen(w->id, path, H5P_DEFAULT);
    H5Adelete(id, name);
    ck_ok(hs_put_texts(id, name, text, n, false, &e));
    H5Oclose(id);
}

static void put_numbers(struct hs_dump_writer *w, const char *path, const char *name, const int64_t *v, size_t n)
{
    struct hs_err e = {0};
    hid_t id = H5Oopen(w->id, path, H5P_DEFAULT);
    if (H5Aexists(id, name) > 0) H5Adelete(id, name);
    ck_ok(hs_put_ints(id, name, v, n, n == 1, &e));
    H5Oclose(id);
}

static void replace(struct hs_dump_writer *w, const char *path, const struct hs_dump_array *x)
{
    struct hs_err e = {0};
    H5Ldelete(w->id, path, H5P_DEFAULT);
    ck_ok(hs_dump_put(w, path, x, &e));
}

static void no_version(struct hs_dump_writer *w) { put_text(w, "/", "halfstep_dump", NULL); }
static void later_version(struct hs_dump_writer *w) { put_numbers(w, "/", "halfstep_dump", (int64_t[]){2}, 1); }
static void odd_task(struct hs_dump_writer *w) { put_text(w, "/", "task", "gardening"); }
static void no_layout(struct hs_dump_writer *w) { put_text(w, "/network", "layout", NULL); }
static void no_op(struct hs_dump_writer *w) { put_text(w, "/network/n0002", "op", NULL); }
static void op_is_number(struct hs_dump_writer *w)
{
    put_text(w, "/network/n0002", "op", NULL);
    put_numbers(w, "/network/n0002", "op", (int64_t[]){4}, 1);
}
static void unknown_ops(struct hs_dump_writer *w)
{
    put_text(w, "/network/n0002", "op", "rellu");
    put_text(w, "/network/n0006", "op", "frobnicate");
}
static void dangling(struct hs_dump_writer *w) { put_list(w, "/network/n0002", "inputs", (const char *[]){"n0044"}, 1); }
static void forward(struct hs_dump_writer *w) { put_list(w, "/network/n0002", "inputs", (const char *[]){"n0005"}, 1); }
static void no_such_port(struct hs_dump_writer *w) { put_list(w, "/network/n0002", "inputs", (const char *[]){"@y"}, 1); }
static void odd_reference(struct hs_dump_writer *w)
{
    put_list(w, "/network/n0002", "inputs", (const char *[]){"n0001:x"}, 1);
}
static void no_such_result(struct hs_dump_writer *w)
{
    put_list(w, "/network/n0002", "inputs", (const char *[]){"n0001:2"}, 1);
}
static void later_share(struct hs_dump_writer *w) { put_text(w, "/network/n0005", "shares", "n0008"); }
static void odd_shape(struct hs_dump_writer *w)
{
    put_numbers(w, "/network/inputs/image", "shape", (int64_t[]){-1, 3, 0, 5}, 4);
}
static void few_axes(struct hs_dump_writer *w)
{
    put_list(w, "/network/inputs/image", "axes", (const char *[]){"N", "C"}, 2);
}
static void stranger_in_network(struct hs_dump_writer *w)
{
    struct hs_err e = {0};
    hid_t id = hs_put_group(w, "/network/weights", &e);
    H5Gclose(id);
}
static void small_gamma(struct hs_dump_writer *w)
{
    float x[6] = {0};
    replace(w, "/network/n0001/gamma", &(struct hs_dump_array){.type = HS_DUMP_F32, .shape = {1, {6}}, .data = x});
}
static void bad_weight(struct hs_dump_writer *w)
{
    float x[84] = {0};
    x[17] = NAN, x[40] = INFINITY, x[41] = -INFINITY;
    replace(w, "/network/n0008/weight", &(struct hs_dump_array){.type = HS_DUMP_F32, .shape = {2, {7, 12}}, .data = x});
}
static void text_weight(struct hs_dump_writer *w)
{
    H5Ldelete(w->id, "/network/n0008/weight", H5P_DEFAULT);
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Dclose(H5Dcreate2(w->id, "/network/n0008/weight", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Tclose(type), H5Sclose(space);
}
static void external_link(struct hs_dump_writer *w)
{
    H5Ldelete(w->id, "/network/n0008/weight", H5P_DEFAULT);
    H5Lcreate_external("/etc/passwd", "/x", w->id, "/network/n0008/weight", H5P_DEFAULT, H5P_DEFAULT);
}
static void external_group(struct hs_dump_writer *w)
{
    H5Ldelete(w->id, "/network/n0008", H5P_DEFAULT);
    H5Lcreate_external("/etc/passwd", "/x", w->id, "/network/n0008", H5P_DEFAULT, H5P_DEFAULT);
}
static void external_storage(struct hs_dump_writer *w)
{
    hsize_t dim[] = {7, 12};
    hid_t list = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(2, dim, NULL);
    H5Ldelete(w->id, "/network/n0008/weight", H5P_DEFAULT);
    H5Pset_external(list, "/etc/passwd", 0, 336);
    H5Dclose(H5Dcreate2(w->id, "/network/n0008/weight", H5T_IEEE_F32LE, space, H5P_DEFAULT, list, H5P_DEFAULT));
    H5Pclose(list), H5Sclose(space);
}
static void virtual_elsewhere(struct hs_dump_writer *w)
{
    hsize_t dim[] = {7, 12};
    hid_t list = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(2, dim, NULL);
    H5Ldelete(w->id, "/network/n0008/weight", H5P_DEFAULT);
    H5Pset_virtual(list, space, "/etc/passwd", "/x", space);
    H5Dclose(H5Dcreate2(w->id, "/network/n0008/weight", H5T_IEEE_F32LE, space, H5P_DEFAULT, list, H5P_DEFAULT));
    H5Pclose(list), H5Sclose(space);
}
/* Nothing of it is stored: a file of some kilobytes that claims terabytes. */
static void absurd(struct hs_dump_writer *w, const hsize_t *dim, int rank, bool chunked)
{
    hsize_t chunk[] = {1024, 1024, 1};
    hid_t list = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(rank, dim, NULL);
    H5Ldelete(w->id, "/network/n0008/weight", H5P_DEFAULT);
    if (chunked) H5Pset_chunk(list, rank, chunk), H5Pset_deflate(list, 9);
    H5Dclose(H5Dcreate2(w->id, "/network/n0008/weight", H5T_IEEE_F32LE, space, H5P_DEFAULT, list, H5P_DEFAULT));
    H5Pclose(list), H5Sclose(space);
}
static void huge(struct hs_dump_writer *w) { absurd(w, (hsize_t[]){1 << 20, 1 << 20}, 2, false); }
static void huge_chunked(struct hs_dump_writer *w) { absurd(w, (hsize_t[]){1 << 20, 1 << 20}, 2, true); }
static void overflow(struct hs_dump_writer *w)
{
    absurd(w, (hsize_t[]){(hsize_t)1 << 40, (hsize_t)1 << 40, 16}, 3, true);
}
static void wrong_image(struct hs_dump_writer *w)
{
    static uint8_t x[MADE_ROWS * 84];
    replace(w, "/data/evaluation/inputs/image",
            &(struct hs_dump_array){.type = HS_DUMP_U8, .shape = {4, {MADE_ROWS, 3, 7, 4}}, .data = x});
}
static void bad_image(struct hs_dump_writer *w)
{
    static float x[MADE_ROWS * 90];
    x[4 * 90 + 31] = NAN, x[5 * 90] = INFINITY;
    replace(w, "/data/evaluation/inputs/image",
            &(struct hs_dump_array){.type = HS_DUMP_F32, .shape = {4, {MADE_ROWS, 3, 6, 5}}, .data = x});
}
static void zero_std(struct hs_dump_writer *w)
{
    static uint8_t x[MADE_ROWS * 90];
    static const double std[] = {1, 0, 1};
    replace(w, "/data/evaluation/inputs/image",
            &(struct hs_dump_array){.type = HS_DUMP_U8, .shape = {4, {MADE_ROWS, 3, 6, 5}}, .data = x, .coefficients = 3,
                                    .std = std});
}
static void two_means(struct hs_dump_writer *w)
{
    static uint8_t x[MADE_ROWS * 90];
    static const double mean[] = {1, 0};
    replace(w, "/data/evaluation/inputs/image",
            &(struct hs_dump_array){.type = HS_DUMP_U8, .shape = {4, {MADE_ROWS, 3, 6, 5}}, .data = x, .coefficients = 2,
                                    .mean = mean});
}
static void label(struct hs_dump_writer *w, double bad)
{
    double x[MADE_ROWS] = {0};
    x[9] = bad;
    replace(w, "/data/evaluation/targets",
            &(struct hs_dump_array){.type = HS_DUMP_F64, .shape = {1, {MADE_ROWS}}, .data = x});
}
static void high_label(struct hs_dump_writer *w) { label(w, MADE_CLASSES); }
static void low_label(struct hs_dump_writer *w) { label(w, -2); }
static void broken_label(struct hs_dump_writer *w) { label(w, 1.5); }
static void few_targets(struct hs_dump_writer *w)
{
    int64_t x[5] = {0};
    replace(w, "/data/evaluation/targets", &(struct hs_dump_array){.type = HS_DUMP_I64, .shape = {1, {5}}, .data = x});
}
static void wide_targets(struct hs_dump_writer *w)
{
    int64_t x[MADE_ROWS * 2] = {0};
    replace(w, "/data/evaluation/targets",
            &(struct hs_dump_array){.type = HS_DUMP_I64, .shape = {2, {MADE_ROWS, 2}}, .data = x});
}
static void grey_mask(struct hs_dump_writer *w)
{
    float x[MADE_ROWS] = {0.5f};
    replace(w, "/data/evaluation/mask",
            &(struct hs_dump_array){.type = HS_DUMP_F32, .shape = {1, {MADE_ROWS}}, .data = x});
}
static void negative_cluster(struct hs_dump_writer *w)
{
    int64_t x[MADE_ROWS] = {0, -1};
    replace(w, "/data/evaluation/cluster",
            &(struct hs_dump_array){.type = HS_DUMP_I64, .shape = {1, {MADE_ROWS}}, .data = x});
}
static void no_inputs(struct hs_dump_writer *w) { H5Ldelete(w->id, "/data/evaluation/inputs", H5P_DEFAULT); }
static void no_split(struct hs_dump_writer *w) { H5Ldelete(w->id, "/data/evaluation", H5P_DEFAULT); }
static void loop_of_links(struct hs_dump_writer *w)
{
    H5Ldelete(w->id, "/network/n0008/weight", H5P_DEFAULT);
    H5Lcreate_soft("/network/n0008/weight", w->id, "/network/n0008/weight", H5P_DEFAULT, H5P_DEFAULT);
}

static const struct fault {
    void (*make)(struct hs_dump_writer *);
    enum hs_status status;
    const char *say[3]; /* what the message must name */
} faults[] = {
    {no_version, HS_EDATA, {"halfstep_dump"}},
    {later_version, HS_EDATA, {"version 2"}},
    {odd_task, HS_EDATA, {"gardening", "task"}},
    {no_layout, HS_EDATA, {"layout", "/network"}},
    {no_op, HS_EDATA, {"op", "/network/n0002"}},
    {op_is_number, HS_EDATA, {"op", "/network/n0002"}},
    {unknown_ops, HS_EDATA, {"rellu", "frobnicate", "did you mean 'relu'"}},
    {dangling, HS_EDATA, {"n0044", "/network/n0002"}},
    {forward, HS_EDATA, {"relu", "/network/n0002"}},
    {no_such_port, HS_EDATA, {"@y", "/network/n0002"}},
    {odd_reference, HS_EDATA, {"n0001:x", "/network/n0002"}},
    {no_such_result, HS_EDATA, {"2", "norm"}},
    {later_share, HS_EDATA, {"again"}},
    {odd_shape, HS_EDATA, {"shape", "/network/inputs/image", "0"}},
    {few_axes, HS_EDATA, {"/network/inputs/image", "2 axes labels for 4"}},
    {stranger_in_network, HS_EDATA, {"/network/weights"}},
    {small_gamma, HS_EDATA, {"(6)", "(8)", "norm"}},
    {bad_weight, HS_ENUM, {"3 values", "[1, 5]", "last"}},
    {text_weight, HS_EDATA, {"/network/n0008/weight", "not numeric"}},
    {external_link, HS_EDATA, {"/network/n0008/weight", "link to another file"}},
    {external_group, HS_EDATA, {"/network/n0008", "link to another file"}},
    {external_storage, HS_EDATA, {"/network/n0008/weight", "another file"}},
    {virtual_elsewhere, HS_EDATA, {"/network/n0008/weight", "another folder"}},
    {huge, HS_EDATA, {"/network/n0008/weight", "(1048576, 1048576)", "more than the file could hold"}},
    {huge_chunked, HS_EDATA, {"/network/n0008/weight", "more than the file could hold"}},
    {overflow, HS_EDATA, {"/network/n0008/weight", "64 bits"}},
    {loop_of_links, HS_EDATA, {"/network/n0008/weight"}},
    {wrong_image, HS_ESHAPE, {"(12, 3, 7, 4)", "(-, 3, 6, 5)", "/data/evaluation/inputs/image"}},
    {bad_image, HS_ENUM, {"2 values", "[4, 1, 0, 1]", "/data/evaluation/inputs/image"}},
    {zero_std, HS_ENUM, {"std", "0"}},
    {two_means, HS_ESHAPE, {"mean", "2 values", "3 channels"}},
    {high_label, HS_ESHAPE, {"label 7 at row 9", "7 classes", "/data/evaluation/targets"}},
    {low_label, HS_ESHAPE, {"label -2 at row 9"}},
    {broken_label, HS_ESHAPE, {"label 1.5 at row 9"}},
    {few_targets, HS_ESHAPE, {"5 rows", "12", "/data/evaluation/targets"}},
    {wide_targets, HS_ESHAPE, {"(-, 2)", "(-, 7)"}},
    {grey_mask, HS_EDATA, {"0.5", "/data/evaluation/mask"}},
    {negative_cluster, HS_EDATA, {"-1", "/data/evaluation/cluster"}},
    {no_inputs, HS_EDATA, {"/data/evaluation/inputs", "calibration, evaluation"}},
    {no_split, HS_EDATA, {"/data/evaluation/inputs", "calibration"}},
};

START_TEST(each_fault_is_named)
{
    const struct fault *f = &faults[_i];
    struct hs_err e = {0};
    struct hs_net net = {0};
    struct hs_data d = {0};
    struct hs_data_where where = {.split = "evaluation"};
    struct hs_dump_writer w = {0};
    const char *path = made_path("fault.h5");
    size_t n;
    made_dump(path, true);
    w = (struct hs_dump_writer){.id = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), .path = (char *)path};
    f->make(&w);
    ck_assert_int_ge(H5Fclose(w.id), 0);
    hs_dump_init();
    enum hs_status st = hs_dump_read_net(path, false, &net, &e);
    if (!st) st = hs_data_count(&net, &where, &n, &e);
    if (!st) st = hs_data_read(&net, &where, NULL, n, &d, &e);
    ck_assert_msg(st == f->status, "status %d: %s (%s)", st, e.what, e.where);
    for (int i = 0; i < 3 && f->say[i]; i++)
        ck_assert_msg(strstr(e.what, f->say[i]) || strstr(e.where, f->say[i]), "'%s' is not said: %s (%s)", f->say[i], e.what,
                      e.where);
    ck_assert_msg(strstr(e.what, path) || strstr(e.where, path), "the file is not named: %s (%s)", e.what, e.where);
    hs_data_free(&d);
    hs_net_close(&net);
    all_closed();
    unlink(path);
}
END_TEST

START_TEST(nonfinite_values_may_be_allowed)
{
    struct hs_err e = {0};
    struct hs_net net;
    struct hs_data d;
    struct hs_data_where where = {.split = "evaluation", .allow_nonfinite = true};
    const char *path = made_path("nan.h5");
    made_dump(path, true);
    struct hs_dump_writer w = {.id = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), .path = (char *)path};
    bad_weight(&w), bad_image(&w);
    H5Fclose(w.id);
    ck_ok(hs_dump_read_net(path, true, &net, &e));
    ck_ok(hs_data_read(&net, &where, NULL, MADE_ROWS, &d, &e));
    ck_assert(isnan(d.input[0].data[4 * 90 + 1 * 3 + 1]));
    hs_data_free(&d);
    hs_net_close(&net);
    unlink(path);
}
END_TEST

START_TEST(rows_beyond_the_end_are_refused)
{
    struct hs_err e = {0};
    struct hs_net net;
    struct hs_data d;
    size_t n, row[] = {3, 12};
    const char *path = made_path("rows.h5");
    made_dump(path, true);
    ck_ok(hs_dump_read_net(path, false, &net, &e));
    struct hs_data_where where = {.split = "evaluation", .row_begin = 4, .row_end = 40};
    ck_assert_int_eq(hs_data_count(&net, &where, &n, &e), HS_ESHAPE);
    ck_assert_ptr_nonnull(strstr(e.what, "4:40"));
    e = (struct hs_err){0};
    where.row_begin = where.row_end = 0;
    ck_assert_int_eq(hs_data_read(&net, &where, row, 2, &d, &e), HS_ESHAPE);
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_data_read(&net, &where, NULL, 13, &d, &e), HS_ESHAPE);
    hs_net_close(&net);
    unlink(path);
}
END_TEST

/* Every allocation of a reading fails once; nothing may leak or crash (the sanitizers look). */
START_TEST(running_out_of_memory_is_an_error)
{
    struct hs_err e = {0};
    struct hs_net net;
    const char *path = made_path("memory.h5");
    long k = 1;
    made_dump(path, true);
    for (;; k++) {
        e = (struct hs_err){0};
        hs_mem_fail_at(k);
        enum hs_status st = hs_dump_read_net(path, false, &net, &e);
        hs_mem_fail_at(0);
        if (!st) break;
        ck_assert_msg(st == HS_ENOMEM, "allocation %ld: %d %s", k, st, e.what);
        ck_assert_ptr_null(net.arena);
    }
    ck_assert_int_gt(k, 20);
    hs_net_close(&net);
    unlink(path);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bad input");
    TCase *t = tcase_create("files");
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* hs_dump_init comes later: after it no external link can be made */
    tcase_add_test(t, what_is_no_dump_is_named);
    tcase_add_test(t, truncated_anywhere_is_an_error);
    tcase_add_loop_test(t, mutated_files_never_crash_us, 0, 6);
    tcase_add_loop_test(t, each_fault_is_named, 0, sizeof faults / sizeof *faults);
    tcase_add_test(t, nonfinite_values_may_be_allowed);
    tcase_add_test(t, rows_beyond_the_end_are_refused);
    tcase_add_test(t, running_out_of_memory_is_an_error);
    suite_add_tcase(s, t);
    return check_main(s);
}
