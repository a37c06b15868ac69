/* figure.c - the parts that figures share: frames, legends, names, blocks of data. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/figure.h"

#include "report/sheet.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* Widths of DejaVu Sans at 8 points: 0.067 inches a letter is more than the average. */
static const double letter = 0.067, line = 0.17, sample = 0.3, gap = 0.14;

double hs_figure_across(const struct hs_view *v) { return v->about->narrow ? 3.4 : 6.5; }

void hs_figures_close(struct hs_figures *all)
{
    for (size_t i = 0; i < all->n; i++) {
        hs_text_free(&all->figure[i].gp);
        hs_text_free(&all->figure[i].dat);
    }
    all->n = 0;
}

/* A comment in gnuplot must not be continued by a backslash at its end. */
static void comment(struct hs_text *t, const char *s)
{
    hs_text_add(t, "# ");
    hs_escape_text(t, s);
    hs_text_add(t, "%s\n", *s && s[strlen(s) - 1] == '\\' ? " ." : "");
}

struct hs_figure *hs_figure_begin(struct hs_figures *all, const char *name, const char *caption,
                                  double width, double height)
{
    if (all->n == HS_FIGURES) return NULL;
    struct hs_figure *f = &all->figure[all->n++];
    *f = (struct hs_figure){.name = name, .caption = caption, .width = width, .height = height};
    comment(&f->gp, caption);
    hs_text_add(
        &f->gp,
        "# Drawn by: gnuplot %s.gp    or, in another format: gnuplot -e 'fmt=\"pdf\"' %s.gp\n"
        "if (!exists(\"OUT\")) OUT = \"%s\"\n"
        "W = %.3f; H = %.3f\nload \"term.gp\"\nload \"style.gp\"\ndat = \"%s.dat\"\nset "
        "multiplot\n",
        name, name, name, width, height, name);
    comment(&f->dat, caption);
    return f;
}

enum hs_status hs_figure_end(struct hs_figure *f, struct hs_err *e)
{
    hs_text_add(&f->gp, "unset multiplot\nunset output\n");
    return f->gp.failed || f->dat.failed ? HS_OUT_OF_MEMORY(e) : HS_OK;
}

void hs_figure_frame(struct hs_figure *f, double left, double right, double bottom, double top)
{
    hs_text_add(&f->gp,
                "\nset lmargin at screen %.4f; set rmargin at screen %.4f\n"
                "set bmargin at screen %.4f; set tmargin at screen %.4f\n",
                left / f->width, right / f->width, bottom / f->height, top / f->height);
}

double hs_figure_text_width(const char *s, size_t cut)
{
    size_t n = hs_sheet_width(s);
    return letter * (double)(n < cut ? n : cut);
}

/* The start of the code point that is n before the end, or after the start. */
static const char *forward(const char *s, size_t n)
{
    while (*s && n--)
        for (s++; ((unsigned char)*s & 0xc0) == 0x80; s++) continue;
    return s;
}

void hs_figure_name(struct hs_text *t, const char *s, size_t n, bool keep_end)
{
    size_t have = hs_sheet_width(s);
    struct hs_text cut = {0};
    if (have <= n)
        hs_text_add(&cut, "%s", s);
    else if (keep_end)
        hs_text_add(&cut, "\xe2\x80\xa6%s", forward(s, have - n + 1));
    else
        hs_text_add(&cut, "%.*s\xe2\x80\xa6", (int)(forward(s, n - 1) - s), s);
    hs_text_add(t, "name(");
    hs_escape_gnuplot(t, cut.s ? cut.s : "");
    hs_text_add(t, ")");
    t->failed |= cut.failed;
    hs_text_free(&cut);
}

void hs_figure_tic(struct hs_text *t, const char *s, size_t n, bool keep_end)
{
    struct hs_text name = {0};
    hs_figure_name(&name, s, n, keep_end);
    hs_text_add(t, "tic%s", name.s ? name.s + strlen("name") : "('')");
    t->failed |= name.failed;
    hs_text_free(&name);
}

enum { CUT = 40 };

static void legend_sample(struct hs_figure *f, const struct hs_legend *l, size_t i, double x,
                          double y)
{
    double across = x / f->width, up = y / f->height, half = 0.11 / f->width;
    size_t style = i < l->n ? i + 1 : HS_STYLE_CLOUD;
    if (l->lines)
        hs_text_add(&f->gp,
                    "set arrow %zu from screen %.4f,%.4f to screen %.4f,%.4f nohead linestyle "
                    "%zu front\n",
                    i + 1, across - half, up, across + half, up, style);
    hs_text_add(&f->gp, "set label %zu ", i + 1);
    hs_figure_name(&f->gp, i < l->n ? l->name[i] : l->cloud, CUT, false);
    hs_text_add(&f->gp,
                " at screen %.4f,%.4f point linestyle %zu offset %s,0 textcolor rgb ink "
                "noenhanced front\n",
                across, up, style, l->lines ? "1.7" : "1.1");
}

