/* test_kws.c - keyword spotting: a Keras file and data from another file give the accuracy that is known of them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_main.h"

#include "dump/dump.h"
#include "net/run.h"

#include <stdio.h>
#include <unistd.h>

struct count {
    const struct hs_data *data;
    int node;
    size_t right;
};

static enum hs_status view(void *ctx, const struct hs_node *node, const struct hs_tensor *out, size_t first,
                           struct hs_err *e)
{
    struct count *c = ctx;
    size_t classes = hs_shape_row(&out->shape);
    (void)e;
    if (node->index != c->node) return HS_OK;
    for (size_t i = 0; i < out->shape.dim[0]; i++) {
        size_t best = 0;
        for (size_t k = 1; k < classes; k++)
            if (out->data[i * classes + k] > out->data[i * classes + best]) best = k;
        c->right += c->data->target[first + i] == (float)best;
    }
    return HS_OK;
}

START_TEST(keywords_are_spotted)
{
    struct hs_err e = {0};
    struct hs_net net;
    struct hs_data data;
    struct hs_net_packs packs = {0};
    char path[600], file[600];
    const char *shared = getenv("SHARED");
    size_t n;
    snprintf(path, sizeof path, "%s/data/mlperf-tiny/kws_ref_model.h5", shared ? shared : "");
    snprintf(file, sizeof file, "%s/data/mlperf-tiny/kws01_inputs.h5", shared ? shared : "");
    if (access(path, R_OK) || access(file, R_OK)) {
        printf("SKIPPED keywords_are_spotted: %s is not there\n", path);
        return;
    }
    ck_ok(hs_dump_read_net(path, false, &net, &e));
    ck_assert_int_eq(net.task, HS_TASK_CLASSIFICATION);
    ck_assert(!net.logits);
    struct hs_data_where where = {.file = file, .inputs = "x", .targets = "y"};
    ck_ok(hs_data_count(&net, &where, &n, &e));
    ck_assert_uint_eq(n, 1000);
    ck_ok(hs_data_read(&net, &where, NULL, n, &data, &e));
    ck_ok(hs_net_pack(&net, &packs, &e));
    struct count c = {.data = &data, .node = net.output[0].node};
    ck_ok(hs_net_run(&packs, data.input, 0, view, &c, &e));
    ck_assert_uint_eq(c.right, 913);
    hs_net_unpack(&packs);
    hs_data_free(&data);
    hs_net_close(&net);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("kws");
    TCase *t = tcase_create("accuracy");
    hs_dump_init();
    tcase_add_test(t, keywords_are_spotted);
    suite_add_tcase(s, t);
    return check_main(s);
}
