/* test_record.c - what is written is what is read, and a damaged record is never taken for a whole one. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "check_main.h"
#include "temp.h"

#include "experiment/put.h"
#include "experiment/record.h"
#include "propagate/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[TEMP_PATH];
static const char id[] = "0123456789abcdef0123456789abcdef";

static void setup(void)
{
    struct hs_err e = {0};
    temp_name(dir, "record");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    char trials[TEMP_PATH + 16];
    snprintf(trials, sizeof trials, "%s/trials", dir);
    ck_ok(hs_store_folder(trials, &e));
}

static void teardown(void)
{
    char path[TEMP_PATH + 16];
    snprintf(path, sizeof path, "rm -rf '%s'", dir);
    ck_assert_int_eq(system(path), 0);
}

/* Every member has a value of its own, the hard ones of float64 among them. */
static const double hard[] = {NAN, INFINITY, -INFINITY, -0.0, 5e-324, 0x1.fffffffffffffp1023, 0.1, 1.0 / 3, 1e22, 123456789.125};
enum { HARD = sizeof hard / sizeof *hard, SAMPLES = 10 };

static void fill_tables(struct hs_trace *t)
{
    static const struct hs_trace_column column[] = {{"who", "who", HS_UNIT_TEXT, true},
                                                    {"share", "share (%)", HS_UNIT_PERCENT, true},
                                                    {"n", "n", HS_UNIT_COUNT, false}};
    struct hs_err e = {0};
    struct hs_trace_table *first = hs_trace_add_table(t, "shares", "Who is to blame.", column, 3, &e);
    ck_assert_ptr_nonnull(hs_trace_add_table(t, "nothing", "No row.", column, 1, &e));
    for (int i = 0; i < HARD * 4; i++) { /* more rows than there is room for at first */
        struct hs_trace_cell *c = hs_trace_row(t, first, &e);
        c[0].text = hs_arena_text(t->arena, "layer \"%d\"\n", i);
        c[1] = (struct hs_trace_cell){"", hard[i % HARD], hard[(i + 1) % HARD], hard[(i + 2) % HARD]};
        c[2].x = i;
    }
}

static void fill(struct hs_record *r)
{
    struct hs_err e = {0};
    static struct hs_level level[] = {{"network", "a/b \"c\" \xc3\xa9", false}, {"order", "random-1", true}};
    *r = (struct hs_record){.arena = hs_arena_open(), .number = 7, .levels = 2, .level = level, .repro = "halfstep run x.yaml"};
    strcpy(r->id, id);
    struct hs_trace *t = &r->trace;
    ck_ok(hs_trace_open(t, &e));
    t->layers = 2, t->order = HS_NEW(t->arena, 2, const char *);
    t->order[0] = "fc/1", t->order[1] = "conv\n2";
    t->sites = 2, t->site = HS_NEW(t->arena, 2, struct hs_site_row);
    for (int i = 0; i < 2; i++)
        t->site[i] = (struct hs_site_row){"fc/1", "weight", "int8", "channel", "mse", i, hard[0], hard[1], hard[2], hard[3], hard[4],
                                          hard[5], hard[6], hard[7], hard[8], hard[9], 1, 2 + i, 3, i ? "" : "one candidate"};
    t->nodes = HARD, t->node = HS_NEW(t->arena, HARD, struct hs_node_row);
    for (int i = 0; i < HARD; i++)
        t->node[i] = (struct hs_node_row){.node = "n", .step = i, .position = -1, .reference = hard[i], .total = i + 0.5,
                                          .predicted = hard[HARD - 1 - i]};
    t->figures = 1, t->figure = HS_NEW(t->arena, 1, struct hs_figure_row);
    t->figure[0] = (struct hs_figure_row){"sqnr", 2, 31.25, NAN, INFINITY};
    t->samples = SAMPLES;
    double **columns[] = {&t->loss, &t->squared, &t->reference};
    for (int k = 0; k < 3; k++) {
        *columns[k] = HS_NEW(t->arena, SAMPLES, double);
        for (int i = 0; i < SAMPLES; i++) (*columns[k])[i] = hard[(i + k) % HARD];
    }
    t->cluster = HS_NEW(t->arena, SAMPLES, uint32_t);
    for (uint32_t i = 0; i < SAMPLES; i++) t->cluster[i] = UINT32_MAX - i;
    t->calibrations = 3, t->evaluations = 1e15, t->order_evaluations = 0;
    fill_tables(t);
}

