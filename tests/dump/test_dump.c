/* test_dump.c - what is written is read back the same: networks, parameters of every type, data, recordings. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"
#include "made.h"

#include "base/mem.h"
#include "base/rng.h"
#include "dump/put.h"
#include "dump/recorded.h"
#include "dump/stream.h"
#include "net/op.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

START_TEST(a_network_comes_back_as_it_went)
{
    struct hs_err e = {0};
    struct hs_net net, back;
    const char *path = made_path("round.h5");
    made_net(&net, _i);
    ck_ok(hs_dump_write_net(path, &net, &e));
    ck_ok(hs_dump_read_net(path, false, &back, &e));
    ck_assert(hs_key_equal(net.digest, back.digest));
    ck_assert_str_eq(net.name, back.name);
    ck_assert_str_eq(net.source, back.source);
    ck_assert_str_eq(back.path, path);
    ck_assert_int_eq(net.task, back.task);
    ck_assert(!back.logits);
    ck_assert_uint_eq(net.ports, back.ports);
    for (size_t i = 0; i < net.ports; i++) {
        ck_assert_str_eq(net.port[i].name, back.port[i].name);
        ck_assert(hs_shape_equal(&net.port[i].shape, &back.port[i].shape));
        ck_assert((net.port[i].axes == NULL) == (back.port[i].axes == NULL));
    }
    ck_assert_str_eq(net.port[0].axes, back.port[0].axes);
    ck_assert_uint_eq(net.nodes, back.nodes);
    for (size_t i = 0; i < net.nodes; i++) {
        ck_assert_str_eq(net.node[i].name, back.node[i].name);
        ck_assert_ptr_eq(net.node[i].op, back.node[i].op);
        ck_assert_int_eq(net.node[i].shares, back.node[i].shares);
        ck_assert_uint_eq(net.node[i].params, back.node[i].params);
        ck_assert_uint_eq(net.node[i].attrs, back.node[i].attrs);
    }
    hs_net_close(&net);
    hs_net_close(&back);
    unlink(path);
}
END_TEST

static size_t slurp(const char *path, char *to, size_t most)
{
    FILE *f = fopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    size_t n = fread(to, 1, most, f);
    fclose(f);
    return n;
}

START_TEST(two_writings_have_the_same_bytes)
{
    static char a[1 << 20], b[1 << 20];
    const char *one = made_path("one.h5"), *two = made_path("two.h5");
    made_dump(one, true);
    made_dump(two, true);
    size_t n = slurp(one, a, sizeof a);
    ck_assert_uint_eq(n, slurp(two, b, sizeof b));
    ck_assert(n > 1000 && n < sizeof a && !memcmp(a, b, n));
    unlink(one), unlink(two);
}
END_TEST

START_TEST(an_unfinished_dump_leaves_no_file)
{
    struct hs_err e = {0};
    struct hs_dump_writer *w;
    const char *path = made_path("never.h5");
    char temporary[600];
    ck_ok(hs_dump_create(path, &w, &e));
    snprintf(temporary, sizeof temporary, "%s", w->temporary);
    ck_assert_int_eq(access(temporary, F_OK), 0);
    hs_dump_abandon(w);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_ne(access(temporary, F_OK), 0);
    ck_assert_int_eq(hs_dump_create("/nowhere/at/all.h5", &w, &e), HS_ECREATE);
    ck_assert_ptr_nonnull(strstr(e.what, "/nowhere/at/all.h5"));
}
END_TEST

/* 24 small integers, which every type can hold. */
static void fill(enum hs_dump_type t, void *to)
{
    for (int i = 0; i < 24; i++) {
        int v = hs_dump_type_is_integer(t) && t % 2 == 0 ? i : i - 12;
        switch (t) {
        case HS_DUMP_U8: case HS_DUMP_I8: ((int8_t *)to)[i] = (int8_t)v; break;
        case HS_DUMP_U16: case HS_DUMP_I16: ((int16_t *)to)[i] = (int16_t)v; break;
        case HS_DUMP_U32: case HS_DUMP_I32: ((int32_t *)to)[i] = v; break;
        case HS_DUMP_U64: case HS_DUMP_I64: ((int64_t *)to)[i] = v; break;
        case HS_DUMP_F32: ((float *)to)[i] = (float)v; break;
        case HS_DUMP_F64: ((double *)to)[i] = v; break;
        case HS_DUMP_BF16: {
            float f = (float)v;
            memcpy((uint16_t *)to + i, (char *)&f + 2, 2);
            break;
        }
        case HS_DUMP_F16: { /* small integers: exponent and the leading bits of the magnitude */
            int m = abs(v), k = 0;
            while (m >> (k + 1)) k++;
            unsigned bits = m ? (unsigned)(k + 15) << 10 | (unsigned)((m << (10 - k)) & 0x3ff) : 0;
            ((uint16_t *)to)[i] = (uint16_t)(bits | (v < 0 ? 0x8000u : 0));
        }
        }
    }
}