double hs_figure_legend(struct hs_figure *f, const struct hs_legend *l, double width,
                        double left, double top)
{
    double x = left, y = top;
    size_t n = l->n + (l->cloud != NULL);
    for (size_t i = 0; i < n; i++) {
        double w = sample + hs_figure_text_width(i < l->n ? l->name[i] : l->cloud, CUT) + gap;
        if (x > left && x + w > width) x = left, y -= line;
        if (f) legend_sample(f, l, i, x + 0.08, y - line / 2);
        x += w;
    }
    return n ? top - y + line : 0;
}

void hs_figure_title(struct hs_figure *f, const char *s, double width, bool left)
{
    hs_text_add(&f->gp, left ? "set label 98 " : "set title ");
    hs_figure_name(&f->gp, s, (size_t)(width / 0.075), false);
    hs_text_add(&f->gp, left ? " at graph 0,1 offset 0,0.5 left noenhanced textcolor rgb ink\n"
                             : " offset 0,-0.6 noenhanced textcolor rgb ink\n");
}

void hs_figure_upright(struct hs_figure *f, const char *s, double x, double y)
{
    hs_text_add(&f->gp, "set label 97 ");
    hs_figure_name(&f->gp, s, CUT, false);
    hs_text_add(&f->gp,
                " at screen %.4f,%.4f center rotate by 90 noenhanced textcolor rgb ink\n",
                x / f->width, y / f->height);
}

size_t hs_figure_block(struct hs_figure *f, const char *what)
{
    if (f->blocks) hs_text_add(&f->dat, "\n\n");
    comment(&f->dat, what);
    return f->blocks++;
}

void hs_figure_numbers(struct hs_figure *f, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i) hs_text_put(&f->dat, " ", 1);
        if (isfinite(x[i]))
            hs_text_add(&f->dat, "%.9g", x[i]);
        else
            hs_text_add(&f->dat, "NaN");
    }
    hs_text_put(&f->dat, "\n", 1);
}

void hs_range_add(struct hs_range *r, double x)
{
    if (!(fabs(x) < 1e200)) return;
    if (x < r->lo) r->lo = x;
    if (x > r->hi) r->hi = x;
}

double hs_range_tick(struct hs_range r, double most)
{
    double raw = (r.hi - r.lo) / most, unit = pow(10, floor(log10(raw)));
    return raw <= unit       ? unit
           : raw <= 2 * unit ? 2 * unit
           : raw <= 5 * unit ? 5 * unit
                             : 10 * unit;
}

const char *hs_figure_for(const struct hs_view *v, const char *name, size_t trial)
{
    const char *network = hs_view_label(v, trial, HS_ROLE_BIT(NETWORK));
    if (!network) return NULL;
    bool changed = strlen(network) > 60;
    char *s = hs_arena_text(v->arena, "%s%s%.60s", name, *network ? "-" : "", network);
    for (char *p = s; p && *p; p++)
        if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_') *p = '_', changed = true;
    return changed && s ? hs_arena_text(v->arena, "%s-%zu", s, trial)
                        : s; /* two names must not become one */
}

bool hs_figure_coarsest(const struct hs_view *v, size_t group)
{
    const struct hs_entry *mine = &v->entry[v->group[group].entry[0]];
    for (size_t o = 0; o < v->groups; o++) {
        const struct hs_entry *n = &v->entry[v->group[o].entry[0]];
        if (o == group || !hs_view_same(v, mine->trial[0], n->trial[0], HS_ROLE_BIT(NETWORK))) continue;
        if (!(mine->relative.x > n->relative.x || (!(mine->relative.x < n->relative.x) && group < o))) return false;
    }
    return true;
}

void hs_figure_log_axis(struct hs_figure *f, struct hs_range r)
{
    if (!(r.lo <= r.hi)) r = (struct hs_range){0.1, 1};
    double lo = r.lo * 0.6, hi = r.hi * 1.6, decades = ceil(log10(hi)) - floor(log10(lo)),
           step = ceil(decades / 5);
    hs_text_add(&f->gp, "set logscale y; set yrange [%.3g:%.3g]; ", lo, hi);
    if (hi / lo >= 100) {
        hs_text_add(&f->gp, "set ytics 1e%d enhanced format decade; set mytics %d\n",
                    (int)step, step > 1 ? (int)step : 9);
        return;
    }
    const char *comma = "";
    hs_text_add(&f->gp, "unset mytics; set format y number; set ytics enhanced (");
    for (double e = floor(log10(lo)); e <= ceil(log10(hi)); e++)
        for (int k = 0; k < 3; k++) {
            double x = pow(10, e) * (k == 0 ? 1 : k == 1 ? 2 : 5);
            if (x < lo || x > hi) continue;
            hs_text_add(&f->gp, "%s%.0e", comma, x);
            comma = ", ";
        }
    hs_text_add(&f->gp, ")\n");
}