static bool same(double a, double b) { return isnan(a) ? isnan(b) : a == b && signbit(a) == signbit(b); }

static void check_tables(const struct hs_trace *t)
{
    ck_assert_uint_eq(t->tables, 2);
    const struct hs_trace_table *a = hs_trace_find(t, "shares"), *b = hs_trace_find(t, "nothing");
    ck_assert_ptr_null(hs_trace_find(t, "else"));
    ck_assert(b && b->rows == 0 && b->columns == 1 && b->column[0].unit == HS_UNIT_TEXT);
    ck_assert(a && a->rows == HARD * 4 && a->columns == 3);
    ck_assert_str_eq(a->caption, "Who is to blame.");
    ck_assert_str_eq(a->column[1].heading, "share (%)");
    ck_assert(a->column[1].unit == HS_UNIT_PERCENT && a->column[1].interval && !a->column[2].interval);
    for (int i = 0; i < HARD * 4; i++) {
        const struct hs_trace_cell *c = a->cell + 3 * i;
        char who[32];
        snprintf(who, sizeof who, "layer \"%d\"\n", i);
        ck_assert_str_eq(c[0].text, who);
        ck_assert(same(c[1].x, hard[i % HARD]) && same(c[1].lo, hard[(i + 1) % HARD]) && same(c[1].hi, hard[(i + 2) % HARD]));
        ck_assert(c[2].x == i && isnan(c[2].lo));
        ck_assert_str_eq(c[1].text, "");
    }
}

START_TEST(what_is_written_is_read)
{
    struct hs_err e = {0};
    struct hs_record a, b;
    fill(&a);
    ck_ok(hs_record_write(dir, &a, &e));
    ck_ok(hs_record_read(dir, id, &b, &e));
    const struct hs_trace *s = &a.trace, *t = &b.trace;
    ck_assert_str_eq(b.id, id);
    ck_assert_uint_eq(b.number, 7);
    ck_assert_uint_eq(b.levels, 2);
    ck_assert_str_eq(b.level[0].level, a.level[0].level);
    ck_assert(b.level[1].varies && !b.level[0].varies);
    ck_assert_str_eq(b.repro, a.repro);
    ck_assert_uint_eq(t->layers, 2);
    ck_assert_str_eq(t->order[1], "conv\n2");
    ck_assert_uint_eq(t->sites, 2);
    ck_assert_str_eq(t->site[0].warning, "one candidate");
    const double *x = &s->site[1].parts, *y = &t->site[1].parts; /* thirteen doubles in a row */
    for (int i = 0; i < 13; i++) ck_assert_msg(same(x[i], y[i]), "site member %d: %g, %g", i, x[i], y[i]);
    ck_assert_uint_eq(t->nodes, HARD);
    for (int i = 0; i < HARD; i++) {
        ck_assert(same(s->node[i].reference, t->node[i].reference) && same(s->node[i].predicted, t->node[i].predicted));
        ck_assert(t->node[i].step == i && t->node[i].position == -1 && same(t->node[i].total, i + 0.5));
    }
    ck_assert(t->figures == 1 && isnan(t->figure[0].lo) && isinf(t->figure[0].hi) && t->figure[0].value == 31.25);
    ck_assert_uint_eq(t->samples, SAMPLES);
    for (int i = 0; i < SAMPLES; i++) {
        ck_assert(!memcmp(&s->loss[i], &t->loss[i], 8) && !memcmp(&s->squared[i], &t->squared[i], 8));
        ck_assert_uint_eq(s->cluster[i], t->cluster[i]);
    }
    ck_assert_ptr_null(t->correct);
    ck_assert(t->evaluations == 1e15);
    check_tables(t);
    hs_record_close(&a), hs_record_close(&b);
}
END_TEST