/* The weight of `last` is replaced by one of another type. */
static void with_weight(const char *path, const struct hs_dump_array *x)
{
    struct hs_err e = {0};
    struct hs_net net;
    struct hs_dump_writer *w;
    struct hs_shape in = {2, {0, 4}};
    struct hs_tensor t = made_tensor("w", 2, (size_t[]){6, 4});
    ck_ok(hs_net_open(&net, "types", false, &e));
    ck_ok(hs_net_add_port(&net, "x", &in, false, &e));
    ck_ok(hs_net_add_node(&net, "fc", "linear", &e));
    ck_ok(hs_net_input(&net, (struct hs_ref){.node = -1}, &e));
    ck_ok(hs_net_param(&net, "weight", &t, &e));
    ck_ok(hs_net_output(&net, (struct hs_ref){.node = 0}, &e));
    ck_ok(hs_net_finish(&net, false, &e));
    ck_ok(hs_dump_create(path, &w, &e));
    ck_ok(hs_dump_put_net(w, &net, &e));
    H5Ldelete(w->id, "/network/n0000/weight", H5P_DEFAULT);
    ck_ok(hs_dump_put(w, "/network/n0000/weight", x, &e));
    ck_ok(hs_dump_finish(w, &e));
    hs_tensor_free(&t);
    hs_net_close(&net);
}

START_TEST(parameters_of_every_type)
{
    struct hs_err e = {0};
    struct hs_net net;
    double room[24];
    const char *path = made_path("type.h5");
    enum hs_dump_type type = (enum hs_dump_type)_i;
    fill(type, room);
    with_weight(path, &(struct hs_dump_array){.type = type, .shape = {2, {6, 4}}, .data = room});
    ck_ok(hs_dump_read_net(path, false, &net, &e));
    const struct hs_param *p = hs_node_param(&net, &net.node[0], "weight");
    for (int i = 0; i < 24; i++)
        ck_assert_float_eq(p->value.data[i], (float)(hs_dump_type_is_integer(type) && type % 2 == 0 ? i : i - 12));
    hs_net_close(&net);
    struct hs_stream *s;
    const float *value;
    size_t n;
    ck_ok(hs_stream_open(path, "/network/n0000/weight", &s, &e));
    ck_assert_int_eq(hs_stream_info(s)->type, type);
    ck_ok(hs_stream_next(s, &value, &n, &e));
    ck_assert_uint_eq(n, 24);
    ck_assert_float_eq(value[23], hs_dump_type_is_integer(type) && type % 2 == 0 ? 23 : 11);
    ck_assert_int_eq(hs_stream_next(s, &value, &n, &e), HS_DONE);
    hs_stream_close(s);
    unlink(path);
}
END_TEST

START_TEST(every_half_is_converted_exactly)
{
    static uint16_t raw[65536];
    static float f16[65536], bf16[65536];
    static double f16d[65536];
    for (unsigned i = 0; i < 65536; i++) raw[i] = (uint16_t)i;
    hs_dump_to_floats(HS_DUMP_F16, raw, 65536, f16);
    hs_dump_to_doubles(HS_DUMP_F16, raw, 65536, f16d);
    hs_dump_to_floats(HS_DUMP_BF16, raw, 65536, bf16);
    for (unsigned i = 0; i < 65536; i++) {
        int sign = i >> 15 ? -1 : 1, e = (int)(i >> 10 & 31), m = (int)(i & 1023);
        double want = e == 31 ? (m ? NAN : INFINITY) : ldexp(e ? 1024 + m : m, (e ? e : 1) - 25);
        if (isnan(want)) ck_assert(isnan(f16[i]) && isnan(f16d[i]));
        else {
            ck_assert_double_eq(f16[i], sign * want);
            ck_assert_double_eq(f16d[i], sign * want);
            ck_assert_int_eq(signbit(f16[i]) != 0, sign < 0);
        }
        e = (int)(i >> 7 & 255), m = (int)(i & 127);
        want = e == 255 ? (m ? NAN : INFINITY) : ldexp(e ? 128 + m : m, (e ? e : 1) - 134);
        if (isnan(want)) ck_assert(isnan(bf16[i]));
        else ck_assert_double_eq(bf16[i], sign * want);
    }
}
END_TEST

