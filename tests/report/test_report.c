/* test_report.c - records in, tables and words out; bad numbers harm nothing. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"
#include "made.h"
#include "temp.h"

#include "base/mem.h"
#include "experiment/put.h"
#include "propagate/table.h"
#include "report/draw.h"
#include "report/finding.h"
#include "report/sheet.h"
#include "report/svg.h"
#include "report/tables.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[TEMP_PATH];
static const char *const tables[] = {"csv", "md", "tex"};
static const struct hs_report_fact fact[] = {{"versions.halfstep", "1.2.3"}};
static const struct hs_report_about about = {
    .name = "test", .question = "Which?", .table = tables, .tables = 3, .fact = fact, .facts = 1};

/* Reports of one test each stand in folder/NAME. */
static const char *at(const char *name)
{
    static char path[4][TEMP_PATH + 128];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

/* The main table goes to standard output: not into the test's log. */
static void render(const char *name, const struct hs_report_about *a, const struct hs_record *r,
                   size_t n)
{
    struct hs_err e = {0};
    fflush(stdout);
    int was = dup(1);
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stdout));
    enum hs_status st = hs_report_render(at(name), a, r, n, &e);
    fflush(stdout);
    dup2(was, 1);
    close(was);
    ck_assert_msg(st == HS_OK, "%s: %s", name, e.what);
}

static bool same_files(const char *a, const char *b)
{
    char cmd[1024];
    snprintf(cmd, sizeof cmd, "diff -r %s %s", at(a), at(b));
    return system(cmd) == 0;
}

static char *slurp(const char *name, const char *file)
{
    struct hs_err e = {0};
    char *bytes;
    size_t n;
    ck_ok(hs_store_get(at(name), file, &bytes, &n, &e));
    return bytes;
}

START_TEST(the_order_of_records_does_not_matter)
{
    const struct made_plan plan = {
        .strategies = 3, .formats = 2, .orders = 3, .nodes = 8, .samples = 300};
    struct made m;
    made_open(&m, &plan);
    render("ordered", &about, m.record, m.n);
    for (size_t i = 0; i < m.n; i++) { /* 7 and 18 have no common factor */
        size_t j = (7 * i + 3) % m.n;
        struct hs_record swap = m.record[i];
        m.record[i] = m.record[j], m.record[j] = swap;
    }
    render("shuffled", &about, m.record, m.n);
    ck_assert(same_files("ordered", "shuffled"));
    made_close(&m);
}
END_TEST

/* HALFSTEP_GOLDEN=update writes them anew: look at the difference before it is committed. */
START_TEST(tables_are_what_they_were)
{
    static const char *const file[] = {
        "trials.csv", "trials.md", "trials.tex", "layers.csv",  "layers.md",  "layers.tex",
        "nodes.csv",  "nodes.md",  "nodes.tex",  "summary.csv", "summary.md", "summary.tex"};
    const struct made_plan plan = {
        .strategies = 2, .formats = 2, .draws = 2, .nodes = 4, .samples = 250};
    const char *src = getenv("SRCDIR"), *update = getenv("HALFSTEP_GOLDEN"), *name = file[_i];
    char golden[512], in[64];
    struct hs_err e = {0};
    struct made m;
    made_open(&m, &plan);
    render("golden", &about, m.record, m.n);
    made_close(&m);
    snprintf(golden, sizeof golden, "%s/tests/report/golden", src ? src : "..");
    snprintf(in, sizeof in, "tables/%s", name);
    char *got = slurp("golden", in), *want = NULL;
    size_t n;
    if (update && !strcmp(update, "update"))
        ck_ok(hs_store_put(golden, name, got, strlen(got), &e));
    ck_ok(hs_store_get(golden, name, &want, &n, &e));
    ck_assert_msg(!strcmp(got, want), "%s differs from its golden copy:\n%s", name, got);
    hs_free(got), hs_free(want);
}
END_TEST