START_TEST(an_empty_trace_is_a_record_too)
{
    struct hs_err e = {0};
    struct hs_record a = {.arena = hs_arena_open()}, b;
    strcpy(a.id, id);
    ck_ok(hs_trace_open(&a.trace, &e));
    ck_ok(hs_record_write(dir, &a, &e));
    ck_ok(hs_record_read(dir, id, &b, &e));
    ck_assert(b.trace.samples == 0 && b.trace.layers == 0 && b.levels == 0 && !b.trace.loss && !b.trace.cluster);
    hs_record_close(&a), hs_record_close(&b);
}
END_TEST

/* Cut at every byte, and with every byte changed: refused each time, and said so. */
START_TEST(damage_is_noticed_wherever_it_is)
{
    struct hs_err e = {0};
    struct hs_record r;
    char *bytes, trials[TEMP_PATH + 16];
    size_t n, other = 0;
    snprintf(trials, sizeof trials, "%s/trials", dir);
    fill(&r);
    ck_ok(hs_record_write(dir, &r, &e));
    hs_record_close(&r);
    const char name[] = "0123456789abcdef0123456789abcdef.trial";
    ck_ok(hs_store_get(trials, name, &bytes, &n, &e));
    char path[TEMP_PATH + 128];
    snprintf(path, sizeof path, "%s/%s", trials, name);
    for (size_t cut = 0; cut < 2 * n; cut++) {
        bool change = cut >= n;
        if (cut % n > 100 && cut % n < n - 100 && cut % 7) continue; /* the ends thoroughly, the middle here and there */
        if (change) bytes[cut - n] ^= 0x10;
        FILE *f = fopen(path, "wb");
        fwrite(bytes, 1, change ? n : cut, f);
        fclose(f);
        if (change) bytes[cut - n] ^= 0x10;
        struct hs_err why = {0};
        enum hs_status st = hs_record_read(dir, id, &r, &why);
        ck_assert_msg(st == HS_EDATA, "%s %zu of %zu: %d", change ? "changed" : "cut at", cut % n, n, st);
        other += strstr(why.what, "damaged") == NULL;
    }
    ck_assert_uint_eq(other, 0);
    hs_free(bytes);
}
END_TEST

START_TEST(a_record_is_there_or_not)
{
    struct hs_err e = {0};
    struct hs_record r;
    ck_assert_int_eq(hs_record_read(dir, id, &r, &e), HS_ENOINPUT);
    fill(&r);
    strcpy(r.id, "ffffffffffffffffffffffffffffffff");
    ck_ok(((e = (struct hs_err){0}), hs_record_write(dir, &r, &e)));
    hs_record_close(&r);
    char command[2 * TEMP_PATH + 128];
    snprintf(command, sizeof command, "mv '%s'/trials/ffff*.trial '%s'/trials/%s.trial", dir, dir, id);
    ck_assert_int_eq(system(command), 0);
    ck_assert_int_eq(hs_record_read(dir, id, &r, &e), HS_EDATA); /* another trial's file under this name */
}
END_TEST

START_TEST(what_cannot_be_written_is_said)
{
    struct hs_err e = {0};
    struct hs_record r;
    fill(&r);
    ck_assert_int_eq(hs_record_write("/proc/no/such", &r, &e), HS_ECREATE);
    ck_assert_ptr_nonnull(strstr(e.what, "was not written"));
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_store_put("/dev", "full/x", "x", 1, &e), HS_ECREATE);
    e = (struct hs_err){0};
    ck_assert_int_eq(hs_store_folder("/proc/self/none/such", &e), HS_ECREATE);
    hs_record_close(&r);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("record");
    TCase *c = tcase_create("record");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, what_is_written_is_read);
    tcase_add_test(c, an_empty_trace_is_a_record_too);
    tcase_add_test(c, damage_is_noticed_wherever_it_is);
    tcase_add_test(c, a_record_is_there_or_not);
    tcase_add_test(c, what_cannot_be_written_is_said);
    tcase_set_timeout(c, 120);
    suite_add_tcase(s, c);
    return check_main(s);
}