static void check_image(const struct hs_data *d, const size_t *row, size_t n, size_t begin, const char *split, bool nchw)
{
    uint64_t key = hs_rng_key(2, split);
    const double mean[] = {0.1, 0.2, 0.3}, std[] = {0.5, 0.25, 0.125};
    ck_assert_uint_eq(d->input[0].shape.dim[3], 3);
    for (size_t i = 0; i < n; i++)
        for (size_t p = 0; p < 30; p++)
            for (size_t c = 0; c < 3; c++) {
                size_t from = (begin + (row ? row[i] : i)) * 90 + (nchw ? c * 30 + p : p * 3 + c);
                double raw = (double)(uint8_t)(256 * hs_rng_at(key, from));
                float want = (float)((raw * (1.0 / 255) - mean[c]) / std[c]);
                ck_assert_float_eq(d->input[0].data[(i * 30 + p) * 3 + c], want);
            }
}

START_TEST(data_are_normalised_and_in_memory_order)
{
    struct hs_err e = {0};
    struct hs_net net;
    struct hs_data d, same;
    bool nchw = _i;
    size_t n, row[] = {6, 0, 1, 2, 6, 3, 5};
    const char *path = made_path("data.h5");
    struct hs_data_where where = {.split = "evaluation"};
    made_dump(path, nchw);
    ck_ok(hs_dump_read_net(path, false, &net, &e));
    ck_ok(hs_data_count(&net, &where, &n, &e));
    ck_assert_uint_eq(n, MADE_ROWS);
    ck_ok(hs_data_read(&net, &where, NULL, n, &d, &e));
    check_image(&d, NULL, n, 0, "evaluation", nchw);
    ck_assert_uint_eq(d.ports, 2);
    ck_assert_uint_eq(d.target_width, 1);
    ck_assert_uint_eq(d.mask_width, 1);
    for (size_t i = 0; i < n; i++) {
        ck_assert_float_eq(d.target[i], (float)(i % (MADE_CLASSES + 1)) - 1);
        ck_assert_uint_eq(d.cluster[i], i / 3);
        ck_assert_float_eq(d.mask[i], i != 5);
    }
    ck_ok(hs_data_read(&net, &where, NULL, n, &same, &e));
    ck_assert(hs_key_equal(d.digest, same.digest));
    hs_data_free(&same);
    hs_data_free(&d);
    where = (struct hs_data_where){.file = path, .split = "calibration", .row_begin = 4, .row_end = 11};
    ck_ok(hs_data_count(&net, &where, &n, &e));
    ck_assert_uint_eq(n, 7);
    ck_ok(hs_data_read(&net, &where, row, 7, &d, &e));
    check_image(&d, row, 7, 4, "calibration", nchw);
    struct hs_tensor extra = made_tensor("calibration", 2, (size_t[]){MADE_ROWS, 4});
    for (int i = 0; i < 7; i++) {
        ck_assert_uint_eq(d.cluster[i], (4 + row[i]) / 3);
        ck_assert_float_eq(d.input[1].data[4 * i + 2], extra.data[4 * (4 + row[i]) + 2]);
    }
    hs_tensor_free(&extra);
    hs_data_free(&d);
    hs_net_close(&net);
    unlink(path);
}
END_TEST

