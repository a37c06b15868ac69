/* page.c - writes report.html. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page.h"

#include "experiment/put.h"
#include "report/finding.h"
#include "report/svg.h"
#include "report/tables.h"
#include "report/texts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FINDINGS = 12 }; /* groups that get sentences; more are read in the tables */

/* Names that are not UTF-8 must not spoil the page: every byte that is not becomes a question
 * mark. */
static void sanitize(struct hs_text *t)
{
    for (size_t i = 0; i < t->n;) {
        unsigned char c = (unsigned char)t->s[i];
        size_t more = c < 0x80                ? 0
                      : c >= 0xc2 && c < 0xe0 ? 1
                      : c >= 0xe0 && c < 0xf0 ? 2
                      : c >= 0xf0 && c < 0xf5 ? 3
                                              : 9;
        bool good = more < 9 && i + more < t->n;
        for (size_t k = 1; good && k <= more; k++)
            good = ((unsigned char)t->s[i + k] & 0xc0) == 0x80;
        if (!good) t->s[i] = '?', more = 0;
        i += more + 1;
    }
}

static void begin(struct hs_text *p, const struct hs_report_about *a)
{
    hs_text_add(
        p, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
           "style-src 'unsafe-inline'; "
           "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    hs_escape_html(p, a->name);
    hs_text_add(p, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<header>\n<h1>",
                hs_text_page_css);
    hs_escape_html(p, a->name);
    hs_text_add(p, "</h1>\n");
    if (*a->question) {
        hs_text_add(p, "<p class=\"question\">");
        hs_escape_html(p, a->question);
        hs_text_add(p, "</p>\n");
    }
    hs_text_add(p, "</header>\n<main>\n");
}

static void sentence(struct hs_text *p, const char *class, struct hs_text *s)
{
    if (s->n) {
        hs_text_add(p, "<p%s>", class);
        hs_escape_html(p, s->s);
        hs_text_add(p, "</p>\n");
    }
    p->failed |= s->failed;
    hs_text_free(s);
}

static void findings(struct hs_text *p, const struct hs_view *v)
{
    hs_text_add(p, "<section class=\"finding\" id=\"finding\" aria-label=\"Finding\">\n");
    for (size_t g = 0; g < v->groups && g < FINDINGS; g++) {
        struct hs_text headline = {0}, best = {0}, growth = {0};
        if (*v->group[g].title) {
            hs_text_add(p, "<h3>");
            hs_escape_html(p, v->group[g].title);
            hs_text_add(p, "</h3>\n");
        }
        hs_finding_best(v, g, &headline, &best);
        hs_finding_growth(v, g, &growth);
        sentence(p, " class=\"headline\"", &headline);
        sentence(p, "", &best);
        sentence(p, " class=\"note\"", &growth);
    }
    if (v->groups > FINDINGS)
        hs_text_add(p,
                    "<p class=\"note\">%zu more networks and formats are in the tables.</p>\n",
                    v->groups - FINDINGS);
    const char *names = hs_view_title(v, HS_ROLE_BIT(STRATEGY));
    if (names && strstr(names, " / ")) {
        hs_text_add(p, "<p class=\"note\">Strategies are named by ");
        hs_escape_html(p, names);
        hs_text_add(p, ".</p>\n");
    }
    hs_text_add(p, "</section>\n");
    if (v->about->planned > v->trials)
        hs_text_add(p,
                    "<p class=\"note\">%zu of %zu trials are finished: what is said here is "
                    "provisional.</p>\n",
                    v->trials, v->about->planned);
}

static void figures(struct hs_text *p, const struct hs_figures *all, const struct hs_text *svg,
                    const char *trouble)
{
    if (!all->n) return;
    hs_text_add(p, "<h2 id=\"figures\">Figures</h2>\n");
    if (*trouble) {
        hs_text_add(p, "<p class=\"note\">");
        hs_escape_html(p, trouble);
        hs_text_add(p, "</p>\n");
    }
    for (size_t i = 0; i < all->n; i++) {
        char prefix[24];
        if (!svg[i].n) continue;
        snprintf(prefix, sizeof prefix, "f%zu-", i);
        hs_text_add(p, "<figure id=\"figure-%s\">\n", all->figure[i].name);
        hs_svg_inline(p, svg[i].s, prefix, all->figure[i].caption);
        hs_text_add(p, "\n<figcaption>");
        hs_escape_html(p, all->figure[i].caption);
        hs_text_add(p, " <code>figures/%s.gp</code></figcaption>\n</figure>\n",
                    all->figure[i].name);
    }
}

typedef enum hs_status maker(const struct hs_view *, enum hs_scope, struct hs_sheet *,
                             struct hs_err *);

static enum hs_status table(struct hs_text *p, const struct hs_view *v, maker *make,
                            const char *heading, bool open, struct hs_err *e)
{
    struct hs_sheet s = {0};
    enum hs_status st = make(v, HS_SCOPE_PEOPLE, &s, e);
    if (st == HS_OK) {
        hs_text_add(p, "<details%s><summary>%s</summary>\n", open ? " open" : "", heading);
        hs_notation_html.write(&s, p);
        hs_text_add(p, "</details>\n");
    }
    hs_sheet_close(&s);
    return st;
}

/* Long ones are named, not shown. */
static enum hs_status extra_tables(struct hs_text *p, const struct hs_view *v, struct hs_err *e)
{
    const char *name;
    for (size_t i = 0; (name = hs_tables_extra_name(v, i)); i++) {
        struct hs_sheet s = {0};
        enum hs_status st = hs_tables_extra(v, HS_SCOPE_PEOPLE, name, &s, e);
        if (st == HS_OK) {
            hs_text_add(p, "<details><summary><code>");
            hs_escape_html(p, name);
            hs_text_add(p, "</code>: ");
            hs_escape_html(p, s.caption);
            hs_text_add(p, "</summary>\n");
            if (s.rows <= HS_TABLES_LONG)
                hs_notation_html.write(&s, p);
            else
                hs_text_add(p, "<p>%zu rows: in <code>tables/%s.csv</code> and "
                               "<code>results.h5</code>.</p>\n", s.rows, name);
            hs_text_add(p, "</details>\n");
        }
        hs_sheet_close(&s);
        HS_TRY(st);
    }
    return HS_OK;
}

static enum hs_status tables(struct hs_text *p, const struct hs_view *v, struct hs_err *e)
{
    bool draws = hs_view_varies(v, HS_ROLE_BIT(DRAW));
    hs_text_add(p, "<h2 id=\"tables\">Tables</h2>\n");
    if (draws) HS_TRY(table(p, v, hs_tables_summary, "Summary: draws averaged", true, e));
    HS_TRY(table(p, v, hs_tables_trials, "Trials", !draws, e));
    if (v->differences) HS_TRY(table(p, v, hs_tables_differences, "Differences: which are real", false, e));
    if (v->rankings) HS_TRY(table(p, v, hs_tables_ranks, "Ranks: which levels of a factor are told apart", false, e));
    if (v->layouts) {
        HS_TRY(table(p, v, hs_tables_order_variance, "Orders: what the final error varies with", false, e));
        HS_TRY(table(p, v, hs_tables_order_transfer, "Orders: chosen on one draw, scored on the others", false, e));
    }
    HS_TRY(table(p, v, hs_tables_layers, "Layers: each quantizer", false, e));
    HS_TRY(table(p, v, hs_tables_nodes, "Nodes: where the error enters and how it grows", false,
                 e));
    return extra_tables(p, v, e);
}

static void pair(struct hs_text *p, const char *key, const char *text)
{
    hs_text_add(p, "<dt>");
    hs_escape_html(p, key);
    hs_text_add(p, "</dt><dd>");
    hs_escape_html(p, text);
    hs_text_add(p, "</dd>\n");
}

/* What all trials share is said once; what differs, with the command that repeats it, for each.
 */
static enum hs_status configurations(struct hs_text *p, const struct hs_view *v,
                                     struct hs_err *e)
{
    struct hs_sheet s = {0};
    hs_text_add(p, "<h2 id=\"configuration\">Configuration</h2>\n<details><summary>What all "
                   "trials share</summary>\n<dl>\n");
    for (size_t f = 0; f < v->factors; f++)
        if (!v->factor[f].varies) pair(p, v->factor[f].name, v->factor[f].level[0]);
    hs_text_add(p, "</dl></details>\n<details><summary>Each trial, and the command that "
                   "repeats it</summary>\n");
    enum hs_status st = hs_sheet_open(&s, "configurations", e);
    if (st == HS_OK) {
        hs_sheet_column(&s, (struct hs_sheet_column){.name = "trial", .heading = "trial"});
        hs_tables_factors(v, HS_SCOPE_PEOPLE, &s);
        hs_sheet_column(&s, (struct hs_sheet_column){.name = "repro", .heading = "command"});
    }
    for (size_t t = 0; t < v->trials && st == HS_OK; t++) {
        struct hs_sheet_cell *c;
        if ((st = hs_sheet_row(&s, &c, e)) != HS_OK) break;
        (c++)->text = v->trial[t].record->id;
        c = hs_tables_levels(v, HS_SCOPE_PEOPLE, t, c);
        c->text = v->trial[t].record->repro ? v->trial[t].record->repro : "";
    }
    if (st == HS_OK) hs_notation_html.write(&s, p);
    hs_text_add(p, "</details>\n");
    hs_sheet_close(&s);
    return st;
}

static void provenance(struct hs_text *p, const struct hs_report_about *a)
{
    if (!a->facts) return;
    hs_text_add(p, "<h2 id=\"provenance\">Provenance</h2>\n<dl>\n");
    for (size_t i = 0; i < a->facts; i++)
        if (strncmp(a->fact[i].key, "config.", 7)) pair(p, a->fact[i].key, a->fact[i].text);
    hs_text_add(p, "</dl>\n");
    bool config = false;
    for (size_t i = 0; i < a->facts; i++) config |= !strncmp(a->fact[i].key, "config.", 7);
    if (!config) return;
    hs_text_add(p, "<details><summary>The resolved config</summary>\n<dl>\n");
    for (size_t i = 0; i < a->facts; i++)
        if (!strncmp(a->fact[i].key, "config.", 7))
            pair(p, a->fact[i].key + 7, a->fact[i].text);
    hs_text_add(p, "</dl></details>\n");
}

enum hs_status hs_page_write(const char *dir, const struct hs_view *v,
                             const struct hs_figures *all, const struct hs_text *svg,
                             const char *trouble, struct hs_err *e)
{
    struct hs_text p = {0};
    begin(&p, v->about);
    findings(&p, v);
    hs_text_add(&p,
                "<nav aria-label=\"Contents\">%s<a href=\"#tables\">Tables</a> <a "
                "href=\"#configuration\">Configuration</a>%s</nav>\n",
                all->n ? "<a href=\"#figures\">Figures</a> " : "",
                v->about->facts ? " <a href=\"#provenance\">Provenance</a>" : "");
    figures(&p, all, svg, trouble);
    enum hs_status st = tables(&p, v, e);
    if (st == HS_OK) st = configurations(&p, v, e);
    provenance(&p, v->about);
    hs_text_add(&p, "</main>\n<script>\n%s</script>\n</body>\n</html>\n", hs_text_page_js);
    if (p.s) sanitize(&p);
    if (st == HS_OK)
        st = p.failed ? HS_OUT_OF_MEMORY(e) : hs_store_put(dir, "report.html", p.s, p.n, e);
    hs_text_free(&p);
    return st;
}
