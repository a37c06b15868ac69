/* test_peers.c - the thresholds that the toolkits themselves choose on 2^20 standard values,
 * and the exact minima. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/data.h"
#include "check_main.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { N = 1 << 20 };
enum { G, L, R, T, SETS };
static const char *const sets[] = {"gauss", "laplace", "relu", "t3"};
static struct hs_summary *seen[SETS];

/* data/make_tensors.py of the shared folder needs numpy and h5py; it is run once, its file kept
 * in the build folder. */
static const char *tensors(char *path, size_t room)
{
    const char *shared = getenv("SHARED"), *build = getenv("BUILDDIR");
    char make[16384];
    if (!shared || !build) return "SHARED or BUILDDIR is not set";
    snprintf(path, room, "%s/tests/calib/standard-tensors.h5", build);
    if (access(path, R_OK) == 0) return NULL;
    snprintf(make, sizeof make, "%s/data/make_tensors.py", shared);
    if (access(make, R_OK) != 0) return "no data/make_tensors.py in the shared folder";
    snprintf(
        make, sizeof make,
        "/usr/bin/python3 '%s/data/make_tensors.py' '%s.%d' 20 2>/dev/null && mv '%s.%d' '%s'",
        shared, path, (int)getpid(), path, (int)getpid(), path);
    return system(make) == 0 ? NULL : "make_tensors.py failed: numpy or h5py is missing";
}

static const char *load(void)
{
    char path[4096], name[64];
    const char *why = tensors(path, sizeof path);
    if (why) return why;
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    float *x = malloc(N * sizeof *x);
    for (int k = 0; k < SETS; k++) {
        snprintf(name, sizeof name, "activations/%s", sets[k]);
        hid_t d = H5Dopen2(file, name, H5P_DEFAULT);
        if (d < 0 || H5Dread(d, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, x) < 0)
            return "unreadable";
        H5Dclose(d);
        seen[k] = summary_of(x, N);
    }
    free(x);
    H5Fclose(file);
    return NULL;
}