/* A table of one trial, a longer one with a column more of another. */
static void add_shares(struct hs_record *r, size_t columns, size_t rows)
{
    static const struct hs_trace_column column[] = {{"layer", "layer", HS_UNIT_TEXT, false},
                                                    {"share", "share (%)", HS_UNIT_PERCENT, true},
                                                    {"extra_share", "extra", HS_UNIT_RATIO, false}};
    struct hs_err e = {0};
    struct hs_trace_table *t =
        hs_trace_add_table(&r->trace, "shares", "Who is to blame.", column, columns, &e);
    for (size_t i = 0; i < rows; i++) {
        struct hs_trace_cell *c = hs_trace_row(&r->trace, t, &e);
        c[0].text = "head";
        c[1] = (struct hs_trace_cell){"", 0.25 + (double)i, 0.125, 0.5};
        if (columns > 2) c[2].x = 3;
    }
}

START_TEST(tables_of_trials_are_joined)
{
    const struct made_plan plan = {.strategies = 3, .nodes = 3, .samples = 30};
    struct hs_err e = {0};
    struct made m;
    char line[256], md[32];
    const char *run = _i ? "joined-long" : "joined";
    made_open(&m, &plan);
    add_shares(&m.record[0], 2, 1);
    add_shares(&m.record[2], 3, _i ? 300 : 2);
    ck_ok(hs_trace_add_table(&m.record[1].trace, "other", "None.", NULL, 0, &e) ? HS_OK : e.status);
    render(run, &about, m.record, m.n);
    char *csv = slurp(run, "tables/shares.csv"), *page = slurp(run, "report.html");
    ck_assert(!strncmp(csv, "trial,calibration_weights,layer,share,share_lo,share_hi,extra_share\n", 67));
    snprintf(line, sizeof line, "\n%s,minmax,head,0.25,0.125,0.5,", m.record[0].id);
    ck_assert_msg(strstr(csv, line) != NULL, "%s", csv);
    snprintf(line, sizeof line, "\n%s,percentile(p=99.99),head,1.25,0.125,0.5,3\n", m.record[2].id);
    ck_assert_msg(strstr(csv, line) != NULL, "%s", csv);
    ck_assert_ptr_null(strstr(csv, m.record[1].id));
    ck_assert_ptr_nonnull(strstr(page, "Who is to blame."));
    ck_assert(!!strstr(page, "301 rows: in") == _i); /* a page is for people */
    snprintf(md, sizeof md, "%s/tables/shares.md", run);
    ck_assert(access(at(md), F_OK) == (_i ? -1 : 0));
    hs_free(csv), hs_free(page);
    made_close(&m);
}
END_TEST

enum { SPOILS = 9 };

/* Everything that a trial may lack or have wrong. */
static void spoil(struct hs_record *r, int how)
{
    struct hs_trace *t = &r->trace;
    static const double bad[] = {NAN, INFINITY, -INFINITY, 0, 5e-324, 1.7e308};
    switch (how) {
    case 6:
        t->samples = 0;
        return;
    case 7:
        t->sites = t->nodes = t->figures = t->layers = t->samples = 0;
        return;
    case 8:
        r->levels = 0;
        return;
    default:
        break;
    }
    for (size_t i = 0; i < t->nodes; i++)
        t->node[i].total = t->node[i].fresh = t->node[i].inherited = t->node[i].reference =
            t->node[i].amplification = t->node[i].solo = bad[how];
    for (size_t i = 0; i < t->sites; i++)
        t->site[i].squared = t->site[i].clipping = t->site[i].rounding = t->site[i].power =
            t->site[i].scale = t->site[i].optimum = bad[how];
    for (size_t i = 0; i < t->figures; i++)
        t->figure[i].value = t->figure[i].lo = t->figure[i].hi = bad[how];
    for (size_t i = 0; i < t->samples; i++) t->squared[i] = t->reference[i] = bad[how];
}