START_TEST(data_may_lie_elsewhere_under_any_name)
{
    struct hs_err e = {0};
    struct hs_net net;
    struct hs_data d;
    struct hs_dump_writer *w;
    const char *path = made_path("ids.h5"), *other = made_path("elsewhere.h5");
    struct hs_shape in = {2, {0, 3}};
    int32_t ids[] = {5, 0, 70000, 1, 2, 3};
    double two = 2;
    ck_ok(hs_net_open(&net, "ids", false, &e));
    ck_ok(hs_net_add_port(&net, "ids", &in, true, &e));
    ck_ok(hs_net_add_node(&net, "same", "identity", &e));
    ck_ok(hs_net_input(&net, (struct hs_ref){.node = -1}, &e));
    ck_ok(hs_net_output(&net, (struct hs_ref){.node = 0}, &e));
    ck_ok(hs_net_finish(&net, false, &e));
    ck_ok(hs_dump_write_net(path, &net, &e));
    hs_net_close(&net);
    ck_ok(hs_dump_create(other, &w, &e));
    struct hs_dump_array x = {.type = HS_DUMP_I32, .shape = {2, {2, 3}}, .data = ids, .coefficients = 1, .scale = &two};
    ck_ok(hs_dump_put(w, "/some/where/tokens", &x, &e));
    ck_ok(hs_dump_finish(w, &e));
    ck_ok(hs_dump_read_net(path, false, &net, &e));
    ck_assert(net.port[0].integer);
    struct hs_data_where where = {.file = other, .inputs = "some/where/tokens"};
    ck_ok(hs_data_read(&net, &where, NULL, 2, &d, &e));
    for (int i = 0; i < 6; i++) ck_assert_float_eq(d.input[0].data[i], (float)ids[i]); /* never normalised */
    ck_assert(!d.target && !d.mask && !d.cluster);
    hs_data_free(&d);
    where.targets = "/not/there";
    ck_assert_int_eq(hs_data_read(&net, &where, NULL, 2, &d, &e), HS_EDATA);
    ck_assert_ptr_nonnull(strstr(e.what, "/not/there"));
    hs_net_close(&net);
    unlink(path), unlink(other);
}
END_TEST

START_TEST(recorded_outputs_are_found_by_their_node)
{
    struct hs_err e = {0};
    struct hs_net net;
    struct hs_tensor t;
    const char *path = made_path("recorded.h5");
    made_dump(path, true);
    ck_ok(hs_dump_read_net(path, false, &net, &e));
    struct hs_tensor want = made_tensor("recorded", 2, (size_t[]){3, 8});
    ck_ok(hs_dump_read_activation(path, "evaluation", &net, hs_net_find(&net, "again"), &t, &e));
    ck_assert(hs_shape_equal(&t.shape, &want.shape));
    ck_assert_mem_eq(t.data, want.data, 24 * sizeof *t.data);
    hs_tensor_free(&t);
    ck_ok(hs_dump_read_activation(path, "evaluation", &net, hs_net_find(&net, "gelu"), &t, &e));
    ck_assert_ptr_null(t.data);
    ck_ok(hs_dump_read_activation(path, "calibration", &net, hs_net_find(&net, "again"), &t, &e));
    ck_assert_ptr_null(t.data);
    struct hs_recorded r;
    ck_ok(hs_recorded_read(&net, NULL, NULL, &r, &e));
    ck_assert_uint_eq(r.nodes, 1);
    ck_assert_uint_eq(r.samples, 3);
    ck_assert_int_eq(r.node[0].node, hs_net_find(&net, "again"));
    ck_assert_mem_eq(r.node[0].value.data, want.data, 24 * sizeof *t.data);
    ck_assert_uint_eq(r.input[0].shape.dim[0], 3);
    hs_recorded_free(&r);
    hs_tensor_free(&want);
    hs_net_close(&net);
    unlink(path);
}
END_TEST

/* Shapes and storage of a dataset that is streamed. */
static const struct layout {
    struct hs_shape shape;
    size_t chunk;
    int gzip;
} layouts[] = {
    {{0, {0}}, 0, 0},
    {{1, {0}}, 0, 0},
    {{2, {3, 0}}, 0, 0},
    {{1, {1}}, 0, 0},
    {{1, {2500000}}, 0, 0},
    {{1, {2500000}}, 300000, 0},
    {{2, {700, 3001}}, 64, 1},
    {{3, {2, 3, 400000}}, 0, 0},
    {{2, {2, 1200000}}, 1, 0},
};

START_TEST(streams_give_every_value_in_order)
{
    const struct layout *l = &layouts[_i];
    struct hs_err e = {0};
    struct hs_dump_writer *w;
    struct hs_stream *s;
    const char *path = made_path("stream.h5");
    size_t count = hs_shape_count(&l->shape), at = 0, n;
    float *x = hs_alloc(count, sizeof *x);
    for (size_t i = 0; i < count; i++) x[i] = (float)(i % 16777213);
    ck_ok(hs_dump_create(path, &w, &e));
    struct hs_dump_array a = {.type = HS_DUMP_F32, .shape = l->shape, .data = x, .chunk = l->chunk, .gzip = l->gzip};
    ck_ok(hs_dump_put(w, "/x", &a, &e));
    ck_ok(hs_dump_finish(w, &e));
    ck_ok(hs_stream_open(path, "/x", &s, &e));
    ck_assert_uint_eq(hs_stream_info(s)->count, count);
    ck_assert_int_eq(hs_stream_info(s)->rank, l->shape.rank);
    enum hs_status st;
    for (const float *value; !(st = hs_stream_next(s, &value, &n, &e)); at += n)
        ck_assert(at + n <= count && !memcmp(value, x + at, n * sizeof *x));
    ck_assert_int_eq(st, HS_DONE);
    ck_assert_uint_eq(at, count);
    hs_stream_close(s);
    hs_free(x);
    unlink(path);
}
END_TEST