enum what { HI, LO, SCALE, ERROR };
static const struct row {
    const char *strategy;
    double knob0;       /* of the first knob; 0: its default */
    const char *format; /* for relu the unsigned one where the toolkit was told so */
    int set;
    enum what what;
    double value;
} rows[] = {
    {"minmax", 0, "int8", G, LO, -4.601699352264404},
    {"minmax", 0, "int8", G, HI, 4.534245491027832},
    {"minmax", 0, "int8", L, LO, -11.596885681152344},
    {"minmax", 0, "int8", L, HI, 13.954594612121582},
    {"minmax", 0, "int8", R, LO, 0},
    {"minmax", 0, "int8", R, HI, 4.696444511413574},
    {"minmax", 0, "int8", T, LO, -127.39295959472656},
    {"minmax", 0, "int8", T, HI, 253.9716033935547},
    {"onnxruntime-entropy", 0, "int8", G, LO, -4.601699352264404},
    {"onnxruntime-entropy", 0, "int8", G, HI, 4.534245491027832},
    {"onnxruntime-entropy", 0, "int8", L, HI, 13.954594612121582},
    {"onnxruntime-entropy", 0, "int8", R, HI, 4.696444511413574},
    {"onnxruntime-entropy", 0, "int8", T, HI, 253.9716033935547},
    {"onnxruntime-entropy", 2048, "int8", G, HI, 4.385994911193848},
    {"onnxruntime-entropy", 2048, "int8", L, HI, 9.661921501159668},
    {"onnxruntime-entropy", 2048, "int8", R, HI, 2.646336317062378},
    {"onnxruntime-entropy", 2048, "int8", T, HI, 16.121244430541992},
    {"onnxruntime-percentile", 0, "int8", G, HI, 4.336562156677246},
    {"onnxruntime-percentile", 0, "int8", L, HI, 11.249528884887695},
    {"onnxruntime-percentile", 0, "int8", R, HI, 4.15295934677124},
    {"onnxruntime-percentile", 0, "int8", R, LO, 0},
    {"onnxruntime-percentile", 0, "int8", T, HI, 70.56144714355469},
    {"nvidia-entropy", 0, "int8", G, HI, 4.406217098236084},
    {"nvidia-entropy", 0, "int8", L, HI, 10.179768562316895},
    {"nvidia-entropy", 0, "uint8", R, HI, 4.462539196014404},
    {"nvidia-entropy", 0, "int8", T, HI, 19.84153175354004},
    {"nvidia-mse", 0, "int8", G, HI, 3.8793134689331055},
    {"nvidia-mse", 0, "int8", L, HI, 9.597190856933594},
    {"nvidia-mse", 0, "uint8", R, HI, 4.216022491455078},
    {"nvidia-mse", 0, "int8", T, HI, 83.8924789428711},
    {"nvidia-percentile", 0, "int8", G, HI, 3.8871777057647705},
    {"nvidia-percentile", 0, "int8", L, HI, 9.075937271118164},
    {"nvidia-percentile", 0, "int8", R, HI, 3.726426839828491},
    {"nvidia-percentile", 0, "int8", T, HI, 27.034086227416992},
    {"ppq-kl", 0, "int8", G, SCALE, 0.03595077618956566},
    {"ppq-kl", 0, "int8", L, SCALE, 0.09539273381233215},
    {"ppq-kl", 0, "int8", R, SCALE, 0.03669097274541855},
    {"ppq-kl", 0, "int8", T, SCALE, 0.1860143542289734},
    {"ppq-mse", 0, "int8", G, SCALE, 0.03158028796315193},
    {"ppq-mse", 0, "int8", L, SCALE, 0.08208584785461426},
    {"ppq-mse", 0, "int8", R, SCALE, 0.032230500131845474},
    {"ppq-mse", 0, "int8", T, SCALE, 0.9959670901298523},
    {"torch-histogram", 0, "int8", G, SCALE, 0.033852558583021164},
    {"torch-histogram", 0, "int8", L, SCALE, 0.08038533478975296},
    {"torch-histogram", 0, "int8", R, SCALE, 0.034172963351011276},
    {"torch-histogram", 0, "int8", T, SCALE, 0.4540325105190277},
};
enum { ROWS = sizeof rows / sizeof *rows };

static struct hs_target target(const char *format)
{
    struct hs_err e = {0};
    return (struct hs_target){
        .format = hs_format_find(format, &e), .symmetric = true, .restricted = true};
}

START_TEST(presets_choose_what_their_toolkit_chooses)
{
    const struct row *r = &rows[_i];
    struct hs_err e = {0};
    struct hs_target t = target(r->format);
    const struct hs_calib_type *type = hs_calib_find(r->strategy, &e);
    double knob[HS_MAX_KNOBS] = {0};
    for (size_t k = 0; type->knob && type->knob[k].name; k++) knob[k] = type->knob[k].value;
    if (r->knob0 > 0) knob[0] = r->knob0;
    struct hs_fit f;
    ck_ok(hs_calib_fit(type, seen[r->set], &t, knob, &f, &e));
    double got = r->what == HI ? f.hi : r->what == LO ? f.lo : f.scale;
    ck_assert_msg(fabs(got - r->value) <= 5e-7 * fabs(r->value),
                  "%s on %s: %.9g, the toolkit has %.9g", r->strategy, sets[r->set], got,
                  r->value);
}
END_TEST

/* t3 has a flat valley: within 1e-5 of the least error its threshold ranges over 80.18
 * .. 80.73. */
static const struct {
    const char *format;
    double threshold, error, width;
} least[SETS] = {
    [G] = {"int8", 3.873457, 8.541454034e-5, 1e-4},
    [L] = {"int8", 9.597268, 5.605360863e-4, 1e-4},
    [R] = {"uint8", 4.188032, 1.217260127e-5, 1e-4},
    [T] = {"int8", 80.6116, 0.07650890367, 0.5},
};