START_TEST(bad_numbers_and_missing_parts_harm_nothing)
{ /* one spoilt trial among good ones, then all spoilt; gnuplot draws each: a script that fails
     says so on standard error */
    const struct made_plan plan = {.strategies = 2, .orders = 6, .nodes = 5, .samples = 220};
    for (int all = 0; all < 2; all++) {
        struct made m;
        char name[32], log[64];
        snprintf(name, sizeof name, "spoilt-%d-%d", _i, all);
        snprintf(log, sizeof log, "%s.log", name);
        made_open(&m, &plan);
        for (size_t i = 0; i < (all ? m.n : 1); i++) spoil(&m.record[i], _i);
        fflush(stderr);
        int was = dup(2);
        ck_assert_ptr_nonnull(freopen(at(log), "w", stderr));
        render(name, &about, m.record, m.n);
        fflush(stderr);
        dup2(was, 2);
        close(was);
        char *said = slurp(".", log), *page = slurp(name, "report.html");
        ck_assert_msg(!*said || strstr(said, "not installed"), "%s", said);
        ck_assert_ptr_nonnull(strstr(page, "</html>"));
        hs_free(said), hs_free(page);
        made_close(&m);
    }
}
END_TEST

START_TEST(one_trial_and_none)
{
    const struct made_plan plan = {.nodes = 5, .samples = 220};
    struct made m;
    made_open(&m, &plan);
    render("one", &about, m.record, 1);
    char *csv = slurp("one", "tables/trials.csv");
    ck_assert(!strncmp(csv, "trial,sqnr,", 11)); /* no factor varies */
    hs_free(csv);
    render("none", &about, NULL, 0);
    csv = slurp("none", "tables/trials.csv");
    ck_assert_ptr_eq(strchr(csv, '\n'), csv + strlen(csv) - 1); /* the names alone */
    hs_free(csv);
    made_close(&m);
}
END_TEST

/* Errors of all samples of a record times a number. */
static void scale(struct hs_record *r, double by)
{
    for (size_t i = 0; i < r->trace.samples; i++) r->trace.squared[i] *= by;
}

static void copy_errors(struct hs_record *to, const struct hs_record *from)
{
    memcpy(to->trace.squared, from->trace.squared, from->trace.samples * sizeof(double));
}

static struct hs_view view(const struct hs_record *r, size_t n)
{
    struct hs_view v;
    struct hs_err e = {0};
    ck_ok(hs_view_open(&v, &about, r, n, &e));
    return v;
}

START_TEST(a_clear_lead_is_sure_and_a_tie_is_not)
{
    const struct made_plan plan = {.strategies = 2, .nodes = 5, .samples = 400};
    struct made m;
    made_open(&m, &plan);
    copy_errors(&m.record[1], &m.record[0]);
    struct hs_view v = view(m.record, 2);
    ck_assert(!v.group[0].next.sure && v.group[0].next.ratio.x == 1);
    struct hs_text head = {0}, rest = {0};
    hs_finding_best(&v, 0, &head, &rest);
    ck_assert_ptr_nonnull(strstr(head.s, "lose exactly the same"));
    hs_text_free(&head), hs_text_free(&rest), hs_view_close(&v);

    scale(&m.record[1], 0.9); /* every sample better: no doubt, and the ratio is known */
    v = view(m.record, 2);
    ck_assert(v.group[0].next.sure && v.group[0].entry[0] == 1);
    ck_assert_double_eq_tol(v.group[0].next.ratio.x, 0.9, 1e-12);
    hs_finding_best(&v, 0, &head, &rest);
    ck_assert_str_eq(head.s,
                     "mse loses least: 10.0 % [10.0, 10.0] less squared error than minmax.");
    hs_text_free(&head), hs_text_free(&rest), hs_view_close(&v);

    copy_errors(&m.record[1], &m.record[0]);
    for (size_t i = 0; i < 400; i++)
        m.record[1].trace.squared[i] *= i % 2 ? 0.5 : 1.49; /* better in the mean, by chance */
    v = view(m.record, 2);
    ck_assert(v.group[0].next.ratio.lo < 1 && v.group[0].next.ratio.hi > 1 &&
              !v.group[0].next.sure);
    hs_finding_best(&v, 0, &head, &rest);
    ck_assert_ptr_nonnull(strstr(head.s, "not significantly less"));
    hs_text_free(&head), hs_text_free(&rest), hs_view_close(&v);
    made_close(&m);
}
END_TEST