START_TEST(a_virtual_dataset_may_be_longer_than_its_file)
{
    enum { BLOCK = 1 << 20, TIMES = 8 };
    struct hs_err e = {0};
    struct hs_dump_writer *w;
    struct hs_stream *s;
    const char *path = made_path("virtual.h5");
    float *x = hs_alloc(BLOCK, sizeof *x);
    for (size_t i = 0; i < BLOCK; i++) x[i] = (float)i;
    ck_ok(hs_dump_create(path, &w, &e));
    struct hs_dump_array a = {.type = HS_DUMP_F32, .shape = {1, {BLOCK}}, .data = x};
    ck_ok(hs_dump_put(w, "/block", &a, &e));
    hsize_t all[] = {TIMES, BLOCK}, one[] = {1, BLOCK};
    hid_t space = H5Screate_simple(2, all, NULL), source = H5Screate_simple(1, &all[1], NULL);
    hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    for (hsize_t i = 0; i < TIMES; i++) {
        hsize_t start[] = {i, 0};
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, one, NULL);
        H5Pset_virtual(list, space, ".", "/block", source);
    }
    H5Sselect_all(space);
    hid_t id = H5Dcreate2(w->id, "/long", H5T_IEEE_F32LE, space, H5P_DEFAULT, list, H5P_DEFAULT);
    ck_assert_int_ge(id, 0);
    H5Dclose(id), H5Pclose(list), H5Sclose(space), H5Sclose(source);
    ck_ok(hs_dump_finish(w, &e));
    ck_ok(hs_stream_open(path, "/long", &s, &e));
    ck_assert_uint_eq(hs_stream_info(s)->count, (uint64_t)BLOCK * TIMES);
    size_t seen = 0, n;
    for (const float *value; !hs_stream_next(s, &value, &n, &e); seen += n) {
        ck_assert_uint_eq(n, BLOCK);
        ck_assert_mem_eq(value, x, BLOCK * sizeof *x);
    }
    ck_assert_uint_eq(seen, (size_t)BLOCK * TIMES);
    hs_stream_close(s);
    hs_free(x);
    unlink(path);
}
END_TEST

START_TEST(all_numeric_datasets_are_listed)
{
    struct hs_err e = {0};
    struct hs_tensor_list list;
    const char *path = made_path("list.h5");
    made_dump(path, true);
    ck_ok(hs_tensor_list_read(path, &list, &e));
    ck_assert_uint_eq(list.n, 20); /* 9 parameters, 5 parts of each of 2 splits, 1 recording */
    for (size_t i = 1; i < list.n; i++) ck_assert_str_lt(list.info[i - 1].path, list.info[i].path);
    for (size_t i = 0; i < list.n; i++) ck_assert_ptr_null(list.info[i].refused);
    ck_assert_str_eq(list.info[0].path, "/activations/evaluation/n0005");
    hs_tensor_list_free(&list);
    unlink(path);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dump");
    TCase *t = tcase_create("round trips");
    hs_dump_init();
    tcase_add_loop_test(t, a_network_comes_back_as_it_went, 0, 2);
    tcase_add_test(t, two_writings_have_the_same_bytes);
    tcase_add_test(t, an_unfinished_dump_leaves_no_file);
    tcase_add_loop_test(t, parameters_of_every_type, HS_DUMP_U8, HS_DUMP_F64 + 1);
    tcase_add_test(t, every_half_is_converted_exactly);
    tcase_add_loop_test(t, data_are_normalised_and_in_memory_order, 0, 2);
    tcase_add_test(t, data_may_lie_elsewhere_under_any_name);
    tcase_add_test(t, recorded_outputs_are_found_by_their_node);
    tcase_add_loop_test(t, streams_give_every_value_in_order, 0, sizeof layouts / sizeof *layouts);
    tcase_add_test(t, a_virtual_dataset_may_be_longer_than_its_file);
    tcase_add_test(t, all_numeric_datasets_are_listed);
    suite_add_tcase(s, t);
    return check_main(s);
}