START_TEST(mse_reaches_the_least_error)
{
    struct hs_err e = {0};
    struct hs_target t = target(least[_i].format);
    struct hs_fit f;
    struct hs_loss loss;
    ck_ok(hs_calib_fit(hs_calib_find("mse", &e), seen[_i], &t, NULL, &f, &e));
    ck_ok(hs_calib_loss(seen[_i], &t, &f, &loss, &e));
    ck_assert_msg(loss.squared / N <= least[_i].error * (1 + 1e-7), "%s: %.12g", sets[_i],
                  loss.squared / N);
    ck_assert_msg(loss.squared / N >= least[_i].error * (1 - 1e-6), "%s: %.12g is too good",
                  sets[_i], loss.squared / N);
    ck_assert_msg(fabs(f.hi - least[_i].threshold) <= least[_i].width, "%s: threshold %.9g",
                  sets[_i], f.hi);
    ck_assert_str_eq(f.warning, "");
}
END_TEST

static const char *warning_of(const char *strategy, int set, struct hs_fit *f)
{
    struct hs_err e = {0};
    struct hs_target t = target("int8");
    ck_ok(hs_calib_fit(hs_calib_find(strategy, &e), seen[set], &t, NULL, f, &e));
    return f->warning;
}

START_TEST(defects_are_named)
{
    struct hs_fit f;
    ck_assert_str_eq(warning_of("onnxruntime-entropy", G, &f),
                     "one candidate: this is min-max");
    ck_assert_int_eq(f.candidates, 1);
    ck_assert_ptr_nonnull(strstr(warning_of("torch-histogram", G, &f), "lacks 64 of 1048576"));
    ck_assert_ptr_nonnull(
        strstr(warning_of("onnxruntime-percentile", R, &f), "called symmetric"));
    warning_of("ppq-kl", G, &f);
    ck_assert_int_eq(f.candidates, 32);
    warning_of("ppq-mse", G, &f);
    ck_assert_int_eq(f.candidates, 9);
    warning_of("nvidia-entropy", G, &f);
    ck_assert_int_eq(f.candidates, 1921);
}
END_TEST

/* The table of what the toolkits lose against the optimum, two or three digits. */
static const struct {
    const char *strategy;
    double knob0, ratio[SETS];
} lost[] = {
    {"minmax", 0, {1.28, 1.79, 1.16, 4.20}},
    {"onnxruntime-entropy", 2048, {1.17, 1.00, 58.4, 2.55}},
    {"nvidia-entropy", 0, {1.18, 1.03, 1.06, 2.20}},
    {"nvidia-mse", 0, {1.000, 1.000, 1.000, 1.003}},
};

START_TEST(losses_against_the_optimum)
{
    struct hs_err e = {0};
    const struct hs_calib_type *type = hs_calib_find(lost[_i].strategy, &e);
    double knob[HS_MAX_KNOBS] = {0};
    for (size_t k = 0; type->knob && type->knob[k].name; k++) knob[k] = type->knob[k].value;
    if (lost[_i].knob0 > 0) knob[0] = lost[_i].knob0;
    for (int k = 0; k < SETS; k++) {
        struct hs_target t = target(least[k].format);
        struct hs_fit f;
        struct hs_loss loss;
        ck_ok(hs_calib_fit(type, seen[k], &t, knob, &f, &e));
        ck_ok(hs_calib_loss(seen[k], &t, &f, &loss, &e));
        double ratio = loss.squared / N / least[k].error,
               digit = lost[_i].ratio[k] > 10 ? 0.05 : 0.0055;
        ck_assert_msg(fabs(ratio - lost[_i].ratio[k]) <= digit, "%s on %s: %.4f, not %.4g",
                      lost[_i].strategy, sets[k], ratio, lost[_i].ratio[k]);
    }
}
END_TEST

int main(void)
{
    const char *why = load();
    if (why) {
        printf("SKIPPED calib/test_peers: %s\n", why);
        return 77;
    }
    Suite *s = suite_create("calib peers");
    TCase *c = tcase_create("thresholds");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, presets_choose_what_their_toolkit_chooses, 0, ROWS);
    tcase_add_loop_test(c, mse_reaches_the_least_error, 0, SETS);
    tcase_add_test(c, defects_are_named);
    tcase_add_loop_test(c, losses_against_the_optimum, 0, sizeof lost / sizeof *lost);
    suite_add_tcase(s, c);
    return check_main(s);
}