START_TEST(a_random_order_never_wins)
{
    const struct made_plan plan = {.orders = 7, .nodes = 5, .samples = 300};
    struct made m;
    made_open(&m, &plan);
    scale(&m.record[5], 0.01);
    struct hs_view v = view(m.record, m.n);
    ck_assert_uint_eq(v.group[0].contenders, 4);
    ck_assert(!v.entry[v.group[0].entry[0]].random_order);
    hs_view_close(&v);
    made_close(&m);
}
END_TEST

START_TEST(a_lead_must_hold_in_every_draw)
{
    const struct made_plan plan = {.strategies = 2, .draws = 3, .nodes = 5, .samples = 400};
    struct made m;
    made_open(&m, &plan); /* strategy 0: trials 0 1 2; strategy 1: trials 3 4 5 */
    for (size_t d = 0; d < 3; d++) {
        copy_errors(&m.record[d], &m.record[0]), copy_errors(&m.record[3 + d], &m.record[0]);
        scale(&m.record[3 + d], 0.8);
    }
    struct hs_view v = view(m.record, m.n);
    ck_assert(v.entries == 2 && v.group[0].next.sure);
    ck_assert_double_eq_tol(v.group[0].next.ratio.x, 0.8, 1e-12);
    hs_view_close(&v);
    scale(&m.record[5], 1.3); /* the last draw is lost: 1.04 */
    v = view(m.record, m.n);
    ck_assert(v.group[0].next.ratio.hi < 1 && !v.group[0].next.sure);
    hs_view_close(&v);
    made_close(&m);
}
END_TEST

START_TEST(strategies_compete_within_a_format_only)
{
    const struct made_plan plan = {
        .strategies = 2, .formats = 2, .networks = 2, .nodes = 5, .samples = 220};
    struct made m;
    made_open(&m, &plan);
    struct hs_view v = view(m.record, m.n);
    ck_assert_uint_eq(v.groups, 4);
    ck_assert_str_eq(v.group[0].title, "cnn / int8");
    ck_assert_str_eq(hs_view_constants(&v),
                     "scheme.activations.format = int8, order = forward, draw = 0");
    hs_view_close(&v);
    made_close(&m);
}
END_TEST

/* clang-format off */
typedef void escaper(struct hs_text *, const char *);
static const struct {
    escaper *escape;
    const char *in, *out;
} escapes[] = {
    {hs_escape_csv, "plain", "plain"},
    {hs_escape_csv, "a,b", "\"a,b\""},
    {hs_escape_csv, "a\"b", "\"a\"\"b\""},
    {hs_escape_csv, "a\nb", "\"a\nb\""},
    {hs_escape_csv, "", ""},
    {hs_escape_md, "a|b*c_d<e>&", "a\\|b\\*c\\_d&lt;e&gt;&amp;"},
    {hs_escape_md, "a\nb", "a b"},
    {hs_escape_tex, "50% & $x_1 #{~^\\}", "50\\% \\& \\$x\\_1 \\#\\{\\textasciitilde{}\\textasciicircum{}\\textbackslash{}\\}"},
    {hs_escape_html, "<a href=\"x\">'&'</a>", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"},
    {hs_escape_gnuplot, "it's \"x\" \\n %", "'it''s \"x\" \\n %'"},
    {hs_escape_gnuplot, "a\nsystem('rm')", "'a system(''rm'')'"},
    {hs_escape_html, "\xc3\xbc\xe2\x82\xac", "\xc3\xbc\xe2\x82\xac"},
};

START_TEST(names_are_escaped)
{
    struct hs_text t = {0};
    escapes[_i].escape(&t, escapes[_i].in);
    ck_assert_str_eq(t.s ? t.s : "", escapes[_i].out);
    hs_text_free(&t);
}
END_TEST

static const struct {
    enum hs_show show;
    double x;
    const char *out;
} numbers[] = {
    {HS_SHOW_ERROR, 0.012345, "0.0123"}, {HS_SHOW_ERROR, 1.2345e-5, "1.23e-05"}, {HS_SHOW_ERROR, 0, "0"},
    {HS_SHOW_ERROR, NAN, "-"},           {HS_SHOW_ERROR, INFINITY, "inf"},       {HS_SHOW_PERCENT, 0.91304, "91.30"},
    {HS_SHOW_COUNT, 1234567, "1,234,567"}, {HS_SHOW_COUNT, -1234567, "-1,234,567"}, {HS_SHOW_COUNT, 999, "999"},
    {HS_SHOW_COUNT, 1234, "1234"},       {HS_SHOW_RANGE, -128, "-128"},          {HS_SHOW_RANGE, 0.0117647, "0.01176"},
    {HS_SHOW_RANGE, 1e-40, "1.000e-40"}, {HS_SHOW_DB, -3.14159, "-3.14"},        {HS_SHOW_RATIO, 58.26, "58.3"},
    {HS_SHOW_COUNT, 1e300, "1e+300"},
};

/* clang-format on */
START_TEST(numbers_are_shown)
{
    struct hs_text t = {0};
    hs_sheet_show(&t, &(struct hs_sheet_column){.show = numbers[_i].show},
                  &(struct hs_sheet_cell){.x = numbers[_i].x, .lo = NAN, .hi = NAN});
    ck_assert_str_eq(t.s, numbers[_i].out);
    hs_text_free(&t);
}
END_TEST

START_TEST(a_pdf_loses_its_date_alone)
{
    char pdf[] = "1 0 obj << /CreationDate (D:20261123205030Z) /Producer (x) >> endobj, and "
                 "some more that stays as it is";
    const char *want = "1 0 obj << /CreationDate (D:20000101000000Z) /Producer (x) >> endobj, "
                       "and some more that stays as it is";
    hs_pdf_undate(pdf, sizeof pdf - 1);
    ck_assert_str_eq(pdf, want);
    hs_pdf_undate(pdf, 10);
    hs_pdf_undate(pdf, 0);
}
END_TEST

START_TEST(a_picture_fits_into_a_page)
{
    static const char svg[] =
        "<?xml version=\"1.0\"?>\n<svg viewBox=\"0 0 9 9\" "
        "xmlns=\"http://www.w3.org/2000/svg\">"
        "<title>Gnuplot</title><rect width=\"9\" height=\"9\" fill=\"#ffffff\"/>"
        "<g id=\"a\"><use xlink:href='#a' color=\"black\"/><rect fill=\"#ffffff\"/></g>"
        "<text fill=\"rgb(34,34,34)\"> id=\"a\" url(#a)</text></svg>";
    struct hs_text page = {0};
    hs_svg_inline(&page, svg, "f1-", "say \"x\"");
    ck_assert_str_eq(page.s,
                     "<svg style=\"max-width:0.7788rem\" role=\"img\" aria-label=\"say &quot;x&quot;\" viewBox=\"0 0 9 9\" >"
                     "<rect width=\"9\" height=\"9\" fill=\"none\"/>"
                     "<g id=\"f1-a\"><use xlink:href='#f1-a' color=\"currentColor\"/><rect "
                     "fill=\"#ffffff\"/></g>"
                     "<text fill=\"currentColor\"> id=\"a\" url(#a)</text></svg>");
    hs_text_free(&page);
}
END_TEST

static void manifest(const char *name, const char *text)
{
    struct hs_err e = {0};
    ck_ok(hs_store_folder(at(name), &e));
    ck_ok(hs_store_put(at(name), "manifest.json", text, strlen(text), &e));
}

static enum hs_status report(const char *name, struct hs_err *e)
{
    fflush(stdout);
    int was = dup(1);
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stdout));
    enum hs_status st = hs_report_write(at(name), e);
    fflush(stdout);
    dup2(was, 1);
    close(was);
    return st;
}

START_TEST(a_run_is_read_back_and_stale_trials_stay_out)
{
    const struct made_plan plan = {.strategies = 3, .nodes = 5, .samples = 220};
    struct hs_err e = {0};
    struct hs_text json = {0};
    struct made m;
    made_open(&m, &plan);
    hs_text_add(
        &json,
        "{\"config\": {\"name\": \"run\", \"question\": \"Who?\", \"report\": {\"tables\": "
        "[\"csv\"], \"figures\": []}},"
        "\"versions\": {\"halfstep\": \"0.1.0\"}, \"trials\": [\"%s\", \"%s\", \"00\"]}",
        m.record[1].id, m.record[0].id);
    manifest("run", json.s);
    ck_ok(hs_store_folder(at("run/trials"), &e));
    for (size_t i = 0; i < m.n; i++)
        ck_ok(hs_record_write(at("run"), &m.record[i], &e)); /* the third is of an older plan */
    ck_ok(report("run", &e));
    char *csv = slurp("run", "tables/trials.csv"), *page = slurp("run", "report.html");
    char *first = strstr(csv, m.record[1].id), *second = strstr(csv, m.record[0].id);
    ck_assert(first && second && first < second); /* the plan's order, not the numbers */
    ck_assert_ptr_null(strstr(csv, m.record[2].id));
    ck_assert_ptr_nonnull(strstr(page, "2 of 3 trials are finished"));
    ck_assert_ptr_nonnull(strstr(page, "<dt>versions.halfstep</dt><dd>0.1.0</dd>"));
    ck_assert_ptr_nonnull(strstr(page, "Who?"));
    hs_free(csv), hs_free(page);
    manifest(
        "run",
        "{\"name\": \"all\", \"report\": {\"tables\": [\"csv\"]}}"); /* no list: every trial */
    ck_ok(report("run", &e));
    csv = slurp("run", "tables/trials.csv");
    ck_assert_ptr_nonnull(strstr(csv, m.record[2].id));
    hs_free(csv);
    hs_text_free(&json);
    made_close(&m);
}
END_TEST

static const struct {
    const char *manifest;
    enum hs_status status;
    const char *says;
} refused[] = {
    {NULL, HS_ENOINPUT, "manifest.json"},
    {"", HS_EDATA, "manifest.json"},
    {"[1]", HS_EDATA, "not an object"},
    {"{\"name\": ", HS_EDATA, "line 1"},
    {"{\"trials\": []}", HS_ENOINPUT, "no trial"},
    {"{\"trials\": [\"00\"]}", HS_ENOINPUT, "no trial is finished"},
    {"{\"trials\": [7]}", HS_EDATA, "something else"},
    {"{\"report\": {\"tables\": [null]}, \"trials\": []}", HS_EDATA, "something else"},
};

START_TEST(a_folder_that_is_no_run_is_refused)
{
    struct hs_err e = {0};
    char name[32];
    snprintf(name, sizeof name, "refused-%d", _i);
    if (refused[_i].manifest) manifest(name, refused[_i].manifest);
    ck_assert_int_eq(report(name, &e), refused[_i].status);
    ck_assert_msg(strstr(e.what, refused[_i].says) != NULL, "%s", e.what);
    ck_assert_int_ne(
        access(at(name), F_OK) == 0 &&
            access(strcat(strcpy((char[512]){0}, at(name)), "/results.h5"), F_OK) == 0,
        1);
}
END_TEST

START_TEST(unknown_formats_and_folders_that_cannot_be_are_errors)
{
    static const char *const bad[] = {"xls"};
    struct hs_report_about a = about;
    struct hs_err e = {0}, f = {0}, g = {0};
    a.table = bad, a.tables = 1;
    ck_assert_int_eq(hs_report_render(at("bad"), &a, NULL, 0, &e), HS_ECONFIG);
    ck_assert_ptr_nonnull(strstr(e.what, "csv md tex"));
    a = about, a.figure = bad, a.figures = 1;
    ck_assert_int_eq(hs_report_render(at("bad"), &a, NULL, 0, &f), HS_ECONFIG);
    ck_assert_int_eq(hs_report_render("/dev/null/x", &about, NULL, 0, &g), HS_ECREATE);
}
END_TEST

START_TEST(memory_that_fails_leaves_an_error_and_no_half_file)
{
    const struct made_plan plan = {
        .strategies = 2, .orders = 2, .draws = 2, .nodes = 4, .samples = 210};
    struct made m;
    long k = 1;
    made_open(&m, &plan);
    setenv("PATH", "/nonexistent", 1); /* no gnuplot: it would be started hundreds of times */
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stdout));
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
    for (;; k += 1 + k / 5) {
        struct hs_err e = {0};
        hs_mem_fail_at(k);
        enum hs_status st = hs_report_render(at("memory"), &about, m.record, m.n, &e);
        bool through = st == HS_OK;
        hs_mem_fail_at(0);
        if (through && k > 5000) break;
        ck_assert_msg(through || st == HS_ENOMEM, "allocation %ld: %s", k, e.what);
    }
    made_close(&m);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("report");
    TCase *c = tcase_create("report");
    /* Files are synced one by one, hundreds of them: in memory that costs nothing. */
    snprintf(folder, sizeof folder, "%s/halfstep-report-XXXXXX",
             getenv("TMPDIR") || access("/dev/shm", W_OK) ? temp_folder() : "/dev/shm");
    if (!mkdtemp(folder)) return 1;
    tcase_add_test(c, the_order_of_records_does_not_matter);
    tcase_add_loop_test(c, tables_are_what_they_were, 0, 12);
    tcase_add_loop_test(c, tables_of_trials_are_joined, 0, 2);
    tcase_add_loop_test(c, bad_numbers_and_missing_parts_harm_nothing, 0, SPOILS);
    tcase_add_test(c, one_trial_and_none);
    tcase_add_test(c, a_clear_lead_is_sure_and_a_tie_is_not);
    tcase_add_test(c, a_random_order_never_wins);
    tcase_add_test(c, a_lead_must_hold_in_every_draw);
    tcase_add_test(c, strategies_compete_within_a_format_only);
    tcase_add_loop_test(c, names_are_escaped, 0, (int)(sizeof escapes / sizeof *escapes));
    tcase_add_loop_test(c, numbers_are_shown, 0, (int)(sizeof numbers / sizeof *numbers));
    tcase_add_test(c, a_pdf_loses_its_date_alone);
    tcase_add_test(c, a_picture_fits_into_a_page);
    tcase_add_test(c, a_run_is_read_back_and_stale_trials_stay_out);
    tcase_add_loop_test(c, a_folder_that_is_no_run_is_refused, 0,
                        (int)(sizeof refused / sizeof *refused));
    tcase_add_test(c, unknown_formats_and_folders_that_cannot_be_are_errors);
    tcase_add_test(c, memory_that_fails_leaves_an_error_and_no_half_file);
    suite_add_tcase(s, c);
    int bad = check_main(s);
    char cmd[TEMP_PATH + 16];
    snprintf(cmd, sizeof cmd, "rm -rf '%s'", folder);
    return system(cmd) != 0 || bad;
}
